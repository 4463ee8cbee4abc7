"""One look for all plots: colours that the colour-blind tell apart, units on every axis, fonts with Hangul."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO, StringIO
from math import isclose, log10
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...circuits.errors import LapicqueError
from ...netlists.files.whole import write_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito 2008, "Color Universal Design".
BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, GREY, BLACK = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#6b7280", "#000000",
)  # fmt: skip

_FONTS = ("DejaVu Sans", "Noto Sans CJK KR", "Noto Sans CJK JP", "NanumGothic")
_SETTINGS: dict[Any, object] = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e5e7eb",
    "grid.linewidth": 0.6,
    "axes.edgecolor": "#6b7280",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "legend.fontsize": 9,
    "svg.hashsalt": "lapicque",
    "svg.fonttype": "path",
}


@contextmanager
def look() -> Iterator[None]:
    """The settings of all our plots, for the time of a `with` block."""
    import logging

    import matplotlib

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with matplotlib.rc_context({**_SETTINGS, "font.family": _fonts()}):
        yield


@cache
def _fonts() -> list[str]:
    """Those that are installed: matplotlib looks for the others in each letter that it draws."""
    from matplotlib.font_manager import fontManager

    known = {font.name for font in fontManager.ttflist}
    return [name for name in _FONTS if name in known] or [*_FONTS]


def new_figure(width: float = 7.2, height: float = 3.4) -> Figure:
    """An empty figure, inches; made without pyplot, so that nothing global keeps it."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def to_svg(figure: Figure) -> str:
    """The figure as SVG text, the same in every run."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = StringIO()
    with look():
        # Not by `savefig`: it draws the figure a second time, for its layout, which is computed in each drawing.
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
    return _BELOW_A_PIXEL.sub("", buffer.getvalue())


_BELOW_A_PIXEL = re.compile(r"(?<=\d\.\d\d)\d+(?=[ \n\"])")
"""Digits of places beyond a hundredth of a point; scales of letters, which end in a bracket, keep theirs."""


def to_png(figure: Figure, dpi: int = 144) -> bytes:
    """The figure as PNG bytes."""
    buffer = BytesIO()
    with look():
        figure.savefig(buffer, format="png", dpi=dpi)
    return buffer.getvalue()


def save_figure(figure: Figure, path: str | Path) -> Path:
    """Write a figure as SVG or PNG, by the ending of the path.

    Raises:
        LapicqueError: another ending, or a file that cannot be written.
    """
    target = Path(path)
    makers = {".svg": lambda: to_svg(figure).encode(), ".png": lambda: to_png(figure)}
    if target.suffix not in makers:
        raise LapicqueError(f"cannot draw {str(target)!r}: name a file that ends in .svg or .png.")
    return write_file(target, makers[target.suffix](), "the drawing")


def power_of_ten(value: float, place: float | None = None) -> str:
    """A label of a logarithmic axis, in letters: matplotlib takes a formula apart anew for each of its own.

    >>> power_of_ten(1e-5)
    '10⁻⁵'
    """
    exponent = round(log10(value))
    return "10" + str(exponent).translate(_RAISED) if isclose(value, 10.0**exponent, rel_tol=1e-6) else ""


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def scaled(values: float) -> tuple[float, str]:
    """Factor and prefix that make a largest value readable (1e-3, "m").

    >>> scaled(0.012)
    (1000.0, 'm')
    """
    for power, prefix in zip(range(-9, 18, 3), ("G", "M", "k", "", "m", "µ", "n", "p", "f"), strict=True):
        if abs(values) * 10.0**power >= 1.0:
            return 10.0**power, prefix
    return 1.0, ""
