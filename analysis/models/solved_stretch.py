"""A stretch of a smooth circuit, by a stiff solver in Python: implicit equations, and slides along a jump."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from .field import Field
from .guards import Event, Scale, first_event, rows
from .inputs import TWINS, InputPlan
from .inside import Samples, sample, turning_points
from .smooth_looks import KINK, LOOSE, STILL, UNSEEN
from .smooth_loop import FINER
from .solver_steps import leg
from .step_polynomials import SolverStep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

AT_ONCE = 64
"""Most steps that are made before they are looked into."""


@frozen(eq=False)
class Followed:
    """A run through one state of switches and jumps: its steps, and the event that ends it."""

    steps: list[SolverStep]
    event: Event | None
    size: Array
    """Largest absolute value of each state."""


def final(steps: list[SolverStep]) -> Array:
    """The states at the end of the last step."""
    return steps[-1].states(np.array([steps[-1].end]))[:, 0]


def follow(
    field: Field, plan: InputPlan, t: float, x: Array, end: float, rtol: float, atol: float, scale: Scale
) -> Followed:  # fmt: skip
    """Solve in one state of switches and jumps until an event or a bend of the inputs."""
    made: list[SolverStep] = []
    watched = rows(field, x, plan.drive(t).at(np.zeros(1))[:, 0], scale)
    size = np.abs(x)
    way, goal = leg(field, plan, x, t, end, np.inf, rtol, atol), end
    count, unknowns = way.few, None
    while True:
        batch, failed = way.take(count)
        looked = sample([*made[-1:], *batch]) if batch else None
        before = len(looked.steps) - len(batch) if looked else 0
        event = first_event(watched, looked) if looked else None
        last = event.step if event else len(batch) + before - 1
        unknowns = _followed(field, looked, unknowns) if looked else unknowns
        size = np.maximum(size, np.abs(looked.states).max(axis=1)) if looked else size
        allowed = max(UNSEEN, LOOSE * rtol) * size + atol
        unseen = _unseen(field, looked, before, last, allowed) if looked else None
        if unseen is not None:
            step = batch[unseen - before]
            made += batch[: unseen - before]
            goal, count = step.end, way.few
            shorter = (step.end - step.start) / FINER
            start = final(made) if made else x
            way = leg(field, plan, start, step.start, goal, shorter, rtol, atol)
            continue
        if event is not None:
            return Followed(_cut(made + batch, len(made) - before, event), event, size)
        made += batch
        if failed is not None:
            raise failed
        if _creeps(batch) and way.running:
            way = leg(field, plan, final(made), made[-1].end, goal, np.inf, rtol, atol, stiff=True)
        count = min(2 * count, AT_ONCE)
        if not way.running:
            if goal == end:
                return Followed(made, None, size)
            way, goal = leg(field, plan, final(made), goal, end, np.inf, rtol, atol), end


def _followed(field: Field, looked: Samples, before: Array | None) -> Array | None:
    """The unknowns of implicit equations at the last moment, where they come there without a leap.

    Raises:
        EquationError: they do not.
    """
    order = np.argsort(looked.times, kind="stable")
    states, inputs = looked.states[:, order], looked.inputs[:, order]
    found = field.held.refuse_folds(states, inputs, field.numbers)
    field.held.refuse_leaps(states, inputs, field.numbers, found, before)
    return found[:, -1]


def _creeps(batch: list[SolverStep]) -> bool:
    """Whether LSODA stays with straight lines.

    It goes by Adams' formulas at first, and from errors that are near rounding it does not tell that equations are
    stiff (Petzold 1983, SIAM J Sci Stat Comput 4:136): its steps are then as short as the fastest time constant.
    """
    return len(batch) == AT_ONCE and all(s.coefficients.shape[1] == 2 for s in batch)


def _cut(steps: list[SolverStep], before: int, event: Event) -> list[SolverStep]:
    """Steps up to an event; one of no length is left out."""
    whole, last = steps[: before + event.step], steps[before + event.step]
    return [*whole, attrs.evolve(last, end=event.time)] if event.time > last.start else whole


def _unseen(field: Field, looked: Samples, first: int, last: int, allowed: Array) -> int | None:
    """The first step, if any, in which the laws do what its polynomial does not show.

    Looked at are the middle of each step and the points at which an argument of a law turns round or passes zero:
    there the slope of the polynomial is held against the equations.
    """
    smooth, kinks = field.held.arguments
    long = [s.end - s.start > TWINS * s.end for s in looked.steps]  # others cannot be shorter
    points = [(k, (s.start + s.end) / 2) for k, s in enumerate(looked.steps)]
    for function, relative in ((smooth, False), (kinks, True)):
        values = function(looked.states, looked.inputs, field.numbers)
        if len(values):
            least = KINK * np.abs(values).max(axis=1) if relative else np.full(len(values), STILL)
            points += turning_points(looked, values, least)
    points = [(k, t) for k, t in sorted(points) if first <= k <= last and long[k]]
    return next((k for k, t in _doubtful(looked, points, allowed) if _is_blind(looked.steps[k], t, allowed)), None)


def _doubtful(looked: Samples, points: list[tuple[int, float]], allowed: Array) -> list[tuple[int, float]]:
    """Points at which a step's polynomial does not have the slope that the equations give."""
    if not points:
        return []
    steps = [looked.steps[k] for k, _ in points]
    times = np.array([t for _, t in points])
    at = looked.polynomials.of([k for k, _ in points])
    x, dx = at.values(times[:, None])[..., 0], at.slopes(times[:, None])[..., 0]
    drive, since = steps[0].drive, times - steps[0].since
    wrong = dx - steps[0].field.slopes(x, drive.at(since), drive.rates(since))
    widths = np.array([s.end - s.start for s in steps])
    fine = (np.abs(wrong) * widths <= allowed[:, None]).all(axis=0)
    return [points[k] for k in np.flatnonzero(~fine)]


def _is_blind(step: SolverStep, t: float, allowed: Array) -> bool:
    """Whether what is missing in a step's slope moves a state: a fast one forgets it, (1/h - J)^-1 of it stays."""
    at, since = np.array([t]), np.array([t - step.since])
    x, u, du = step.states(at)[:, 0], step.drive.at(since)[:, 0], step.drive.rates(since)[:, 0]
    wrong = step.rates(at)[:, 0] - step.field.slopes(x, u, du)
    if not np.isfinite(wrong).all():
        return True
    jacobian = step.field.held.jacobian(x, u, step.field.numbers)
    left = np.linalg.solve(np.eye(len(x)) / (step.end - step.start) - jacobian, wrong)
    return bool((np.abs(left) > allowed).any())
