"""Cards of a capacitance by a law: three elements that ngspice, LTspice and Xyce all have.

The current into one farad beside the capacitor is the slope of its voltage; the law times that is its current. ngspice
makes the same of C='...', but loses the IC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...circuits.elements import Varactor
from .names import SpiceNames
from .numbers import number

if TYPE_CHECKING:
    from .expressions import SpicePrinter

VARIES = "varies_"
"""How the names of the three begin."""


def varactor_cards(book: Any, e: Varactor, names: SpiceNames, nodes: list[str]) -> list[object]:
    """The cards for ngspice; the arguments are those of every device's writer."""
    from .expressions import SpicePrinter

    return [*varactor_lines(e, names, nodes, f"I={current_text(e, names, nodes, SpicePrinter)}")]


def varactor_lines(e: Varactor, names: SpiceNames, nodes: list[str], law: str) -> list[str]:
    """The three cards.

    Args:
        e: the element.
        names: of its circuit.
        nodes: SPICE names of its ends.
        law: `I=` and the slope times the capacitance, in the words of a program.
    """
    plus, minus = nodes
    own = f"{VARIES}{names.stem(e.name)}"
    return [
        f"E{own} {own} 0 {minus} {plus} {number(1.0)}",
        f"C{own} {own} 0 {number(1.0)} IC={number(0.0 - e.ic)}",
        f"B{own} {plus} {minus} {law}",
    ]


def law_card(e: Varactor, names: SpiceNames) -> str:
    """The card that people write; it says nothing of the start."""
    from .expressions import SpicePrinter

    nodes = [names.nodes[n] for n in e.nodes]
    return f"{names.elements[e.name]} {' '.join(nodes)} C='{capacitance_text(e, nodes, SpicePrinter)}'"


def current_text(e: Varactor, names: SpiceNames, nodes: list[str], printer: type[SpicePrinter]) -> str:
    """The slope of its voltage times its capacitance, in the words of a printer."""
    return f"i(E{VARIES}{names.stem(e.name)})*({capacitance_text(e, nodes, printer)})"


def capacitance_text(e: Varactor, nodes: list[str], printer: type[SpicePrinter]) -> str:
    """Its capacitance in the words of a printer."""
    from sympy import Symbol

    from ...circuits.laws.law import expression
    from ...circuits.varactors import OWN
    from .expressions import spice_expression

    across = "-".join(f"v({n})" for n in nodes if n != "0") if nodes[0] != "0" else f"0-v({nodes[1]})"
    own = Symbol(OWN, real=True)
    values = {Symbol(k, real=True): x for k, x in e.params}
    return spice_expression(expression(e.law), {own: f"({across})"}, values, printer)
