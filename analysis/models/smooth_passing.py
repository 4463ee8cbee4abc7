"""When a value of a smooth solution passes a level: searched in all of its steps, compiled."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..kept import njit
from ..lent import lent
from .drives import inputs_along
from .inner import inner
from .inside import NODES
from .radau import Array
from .radau_work import ask
from .rising import rising, total
from .smooth_looks import HALVES, PLACES, excess, fitted, polished, sampled
from .smooth_loop import driven
from .smooth_tables import Inputs, Inside

ON_IT = 1e-14
"""A signal that is this part of itself below a level at the end of a step, or of the time before it, has come to it."""
TWICE = 1e-9
"""A crossing this part of a step after another is the same one."""


class Course(NamedTuple):
    """Steps as arrays: spans, polynomials and stretch of each; since when each stretch is driven, and its numbers.

    Start, end and time of the polynomial of a step count from the beginning of its stretch.
    """

    within: Array
    coefficients: Array
    scales: Array
    which: Any
    since: Array
    numbers: Array


@njit()
def passings(function: int, p: Array, inputs: Inputs, course: Course, sign: float, level: float, found: Array) -> int:
    """When a value passes a level, in steps and where it jumps between stretches.

    Args:
        function: address of the machine code of the value.
        p: parameters.
        inputs: of the circuit.
        course: all steps.
        sign: 1 for rising, -1 for falling.
        level: that is passed.
        found: where the times go.

    Returns:
        How many there are; -1 where there is no memory for them.
    """
    inputs, course = lent(inputs), lent(course)
    steps, n, m = len(course.which), course.coefficients.shape[1], max(len(inputs.largest), 1)
    x, u, value, fit, roots = np.zeros(n), np.zeros(m), np.zeros(1), np.zeros(len(NODES)), np.zeros(64)
    xs, us, values = np.zeros((n, len(NODES))), np.zeros((m, len(NODES))), np.zeros(len(NODES))
    count, reached, final, largest, drive = 0, True, 0.0, 0.0, driven(inputs, 0.0)
    since, before = 0.0, -np.inf  # of the stretch; when in it the last was
    for k in range(steps):
        start, end, middle = course.within[k]
        begins = k == 0 or course.which[k] != course.which[k - 1]
        if begins:
            since, before = float(course.since[course.which[k]]), -np.inf
            drive, largest = driven(inputs, since), 0.0
        step = Inside(
            function, p, course.numbers[course.which[k]], drive, course.coefficients[k], middle,
            course.scales[k], value, x, u,
        )  # fmt: skip
        if count + 2 + len(NODES) > len(found):
            return -1
        if begins and not reached and excess(step, 0, sign, level, start) >= 0:
            found[count], before = since + start, start
            count += 1
        sampled(step.coefficients, (start - step.time) / step.scale, (end - step.time) / step.scale, xs)
        inputs_along(drive, start, end - start, PLACES, us)
        ask(function, xs, us, step.r, p, values, len(NODES))
        for a in range(len(NODES)):
            values[a] = sign * (values[a] - level)
            largest = max(largest, abs(values[a]))
        fitted(values, fit)
        many = _rises(fit, not begins and final <= 0, roots)
        final = total(fit, 1.0)
        for c in range(many):
            guess = start + (end - start) * (roots[c] + 1) / 2
            t = polished(step, 0, sign, level, guess, start, end)
            if t - before > TWICE * (end - start):
                found[count], before = since + t, t
                count += 1
        if k + 1 == steps or course.which[k + 1] != course.which[k]:
            # A switch that has this very level ends the step on it, to the rounding of times and values.
            reached = excess(step, 0, sign, level, end * (1 + ON_IT)) >= -ON_IT * max(abs(level), largest)
            comes = reached and excess(step, 0, sign, level, start) < 0
            if comes and before < start:
                found[count] = since + end
                count += 1
    return count


@inner
def _rises(fit: Array, below: bool, roots: Array) -> int:
    """Where in -1 to 1 a series rises above zero; also at once, if it was not above at the end of the step before."""
    reach = 0.0
    for c in range(1, len(fit)):
        reach += abs(fit[c])
    many = rising(fit, HALVES, roots) if abs(fit[0]) <= reach * (1 + 1e-12) else 0
    if below and total(fit, -1.0) > 0:
        for k in range(many, 0, -1):
            roots[k] = roots[k - 1]
        roots[0] = -1.0
        many += 1
    return many
