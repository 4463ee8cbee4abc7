"""Where a circuit may be cut: between a node that is only read and those that read it. Proved from the elements.

Two nodes belong together when an element conducts between them. A node that an ideal source holds against ground
conducts to nobody: its voltage is what it is, whatever hangs on it. So the islands of conduction, with ground and held
nodes taken out, are what loads each other; between islands there are only controlled sources, switches and transistors'
gates that read a voltage and draw nothing. "Reads" is a graph of islands. Islands of one neuron (synapse, membrane,
latch) that read each other are run together: nothing is gained by cutting inside an instance.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable

from attrs import field, frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import (
    GROUND,
    PROBES,
    B,
    Comparator,
    CurrentProbe,
    Delay,
    E,
    Element,
    G,
    I,
    Mosfet,
    MosfetEkv,
    R,
    S,
    Sensing,
    V,
)
from ...circuits.graph import Groups, ends
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


@frozen(eq=False)
class Partition:
    """The parts of a circuit, and the order in which they can be run.

    `stages` lists strongly connected sets of parts (their indices), those that are read before those that read them;
    a set of one part that does not read itself is run once, the others feed back. `generations` groups the stages that
    do not depend on each other.
    """

    circuit: Circuit
    parts: tuple[Part, ...]
    stages: tuple[tuple[int, ...], ...]
    generations: tuple[tuple[int, ...], ...]
    """Indices of stages."""
    feeds_back: tuple[bool, ...]
    """Of each stage: whether a part in it reads a part in it."""
    owner: dict[str, int] = field(repr=False)
    """Node to the part that it belongs to."""
    members: tuple[tuple[Element, ...], ...] = field(repr=False, default=())
    """Of each part, all elements that conduct in it."""

    def delay_within(self, stage: int) -> float:
        """The shortest delay between parts of a stage; 0 where one has none."""
        members = set(self.stages[stage])
        inside = [
            t.delay for k in self.stages[stage] for t in self.parts[k].taps if self.owner.get(t.plus, -1) in members
        ]
        return min(inside, default=0.0)

    def merged(self, parts: Iterable[int]) -> Part:
        """Several parts as one: what they read of each other is read directly."""
        chosen = list(parts)
        nodes = frozenset(n for k in chosen for n in self.parts[k].nodes)
        elements = [e for k in chosen for e in self.members[k]]
        probes = tuple(p for k in chosen for p in self.parts[k].probes)
        return _part(elements, nodes, _held(self.circuit), probes, nodes)

    @property
    def read(self) -> frozenset[str]:
        """Nodes that another part (or the same, through a delay) reads."""
        return frozenset(n for p in self.parts for t in p.taps for n in (t.plus, t.minus) if n in self.owner)


def partition(circuit: Circuit) -> Partition:
    """Find the parts of a circuit that do not load each other.

    Args:
        circuit: any circuit; each part is checked when it is written.

    Returns:
        Its islands of conduction and what each reads of the others.
    """
    held = _held(circuit)
    groups = _islands(circuit, held)
    _join_instances(circuit, groups, held)
    members: dict[str, list[Element]] = defaultdict(list)
    for e in circuit.parts:
        if (root := _root(e, groups, held)) is not None and not _is_held_source(e, held):
            members[root].append(e)
    island_of = {n: groups.find(n) for n in circuit.nodes if n not in held and n != GROUND}
    index = {root: k for k, root in enumerate(members)}
    owner = {n: index[root] for n, root in island_of.items() if root in index}
    nodes: list[set[str]] = [set() for _ in index]
    for n, k in owner.items():
        nodes[k].add(n)
    probes = _probes(circuit, owner, {e.name: k for k, es in enumerate(members.values()) for e in es})
    parts = tuple(
        _part(es, frozenset(nodes[k]), held, tuple(probes.get(k, ())), frozenset())
        for k, es in enumerate(members.values())
    )
    stages, generations, back = _order(parts, owner)
    return Partition(circuit, parts, stages, generations, back, owner, tuple(tuple(es) for es in members.values()))


def _held(circuit: Circuit) -> dict[str, Element]:
    """Nodes that an ideal source holds against ground, unless its current is measured."""
    sensed = {e.sensor for e in (*circuit.of_type(Sensing), *circuit.of_type(CurrentProbe))}
    found: dict[str, Element] = {}
    for e in circuit.parts:
        if isinstance(e, (V, E, Delay)) and e.name not in sensed and e.minus == GROUND:
            found[e.plus] = e
    return found


def _is_held_source(e: Element, held: dict[str, Element]) -> bool:
    return isinstance(e, (V, E, Delay)) and held.get(e.plus) is e


def _islands(circuit: Circuit, held: dict[str, Element]) -> Groups:
    groups = Groups(n for n in circuit.nodes)
    sensors = {e.name: e for e in circuit.of_type(V)}
    for e in circuit.parts:
        loaded = [n for n in ends(e) if n != GROUND and n not in held]
        if isinstance(e, Sensing):  # what reads a current belongs to where the current flows
            loaded += [n for n in ends(sensors[e.sensor]) if n != GROUND and n not in held]
        for a, b in itertools.pairwise(loaded):
            groups.join(a, b)
    return groups


def _join_instances(circuit: Circuit, groups: Groups, held: dict[str, Element]) -> None:
    """Join islands of one instance that read each other, and loops of reading that no instance cuts."""
    import networkx

    graph = networkx.DiGraph()
    for e in circuit.parts:
        if (root := _root(e, groups, held)) is not None and not _is_held_source(e, held):
            graph.add_edges_from((groups.find(n), root) for n in _seen(controls(e), held))
    for loop in networkx.strongly_connected_components(graph):
        if len({_instance(n) for n in loop}) == 1:
            for a, b in zip(sorted(loop), sorted(loop)[1:], strict=False):
                groups.join(a, b)
    for a, b in graph.edges:
        if _instance(a) and _instance(a) == _instance(b):
            groups.join(a, b)


def _instance(node: str) -> str:
    """`P.3` of `P.3.mem`: the instance that a node lies in."""
    return node.rpartition(".")[0]


def _seen(nodes: Iterable[str], held: dict[str, Element]) -> Iterable[str]:
    """Nodes of islands behind the nodes that are read, at once: through buffers, not through delays."""
    for n in nodes:
        source = held.get(n)
        if n != GROUND and source is None:
            yield n
        elif isinstance(source, E):
            yield from _seen(controls(source), held)


def _root(e: Element, groups: Groups, held: dict[str, Element]) -> str | None:
    """The island of an element; None where it only hangs between held nodes, and changes nothing."""
    for n in ends(e):
        if n != GROUND and n not in held:
            return groups.find(n)
    return None


def controls(e: Element) -> tuple[str, ...]:
    """Nodes whose voltage an element reads without drawing a current."""
    match e:
        case E() | G() | S() | Delay():
            return (e.c_plus, e.c_minus)
        case B():
            return tuple(n for _, n in e.inputs)
        case Comparator():
            return (e.plus, e.minus)
        case Mosfet() | MosfetEkv():
            return (e.gate,)
    return ()


def _probes(circuit: Circuit, owner: dict[str, int], element_part: dict[str, int]) -> dict[int, list[Element]]:
    found: dict[int, list[Element]] = defaultdict(list)
    for p in circuit.elements:
        if isinstance(p, CurrentProbe):
            found[element_part.get(p.sensor, 0)].append(p)
        elif isinstance(p, PROBES):
            found[next((owner[n] for n in p.nodes if n in owner), 0)].append(p)
    return found


def _part(
    elements: list[Element], nodes: frozenset[str], held: dict[str, Element], probes: tuple[Element, ...],
    whole: frozenset[str],
) -> Part:  # fmt: skip
    """Build a part; delay lines from the nodes of `whole` are kept as they are, others are cut."""
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
        _need((*ends(e), *controls(e)), nodes, whole, held, needed, inputs)
    looked = [n for p in probes for n in p.nodes]
    _need(looked, nodes, whole, held, needed, inputs)
    return Part((*needed.values(), *kept), nodes, dict(drives), inputs, probes)


def _virtual_grounds(elements: Iterable[Element]) -> frozenset[str]:
    """Nodes that a source holds at 0 V while its current is measured."""
    sources = (e for e in elements if isinstance(e, V) and e.minus == GROUND)
    return frozenset(e.plus for e in sources if e.stimulus == Constant(0.0))


def _drive(
    e: Element, nodes: frozenset[str], whole: frozenset[str], held: dict[str, Element], grounds: frozenset[str]
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


def _tap(plus: str, minus: str, gain: float, whole: frozenset[str], held: dict[str, Element]) -> Tap | None:
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
    read: Iterable[str], nodes: frozenset[str], whole: frozenset[str], held: dict[str, Element],
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


def _order(
    parts: tuple[Part, ...], owner: dict[str, int]
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...], tuple[bool, ...]]:
    """Strongly connected sets in topological order, the generations of that order, and who feeds back."""
    import networkx

    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(parts)))
    for k, p in enumerate(parts):
        graph.add_edges_from((owner[n], k) for t in p.taps for n in (t.plus, t.minus) if n in owner)
    condensed = networkx.condensation(graph)
    generations = [tuple(sorted(g, key=lambda s: min(condensed.nodes[s]["members"]))) for g in
                   networkx.topological_generations(condensed)]  # fmt: skip
    place = {s: k for k, s in enumerate(s for g in generations for s in g)}
    stages = tuple(tuple(sorted(condensed.nodes[s]["members"])) for g in generations for s in g)
    back = tuple(len(s) > 1 or any(graph.has_edge(k, k) for k in s) for s in stages)
    return stages, tuple(tuple(place[s] for s in g) for g in generations), back
