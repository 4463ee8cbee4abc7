"""What a spike leaves behind: how long the membrane is not its own, and where it is then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from .recording import Recording, Samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

BINS = 60
"""Of the time after a spike, up to half of the middle interval."""
FREE = 0.5
"""A membrane that answers the current with this part of what its capacitance says is its own again."""
FEWEST = 6
"""Samples in a bin."""


@frozen(eq=False)
class AfterSpike:
    """The time after a spike in bins.

    Attributes:
        since: middle of each bin, seconds.
        v: mean of the membrane there, volts; nan in an empty bin.
        answer: part of the current's spread that dv/dt follows: 0 or less while the membrane is held, 1 when it is
            free; nan where there are too few spikes.
        window: seconds after a spike in which the membrane is held, discharged, or still falls to its lowest.
        held: seconds after a spike in which the current moves nothing.
    """

    since: Array
    v: Array
    answer: Array
    window: float
    held: float


def horizon(recordings: Sequence[Recording]) -> float:
    """Half of the middle interval, seconds: what comes later is no longer "after a spike"; nan without two spikes."""
    intervals = np.concatenate([r.intervals for r in recordings])
    return float(np.median(intervals)) / 2 if len(intervals) else np.nan


def slope_per_current(voltage: Array, slope: Array, current: Array, length: Array) -> tuple[float, float]:
    """dv/dt per current, after a line in v is taken out of both, and the part of the variance that it explains."""
    w = length / length.sum()
    v = voltage - w @ voltage

    def free(y: Array) -> Array:
        y = y - w @ y
        spread = w @ v**2
        return y - v * (w @ (v * y)) / spread if spread > 0 else y

    current, slope = free(current), free(slope)
    power, both, total = w @ current**2, w @ (current * slope), w @ slope**2
    if not power > 0:
        return np.nan, 0.0
    return float(both / power), float(both**2 / power / total) if total > 0 else 0.0


def fall(recordings: Sequence[Recording], until: float) -> float:
    """How long a spike or its reset takes the membrane down, to its first lowest point, seconds; typical, and a bit."""
    found = []
    for r in recordings:
        for t in r.spikes:
            i, j = np.searchsorted(r.time, [t, t + until])
            down = np.flatnonzero(np.diff(r.v[i:j]) < 0)
            if len(down):  # it may rise on before it falls
                first = down[0]
                up = np.flatnonzero(np.diff(r.v[i + first : j]) >= 0)
                found.append(r.time[i + first + up[0]] - t if len(up) else until)
    if not found:
        return 0.0
    middle = float(np.median(found))
    return min(until, middle * 1.02 + 5 * float(np.median(np.abs(np.array(found) - middle))))


def after_spikes(samples: Samples, until: float, c: float, flow: Callable[[Array], Array], fallen: float) -> AfterSpike:
    """Bin what happens after spikes.

    Args:
        samples: of all recordings.
        flow: into the membrane long after a spike, amperes over volts.
        fallen: see `fall`, seconds.
        until: the longest time after a spike that is looked at, seconds.
        c: capacitance, farads.
    """
    edges = np.linspace(0, until, BINS + 1)
    number = np.digitize(samples.since, edges) - 1
    v, answer = np.full(BINS, np.nan), np.full(BINS, np.nan)
    for k in range(BINS):
        here = samples.where(number == k)
        if len(here.v):
            v[k] = np.average(here.v, weights=here.length)
        if len(here.v) >= FEWEST:
            w = here.length / here.length.sum()
            answer[k] = 1 - _spread(w, c * here.slope - here.current - flow(here.v)) / _spread(w, here.current)
    known = np.flatnonzero(np.isfinite(answer))
    bound = {int(k) for k in known if answer[k] < FREE}
    held = _run_from_start(known, bound)
    return AfterSpike((edges[1:] + edges[:-1]) / 2, v, answer, max(float(edges[held]), fallen), float(edges[held]))


def _spread(w: Array, x: Array) -> float:
    return float(np.sqrt(w @ (x - w @ x) ** 2)) or np.nan


def _run_from_start(known: NDArray[np.int64], bound: set[int]) -> int:
    """Number of bins up to the first two in a row that are free; a bin that nobody knows is like the one before."""
    end, free = 0, 0
    for k in known:
        free = 0 if k in bound else free + 1
        if free == 0:
            end = k + 1
        if free == 2:
            break
    return end
