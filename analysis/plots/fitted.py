"""What was fitted to a neuron: its dynamic I-V curve, its firing rates beside those of the models, and their spikes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..fits.neuron_fit import NeuronFit, Row
from .style import BLUE, GREEN, GREY, ORANGE, RED, look, new_figure, scaled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = (RED, ORANGE, GREEN)
SHOWN = 25.0
"""Middle intervals in a raster."""


def fitted(found: NeuronFit) -> Figure:
    """Three pictures on one sheet."""
    rows = shown_rows(found)
    with look():
        figure = new_figure(9.6, 6.6)
        grid = figure.add_gridspec(2, 2)
        _curve(figure.add_subplot(grid[0, 0]), found)
        _rates(figure.add_subplot(grid[0, 1]), found, rows)
        _spikes(figure.add_subplot(grid[1, :]), found, rows)
    return figure


def shown_rows(found: NeuronFit) -> list[Row]:
    """The three candidates with the best coincidence factor, the best first."""
    judged = [(r.judged.gamma, r) for r in found.rows if r.judged is not None]
    return [r for _, r in sorted(judged, key=lambda pair: -pair[0])[: len(COLOURS)]]


def _curve(axis: Axes, found: NeuronFit) -> None:
    curve = found.curve
    x, of_v = scaled(float(np.abs(curve.v).max()))
    y, of_f = scaled(float(np.abs(curve.f).max()))
    axis.errorbar(
        curve.v * x, curve.f * y, curve.spread * y, fmt="o", ms=3, lw=0.7, color=BLUE, ecolor=GREY, label="measured"
    )
    best = next((r for r in found.rows if r.name == found.best), None)
    if best is not None and best.fitted.model is not None:
        v = np.linspace(curve.v[0], curve.v[-1], 300)
        axis.plot(v * x, best.fitted.model.flow.at(v) * y, color=RED, lw=1.2, label=best.name)
        low, high = float((curve.f - curve.spread).min()), float((curve.f + curve.spread).max())
        axis.set_ylim((low - 0.1 * (high - low)) * y, (high + 0.1 * (high - low)) * y)
    axis.axhline(0, color=GREY, lw=0.6)
    axis.set(title="Dynamic I-V curve", xlabel=f"membrane / {of_v}V", ylabel=f"F(v) / {of_f}{found.unit}")
    axis.legend()


def _rates(axis: Axes, found: NeuronFit, rows: list[Row]) -> None:
    x, of_i = scaled(float(np.abs(found.range.currents).max()))
    axis.plot(found.range.currents * x, found.range.rates, "o", color=BLUE, ms=5, label="circuit")
    for row, colour in zip(rows, COLOURS, strict=False):
        if row.judged is not None:
            axis.plot(found.range.currents * x, row.judged.curve, color=colour, lw=1.1, label=row.name)
    axis.set(title="Firing rate", xlabel=f"input / {of_i}{found.unit}", ylabel="rate / Hz", ylim=(0, None))
    axis.legend()


def _spikes(axis: Axes, found: NeuronFit, rows: list[Row]) -> None:
    """Of the middle stretch that judged: the circuit above, the models below."""
    stretch = len(found.unseen) // 2
    recording = found.unseen[stretch]
    end = SHOWN * float(np.median(recording.intervals)) if len(recording.intervals) else recording.length
    x, letter = scaled(end)
    trains = [("circuit", recording.spikes, BLUE)]
    for row, colour in zip(rows, COLOURS, strict=False):
        if row.judged is not None:
            trains.append((row.name, row.judged.trains[stretch], colour))
    for k, (_, train, colour) in enumerate(trains):
        axis.eventplot(train[train <= end] * x, lineoffsets=-k, linelengths=0.7, colors=colour, lw=1.3)
    axis.set_yticks([-k for k in range(len(trains))], [n for n, _, _ in trains])
    axis.set(title="Spikes under noise that no fit saw", xlabel=f"time / {letter}s", xlim=(0, end * x))
