"""The operating point of a circuit's equations: where nothing moves, reached as the circuit itself would go there.

Implicit Euler steps that are longer the less they move (pseudo-transient continuation, Kelley and Keyes 1998, SIAM J
Numer Anal 35:508), Newton's method at their end: of several points at which nothing moves, that to which it falls.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ...circuits.equations.derive import Equations
from ...circuits.equations.jumps import slope
from ...circuits.errors import EquationError, unknown
from ...circuits.numeric.numeric import Closed, NumericEquations, compiled, numeric

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MOST = 2000
GROWTH = 3.0
"""Most by which a step is longer than the one before."""
STRIDE = 0.1
"""Part of a state, or of 0.1 V or 1 uA where it is smaller, by which a step may move it: laws bend on that scale."""
LEAST = {"V": 0.1, "A": 1e-6}
SETTLED = 1e-9
"""Part of the states, volts or amperes, by which Newton's last step but two may move them."""
POLISH = 2
SMALLEST = 1e-9
"""Volts or amperes: states smaller than that are found to a part of it."""
LONGEST = 1e30
"""Seconds: a step so long is Newton's."""
MOST_SWITCHINGS = 50


def rest(equations: Equations, guess: Mapping[str, float] | None = None) -> tuple[Array, Array, Closed]:
    """The operating point for the inputs as they are at time 0.

    Args:
        equations: of any circuit.
        guess: node voltages. Where they are given, the point is looked for near them by Newton's method alone, which
            finds one that the circuit would leave, too.

    Returns:
        States, inputs (`Equations.driving`; slopes are zero), and which switches are closed.

    Raises:
        EquationError: it is not found.
    """
    system = numeric(equations)
    x, u, closed = system.initial, system.initial_inputs, system.initial_mode
    u[len(equations.inputs) :] = 0.0
    settle = _still
    if guess:
        x, settle = _near(equations, x, u, system.resistances(closed), guess), _newton
    look = compiled(equations, [s.control for s in equations.switches]) if equations.switches else None
    for _ in range(MOST_SWITCHINGS):
        x = settle(system, x, u, closed)
        if look is None:
            return x, u, closed
        control = look(x, u, system.resistances(closed))
        now = np.where(control > system.closes_above, True, np.where(control < system.opens_below, False, closed))
        if tuple(map(bool, now)) == tuple(closed):
            return x, u, closed
        closed = tuple(map(bool, now))
    raise EquationError(
        f"{equations.circuit.title!r} has no operating point: its switches ("
        f"{', '.join(s.name for s in equations.switches)}) open and close for ever. It oscillates; noise is that of a "
        "circuit at rest, so give it an input at which it is, such as none."
    )


def _still(system: NumericEquations, x: Array, u: Array, closed: Closed) -> Array:
    """States at which nothing moves while the switches stand still."""
    r, n = system.resistances(closed), len(x)
    if not n:
        return x
    if system.linear:
        mode = system.mode(closed)
        b = mode.c + mode.b @ u
        # What keeps its charge for ever is where it was.
        return x - np.linalg.lstsq(_scaled(mode.a), _rows(mode.a) * (b + mode.a @ x), rcond=1e-13)[0]
    least = np.array([LEAST.get(state.unit, 0.1) for state in system.equations.states])
    f = system.rhs(x, u, r)
    step = 1e-3 / max(np.abs(system.jacobian(x, u, r)).max(), 1e-300)
    for _ in range(MOST):
        moved = _solve(np.eye(n) / step - system.jacobian(x, u, r), f)
        stride = float((np.abs(moved) / (STRIDE * (np.abs(x) + least))).max())
        g = system.rhs(x + moved, u, r)
        if stride > GROWTH or not np.isfinite(g).all():
            step /= 2 * GROWTH
            continue
        x, f = x + moved, g
        step = min(step * min(1 / max(stride, 1e-300), GROWTH), LONGEST)
        newton = _solve(-system.jacobian(x, u, r), f)
        if (np.abs(newton) <= SETTLED * (np.abs(x) + SMALLEST)).all():
            return _polished(system, x + newton, u, r)
    raise EquationError(
        f"{system.equations.circuit.title!r} came to no rest in {MOST} steps from its start: it oscillates, or creeps. "
        "Noise is that of a circuit at rest; give it an input at which it is, such as none, or starting voltages (ic) "
        "near to that."
    )


def _polished(system: NumericEquations, x: Array, u: Array, r: Array) -> Array:
    """Newton's last steps, down to the rounding of the laws."""
    for _ in range(POLISH):
        x = x + _solve(-system.jacobian(x, u, r), system.rhs(x, u, r))
    return x


def _newton(system: NumericEquations, x: Array, u: Array, closed: Closed) -> Array:
    """Newton's method with steps no longer than laws bend."""
    r = system.resistances(closed)
    if system.linear:
        return _still(system, x, u, closed)
    least = np.array([LEAST.get(state.unit, 0.1) for state in system.equations.states])
    for _ in range(MOST):
        moved = _solve(-system.jacobian(x, u, r), system.rhs(x, u, r))
        x = x + moved / max(1.0, float((np.abs(moved) / (STRIDE * (np.abs(x) + least))).max()))
        if (np.abs(moved) <= SETTLED * (np.abs(x) + SMALLEST)).all():
            return _polished(system, x, u, r)
    raise EquationError(
        f"no operating point of {system.equations.circuit.title!r} was found near the guess: give other voltages."
    )


def _near(equations: Equations, x: Array, u: Array, r: Array, guess: Mapping[str, float]) -> Array:
    """States that give nodes these voltages, as near as there are."""
    for n in guess:
        if n not in equations.voltages:
            raise unknown("node of the guess", n, equations.voltages)
    expressions, wanted = [equations.voltages[n] for n in guess], np.array([*guess.values()], dtype=float)
    read = compiled(equations, expressions)
    slopes = [slope(e, s) for e in expressions for s in equations.symbols]
    matrix = compiled(equations, slopes)(x, u, r).reshape(len(expressions), -1)
    return x + np.linalg.lstsq(matrix, wanted - read(x, u, r), rcond=1e-9)[0]


def _rows(a: Array) -> Array:
    size = np.abs(a).max(axis=1)
    return 1 / np.where(size > 0, size, 1.0)


def _scaled(a: Array) -> Array:
    return a * _rows(a)[:, None]


def _solve(a: Array, b: Array) -> Array:
    rows = _rows(a)
    try:
        return np.asarray(np.linalg.solve(a * rows[:, None], b * rows), dtype=float)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(a * rows[:, None], b * rows, rcond=1e-13)[0], dtype=float)
