"""Running a hybrid automaton of linear modes: exact flow in a mode, exact times of its transitions."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from attrs import field, frozen

from ...circuits.equations.derive import Equations
from ...circuits.errors import DesignError, LapicqueError
from ...circuits.numeric.exact import kept
from ...circuits.numeric.numeric import Affine, Closed, Mode, NumericEquations
from ...circuits.units import show
from .compiled_hybrid import Loop, Where, loop
from .crossings import panels, upward_rows
from .flow import Basis, Flow, basis
from .hybrid_steps import AFTER, AT_ONCE, CHATTERS, ROUNDING, RUNS_AWAY, TOO_MANY_PANELS, Record
from .inputs import InputPlan, input_plan
from .pieces import Piece, Pieces, Stretches
from .runaway import HUGE, TURNS, runs_away

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MAX_TRANSITIONS = 2_000_000
WENT_THROUGH, LAST_INPUTS = "modes of the last run", "inputs of the last run"
"""What is kept of a run for the next circuit of the same structure: it mostly goes through the same modes."""


class Transition(NamedTuple):
    """A switch that changed."""

    time: float
    switch: str
    closed: bool


@frozen(eq=False)
class Modes:
    """Modes made when first entered: basis and control maps."""

    system: NumericEquations
    _made: dict[Closed, tuple[Basis, Affine]] = field(factory=dict)

    def enter(self, closed: Closed) -> tuple[Basis, Affine]:
        """Basis of a mode, and its control voltages as a linear map."""
        if closed not in self._made:
            mode, guards = self.system.maps(closed)
            self._made[closed] = self._basis(mode, closed), guards
        return self._made[closed]

    def _basis(self, mode: Mode, closed: Closed) -> Basis:
        return basis(mode, lambda: kept(self.system, closed))

    def foresee(self, compiled: Loop) -> None:
        """Make those known that the last circuit of this structure went through."""
        foreseen = self.system.equations.memo.get(WENT_THROUGH, ())
        for closed, (mode, guards) in zip(foreseen, self.system.maps_in(foreseen) if foreseen else (), strict=True):
            with contextlib.suppress(np.linalg.LinAlgError):  # of a mode that is not entered after all
                self._made[closed] = self._basis(mode, closed), guards
                compiled.takes(closed, *self._made[closed])


def run_hybrid(system: NumericEquations, stop: float) -> tuple[Pieces, list[Transition]]:
    """Run a circuit whose modes are all linear.

    Args:
        system: equations in numbers.
        stop: seconds.

    Returns:
        Pieces in order, and the transitions between them.

    Raises:
        DesignError: the circuit chatters: switches change at one instant without end.
    """
    plan, modes = _plan(system.equations, stop), Modes(system)
    course, where = Course(system), Where(0.0, system.initial, system.initial_mode)
    compiled = loop(system, plan, stop)
    if compiled is not None:
        modes.foresee(compiled)
    while where.t < stop:
        made, guards = modes.enter(where.closed)
        if compiled is not None and compiled.takes(where.closed, made, guards):
            out, pieces, changes, why = compiled.run(where)
            course.add(out, pieces, changes, why, where, modes)
            if why != TOO_MANY_PANELS:
                continue
            made, guards = modes.enter(where.closed)
        _leg(course, plan, made, guards, where, stop)  # it says so where a stretch has too many panels
    system.equations.memo[WENT_THROUGH] = tuple(course.pieces.modes)
    return course.pieces, course.transitions


def _plan(equations: Equations, stop: float) -> InputPlan:
    """The inputs; those of the last circuit of the same structure, where its sources were the very same."""
    stimuli = tuple(equations.inputs.values())
    last = equations.memo.get(LAST_INPUTS)
    if last is None or last[0] != stop or any(a is not b for a, b in zip(last[1], stimuli, strict=True)):
        last = equations.memo[LAST_INPUTS] = stop, stimuli, input_plan(equations, stop)
    return last[2]


@frozen(eq=False)
class Course:
    """What was run through."""

    system: NumericEquations
    pieces: Pieces = field(factory=Pieces)
    transitions: list[Transition] = field(factory=list)

    def add(self, out: Record, pieces: int, changes: int, why: int, where: Where, modes: Modes) -> None:
        """What the compiled loop wrote down.

        Raises:
            DesignError: the circuit chatters.
            LapicqueError: a state runs away, or there are too many transitions.
        """
        switches = self.system.equations.switches
        bits = out.bits[:pieces]
        closed = {b: tuple(bool(b >> k & 1) for k in range(len(switches))) for b in set(bits.tolist())}
        known = {b: (c, modes.enter(c)[0]) for b, c in closed.items()}
        self.pieces.append(Stretches(known, bits, *(rows[:pieces] for rows in (out.spans, out.x, out.u, out.du))))
        names, changed = [s.name for s in switches], out.which[:changes]
        rows = out.changes[:changes].tolist(), changed[:, 0].tolist(), changed[:, 1].astype(bool).tolist()
        self.transitions.extend(Transition(time, names[k], on) for time, k, on in zip(*rows, strict=True))
        if why == RUNS_AWAY:
            raise runs_away(_largest_of(self.system, where.x), where.t)
        last = sorted({t.switch for t in self.transitions[-len(switches) :]})
        here = where.here if why == CHATTERS else 0
        _refuse_chatter(last, here, len(switches), len(self.transitions), where.instant)


def _leg(course: Course, plan: InputPlan, made: Basis, guards: Affine, where: Where, stop: float) -> None:
    """One stretch in one mode, to the next transition or bend."""
    system, t, closed = course.system, where.t, where.closed
    drive = plan.drive(t)
    length = min(plan.next_bend(t), stop) - t
    flow, ends = Flow(made, where.x, drive), panels(drive.rates_with(made.rates), drive.omega, length)
    s, changed = _first_transition(system, closed, flow, ends, guards)
    if changed:
        where.here = where.here + 1 if t + s == where.instant else 0
        where.instant = t + s
        names = [system.equations.switches[k].name for k in changed]
        _refuse_chatter(names, where.here, len(closed), len(course.transitions), where.instant)
    if s > 0:
        end = min(t + s, stop)
        if end > t:  # a phase shorter than the resolution of time leaves no piece
            course.pieces.append(Piece(t, end, closed, flow))
        with np.errstate(over="ignore", invalid="ignore"):
            where.x = flow.states(np.array([s]))[:, 0]
        if not (np.abs(where.x) < HUGE).all():
            raise runs_away(_largest_of(system, where.x), end)
        where.t = end if changed else min(t + float(ends[-1]), plan.next_bend(t))
    new = list(closed)
    for k in changed:
        new[k] = not new[k]
        course.transitions.append(Transition(where.t, system.equations.switches[k].name, new[k]))
    where.closed = tuple(new)


def _largest_of(system: NumericEquations, x: Array) -> str:
    return str(system.equations.states[int(np.argmax(np.nan_to_num(np.abs(x), nan=np.inf)))].symbol)


def _first_transition(
    system: NumericEquations, closed: Closed, flow: Flow, ends: Array, guards: Affine
) -> tuple[float, list[int]]:
    """Time to the first transition and the switches that take part; (segment length, []) without one."""
    length = float(ends[-1])
    if not closed:
        return length, []
    k_map, m_map, offset = guards
    is_closed = np.array(closed)
    levels = np.where(is_closed, system.opens_below, system.closes_above)
    signs = np.where(is_closed, -1.0, 1.0)

    reached = np.abs(levels) + np.abs(k_map) @ np.abs(flow.start) + np.abs(m_map) @ np.abs(flow.drive.value)
    margin = ROUNDING * (reached + np.abs(offset))

    def beyond(x: Array, u: Array) -> Array:
        """How far each switch is beyond the level at which it changes; shape (switches, points).

        Beyond is more than rounding: a control that only reaches its level, or rests on it, changes nothing.
        """
        control = k_map @ x + m_map @ u + offset[:, None]
        return signs[:, None] * (control - levels[:, None]) - margin[:, None]

    def excess(s: Array) -> Array:
        return beyond(flow.states(s), flow.drive.at(s))

    now = beyond(flow.start[:, None], flow.drive.at(np.zeros(1)))[:, 0]
    if (now > 0).any():
        return 0.0, np.flatnonzero(now > 0).tolist()
    for first, who in upward_rows(excess, ends):
        at, after = excess(np.array([first, min(first + AFTER * length, length)])).T
        if after[who] > 0:  # at the very end it may just be reached: what comes after the bend decides
            # Switches that share a control change together, whatever rounding says.
            together = np.flatnonzero((np.abs(at) <= AT_ONCE * (1 + np.abs(levels))) & (after > at))
            return first, sorted({who, *together.tolist()})
    return length, []


def _refuse_chatter(names: Sequence[str], here: int, switches: int, total: int, t: float) -> None:
    if here > TURNS * (switches + 1):
        raise DesignError(
            f"switch {', '.join(map(repr, names))} opens and closes without end at {show(t, 's')}: the levels of the "
            "switches contradict each other; give them hysteresis and let the reset reach its level."
        )
    if total > MAX_TRANSITIONS:
        raise LapicqueError(f"more than {MAX_TRANSITIONS} transitions before {show(t, 's')}: shorten the run.")
