"""Which states are fast beside the membrane, which slow, and which do not act on it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from sympy import Basic, Expr

from ...circuits.equations.algebra import symbols_in
from ...circuits.errors import DesignError, unknown
from .view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LEAST = 1e-12
"""A rate that is a smaller part of the largest is none."""
SMALL = 1e-3
"""A smaller part than this in a pole counts for nothing."""
FAST = 0.5
"""A state is fast whose own time constant is below this part of the membrane's."""
QUICK = 0.01
"""So is one whose time constant is below this part of the way to a spike."""


@frozen
class Scale:
    """A state and its own time constants, those of the circuit with its membrane held.

    Attributes:
        name: of the state.
        kind: "membrane", "fast", "slow", or "apart" for what does not act on the membrane between spikes.
        at_rest: seconds, where everything stands still; infinite for what does not decay.
        shortest: on the way to a spike, seconds.
        median: half of the way's time it is shorter.
        longest: on the way.
    """

    name: str
    kind: str
    at_rest: float
    shortest: float
    median: float
    longest: float


def scales(
    seen: View, about: Array, way: Array, lasts: float, fast: Collection[str] = (), slow: Collection[str] = ()
) -> tuple[Scale, ...]:
    """Sort the states of a circuit.

    Args:
        seen: the circuit, as it is between spikes.
        about: states at rest, or where there is none on the way.
        way: states on the way to a spike, shape (n, points).
        lasts: how long that takes, seconds: what the others are held against where the membrane has no leak.
        fast: names of states that are to be taken for fast, whatever their time constants.
        slow: for slow.

    Raises:
        UnknownNameError: no such state.
        DesignError: a state in both, or the membrane.
    """
    names = seen.names
    for name in (*fast, *slow):
        if name not in names:
            raise unknown("state", name, names)
        if name == names[seen.membrane] or (name in fast and name in slow):
            raise DesignError(f"{name} is the membrane, or is to be fast and slow at once: give each other state once.")
    at_rest = own(seen.jacobian(about), seen.membrane)
    on_way = np.array([own(seen.jacobian(x), seen.membrane) for x in way.T])
    unit = float(at_rest[seen.membrane])
    unit = unit if np.isfinite(unit) else lasts
    acting = _acting(seen)
    found = []
    for k, name in enumerate(names):
        median = float(np.median(on_way[:, k]))
        kind = "fast" if median < max(FAST * unit, QUICK * lasts) else "slow"
        kind = "fast" if name in fast else "slow" if name in slow else kind
        kind = "membrane" if k == seen.membrane else kind if k in acting else "apart"
        found.append(Scale(name, kind, float(at_rest[k]), float(on_way[:, k].min()), median, float(on_way[:, k].max())))
    return tuple(found)


def own(jacobian: Array, membrane: int) -> Array:
    """Time constants of the membrane by itself, and of the others while it is held, seconds; infinite for none.

    A state in a loop (an op-amp's) is as quick as the loop: each has the time constants of the poles of the others'
    block, weighted by how much it takes part in them (Perez-Arriaga, Verghese and Schweppe 1982, IEEE Trans Power App
    Syst 101:3117).
    """
    n = len(jacobian)
    others = [k for k in range(n) if k != membrane]
    found = np.full(n, np.inf)
    slope, size = float(jacobian[membrane, membrane]), float(np.abs(jacobian).max())
    if slope < -LEAST * size:
        found[membrane] = -1.0 / slope
    if not others or not np.isfinite(jacobian).all():
        return found
    poles, vectors = np.linalg.eig(jacobian[np.ix_(others, others)].astype(complex))
    with np.errstate(all="ignore"):
        times = np.where(np.real(poles) < -LEAST * size, 1.0 / np.abs(poles), np.inf)
        part = np.abs(vectors * np.linalg.pinv(vectors).T)
        part[part < SMALL * part.max(axis=1, keepdims=True)] = 0.0
        shares = part / part.sum(axis=1, keepdims=True)
        found[others] = [float(np.sum(w[w > 0] * times[w > 0])) for w in shares]
    return found


def _acting(seen: View) -> set[int]:
    """States on which the membrane's slope depends, directly or through others."""
    equations = seen.system.equations
    where: dict[Basic, int] = {s: k for k, s in enumerate(equations.symbols)}
    residuals: dict[Basic, Expr] = {z.symbol: z.residual for z in equations.unknowns}
    found, ahead = {seen.membrane}, [equations.rhs[seen.membrane]]
    looked: set[Basic] = set()
    while ahead:
        for s in symbols_in(ahead.pop()) - looked:
            looked.add(s)
            if s in where and where[s] not in found:
                found.add(where[s])
                ahead.append(equations.rhs[where[s]])
            elif s in residuals:
                ahead += residuals.values()
    return found
