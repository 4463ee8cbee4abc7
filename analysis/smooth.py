"""Running equations with nonlinear laws: a stiff solver at tight tolerances, guards as events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from ..circuits.errors import EquationError
from ..circuits.numeric import Closed, NumericEquations, inputs_at
from ..circuits.units import show
from .hybrid import Transition
from .inputs import InputPlan, input_plan
from .roots import root

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RTOL = 1e-11
ATOL = 1e-13
PATIENCE = 50
"""So many evaluations in a row may overflow while a solver tries a step; then there is no way on."""
TWINS = 1e-12
"""Switches whose distances to their levels differ by less than this part of the level change together."""
SAMPLES = np.linspace(0.0, 1.0, 9)[1:]
"""Where inside a solver step guards and detectors are looked at."""


@frozen(eq=False)
class SmoothPiece:
    """The solution over one solver step, as the solver's own interpolant."""

    start: float
    end: float
    closed: Closed
    interpolant: Any

    def states(self, t: Array) -> Array:
        """States at absolute times; shape (n, points)."""
        return self.interpolant(t)


def run_smooth(
    system: NumericEquations, stop: float, rtol: float = RTOL, atol: float = ATOL
) -> tuple[list[SmoothPiece], list[Transition]]:
    """Run a circuit with nonlinear laws.

    Args:
        system: equations in numbers.
        stop: seconds.
        rtol: relative tolerance of a step.
        atol: absolute tolerance of a step, volts (amperes for inductors).

    Returns:
        Solver steps in order, and the transitions of switches.

    Raises:
        EquationError: the solver gave up; says at what time.
    """
    plan = input_plan(system.equations, stop)
    pieces: list[SmoothPiece] = []
    transitions: list[Transition] = []
    t, x = 0.0, system.initial
    closed = _settled(system, plan, 0.0, system.initial, system.initial_mode)
    while t < stop:
        end = min(plan.next_bend(t), stop)
        solver = _solver(system, plan, closed, t, x, end, rtol, atol)
        while solver.status == "running":
            message = solver.step()
            if solver.status == "failed":
                raise EquationError(f"the equations could not be followed beyond {show(solver.t, 's')}: {message}.")
            piece = SmoothPiece(float(solver.t_old), float(solver.t), closed, solver.dense_output())
            changed = _transition(system, plan, piece)
            if changed is not None:
                t, switches = changed
                pieces.append(SmoothPiece(piece.start, t, closed, piece.interpolant))
                x = piece.states(np.array([t]))[:, 0]
                closed = tuple(c != (k in switches) for k, c in enumerate(closed))
                transitions += [Transition(t, system.equations.switches[k].name, closed[k]) for k in switches]
                break
            pieces.append(piece)
        else:
            t, x = end, solver.y
    return pieces, transitions


def _solver(
    system: NumericEquations, plan: InputPlan, closed: Closed, t: float, x: Array, end: float, rtol: float, atol: float
) -> Any:
    from scipy.integrate import LSODA

    r, drive = system.resistances(closed), plan.drive(t)
    still = not (drive.slope.any() or len(drive.sine_input))

    def inputs(time: float) -> Array:
        return drive.value if still else drive.at(np.array([time - t]))[:, 0]

    overflows = 0

    def rhs(time: float, state: Array) -> Array:
        nonlocal overflows
        slopes = system.rhs(state, inputs(time), r)
        overflows = 0 if np.isfinite(slopes).all() else overflows + 1
        if overflows > PATIENCE:
            raise _overflow(system, slopes, time)
        return slopes

    def jacobian(time: float, state: Array) -> Array:
        return system.jacobian(state, inputs(time), r)

    return LSODA(rhs, t, x, end, rtol=rtol, atol=atol, jac=jacobian)


def _overflow(system: NumericEquations, slopes: Array, time: float) -> EquationError:
    """A solver that tries smaller steps for ever does not get past a law without bounds; say which."""
    bad = system.equations.states[int(np.argmax(~np.isfinite(slopes)))]
    return EquationError(
        f"the equation of {bad.symbol} overflows at {show(float(f'{time:.6g}'), 's')}: a law there (an exponential, a "
        "diode) grows beyond any number; limit its voltage with a resistor, a reset or other initial conditions."
    )


def _excess(system: NumericEquations, plan: InputPlan, t0: float, times: Array, states: Array, closed: Closed) -> Array:
    is_closed = np.array(closed)[:, None]
    levels = np.where(is_closed, system.opens_below[:, None], system.closes_above[:, None])
    u = plan.drive(t0).at(times - t0)
    control = system.controls(states, u, system.resistances(closed))
    return np.where(is_closed, levels - control, control - levels)


def _settled(system: NumericEquations, plan: InputPlan, t: float, x: Array, closed: Closed) -> Closed:
    """Switches whose controls are beyond their levels at the start change at once."""
    if not closed:
        return closed
    beyond = _excess(system, plan, t, np.array([t]), x[:, None], closed)[:, 0] > 0
    return tuple(c != b for c, b in zip(closed, beyond.tolist(), strict=True))


def _transition(system: NumericEquations, plan: InputPlan, piece: SmoothPiece) -> tuple[float, list[int]] | None:
    """The first time in a solver step at which switches change, and which: twins change together."""
    if not piece.closed:
        return None

    times = piece.start + (piece.end - piece.start) * SAMPLES
    excess = _excess(system, plan, piece.start, times, piece.states(times), piece.closed)
    firsts = [(times[np.argmax(row > 0)], k) for k, row in enumerate(excess) if (row > 0).any()]
    if not firsts:
        return None
    high, k = min(firsts)

    def of(t: float) -> float:
        at = np.array([t])
        return float(_excess(system, plan, piece.start, at, piece.states(at), piece.closed)[k, 0])

    low = max(piece.start, high - (piece.end - piece.start) / len(SAMPLES))
    at = root(of, low, high) if of(low) < 0 else low
    there = np.array([at])
    reached = _excess(system, plan, piece.start, there, piece.states(there), piece.closed)[:, 0]
    levels = np.maximum(np.abs(system.closes_above), np.abs(system.opens_below))
    near = np.abs(reached - reached[k]) <= TWINS * levels
    return at, np.flatnonzero(near | (reached >= 0)).tolist()


def smooth_crossings(
    system: NumericEquations,
    pieces: list[SmoothPiece],
    value: Callable[[Array, Array, Array], Array],
    sign: float,
    level: float,
) -> list[float]:
    """Times at which a function of states and inputs crosses a level upwards (sign 1) or downwards (-1).

    Solver steps whose ends lie on two sides hold a crossing; steps that a cubic through their ends shows to
    turn round beyond the level are looked at more closely.
    """
    found: list[float] = []
    for closed, group in _runs(pieces):
        r = system.resistances(closed)
        times = np.array([group[0].start, *(p.end for p in group)])
        states = np.column_stack([group[0].states(times[:1]), *(p.states(np.array([p.end])) for p in group)])

        def of(piece: SmoothPiece, t: float, r: Array = r) -> float:
            at = np.array([t])
            return sign * (float(value(piece.states(at), inputs_at(system.equations, at), r)[0, 0]) - level)

        height = sign * (value(states, inputs_at(system.equations, times), r)[0] - level)
        for k in np.flatnonzero((height[:-1] < 0) & (height[1:] >= 0)):
            found.append(root(partial(of, group[k]), times[k], times[k + 1]))
        near = (height[:-1] < 0) & (height[1:] < 0) & (np.maximum(height[:-1], height[1:]) > -2 * _turn(height))
        for k in np.flatnonzero(near):
            found += _hidden(partial(of, group[k]), group[k])
    return sorted(found)


def _turn(height: Array) -> Array:
    """How much a curve through neighbouring points could rise between two of them."""
    bend = np.abs(np.diff(height, 2, prepend=height[0], append=height[-1]))
    return np.maximum(bend[:-1], bend[1:])


def _hidden(of: Callable[[float], float], piece: SmoothPiece) -> list[float]:
    """A crossing inside a step that ends on the side where it began."""
    from scipy.optimize import minimize_scalar

    top = minimize_scalar(lambda t: -of(t), bounds=(piece.start, piece.end), method="bounded")
    if -float(top.fun) < 0:  # type: ignore[attr-defined]
        return []
    return [root(of, piece.start, float(top.x))]  # type: ignore[attr-defined]


def _runs(pieces: list[SmoothPiece]) -> Iterator[tuple[Closed, list[SmoothPiece]]]:
    """Consecutive pieces of one mode."""
    for closed, group in groupby(pieces, key=lambda p: p.closed):
        yield closed, list(group)
