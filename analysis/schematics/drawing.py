"""The drawing of a circuit, from its description to ink."""

from __future__ import annotations

import logging

from ...circuits.circuit import Circuit
from ...circuits.elements import V
from ...circuits.stimuli import Constant
from .arrange import arranged
from .macros import folded
from .parts import parts_of
from .picture import Picture, picture
from .placed import Sheet

MANY = 500
"""Elements from which on who waits for a drawing is told."""


def sheets_of(circuit: Circuit, folds: bool = True) -> list[Sheet]:
    """The rows of a circuit's drawing: what is where, and how it is wired.

    Args:
        circuit: any circuit.
        folds: whether macromodels are one symbol each.
    """
    return arranged((folded if folds else parts_of)(circuit), _held(circuit))


def picture_of(circuit: Circuit, folds: bool = True) -> Picture:
    """A circuit's drawing as ink; its macromodels as one symbol each, unless they are not folded."""
    if len(circuit.parts) > MANY:
        logging.getLogger("lapicque").warning(
            f"{len(circuit.parts):,} elements are drawn: a thousand take up to a minute, twice as many much longer."
        )
    return picture(sheets_of(circuit, folds))


def _held(circuit: Circuit) -> dict[str, float]:
    """Constant voltage sources, volts."""
    return {e.name: e.stimulus.value for e in circuit.of_type(V) if isinstance(e.stimulus, Constant)}
