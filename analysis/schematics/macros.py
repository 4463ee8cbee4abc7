"""Macromodels that are drawn as one symbol: what makes an op-amp of sources and resistors is told by how it is wired.

An op-amp is a law of two inputs whose current fills a pole (a capacitor and a resistor to ground, perhaps with more
laws that bound its voltage), a source that repeats the pole's voltage, and a resistor from there to the output; a
battery in one of the inputs is its offset. Nobody else sees the nodes inside.
"""

from __future__ import annotations

from itertools import takewhile

from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import (
    GROUND,
    B,
    C,
    CurrentProbe,
    Diode,
    E,
    Element,
    Mosfet,
    MosfetBulk,
    MosfetMeyer,
    R,
    Sensing,
    V,
)  # fmt: skip
from ...circuits.laws.law import expression
from ...circuits.stimuli import Constant
from .part import Part
from .parts import parts_of

NUDGE = 1e-6
"""Volts by which an input is moved to see which one it is."""


@frozen
class Macro:
    """An op-amp and its elements."""

    plus: str
    minus: str
    out: str
    elements: tuple[Element, ...]


def folded(circuit: Circuit) -> tuple[Part, ...]:
    """The parts of a circuit, each macromodel as one, and a MOSFET's junctions as none."""
    macros = [m for m in (_op_amp(circuit, e) for e in circuit.of_type(E)) if m is not None]
    junctions = _junctions(circuit)
    if not (macros or junctions):
        return parts_of(circuit)
    inside = {e.name: m for m in macros for e in m.elements}
    found: list[Part] = []
    for element, part in zip(circuit.parts, parts_of(circuit), strict=True):
        if element.name in junctions:
            continue
        macro = inside.get(element.name)
        if macro is None:
            found.append(part)
        elif element is macro.elements[0]:
            found.append(_symbol(macro))
    return tuple(found)


def _junctions(circuit: Circuit) -> set[str]:
    """Diodes of the bulk that a MOSFET's card brings along, whose nodes others have too: its symbol stands for them."""
    transistors = {e.name for kind in (Mosfet, MosfetBulk, MosfetMeyer) for e in circuit.of_type(kind)}
    found = [d for d in circuit.of_type(Diode) if "#" in d.name and d.name.partition("#")[0] in transistors]
    others = {n for e in circuit.parts if e not in found for n in e.nodes}
    return {d.name for d in found if others.issuperset(d.nodes)}


def _symbol(m: Macro) -> Part:
    names = tuple(e.name for e in m.elements)
    pins = (("plus", m.plus), ("minus", m.minus), ("out", m.out))
    return Part(_common(names), "op-amp", pins, _common(names), ("plus", "minus"), ("out",), stands_for=names)


def _common(names: tuple[str, ...]) -> str:
    """The ending that all names share, from an underscore or point on; else the first name."""
    backwards = [n[::-1] for n in names]
    shared = "".join(c[0] for c in takewhile(lambda c: len(set(c)) == 1, zip(*backwards, strict=False)))[::-1]
    marks = [shared.index(c) for c in "_." if c in shared]
    return (shared[min(marks) + 1 :] if marks else "") or names[0]


def _op_amp(circuit: Circuit, follower: E) -> Macro | None:
    """The op-amp whose last stage a source is, if it is one."""
    if (follower.minus, follower.c_minus) != (GROUND, GROUND) or follower.gain <= 0:
        return None
    drive, pole = follower.plus, follower.c_plus
    at_drive = [e for e in _users(circuit, drive) if e is not follower]
    at_pole = [e for e in _users(circuit, pole) if e is not follower]
    if len(at_drive) != 1 or not isinstance(at_drive[0], R) or GROUND in (drive, pole):
        return None
    if not all(isinstance(e, (B, C, R)) and {*e.nodes[:2]} == {pole, GROUND} for e in at_pole):
        return None
    inputs = [e for e in at_pole if isinstance(e, B) and {n for _, n in e.inputs} - {pole}]
    if len(inputs) != 1 or not any(isinstance(e, C) for e in at_pole) or len(inputs[0].inputs) != 2:
        return None
    stage = inputs[0]
    out = next(n for n in at_drive[0].nodes if n != drive)
    offsets = {n: found for _, n in stage.inputs if (found := _offset(circuit, n, stage)) is not None}
    own = [follower, *at_drive, *at_pole, *offsets.values()]
    elements = tuple(e for e in circuit.parts if e in own)
    if _is_sensed(circuit, elements):
        return None
    a, b = (n for _, n in stage.inputs)
    seen = tuple(_beyond(offsets[n], n) if n in offsets else n for n in (a, b))
    plus, minus = seen if _rises_with(stage, pole) else seen[::-1]
    return Macro(plus, minus, out, elements)


def _users(circuit: Circuit, node: str) -> list[Element]:
    return [e for e in circuit.parts if node in e.nodes]


def _offset(circuit: Circuit, node: str, stage: B) -> V | None:
    """The battery between an input and the node that only the law reads."""
    others = [e for e in _users(circuit, node) if e is not stage]
    if len(others) == 1 and isinstance(others[0], V) and isinstance(others[0].stimulus, Constant):
        return None if GROUND in others[0].nodes else others[0]
    return None


def _beyond(battery: V, node: str) -> str:
    return battery.minus if battery.plus == node else battery.plus


def _is_sensed(circuit: Circuit, elements: tuple[Element, ...]) -> bool:
    """Whether somebody outside looks at a current inside."""
    names = {e.name for e in elements}
    return any(e.sensor in names for e in circuit.elements if isinstance(e, (Sensing, CurrentProbe)))


def _rises_with(stage: B, pole: str) -> bool:
    """Whether the pole rises when the first input does."""
    law = expression(stage.law)
    values = dict(stage.params)
    first = stage.inputs[0][0]

    def current(volts: float) -> float:
        level = {k: volts if k == first else 0.0 for k, _ in stage.inputs}
        return float(law.subs({s: {**values, **level}[str(s)] for s in law.free_symbols}))

    into = 1 if stage.minus == pole else -1
    return into * (current(NUDGE) - current(-NUDGE)) > 0
