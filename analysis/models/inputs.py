"""Stimuli between two breakpoints: a straight line and sines, which is all that the exact flow needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen

from ...circuits.equations.derive import Equations
from ...circuits.stimuli import Sine, Stimulus, extent

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
    """Inputs on one segment: value + slope * s, s seconds after its start, and sines besides.

    Sine k adds amplitude * sin(omega * s + phase) to input `sine_input[k]`. A value, slope and phase hold for all times
    that are asked for, or there is a column of them for each.
    """

    value: Array
    slope: Array
    sine_input: Array
    amplitude: Array
    omega: Array
    phase: Array

    def at(self, s: Array) -> Array:
        """Inputs at times s after the segment's start; shape (m, points)."""
        u = columns(self.value) + columns(self.slope) * s
        for k, index in enumerate(self.sine_input):
            u[index] += self.amplitude[k] * np.sin(self.omega[k] * s + self.phase[k])
        return u

    def rates(self, s: Array) -> Array:
        """Derivatives of the inputs, per second; shape (m, points)."""
        du = columns(self.slope) + np.zeros_like(s)
        for k, index in enumerate(self.sine_input):
            du[index] += self.amplitude[k] * self.omega[k] * np.cos(self.omega[k] * s + self.phase[k])
        return du


def drives_on(drives: Sequence[Drive], which: NDArray[np.int64]) -> Drive:
    """The drives of some segments of a plan as one, with a column for each time."""
    value, slope, phase = (
        np.array([getattr(d, name) for d in drives]).T[:, which] for name in ("value", "slope", "phase")
    )
    return evolve(drives[0], value=value, slope=slope, phase=phase)


_NONE = np.zeros(0)
_NOWHERE = np.zeros(0, dtype=int)


def straight(value: Array, slope: Array) -> Drive:
    """Inputs that are straight lines."""
    return Drive(value, slope, _NOWHERE, _NONE, _NONE, _NONE)


@frozen(eq=False)
class InputPlan:
    """All breakpoints of all stimuli up to `stop`, and the drive from any time on."""

    bends: Array
    largest: Array
    """The largest absolute value of each input, shape (m,)."""
    _tables: tuple[tuple[Array, Array], ...]
    _slopes: tuple[tuple[Array, Array], ...]
    _sines: tuple[tuple[int, Sine], ...]

    @property
    def sines(self) -> tuple[tuple[int, Sine], ...]:
        """Inputs that are sines."""
        return self._sines

    @property
    def tables(self) -> tuple[tuple[Array, Array, bool], ...]:
        """Bends of each input, values there, and whether the slope between them is the input."""
        return (*((*t, False) for t in self._tables), *((*t, True) for t in self._slopes))

    def drive(self, t: float) -> Drive:
        """Drive that holds from t to the next bend."""
        steep = [_slope(t, *table) for table in self._slopes]
        value = np.array([np.interp(t, *table) for table in self._tables] + steep)
        slope = np.array([_slope(t, *table) for table in self._tables] + [0.0] * len(steep))
        for index, sine in self._sines:
            value[index], slope[index] = sine.offset, 0.0
        omega = np.array([2 * np.pi * s.frequency for _, s in self._sines])
        phase = np.array([s.phase for _, s in self._sines]) + omega * t
        amplitude = np.array([s.amplitude for _, s in self._sines])
        return Drive(value, slope, np.array([i for i, _ in self._sines], dtype=int), amplitude, omega, phase)

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
    tables, slopes = (tuple(map(_table, found)) for found in (stimuli, steep))
    bends = np.unique(np.concatenate([[stop, np.inf], *(times for times, _ in tables)]))
    bends = bends[np.append(np.diff(bends) > TWINS * bends[:-1], True)]  # the later of two: all have bent by then
    # One of amplitude zero is a constant: nothing is to be followed through its periods.
    sines = [(i, s) for i, s in enumerate(stimuli) if isinstance(s, Sine) and s.amplitude]
    sines += [(i, _slope_of(s)) for i, s in enumerate(steep, len(stimuli)) if isinstance(s, Sine) and s.amplitude]
    largest = np.array([*map(_largest, stimuli), *map(_steepest, steep)])
    return InputPlan(bends[bends > 0], largest, tables, slopes, tuple(sines))


def _table(s: Stimulus) -> tuple[Array, Array]:
    times, values = s.breakpoints()
    return np.array(times), np.array(values)


def _largest(s: Stimulus) -> float:
    return max(map(abs, extent(s)))


def _steepest(s: Stimulus) -> float:
    if isinstance(s, Sine):
        return _largest(_slope_of(s))
    times, values = s.breakpoints()
    return float(np.abs(np.diff(values) / np.diff(times)).max(initial=0.0))


def _slope_of(sine: Sine) -> Sine:
    omega = 2 * np.pi * sine.frequency
    return evolve(sine, offset=0.0, amplitude=sine.amplitude * omega, phase=sine.phase + np.pi / 2)


def _slope(t: float, times: Array, values: Array) -> float:
    k = int(np.searchsorted(times, t, side="right")) - 1
    if k < 0 or k + 1 >= len(times):
        return 0.0
    return float((values[k + 1] - values[k]) / (times[k + 1] - times[k]))
