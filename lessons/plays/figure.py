"""A thing to move as a matplotlib figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ...analysis.plots.style import BLUE, GREY, ORANGE, look, new_figure, scaled
from .kinds import Play, curves, guides

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figure(shown: Play, values: Mapping[str, float], language: str = "en") -> Figure:
    """Draw the curves for the sliders' values.

    Args:
        shown: what to move.
        values: of all sliders, SI.
        language: of the labels.
    """
    with look():
        made = new_figure()
        axis = made.subplots()
        x, lines = shown.grid(), curves(shown, values)
        x_factor, x_prefix = _prefix(shown.x_unit, max(abs(v) for v in shown.x_range))
        top = max((float(np.nanmax(np.abs(y))) for y in lines), default=1.0)
        y_factor, y_prefix = _prefix(shown.y_unit, max(map(abs, shown.y_range)) if shown.y_range else top)
        labels = [c.label[language] for c in shown.lines]
        for y, label, colour, style in zip(lines, labels, (BLUE, ORANGE), ("-", "--"), strict=False):
            axis.plot(x_factor * x, y_factor * y, color=colour, linestyle=style, label=label)
        for which, place in guides(shown, values):
            draw, factor = (axis.axvline, x_factor) if which == "x" else (axis.axhline, y_factor)
            draw(factor * place, color=GREY, linestyle=":", linewidth=1)
        if shown.x_log:
            axis.set_xscale("log")
        axis.set_xlim(x_factor * shown.x_range[0], x_factor * shown.x_range[1])
        if shown.y_range:
            axis.set_ylim(y_factor * shown.y_range[0], y_factor * shown.y_range[1])
        axis.set_xlabel(_label(shown.x[language], x_prefix + shown.x_unit))
        axis.set_ylabel(_label(shown.y[language], y_prefix + shown.y_unit))
        if len(lines) > 1:
            axis.legend()
    return made


def _prefix(unit: str, largest: float) -> tuple[float, str]:
    if unit in ("", "%") or largest == 0:
        return 1.0, ""
    if largest >= 1e6:
        return 1e-6, "M"
    if largest >= 1e4:
        return 1e-3, "k"
    return scaled(largest)


def _label(words: str, unit: str) -> str:
    return f"{words} ({unit})" if unit else words
