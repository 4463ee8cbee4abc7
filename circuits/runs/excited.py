"""What moves at the start of a run, and how fast, from the circuit's own equations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..equations.algebra import put
from ..equations.derive import Equations
from ..numeric.numeric import Closed, NumericEquations, inputs_at, numeric

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from sympy import Expr

    Array = NDArray[np.float64]

WORST_BASIS = 1e10
"""Condition number of the eigenvectors above which amplitudes in them mean nothing."""
MOST_STATES = 200
"""Beyond this many states the diagonal of the Jacobian stands for its eigenvalues."""


def excited(equations: Equations, tolerance: float) -> tuple[float, ...]:
    """Time constants of the modes that move at time 0, the fastest first.

    The slopes at the start, and what stimuli that rise from time 0 on make of them, are taken apart into the modes of
    the Jacobian there; a mode counts when it moves some state by more than `tolerance` of all that the state does.

    Args:
        equations: what `derive` gave.
        tolerance: part of a state's movement.

    Returns:
        Seconds; none where nothing moves.
    """
    if not equations.states:
        return ()
    system = numeric(equations)
    x, u = system.initial, system.initial_inputs
    closed, (rising, lasts) = _settled(system, u), _rise(equations)
    with np.errstate(all="ignore"):
        jacobian = system.jacobian(x, u, system.resistances(closed))
        rates = _slopes(system, u, closed)
        bends = _slopes(system, rising, closed) - rates if lasts else np.zeros(len(x))
    if not all(np.isfinite(a).all() for a in (rates, jacobian, bends)):
        return ()
    moved = _modes(jacobian, rates, bends, lasts) if len(x) <= MOST_STATES else None
    if moved is None:
        own = np.abs(np.diag(jacobian))
        fast = own[(own > 0) & ((rates != 0) | (bends != 0))]
        return tuple(sorted((1 / fast).tolist()))
    taus, by = moved
    scale = np.maximum(np.abs(x), by.sum(axis=1))[:, None]
    counts = (by > tolerance * np.where(scale > 0, scale, 1.0)).any(axis=0)
    return tuple(sorted(taus[counts].tolist()))


def _at_start(system: NumericEquations, expressions: Iterable[Expr], u: Array, closed: Closed) -> Array:
    """Expressions at the start, for these inputs; put in one by one, because compiling takes longer."""
    e = system.equations
    values = dict(e.parameters) | {s.symbol: s.initial for s in e.states}
    values |= dict(zip(e.driving, u.tolist(), strict=True))
    values |= dict(zip((s.resistance for s in e.switches), system.resistances(closed).tolist(), strict=True))
    found = [put(f, values) for f in expressions]
    return np.array([float(f) if f.is_number and f.is_real else np.nan for f in found])


def _slopes(system: NumericEquations, u: Array, closed: Closed) -> Array:
    """Slopes of the states at the start."""
    return _at_start(system, system.equations.rhs, u, closed)


def _settled(system: NumericEquations, u: Array) -> Closed:
    """The switches just after time 0: those whose controls are beyond their levels change at once."""
    closed = system.initial_mode
    for _ in closed:
        control = _at_start(system, (s.control for s in system.equations.switches), u, closed)
        beyond = np.where(closed, control < system.opens_below, control > system.closes_above)
        if not beyond.any():
            break
        closed = tuple((np.array(closed) != beyond).tolist())
    return closed


def _rise(equations: Equations) -> tuple[Array, float]:
    """Inputs at the first bend after time 0, and when that is (0.0 for stimuli that have none)."""
    bends = [t for s in equations.inputs.values() for t in s.breakpoints()[0] if t > 0]
    if not bends:
        return inputs_at(equations, np.zeros(1))[:, 0], 0.0
    first = min(bends)
    return inputs_at(equations, np.array([first]))[:, 0], first


def _modes(jacobian: Array, rates: Array, bends: Array, lasts: float) -> tuple[Array, Array] | None:
    """Time constants, and how far each mode moves each state, shape (states, modes); None without a basis."""
    eigenvalues, vectors = np.linalg.eig(jacobian)
    if np.linalg.cond(vectors) > WORST_BASIS:
        return None
    size = np.abs(eigenvalues)
    moving = size > 1e-15 * size.max(initial=0.0)
    taus = 1 / np.where(moving, size, np.inf)
    at_once = np.abs(np.linalg.solve(vectors, rates.astype(complex))) * taus
    slowly = np.abs(np.linalg.solve(vectors, bends.astype(complex))) * taus
    driven = slowly * np.minimum(1.0, taus / lasts) if lasts else 0.0
    return taus[moving], (np.abs(vectors) * (at_once + driven))[:, moving]
