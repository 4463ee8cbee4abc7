"""Steps of Radau IIA, compiled; importing this loads numba.

A step is right when its polynomial is: its slopes at the start, and between the points of the method, are held against
the equations, and what is missing is filtered as fast components forget it (Hairer and Wanner 1996, equation IV.8.19).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .banded import factor, solve
from .inner import inner, once
from .inputs import TWINS
from .radau import Array, Radau
from .radau_work import Drive, Limits, Shape, Task, Work
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

ONE = np.uint64(1)
"""How many points a function is asked for here."""


@inner
def call(function: Any, x: Array, u: Array, task: Task, out: Array) -> None:
    """Call machine code at one point."""
    function(x.ctypes.data, u.ctypes.data, task.r.ctypes.data, task.p.ctypes.data, out.ctypes.data, ONE)


@inner
def inputs_at(drive: Drive, t: float, u: Array) -> None:
    """The inputs at a time."""
    s = t - drive.since
    for i in range(len(drive.value)):
        u[i] = drive.value[i] + drive.slope[i] * s
    for k in range(len(drive.sine_input)):
        u[drive.sine_input[k]] += drive.amplitude[k] * np.sin(drive.omega[k] * s + drive.phase[k])


@once
def _factored(method: Radau, shape: Shape, work: Work, h: float) -> bool:
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


@inner
def _solved(shape: Shape, work: Work, k: int, v: Any) -> None:
    """Solve with one of the factored matrices; v in the circuit's order of states becomes the solution."""
    for i in range(len(v)):
        work.ordered[shape.order[i]] = v[i]
    solve(work.matrices[k], work.exchanged[k], shape.below, shape.above, work.ordered)
    for i in range(len(v)):
        v[i] = work.ordered[shape.order[i]]


@once
def _newton(slopes: Any, task: Task, x: Array, t: float, h: float) -> bool:
    """Find the stages of a step; False where it does not."""
    method, shape, work = task.method, task.shape, task.work
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
            inputs_at(task.drive, t + method.c[a] * h, work.u)
            call(slopes, work.y, work.u, task, work.f[a])
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


@inner
def _larger(shape: Shape, work: Work, limits: Limits, x: Array, size: float) -> float:
    """The larger of a size and that of what is missing in a slope, in tolerances, as fast components forget it."""
    _solved(shape, work, 0, work.g)
    last = work.z.shape[0] - 1
    for i in range(len(x)):
        scale = limits.atol + limits.rtol * max(abs(x[i]), abs(x[i] + work.z[last, i]))
        part = abs(work.g[i].real) / scale
        size = part if not part <= size else size
    return size


@once
def _error(slopes: Any, task: Task, x: Array, slope: Array, t: float, h: float) -> float:
    """How wrong a step's polynomial is, in tolerances; `slope` is that of the equations at its start."""
    method, shape, work, limits = task.method, task.shape, task.work, task.limits
    n, s = len(x), len(method.c)
    for i in range(n):
        work.g[i] = slope[i]
        for a in range(s):
            work.g[i] -= method.powers[1, a] * work.z[a, i] / h
    size = _larger(shape, work, limits, x, 0.0)
    for i in range(n):
        work.y[i] = x[i]
        for a in range(s):
            work.y[i] += method.there[0, a] * work.z[a, i]
    inputs_at(task.drive, t + method.between * h, work.u)
    call(slopes, work.y, work.u, task, work.f[0])
    for i in range(n):
        work.g[i] = work.f[0, i]
        for a in range(s):
            work.g[i] -= method.there[1, a] * work.z[a, i] / h
    return _larger(shape, work, limits, x, size)


@njit(cache=True)
def _guess(method: Radau, work: Work, before: Array, ratio: float) -> None:
    """Stages by the polynomial of the last step, continued; `before` is zero at its end."""
    for a in range(len(method.c)):
        at = 1 + method.c[a] * ratio
        for i in range(work.z.shape[1]):
            value = 0.0
            for order in range(before.shape[0] - 1, -1, -1):
                value = value * at + before[order, i]
            work.z[a, i] = value


@once
def straight(method: Radau, work: Work, slope: Array, h: float) -> None:
    """A step through so short a moment that a time within it hardly is a number."""
    for a in range(len(method.c)):
        for i in range(len(slope)):
            work.z[a, i] = method.c[a] * h * slope[i]


@once
def first_step(x: Array, slope: Array, limits: Limits, t: float, left: float) -> float:
    """A first step in which no state changes by much."""
    rate = 0.0
    for i in range(len(x)):
        rate = max(rate, abs(slope[i]) / (abs(x[i]) + SMALL * limits.atol / limits.rtol))
    return max(FIRST / rate, SHORTEST * left, TWINS * t) if rate > 0 else left


@once
def started(slopes: Any, jacobian: Any, task: Task, x: Array, t: float, slope: Array) -> None:
    """Ask the equations at the start of a step."""
    shape, work = task.shape, task.work
    inputs_at(task.drive, t, work.u)
    call(slopes, x, work.u, task, slope)
    call(jacobian, x, work.u, task, work.values)
    for k in range(len(shape.rows)):
        work.jacobian[shape.rows[k], shape.columns[k]] = work.values[k]
    for i in range(len(x)):
        work.scale[i] = task.limits.atol + task.limits.rtol * abs(x[i])


@once
def right(
    slopes: Any, task: Task, x: Array, slope: Array, before: Array, last: float, t: float, h: float
) -> tuple[float, float]:
    """Find the stages of a step that is right, no longer than h.

    Args:
        before: polynomial of the step before, of the length `last`; 0 where there was none.

    Returns:
        Its length, 0 where none is, and how many times longer the next may be.
    """
    left, most = task.limits.end - t, GROW
    while True:
        h = min(h, task.limits.longest)
        h = left if h >= left * (1 - 1e-10) else min(h, left / 2)
        if not h > ROUNDING * t:
            return 0.0, most
        if last > 0:
            _guess(task.method, task.work, before, h / last)
        else:
            for a in range(len(task.method.c)):
                for i in range(len(x)):
                    task.work.z[a, i] = 0
        size = np.inf
        if _factored(task.method, task.shape, task.work, h) and _newton(slopes, task, x, t, h):
            size = _error(slopes, task, x, slope, t, h)
        if not np.isfinite(size):
            h, last, most = BACK * h, 0.0, 1.0
            continue
        longer = SAFETY * size ** (-1 / before.shape[0]) if size > 0 else GROW
        if size <= 1:
            past = task.work.past
            if last > 0 and past[0] > 0 and size > 0:  # errors that grow go on growing (Hairer and Wanner, IV.8.25)
                longer = min(longer, longer * h / last * (past[0] / size) ** (1 / before.shape[0]))
            past[0] = max(size, 1e-6)
            return h, min(most, max(SHRINK, longer))
        h, most = h * max(SHRINK, longer), 1.0


@njit(cache=True)
def kept(method: Radau, work: Work, x: Array, before: Array, coefficients: Array) -> bool:
    """Write a step down and go to its end; False where a state has run away."""
    sound, s = True, len(method.c)
    for i in range(len(x)):
        for order in range(s + 1):
            before[order, i], coefficients[i, order] = 0.0, 0.0
            for a in range(s):
                before[order, i] += method.powers[order, a] * work.z[a, i]
                coefficients[i, order] += method.centred[order, a] * work.z[a, i]
        before[0, i] -= work.z[s - 1, i]
        coefficients[i, 0] += x[i]
        x[i] += work.z[s - 1, i]
        sound = sound and abs(x[i]) < HUGE
    return sound


@inner
def one_step(
    slopes: Any, jacobian: Any, task: Task, x: Array, slope: Array, before: Array, last: float, t: float, h: float,
    coefficients: Array,
) -> tuple[float, float, float, int]:  # fmt: skip
    """Make a step.

    Args:
        slopes, jacobian: functions of addresses.
        task: see there.
        x: states at t; those at the end of the step afterwards.
        slope: memory for slopes.
        before: polynomial of the step before, of the length `last`; that of this one afterwards.
        last: 0 where there was none.
        t: seconds.
        h: longest step, seconds; 0 to find one.
        coefficients: takes its polynomial on -1 to 1, shape (n, s + 1).

    Returns:
        Its end and length, the length of the next, and a state of affairs (RUNNING, ...); after STUCK there is no step.
    """
    end = task.limits.end
    started(slopes, jacobian, task, x, t, slope)
    if end - t <= TWINS * t:
        last, longer = end - t, 1.0
        straight(task.method, task.work, slope, last)
    else:
        h = h if h > 0 else first_step(x, slope, task.limits, t, end - t)
        last, longer = right(slopes, task, x, slope, before, last, t, h)
    if last == 0:
        return t, last, h, STUCK
    sound = kept(task.method, task.work, x, before, coefficients)
    finish = end if last >= end - t else t + last
    return finish, last, last * longer, RUNS_AWAY if not sound else FINISHED if finish == end else RUNNING


@njit(cache=True)
def advance(
    slopes: Any, jacobian: Any, task: Task, x: Array, t: float, h: float, times: Array, coefficients: Array
) -> tuple[int, int, float]:
    """Make steps until memory for them, or the stretch, ends.

    Args:
        slopes, jacobian, task, x, t, h: as for `one_step`.
        times: takes start and end of each step, shape (count, 2).
        coefficients: takes its polynomial on -1 to 1, shape (count, n, s + 1).

    Returns:
        Number of steps, a state of affairs (RUNNING, ...), length of the next step.
    """
    slope, before, last = np.zeros(len(x)), np.zeros((len(task.method.c) + 1, len(x))), 0.0
    for made in range(len(times)):
        begin = t
        t, last, h, status = one_step(slopes, jacobian, task, x, slope, before, last, t, h, coefficients[made])
        if status == STUCK:
            return made, status, h
        times[made, 0], times[made, 1] = begin, t
        if status != RUNNING:
            return made + 1, status, h
    return len(times), RUNNING, h
