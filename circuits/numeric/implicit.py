"""Unknowns that only an implicit equation gives, found in numbers whenever the equations are asked.

Residuals g(x, u, z) = 0 are solved for z by Newton's method with steps cut until the residual falls (Deuflhard 2011,
Newton Methods for Nonlinear Problems, section 3.1), from the last solution on. Slopes follow by the theorem of
implicit functions: dz/dx = -(dg/dz)^-1 dg/dx.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from attrs import define, field
from numpy.typing import NDArray
from sympy import Expr, Symbol

from ..equations.jumps import slope

Array = NDArray[np.float64]
Function = Callable[[Array, Array, Array], Array]

MOST = 500
"""Steps of Newton's method; an exponential that is far off takes one for each of its thermal voltages, 40 a volt."""
CUTS = 40
CLOSE = 1e-8
"""A step that is this part of the unknown is the last: what is left is its square."""
SOLVED = 1e-6
"""Part of the residual that a step must leave of it as far as its slopes tell."""
FLOOR = 1e-2
"""Unknowns smaller than this (volts, amperes) are solved to a part of it."""
STARTS = (0.0, 0.3, -0.3, 1.0, -1.0, 3.0, -3.0, 10.0, -10.0)
"""Values from which the unknowns are looked for at the start: more than one solution must not go unnoticed."""
APART = 1e-4
"""Solutions that differ by more than this part of the largest are two."""


def newton(residual: Callable[[Array], Array], slopes: Callable[[Array], Array], z: Array) -> tuple[Array, Array]:
    """Solve for many points at once.

    Args:
        residual: of unknowns (k, points), the same shape.
        slopes: its derivatives, (k, k, points).
        z: where to begin.

    Returns:
        The unknowns, and for which points they were found.
    """
    with np.errstate(all="ignore"):  # far off, laws overflow; what is no number is not taken for a solution
        return _newton(residual, slopes, z)


def _newton(residual: Callable[[Array], Array], slopes: Callable[[Array], Array], z: Array) -> tuple[Array, Array]:
    done, stuck = np.zeros((2, z.shape[1]), dtype=bool)
    f = residual(z)
    for _ in range(MOST):
        j = slopes(z)
        size = np.abs(j).sum(axis=1) + 1e-300
        step = _solved(j, -f)
        merit = np.max(np.abs(f) / size, axis=0)
        # Where nothing conducts the slopes vanish, and no step is no solution.
        left = np.max(np.abs(np.einsum("ijp,jp->ip", j, step) + f) - SOLVED * np.abs(f).max(axis=0), axis=0) <= 0
        last = left & (np.max(np.abs(step) - CLOSE * (np.abs(z) + FLOOR), axis=0) <= 0)
        part, idle = np.ones(z.shape[1]), done | stuck
        good = idle
        for _ in range(CUTS):
            new = z + np.where(idle, 0.0, part * step)
            f = residual(new)
            falls = np.max(np.abs(f) / size, axis=0) <= (1 - 1e-4 * part) * merit
            good = idle | last | falls
            if good.all():
                break
            part = np.where(good, part, part / 2)
        z = new
        done |= last
        stuck |= np.logical_not(good)
        if (done | stuck).all():
            break
    return z, done


def _solved(j: Array, f: Array) -> Array:
    matrix = np.moveaxis(j, -1, 0)
    try:
        found = np.linalg.solve(matrix, f.T[..., None])
    except np.linalg.LinAlgError:
        found = np.linalg.pinv(np.nan_to_num(matrix)) @ f.T[..., None]
    return np.asarray(np.nan_to_num(found[..., 0].T, nan=0.0, posinf=0.0, neginf=0.0), dtype=float)


def _step(j: Array, f: Array) -> Array:
    """Newton's step at one point."""
    if len(f) == 1 and np.isfinite(j[0, 0]) and j[0, 0] != 0:
        return np.nan_to_num(-f / j[0], nan=0.0, posinf=0.0, neginf=0.0)
    return _solved(j[:, :, None], -f[:, None])[:, 0]


@define(eq=False)
class Completion:
    """Adds to states the unknowns that the residuals give; begins each time where it ended last."""

    residual: Function
    slopes: Function
    count: int
    _last: Array | None = field(default=None)

    def __call__(self, x: Array, u: Array, r: Array) -> Array:
        """States and unknowns: (n + k,) or (n + k, points); unknowns that are not found are not numbers."""
        many = np.ndim(x) > 1
        points = np.shape(x)[1] if many else 1
        xs, us = (x, u) if many else (x[:, None], u[:, None])
        begin = np.zeros(self.count) if self._last is None else self._last
        z, done = self.solved(xs, us, r, np.repeat(begin[:, None], points, axis=1))
        for start in STARTS if self._last is None else STARTS[:1]:
            if done.all():
                break
            left = np.flatnonzero(np.logical_not(done))
            z[:, left], done[left] = self.solved(xs[:, left], us[:, left], r, np.full((self.count, len(left)), start))
        if done.any():
            self._last = z[:, np.flatnonzero(done)[-1]].copy()
        whole = np.concatenate([xs, np.where(done, z, np.nan)])
        return whole if many else whole[:, 0]

    def solved(self, x: Array, u: Array, r: Array, z: Array) -> tuple[Array, Array]:
        """The unknowns at some points, from given ones on, and where they were found."""
        k = self.count
        if z.shape[1] == 1:
            found, done = self._at_one(np.concatenate([x[:, 0], z[:, 0]]), u[:, 0], r)
            return found[:, None], np.array([done])

        def residual(z: Array) -> Array:
            return self.residual(np.concatenate([x, z]), u, r)

        def slopes(z: Array) -> Array:
            return self.slopes(np.concatenate([x, z]), u, r).reshape(k, k, z.shape[1])

        return newton(residual, slopes, z)

    def _at_one(self, whole: Array, u: Array, r: Array) -> tuple[Array, bool]:
        """As `newton`, at one point: a solver asks step by step, and arrays of one cost twice as much as laws."""
        k, n = self.count, len(whole) - self.count

        def residual(z: Array) -> Array:
            whole[n:] = z
            return self.residual(whole, u, r)

        with np.errstate(all="ignore"):
            z = whole[n:].copy()
            f = residual(z)
            for _ in range(MOST):
                whole[n:] = z
                j = self.slopes(whole, u, r).reshape(k, k)
                size = np.abs(j).sum(axis=1) + 1e-300
                step = _step(j, f)
                off = np.abs(f)
                left = (np.abs(j @ step + f) <= SOLVED * off.max()).all()
                last = left and bool((np.abs(step) <= CLOSE * (np.abs(z) + FLOOR)).all())
                merit, part = (off / size).max(), 1.0
                for _ in range(CUTS):
                    new = z + part * step
                    f = residual(new)
                    if last or (np.abs(f) / size).max() <= (1 - 1e-4 * part) * merit:
                        break
                    part /= 2
                else:
                    return new, False
                z = new
                if last:
                    return z, True
        return z, False

    def solutions(self, x: Array, u: Array, r: Array) -> Array:
        """All solutions that are found from many beginnings at one point, shape (k, solutions)."""
        grid = np.array(np.meshgrid(*[STARTS] * min(self.count, 2))).reshape(min(self.count, 2), -1)
        begin = np.zeros((self.count, grid.shape[1]))
        begin[: len(grid)] = grid
        begin[len(grid) :] = grid[0]
        points = begin.shape[1]
        z, done = self.solved(np.repeat(x[:, None], points, 1), np.repeat(u[:, None], points, 1), r, begin)
        found: list[Any] = []
        for one in z.T[np.flatnonzero(done).tolist()]:
            if not any(np.max(np.abs(one - other)) <= APART * (np.max(np.abs(other)) + FLOOR) for other in found):
                found.append(one)
        return np.array(found).reshape(len(found), self.count).T


def total_slopes(
    expressions: Sequence[Expr],
    residuals: Sequence[Expr],
    unknowns: Sequence[Symbol],
    variables: Sequence[Symbol],
    function: Callable[[Sequence[Expr]], Function],
) -> Function:
    """Derivatives of expressions by states and inputs, through the unknowns too.

    Args:
        expressions: e expressions.
        residuals: k residuals.
        unknowns: the k unknowns.
        variables: m states and inputs.
        function: makes functions of states, inputs and numbers from expressions.

    Returns:
        A function that gives (e, m) or (e, m, points).
    """
    rows, every = [*expressions, *residuals], [*variables, *unknowns]
    e, k, m = len(expressions), len(unknowns), len(variables)
    flat = function([slope(row, v) for row in rows for v in every])

    def slopes(x: Array, u: Array, r: Array) -> Array:
        parts = flat(x, u, r).reshape(e + k, m + k, *np.shape(x)[1:])
        if not k:
            return parts
        whole = np.moveaxis(parts, (0, 1), (-2, -1))
        through = np.linalg.pinv(np.nan_to_num(whole[..., e:, m:])) @ whole[..., e:, :m]
        return np.moveaxis(whole[..., :e, :m] - whole[..., :e, m:] @ through, (-2, -1), (0, 1))

    return slopes
