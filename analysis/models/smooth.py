"""Running equations with nonlinear laws: a stiff solver between guards, and nothing inside its steps unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from ...circuits.errors import LapicqueError
from ...circuits.numeric.held import Function, HeldEquations
from ...circuits.numeric.numeric import NumericEquations
from ...circuits.units import show
from .field import Field, State
from .guards import Event, Scale, contradiction, first_event, initial_state, rows, settled
from .hybrid import MAX_TRANSITIONS, Transition
from .inputs import TWINS, InputPlan, input_plan
from .inside import Samples, crossings, polished, sample, turning_points
from .solver_steps import Leg, leg
from .step_polynomials import SolverStep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .compiled_leg import CompiledLeg

    Array = NDArray[np.float64]

RTOL = 1e-11
ATOL = 1e-13
"""Absolute tolerance of a step, volts (amperes for inductors);"""
SMALL = 1e-5
"""less where a state is so small that it would be more than this part of it, down to"""
ROUNDING = 1e-16
"""of the largest value in the circuit."""
UNSEEN = 1e-7
"""Part of the largest value of a state by which a step may be wrong inside before it is taken again in shorter ones."""
LOOSE = 100.0
"""As many relative tolerances as a right step of low order may be wrong inside."""
FINER = 8
"""Into how many a step is cut that did not see what its laws do."""
AT_ONCE = 64
"""Most steps that are made before they are looked into."""
ON_IT = 1e-14
"""A signal that is this part of itself below a level at the end of a step, or of the time before it, has come to it."""
TWICE = 1e-9
"""A crossing this part of a step after another is the same one."""
STILL = 1e-3
"""An argument of tanh, exp, ... that moves by less within a step hides nothing."""


@frozen(eq=False)
class Stretch:
    """A run through one state of switches and jumps: its steps, and the event that ends it."""

    steps: list[SolverStep]
    event: Event | None
    size: Array
    """Largest absolute value of each state."""


def run_smooth(system: NumericEquations, stop: float, rtol: float = RTOL) -> tuple[list[SolverStep], list[Transition]]:
    """Run a circuit with nonlinear laws.

    Where a state stays so small that the absolute tolerance would be seen in it, the run is made again with less.

    Args:
        system: equations in numbers.
        stop: seconds.
        rtol: relative tolerance of a step.

    Returns:
        Solver steps in order, and the transitions of switches.

    Raises:
        EquationError: the solver gave up; says at what time.
        DesignError: switches or laws change at one moment without end.
    """
    held, plan = HeldEquations(system), input_plan(system.equations, stop)
    made, transitions = _run(held, plan, stop, rtol, ATOL)
    finer = _finer(made, plan)
    return (made, transitions) if finer >= ATOL else _run(held, plan, stop, rtol, finer)


def _finer(made: list[SolverStep], plan: InputPlan) -> float:
    """The absolute tolerance that the smallest state asks for, as far as rounding beside the largest value lets it."""
    sizes = np.abs([s.coefficients[:, 0] for s in made]).max(axis=0)
    smallest = np.min(sizes[sizes > 0], initial=np.inf)
    largest = max(np.max(sizes, initial=0.0), np.max(plan.largest, initial=0.0))
    return float(max(SMALL * smallest, ROUNDING * largest))


def _run(
    held: HeldEquations, plan: InputPlan, stop: float, rtol: float, atol: float
) -> tuple[list[SolverStep], list[Transition]]:
    system = held.system
    made: list[SolverStep] = []
    transitions: list[Transition] = []
    t, x, state = 0.0, system.initial, initial_state(held)
    instant, here = -1.0, 0
    scale = Scale(np.abs(x), plan.largest)
    held.refuse_choices(x, system.initial_inputs, Field(held, state).numbers)
    while t < stop:
        new = settled(held, plan, t, x, state, scale)
        transitions += _changes(system, t, state, new)
        state, end = new, min(plan.next_bend(t), stop)
        stretch = _follow(Field(held, state), plan, t, x, end, rtol, atol, scale)
        made += stretch.steps
        scale = Scale(np.maximum(scale.states, stretch.size), plan.largest)
        if stretch.event is None:
            t, x = end, _final(stretch.steps)
            continue
        here = here + 1 if stretch.event.time == instant else 0
        instant = t = stretch.event.time
        if here > 4 * (len(state.closed) + len(state.sides)) + 4:
            raise contradiction(held, t)
        if len(transitions) > MAX_TRANSITIONS:
            raise LapicqueError(f"more than {MAX_TRANSITIONS} transitions before {show(t, 's')}: shorten the run.")
        x = _final(stretch.steps) if stretch.steps else x
        transitions += _changes(system, t, state, stretch.event.state)
        state = stretch.event.state
    return made, transitions


def _changes(system: NumericEquations, t: float, old: State, new: State) -> list[Transition]:
    pairs = zip(system.equations.switches, old.closed, new.closed, strict=True)
    return [Transition(t, s.name, after) for s, before, after in pairs if before != after]


def _final(steps: list[SolverStep]) -> Array:
    return steps[-1].states(np.array([steps[-1].end]))[:, 0]


def _follow(
    field: Field, plan: InputPlan, t: float, x: Array, end: float, rtol: float, atol: float, scale: Scale
) -> Stretch:  # fmt: skip
    """Solve in one state of switches and jumps until an event or a bend of the inputs."""
    made: list[SolverStep] = []
    watched = rows(field, x, plan.drive(t).at(np.zeros(1))[:, 0], scale)
    size = np.abs(x)
    set_out = _way(field, plan, rtol, atol)
    way, goal = set_out(x, t, end, np.inf), end
    count = way.few
    while True:
        batch, failed = way.take(count)
        looked = sample([*made[-1:], *batch]) if batch else None
        before = len(looked.steps) - len(batch) if looked else 0
        event = first_event(watched, looked) if looked else None
        last = event.step if event else len(batch) + before - 1
        if looked:
            field.held.refuse_folds(looked.states, looked.inputs, field.numbers)
        size = np.maximum(size, np.abs(looked.states).max(axis=1)) if looked else size
        allowed = max(UNSEEN, LOOSE * rtol) * size + atol
        unseen = _unseen(field, looked, before, last, allowed) if looked else None
        if unseen is not None:
            step = batch[unseen - before]
            made += batch[: unseen - before]
            goal, count = step.end, way.few
            shorter = (step.end - step.start) / FINER
            start = _final(made) if made else x
            way = set_out(start, step.start, goal, shorter)
            continue
        if event is not None:
            return Stretch(_cut(made + batch, len(made) - before, event), event, size)
        made += batch
        if failed is not None:
            raise failed
        if _creeps(batch) and way.running:
            way = leg(field, plan, _final(made), made[-1].end, goal, np.inf, rtol, atol, stiff=True)
        count = min(2 * count, AT_ONCE)
        if not way.running:
            if goal == end:
                return Stretch(made, None, size)
            way, goal = set_out(_final(made), goal, end, np.inf), end


def _way(
    field: Field, plan: InputPlan, rtol: float, atol: float
) -> Callable[[Array, float, float, float], Leg | CompiledLeg]:
    """What sets out from states at a time to an end, with no step longer than the last argument.

    Steps are compiled where the equations can be; implicit ones, and mixtures along a jump, are not.
    """
    from .compiled_leg import compiled, compiled_leg

    code = None if field.state.slides else compiled(field.held)
    if code is None:
        return lambda x, t, end, longest: leg(field, plan, x, t, end, longest, rtol, atol)
    return lambda x, t, end, longest: compiled_leg(code, field, plan, x, t, end, longest, rtol, atol)


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
            least = 1e-9 * np.abs(values).max(axis=1) if relative else np.full(len(values), STILL)
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


def smooth_crossings(steps: list[SolverStep], function: Function, sign: float, level: float) -> list[float]:
    """Times at which a held function crosses a level upwards (sign 1) or downwards (-1), jumps between steps too."""
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


def _runs(steps: list[SolverStep]) -> list[list[SolverStep]]:
    """Consecutive steps of one field, not too many at once."""
    runs: list[list[SolverStep]] = []
    for step in steps:
        if runs and runs[-1][-1].field is step.field and len(runs[-1]) < 4 * AT_ONCE:
            runs[-1].append(step)
        else:
            runs.append([step])
    return runs
