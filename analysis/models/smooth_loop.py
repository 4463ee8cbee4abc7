"""Running a smooth circuit, compiled: from step to step and event to event, as `smooth` does in Python.

Implicit equations and stretches along a jump are left to `smooth`, which is asked wherever a state does not settle.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kept import njit
from ..lent import lent
from .drives import inputs_along, inputs_at
from .inner import copy, inner, owner
from .mode_tables import drive
from .radau import Array
from .radau_steps import FINISHED as THERE
from .radau_steps import RUNS_AWAY, STUCK, one_step
from .radau_work import Drive, Limits, Task, ask
from .runaway import TURNS
from .smooth_guards import asked, changed, settle, watched_rows
from .smooth_looks import LOOSE, PLACES, UNSEEN, crossings, place, polished, sampled, unseen
from .smooth_tables import (
    AT,
    BEND,
    END,
    FIRST,
    GOAL,
    HERE,
    INSIDE,
    INSTANT,
    LAST,
    LONGEST,
    NEW,
    SINCE,
    Guarded,
    H,
    Inputs,
    Inside,
    Laws,
    Look,
    Now,
    Record,
    Rules,
    Solver,
    T,
    Watch,
)  # fmt: skip
from .solver_steps import PERIOD

FINISHED, FULL, ASKS, IS_STUCK, IS_LOST, CHATTERS, EVENT, UNLIKE = range(8)
"""What a run stops for; the last two only within it: a guard is passed, a step did not see what its laws do."""
FINER = 8
"""Into how many a step is cut that did not see what its laws do."""


@owner
def driven(inputs: Inputs, t: float) -> Drive:
    """Inputs from a time on, by the seconds since then."""
    m = len(inputs.largest)
    value, slope = np.zeros(m), np.zeros(m)
    drive(inputs.lines, t, value, slope)
    amplitude, phase = np.zeros(len(inputs.index)), np.zeros(len(inputs.index))
    for k in range(len(inputs.index)):
        s = t - inputs.since[k]
        if s >= 0:  # else it has not begun
            amplitude[k] = inputs.amplitude[k] * np.exp(-inputs.decay[k] * s)
            phase[k] = inputs.phase[k] + inputs.omega[k] * s
    return Drive(0.0, value, slope, inputs.index, amplitude, inputs.omega, phase, inputs.decay)


@inner
def _begun(
    laws: Laws, guarded: Guarded, inputs: Inputs, rules: Rules, now: Now, watch: Watch, look: Look, u: Array
) -> bool:
    """Begin a stretch; False where it is not clear in which state of switches and jumps."""
    at = now.at
    inputs_at(driven(inputs, at[T]), 0.0, u)
    if now.phase[0] == NEW:
        if not settle(laws, guarded, now, inputs.largest, u, look):
            return False
    else:
        asked(laws, guarded, now, u, look)
    now.phase[0], now.phase[1] = INSIDE, watched_rows(laws, guarded, now, inputs.largest, u, look, watch)
    bend = inputs.lines.bends[np.searchsorted(inputs.lines.bends, at[T], side="right")]
    at[BEND] = min(bend, rules.stop)
    at[END] = at[GOAL] = at[BEND] - at[T]
    at[SINCE], at[AT], at[H], at[LAST], at[LONGEST], at[FIRST] = at[T], 0.0, 0.0, 0.0, np.inf, 1.0
    return True


@owner
def _task(inputs: Inputs, rules: Rules, solver: Solver, laws: Laws, now: Now, look: Look) -> Task:
    """What steps to the next goal need."""
    at = now.at
    longest = min(at[GOAL] - at[AT], at[LONGEST])
    for w in inputs.omega:
        if w > 0:
            longest = min(longest, 2 * np.pi * PERIOD / w)
    limits = Limits(at[GOAL], longest, rules.rtol, rules.atol)
    return Task(driven(inputs, at[SINCE]), look.r, laws.p, solver.method, solver.shape, solver.work, limits)


@inner
def _event(
    laws: Laws, guarded: Guarded, now: Now, watch: Watch, task: Task, coefficients: Array, start: float, end: float,
    look: Look, x: Array, u: Array,
) -> float:  # fmt: skip
    """When the first event of a step is, and change what it changes; x and u are then those at that time.

    Returns:
        Seconds; below zero where there is none.
    """
    rows = now.phase[1]
    if not rows:
        return -1.0
    ask(laws.watched, look.x, look.u, task.r, laws.p, look.watched, look.x.shape[1])
    middle, half = (start + end) / 2, (end - start) / 2
    step = Inside(laws.watched, laws.p, task.r, task.drive, coefficients, middle, half, look.value, x, u)
    for c in range(crossings(now, watch, rows, now.at[FIRST] > 0, look)):
        row = look.rows[c]
        guess = middle + half * look.times[c]
        t = polished(step, watch.which[row], float(watch.sign[row]), float(watch.level[row]), guess, start, end)
        place(coefficients, (t - middle) / half, x)
        inputs_at(task.drive, t, u)
        if changed(laws, guarded, now, watch, rows, row, x, u, look, end - start, task.work.slopes):
            return t
    return -1.0


@inner
def _followed(
    laws: Laws, guarded: Guarded, task: Task, now: Now, watch: Watch, look: Look, out: Record, steps: int,
    stretch: int, x: Array, u: Array, room: Array,
) -> tuple[int, int]:  # fmt: skip
    """Steps to the goal or an event, as far as there is memory; how many there are now, and what they stopped for."""
    at, limits, slope, allowed, here = now.at, task.limits, room[0], room[1], room[2]
    while steps < len(out.spans):
        begin, coefficients = at[AT], out.coefficients[steps]
        copy(now.x, x)
        end, last, longer, status = one_step(
            laws.slopes, laws.jacobian, task, x, slope, now.before, at[LAST], begin, at[H], coefficients
        )
        if status == STUCK:
            return steps, IS_STUCK
        copy(x, here)
        sampled(coefficients, -1.0, 1.0, look.x)
        inputs_along(task.drive, begin, end - begin, PLACES, look.u)
        for i in range(len(x)):
            for a in range(look.x.shape[1]):
                now.size[i] = max(now.size[i], abs(look.x[i, a]))
            allowed[i] = max(UNSEEN, LOOSE * limits.rtol) * now.size[i] + limits.atol
        if unseen(laws, guarded, task, coefficients, begin, end, allowed, look, x, u):
            at[GOAL], at[LONGEST], at[H], at[LAST] = end, (end - begin) / FINER, 0.0, 0.0
            return steps, UNLIKE
        time = _event(laws, guarded, now, watch, task, coefficients, begin, end, look, x, u)
        out.spans[steps, 0], out.spans[steps, 1], out.stretch[steps] = begin, end, stretch
        if time >= 0:
            out.ends[steps] = time
            at[AT], at[T] = time, at[SINCE] + time
            if time > begin:
                copy(x, now.x)
                steps += 1
            return steps, EVENT
        out.ends[steps] = end
        at[AT], at[H], at[LAST], at[FIRST] = end, longer, last, 0.0
        at[T] = at[BEND] if end == at[END] else min(at[SINCE] + end, at[BEND])
        copy(here, now.x)
        steps += 1
        if status == RUNS_AWAY:
            return steps, IS_LOST
        if status == THERE:
            return steps, FINISHED
    return steps, FULL


@inner
def _changes(now: Now, was: Any, out: Record, count: int) -> int:
    """Write down which switches have changed; how many changes there are now."""
    for k in range(len(was)):
        if was[k] != now.closed[k]:
            out.changes[count], out.changed[count, 0], out.changed[count, 1] = now.at[T], k, now.closed[k]
            was[k] = now.closed[k]
            count += 1
    return count


@njit()
def run(
    laws: Laws, guarded: Guarded, inputs: Inputs, rules: Rules, solver: Solver, now: Now, watch: Watch, look: Look,
    out: Record,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Go on from where a run is.

    Args:
        laws, guarded, inputs: the circuit.
        rules: end and tolerances.
        solver: the method.
        now: where the run is, and where it has come to afterwards.
        watch, look: memory.
        out: takes what was run through.

    Returns:
        How many steps, stretches and changes, and what it stopped for.
    """
    laws, guarded, inputs, solver = lent(laws), lent(guarded), lent(inputs), lent(solver)
    now, watch, look, out = lent(now), lent(watch), lent(look), lent(out)
    at, switches = now.at, len(now.closed)
    x, u, was = np.zeros(len(now.x)), np.zeros(max(len(inputs.largest), 1)), now.closed.copy()
    none: Any = np.int64(0)  # of a literal 0 numba compiles twice what it is given to
    steps = stretches = changes = none
    room = np.empty((3, len(x)))
    while at[T] < rules.stop:
        if stretches == len(out.since) or changes + 2 * switches > len(out.changes):
            return steps, stretches, changes, FULL
        sides = now.sides.copy()
        if now.phase[0] != INSIDE and not _begun(laws, guarded, inputs, rules, now, watch, look, u):
            copy(was, now.closed)
            copy(sides, now.sides)
            return steps, stretches, changes, ASKS
        changes = _changes(now, was, out, changes)
        out.since[stretches] = at[SINCE]
        copy(now.closed, out.closed[stretches])
        copy(now.sides, out.sides[stretches])
        stretches += 1
        task = _task(inputs, rules, solver, laws, now, look)
        steps, why = _followed(laws, guarded, task, now, watch, look, out, steps, stretches - 1, x, u, room)
        if why == EVENT:
            at[HERE] = at[HERE] + 1 if at[T] == at[INSTANT] else 0
            at[INSTANT], now.phase[0] = at[T], NEW
            if at[HERE] > TURNS * (switches + len(now.sides) + 1):
                return steps, stretches, changes, CHATTERS
            changes = _changes(now, was, out, changes)
        elif why == FINISHED and at[GOAL] == at[END]:
            now.phase[0] = NEW
        elif why == FINISHED:
            at[GOAL], at[LONGEST], at[H], at[LAST] = at[END], np.inf, 0.0, 0.0
        elif why != UNLIKE:
            return steps, stretches, changes, why
    return steps, stretches, changes, FINISHED
