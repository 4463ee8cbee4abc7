"""Stimuli of straight lines: constant, steps, ramps, pulses, spikes, noise.

Edges take time (`rise`), as they do in ngspice and on the bench: a step without a rise time has no SPICE form.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from .arguments import whole
from .sizes import MOST_POINTS, at_most, within
from .stimulus_values import Breakpoints
from .stimulus_values import seconds as _seconds
from .stimulus_values import wanted as _want
from .units import Value, parse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CORNERS = 4
"""Breakpoints of a pulse."""
EDGE = 1 / 50
"""Rise and fall of a pulse that stands for a spike, as a part of its length."""


def _times(values: Sequence[Value] | NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(map(_seconds, at_most(values, MOST_POINTS, "times of a stimulus")))


def _numbers(values: Sequence[Value] | NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(map(parse, at_most(values, MOST_POINTS, "values of a stimulus")))


def _count(value: int) -> int:
    return whole(value, "count of a pulse train", 1, MOST_POINTS // CORNERS)


def _seed(value: int) -> int:
    return whole(value, "seed of a noise", 0)


def _want_edge(stimulus: object, edge: float, latest: float) -> None:
    """An edge that is shorter than the last digit of its time would vanish, and what is before it become a slope."""
    ulp = float(np.spacing(latest))
    _want(edge >= 4 * ulp, stimulus, f"an edge of {edge:.3g} s at {latest:.6g} s is below the last digit of a time.")


@frozen
class Constant:
    """The same value at all times."""

    value: float = field(converter=parse)

    def breakpoints(self) -> Breakpoints:
        """One point at the start."""
        return (0.0,), (self.value,)


@frozen
class Step:
    """From `low` to `high` at time `at`, in the time `rise`."""

    low: float = field(converter=parse, default=0.0)
    high: float = field(converter=parse, default=1.0)
    at: float = field(converter=_seconds, default=0.0)
    rise: float = field(converter=_seconds, default=1e-9)

    def __attrs_post_init__(self) -> None:
        _want(self.at >= 0 and self.rise > 0, self, "at must not be negative and rise must be greater than zero.")
        _want_edge(self, self.rise, self.at)

    def breakpoints(self) -> Breakpoints:
        """Start, foot and top of the edge."""
        return _points([(0.0, self.low), (self.at, self.low), (self.at + self.rise, self.high)])


@frozen
class Ramp:
    """`start` until time `at`, then `slope` per second, for the time `duration`; then it stays."""

    start: float = field(converter=parse, default=0.0)
    slope: float = field(converter=parse, default=1.0)
    at: float = field(converter=_seconds, default=0.0)
    duration: float = field(converter=_seconds, default=1.0)

    def __attrs_post_init__(self) -> None:
        _want(self.at >= 0 and self.duration > 0, self, "at must not be negative, duration greater than zero.")
        _want_edge(self, self.duration, self.at)

    def breakpoints(self) -> Breakpoints:
        """Start, foot and end of the ramp."""
        end = self.start + self.slope * self.duration
        return _points([(0.0, self.start), (self.at, self.start), (self.at + self.duration, end)])


@frozen
class PulseTrain:
    """`count` pulses from `low` to `high`, `period` apart; `width` is the time at the top."""

    low: float = field(converter=parse, default=0.0)
    high: float = field(converter=parse, default=1.0)
    at: float = field(converter=_seconds, default=0.0)
    width: float = field(converter=_seconds, default=1e-3)
    period: float = field(converter=_seconds, default=2e-3)
    count: int = field(converter=_count, default=1)
    rise: float = field(converter=_seconds, default=1e-9)

    def __attrs_post_init__(self) -> None:
        _want(self.at >= 0 and self.rise > 0 and self.width > 0, self, "at >= 0, rise > 0 and width > 0 are needed.")
        fits = self.count == 1 or self.period > self.width + 2 * self.rise
        _want(fits, self, "period must be longer than width and both edges.")
        gap = self.period - self.width - 2 * self.rise if self.count > 1 else self.rise
        _want_edge(self, min(self.rise, self.width, gap), self.at + self.count * self.period)

    def breakpoints(self) -> Breakpoints:
        """Four points a pulse."""
        return self._corners

    @cached_property
    def _corners(self) -> Breakpoints:
        points = [(0.0, self.low)]
        for k in range(self.count):
            foot = self.at + k * self.period
            top = foot + self.rise
            end = top + self.width
            points += [(foot, self.low), (top, self.high), (end, self.high), (end + self.rise, self.low)]
        return _points(points)


def Pulse(low: Value = 0.0, high: Value = 1.0, at: Value = 0.0, width: Value = 1e-3, rise: Value = 1e-9) -> PulseTrain:
    """One pulse: a train of one."""
    top = _seconds(width)
    return PulseTrain(low, high, at, top, 2 * top + 4 * _seconds(rise), 1, rise)


@frozen
class PWL:
    """Straight lines between the given points; constant before the first and after the last."""

    times: tuple[float, ...] = field(converter=_times)
    values: tuple[float, ...] = field(converter=_numbers)

    def __attrs_post_init__(self) -> None:
        _want(len(self.times) == len(self.values) > 0, "PWL", "give as many values as times, at least one.")
        rising = all(a < b for a, b in zip(self.times, self.times[1:], strict=False)) and self.times[0] >= 0
        _want(rising, "PWL", "times must be strictly rising and not negative.")

    def breakpoints(self) -> Breakpoints:
        """The points themselves."""
        return _points([(0.0, self.values[0]), *zip(self.times, self.values, strict=True)])


@frozen
class SpikeTrain:
    """Rectangular pulses of `charge` (height * width) that begin at the given times; overlaps add up."""

    times: tuple[float, ...] = field(converter=_times)
    charge: float = field(converter=parse)
    width: float = field(converter=_seconds, default=1e-6)
    rise: float = field(converter=_seconds, default=1e-9)

    def __attrs_post_init__(self) -> None:
        _want(0 < self.rise < self.width, "SpikeTrain", "rise must be greater than zero and shorter than width.")
        ordered = all(a < b for a, b in zip(self.times, self.times[1:], strict=False))
        _want(ordered and all(t >= 0 for t in self.times), "SpikeTrain", "times must be strictly rising, from 0 on.")
        within(CORNERS * len(self.times), "the number of corners of a spike train", MOST_POINTS)
        if self.times:
            _want_edge("SpikeTrain", min(self.rise, self.width - self.rise), self.times[-1])

    @classmethod
    def of_height(cls, times: Sequence[Value], height: Value, width: Value = 1e-6, rise: Value = 1e-9) -> SpikeTrain:
        """The same by the height of its pulses instead of their charge."""
        return cls(times, parse(height) * _seconds(width), width, rise)

    @property
    def height(self) -> float:
        """Height of one pulse: the trapezoid's area is the charge."""
        return self.charge / self.width

    def breakpoints(self) -> Breakpoints:
        """Feet and tops of all pulses, summed where they overlap. Top lasts width - rise: the area is exact."""
        return self._corners

    @cached_property
    def _corners(self) -> Breakpoints:
        """Kept: a solution asks for its inputs hundreds of times."""
        shape = np.array([0.0, self.rise, self.width, self.width + self.rise])
        level = np.array([0.0, self.height, self.height, 0.0])
        feet = np.asarray(self.times)
        corners = np.unique(np.concatenate([[0.0], (feet[:, None] + shape).ravel()]))
        total = np.zeros_like(corners)
        for foot in feet:
            near = slice(*np.searchsorted(corners, [foot, foot + shape[-1] * (1 + 1e-12)]))
            total[near] += np.interp(corners[near], foot + shape, level, left=0.0, right=0.0)
        return _points(list(zip(corners.tolist(), total.tolist(), strict=True)))


@frozen
class Noise:
    """Gaussian samples `dt` apart, joined by straight lines, the same for the same seed."""

    sigma: float = field(converter=parse)
    duration: float = field(converter=_seconds)
    dt: float = field(converter=_seconds)
    mean: float = field(converter=parse, default=0.0)
    seed: int = field(converter=_seed, default=0)

    def __attrs_post_init__(self) -> None:
        _want(self.sigma >= 0 and 0 < self.dt <= self.duration, self, "sigma >= 0 and 0 < dt <= duration are needed.")
        _want(self.duration / self.dt <= 1e6, self, "more than a million samples; take a longer dt.")

    def breakpoints(self) -> Breakpoints:
        """The samples."""
        return self._samples

    @cached_property
    def _samples(self) -> Breakpoints:
        """Kept: a solution asks for its inputs hundreds of times."""
        count = int(self.duration / self.dt) + 1
        values = self.mean + self.sigma * np.random.default_rng(self.seed).standard_normal(count)
        return tuple((np.arange(count) * self.dt).tolist()), tuple(values.tolist())


@frozen
class EndlessPulses:
    """Pulses from `low` to `high`, `period` apart, without end; `width` is the time at the top."""

    low: float = field(converter=parse, default=0.0)
    high: float = field(converter=parse, default=1.0)
    at: float = field(converter=_seconds, default=0.0)
    rise: float = field(converter=_seconds, default=1e-9)
    fall: float = field(converter=_seconds, default=1e-9)
    width: float = field(converter=_seconds, default=1e-3)
    period: float = field(converter=_seconds, default=2e-3)

    def __attrs_post_init__(self) -> None:
        _want(self.at >= 0 and min(self.rise, self.fall, self.width) > 0, self, "at >= 0, all others > 0 are needed.")
        low = self.period - self.rise - self.width - self.fall
        _want(low >= 0, self, "period must not be shorter than width and both edges.")
        _want_edge(self, min(self.rise, self.fall, self.width, low or self.rise), self.at + 2 * self.period)

    def breakpoints(self) -> Breakpoints:
        """Those of the first two pulses."""
        return self.until(self.at + self.period * 1.5)

    def until(self, stop: float) -> Breakpoints:
        """Those of all pulses that begin before a time, seconds.

        Raises:
            QuantityError: there are too many.
        """
        count = max(1, int(np.ceil((stop - self.at) / self.period)) + 1)
        within(CORNERS * count, "the number of corners of endless pulses in a run", MOST_POINTS)
        _want_edge(self, min(self.rise, self.fall, self.width), max(stop, self.at))
        feet = self.at + np.arange(count) * self.period
        corners, levels = self.pulse
        times = (feet[:, None] + corners).ravel().tolist()
        return _points([(0.0, self.low), *zip(times, levels * count, strict=True)])

    @property
    def pulse(self) -> Breakpoints:
        """One of them, from its foot on."""
        times = np.cumsum([0.0, self.rise, self.width, self.fall])
        return tuple(times.tolist()), (self.low, self.high, self.high, self.low)

    def at_times(self, times: ArrayLike) -> NDArray[np.float64]:
        """Values at times, from those in one period."""
        s = np.asarray(times, dtype=float) - self.at
        return np.interp(np.where(s > 0, s % self.period, 0.0), *self.pulse)


def _points(points: list[tuple[float, float]]) -> Breakpoints:
    """Sort out coinciding corners: the later point of two at the same time wins."""
    merged = dict(points)
    times = sorted(merged)
    return tuple(times), tuple(merged[t] for t in times)
