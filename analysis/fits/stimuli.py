"""What a neuron is asked with: steady currents over its range, noisy ones to fit, and others of their kind to judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.errors import DesignError
from ...circuits.stimuli import PWL
from ...circuits.units import show
from ..characterise.bench import Bench, Observation
from .recording import Recording

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

HALVINGS = 7
"""Of the range between silence and firing."""
OVER = (0.03, 0.1, 0.25, 0.5, 1.0, 1.7, 2.5, 4.0)
"""Steady currents above the least that fires, as parts of it."""
ALONE = (0.25, 0.5)
ABOVE = ((0.8, 0.6), (2.0, 0.8))
"""Noisy currents: mean above the least that fires, and standard deviation, as parts of it; the first for a neuron that
fires by itself, which no noise has to carry over its threshold."""
BELOW = -0.25
"""Mean of the noise that alone fires a neuron, in the same measure; its standard deviation is one of"""
SIGMAS = (0.15, 0.3, 0.6, 1.2, 2.4)
"""and fires it at this part of its highest rate. Source: Jolivet et al. 2008, J Neurosci Methods 169:417, sec. 2."""
TENTH = 0.1
TRIED = 40.0
"""Each is tried for so many intervals at the highest rate."""
CORRELATION = 0.25
"""Time constant of the noise, over that of the neuron."""
CORNERS = 4.0
"""Corners of the noise in its time constant."""
SPIKES = 60
"""Of each noisy run."""
SHORT = 0.03
"""A time constant below this part of an interval is none of the membrane's."""
LATE = 1.8
"""A neuron that has been silent for so many intervals at the end of a run has stopped."""


@frozen(eq=False)
class Range:
    """Where a neuron fires.

    Attributes:
        zero: the input without a stimulus fires it by itself.
        least: input at which it starts to fire on; what moves it noticeably where it fires by itself.
        currents: steady inputs.
        rates: at each, hertz; 0 where it does not fire on.
        time: the neuron's own time, seconds: that of its membrane, or an interval where that is shorter.
    """

    zero: bool
    least: float
    currents: Array
    rates: Array
    time: float


def range_of(bench: Bench) -> Range:
    """Find where a neuron fires, and how fast.

    Raises:
        DesignError: it does not fire at all.
    """
    if bench.fires_at is None:
        raise DesignError(
            f"{bench.subject.circuit.title!r} did not fire at any input up to {show(bench.tried, bench.unit)}: "
            "there is nothing to fit; say what a spike is, or give a larger input."
        )
    alone = bench.rest.start is None
    least = bench.fires_at if alone else _least(bench, bench.fires_at)
    currents = least * (np.array([0.0, *OVER]) if alone else 1 + np.array(OVER))
    seen = bench.observe([bench.step(float(i)) for i in currents], bench.horizon)
    rates = np.array([steady_rate(o) for o in seen])
    if not (rates > 0).any():
        raise DesignError(
            f"{bench.subject.circuit.title!r} fires once and then no more at all inputs up to "
            f"{show(float(currents[-1]), bench.unit)}: there is no rate to fit."
        )
    interval = 1 / float(np.median(rates[rates > 0]))
    own = 0.0 if bench.linear is None or bench.linear.integrates else bench.linear.slowest
    time = min(own, interval) if own > SHORT * interval else interval
    return Range(alone, least, currents, rates, time)


def _least(bench: Bench, high: float) -> float:
    low = 0.0
    for _ in range(HALVINGS):
        inside = [low + (high - low) * k / 3 for k in (1, 2)]
        fires = [steady_rate(o) > 0 for o in bench.observe([bench.step(i) for i in inside], bench.horizon)]
        high = inside[0] if fires[0] else inside[1] if fires[1] else high
        low = low if fires[0] else inside[0] if fires[1] else inside[1]
    return high


def steady_rate(o: Observation) -> float:
    """Last interval inverted, hertz; 0 for a neuron that has stopped, or has never fired on."""
    return rate_of(o.spikes, o.stop)


def rate_of(spikes: Array, stop: float) -> float:
    """The mean of the last quarter of the intervals inverted, hertz; 0 for a neuron that has stopped."""
    intervals = np.diff(spikes)
    if len(intervals) < 2 or stop - spikes[-1] > LATE * intervals[-1]:
        return 0.0
    return 1 / float(intervals[-max(1, len(intervals) // 4) :].mean())


def noise(mean: float, sigma: float, tau: float, stop: float, seed: int) -> PWL:
    """An Ornstein-Uhlenbeck current, its exact samples joined by straight lines; it begins at its mean.

    Args:
        mean: in the unit of the input.
        sigma: standard deviation.
        tau: correlation time, seconds.
        stop: length, seconds.
        seed: of the random numbers.
    """
    step = tau / CORNERS
    keep = np.exp(-1 / CORNERS)
    kicks = np.random.default_rng(seed).standard_normal(int(stop / step) + 1) * np.sqrt(1 - keep**2)
    values = np.zeros(len(kicks) + 1)
    for k, kick in enumerate(kicks):
        values[k + 1] = keep * values[k] + kick
    return PWL((np.arange(len(values)) * step).tolist(), (mean + sigma * values).tolist())


def noisy(
    bench: Bench, found: Range, levels: Sequence[tuple[float, float]], seed: int, spikes: int = SPIKES
) -> list[Recording]:
    """Recordings under noise of several means, each long enough for so many spikes.

    Args:
        bench: the circuit.
        found: its range.
        levels: see `levels_of`.
        seed: of the first; the others follow.
        spikes: of each.
    """
    tau, shift = CORRELATION * found.time, 0.0 if found.zero else found.least
    stimuli, stops = [], []
    for k, (above, part) in enumerate(levels):
        mean, most = shift + above * found.least, float(found.rates.max())
        rate = max(float(np.interp(mean, found.currents, found.rates)), (0.3 if above > 0 else TENTH) * most)
        stops.append(spikes / rate)
        stimuli.append(noise(mean, part * found.least, tau, stops[-1], seed + k))
    return [recording_of(o) for o in bench.observe(stimuli, stops)]


def levels_of(bench: Bench, found: Range) -> tuple[tuple[float, float], ...]:
    """Means and standard deviations of the noisy currents, see `ABOVE`; the first is below the least that fires.

    There fluctuations decide when it fires. Far above, a neuron is a clock, whose phase adds up every error.
    """
    if found.zero:
        return (ALONE, *ABOVE)
    most = float(found.rates.max())
    stop, mean = TRIED / most, (1 + BELOW) * found.least
    stimuli = [noise(mean, part * found.least, CORRELATION * found.time, stop, 0) for part in SIGMAS]
    rates = np.array([len(o.spikes) / stop for o in bench.observe(stimuli, stop)])
    enough = np.flatnonzero(rates >= TENTH * most)
    return ((BELOW, SIGMAS[int(enough[0]) if len(enough) else -1]), *ABOVE)


def recording_of(o: Observation) -> Recording:
    """What the bench saw, as a recording."""
    keep = np.concatenate([[True], np.diff(o.time) > 0])
    spikes = o.spikes[(o.spikes >= o.time[0]) & (o.spikes <= o.time[-1])]
    return Recording(o.time[keep], o.current[keep], o.v[keep], spikes)


def total_spikes(recordings: Sequence[Recording]) -> int:
    """Of all stretches."""
    return sum(len(r.spikes) for r in recordings)
