"""The flow that is left: the membrane's slope over its voltage, fast states at their equilibrium, slow ones held."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.errors import EquationError
from ...circuits.neurons.flows import ExponentialLeak, Flow, FlowTable, Leak
from ...circuits.units import show
from .view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

POINTS = 240
"""Voltages at which the flow is evaluated."""
LINE = 1e-3
"""A flow that is off a line by no more than this part of its largest value is one; near the spike it need not be."""
NEAR = 0.02
"""Which part of the way to a spike that is."""
CURVE = 5e-3
"""The same for a line with an exponential: of F and its slope at rest times the sharpness."""
STEEP = 3.0
"""It is fitted up to so many sharpnesses above where F is least."""
SHORTEST = 0.25
"""Part of the way on which what is fast has an equilibrium at least; where it has none any more, the spike begins."""
HALVINGS = 30
PASSED = 60.0
"""An exponential is taken no further than this power."""


@frozen(eq=False, slots=False)
class ReducedFlow:
    """F(v) with C dv/dt = F(v) + I, and how true that form is.

    Attributes:
        c: farads, one over what the input does to the membrane's slope; seconds where the input is a voltage.
        v: volts, rising towards a spike.
        f: amperes at each, F.
        gain: what the input does to the slope at each voltage, times c: 1 where the form C dv/dt = F + I is exact.
        states: the states there, shape (n, points).
    """

    c: float
    v: Array
    f: Array
    gain: Array
    states: Array

    @cached_property
    def form(self) -> Flow:
        """A line, a line with an exponential, or a table: the simplest that it is."""
        return self._line or self._exponential or FlowTable(*self._thinned())

    @cached_property
    def _line(self) -> Leak | None:
        """The line, where it is one."""
        below = self.v <= self.v[-1] - NEAR * (self.v[-1] - self.v[0])
        v, f = self.v[below], self.f[below]
        size = float(np.abs(f).max())
        if size <= 1e-9 * float(np.abs(self.f).max() + 1e-300):
            return Leak(0.0)
        slope, at_0 = np.polyfit(v - v[0], f, 1)
        off = float(np.abs(np.polyval((slope, at_0), v - v[0]) - f).max())
        if off > LINE * size or slope > 0:
            return None
        if -slope * float(np.ptp(v)) < LINE * size:
            return None  # a current that hardly leaks has no rest; a table says it as it is
        crosses = float(v[0] - at_0 / slope)
        return Leak(float(-slope), crosses if abs(crosses) > 1e-12 * float(np.ptp(v)) else 0.0)

    @cached_property
    def _exponential(self) -> ExponentialLeak | None:
        """The line with an exponential, where it is one."""
        found = exponential_of(self.v, self.f)
        if found is None:
            return None
        power = (self.v - found.v_t) / found.delta_t
        if power[-1] < STEEP:
            return None  # seen so shortly, a parabola is an exponential as well
        off = np.abs(found.at(self.v) - self.f) / (np.abs(self.f) + found.g * found.delta_t)
        return found if float(off[power < PASSED].max()) <= CURVE else None

    def _thinned(self) -> tuple[Array, Array]:
        return self.v[::2], self.f[::2]

    def at(self, v: Array) -> Array:
        """F at voltages, amperes, straight beyond the ends."""
        return FlowTable(self.v, self.f).at(v)


def exponential_of(v: Array, f: Array) -> ExponentialLeak | None:
    """Fit F(v) = g (e - v) + g delta_t exp((v - v_t)/delta_t) up to a little above where F is least.

    The start is the curvature there, delta_t = g / F''(v_t) (Fourcaud-Trocme et al. 2003, J Neurosci 23:11628, eq. 13).

    Args:
        v: volts, rising evenly.
        f: amperes at each.

    Returns:
        None for a flow without a least value inside.
    """
    from scipy.optimize import least_squares

    if (low := least(v, f)) is None:
        return None
    k, v_t, curvature = low
    g = -float(np.gradient(f, v)[: max(k // 2, 2)].mean())
    if not (g > 0 and curvature > 0):
        return None
    delta = g / curvature
    upto = v <= v_t + STEEP * delta
    x, y, size = v[upto], f[upto], float(np.abs(f[: k + 1]).max())

    def off(p: Array) -> Array:
        g, e, delta_t, at = np.exp(p[0]), p[1], np.exp(p[2]), p[3]
        return (g * (e - x + delta_t * np.exp(np.minimum((x - at) / delta_t, PASSED))) - y) / size

    start = np.array([np.log(g), v[0] + f[0] / g, np.log(delta), v_t])
    best = least_squares(off, start, x_scale=[0.1, delta, 0.1, delta], xtol=1e-15, ftol=1e-15, gtol=1e-15)
    g, e, delta_t, at = np.exp(best.x[0]), best.x[1], np.exp(best.x[2]), best.x[3]
    return ExponentialLeak(float(g), float(e), float(delta_t), float(at)) if np.isfinite(best.x).all() else None


def least(v: Array, f: Array) -> tuple[int, float, float] | None:
    """Where a flow is least between its ends: index, voltage, curvature; None where it has no such place."""
    k = int(np.argmin(f))
    if not 2 <= k < len(v) - 3 or f[k] >= min(f[0], f[-1]):
        return None
    h = v[k + 1] - v[k]
    slope, bend = (f[k + 1] - f[k - 1]) / (2 * h), (f[k + 1] - 2 * f[k] + f[k - 1]) / h**2
    return (k, float(v[k] - slope / bend), float(bend)) if bend > 0 else None


def reduced_flow(
    seen: View, about: Array, fast: Sequence[int], low: float, high: float, drive: float
) -> ReducedFlow:  # fmt: skip
    """Evaluate the flow of a circuit.

    Args:
        seen: the circuit between spikes.
        about: the states: slow ones are held there.
        fast: indices of the states that are at their equilibrium.
        low: lowest voltage.
        high: highest.
        drive: input at which F is exact where the membrane's slope is not linear in it.

    Raises:
        EquationError: fast states without an equilibrium, or an input that does nothing to the membrane.
    """
    voltages = np.linspace(low, high, POINTS)
    start = int(np.argmin(np.abs(voltages - seen.of(about))))
    x_at: dict[int, Array] = {}
    for way in (range(start, -1, -1), range(start + 1, POINTS)):
        x = np.array(about if way.start == start else x_at[start])
        for k in way:
            x = x.copy()
            x[seen.membrane] = seen.state_at(float(voltages[k]))
            x, arrived = seen.settle(x, fast, drive)
            if not arrived:
                break
            x_at[k] = x
    reached = sorted(x_at)
    if not x_at or reached[0] > 0 or reached[-1] < SHORTEST * POINTS:
        names = ", ".join(seen.names[j] for j in fast)
        at = voltages[reached[-1] + 1 if reached and reached[0] == 0 else reached[0] - 1 if reached else start]
        raise EquationError(
            f"{names} of {seen.circuit.title!r} find no equilibrium at a membrane of {show(float(f'{at:.4g}'), 'V')}: "
            "they are not fast there; say which of them are slow."
        )
    voltages = voltages[: len(reached)]
    states = np.array([x_at[k] for k in reached]).T
    slopes = np.array([seen.factor * seen.slopes(x, drive)[seen.membrane] for x in states.T])
    gains = np.array([seen.factor * gain(seen, x, fast, drive) for x in states.T])
    middle = gains[_threshold(voltages, slopes)]
    if not middle > 0:
        raise EquationError(
            f"the input {str(seen.input)!r} of {seen.circuit.title!r} does not lift its membrane by what is fast: it "
            "acts through a slow state, and no one-dimensional flow has it."
        )
    c = 1.0 / float(middle)
    return ReducedFlow(c, voltages, c * slopes - drive, gains * c, states)


def up_to_the_leap(
    seen: View, about: Array, fast: Sequence[int], flow: ReducedFlow, begin: float, end: float, drive: float
) -> ReducedFlow:  # fmt: skip
    """The flow as far as it leads: where it turns back although the circuit spikes, what is fast leaps.

    Args:
        seen: the circuit between spikes.
        about: the states about which it was taken.
        fast: indices of the states that are at their equilibrium.
        flow: the flow.
        begin: voltage at which the way to a spike begins.
        end: where it ends.
        drive: an input under which the circuit spikes.
    """
    back = (flow.v > begin) & (flow.f + drive <= 0)
    if not back.any() and flow.v[-1] >= end:
        return flow
    k = int(np.argmax(back)) if back.any() else len(flow.v)
    low, high, x = float(flow.v[k - 1]), float(flow.v[k]) if k < len(flow.v) else end, flow.states[:, k - 1]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        moved = x.copy()
        moved[seen.membrane] = seen.state_at(middle)
        moved, arrived = seen.settle(moved, fast, drive)
        if arrived and seen.factor * seen.slopes(moved, drive)[seen.membrane] > 0:
            low, x = middle, moved
        else:
            high = middle
    return reduced_flow(seen, about, fast, float(flow.v[0]), low, drive)


def gain(seen: View, x: Array, fast: Sequence[int], drive: float | None = None) -> float:
    """What the input does to the slope of the membrane's state, fast states following."""
    j, b, m, fast = seen.jacobian(x, drive), seen.by_input(x, drive), seen.membrane, list(fast)
    if not fast:
        return float(b[m])
    return float(b[m] - j[m, fast] @ np.linalg.lstsq(j[np.ix_(fast, fast)], b[fast], rcond=None)[0])


def _threshold(v: Array, slopes: Array) -> int:
    """Where the flow is least, or the middle of the way where it has no least value."""
    found = least(v, slopes)
    return len(v) // 2 if found is None else found[0]
