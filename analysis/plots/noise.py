"""Noise over frequency: what each element contributes, and ngspice's sum beside that of the equations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..noise.budget import NoiseBudget
from ..noise.jitter import Jitter, Measured
from .style import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, look, new_figure, power_of_ten, scaled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = (ORANGE, PURPLE, SKY, BLACK)


def noise_figure(budget: NoiseBudget) -> Figure:
    """The sum and its largest parts, V/sqrt(Hz); contributions that are nowhere a thousandth of it are left out.

    Args:
        budget: of `lq.noise`.
    """
    f, whole = budget.frequencies, budget.density
    parts = budget.contributions or _of_ngspice(budget)
    seen = [n for n, v in sorted(parts.items(), key=lambda x: -float(x[1].max())) if (v > 1e-3 * whole).any()]
    with look():
        figure = new_figure(5.6, 3.8)
        axis = figure.add_subplot()
        if budget.output is not None:
            axis.plot(f, whole, color=BLUE, lw=1.8, label="all, equations")
        if budget.simulated is not None:
            theirs = budget.simulated["output"].values
            axis.plot(f, theirs, "o", ms=4, mfc="none", color=GREEN, label="all, ngspice")
        for name, colour in zip(seen, _COLOURS, strict=False):
            axis.plot(f, parts[name], "--", color=colour, lw=1.2, label=name)
        if len(seen) > len(_COLOURS):
            axis.plot([], [], " ", label=f"and {len(seen) - len(_COLOURS)} more")
        top = float(whole.max())
        axis.set(xscale="log", xlabel="frequency / Hz", ylabel=f"noise at {budget.probe} / (V/√Hz)")
        if top > 0:
            axis.set(yscale="log", ylim=(max(float(whole[whole > 0].min()), top * 1e-8) / 3, 3 * top))
        axis.xaxis.set_major_formatter(power_of_ten)
        axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def jitter_figure(found: Jitter, measured: Measured | None = None) -> Figure:
    """Intervals: the density of the first passage, and the histogram of those that were measured.

    Args:
        found: of `lq.jitter`.
        measured: of `measure`.
    """
    times, density = found.histogram()
    factor, prefix = scaled(float(times[-1]))
    with look():
        figure = new_figure(5.6, 3.4)
        axis = figure.add_subplot()
        if measured is not None:
            axis.hist(measured.intervals * factor, bins=40, density=True, color=SKY, label="measured")
        axis.plot(times * factor, density / factor, color=BLUE, lw=1.6, label="first passage")
        axis.axvline(found.mean * factor, color=ORANGE, lw=1.0, ls="--", label="mean")
        axis.set(xlabel=f"interval / {prefix}s", ylabel=f"density / (1/{prefix}s)", ylim=(0, None))
        axis.legend(loc="upper right")
    return figure


def _of_ngspice(budget: NoiseBudget) -> dict[str, np.ndarray]:
    if budget.simulated is None:
        return {}
    found = budget.simulated["contributions"]
    return {str(e): found.sel(element=e).values for e in found["element"].values}
