"""The schematic of any circuit, from its description; `analysis.schematics` says where everything goes."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from ...circuits.circuit import Circuit
from ...circuits.errors import LapicqueError
from ...netlists.files.whole import write_file
from ..schematics.drawing import picture_of
from ..schematics.pages import figure, on_axis, svg
from ..schematics.picture import Picture
from .style import look, to_png

ENDINGS = (".svg", ".png", ".pdf")


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


def save_drawing(picture: Picture, path: str | Path) -> Path:
    """Write a drawing as SVG, PNG or PDF, by the ending of the path.

    Raises:
        LapicqueError: another ending, or a file that cannot be written.
    """
    target = Path(path)
    makers = {".svg": lambda: svg(picture).encode(), ".png": lambda: _png(picture), ".pdf": lambda: _pdf(picture)}
    if target.suffix not in makers:
        raise LapicqueError(f"cannot draw {str(target)!r}: name a file that ends in {', '.join(ENDINGS)}.")
    return write_file(target, makers[target.suffix](), "the drawing")


def _png(picture: Picture) -> bytes:
    with look():
        return to_png(figure(picture))


def _pdf(picture: Picture) -> bytes:
    """As PDF bytes, the same in every run."""
    buffer = BytesIO()
    with look():
        figure(picture).savefig(buffer, format="pdf", metadata={"CreationDate": None, "Creator": None})
    return buffer.getvalue()
