"""Running equations with nonlinear laws: a stiff solver between guards, and nothing inside its steps unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import define, field

from ...circuits.errors import LapicqueError
from ...circuits.numeric.held import HeldEquations
from ...circuits.numeric.numeric import NumericEquations
from ...circuits.units import show
from .field import Field, State
from .guards import Scale, initial_state, settled
from .hybrid import MAX_TRANSITIONS, Transition
from .inputs import InputPlan, input_plan
from .runaway import TURNS, contradiction, too_many_periods
from .solved_steps import Steps, Stretch, joined, listed
from .solved_stretch import final, follow
from .solver_steps import PERIOD, lost
from .step_polynomials import Polynomials, SolverStep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .compiled_smooth import Loop
    from .smooth_tables import Record

    Array = NDArray[np.float64]

ROOM = 2**30
"""Bytes that steps may take, each of them"""
A_STEP, A_STATE = 48, 64
"""so many, and so many for each state; while they are joined, up to three times of that."""
RTOL = 1e-11
ATOL = 1e-13
"""Absolute tolerance of a step, volts (amperes for inductors);"""
SMALL = 1e-9
"""less where a state is so small that it would be more than this part of it, down to"""
ROUNDING = 1e-16
"""of the largest value in the circuit."""
LOOSEST = 1e-7
"""Relative tolerance of a run whose steps are kept short by the rounding of its equations, which is asked after"""
MANY = 50_000
"""steps in a row: whether with that tolerance"""
FEWER = 20
"""times fewer would do."""
NOTHING = 1e-300
"""Nor is any tolerance smaller: at the last numbers there are, a part of one is zero."""


class RoundingError(Exception):
    """It is the rounding of the equations that keeps the steps of a run short."""


@define(eq=False)
class Course:
    """What was run through, and whether it was asked what keeps its steps short."""

    held: HeldEquations
    plan: InputPlan
    asked: bool = False
    _parts: list[Steps] = field(factory=list)
    transitions: list[Transition] = field(factory=list)
    _fields: dict[State, Field] = field(factory=dict)

    @property
    def count(self) -> int:
        """How many steps."""
        return sum(map(len, self._parts))

    @property
    def steps(self) -> Steps:
        """All steps."""
        return joined(self._parts)

    def stretch(self, state: State, since: float) -> Stretch:
        """A stretch in a state, from a time on."""
        if state not in self._fields:
            self._fields[state] = Field(self.held, state)
        return Stretch(self._fields[state], self.plan, since)

    def add(self, steps: list[SolverStep], state: State, since: float) -> None:
        """Steps of one stretch."""
        if steps:
            self._parts.append(listed(steps, self.stretch(state, since)))

    def change(self, t: float, old: State, new: State) -> None:
        """Switches that are not as they were.

        Raises:
            LapicqueError: there are too many of them.
        """
        pairs = zip(self.held.system.equations.switches, old.closed, new.closed, strict=True)
        self.transitions.extend(Transition(t, s.name, after) for s, before, after in pairs if before != after)
        self._refuse_more()

    def take(self, out: Record, steps: int, stretches: int, changes: int, until: float) -> None:
        """What a compiled loop wrote down until some time.

        Raises:
            LapicqueError: there are too many transitions.
        """
        closed, sides, since = (a[:stretches].tolist() for a in (out.closed, out.sides, out.since))
        made = [self.stretch(State(tuple(c), tuple(s)), t) for c, s, t in zip(closed, sides, since, strict=True)]
        if steps:
            which, (begin, end) = out.stretch[:steps].copy(), out.spans[:steps].T
            within = np.stack([begin, out.ends[:steps], (begin + end) / 2], axis=1)
            begins, _, middles = (within + out.since[which, None]).T
            ends = np.append(begins[1:], until)
            every = Polynomials(out.coefficients[:steps].copy(), middles, (end - begin) / 2)
            self._parts.append(Steps(tuple(made), which, np.stack([begins, ends], axis=1), every, within))
        names = [s.name for s in self.held.system.equations.switches]
        for t, (k, on) in zip(out.changes[:changes].tolist(), out.changed[:changes].tolist(), strict=True):
            self.transitions.append(Transition(t, names[k], bool(on)))
        self._refuse_more()

    def _refuse_more(self) -> None:
        if len(self.transitions) > MAX_TRANSITIONS:
            at = show(self.transitions[-1].time, "s")
            raise LapicqueError(f"more than {MAX_TRANSITIONS} transitions before {at}: shorten the run.")


@define(eq=False)
class Where:
    """Where a run is: seconds, states, switches and jumps; when they changed last, and how often at that moment."""

    t: float
    x: Array
    state: State
    scale: Scale
    instant: float = -1.0
    here: int = 0


def run_smooth(system: NumericEquations, stop: float, rtol: float = RTOL) -> tuple[Steps, list[Transition], float]:
    """Run a circuit with nonlinear laws.

    Where a state stays so small that the absolute tolerance would be seen in it, the run is made again with less; where
    it is the rounding of the equations that keeps the steps short, again with a looser relative one.

    Args:
        system: equations in numbers.
        stop: seconds.
        rtol: relative tolerance of a step.

    Returns:
        Solver steps in order, the transitions of switches, and the relative tolerance that was kept.

    Raises:
        EquationError: the solver gave up; says at what time.
        DesignError: switches or laws change at one moment without end.
        LapicqueError: the steps through the periods of a sine would not fit into memory.
    """
    held, plan = HeldEquations(system), input_plan(system.equations, stop)
    _refuse_periods(plan, stop, len(system.equations.states))
    try:
        course = _run(held, plan, stop, rtol, ATOL)
        finer = _finer(course.steps, plan)
        course = course if finer >= ATOL else _run(held, plan, stop, rtol, finer)
    except RoundingError:
        return run_smooth(system, stop, LOOSEST)
    return course.steps, course.transitions, rtol


def _refuse_periods(plan: InputPlan, stop: float, states: int) -> None:
    """No step is longer than a part of a period, so the least number of them is known before."""
    periods = stop * float(np.max(plan.waves.omega, initial=0.0)) / (2 * np.pi)
    a_period = (A_STEP + A_STATE * states) / PERIOD
    room = periods * a_period
    if room > ROOM:
        many = float(f"{ROOM / a_period:.2g}")
        why = f"its steps would take {room / 1e9:.3g} GB, and {many:,.0f} periods of this circuit fit"
        raise too_many_periods(stop, f"{periods:.3g} periods of its fastest sine", why)


def _finer(made: Steps, plan: InputPlan) -> float:
    """The absolute tolerance that the smallest state asks for, as far as rounding beside the largest value lets it."""
    sizes = np.abs(made.polynomials.coefficients[:, :, 0]).max(axis=0)
    smallest = np.min(sizes[sizes > 0], initial=np.inf)
    largest = max(np.max(sizes, initial=0.0), np.max(plan.largest, initial=0.0))
    return float(max(SMALL * smallest, ROUNDING * largest, NOTHING))


def _run(held: HeldEquations, plan: InputPlan, stop: float, rtol: float, atol: float) -> Course:
    from .compiled_smooth import loop
    from .smooth_tables import NEW, SETTLED

    course, compiled, x = Course(held, plan), loop(held, plan, stop, rtol, atol), held.system.initial
    where = Where(0.0, x, initial_state(held), Scale(np.abs(x), plan.largest))
    held.refuse_choices(x, held.system.initial_inputs, Field(held, where.state).numbers)
    if compiled is not None:
        _loop(course, where, compiled, NEW)
    while where.t < stop:
        new = settled(held, plan, where.t, where.x, where.state, where.scale)
        course.change(where.t, where.state, new)
        where.state = new
        if compiled is not None and not new.slides:
            _loop(course, where, compiled, SETTLED)
        else:
            _stretch(course, where, min(plan.next_bend(where.t), stop), rtol, atol)
    return course


def _loop(course: Course, where: Where, loop: Loop, phase: int) -> None:
    """Let the compiled loop go on as far as it can, from a state that is to be settled or is.

    Raises:
        EquationError: the solver gave up.
        DesignError: switches or laws change at one moment without end.
    """
    from .smooth_loop import CHATTERS, FULL, IS_LOST, IS_STUCK

    begun, x, state, scale, before = where.t, where.x, where.state, where.scale, course.count
    loop.begin(where.t, where.x, where.state, phase, where.instant, where.here, where.scale.states)
    why = FULL
    while why == FULL:
        out, steps, stretches, changes, why = loop.run()
        course.take(out, steps, stretches, changes, loop.t)
        if course.count - before > MANY and not course.asked:
            _refuse_rounding(course, loop, before, Where(begun, x, state, scale))
    where.t, where.x, where.state, where.instant, where.here = loop.t, loop.x, loop.state, loop.instant, loop.here
    where.scale = Scale(loop.size, course.plan.largest)
    if why in (IS_STUCK, IS_LOST):
        stretch = course.stretch(where.state, loop.since)
        tried = loop.tried if why == IS_STUCK else where.x
        raise lost(stretch.field, stretch.drive, loop.since, where.t, where.x, tried)
    if why == CHATTERS:
        raise contradiction(course.held, where.t)


def _refuse_rounding(course: Course, loop: Loop, before: int, where: Where) -> None:
    """Ask once whether a looser tolerance needs far fewer steps than the order of the method saves.

    A slope that is a difference of much larger terms (a diode's tiny lead beside a slow leak) is unsure by their
    rounding, and no step is short enough for a tolerance below that.

    Raises:
        RoundingError: it does.
    """
    from .compiled_smooth import loop as looped
    from .smooth_loop import FINISHED, FULL
    from .smooth_tables import NEW

    course.asked = True
    trial = looped(course.held, course.plan, loop.t, LOOSEST, ATOL) if loop.rules.rtol < LOOSEST else None
    if trial is None:
        return
    trial.begin(where.t, where.x, where.state, NEW, where.instant, where.here, where.scale.states)
    steps, why = 0, FULL
    while why == FULL:
        _, more, _, _, why = trial.run()
        steps += more
        if steps * FEWER >= course.count - before:  # no better, and the tighter one goes on
            return
    if why == FINISHED:
        raise RoundingError


def _stretch(course: Course, where: Where, end: float, rtol: float, atol: float) -> None:
    """One stretch in one state of switches and jumps, by the solver in Python.

    Raises:
        EquationError: the solver gave up.
        DesignError: switches or laws change at one moment without end.
    """
    held, state = course.held, where.state
    field = course.stretch(state, where.t).field
    made = follow(field, course.plan, where.t, where.x, end, rtol, atol, where.scale)
    course.add(made.steps, state, where.t)
    where.scale = Scale(np.maximum(where.scale.states, made.size), course.plan.largest)
    where.x = final(made.steps) if made.steps else where.x
    if made.event is None:
        where.t = end
        return
    where.here = where.here + 1 if made.event.time == where.instant else 0
    where.instant = where.t = made.event.time
    if where.here > TURNS * (len(state.closed) + len(state.sides) + 1):
        raise contradiction(held, where.t)
    course.change(where.t, state, made.event.state)
    where.state = made.event.state
