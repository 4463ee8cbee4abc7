"""What passes between the parts of a circuit: pulses, or straight lines; and how many of them add up to one stimulus.

A node that a switch holds at one level for a while and at another otherwise is described by when each pulse begins and
ends and how high it is: area and centre are kept to the resolution of ngspice's clock. Any other waveform is kept as
the fewest straight lines that stay within a tolerance of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.stimuli import EDGE, SpikeTrain, Stimulus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FLAT = 2e-3
"""Share of a waveform's area by which it may differ from rectangles and still count as pulses."""
STRAIGHT = 1e-5
"""Part of its swing by which a waveform may differ from the straight lines that stand for it."""
TICK = 2e-4
"""Resolution of what passes between parts, in longest time steps: ngspice joins what is closer than 5e-5 of one."""


@frozen(eq=False)
class Pulses:
    """Rectangles: seconds at which each begins and ends, and their common height, volts; `base` between them."""

    begin: Array
    end: Array
    height: float
    base: float = 0.0


@frozen(eq=False)
class Line:
    """Straight lines between points; constant before the first and after the last."""

    time: Array
    value: Array


Signal = Pulses | Line


def describe(time: Array, value: Array) -> Signal:
    """Describe a waveform by pulses, or else by straight lines.

    Args:
        time: seconds, rising.
        value: volts at these times.
    """
    pulses = _as_pulses(time, value)
    return pulses if pulses is not None else Line(*straightened(time, value))


def _as_pulses(time: Array, value: Array) -> Pulses | None:
    base, top = float(value.min()), float(value.max())
    if top - base < 1e-9 * max(abs(top), abs(base), 1e-3):
        return Pulses(np.zeros(0), np.zeros(0), 0.0, float(value[-1]))
    above = value > (base + top) / 2
    # Most of the time on its two levels: the medians are these levels, whatever the edges do.
    base, top = float(np.median(value[~above])), float(np.median(value[above]))
    middle = (base + top) / 2
    above = value > middle
    change = np.flatnonzero(above[1:] != above[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        at = time[change] + (middle - value[change]) * (time[change + 1] - time[change]) / (
            value[change + 1] - value[change]
        )
    begin, end = at[above[change + 1]], at[~above[change + 1]]
    if above[0]:
        begin = np.concatenate([[time[0]], begin])
    if above[-1]:
        end = np.concatenate([end, [time[-1]]])
    inside = np.where(above, top, base)
    difference = np.trapezoid(np.abs(value - inside), time)
    if difference > FLAT * (top - base) * max(float(np.sum(end - begin)), 1e-30):
        return None
    return Pulses(begin, end, top - base, base)


def straightened(time: Array, value: Array, tolerance: float = STRAIGHT) -> tuple[Array, Array]:
    """The fewest points, in one pass, between which straight lines stay within a tolerance of all that is left out.

    Args:
        time: seconds, rising.
        value: at these times.
        tolerance: part of the swing.
    """
    allowed = tolerance * float(np.ptp(value))
    if len(time) < 3 or allowed == 0:
        return time[[0, -1]], value[[0, -1]]
    kept = [0]
    while kept[-1] < len(time) - 1:
        kept.append(_reach(time, value, kept[-1], allowed))
    return time[kept], value[kept]


def _reach(time: Array, value: Array, start: int, allowed: float) -> int:
    """The farthest point that one line from `start` may reach: the slopes that pass every point leave a cone."""
    size = 16
    while True:
        stop = min(start + size, len(time) - 1)
        dt, dv = time[start + 1 : stop + 1] - time[start], value[start + 1 : stop + 1] - value[start]
        low = np.maximum.accumulate((dv - allowed) / dt)
        high = np.minimum.accumulate((dv + allowed) / dt)
        slope = dv / dt
        fits = np.flatnonzero((slope[1:] >= low[:-1]) & (slope[1:] <= high[:-1]))
        closed = np.flatnonzero(low > high)
        limit = int(closed[0]) if len(closed) else len(slope)
        if stop == len(time) - 1 or limit < len(slope):
            good = fits[fits + 1 < limit]
            return start + 1 + (int(good[-1]) + 1 if len(good) else 0)
        size *= 4


def of_stimulus(stimulus: Stimulus) -> Signal:
    """The signal of a held node."""
    if isinstance(stimulus, SpikeTrain):
        begin = np.asarray(stimulus.times) + stimulus.rise / 2
        return Pulses(begin, begin + stimulus.width, stimulus.height)
    times, values = stimulus.breakpoints()
    return Line(np.asarray(times), np.asarray(values))


def shifted(signal: Signal, delay: float) -> Signal:
    """The same, later."""
    if not delay:
        return signal
    if isinstance(signal, Pulses):
        return Pulses(signal.begin + delay, signal.end + delay, signal.height, signal.base)
    return Line(signal.time + delay, signal.value)


def within(signal: Signal, begin: float, end: float) -> Signal:
    """What of a signal matters from `begin` to `end`, with times counted from `begin`."""
    if isinstance(signal, Pulses):
        near = (signal.end > begin) & (signal.begin < end)
        return Pulses(signal.begin[near] - begin, signal.end[near] - begin, signal.height, signal.base)
    inside = (signal.time > begin) & (signal.time < end)
    ends = np.array([begin, end])
    time = np.concatenate([ends[:1], signal.time[inside], ends[1:]])
    return Line(time - begin, np.interp(time, signal.time, signal.value))


def joined(before: Signal | None, more: Signal) -> Signal:
    """A signal and its continuation; a pulse that goes on across the seam is one pulse."""
    if before is None:
        return more
    if isinstance(before, Pulses) and isinstance(more, Pulses):
        if not len(before.begin):
            return Pulses(more.begin, more.end, more.height, more.base if len(more.begin) else before.base)
        if not len(more.begin):
            return before
        seam = int(more.begin[0] <= before.end[-1] + 1e-12)
        end = np.concatenate([before.end[: len(before.end) - seam], more.end])
        return Pulses(np.concatenate([before.begin, more.begin[seam:]]), end, more.height, before.base)
    a, b = as_line(before), as_line(more)
    later = b.time > a.time[-1]
    return Line(np.concatenate([a.time, b.time[later]]), np.concatenate([a.value, b.value[later]]))


def as_line(signal: Signal) -> Line:
    """Pulses as straight lines with short edges."""
    if isinstance(signal, Line):
        return signal
    if not len(signal.begin):
        return Line(np.zeros(1), np.array([signal.base]))
    tick = float(np.min(signal.end - signal.begin)) * EDGE / 8
    return Line(*total([(signal, 1.0)], tick))


def differ(a: Signal | None, b: Signal) -> float:
    """How far apart two versions of a signal are: seconds for pulses, parts of the swing for lines; inf if unlike."""
    if isinstance(a, Pulses) and isinstance(b, Pulses):
        if len(a.begin) != len(b.begin):
            return float("inf")
        gaps = np.concatenate([np.abs(a.begin - b.begin), np.abs(a.end - b.end)])
        return float(np.max(gaps, initial=0.0))
    if isinstance(a, Line) and isinstance(b, Line):
        time = np.union1d(a.time, b.time)
        gap = np.abs(np.interp(time, a.time, a.value) - np.interp(time, b.time, b.value))
        return float(np.max(gap)) / max(float(np.ptp(b.value)), 1e-12)
    return float("inf")


def total(signals: list[tuple[Signal, float]], tick: float) -> tuple[Array, Array]:
    """The weighted sum of signals as one piecewise linear function.

    Args:
        signals: each with its factor.
        tick: seconds; corners are put on multiples of it, so that no two lie closer.

    Returns:
        Times from 0 on, and values.
    """
    lines = [(s, f) for s, f in signals if isinstance(s, Line)]
    times, slopes, base = _pulse_corners(signals, tick)
    for s, f in lines:
        ticks = np.round(s.time / tick).astype(np.int64)
        ticks, first = np.unique(ticks, return_index=True)
        values = f * s.value[first]
        base += float(values[0])
        change = np.diff(np.concatenate([[0.0], np.diff(values) / np.diff(ticks), [0.0]]))
        times.append(ticks)
        slopes.append(change)
    if not times:
        return np.zeros(1), np.array([base])
    corners, where = np.unique(np.concatenate([np.zeros(1, np.int64), *times]), return_inverse=True)
    change = np.bincount(where[1:], np.concatenate(slopes), len(corners))
    values = base + np.concatenate([[0.0], np.cumsum(np.cumsum(change)[:-1] * np.diff(corners))])
    return _from_zero((corners * tick).astype(float), values)


def _pulse_corners(
    signals: list[tuple[Signal, float]], tick: float
) -> tuple[list[NDArray[np.int64]], list[Array], float]:
    """Foot, top, end of top and end of every pulse, in ticks, with the change of slope there."""
    pulses = [(s, f) for s, f in signals if isinstance(s, Pulses)]
    base = float(sum(f * s.base for s, f in pulses))
    heard = [(s, f) for s, f in pulses if len(s.begin)]
    if not heard:
        return [], [], base
    begin = np.concatenate([s.begin for s, _ in heard])
    length = np.concatenate([s.end for s, _ in heard]) - begin
    height = np.repeat([f * s.height for s, f in heard], [len(s.begin) for s, _ in heard])
    rise = np.maximum(np.round(length * EDGE / tick), 1).astype(np.int64)
    width = np.maximum(np.round(length / tick), rise).astype(np.int64)
    height *= length / (width * tick)
    # The centre stays where it was: half an edge and half the rounding of the length earlier.
    foot = np.round((begin + (length - (width + rise) * tick) / 2) / tick).astype(np.int64)
    slope = height / rise
    corners = np.concatenate([foot, foot + rise, foot + width, foot + width + rise])
    return [corners], [np.concatenate([slope, -slope, -slope, slope])], base


def _from_zero(times: Array, values: Array) -> tuple[Array, Array]:
    """What lies before time 0 is cut off."""
    if times[0] >= 0:
        return times, values
    first = float(np.interp(0.0, times, values))
    later = times > 0
    return np.concatenate([[0.0], times[later]]), np.concatenate([[first], values[later]])
