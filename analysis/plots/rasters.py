"""Spikes of a network: a row a neuron, ngspice's as strokes, the exact model's as rings; and what lies between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ...circuits.errors import DesignError
from ...netlists.networks.network import NetworkRun
from ..networks.event_network import NetworkSpikes
from .style import BLUE, GREY, ORANGE, look, new_figure, scaled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

MOST = 400
"""Most neurons of a population that get a row of their own; of larger ones evenly chosen neurons are shown."""
RINGS = 3000
"""Most spikes that get a ring: more would hide the strokes."""


def raster(run: NetworkRun, model: NetworkSpikes | None = None) -> Figure:
    """Draw who spiked when.

    Args:
        run: of ngspice.
        model: the exact model, for comparison.

    Returns:
        One panel a population; neuron 0 at the bottom.

    Raises:
        DesignError: a network in which nobody spikes.
    """
    network = run.prepared.composed.network
    populations = [p for p in network.populations if p.spikes]
    if not populations:
        raise DesignError(
            f"network {network.title!r} has no neurons that spike: keep membranes (traces) and draw them."
        )
    factor, prefix = scaled(run.prepared.stop)
    rows = [min(p.size, MOST) for p in populations]
    with look():
        figure = new_figure(height=1.2 + sum(_height(n) for n in rows))
        ratios = [_height(n) for n in rows]
        axes = figure.subplots(len(rows), 1, sharex=True, squeeze=False, height_ratios=ratios)[:, 0]
        for axis, p, count in zip(axes, populations, rows, strict=True):
            shown = np.unique(np.linspace(0, p.size - 1, count).astype(int))
            names = [f"{p.name}.{k}" for k in shown]
            _strokes(axis, run.spikes, names, factor)
            if model is not None:
                _rings(axis, model.spikes, names, factor)
            axis.set(ylim=(-0.7, count - 0.3), ylabel=f"{p.name}\nneuron")
            axis.grid(False)
            ticks = np.unique(np.linspace(0, count - 1, min(count, 5)).astype(int))
            axis.set_yticks(ticks, [str(shown[k]) for k in ticks])
        axes[0].legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
        axes[-1].set(xlabel=f"time / {prefix}s", xlim=(0, run.prepared.stop * factor))
    return figure


def _height(rows: int) -> float:
    return min(0.5 + 0.08 * rows, 4.0)


def _strokes(axis: Axes, spikes: Mapping[str, NDArray], names: list[str], factor: float) -> None:
    trains = [spikes.get(n, np.zeros(0)) * factor for n in names]
    axis.eventplot(trains, lineoffsets=np.arange(len(trains)).tolist(), colors=BLUE, linelengths=0.8, linewidths=1.0)
    axis.plot([], [], color=BLUE, marker="|", linestyle="none", label="ngspice")


def _rings(axis: Axes, spikes: Mapping[str, NDArray], names: list[str], factor: float) -> None:
    time = np.concatenate([np.zeros(0), *(spikes[n] * factor for n in names)])
    row = np.concatenate([np.zeros(0), *(np.full(len(spikes[n]), k) for k, n in enumerate(names))])
    if len(time) <= RINGS:
        size = 14 if len(names) <= 40 else 6
        axis.scatter(
            time, row, s=size, facecolors="none", edgecolors=ORANGE, linewidths=0.8, label="exact model", zorder=3
        )


def spike_errors(times: NDArray, errors: NDArray, stop: float) -> Figure:
    """Draw how far each spike of ngspice lies from the exact model's, over time."""
    factor, prefix = scaled(stop)
    size, unit = scaled(float(np.max(np.abs(errors), initial=1e-9)))
    with look():
        figure = new_figure(height=2.4)
        axis = figure.subplots()
        axis.axhline(0.0, color=GREY, linewidth=0.8)
        axis.plot(times * factor, errors * size, ".", color=BLUE, markersize=3)
        axis.set(xlabel=f"time / {prefix}s", ylabel=f"ngspice - model / {unit}s", xlim=(0, stop * factor))
    return figure


def membranes(run: NetworkRun, model: NetworkSpikes | None = None) -> Figure:
    """Draw the membranes that were kept: ngspice as a line, the model's samples as dots."""
    traces = run.outcome.traces
    factor, prefix = scaled(run.prepared.stop)
    with look():
        figure = new_figure(height=1.0 + 1.5 * len(traces))
        axes = figure.subplots(len(traces), 1, sharex=True, squeeze=False)[:, 0]
        for axis, (node, (time, volts)) in zip(axes, traces.items(), strict=True):
            name = node.rpartition(".")[0]
            axis.plot(time * factor, volts, color=BLUE, linewidth=1.0, label="ngspice")
            if model is not None and name in model.samples:
                at = slice(None, None, 8)
                axis.plot(model.sample_times[at] * factor, model.samples[name][at], ".", color=ORANGE, markersize=4,
                          label="exact model")  # fmt: skip
            axis.set(ylabel=f"{name} / V")
        axes[0].legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
        axes[-1].set(xlabel=f"time / {prefix}s", xlim=(0, run.prepared.stop * factor))
    return figure
