"""Cards that couple inductors: what they name must be there."""

from __future__ import annotations

from collections.abc import Sequence

from ...circuits.elements import Element, K, L, Opaque
from .source import Card, NetlistError
from .transformers_in import Tight


def want_inductors(coupling: Element, elements: Sequence[Element], card: Card) -> None:
    """Refuse a coupling of what is no inductor of the netlist.

    Args:
        coupling: the element of the card.
        elements: all that were read.
        card: where it stands.

    Raises:
        NetlistError: names it, and what it is instead.
    """
    if not isinstance(coupling, (K, Tight)):
        return
    there = {e.name: e for e in elements}
    for name in coupling.inductors:
        element = there.get(name)
        if isinstance(element, Opaque):
            raise NetlistError(card, f"{name} is kept as a device that only ngspice knows: such are not coupled here.")
        if not isinstance(element, L):
            instead = f"it is a {element.KIND}" if element else "there is none of that name"
            raise NetlistError(card, f"{coupling.name} couples inductors, and {name} is none: {instead}.")
