"""The schematic of any circuit, from its description; `analysis.schematics` says where everything goes."""

from __future__ import annotations

from typing import Any

from ...circuits.circuit import Circuit
from ..schematics.drawing import picture_of
from ..schematics.pages import on_axis, svg


def schematic(circuit: Circuit) -> str:
    """Draw a circuit.

    Args:
        circuit: any circuit.

    Returns:
        SVG text; switches and controlled sources say in words what controls them.
    """
    return svg(picture_of(circuit))


def draw_on(axis: Any, circuit: Circuit) -> None:
    """Draw a circuit on an axis of matplotlib."""
    on_axis(axis, picture_of(circuit))
