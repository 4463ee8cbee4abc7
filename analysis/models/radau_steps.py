"""Steps of Radau IIA, compiled; importing this loads numba.

A step is right when its polynomial is: its slopes at the start, and between the points of the method, are held against
the equations, and what is missing is filtered as fast components forget it (Hairer and Wanner 1996, equation IV.8.19).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba.experimental.function_type  # noqa: F401  # tells numba of functions that are addresses
import numpy as np
from numba import njit, types

from .banded import factor, solve
from .inputs import TWINS
from .radau import Array, Radau
from .runaway import HUGE

MOST = 12
"""Iterations of Newton's method."""
CLOSE = 0.02
"""What they leave, in tolerances."""
SAFETY = 0.9
SHRINK, GROW = 0.2, 8.0
BACK = 0.25
"""To this part a step is cut whose equations were not solved."""
ROUNDING = 4e-16
FIRST = 1e-2
"""Part of a state by which it changes in the first step, or"""
SMALL = 100.0
"""of so many absolute tolerances over relative ones;"""
SHORTEST = 1e-6
"""Part of a stretch that a first step is not shorter than; one that is too long is taken again."""

RUNNING, FINISHED, STUCK, RUNS_AWAY = 0, 1, 2, 3

FUNCTION = types.void(*[types.uint64] * 5)
"""Of addresses: states, inputs, numbers, parameters, values."""


class Address(types.WrapperAddressProtocol):
    """Machine code that compiled loops call."""

    def __init__(self, code: Any) -> None:
        self._code = code  # keeps it in memory

    def __wrapper_address__(self) -> int:
        return self._code.address

    def signature(self) -> Any:
        """What it takes and gives."""
        return FUNCTION


class Shape(NamedTuple):
    """Where a Jacobian is filled: rows and columns of its values in the order of elimination, and its band.

    `order` has the place of each state in that order.
    """

    rows: Any
    columns: Any
    order: Any
    below: int
    above: int


class Drive(NamedTuple):
    """Inputs as in `inputs.Drive`, from the time `since` on."""

    since: float
    value: Array
    slope: Array
    sine_input: Any
    amplitude: Array
    omega: Array
    phase: Array


class Limits(NamedTuple):
    """Where a stretch ends, how long a step may be, and tolerances."""

    end: float
    longest: float
    rtol: float
    atol: float


class Work(NamedTuple):
    """Memory for one step: stages z, their slopes f, eigenvectors w, matrices and their row exchanges."""

    u: Array
    y: Array
    z: Array
    f: Array
    w: Any
    g: Any
    matrices: Any
    exchanged: Any
    jacobian: Array
    values: Array
    scale: Array


def work(n: int, inputs: int, filled: int, method: Radau) -> Work:
    """Memory for a circuit of n states."""
    s, pairs = len(method.c), len(method.eigenvalues)
    return Work(
        np.zeros(max(inputs, 1)), np.zeros(n), np.zeros((s, n)), np.zeros((s, n)), np.zeros((pairs, n), complex),
        np.zeros(n, complex), np.zeros((pairs, n, n), complex), np.zeros((pairs, n), np.int64), np.zeros((n, n)),
        np.zeros(max(filled, 1)), np.zeros(n),
    )  # fmt: skip


@njit(cache=True)
def _call(function, x, u, r, p, out):
    function(x.ctypes.data, u.ctypes.data, r.ctypes.data, p.ctypes.data, out.ctypes.data)


@njit(cache=True)
def _inputs(drive, t, u):
    s = t - drive.since
    for i in range(len(drive.value)):
        u[i] = drive.value[i] + drive.slope[i] * s
    for k in range(len(drive.sine_input)):
        u[drive.sine_input[k]] += drive.amplitude[k] * np.sin(drive.omega[k] * s + drive.phase[k])


@njit(cache=True)
def _factored(method, shape, work, h):
    """Factor eigenvalue / h - J for each eigenvalue."""
    n = len(work.y)
    for k in range(len(method.eigenvalues)):
        for i in range(n):
            for j in range(max(0, i - shape.below), min(n, i + shape.below + shape.above + 1)):
                work.matrices[k, i, j] = -work.jacobian[i, j]
            work.matrices[k, i, i] += method.eigenvalues[k] / h
        if not factor(work.matrices[k], work.exchanged[k], shape.below, shape.above):
            return False
    return True


@njit(cache=True)
def _solved(shape, work, k, v):
    """Solve with one of the factored matrices; v in the circuit's order of states becomes the solution."""
    ordered = np.empty_like(v)
    for i in range(len(v)):
        ordered[shape.order[i]] = v[i]
    solve(work.matrices[k], work.exchanged[k], shape.below, shape.above, ordered)
    for i in range(len(v)):
        v[i] = ordered[shape.order[i]]


@njit(cache=True)
def _newton(slopes, drive, r, p, method, shape, work, x, t, h):
    """Find the stages of a step; False where it does not."""
    n, s, pairs = len(x), len(method.c), len(method.eigenvalues)
    for k in range(pairs):
        for i in range(n):
            work.w[k, i] = 0
            for a in range(s):
                work.w[k, i] += method.apart[k, a] * work.z[a, i]
    before = 0.0
    for iteration in range(MOST):
        for a in range(s):
            for i in range(n):
                work.y[i] = x[i] + work.z[a, i]
            _inputs(drive, t + method.c[a] * h, work.u)
            _call(slopes, work.y, work.u, r, p, work.f[a])
            for i in range(n):
                if not np.isfinite(work.f[a, i]):
                    return False
        for k in range(pairs):
            for i in range(n):
                work.g[i] = -method.eigenvalues[k] / h * work.w[k, i]
                for a in range(s):
                    work.g[i] += method.apart[k, a] * work.f[a, i]
            _solved(shape, work, k, work.g)
            for i in range(n):
                work.w[k, i] += work.g[i]
        change = 0.0
        for a in range(s):
            for i in range(n):
                value = (method.together[a, 0] * work.w[0, i]).real
                for k in range(1, pairs):
                    value += 2 * (method.together[a, k] * work.w[k, i]).real
                change = max(change, abs(value - work.z[a, i]) / work.scale[i])
                work.z[a, i] = value
        if not np.isfinite(change):
            return False
        if change == 0.0 or (iteration == 0 and change < CLOSE * CLOSE):
            return True
        if iteration > 0:
            rate = change / before
            if rate < 1 and rate / (1 - rate) * change < CLOSE:
                return True
            if rate >= 1:  # at rounding, or away from a solution
                return change < CLOSE
        before = change
    return False


@njit(cache=True)
def _larger(shape, work, x, limits, size):
    """The larger of a size and that of what is missing in a slope, in tolerances, as fast components forget it."""
    _solved(shape, work, 0, work.g)
    last = work.z.shape[0] - 1
    for i in range(len(x)):
        scale = limits.atol + limits.rtol * max(abs(x[i]), abs(x[i] + work.z[last, i]))
        part = abs(work.g[i].real) / scale
        size = part if not part <= size else size
    return size


@njit(cache=True)
def _error(slopes, drive, r, p, method, shape, work, limits, x, slope, t, h):
    """How wrong a step's polynomial is, in tolerances; `slope` is that of the equations at its start."""
    n, s = len(x), len(method.c)
    for i in range(n):
        work.g[i] = slope[i]
        for a in range(s):
            work.g[i] -= method.powers[1, a] * work.z[a, i] / h
    size = _larger(shape, work, x, limits, 0.0)
    for i in range(n):
        work.y[i] = x[i]
        for a in range(s):
            work.y[i] += method.there[0, a] * work.z[a, i]
    _inputs(drive, t + method.between * h, work.u)
    _call(slopes, work.y, work.u, r, p, work.f[0])
    for i in range(n):
        work.g[i] = work.f[0, i]
        for a in range(s):
            work.g[i] -= method.there[1, a] * work.z[a, i] / h
    return _larger(shape, work, x, limits, size)


@njit(cache=True)
def _guess(method, work, before, ratio):
    """Stages by the polynomial of the last step, continued; `before` is zero at its end."""
    for a in range(len(method.c)):
        at = 1 + method.c[a] * ratio
        for i in range(work.z.shape[1]):
            value = 0.0
            for order in range(before.shape[0] - 1, -1, -1):
                value = value * at + before[order, i]
            work.z[a, i] = value


@njit(cache=True)
def _straight(method, work, slope, h):
    """A step through so short a moment that a time within it hardly is a number."""
    for a in range(len(method.c)):
        for i in range(len(slope)):
            work.z[a, i] = method.c[a] * h * slope[i]


@njit(cache=True)
def _first(x, slope, limits, t, left):
    """A first step in which no state changes by much."""
    rate = 0.0
    for i in range(len(x)):
        rate = max(rate, abs(slope[i]) / (abs(x[i]) + SMALL * limits.atol / limits.rtol))
    return max(FIRST / rate, SHORTEST * left, TWINS * t) if rate > 0 else left


@njit(cache=True)
def advance(slopes, jacobian, drive, r, p, method, shape, work, limits, x, t, h, times, coefficients):
    """Make steps until memory for them, or the stretch, ends.

    Args:
        slopes, jacobian: functions of addresses.
        drive: inputs; r, p: resistances and sides, parameters.
        method, shape, work, limits: see there.
        x: states at t; those at the end of the last step afterwards.
        t: seconds.
        h: length of the next step, seconds; 0 to find one.
        times: takes start and end of each step, shape (count, 2).
        coefficients: takes its polynomial on -1 to 1, shape (count, n, s + 1).

    Returns:
        Number of steps, a state of affairs (RUNNING, ...), length of the next step.
    """
    n, s = len(x), len(method.c)
    slope, before, last = np.zeros(n), np.zeros((s + 1, n)), 0.0
    grow = GROW
    for made in range(len(times)):
        left = limits.end - t
        _inputs(drive, t, work.u)
        _call(slopes, x, work.u, r, p, slope)
        _call(jacobian, x, work.u, r, p, work.values)
        for k in range(len(shape.rows)):
            work.jacobian[shape.rows[k], shape.columns[k]] = work.values[k]
        for i in range(n):
            work.scale[i] = limits.atol + limits.rtol * abs(x[i])
        moment = left <= TWINS * t
        if h <= 0:
            h = _first(x, slope, limits, t, left)
        while True:
            if moment:
                h, final, longer = left, True, 1.0
                _straight(method, work, slope, h)
                break
            h = min(h, limits.longest)
            final = h >= left * (1 - 1e-10)
            h = left if final else min(h, left / 2)
            if not h > ROUNDING * t:
                return made, STUCK, h
            if last > 0:
                _guess(method, work, before, h / last)
            else:
                work.z[:, :] = 0
            solved = _factored(method, shape, work, h) and _newton(slopes, drive, r, p, method, shape, work, x, t, h)
            if not solved:
                h, last, grow = BACK * h, 0.0, 1.0
                continue
            size = _error(slopes, drive, r, p, method, shape, work, limits, x, slope, t, h)
            if not np.isfinite(size):
                h, last, grow = BACK * h, 0.0, 1.0
                continue
            longer = SAFETY * size ** (-1 / (s + 1)) if size > 0 else GROW
            if size <= 1:
                break
            h, grow = h * max(SHRINK, longer), 1.0
        for i in range(n):
            for order in range(s + 1):
                value, centred = 0.0, x[i] if order == 0 else 0.0
                for a in range(s):
                    value += method.powers[order, a] * work.z[a, i]
                    centred += method.centred[order, a] * work.z[a, i]
                before[order, i] = value - (work.z[s - 1, i] if order == 0 else 0.0)
                coefficients[made, i, order] = centred
        away = False
        for i in range(n):
            x[i] += work.z[s - 1, i]
            away = away or not abs(x[i]) < HUGE
        times[made, 0] = t
        t = limits.end if final else t + h
        times[made, 1] = t
        last, h = h, h * min(grow, max(SHRINK, longer))
        grow = GROW
        if away:
            return made + 1, RUNS_AWAY, h
        if final:
            return made + 1, FINISHED, h
    return len(times), RUNNING, h
