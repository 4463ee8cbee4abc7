"""Stimuli between two breakpoints: a straight line and waves, which is all that the exact flow needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from ...circuits.equations.derive import Equations
from ...circuits.smooth_stimuli import SMOOTH, Wave
from ...circuits.stimuli import Stimulus, corners, extent, steepest, waves

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TWINS = 1e-14
"""Bends closer than this part of the time are one: between them no solver can step."""


def columns(a: Array) -> Array:
    """Rows that hold for all times, or for a time each, as a matrix."""
    return a if a.ndim == 2 else a[:, None]


@frozen(eq=False)
class Drive:
    """Inputs on one segment: value + slope * s, s seconds after its start, and waves besides.

    Wave k adds amplitude * exp(-decay * s) * sin(omega * s + phase) to input `sine_input[k]`. A value, slope, amplitude
    and phase hold for all times that are asked for, or there is a column of them for each.
    """

    value: Array
    slope: Array
    sine_input: NDArray[np.int64]
    amplitude: Array
    omega: Array
    phase: Array
    decay: Array

    def rates_with(self, rates: NDArray[Any]) -> NDArray[Any]:
        """Rates of a mode, and those of waves that decay: what a solution is made of, besides what turns."""
        return np.append(rates, -self.decay[self.decay > 0])

    def at(self, s: Array) -> Array:
        """Inputs at times s after the segment's start; shape (m, points)."""
        u = columns(self.value) + columns(self.slope) * s
        for k, index in enumerate(self.sine_input):
            u[index] += self.amplitude[k] * np.exp(-self.decay[k] * s) * np.sin(self.omega[k] * s + self.phase[k])
        return u

    def rates(self, s: Array) -> Array:
        """Derivatives of the inputs, per second; shape (m, points)."""
        du = columns(self.slope) + np.zeros_like(s)
        for k, index in enumerate(self.sine_input):
            angle = self.omega[k] * s + self.phase[k]
            turning = self.omega[k] * np.cos(angle) - self.decay[k] * np.sin(angle)
            du[index] += self.amplitude[k] * np.exp(-self.decay[k] * s) * turning
        return du


def drives_on(drives: Sequence[Drive], which: NDArray[np.int64]) -> Drive:
    """The drives of some segments of a plan as one, with a column for each time."""
    names = ("value", "slope", "amplitude", "phase")
    return evolve(drives[0], **{n: np.array([getattr(d, n) for d in drives]).T[:, which] for n in names})


_NONE = np.zeros(0)
_NOWHERE = np.zeros(0, dtype=int)


def straight(value: Array, slope: Array) -> Drive:
    """Inputs that are straight lines."""
    return Drive(value, slope, _NOWHERE, _NONE, _NONE, _NONE, _NONE)


@frozen(eq=False)
class Waves:
    """Waves, and the inputs that they are added to."""

    index: NDArray[np.int64]
    since: Array
    amplitude: Array
    omega: Array
    phase: Array
    decay: Array

    def __len__(self) -> int:
        return len(self.index)

    def from_then(self, t: float) -> tuple[Array, Array]:
        """Amplitudes and phases from a time on; those that have not begun have none."""
        s = t - self.since
        return np.where(s >= 0, self.amplitude * np.exp(-self.decay * np.maximum(s, 0.0)), 0.0), (
            self.phase + self.omega * s
        )


def waves_of(found: Sequence[tuple[int, Wave]]) -> Waves:
    """Waves and their inputs as arrays; those of amplitude zero are left out."""
    there = [(i, w) for i, w in found if w.amplitude]
    columns = (np.array([getattr(w, n) for _, w in there], dtype=float) for n in _FIELDS)
    return Waves(np.array([i for i, _ in there], dtype=np.int64), *columns)


_FIELDS = ("since", "amplitude", "omega", "phase", "decay")


@frozen(eq=False)
class InputPlan:
    """All breakpoints of all stimuli up to `stop`, and the drive from any time on."""

    bends: Array
    largest: Array
    """The largest absolute value of each input, shape (m,)."""
    _tables: tuple[tuple[Array, Array], ...]
    _slopes: tuple[tuple[Array, Array], ...]
    waves: Waves

    @property
    def tables(self) -> tuple[tuple[Array, Array, bool], ...]:
        """Bends of each input, values there, and whether the slope between them is the input."""
        return (*((*t, False) for t in self._tables), *((*t, True) for t in self._slopes))

    def drive(self, t: float) -> Drive:
        """Drive that holds from t to the next bend."""
        steep = [_slope(t, *table) for table in self._slopes]
        value = np.array([np.interp(t, *table) for table in self._tables] + steep)
        slope = np.array([_slope(t, *table) for table in self._tables] + [0.0] * len(steep))
        waves = self.waves
        amplitude, phase = waves.from_then(t)
        return Drive(value, slope, waves.index, amplitude, waves.omega, phase, waves.decay)

    def next_bend(self, t: float) -> float:
        """The first bend after t."""
        return float(self.bends[np.searchsorted(self.bends, t, side="right")])


def input_plan(equations: Equations, stop: float) -> InputPlan:
    """Collect the stimuli of a circuit.

    Args:
        equations: whose inputs.
        stop: end of the run, seconds; counts as the last bend.
    """
    stimuli = list(equations.inputs.values())
    steep = [equations.inputs[u] for u in equations.input_slopes.values()]
    tables, slopes = tuple(_table(s, stop) for s in stimuli), tuple(_steps(s, stop) for s in steep)
    every = (corners(s, stop)[0] for s in stimuli)
    bends = np.unique(np.concatenate([[stop, np.inf], *every]))
    bends = bends[np.append(np.diff(bends) > TWINS * bends[:-1], True)]  # the later of two: all have bent by then
    found = [(i, w) for i, s in enumerate(stimuli) for w in waves(s)]
    found += [(i, w.slope) for i, s in enumerate(steep, len(stimuli)) for w in waves(s)]
    largest = np.array([*map(_largest, stimuli), *map(steepest, steep)])
    return InputPlan(bends[bends > 0], largest, tables, slopes, waves_of(found))


def _table(s: Stimulus, stop: float) -> tuple[Array, Array]:
    """Points of straight lines; of a smooth one its offsets, which step: two points at one time."""
    if not isinstance(s, SMOOTH):
        places, values = corners(s, stop)
        return np.array(places), np.array(values)
    times, offsets = map(np.array, zip(*s.offsets, strict=True))
    return np.repeat(times, 2)[1:], np.repeat(offsets, 2)[:-1]


def _steps(s: Stimulus, stop: float) -> tuple[Array, Array]:
    """Points of which the slopes between them count."""
    return (np.zeros(1), np.zeros(1)) if isinstance(s, SMOOTH) else _table(s, stop)


def _largest(s: Stimulus) -> float:
    return max(map(abs, extent(s)))


def _slope(t: float, times: Array, values: Array) -> float:
    k = int(np.searchsorted(times, t, side="right")) - 1
    if k < 0 or k + 1 >= len(times):
        return 0.0
    return float((values[k + 1] - values[k]) / (times[k + 1] - times[k]))
