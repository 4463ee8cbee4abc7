"""Waveforms over time: the model as lines, ngspice as points on them; and what is between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...circuits.elements import I, SpikeProbe
from ...circuits.stimuli import SpikeTrain
from ..agreement.waveforms import relative
from ..comparison import Comparison
from ..models.model import Solution, signal_expressions
from ..models.resolving import close_times
from .style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY, look, new_figure, power_of_ten, scaled

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch
    from sympy import Expr

_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, BLACK)
"""Of signals: as many as are told apart on one axis; red is a threshold's, grey that of spikes."""
_DRAWN = 3000
"""Times at which signals are drawn,"""
_MANY, _PARTS = 3, 750
"""and in so many parts their swings besides, where these would take so many times as many times."""


def waveforms(solution: Solution, simulated: xarray.Dataset | None = None) -> Figure:
    """What the probes see over time, with the threshold and the spikes.

    Args:
        solution: the model's; drawn as lines.
        simulated: ngspice's, drawn as points (a selection of them); None where there is none.

    Returns:
        A figure with one axis a quantity (voltages, pure numbers such as gates, currents), and marks for spikes
        above the first.
    """
    circuit = solution.system.equations.circuit
    panels = _panels(solution)
    factor, prefix = scaled(solution.stop)
    drawn = [e for _, signals in panels for _, e in signals[: len(_COLOURS)]]
    times = np.union1d(_dense(solution), _swings(solution, drawn))
    with look():
        figure = new_figure(height=2.0 + 1.5 * len(panels))
        heights = [2.2, *[1.0] * (len(panels) - 1)]
        axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
        for axis, (unit, signals) in zip(axes, panels, strict=True):
            rows = solution.values([e for _, e in signals], times)
            size = panel(axis, unit, times * factor, {n: row for (n, _), row in zip(signals, rows, strict=True)})
            for (name, _), colour in zip(signals, _COLOURS, strict=False):
                _dots(axis, simulated, name, colour, factor, size)
            if unit == "V" and "v_th" in dict(circuit.spec):
                _mark_threshold(axis, dict(circuit.spec)["v_th"] * size)
        axes[0].legend(
            loc="center left",
            bbox_to_anchor=(1.0, 0.5),
            title=_WHO if simulated is not None else None,
            title_fontsize=8,
        )
        _mark_spikes(axes[0], solution, factor)
        axes[-1].set(xlabel=f"time / {prefix}s", xlim=(0, solution.stop * factor))
    return figure


_LABELS = {"V": "voltage / {}V", "1": "pure number", "A": "current / {}A"}
_WHO = "lines: model\ncircles: ngspice"


def panel(axis: Axes, unit: str, times: np.ndarray, rows: dict[str, np.ndarray]) -> float:
    """Draw the signals of one unit; gives the factor by which they were scaled."""
    drawn = list(rows.values())[: len(_COLOURS)]
    largest = max(float(np.max(np.abs(r))) for r in drawn)
    size, letter = scaled(largest) if unit in ("V", "A") else (1.0, "")  # others, such as nA, have their prefix
    for (name, row), colour in zip(rows.items(), _COLOURS, strict=False):
        axis.plot(times, row * size, color=colour, lw=1.4, label=name)
    if (more := len(rows) - len(_COLOURS)) > 0:
        _count_others(axis, more)
    axis.set(ylabel=_LABELS.get(unit, "{}" + unit).format(letter))
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return size


def _count_others(axis: Axes, count: int) -> None:
    """A line of the legend for signals that are not drawn."""
    axis.plot([], [], " ", label=f"and {count} more")


def _panels(solution: Solution) -> list[tuple[str, list[tuple[str, Expr]]]]:
    """What is drawn: unit, and name and expression of each signal; spike detectors are left to their marks."""
    circuit = solution.system.equations.circuit
    detectors = {p.name for p in circuit.of_type(SpikeProbe)}
    signals = signal_expressions(solution.system)
    if detectors < signals.keys():
        signals = {name: s for name, s in signals.items() if name not in detectors}
    units = dict.fromkeys(unit for _, unit in signals.values())
    return [(u, [(n, e) for n, (e, unit) in signals.items() if unit == u]) for u in units]


def _dots(axis: Axes, simulated: xarray.Dataset | None, name: str, colour: str, factor: float, size: float) -> None:
    if simulated is None or name not in simulated:
        return
    pick = _spread(simulated["time"].values, 60)
    times, values = simulated["time"].values[pick] * factor, simulated[name].values[pick] * size
    axis.plot(times, values, "o", ms=3.5, mfc="white", mec=colour, mew=1.0)


def _dense(solution: Solution) -> np.ndarray:
    """Even times, and both sides of every transition, so that jumps are drawn upright."""
    edges = np.array([t.time for t in solution.transitions])
    sides = np.concatenate([edges, edges - 1e-9 * solution.stop]) if len(edges) < 4 * _DRAWN else edges[:0]
    times = np.concatenate([np.linspace(0, solution.stop, _DRAWN), sides])
    return np.unique(times[(times >= 0) & (times <= solution.stop)])


def _swings(solution: Solution, drawn: list[Expr]) -> np.ndarray:
    """Where in each of some equal parts of a run that holds many swings each signal is lowest and highest."""
    close = close_times(solution)
    if len(close) < _MANY * _DRAWN:
        return close[:0]
    rows = solution.values(drawn, close)
    parts = np.minimum((close / solution.stop * _PARTS).astype(int), _PARTS - 1)
    found = []
    for row in (*rows, *-rows):
        order = np.lexsort((row, parts))
        found.append(close[order[np.flatnonzero(np.diff(parts[order], prepend=-1))]])
    return np.concatenate(found)


def _spread(times: np.ndarray, count: int) -> np.ndarray:
    """Indices of points that are about evenly spread over time."""
    wanted = np.linspace(times[0], times[-1], count)
    return np.unique(np.clip(np.searchsorted(times, wanted), 0, len(times) - 1))


def _mark_threshold(axis: Axes, height: float) -> None:
    axis.axhline(height, color=RED, lw=1.0, ls="--", zorder=0)
    place = {"xycoords": ("axes fraction", "data"), "color": RED, "fontsize": 8, "va": "bottom"}
    axis.annotate("threshold", (0.005, height), **place)


def _mark_spikes(axis: Axes, solution: Solution, factor: float) -> None:
    """A row of marks above the axis for each train: what comes in below, what goes out above it."""
    circuit = solution.system.equations.circuit
    trains = [(e.name, np.array(e.stimulus.times)) for e in circuit.of_type(I) if isinstance(e.stimulus, SpikeTrain)]
    trains += [(p.name, solution.spikes(p)) for p in circuit.of_type(SpikeProbe)]
    for row, (name, spikes) in enumerate(trains):
        height = 1.03 + 0.06 * row
        axis.plot(
            spikes * factor, np.full(len(spikes), height), "|", ms=10, mew=1.8, color=GREY,
            transform=axis.get_xaxis_transform(), clip_on=False,
        )  # fmt: skip
        place = {"xycoords": "axes fraction", "fontsize": 8, "color": GREY, "va": "center", "ha": "right"}
        axis.annotate(name, (-0.01, height), **place)


def residuals(comparison: Comparison) -> Figure:
    """ngspice minus model away from spikes, on a logarithmic axis, as a part of the swing; the worst signals."""
    with look():
        figure = new_figure(height=2.6)
        axis = figure.add_subplot()
        longest = max((w.times[-1] for w in comparison.waveforms), default=1.0)
        factor, prefix = scaled(longest)
        axis.set(
            xlabel=f"time / {prefix}s", ylabel="|ngspice − model| / swing", xlim=(0, longest * factor), yscale="log"
        )
        worst = sorted(comparison.waveforms, key=lambda w: -np.nan_to_num(relative(w.worst, w.swing)))
        for w, colour in zip(worst, _COLOURS, strict=False):
            size = np.abs(w.residual) / (w.swing or 1.0)
            pick = _told_apart(w.times / longest, size)
            axis.add_artist(_points(w.times[pick] * factor, size[pick], colour, _LENGTH * longest * factor))
            ends = pick[[np.argmin(size[pick]), np.argmax(size[pick])]] if len(pick) else pick
            axis.plot(w.times[ends] * factor, size[ends], ".", ms=2.5, color=colour, label=w.signal)
        if (more := len(worst) - len(_COLOURS)) > 0:
            _count_others(axis, more)
        axis.yaxis.set_major_formatter(power_of_ten)
        axis.set_ylim(bottom=max(axis.get_ylim()[0], 1e-13))  # below is rounding
        figure.legend(loc="outside upper right", ncols=4)
    return figure


_ACROSS, _PER_DECADE = 500, 12
"""Places about a pixel apart in the picture of residuals: in the run, and in a factor of ten."""
_LENGTH = 2e-4
"""Length of a dot's line as a part of the run, a tenth of a pixel: one of no length is painted in SVG, not in PNG."""


def _told_apart(when: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Indices of points of which no two lie on each other; each is the largest of its place.

    Args:
        when: as a part of the run, shape (points,).
        size: at those times, on a logarithmic axis; what is zero is not drawn.
    """
    seen = np.flatnonzero(size > 0)
    seen = seen[np.argsort(-size[seen], kind="stable")]
    height = np.floor(np.log10(size[seen]) * _PER_DECADE)
    place = height * (_ACROSS + 1) + np.round(when[seen] * _ACROSS)
    return seen[np.unique(place, return_index=True)[1]]


def _points(x: np.ndarray, y: np.ndarray, colour: str, length: float) -> PathPatch:
    """Dots as one path of very short lines with round ends: thousands of markers are slow to make and open."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    corners = np.stack([np.stack([x, y], axis=1), np.stack([x + length, y], axis=1)], axis=1)
    path = Path(corners.reshape(-1, 2), np.tile([Path.MOVETO, Path.LINETO], len(x)))
    path.should_simplify = False
    return PathPatch(path, fill=False, edgecolor=colour, lw=2.2, capstyle="round", snap=False)


def phase_plane(solution: Solution) -> Figure:
    """The first two states against each other."""
    states = solution.system.equations.states
    with look():
        figure = new_figure(4.6, 3.6)
        axis = figure.add_subplot()
        x = solution.states(_dense(solution))
        second = x[1] if len(x) > 1 else np.gradient(x[0])
        axis.plot(x[0], second, color=BLUE, lw=1.2)
        axis.plot(x[0][0], second[0], "o", color=GREEN, label="start")
        axis.plot(x[0][-1], second[-1], "s", color=RED, label="end")
        axis.set(xlabel=f"{states[0].symbol} / {states[0].unit}")
        axis.set(ylabel=f"{states[1].symbol} / {states[1].unit}" if len(x) > 1 else f"slope of {states[0].symbol}")
        axis.legend()
    return figure
