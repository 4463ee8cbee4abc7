"""A circuit as what is drawn: each element's symbol, its pins and its words."""

from __future__ import annotations

import attrs

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
    K,
    L,
    Mosfet,
    MosfetEkv,
    MosfetMeyer,
    OpAmp,
    OpenCollector,
    R,
    S,
    V,
    Varactor,
)
from ...circuits.stimuli import Constant
from .foreign import foreign
from .geometry import short
from .part import Part
from .words import brief, label

IDEAL = 1e3
"""Gain from which on a controlled source is an op-amp."""

TWO_ENDED: dict[type[Element], str] = {
    R: "resistor", C: "capacitor", Varactor: "capacitor", L: "inductor", I: "current source", S: "switch",
    E: "controlled voltage", H: "controlled voltage", Delay: "controlled voltage", G: "controlled current",
    F: "controlled current", B: "controlled current", Diode: "diode",
}  # fmt: skip


def parts_of(circuit: Circuit) -> tuple[Part, ...]:
    """Every element of a circuit but its probes, as it is drawn."""
    couplings = circuit.of_type(K)
    return tuple(_winding(e, c) if (c := _of(e, couplings)) else part_of(e) for e in circuit.parts)


def _of(element: Element, couplings: tuple[K, ...]) -> list[K]:
    return [k for k in couplings if element.name in k.inductors]


def _winding(element: Element, couplings: list[K]) -> Part:
    """A coupled inductor: a dot at its plus end, and with whom it is coupled how much."""
    others = [(next(n for n in k.inductors if n != element.name), k) for k in couplings]
    lines = [label(element), *(short(f"{k.value:.4g} with {other}") for other, k in others)]
    return attrs.evolve(_two(element, "winding"), words="\n".join(lines))


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
        case Mosfet() | MosfetEkv() | MosfetMeyer():
            return _mosfet(element)
        case Comparator() | OpenCollector() | OpAmp():
            pins = tuple((t, getattr(element, t)) for t in element.TERMINALS)
            symbol = "op-amp" if isinstance(element, OpAmp) else "comparator"
            return Part(element.name, symbol, pins, label(element), ("plus", "minus"), ("out",))
    symbol = TWO_ENDED.get(type(element))
    return foreign(element) if symbol is None else _two(element, symbol)


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


def _mosfet(element: Mosfet | MosfetEkv | MosfetMeyer) -> Part:
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
