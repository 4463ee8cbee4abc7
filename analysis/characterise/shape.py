"""What a spike looks like at the membrane: height, width, how low it leaves it, how long it holds it there."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.stimuli import Constant, evaluate
from ...circuits.units import show
from .bench import Bench, Observation
from .figure import Figure, missing
from .firing_curve import FiringCurve, Point
from .threshold import Threshold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NO_SPIKE = 0.1
"""A membrane that rises above the threshold by less than this part of the way to it has no spike of its own."""
APART = 0.1
"""Two sizes of spikes are apart by at least this part of the way up from the reset."""
LEAVES = 0.01
"""The membrane leaves its reset from this part of the way to the threshold on: from three of them one looks back."""


@frozen(eq=False)
class Shape:
    """Figures, and one spike: the run, and its spikes."""

    figures: tuple[Figure, ...]
    seen: Observation | None


def shape(bench: Bench, curve: FiringCurve, found: Threshold) -> Shape:
    """Read spikes off the runs of the f-I curve: at its smallest steady inputs, where nothing pulls at the membrane."""
    on = [p for p in curve.points if p.rate and p.spikes > 3]
    names = (("reset", "V"), ("hold", "s"), ("spike height", "V"), ("spike width", "s"))
    if not on:
        why = "it does not fire on under any input that was tried"
        return Shape(tuple(missing(n, u, why) for n, u in names), None)
    low, high = on[0], _far(on)
    runs = {p.run: _again(bench, p) for p in (low, high)}
    cycles = [_last_cycle(runs[p.run]) for p in (low, high)]
    if any(c is None for c in cycles):
        return Shape(tuple(missing(n, u, "no whole cycle was seen") for n, u in names), runs[low.run])
    lows = [float(c[1].min()) for c in cycles if c is not None]
    cycle = cycles[0]
    assert cycle is not None
    v = cycle[1]
    bottom, peak = lows[0], float(v.max())
    level = found.voltage if np.isfinite(found.voltage) else float(v[-1])
    more = high.current - low.current
    still = lows[0] - (lows[1] - lows[0]) * low.current / more if more else lows[0]
    error = max(abs(still - lows[0]), abs(lows[1] - lows[0]) / 20, 1e-6 * abs(peak - bottom))
    words = "the lowest voltage after a spike, by two inputs extrapolated to none" if more else ""
    reset = Figure("reset", still, "V", error, (low.run, high.run), words)
    hold = _hold(cycle, level, bottom, low.run)
    way = level - bottom
    if not way > 0:
        why = "its membrane stays above the threshold between two spikes: they do not reset it"
        shapes = (missing("spike height", "V", why, (low.run,)), missing("spike width", "s", why, (low.run,)))
        reset = missing("reset", "V", why, (low.run, high.run))
    elif peak - level < NO_SPIKE * way:
        why = "its membrane has no spike of its own: it is reset where it reaches the threshold"
        shapes = (missing("spike height", "V", why, (low.run,)), missing("spike width", "s", why, (low.run,)))
    else:
        shapes = _own_spike(bench, runs[low.run], bottom, peak, low.run)
    if two := _two_sizes(bench, on, bottom):
        bench.said.append(two)
    return Shape((reset, hold, *shapes), runs[low.run])


def _two_sizes(bench: Bench, on: list[Point], bottom: float) -> str:
    """Words on the first steady input under which spikes come in two sizes; "" where all are alike."""
    for p in on:
        o = _again(bench, p)
        late = o.spikes[len(o.spikes) // 2 :]
        middles = (late[1:] + late[:-1]) / 2
        if sizes := two_sizes([float(part.max()) for part in _parts(o, middles)], bottom):
            small, large = (show(float(f"{x:.3g}"), "V") for x in sizes)
            at = show(float(f"{p.current:.4g}"), bench.unit)
            return f"two thresholds: at {at} its spikes come in two sizes, up to {small} and up to {large}."
    return ""


def _parts(o: Observation, marks: Array) -> list[Array]:
    """The membrane between marks that follow each other; those without points are left out."""
    at = np.searchsorted(o.time, marks)
    return [o.v[a:b] for a, b in pairwise(at) if b > a]


def two_sizes(tops: list[float], bottom: float) -> tuple[float, float] | None:
    """The middles of two narrow heaps of highest voltages, far apart on the way up; None where there are none such."""
    rows = np.sort(tops)
    if len(rows) < 4:
        return None
    k = int(np.argmax(np.diff(rows))) + 1
    gap, way = float(rows[k] - rows[k - 1]), float(rows[-1]) - bottom
    if min(k, len(rows) - k) < 2 or gap < APART * way or max(np.ptp(rows[:k]), np.ptp(rows[k:])) > gap / 2:
        return None
    return float(np.median(rows[:k])), float(np.median(rows[k:]))


def _far(on: list[Point]) -> Point:
    """A point at about three times the first input."""
    return min(on, key=lambda p: abs(p.current - 3 * on[0].current) if p is not on[0] else np.inf) if on[1:] else on[0]


def _again(bench: Bench, p: Point) -> Observation:
    """The run of a point, out of the journal."""
    run = bench.journal.get(p.run)
    stop = float(run.time[-1])
    stimulus = bench.step(p.current) if bench.rest.start is not None else Constant(p.current)
    return Observation(stimulus, stop, run.spikes, run.time, bench.turn * run.v, evaluate(stimulus, run.time), p.run)


def _last_cycle(o: Observation) -> tuple[Array, Array] | None:
    """From the last spike but one to the last; times from the first of them."""
    if len(o.spikes) < 2:
        return None
    begin, end = o.spikes[-2:]
    inside = (o.time > begin) & (o.time < end)
    if inside.sum() < 5:
        return None
    return o.time[inside] - begin, o.v[inside]


def _hold(cycle: tuple[Array, Array], level: float, bottom: float, run: str) -> Figure:
    """From a spike until the membrane leaves its lowest voltage, by the line along which it then rises."""
    t, v = cycle
    lowest, way = int(np.argmin(v)), level - bottom
    times = [_leaves(t, v, lowest, bottom + k * LEAVES * way) for k in (1, 2, 3)]
    if not way > 0 or any(x is None for x in times):
        return missing("hold", "s", "its membrane does not rise from its reset to its threshold", (run,))
    one, two, three = (float(x) for x in times if x is not None)
    begins = 3 * one - 3 * two + three  # a parabola through three levels, back to the first
    error = max(abs(begins - (2 * one - two)) / 2, 1e-9 * float(t[-1]))
    return Figure("hold", max(begins, 0.0), "s", error, (run,), "from a spike until its membrane leaves the reset")


def _leaves(t: Array, v: Array, lowest: int, mark: float) -> float | None:
    """When the membrane passes a level on its way up from its lowest voltage; None where it does not."""
    above = np.flatnonzero(v[lowest:] > mark)
    if not len(above) or not above[0]:
        return None
    k = lowest + int(above[0])
    return float(np.interp(mark, v[k - 1 : k + 1], t[k - 1 : k + 1]))


def _own_spike(bench: Bench, o: Observation, bottom: float, peak: float, run: str) -> tuple[Figure, Figure]:
    """Height from the lowest to the highest voltage, and the width at half of it."""
    middle = (bottom + peak) / 2
    begin, end = float(o.spikes[-2]), float(o.spikes[-1])
    back = (end - begin) / 2
    inside = (o.time > begin - back) & (o.time < end - back)
    t, v = o.time[inside], o.v[inside]
    signs = np.flatnonzero(np.diff(np.sign(v - middle)) != 0)
    at = [float(np.interp(middle, *sorted_pair(v[k : k + 2], t[k : k + 2]))) for k in signs]
    ups = [x for x, k in zip(at, signs, strict=True) if v[k + 1] > v[k]]
    downs = [x for x, k in zip(at, signs, strict=True) if v[k + 1] < v[k]]
    step = float(np.median(np.diff(t)))
    height = Figure("spike height", peak - bottom, "V", 1e-3 * (peak - bottom), (run,), "from its lowest voltage on")
    pairs = [(u, d) for u in ups for d in downs if d > u]
    if not pairs:
        return height, missing("spike width", "s", "no spike is whole in its run", (run,))
    up, down = min(pairs, key=lambda p: p[1] - p[0])
    error = min(step, 0.05 * (down - up)) + 1e-6 * (down - up)
    return height, Figure("spike width", down - up, "s", error, (run,), "at half of its height")


def sorted_pair(v: Array, t: Array) -> tuple[Array, Array]:
    """Two points in the order of their voltages, for interpolation."""
    order = np.argsort(v)
    return v[order], t[order]
