"""Steps of Radau IIA, compiled; importing this loads numba.

A step is right when its polynomial is: its slopes at the start, and between the points of the method, are held against
the equations, and what is missing is filtered as fast components forget it (Hairer and Wanner 1996, equation IV.8.19).
"""

from __future__ import annotations

import numpy as np

from ..kept import njit
from .drives import inputs_at
from .inner import inner
from .inputs import TWINS
from .radau import Array, Radau
from .radau_stages import factored, newton, wrong
from .radau_work import Limits, Task, Work, ask
from .runaway import HUGE

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


@njit(inline="always")
def _guess(method: Radau, work: Work, before: Array, ratio: float) -> None:
    """Stages by the polynomial of the last step, continued; `before` is zero at its end."""
    c, z = method.c, work.z
    for a in range(len(c)):
        at = 1 + c[a] * ratio
        for i in range(z.shape[0]):
            value = 0.0
            for order in range(before.shape[0] - 1, -1, -1):
                value = value * at + before[order, i]
            z[i, a] = value


@inner
def straight(method: Radau, work: Work, slope: Array, h: float) -> None:
    """A step through so short a moment that a time within it hardly is a number."""
    z, c = work.z, method.c
    for i in range(len(slope)):
        for a in range(len(c)):
            z[i, a] = c[a] * h * slope[i]


@inner
def first_step(x: Array, slope: Array, limits: Limits, t: float, left: float) -> float:
    """A first step in which no state changes by much."""
    rate = 0.0
    for i in range(len(x)):
        rate = max(rate, abs(slope[i]) / (abs(x[i]) + SMALL * limits.atol / limits.rtol))
    return max(FIRST / rate, SHORTEST * left, TWINS * t) if rate > 0 else left


@inner
def started(slopes: int, jacobian: int, task: Task, x: Array, t: float, slope: Array) -> None:
    """Ask the equations at the start of a step."""
    shape, work = task.shape, task.work
    inputs_at(task.drive, t, work.u)
    ask(slopes, x, work.u, task.r, task.p, slope, 1)
    ask(jacobian, x, work.u, task.r, task.p, work.values, 1)
    for k in range(len(shape.rows)):
        work.jacobian[shape.rows[k], shape.columns[k]] = work.values[k]
    for i in range(len(x)):
        work.scale[i] = task.limits.atol + task.limits.rtol * abs(x[i])


@inner
def right(
    slopes: int, task: Task, x: Array, slope: Array, before: Array, last: float, t: float, h: float
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
            z = task.work.z
            for i in range(z.shape[0]):
                for a in range(z.shape[1]):
                    z[i, a] = 0.0
        size = np.inf
        if factored(task.method, task.shape, task.work, h) and newton(slopes, task, x, t, h):
            size = wrong(slopes, task, x, slope, t, h)
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


@njit(inline="always")
def kept(method: Radau, work: Work, x: Array, before: Array, coefficients: Array) -> bool:
    """Write a step down and go to its end; False where a state has run away."""
    powers, centred, z, sound = method.powers, method.centred, work.z, True
    s = z.shape[1]
    for i in range(len(x)):
        for order in range(s + 1):
            forward = middle = 0.0
            for a in range(s):
                forward += powers[order, a] * z[i, a]
                middle += centred[order, a] * z[i, a]
            before[order, i], coefficients[i, order] = forward, middle
        before[0, i] -= z[i, s - 1]
        coefficients[i, 0] += x[i]
        x[i] += z[i, s - 1]
        sound = sound and abs(x[i]) < HUGE
    return sound


@inner
def one_step(
    slopes: int, jacobian: int, task: Task, x: Array, slope: Array, before: Array, last: float, t: float, h: float,
    coefficients: Array,
) -> tuple[float, float, float, int]:  # fmt: skip
    """Make a step.

    Args:
        slopes, jacobian: addresses of machine code.
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


@njit()
def advance(
    slopes: int, jacobian: int, task: Task, x: Array, t: float, h: float, times: Array, coefficients: Array
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
