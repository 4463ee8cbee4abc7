"""The fastest thing that happens at the start of a run, from the circuit's own equations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .algebra import put
from .equations import Equations
from .numeric import NumericEquations, inputs_at, numeric

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WORST_BASIS = 1e10
"""Condition number of the eigenvectors above which amplitudes in them mean nothing."""
MOST_STATES = 200
"""Beyond this many states the diagonal of the Jacobian stands for its eigenvalues."""


def fastest_excited(equations: Equations, tolerance: float) -> float | None:
    """Time constant of the fastest mode that moves at time 0.

    The slopes at the start, and what stimuli that rise from time 0 on make of them, are taken apart into the modes of
    the Jacobian there; a mode counts when it moves some state by more than `tolerance` of all that the state does.

    Args:
        equations: what `derive` gave.
        tolerance: part of a state's movement.

    Returns:
        Seconds; None where nothing moves.
    """
    if not equations.states:
        return None
    system = numeric(equations)
    x, u, r = system.initial, system.initial_inputs, system.resistances(system.initial_mode)
    rising, lasts = _rise(equations)
    with np.errstate(all="ignore"):
        jacobian = system.jacobian(x, u, r)
        rates = _slopes(system, u)
        bends = _slopes(system, rising) - rates if lasts else np.zeros(len(x))
    if not all(np.isfinite(a).all() for a in (rates, jacobian, bends)):
        return None
    moved = _modes(jacobian, rates, bends, lasts) if len(x) <= MOST_STATES else None
    if moved is None:
        own = np.abs(np.diag(jacobian))
        fast = own[(own > 0) & ((rates != 0) | (bends != 0))]
        return float(1 / fast.max()) if len(fast) else None
    taus, by = moved
    scale = np.maximum(np.abs(x), by.sum(axis=1))[:, None]
    counts = (by > tolerance * np.where(scale > 0, scale, 1.0)).any(axis=0)
    return float(taus[counts].min()) if counts.any() else None


def _slopes(system: NumericEquations, u: Array) -> Array:
    """Slopes of the states at the start, for these inputs; put in one by one, because compiling takes longer."""
    e = system.equations
    values = dict(e.parameters) | {s.symbol: s.initial for s in e.states}
    values |= dict(zip(e.driving, u.tolist(), strict=True))
    closed = system.resistances(system.initial_mode).tolist()
    values |= dict(zip((s.resistance for s in e.switches), closed, strict=True))
    found = [put(f, values) for f in e.rhs]
    return np.array([float(f) if f.is_number and f.is_real else np.nan for f in found])


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
