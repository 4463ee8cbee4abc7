"""The drawing of a circuit, from its description to ink."""

from __future__ import annotations

from ...circuits.circuit import Circuit
from ...circuits.elements import V
from ...circuits.stimuli import Constant
from .arrange import arranged
from .parts import parts_of
from .picture import Picture, picture
from .placed import Sheet


def sheets_of(circuit: Circuit) -> list[Sheet]:
    """The rows of a circuit's drawing: what is where, and how it is wired."""
    return arranged(parts_of(circuit), _held(circuit))


def picture_of(circuit: Circuit) -> Picture:
    """A circuit's drawing as ink."""
    return picture(sheets_of(circuit))


def _held(circuit: Circuit) -> dict[str, float]:
    """Constant voltage sources, volts."""
    return {e.name: e.stimulus.value for e in circuit.of_type(V) if isinstance(e.stimulus, Constant)}
