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
from .radau_work import Drive, Limits, Shape, Task, Work, ask
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


@inner
def inputs_at(drive: Drive, t: float, u: Array) -> None:
    """The inputs at a time."""
    s, value, slope, index = t - drive.since, drive.value, drive.slope, drive.sine_input
    for i in range(len(value)):
        u[i] = value[i] + slope[i] * s
    if len(index):
        amplitude, omega, phase = drive.amplitude, drive.omega, drive.phase
        for k in range(len(index)):
            u[index[k]] += amplitude[k] * np.sin(omega[k] * s + phase[k])


# Arrays are taken out of their tuples before loops: numba counts who has them each time that one is.


@once
def _factored(method: Radau, shape: Shape, work: Work, h: float) -> bool:
    """Factor eigenvalue / h - J for each eigenvalue."""
    jacobian, matrices, exchanged, eigenvalues = work.jacobian, work.matrices, work.exchanged, method.eigenvalues
    n, below, above = len(jacobian), shape.below, shape.above
    for k in range(len(eigenvalues)):
        matrix = matrices[k]
        for i in range(n):
            for j in range(max(0, i - below), min(n, i + below + above + 1)):
                matrix[i, j] = -jacobian[i, j]
            matrix[i, i] += eigenvalues[k] / h
        if not factor(matrix, exchanged[k], below, above):
            return False
    return True


@inner
def _solved(shape: Shape, work: Work, k: int, v: Any) -> None:
    """Solve with one of the factored matrices; v in the circuit's order of states becomes the solution."""
    order, ordered = shape.order, work.ordered
    for i in range(len(v)):
        ordered[order[i]] = v[i]
    solve(work.matrices[k], work.exchanged[k], shape.below, shape.above, ordered)
    for i in range(len(v)):
        v[i] = ordered[order[i]]


@inner
def _component(apart: Any, k: int, values: Array, i: int) -> complex:
    """One eigenvector's part of the values of a state at all points."""
    real = imag = 0.0
    for a in range(len(values)):
        real += apart[k, a].real * values[a, i]
        imag += apart[k, a].imag * values[a, i]
    return complex(real, imag)


@inner
def _stages(together: Any, w: Any, z: Array, scale: Array) -> float:
    """Put eigenvectors together to stages; by how much these change, in tolerances."""
    change = 0.0
    for a in range(z.shape[0]):
        for i in range(z.shape[1]):
            value = together[a, 0].real * w[0, i].real - together[a, 0].imag * w[0, i].imag
            for k in range(1, w.shape[0]):
                value += 2 * (together[a, k].real * w[k, i].real - together[a, k].imag * w[k, i].imag)
            change = max(change, abs(value - z[a, i]) / scale[i])
            z[a, i] = value
    return change


@inner
def _evaluated(slopes: Any, task: Task, x: Array, t: float, h: float) -> bool:
    """Ask for the slopes at all stages; whether they are finite."""
    z, f, y, u, c, drive = task.work.z, task.work.f, task.work.y, task.work.u, task.method.c, task.drive
    finite = True
    for a in range(len(c)):
        for i in range(len(x)):
            y[i] = x[i] + z[a, i]
        inputs_at(drive, t + c[a] * h, u)
        ask(slopes, y, u, task.r, task.p, f[a], 1)
        for i in range(len(x)):
            finite = finite and np.isfinite(f[a, i])
        if not finite:
            break
    return finite


@once
def _newton(slopes: Any, task: Task, x: Array, t: float, h: float) -> bool:
    """Find the stages of a step; False where it does not."""
    shape, work, apart, eigenvalues = task.shape, task.work, task.method.apart, task.method.eigenvalues
    w, z, f, g = work.w, work.z, work.f, work.g
    for k in range(len(eigenvalues)):
        for i in range(len(x)):
            w[k, i] = _component(apart, k, z, i)
    before = 0.0
    for iteration in range(MOST):
        if not _evaluated(slopes, task, x, t, h):
            return False
        for k in range(len(eigenvalues)):
            rate = eigenvalues[k] / h
            for i in range(len(x)):
                g[i] = _component(apart, k, f, i) - rate * w[k, i]
            _solved(shape, work, k, g)
            for i in range(len(x)):
                w[k, i] += g[i]
        change = _stages(task.method.together, w, z, work.scale)
        if not np.isfinite(change):
            return False
        if change == 0.0 or (iteration == 0 and change < CLOSE * CLOSE):
            return True
        if iteration > 0:
            slower = change / before
            if slower < 1 and slower / (1 - slower) * change < CLOSE:
                return True
            if slower >= 1:  # at rounding, or away from a solution
                return change < CLOSE
        before = change
    return False


@inner
def _larger(shape: Shape, work: Work, limits: Limits, x: Array, size: float) -> float:
    """The larger of a size and that of what is missing in a slope, in tolerances, as fast components forget it."""
    g, z, atol, rtol = work.g, work.z, limits.atol, limits.rtol
    _solved(shape, work, 0, g)
    last = z.shape[0] - 1
    for i in range(len(x)):
        part = abs(g[i].real) / (atol + rtol * max(abs(x[i]), abs(x[i] + z[last, i])))
        size = part if not part <= size else size
    return size


@once
def _error(slopes: Any, task: Task, x: Array, slope: Array, t: float, h: float) -> float:
    """How wrong a step's polynomial is, in tolerances; `slope` is that of the equations at its start."""
    method, shape, work, limits = task.method, task.shape, task.work, task.limits
    g, z, y, f, powers, there = work.g, work.z, work.y, work.f, method.powers, method.there
    for i in range(len(x)):
        value = slope[i]
        for a in range(z.shape[0]):
            value -= powers[1, a] * z[a, i] / h
        g[i] = value
    size = _larger(shape, work, limits, x, 0.0)
    for i in range(len(x)):
        y[i] = x[i]
        for a in range(z.shape[0]):
            y[i] += there[0, a] * z[a, i]
    inputs_at(task.drive, t + method.between * h, work.u)
    ask(slopes, y, work.u, task.r, task.p, f[0], 1)
    for i in range(len(x)):
        value = f[0, i]
        for a in range(z.shape[0]):
            value -= there[1, a] * z[a, i] / h
        g[i] = value
    return _larger(shape, work, limits, x, size)


@njit(cache=True)
def _guess(method: Radau, work: Work, before: Array, ratio: float) -> None:
    """Stages by the polynomial of the last step, continued; `before` is zero at its end."""
    c, z = method.c, work.z
    for a in range(len(c)):
        at = 1 + c[a] * ratio
        for i in range(z.shape[1]):
            value = 0.0
            for order in range(before.shape[0] - 1, -1, -1):
                value = value * at + before[order, i]
            z[a, i] = value


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
    ask(slopes, x, work.u, task.r, task.p, slope, 1)
    ask(jacobian, x, work.u, task.r, task.p, work.values, 1)
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
    powers, centred, z, sound = method.powers, method.centred, work.z, True
    s = z.shape[0]
    for i in range(len(x)):
        for order in range(s + 1):
            forward = middle = 0.0
            for a in range(s):
                forward += powers[order, a] * z[a, i]
                middle += centred[order, a] * z[a, i]
            before[order, i], coefficients[i, order] = forward, middle
        before[0, i] -= z[s - 1, i]
        coefficients[i, 0] += x[i]
        x[i] += z[s - 1, i]
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
