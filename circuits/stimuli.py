"""Stimuli: what independent sources do over time.

Each stimulus is one object. All but the smooth ones (`smooth_stimuli`) are piecewise linear (`straight_stimuli`) and
say so by their breakpoints, from which the symbolic, the numerical and the SPICE form are all made; nothing is said
twice. An endless one gives the first of them, and `corners` all up to a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .smooth_stimuli import (
    AM,
    FM,
    SMOOTH,
    Exponential,
    Sine,
    Symbols,
    Wave,
    smooth_extent,
    smooth_slope,
    smooth_values,
)
from .stimulus_values import Breakpoints
from .straight_stimuli import EDGE, PWL, Constant, EndlessPulses, Noise, Pulse, PulseTrain, Ramp, SpikeTrain, Step
from .units import Value, parse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from sympy import Expr, Symbol

__all__ = [
    "AM", "EDGE", "FM", "PWL", "TYPES", "Breakpoints", "Constant", "EndlessPulses", "Exponential", "Noise", "Pulse",
    "PulseTrain", "Ramp", "Sine", "SpikeTrain", "Step", "Stimulus", "corners", "evaluate", "extent", "is_smooth",
    "slope", "steepest", "stimulus", "symbolic", "waves",
]  # fmt: skip

Stimulus = Constant | Step | Ramp | PulseTrain | EndlessPulses | PWL | SpikeTrain | Noise | Sine | Exponential | AM | FM


def stimulus(value: Stimulus | Value, unit: str | None = None) -> Stimulus:
    """A stimulus as it is; a number, or text of a value in a unit, as a constant one."""
    if isinstance(value, tuple(TYPES.values())):
        return value  # type: ignore[return-value]
    return Constant(parse(value, "the value of a source", unit))  # type: ignore[arg-type]


TYPES: dict[str, type] = {
    c.__name__: c for c in (Constant, Step, Ramp, PulseTrain, EndlessPulses, PWL, SpikeTrain, Noise, *SMOOTH)
}


def corners(stimulus: Stimulus, until: float) -> Breakpoints:
    """The breakpoints of a stimulus up to a time at least, seconds: of an endless one those that come before it."""
    return stimulus.until(until) if isinstance(stimulus, EndlessPulses) else stimulus.breakpoints()


def waves(stimulus: Stimulus) -> tuple[Wave, ...]:
    """What a smooth one is made of; none for straight lines."""
    return stimulus.waves if isinstance(stimulus, SMOOTH) else ()


def is_smooth(stimulus: Stimulus) -> bool:
    """Whether it has waves rather than straight lines between its breakpoints."""
    return isinstance(stimulus, SMOOTH)


def extent(stimulus: Stimulus) -> tuple[float, float]:
    """The lowest and the highest value that a stimulus takes."""
    if isinstance(stimulus, SMOOTH):
        return smooth_extent(stimulus)
    values = stimulus.breakpoints()[1]
    return float(min(values)), float(max(values))


def evaluate(stimulus: Stimulus, times: ArrayLike) -> NDArray[np.float64]:
    """Numerical form: values at the given times.

    Args:
        stimulus: any stimulus.
        times: seconds, any shape.

    Returns:
        Values (V or A) of the same shape.
    """
    t = np.asarray(times, dtype=float)
    if isinstance(stimulus, SMOOTH):
        return smooth_values(stimulus, t)
    if isinstance(stimulus, EndlessPulses):
        return stimulus.at_times(t)
    return np.interp(t, *stimulus.breakpoints())


def slope(stimulus: Stimulus, times: ArrayLike) -> NDArray[np.float64]:
    """Slope of a stimulus just after the given times.

    Args:
        stimulus: any stimulus.
        times: seconds, any shape.

    Returns:
        V/s or A/s of the same shape.
    """
    t = np.asarray(times, dtype=float)
    if isinstance(stimulus, SMOOTH):
        return smooth_slope(stimulus, t)
    places, values = map(np.array, corners(stimulus, float(np.max(t, initial=0.0))))
    rises = np.concatenate([[0.0], np.diff(values) / np.diff(places), [0.0]])
    return rises[np.searchsorted(places, t, side="right")]


def steepest(stimulus: Stimulus) -> float:
    """How fast a stimulus moves at most, V/s or A/s."""
    if isinstance(stimulus, SMOOTH):
        return sum(abs(w.slope.amplitude) for w in waves(stimulus))
    times, values = stimulus.breakpoints()
    return float(np.max(np.abs(np.diff(values) / np.diff(times)), initial=0.0))


def symbolic(stimulus: Stimulus, t: Symbol) -> Expr:
    """Symbolic form: an expression of the time symbol.

    Args:
        stimulus: any stimulus.
        t: the symbol for time, seconds.

    Returns:
        A constant, the formula of a smooth one, or a `Piecewise` of straight lines.
    """
    import sympy

    number = sympy.Float
    if isinstance(stimulus, SMOOTH):
        return stimulus.formula(t, Symbols())
    if isinstance(stimulus, EndlessPulses):
        since = sympy.Mod(sympy.Max(t - number(stimulus.at), 0), number(stimulus.period))
        return _lines(*stimulus.pulse, since)
    times, values = stimulus.breakpoints()
    return number(values[0]) if len(times) == 1 else _lines(times, values, t)


def _lines(times: Sequence[float], values: Sequence[float], t: Expr) -> Expr:
    """Straight lines between points."""
    import sympy

    number = sympy.Float
    lines = []
    for t0, t1, v0, v1 in zip(times, times[1:], values, values[1:], strict=False):
        slope = (number(v1) - number(v0)) / (number(t1) - number(t0))
        lines.append((number(v0) + slope * (t - number(t0)), t < number(t1)))
    before = [(number(values[0]), t < number(times[0]))]
    return sympy.Piecewise(*before, *lines, (number(values[-1]), True))
