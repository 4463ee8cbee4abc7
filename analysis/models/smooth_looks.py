"""What happens inside a compiled step: crossings of guards, and laws that the step did not see; as in `inside`."""

from __future__ import annotations

import numpy as np

from .banded import factor, solve
from .drives import inputs_at
from .inner import inner, owner
from .inputs import TWINS
from .inside import BRACKET, DERIVED, GRID, NODES, ON_GRID, TO_COEFFICIENTS, zero_in
from .radau import Array
from .radau_work import Task, ask
from .rising import HALVES as ALL_HALVES
from .rising import in_order, rising, total
from .smooth_tables import Guarded, Inside, Laws, Look, Now, Watch

UNSEEN = 1e-7
"""Part of the largest value of a state by which a step may be wrong inside before it is taken again in shorter ones."""
LOOSE = 100.0
"""As many relative tolerances as a right step of low order may be wrong inside."""
STILL = 1e-3
"""An argument of tanh, exp, ... that moves by less within a step hides nothing."""
KINK = 1e-9
"""So small a part of itself an argument of `Abs`, ... moves by within a step and hides nothing."""
HALVES = ALL_HALVES[len(NODES) - 1]
PLACES = (NODES + 1) / 2
BY_NODE = np.ascontiguousarray(TO_COEFFICIENTS.T)
MOST = 100
"""Cuts of an interval in which a zero is."""


@inner
def place(coefficients: Array, y: float, x: Array) -> None:
    """States at a place of a step, -1 to 1."""
    for i in range(len(x)):
        value = 0.0
        for order in range(coefficients.shape[1] - 1, -1, -1):
            value = value * y + coefficients[i, order]
        x[i] = value


@inner
def _rates(coefficients: Array, y: float, half: float, dx: Array) -> None:
    """Slopes of a step's polynomial at a place; `half` is half of its length."""
    for i in range(len(dx)):
        value = 0.0
        for order in range(coefficients.shape[1] - 1, 0, -1):
            value = value * y + order * coefficients[i, order]
        dx[i] = value / half


@inner
def sampled(coefficients: Array, first: float, final: float, xs: Array) -> None:
    """States at the nodes of a part of a step, from one of its places to another."""
    for a in range(len(NODES)):
        y = first + (final - first) * PLACES[a]
        for i in range(xs.shape[0]):
            value = 0.0
            for order in range(coefficients.shape[1] - 1, -1, -1):
                value = value * y + coefficients[i, order]
            xs[i, a] = value


@inner
def fitted(values: Array, fit: Array) -> None:
    """Chebyshev coefficients of values at the nodes; those that are no number count as zero."""
    for c in range(len(fit)):
        fit[c] = 0.0
    for a in range(len(values)):
        if not np.isnan(values[a]):
            value = min(max(values[a], -1e300), 1e300)
            for c in range(len(fit)):
                fit[c] += BY_NODE[a, c] * value


@inner
def first_rise(fit: Array, slack: float, seam: bool, roots: Array) -> float:
    """Where in -1 to 1 a series passes zero, if it then rises beyond the slack; 2 where it does not."""
    if seam:
        return -1.0
    reach = 0.0
    for c in range(1, len(fit)):
        reach += abs(fit[c])
    if abs(fit[0] - slack) > reach * (1 + 1e-12):
        return 2.0
    fit[0] -= slack
    found = rising(fit, HALVES, roots)
    fit[0] += slack
    if not found:
        return 2.0
    over = at = roots[0]
    for k in range(rising(fit, HALVES, roots)):
        if roots[k] <= over:
            at = roots[k]
    return at


@inner
def excess(step: Inside, which: int, sign: float, level: float, t: float) -> float:
    """How far a value of a step is beyond a level at a time."""
    place(step.coefficients, (t - step.time) / step.scale, step.x)
    inputs_at(step.drive, t, step.u)
    ask(step.function, step.x, step.u, step.r, step.p, step.value, 1)
    return sign * (step.value[which] - level)


@inner
def polished(step: Inside, which: int, sign: float, level: float, guess: float, start: float, end: float) -> float:
    """A zero to rounding error, from one that a polynomial gave (Illinois: Dowell and Jarratt 1971)."""
    width = BRACKET * (end - start)
    a, b = max(guess - width, start), min(guess + width, end)
    low, high = excess(step, which, sign, level, a), excess(step, which, sign, level, b)
    if not low < 0 < high:
        return guess
    for _ in range(MOST):
        t = a - low * (b - a) / (high - low)
        if not a < t < b:
            t = (a + b) / 2
        if b - a <= 4e-16 * abs(b) or not a < t < b:
            break
        value = excess(step, which, sign, level, t)
        if value == 0:
            return t
        if value > 0:
            b, high, low = t, value, low / 2
        else:
            a, low, high = t, value, high / 2
    return b


@inner
def crossings(now: Now, watch: Watch, rows: int, first: bool, look: Look) -> int:
    """Rows that rise beyond their slack in a step, in order: places and rows into the memory, and how many."""
    count = 0
    for row in range(rows):
        k, sign, level = watch.which[row], watch.sign[row], watch.level[row]
        for a in range(len(NODES)):
            look.other_values[a] = sign * (look.watched[k, a] - level)
        fit = look.fits[row]
        fitted(look.other_values, fit)
        start, final = total(fit, -1.0) - watch.slack[row], total(fit, 1.0) - watch.slack[row]
        seam = not first and now.finals[row] <= 0 < start
        now.finals[row] = final
        at = first_rise(fit, watch.slack[row], seam, look.roots)
        if at <= 1.0:
            look.times[count], look.rows[count] = at, row
            count += 1
    in_order(look.times, look.rows, count)
    return count


@inner
def _is_blind(
    laws: Laws, task: Task, coefficients: Array, start: float, end: float, y: float, allowed: Array, x: Array, u: Array
) -> bool:
    """Whether a step's polynomial does not have the slope that the equations give, and that moves a state."""
    missing, slopes, h, fine = task.work.scale, task.work.slopes, end - start, True
    place(coefficients, y, x)
    inputs_at(task.drive, start + h * (y + 1) / 2, u)
    _rates(coefficients, y, h / 2, missing)
    ask(laws.slopes, x, u, task.r, laws.p, slopes, 1)
    for i in range(len(x)):
        missing[i] -= slopes[0, i]
        fine = fine and abs(missing[i]) * h <= allowed[i]
    return not fine and _moves(laws.jacobian, laws.p, task, h, allowed, x, u)


@inner
def _moves(jacobian: int, p: Array, task: Task, h: float, allowed: Array, x: Array, u: Array) -> bool:
    """Whether what is missing in slopes moves a state; a fast one forgets it: (1/h - J)^-1 of it stays."""
    work, shape = task.work, task.shape
    for i in range(len(x)):
        if not np.isfinite(work.scale[i]):
            return True
    ask(jacobian, x, u, task.r, p, work.values, 1)
    matrix, exchanged = work.matrices[0], work.exchanged[0]
    for i in range(len(x)):
        for k in range(len(x)):
            matrix[i, k] = 0
    for k in range(len(shape.rows)):
        matrix[shape.rows[k], shape.columns[k]] = -work.values[k]
    for i in range(len(x)):
        matrix[i, i] += 1 / h
        work.right[shape.order[i]] = work.scale[i]
    if not factor(matrix, exchanged, shape.below, shape.above):
        return True
    solve(matrix, exchanged, shape.below, shape.above, work.right)
    moves = False
    for i in range(len(x)):
        moves = moves or not abs(work.right[shape.order[i]].real) <= allowed[i]
    return moves


@inner
def unseen(
    laws: Laws, guarded: Guarded, task: Task, coefficients: Array, start: float, end: float, allowed: Array,
    look: Look, x: Array, u: Array,
) -> bool:  # fmt: skip
    """Whether the laws do in a step what its polynomial does not show.

    Looked at are its middle and the places at which an argument of a law turns round or passes zero.
    """
    if end - start <= TWINS * end:  # it cannot be shorter
        return False
    if _is_blind(laws, task, coefficients, start, end, 0.0, allowed, x, u):
        return True
    if guarded.smooth + guarded.kinks:
        ask(laws.arguments, look.x, look.u, task.r, laws.p, look.arguments, len(NODES))
    fit = look.argument
    for k in range(guarded.smooth + guarded.kinks):
        fitted(look.arguments[k], fit)
        moves = bends = 0.0
        for c in range(1, len(fit)):
            moves += abs(fit[c])
            bends += c * c * abs(fit[c]) if c > 1 else 0.0
        least = STILL
        if k >= guarded.smooth:
            least = 0.0
            for a in range(len(NODES)):
                least = max(least, KINK * abs(look.arguments[k, a]))
        if not moves > least:
            continue
        for order in range(2):
            if (order == 0 and abs(fit[0]) > moves) or (order == 1 and abs(fit[1]) > bends):
                continue
            if _blind_at_zeros(laws, task, coefficients, start, end, fit, order, allowed, x, u):
                return True
    return False


@owner
def _blind_at_zeros(
    laws: Laws, task: Task, coefficients: Array, start: float, end: float, fit: Array, order: int, allowed: Array,
    x: Array, u: Array,
) -> bool:  # fmt: skip
    """Whether a step is blind where a series (or its derivative) changes its sign between the points of a grid."""
    series, slopes, values = np.zeros(len(fit)), np.zeros(len(fit)), np.zeros(len(GRID))
    for c in range(len(fit)):
        for k in range(len(fit)):
            series[k] += fit[c] * DERIVED[order, c, k]
            slopes[k] += fit[c] * DERIVED[order + 1, c, k]
        for k in range(len(GRID)):
            values[k] += fit[c] * ON_GRID[order, c, k]
    for cell in range(len(GRID) - 1):
        if (values[cell] < 0) != (values[cell + 1] < 0):
            at = zero_in(cell, values, series, slopes)
            if _is_blind(laws, task, coefficients, start, end, at, allowed, x, u):
                return True
    return False
