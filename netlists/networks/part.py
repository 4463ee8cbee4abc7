"""A part of a circuit: islands of conduction that are run together, and what they hear of the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from attrs import frozen

from ...circuits.elements import (
    GROUND,
    B,
    Comparator,
    CurrentProbe,
    Delay,
    E,
    Element,
    G,
    I,
    Mosfet,
    MosfetBulk,
    MosfetEkv,
    OpAmp,
    OpenCollector,
    R,
    S,
    Sensing,
    V,
)
from ...circuits.graph import conducting
from ...circuits.stimuli import Constant, SpikeTrain


@frozen
class Tap:
    """A signal that a part reads: a node (against another) as it was `delay` seconds ago, times a gain."""

    plus: str
    minus: str
    delay: float = 0.0
    gain: float = 1.0


@frozen(eq=False)
class Part:
    """Islands of conduction that are run together.

    Attributes:
        elements: what conducts in it, and the held sources that it needs.
        nodes: of the island itself.
        drives: currents into the island that only depend on signals from outside: (from, to) to taps that add up.
        inputs: nodes outside that an element of the island reads in any other way: node to tap.
        probes: that look at its nodes.
    """

    elements: tuple[Element, ...]
    nodes: frozenset[str]
    drives: dict[tuple[str, str], list[Tap]]
    inputs: dict[str, Tap]
    probes: tuple[Element, ...]

    @property
    def moves(self) -> bool:
        """Whether a source of its own changes over time."""
        sources = (e for e in self.elements if isinstance(e, (V, I)))
        return any(not isinstance(e.stimulus, Constant) for e in sources)

    @property
    def taps(self) -> Iterable[Tap]:
        """Everything it reads."""
        yield from (t for taps in self.drives.values() for t in taps)
        yield from self.inputs.values()


def held_sources(elements: Iterable[Element]) -> dict[str, Element]:
    """Nodes that an ideal source holds against ground, unless its current is measured."""
    chosen = list(elements)
    sensed = {e.sensor for e in chosen if isinstance(e, (Sensing, CurrentProbe))}
    found: dict[str, Element] = {}
    for e in chosen:
        if isinstance(e, (V, E, Delay)) and e.name not in sensed and e.minus == GROUND:
            found[e.plus] = e
    return found


def is_held_source(e: Element, held: Mapping[str, Element]) -> bool:
    """Whether an element is what holds its node."""
    return isinstance(e, (V, E, Delay)) and held.get(e.plus) is e


def controls(e: Element) -> tuple[str, ...]:
    """Nodes whose voltage an element reads without drawing a current."""
    match e:
        case E() | G() | S() | Delay():
            return (e.c_plus, e.c_minus)
        case B():
            return tuple(n for _, n in e.inputs)
        case Comparator() | OpenCollector() | OpAmp():
            return (e.plus, e.minus)
        case MosfetBulk() | MosfetEkv():
            return (e.gate, e.bulk)
        case Mosfet():
            return (e.gate,)
    return ()


def build_part(
    elements: Iterable[Element], nodes: frozenset[str], held: Mapping[str, Element], probes: tuple[Element, ...],
    whole: frozenset[str] = frozenset(),
) -> Part:  # fmt: skip
    """Build a part of elements that conduct.

    Args:
        elements: those of its islands, without the sources that hold nodes.
        nodes: of its islands.
        held: sources of held nodes, of those at least that its elements touch.
        probes: that look at its nodes.
        whole: delay lines from these nodes are kept as they are, others are cut.
    """
    elements = tuple(elements)
    kept: list[Element] = []
    needed: dict[str, Element] = {}
    drives: dict[tuple[str, str], list[Tap]] = defaultdict(list)
    inputs: dict[str, Tap] = {}
    grounds = _virtual_grounds(elements)
    for e in elements:
        if (found := _drive(e, nodes, whole, held, grounds)) is not None:
            drives[found[0]].append(found[1])
            continue
        kept.append(e)
        _need((*conducting(e), *controls(e)), nodes, whole, held, needed, inputs)
    looked = [n for p in probes for n in p.nodes]
    _need(looked, nodes, whole, held, needed, inputs)
    return Part((*needed.values(), *kept), nodes, dict(drives), inputs, probes)


def _virtual_grounds(elements: Iterable[Element]) -> frozenset[str]:
    """Nodes that a source holds at 0 V while its current is measured."""
    sources = (e for e in elements if isinstance(e, V) and e.minus == GROUND)
    return frozenset(e.plus for e in sources if e.stimulus == Constant(0.0))


def _drive(
    e: Element, nodes: frozenset[str], whole: frozenset[str], held: Mapping[str, Element], grounds: frozenset[str]
) -> tuple[tuple[str, str], Tap] | None:
    """The current of an element that only depends on one signal from outside: from where to where, and the signal.

    That is a transconductance, or a resistor between a node held outside and a virtual ground.
    """
    if isinstance(e, G) and not {e.c_plus, e.c_minus} & nodes:
        tap = _tap(e.c_plus, e.c_minus, e.gain, whole, held)
        return None if tap is None else ((e.plus, e.minus), tap)
    if isinstance(e, R):
        for far, near in ((e.plus, e.minus), (e.minus, e.plus)):
            if near in grounds and far in held:
                tap = _tap(far, GROUND, 1 / e.value, whole, held)
                return None if tap is None else ((GROUND, near), tap)
    return None


def _tap(plus: str, minus: str, gain: float, whole: frozenset[str], held: Mapping[str, Element]) -> Tap | None:
    """A gain times the voltage between two nodes, when that is one signal from outside."""
    source = held.get(plus)
    if isinstance(held.get(minus), (E, Delay)):
        return None
    if isinstance(source, (E, Delay)):
        if minus != GROUND or set(controls(source)) & whole:
            return None
        if isinstance(source, Delay):
            return Tap(source.c_plus, source.c_minus, source.delay, gain)
        return _tap(source.c_plus, source.c_minus, gain * source.gain, whole, held)
    return Tap(plus, minus, 0.0, gain)


def _need(
    read: Iterable[str], nodes: frozenset[str], whole: frozenset[str], held: Mapping[str, Element],
    needed: dict[str, Element], inputs: dict[str, Tap],
) -> None:  # fmt: skip
    """Take in what holds the nodes that are read, and note the nodes of other parts."""
    for n in read:
        if n == GROUND or n in nodes or n in inputs:
            continue
        source = held.get(n)
        if source is None:
            inputs[n] = Tap(n, GROUND)
        elif isinstance(source, Delay) and not set(controls(source)) & whole:
            inputs[n] = Tap(source.c_plus, source.c_minus, source.delay)
        elif isinstance(source, V) and isinstance(source.stimulus, SpikeTrain):
            inputs[n] = Tap(n, GROUND)
        elif source.name not in needed:
            needed[source.name] = source
            _need(controls(source), nodes, whole, held, needed, inputs)
