"""What was measured of a neuron circuit: its curves, one by one and on one sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..characterise.characteristics import Characteristics, Curve
from ..characterise.strength_duration import lapicque_law
from .style import BLUE, GREEN, GREY, ORANGE, RED, look, new_figure, scaled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLES = {
    "firing": "Firing rate", "strength-duration": "Strength and duration", "latency": "Latency",
    "adaptation": "Adaptation", "paired pulses": "Paired pulses", "spike": "A spike", "energy": "Energy",
}  # fmt: skip
"""Curves that there are pictures of, in the order in which they are shown."""


def characterised(found: Characteristics, name: str | None = None) -> Figure:
    """One curve of a neuron circuit; or all of them on one sheet.

    Args:
        found: what was measured.
        name: of the curve; all unless given.
    """
    names = [name] if name is not None else [n for n in TITLES if n in found.curves]
    columns = 1 if len(names) == 1 else 2
    rows = max(1, -(-len(names) // columns))
    with look():
        figure = new_figure(5.6 if columns == 1 else 9.6, 3.4 * rows)
        axes = figure.subplots(rows, columns, squeeze=False).ravel()
        for axis, n in zip(axes, names, strict=False):
            _draw(axis, found, n)
        for axis in axes[len(names) :]:
            axis.set_axis_off()
    return figure


def _draw(axis: Axes, found: Characteristics, name: str) -> None:
    curve = found.curves[name]
    x, letter = scaled(_largest(curve.at))
    y, prefix = (1.0, "") if curve.y_unit in ("1", "Hz") else scaled(_largest(curve.values))
    axis.set_title(TITLES.get(name, name))
    axis.set(xlabel=_label(curve.x, letter, curve.x_unit), ylabel=_label(curve.y, prefix, curve.y_unit))
    at, values = curve.at * x, curve.values * y
    if name == "spike":
        axis.plot(at, values, color=BLUE, lw=1.3)
        for figure, words in (("threshold", "threshold"), ("reset", "reset")):
            _level(axis, found, figure, words, y)
        return
    style = {"color": BLUE, "marker": "o", "ms": 4, "lw": 1.1}
    if curve.errors.any():
        axis.errorbar(at, values, curve.errors * y, capsize=2, **style)
    else:
        axis.plot(at, values, **style)
    if name == "strength-duration":
        _law(axis, found, curve, x, y)
    if name in ("firing", "latency", "adaptation") and (curve.at > 0).any() and np.ptp(curve.at) > 0:
        positive = curve.at[curve.at > 0]
        if positive.max() > 30 * positive.min():
            axis.set_xscale("log")
    if name == "latency" and np.nanmax(curve.values) > 30 * np.nanmin(curve.values) > 0:
        axis.set_yscale("log")
    if curve.y_unit == "1" and np.isfinite(values).any():  # ratios: what is alike is a level line
        axis.set_ylim(min(0.9, float(np.nanmin(values)) * 0.95), max(1.1, float(np.nanmax(values)) * 1.05))
    if name == "firing":
        _mark(axis, found, "fires on from", x)
        axis.set_ylim(0, None)


def _law(axis: Axes, found: Characteristics, curve: Curve, x: float, y: float) -> None:
    """Lapicque's law with the rheobase and the time constant as measured, on logarithmic axes."""
    axis.set(xscale="log", yscale="log")
    base = found["rheobase"]
    if base.exists:
        fine = np.geomspace(curve.at.min(), curve.at.max(), 200)
        axis.axhline(base.value * y, color=RED, lw=1.0, ls="--", label="rheobase")
        if found["time constant"].exists:
            law = lapicque_law(fine, base.value, found["time constant"].value)
            axis.plot(fine * x, law * y, color=ORANGE, lw=1.2, ls="-", zorder=0, label="Lapicque 1907, measured tau")
    if found["chronaxie"].exists:
        axis.axvline(found["chronaxie"].value * x, color=GREEN, lw=1.0, ls=":", label="chronaxie")
    if axis.get_legend_handles_labels()[1]:
        axis.legend()


def _mark(axis: Axes, found: Characteristics, name: str, x: float) -> None:
    known = {f.name: f for f in found.figures}
    if name in known and known[name].exists:
        axis.axvline(known[name].value * x, color=RED, lw=1.0, ls="--")


def _level(axis: Axes, found: Characteristics, name: str, words: str, y: float) -> None:
    known = {f.name: f for f in found.figures}
    if name in known and known[name].exists:
        axis.axhline(known[name].value * y, color=GREY, lw=0.9, ls="--")
        axis.annotate(words, (0.01, known[name].value * y), xycoords=("axes fraction", "data"), fontsize=8, color=GREY,
                      va="bottom")  # fmt: skip


def _largest(values: np.ndarray) -> float:
    return float(np.nanmax(np.abs(values), initial=0.0)) or 1.0


def _label(name: str, prefix: str, unit: str) -> str:
    return name if unit == "1" else f"{name} / {prefix}{unit}"
