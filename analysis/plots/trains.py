"""What is between ngspice and the model: waveforms where there are some, else the spikes of both, a row a probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..comparison import Comparison
from ..spikes import SpikeComparison
from .over_time import residuals
from .style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY, look, new_figure, scaled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = (BLACK, GREEN, PURPLE, RED, SKY)
"""Of probes in the lower panel, again from the first where there are more; those of the two runs are others."""


def between(comparison: Comparison) -> Figure:
    """The picture of a comparison: its residuals, or the spikes where only those were compared."""
    return residuals(comparison) if comparison.waveforms or not comparison.spikes else spike_rows(comparison)


def spike_rows(comparison: Comparison) -> Figure:
    """Spikes of each probe, ngspice's as strokes and the model's as rings; below, how late ngspice's are."""
    probes = comparison.spikes
    longest = max(_end(s) for s in probes)
    factor, prefix = scaled(longest)
    size, letter = scaled(max(s.worst for s in probes) or 1.0)
    with look():
        figure = new_figure(height=2.7 + 0.35 * len(probes))
        ratios = [0.4 + 0.35 * len(probes), 1.9]
        rows, late = figure.subplots(2, 1, sharex=True, height_ratios=ratios)
        for k, s in enumerate(probes):
            ours, theirs = (np.concatenate([s.pairs[:, c], more]) for c, more in ((0, s.missing), (1, s.extra)))
            _row(rows, k, ours * factor, theirs * factor, labelled=k == 0)
            colour = _COLOURS[k % len(_COLOURS)]
            late.plot(s.pairs[:, 0] * factor, s.errors * size, ".-", ms=4, lw=0.8, color=colour, label=s.probe)
            if not len(ours) and not len(theirs):
                rows.annotate("no spikes", (0.5, k), xycoords=("axes fraction", "data"), ha="center", va="center")
        rows.set_yticks(range(len(probes)), [s.probe for s in probes])
        rows.set(ylim=(-0.7, len(probes) - 0.3))
        rows.grid(False)
        rows.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
        late.axhline(0.0, color=GREY, lw=0.8, zorder=0)
        late.set(xlabel=f"time / {prefix}s", ylabel=f"ngspice − model / {letter}s", xlim=(0, longest * factor))
        if len(probes) > 1:
            late.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _row(axis: Axes, row: int, ours: np.ndarray, theirs: np.ndarray, labelled: bool) -> None:
    names = ("ngspice", "model") if labelled else ("_ngspice", "_model")  # matplotlib leaves out what begins with _
    axis.plot(theirs, np.full(len(theirs), row), "|", ms=16, mew=1.2, color=BLUE, label=names[0])
    axis.plot(ours, np.full(len(ours), row), "o", ms=4.5, mfc="none", mec=ORANGE, label=names[1])


def _end(s: SpikeComparison) -> float:
    """Where the picture of a train ends, seconds: half an interval after its last spike, or with the run."""
    last = float(np.max(np.concatenate([s.pairs.ravel(), s.missing, s.extra]), initial=0.0))
    return last + s.interval / 2 if last else s.interval
