"""Solving a target: published equations from event to event, by a solver and a reading of their own.

Nothing here knows a circuit. Steps are those of DOP853 at the tightest tolerance that doubles allow; every corner of an
input and every event ends a step, and an event is found on the solver's interpolant and then integrated to, so that its
time is as good as the solution.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from ...circuits.errors import EquationError
from ...circuits.laws.law import expression
from ...circuits.library.target import Drive, Event, Target, Texts
from ...circuits.smooth_stimuli import SMOOTH
from ...circuits.stimuli import EndlessPulses, corners, evaluate, waves
from ..models.roots import root

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sympy import Expr

    Array = NDArray[np.float64]
    Rule = Callable[[float, Array], Array]

RTOL = 1e-12
ATOL = 1e-13
LOOKS = np.linspace(0.0, 1.0, 5)[1:]
"""Where inside a solver step an event is looked for."""
PERIOD = 1 / 20
"""Longest step in periods of a sine."""
NUDGE = 1e-4
"""By how much of a step the rate at which an event is approached is measured."""
BLINK = 1e-12
"""A solver that stops with an event so near, as a part of the time, has reached it: an exponential upstroke."""
MOST_STEPS = 2_000_000


@frozen(eq=False)
class Stretch:
    """A step of the solver, in the target's unit of time."""

    start: float
    end: float
    at: Callable[[Array], Array]


@frozen(eq=False)
class TargetRun:
    """The solution of a target. Times are in seconds."""

    target: Target
    stop: float
    stretches: tuple[Stretch, ...]
    spikes: Array
    _compiled: _Rules

    def values(self, text: str, times: Array) -> Array:
        """An expression of the target's variables at the given times (seconds), in its own unit."""
        t = np.asarray(times, dtype=float) / self.target.time
        ends = np.array([s.end for s in self.stretches])
        which = np.minimum(np.searchsorted(ends, t, side="left"), len(ends) - 1)
        of = self._compiled.plain((text,))
        found = np.empty(len(t))
        for k in np.unique(which):
            here = np.flatnonzero(which == k)
            states = self.stretches[k].at(t[here])
            found[here] = [of(moment, x)[0] for moment, x in zip(t[here], states.T, strict=True)]
        return found


def run_target(target: Target, stop: float) -> TargetRun:
    """Solve a target from its start.

    Args:
        target: the published equations.
        stop: seconds.

    Raises:
        EquationError: the solver could not go on; says when.
    """
    rules = _Rules(target)
    t, end = 0.0, stop / target.time
    x = rules.plain(tuple(text for _, text in target.start))(0.0, np.zeros(len(target.variables)))
    ends = [c for c in _corners(target, end) if 0 < c < end] + [end]
    state = _State(rules, x, [], [[] for _ in target.events])
    for corner in (0.0, *ends):
        state.run(t, corner)
        t = corner
        for kick in target.kicks:
            if corner in kick.times:
                state.x = rules.assigned(kick.then, t, state.x)
    level = [s * target.time for s in (state.fired[0] if target.events else state.levels)]
    return TargetRun(target, stop, tuple(state.stretches), np.array(level), rules)


def _corners(target: Target, end: float) -> list[float]:
    """Where an input bends or a spike arrives: the solver must not step over it."""
    bends = chain.from_iterable(corners(d.stimulus, end * target.time)[0] for d in target.drives)
    arrivals = chain.from_iterable(k.times for k in target.kicks)
    return sorted({*(b / target.time for b in bends), *arrivals})


class _Rules:
    """The texts of a target as functions of time and state; each is read once."""

    def __init__(self, target: Target) -> None:
        import sympy

        self.target = target
        self.order = [sympy.Symbol(n, real=True) for n in ("t_", *target.variables, *(d.name for d in target.drives))]
        self.known: dict[Any, Any] = {sympy.Symbol(q.name, real=True): q.value for q in target.quantities}
        for name, text in target.definitions:
            self.known[sympy.Symbol(name, real=True)] = self._read(text)
        self.inputs = [_input(d, target.time) for d in target.drives]
        self.made: dict[tuple[str, ...], Rule] = {}
        periods = [2 * np.pi / w.omega for d in target.drives for w in waves(d.stimulus) if w.omega]
        self.longest = min(periods, default=np.inf) * PERIOD / target.time

    def _read(self, text: str) -> Expr:
        return expression(text).subs(self.known)

    def plain(self, texts: tuple[str, ...]) -> Rule:
        """Texts as a function of time and state."""
        if texts not in self.made:
            import sympy

            body = sympy.lambdify(self.order, [self._read(x) for x in texts], "math", cse=True)
            inputs = self.inputs

            def rule(t: float, x: Array) -> Array:
                return np.array(body(t, *x.tolist(), *(u(t) for u in inputs)), dtype=float)

            self.made[texts] = rule
        return self.made[texts]

    def slopes(self, held: tuple[str, ...]) -> Rule:
        """Right-hand sides, with some variables standing still."""
        return self.plain(tuple("0" if name in held else text for name, text in self.target.equations))

    def assigned(self, then: Texts, t: float, x: Array) -> Array:
        """The state after assignments, all made from the values before."""
        names: Mapping[str, str] = dict(then)
        return self.plain(tuple(names.get(v, v) for v in self.target.variables))(t, x)


def _input(drive: Drive, time: float) -> Callable[[float], float]:
    """The stimulus in the target's units."""
    s = drive.stimulus
    if isinstance(s, (*SMOOTH, EndlessPulses)):
        return lambda t: float(evaluate(s, t * time)) / drive.size
    places, levels = (np.array(x) for x in s.breakpoints())
    places, levels = places / time, levels / drive.size
    if len(places) == 1:
        return lambda t: levels[0]
    return lambda t: float(np.interp(t, places, levels))


@frozen(eq=False)
class _Hit:
    """An event that was reached: which, when, and the state then."""

    which: int
    time: float
    x: Array


class _State:
    """Where a run is: what it has seen so far."""

    def __init__(self, rules: _Rules, x: Array, levels: list[float], fired: list[list[float]]) -> None:
        self.rules, self.x, self.levels, self.fired = rules, x, levels, fired
        self.stretches: list[Stretch] = []
        self.free = [0.0] * len(fired)

    def run(self, t: float, end: float) -> None:
        """Go on to a corner of the inputs, through all events before it."""
        while t < end:
            until = min([end, *(f for f in self.free if f > t)])
            for k, event in enumerate(self.rules.target.events):
                if self.free[k] <= t and event.waits and self._at(event.when, t, self.x) >= 0:
                    self._fire(k, t)
                    break
            else:
                t = self._stretch(t, until)

    def _fire(self, k: int, t: float) -> None:
        event: Event = self.rules.target.events[k]
        self.x = self.rules.assigned(event.then, t, self.x)
        self.fired[k].append(t)
        self.free[k] = t + float(self.rules.plain((event.refractory,))(t, self.x)[0])
        if not self.free[k] > t and self._at(event.when, t, self.x) >= 0:
            raise EquationError(f"{self.rules.target.source}: an event at {t:g} brings itself about again at once.")

    def _at(self, text: str, t: float, x: Array) -> float:
        return float(self.rules.plain((text,))(t, x)[0])

    def _stretch(self, t: float, end: float) -> float:
        """Solve until an event or the end; returns the time reached."""
        from scipy.integrate import DOP853

        events = self.rules.target.events
        held = tuple(n for k, e in enumerate(events) if self.free[k] > t for n in e.held)
        slopes = self.rules.slopes(held)
        solver: Any = DOP853(slopes, t, self.x, end, self.rules.longest, RTOL, ATOL)
        while solver.status == "running":
            message = solver.step()
            blown = self._blown_up(slopes, float(solver.t), solver.y) if solver.status == "failed" else None
            if blown is not None:
                self.x = solver.y
                self._fire(blown, float(solver.t))
                return float(solver.t)
            if solver.status == "failed" or len(self.stretches) > MOST_STEPS:
                raise EquationError(f"{self.rules.target.source}: no way on beyond {solver.t:g}: {message}.")
            start, piece = float(solver.t_old), solver.dense_output()
            hit = self._hit(slopes, start, float(solver.t), piece, t)
            if hit is not None:
                self.stretches.append(Stretch(start, hit.time, piece))
                self.x = hit.x
                self._fire(hit.which, hit.time)
                return hit.time
            self.stretches.append(Stretch(start, float(solver.t), piece))
        self.x = solver.y
        return end

    def _blown_up(self, slopes: Rule, t: float, x: Array) -> int | None:
        """The event that a solution which grows without bound reaches before a double can tell the time from now."""
        grown = x + BLINK * max(abs(t), 1.0) * slopes(t, x)
        for k, event in enumerate(self.rules.target.events):
            if self.free[k] <= t and self._at(event.when, t, grown) > 0:
                return k
        return None

    def _hit(self, slopes: Rule, start: float, end: float, piece: Any, begun: float) -> _Hit | None:
        """The first event in a step; crossings of `level` are only noted."""
        target = self.rules.target
        if target.level:
            at = self._crossing(target.level, start, end, piece)
            self.levels += [] if at is None else [at]
        found = [
            (at, k)
            for k, e in enumerate(target.events)
            if self.free[k] <= begun and (at := self._crossing(e.when, start, end, piece)) is not None
        ]
        if not found:
            return None
        near, k = min(found)
        return self._landed(slopes, k, (start, end), piece(start), near)

    def _crossing(self, text: str, start: float, end: float, piece: Any) -> float | None:
        """Where an expression first rises through zero on an interpolant."""

        def of(t: float) -> float:
            return self._at(text, t, piece(t))

        low, below = start, of(start)
        for high in start + (end - start) * LOOKS:
            above = of(high)
            if below < 0 <= above:
                return root(of, low, high)
            low, below = high, above
        return None

    def _landed(self, slopes: Rule, k: int, step: tuple[float, float], x: Array, near: float) -> _Hit:
        """Integrate to the event itself: two steps of Newton on its time."""
        from scipy.integrate import DOP853

        when = self.rules.target.events[k].when
        t, span = step[0], NUDGE * (step[1] - step[0])
        for _ in range(3):
            if near != t:
                solver = DOP853(slopes, t, x, near, rtol=RTOL, atol=ATOL)
                while solver.status == "running":
                    solver.step()
                t, x = near, solver.y
            nudge = span * slopes(t, x)
            rate = (self._at(when, t, x + nudge) - self._at(when, t, x - nudge)) / (2 * span)
            if not rate > 0:
                break
            near = t - self._at(when, t, x) / rate
        return _Hit(k, t, x)
