"""A circuit as what is drawn: each element's symbol, its pins and its words."""

from __future__ import annotations

from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import (
    GROUND,
    B,
    Bjt,
    C,
    Comparator,
    Delay,
    Diode,
    E,
    Element,
    F,
    G,
    H,
    I,
    Jfet,
    L,
    Mosfet,
    MosfetEkv,
    R,
    S,
    V,
)
from ...circuits.stimuli import Constant
from .words import brief, label

LENGTH = 6
"""Of a symbol with two ends, from pin to pin; the height of a transistor."""
IDEAL = 1e3
"""Gain from which on a controlled source is an op-amp."""
GATE, BULK = -3, 2
"""Where the third and the fourth pin of a transistor are, beside its middle."""

TWO_ENDED: dict[type[Element], str] = {
    R: "resistor", C: "capacitor", L: "inductor", I: "current source", S: "switch", E: "controlled voltage",
    H: "controlled voltage", Delay: "controlled voltage", G: "controlled current", F: "controlled current",
    B: "controlled current", Diode: "diode",
}  # fmt: skip


@frozen
class Part:
    """Something that is drawn: which symbol, its pins (terminal, node) and its words.

    The first two pins are its ends; a transistor's third is its gate or base, a fourth its bulk. A block has pins on
    its left and right instead, by terminal.
    """

    name: str
    symbol: str
    pins: tuple[tuple[str, str], ...]
    words: str
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    """Nodes that its words name."""
    stands_for: tuple[str, ...] = ()
    """Elements that are inside."""

    @property
    def is_block(self) -> bool:
        """Whether it has pins on its sides rather than two ends."""
        return bool(self.left or self.right)

    @property
    def is_device(self) -> bool:
        """Whether it is a transistor, which is drawn upright."""
        return not self.is_block and len(self.pins) > 2

    @property
    def ends(self) -> tuple[str, str]:
        """Nodes of its first two pins."""
        return self.pins[0][1], self.pins[1][1]

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """Pins of a transistor besides its ends."""
        return self.pins[2:]

    def node(self, terminal: str) -> str:
        """The node of a terminal."""
        return dict(self.pins)[terminal]

    @property
    def height(self) -> int:
        """Of a block."""
        return max(LENGTH, 2 * max(len(self.left), len(self.right)) + 2)


def parts_of(circuit: Circuit) -> tuple[Part, ...]:
    """Every element of a circuit but its probes, as it is drawn."""
    return tuple(part_of(e) for e in circuit.parts)


def part_of(element: Element) -> Part:
    """One element as it is drawn; what has no symbol is a box with its pins named."""
    match element:
        case V():
            symbol = "battery" if isinstance(element.stimulus, Constant) else "voltage source"
            return _two(element, symbol)
        case E() if abs(element.gain) >= IDEAL and element.minus == GROUND:
            return _ideal(element)
        case Bjt():
            pins = [("collector", element.collector), ("emitter", element.emitter)]
            return _device(element, element.polarity, pins, [("base", element.base)], element.polarity == "pnp")
        case Jfet():
            pins = [("drain", element.drain), ("source", element.source)]
            symbol = f"{element.polarity} jfet"
            return _device(element, symbol, pins, [("gate", element.gate)], element.polarity == "p")
        case Mosfet() | MosfetEkv():
            return _mosfet(element)
        case Comparator():
            pins = tuple((t, getattr(element, t)) for t in element.TERMINALS)
            return Part(element.name, "comparator", pins, label(element), ("plus", "minus"), ("out",))
    symbol = TWO_ENDED.get(type(element))
    return _box(element) if symbol is None else _two(element, symbol)


def _two(element: Element, symbol: str) -> Part:
    a, b, *reads = element.nodes
    return Part(element.name, symbol, (("plus", a), ("minus", b)), label(element), reads=tuple(reads))


def _ideal(element: E) -> Part:
    """A source that multiplies what is between two nodes by thousands: an ideal op-amp."""
    read = (element.c_plus, element.c_minus)
    plus, minus = read if element.gain > 0 else read[::-1]
    words = f"{element.name}\n{brief(abs(element.gain), '')}"
    return Part(
        element.name, "op-amp", (("plus", plus), ("minus", minus), ("out", element.plus)), words, ("plus", "minus"),
        ("out",),
    )  # fmt: skip


def _mosfet(element: Mosfet | MosfetEkv) -> Part:
    pins = [("drain", element.drain), ("source", element.source)]
    others = [("gate", element.gate)]
    bulk = getattr(element, "bulk", element.source)
    if bulk != element.source:
        others.append(("bulk", bulk))
    kind = "nmos" if element.polarity == "n" else "pmos"
    return _device(element, f"{kind} bulk" if len(others) > 1 else kind, pins, others, element.polarity == "p")


def _device(
    element: Element, symbol: str, ends: list[tuple[str, str]], others: list[tuple[str, str]], turned: bool
) -> Part:
    """A transistor: what its current comes in at is up."""
    pins = (ends[::-1] if turned else ends) + others
    return Part(element.name, symbol, tuple(pins), label(element))


def _box(element: Element) -> Part:
    names, nodes = pin_names(element), element.nodes
    half = (len(nodes) + 1) // 2
    pins = tuple(zip(names, nodes, strict=True))
    return Part(element.name, "box", pins, label(element), names[:half], names[half:])


def pin_names(element: Element) -> tuple[str, ...]:
    """What the terminals of an element are called, each name once; their numbers where it does not say."""
    count = len(element.nodes)
    for given in (getattr(element, "pins", None), element.TERMINALS):
        names = tuple(map(str, given)) if isinstance(given, (tuple, list, dict)) else ()
        if len(set(names)) == len(names) == count:
            return names
    return tuple(str(k + 1) for k in range(count))
