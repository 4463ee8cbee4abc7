"""What was seen of a neuron: current in, membrane voltage, spikes; and each step of it as one sample of its flow."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import field, frozen

from ...circuits.arguments import brief, row, want
from ...circuits.errors import QuantityError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

SHORTEST_STEP = 1e-6
"""A step shorter than this part of the mean one tells nothing of a slope: its voltage differs by rounding."""

CORNER = 1e-7
"""A current bends where it leaves its line by more than this part of its range from one point to the next."""


def _numbers(values: ArrayLike) -> Array:
    given = np.asarray(values, dtype=float)
    return given if given.shape == (0,) else row(given, "a row of a recording", "[0.0, 1e-4, 2e-4]")


@frozen(eq=False, repr=False)
class Recording:
    """One stretch of a neuron's life.

    Attributes:
        time: of the points, rising, seconds; the current is straight between them.
        current: into the neuron, more of it fires more, amperes (volts where a voltage drives it).
        v: of the membrane, turned so that spikes rise, volts.
        spikes: times within, rising, seconds.
    """

    time: Array = field(converter=_numbers)
    current: Array = field(converter=_numbers)
    v: Array = field(converter=_numbers)
    spikes: Array = field(converter=_numbers)

    def __attrs_post_init__(self) -> None:
        if not len(self.time) == len(self.current) == len(self.v):
            raise QuantityError(
                f"a recording has {len(self.time)} times, {len(self.current)} currents and {len(self.v)} voltages: "
                "give as many of each."
            )
        if len(self.time) < 2 or not (np.diff(self.time) > 0).all():
            raise QuantityError("the times of a recording do not rise, or are fewer than two: sort them, each once.")
        if not (np.diff(self.spikes) > 0).all():
            raise QuantityError("the spikes of a recording do not rise: sort them, each once.")
        inside = self.spikes[(self.spikes < self.time[0]) | (self.spikes > self.time[-1])]
        if len(inside):
            raise QuantityError(f"a spike at {inside[0]:g} s is outside of its recording: leave it out.")

    def __repr__(self) -> str:
        return f"<recording of {self.length:g} s: {len(self.time)} points, {len(self.spikes)} spikes>"

    @property
    def length(self) -> float:
        """Seconds."""
        return float(self.time[-1] - self.time[0])

    @cached_property
    def intervals(self) -> Array:
        """Between its spikes, seconds."""
        return np.diff(self.spikes)

    @cached_property
    def turns(self) -> Array:
        """Where the membrane is highest before each spike is seen, in the later half of its interval, seconds.

        That is the spike itself where the membrane still rises there, and earlier where a reset is ahead of what sees.
        """
        before = np.concatenate([[self.time[0]], self.spikes[:-1]])
        starts = (before + self.spikes) / 2 if len(self.spikes) else before[:0]
        return np.array([self._highest(a, b) for a, b in zip(starts, self.spikes, strict=True)])

    def _highest(self, start: float, end: float) -> float:
        i, j = np.searchsorted(self.time, [start, end])
        if i == j:
            return end
        top = i + int(np.argmax(self.v[i:j]))
        return end if float(self.at(end)) >= self.v[top] else float(self.time[top])

    def at(self, times: ArrayLike) -> Array:
        """Membrane voltage at times, by straight lines between the points, volts."""
        return np.interp(np.asarray(times, dtype=float), self.time, self.v)


@frozen(eq=False)
class Samples:
    """Steps of recordings: over each, dv/dt is the quotient of differences, exactly the mean slope.

    Attributes:
        time: of a step's middle, seconds.
        v: there, volts.
        slope: volts per second.
        current: its mean.
        length: seconds.
        since: seconds from the last spike to the step's middle; inf before the first.
        until: seconds to where the next spike turns the membrane round; inf behind the last.
        stretch: number of the recording.
    """

    time: Array
    v: Array
    slope: Array
    current: Array
    length: Array
    since: Array
    until: Array
    stretch: NDArray[np.int64]

    def where(self, which: NDArray[np.bool_]) -> Samples:
        """Some of them."""
        columns = (getattr(self, f.name)[which] for f in attrs.fields(Samples))
        return Samples(*columns)


def samples_of(recordings: Sequence[Recording]) -> Samples:
    """Each step of each recording, but those over a spike or in a reset before it is seen, and the shortest ones."""
    rows = [_steps(r, k) for k, r in enumerate(recordings)]
    return Samples(*(np.concatenate(column) for column in zip(*rows, strict=True)))


def _steps(r: Recording, number: int) -> tuple[Array, ...]:
    length, middle = np.diff(r.time), (r.time[1:] + r.time[:-1]) / 2
    next_spike = np.searchsorted(r.spikes, middle)
    since = middle - np.concatenate([[-np.inf], r.spikes])[next_spike]
    until = np.concatenate([r.turns, [np.inf]])[next_spike] - middle
    keep = (length > SHORTEST_STEP * length.mean()) & (np.minimum(since, until) >= 0.499 * length)
    found = (
        middle, (r.v[1:] + r.v[:-1]) / 2, np.diff(r.v) / length, (r.current[1:] + r.current[:-1]) / 2, length,
        since, until, np.full(len(length), number),
    )  # fmt: skip
    return tuple(column[keep] for column in found)


def thinned(r: Recording, spacing: float) -> Recording:
    """A recording with every corner of its current, the points around spikes' turns, and others this far apart.

    Args:
        r: the recording.
        spacing: seconds.
    """
    rate = np.diff(r.current) / np.diff(r.time)
    bend = np.abs(np.diff(rate)) * np.minimum(np.diff(r.time)[1:], np.diff(r.time)[:-1])
    keep = np.concatenate([[True], bend > CORNER * np.ptp(r.current), [True]])
    for t in r.turns:
        keep[np.searchsorted(r.time, t)] = True
    last = r.time[0]
    for k in np.flatnonzero(~keep):
        if r.time[k] - last >= spacing:
            keep[k], last = True, r.time[k]
    return Recording(r.time[keep], r.current[keep], r.v[keep], r.spikes)


def want_recordings(recordings: Recording | Sequence[Recording]) -> tuple[Recording, ...]:
    """One or several stretches as a tuple, or an error that says how to make one."""
    given = (recordings,) if isinstance(recordings, Recording) else recordings
    if isinstance(given, (str, bytes)) or not isinstance(given, Sequence) or not len(given):
        raise QuantityError(f"recordings is {brief(given)}: give a Recording, or several in brackets.")
    return tuple(want(r, Recording, "a recording", "make one, `Recording(time, current, v, spikes)`") for r in given)
