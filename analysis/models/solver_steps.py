"""Steps of the stiff solver, each with the polynomial that it is between its ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define

from ...circuits.errors import EquationError
from ...circuits.units import show
from .field import Field
from .inputs import Drive, InputPlan
from .runaway import HUGE, runs_away
from .step_polynomials import SolverStep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

PATIENCE = 50
"""So many evaluations in a row may overflow while a solver tries a step; then there is no way on."""
STILL = 4 * np.finfo(float).eps
"""Steps no longer than this part of the time do not go on."""
PERIOD = 1 / 16
"""No step is longer than this part of the period of the fastest sine."""


@define(eq=False)
class Leg:
    """A solver on its way through one smooth stretch."""

    solver: Any
    field: Field
    drive: Drive
    since: float
    still: int = 0
    """So many steps in a row the solver stood still."""
    few: int = 1
    """Steps to begin with: those beyond an event are made for nothing."""

    @property
    def running(self) -> bool:
        """Whether there is more to come."""
        return self.solver.status == "running"

    def take(self, count: int) -> tuple[list[SolverStep], EquationError | None]:
        """Up to so many steps; fewer at the end of the stretch, or with what stopped the solver."""
        made: list[SolverStep] = []
        while self.running and len(made) < count:
            try:
                message = self.solver.step()
            except EquationError as error:
                return made, error
            if self.solver.status == "failed":
                at = show(float(f"{self.solver.t:.6g}"), "s")
                why = str(message).rstrip(".")
                return made, EquationError(f"the equations could not be followed beyond {at}: {why}.")
            goes_on = self.solver.t - self.solver.t_old > STILL * self.solver.t
            self.still = 0 if goes_on else self.still + 1
            if self.still > PATIENCE or not (np.abs(self.solver.y) < HUGE).all():
                y = self.solver.y
                return made, lost(self.field, self.drive, self.since, float(self.solver.t), y, y)
            if self.solver.t > self.solver.t_old:
                made.append(self._step())
        return made, None

    def _step(self) -> SolverStep:
        begin, end = float(self.solver.t_old), float(self.solver.t)
        dense = self.solver.dense_output()
        if hasattr(dense, "yh"):
            coefficients, time, scale = dense.yh, float(dense.t), float(dense.h)
        else:
            coefficients, time, scale = _fitted(dense, dense.order, begin, end), end, end - begin
        return SolverStep(begin, end, self.field, self.drive, self.since, coefficients, time, scale)


def _fitted(dense: Any, degree: int, begin: float, end: float) -> Array:
    """The coefficients of a polynomial of (t - end) / (end - begin), shape (n, degree + 1)."""
    y = -(1 + np.cos(np.pi * np.arange(degree + 1) / degree)) / 2
    return np.linalg.solve(np.vander(y, increasing=True), dense(end + y * (end - begin)).T).T


def longest_step(drive: Drive, left: float, longest: float) -> float:
    """Seconds that a step may take: no more than is left, than it may, or than a part of the period of any sine."""
    return min([longest, left, *(2 * np.pi * PERIOD / w for w in drive.omega if w > 0)])


def leg(
    field: Field, plan: InputPlan, x: Array, t: float, end: float, longest: float, rtol: float, atol: float,
    stiff: bool = False,
) -> Leg:  # fmt: skip
    """Set a solver on its way.

    Args:
        field: the slopes.
        plan: the inputs, without a bend between t and end.
        x: states at t.
        t: seconds.
        end: seconds.
        longest: no step is longer, seconds; besides, none is longer than a part of the period of any sine.
        rtol: relative tolerance of a step.
        atol: absolute tolerance of a step.
        stiff: by formulas for stiff equations only; else by those that the solver takes for the best.
    """
    from scipy.integrate import BDF, LSODA

    drive = plan.drive(t)
    still = not (drive.slope.any() or len(drive.sine_input))
    resting = np.zeros_like(drive.value)
    overflows = 0

    def inputs(time: float) -> Array:
        return drive.value if still else drive.at(np.array([time - t]))[:, 0]

    def rhs(time: float, state: Array) -> Array:
        nonlocal overflows
        du = resting if still else drive.rates(np.array([time - t]))[:, 0]
        slopes = field.slopes(state, inputs(time), du)
        overflows = 0 if np.isfinite(slopes).all() else overflows + 1
        if overflows > PATIENCE:
            field.held.refuse_folds(state[:, None], inputs(time)[:, None], field.numbers)
            raise _overflow(field, slopes, time)
        return slopes

    def jacobian(time: float, state: Array) -> Array:
        return field.held.jacobian(state, inputs(time), field.numbers)

    derived = None if field.state.slides else jacobian
    cap = longest_step(drive, end - t, longest)
    method = BDF if stiff else LSODA
    solver = method(rhs, t, x, end, rtol=rtol, atol=atol, jac=derived, max_step=cap)
    return Leg(solver, field, drive, t)


def lost(field: Field, drive: Drive, since: float, time: float, state: Array, tried: Array) -> EquationError:
    """Why a solver does not get beyond some states, when it tried others.

    Args:
        field: the slopes.
        drive: inputs, from the time `since` on.
        since: seconds.
        time: seconds.
        state: where it is.
        tried: where it looked last.
    """
    at = np.array([time - since])
    inputs, rates = drive.at(at)[:, 0], drive.rates(at)[:, 0]
    try:  # where two solutions of an implicit equation meet there is no way on either
        field.held.refuse_folds(state[:, None], inputs[:, None], field.numbers)
    except EquationError as fold:
        return fold
    for x in (state, tried):
        slopes = field.slopes(x, inputs, rates)
        if not np.isfinite(slopes).all():
            return _overflow(field, slopes, time)
    slopes = field.slopes(state, inputs, rates)
    jacobian = field.held.jacobian(state, inputs, field.numbers)
    if not np.isfinite(jacobian).all():
        return _steep(field, jacobian, state, time)
    grows = field.held.system.equations.states[int(np.argmax(np.abs(slopes)))]
    return runs_away(f"{grows.symbol}", time)


def _steep(field: Field, jacobian: Array, state: Array, time: float) -> EquationError:
    """Where a law is infinitely steep, as a root is at zero, equations do not say which way a circuit goes on."""
    states = field.held.system.equations.states
    i, k = (int(a) for a in np.argwhere(~np.isfinite(jacobian))[0])
    at = show(float(f"{state[k]:.6g}"), "V" if states[k].unit == "V" else states[k].unit)
    return EquationError(
        f"the equation of {states[i].symbol} is infinitely steep in {states[k].symbol} at {at}, where it is at "
        f"{show(float(f'{time:.6g}'), 's')}: more than one solution may begin there; start beside it, or make the law "
        "finite there, such as sqrt(abs(v) + 1n) for sqrt(abs(v))."
    )


def _overflow(field: Field, slopes: Array, time: float) -> EquationError:
    """A solver that tries smaller steps for ever does not get past a law without bounds; say which."""
    bad = field.held.system.equations.states[int(np.argmax(~np.isfinite(slopes)))]
    return EquationError(
        f"the equation of {bad.symbol} overflows at {show(float(f'{time:.6g}'), 's')}: a law there (an exponential, a "
        "diode) grows beyond any number; limit its voltage with a resistor, a reset or other initial conditions."
    )
