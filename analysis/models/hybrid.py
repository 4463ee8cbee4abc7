"""Running a hybrid automaton of linear modes: exact flow in a mode, exact times of its transitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from ...circuits.errors import DesignError, LapicqueError
from ...circuits.numeric.exact import kept
from ...circuits.numeric.numeric import Closed, NumericEquations
from ...circuits.units import show
from .compiled_hybrid import Where, loop
from .crossings import panels, upward_rows
from .flow import Basis, Flow, basis, flows_on
from .hybrid_steps import AFTER, AT_ONCE, CHATTERS, ROUNDING, RUNS_AWAY, TOO_MANY_PANELS, Record
from .inputs import InputPlan, input_plan, straight
from .runaway import HUGE, runs_away

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TOGETHER = 1 << 16
"""Times at which states are evaluated together."""
MAX_TRANSITIONS = 2_000_000


@frozen(eq=False)
class Piece:
    """The solution from `start` to `end` in one mode."""

    start: float
    end: float
    closed: Closed
    flow: Flow


def states_in(pieces: Sequence[Piece], which: NDArray[np.int64], times: Array) -> Array:
    """States at times, each in one of some pieces; shape (n, times). Pieces of one mode are evaluated together.

    Args:
        pieces: all of them.
        which: the piece of each time.
        times: seconds.
    """
    found = np.empty((len(pieces[0].flow.start), len(times)))
    for first in range(0, len(times), TOGETHER):
        part = slice(first, first + TOGETHER)
        used, place = np.unique(which[part], return_inverse=True)
        since = times[part] - np.array([pieces[k].start for k in used])[place]
        for members in _of_one_mode([pieces[k].flow for k in used]):
            inside = np.isin(place, members)
            flows, own = [pieces[used[k]].flow for k in members], np.searchsorted(members, place[inside])
            flow = flows_on(flows, own) if len(flows) > 1 else flows[0]
            found[:, first + np.flatnonzero(inside)] = flow.states(since[inside])
    return found


def _of_one_mode(flows: Sequence[Flow]) -> list[list[int]]:
    """Places of the flows that can be evaluated together."""
    groups: dict[int, list[int]] = {}
    for k, flow in enumerate(flows):
        groups.setdefault(id(flow.basis) if flow.sound else -1 - k, []).append(k)
    return list(groups.values())


@frozen
class Transition:
    """A switch that changed."""

    time: float
    switch: str
    closed: bool


@frozen(eq=False)
class Modes:
    """Modes made when first entered: basis and control maps."""

    system: NumericEquations
    _made: dict[Closed, tuple[Basis, tuple[Array, Array, Array]]] = field(factory=dict)

    def enter(self, closed: Closed) -> tuple[Basis, tuple[Array, Array, Array]]:
        """Basis of a mode, and its control voltages as a linear map."""
        if closed not in self._made:
            made = basis(self.system.mode(closed), lambda: kept(self.system, closed))
            self._made[closed] = (made, self.system.control_map(closed))
        return self._made[closed]


def run_hybrid(system: NumericEquations, stop: float) -> tuple[list[Piece], list[Transition]]:
    """Run a circuit whose modes are all linear.

    Args:
        system: equations in numbers.
        stop: seconds.

    Returns:
        Pieces in order, and the transitions between them.

    Raises:
        DesignError: the circuit chatters: switches change at one instant without end.
    """
    plan, modes = input_plan(system.equations, stop), Modes(system)
    course, where = Course(system), Where(0.0, system.initial, system.initial_mode)
    compiled = loop(system, plan, stop)
    while where.t < stop:
        made, guards = modes.enter(where.closed)
        if compiled is not None and compiled.takes(where.closed, made, guards):
            out, pieces, changes, why = compiled.run(where)
            course.add(out, pieces, changes, why, where, modes)
            if why != TOO_MANY_PANELS:
                continue
            made, guards = modes.enter(where.closed)
        _leg(course, plan, made, guards, where, stop)  # it says so where a stretch has too many panels
    return course.pieces, course.transitions


@frozen(eq=False)
class Course:
    """What was run through."""

    system: NumericEquations
    pieces: list[Piece] = field(factory=list)
    transitions: list[Transition] = field(factory=list)

    def add(self, out: Record, pieces: int, changes: int, why: int, where: Where, modes: Modes) -> None:
        """What the compiled loop wrote down.

        Raises:
            DesignError: the circuit chatters.
            LapicqueError: a state runs away, or there are too many transitions.
        """
        switches = self.system.equations.switches
        bits, spans = out.bits[:pieces].tolist(), out.spans[:pieces].tolist()
        closed = {b: tuple(bool(b >> k & 1) for k in range(len(switches))) for b in set(bits)}
        bases = {b: modes.enter(c)[0] for b, c in closed.items()}
        for k, (b, (start, end)) in enumerate(zip(bits, spans, strict=True)):
            flow = Flow(bases[b], out.x[k], straight(out.u[k], out.du[k]))
            self.pieces.append(Piece(start, end, closed[b], flow))
        for time, (k, on) in zip(out.changes[:changes].tolist(), out.which[:changes].tolist(), strict=True):
            self.transitions.append(Transition(time, switches[k].name, bool(on)))
        if why == RUNS_AWAY:
            raise runs_away(_largest_of(self.system, where.x), where.t)
        names = sorted({t.switch for t in self.transitions[-len(switches) :]})
        here = where.here if why == CHATTERS else 0
        _refuse_chatter(names, here, len(switches), len(self.transitions), where.instant)


def _leg(
    course: Course, plan: InputPlan, made: Basis, guards: tuple[Array, Array, Array], where: Where, stop: float
) -> None:
    """One stretch in one mode, to the next transition or bend."""
    system, t, closed = course.system, where.t, where.closed
    drive = plan.drive(t)
    length = min(plan.next_bend(t), stop) - t
    flow, ends = Flow(made, where.x, drive), panels(made.rates, drive.omega, length)
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
    system: NumericEquations, closed: Closed, flow: Flow, ends: Array, guards: tuple[Array, Array, Array]
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
    if here > 4 * switches + 4:
        raise DesignError(
            f"switch {', '.join(map(repr, names))} opens and closes without end at {show(t, 's')}: the levels of the "
            "switches contradict each other; give them hysteresis and let the reset reach its level."
        )
    if total > MAX_TRANSITIONS:
        raise LapicqueError(f"more than {MAX_TRANSITIONS} transitions before {show(t, 's')}: shorten the run.")
