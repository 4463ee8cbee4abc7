"""The netlist that KiCad imports into a board: parts, their values, and which pins are joined.

KiCad's format since version 6, `(export (version "E") ...)` (KiCad documentation, Schematic Editor, netlist formats).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, LAWS, Diode, Element, OpAmp
from ..spice.names import SpiceNames, spice_names
from ..spice.plain import plain_cards
from ..spice.readable import with_own_words
from .known import want_known

PARTS = {
    "R": ("Device", "R"), "C": ("Device", "C"), "L": ("Device", "L"), "V": ("Simulation_SPICE", "VDC"),
    "I": ("Simulation_SPICE", "IDC"), "E": ("Simulation_SPICE", "ESOURCE"), "G": ("Simulation_SPICE", "GSOURCE"),
    "B": ("Simulation_SPICE", "BSOURCE"), "S": ("Simulation_SPICE", "SWITCH"), "D": ("Simulation_SPICE", "D"),
}  # fmt: skip
"""Libraries and symbols of KiCad, by the letter of a card; those of transistors say their polarity."""
NOT_RUN = "written by lapicque, not opened in KiCad"


def kicad_text(circuit: Circuit) -> str:
    """Write a netlist for KiCad.

    Args:
        circuit: any circuit; it is checked first.

    Returns:
        A file .net: each part with the value and the model of its SPICE card, and all nets by name.

    Raises:
        CircuitError: wrong wiring, a law that SPICE cannot say, or a device that only ngspice knows.
    """
    circuit.check()
    want_known(circuit, "KiCad")
    names = spice_names(circuit)
    parts, nets = list(_components(circuit, names)), list(_nets(circuit, names))
    body = with_own_words("\n".join(["  (components", *parts, "  )", "  (nets", *nets, "  ))", ""]), names)
    return "\n".join(['(export (version "E")', *_design(circuit.title), body])


def _design(title: str) -> Iterator[str]:
    said = f'(comment (number "1") (value {_quoted(NOT_RUN)}))'
    yield f'  (design (source {_quoted(title)}) (tool "lapicque")'
    yield f'    (sheet (number "1") (name "/") (tstamps "/") (title_block (title {_quoted(title)}) {said})))'


def _components(circuit: Circuit, names: SpiceNames) -> Iterator[str]:
    for e in circuit.described:
        card, *more = _main_first(e, names)
        nodes = len(_pins(e))
        value = "ideal" if isinstance(e, OpAmp) else " ".join(card.split()[1 + nodes :])
        library, part = _symbol(e, card[0], more)
        fields = f' (fields (field (name "SPICE") {_quoted("; ".join([card, *more]))}))'
        source = f"(libsource (lib {_quoted(library)}) (part {_quoted(part)}))"
        yield f"    (comp (ref {_quoted(names.elements[e.name])}) (value {_quoted(value)}){fields} {source})"


def _symbol(e: Element, letter: str, more: list[str]) -> tuple[str, str]:
    """Library and name of a symbol."""
    if isinstance(e, OpAmp):
        return "Simulation_SPICE", "OPAMP"
    return PARTS.get(letter, ("Simulation_SPICE", _transistor(more)))


def _main_first(e: Element, names: SpiceNames) -> list[str]:
    """The cards of an element, that with its own name first."""
    cards = list(plain_cards(e, names))
    return sorted(cards, key=lambda c: c.split()[0] != names.elements[e.name])


def _transistor(cards: list[str]) -> str:
    """The symbol of a transistor, from its `.model` card: NPN, PNP, NMOS, PMOS, NJFET, PJFET."""
    kinds = [c.split()[2].partition("(")[0] for c in cards if c.startswith(".model")]
    return {"NJF": "NJFET", "PJF": "PJFET"}.get(kinds[0], kinds[0]) if kinds else "SUBCKT"


def _pins(e: Element) -> tuple[tuple[str, str], ...]:
    """Numbers of pins and their nodes: those of a card in its order, but a diode's cathode is pin 1.

    The output of an op-amp is pin 5, behind its supplies.
    """
    nodes = _card_order(e)
    if isinstance(e, OpAmp):
        return tuple(zip(("1", "2", "5"), nodes, strict=True))
    numbers = ("2", "1") if isinstance(e, Diode) else tuple(str(k) for k in range(1, len(nodes) + 1))
    return tuple(zip(numbers, nodes, strict=True))


def _card_order(e: Element) -> tuple[str, ...]:
    from ...circuits.elements import Bjt, Jfet, Mosfet, MosfetBulk, MosfetMeyer
    from ...circuits.graph import ends

    if isinstance(e, LAWS):
        return ends(e)
    if isinstance(e, (MosfetBulk, MosfetMeyer)):
        return e.drain, e.gate, e.source, e.bulk
    if isinstance(e, Mosfet):
        return e.drain, e.gate, e.source, e.source
    if isinstance(e, Bjt):
        return e.collector, e.base, e.emitter
    if isinstance(e, Jfet):
        return e.drain, e.gate, e.source
    return e.nodes


def _nets(circuit: Circuit, names: SpiceNames) -> Iterator[str]:
    pins = [(names.elements[e.name], number, n) for e in circuit.parts for number, n in _pins(e)]
    for code, node in enumerate(circuit.nodes, 1):
        called = "GND" if node == GROUND else names.nodes[node]
        here = " ".join(f'(node (ref "{ref}") (pin "{number}"))' for ref, number, n in pins if n == node)
        yield f'    (net (code "{code}") (name {_quoted(called)}) {here})'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{" ".join(escaped.split())}"'
