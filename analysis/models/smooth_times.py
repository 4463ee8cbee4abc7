"""When a value of a smooth solution passes a level."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from sympy import Expr

from ...circuits.numeric.held import Function, HeldEquations
from ...circuits.numeric.machine import NoCodeError
from .field import Field
from .inside import crossings, polished, sample
from .smooth_passing import ON_IT, TWICE, Course, passings
from .solved_steps import Steps
from .step_polynomials import SolverStep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FIRST = 1024
"""Times for which there is memory at first."""
AT_ONCE = 256
"""Most steps that are looked into together."""


def smooth_crossings(steps: Steps, expression: Expr, sign: float, level: float) -> list[float]:
    """Times at which an expression crosses a level upwards (sign 1) or downwards (-1), jumps between steps too."""
    held = steps.stretches[0].field.held
    if held.system.equations.unknowns or any(s.field.state.slides for s in steps.stretches):
        return _looked(steps, held.function([expression]), sign, level)
    try:
        return _compiled(steps, held, expression, sign, level)
    except NoCodeError:
        return _looked(steps, held.function([expression]), sign, level)


def _compiled(steps: Steps, held: HeldEquations, expression: Expr, sign: float, level: float) -> list[float]:
    from .compiled_smooth import inputs

    code = held.machine_code([expression])
    numbers = np.array([s.field.numbers for s in steps.stretches])
    since = np.array([s.since for s in steps.stretches])
    coefficients, _, scales = steps.polynomials
    course = Course(steps.within, coefficients, scales, steps.which, since, numbers)
    parameters = np.array(list(held.system.equations.parameters.values()), dtype=float)
    given, found = inputs(steps.stretches[0].plan), np.empty(FIRST)
    while True:
        with np.errstate(all="ignore"):
            count = passings(code.address, parameters, given, course, sign, level, found)
        if count >= 0:
            return found[:count].tolist()
        found = np.empty(4 * len(found))


def _looked(steps: Steps, function: Function, sign: float, level: float) -> list[float]:
    """The same in Python: along a jump, or through unknowns."""
    found: list[float] = []
    reached = True  # at the end of the last group
    for group in _runs(steps):
        looked, field = sample(group), group[0].field

        def value(x: Array, u: Array, du: Array, field: Field = field) -> Array:
            return sign * (field.read(function, x, u, du) - level)

        first = group[0]
        if not reached and _along(value, first)(first.start) >= 0:
            found.append(first.start)
        values = np.nan_to_num(value(looked.states, looked.inputs, looked.rates))
        for crossing in crossings(group, looked.fits(values), np.zeros(1)):
            step = group[crossing.step]
            time = polished(_along(value, step), crossing.time, step)
            if not found or time - found[-1] > TWICE * (step.end - step.start):
                found.append(time)
        # A switch that has this very level ends the step on it, to the rounding of times and values.
        before, final = (_along(value, group[-1])(t) for t in (group[-1].start, group[-1].end * (1 + ON_IT)))
        reached = final >= -ON_IT * max(abs(level), float(np.max(np.abs(values))))
        if before < 0 and reached and (not found or found[-1] < group[-1].start):
            found.append(group[-1].end)
    return found


def _along(value: Callable[[Array, Array, Array], Array], step: SolverStep) -> Callable[[float], float]:
    def at(t: float) -> float:
        since = np.array([t - step.since])
        return float(value(step.states(np.array([t])), step.drive.at(since), step.drive.rates(since))[0, 0])

    return at


def _runs(steps: Steps) -> list[list[SolverStep]]:
    """Consecutive steps of one field, not too many at once."""
    runs: list[list[SolverStep]] = []
    for step in steps:
        if runs and runs[-1][-1].field is step.field and len(runs[-1]) < AT_ONCE:
            runs[-1].append(step)
        else:
            runs.append([step])
    return runs
