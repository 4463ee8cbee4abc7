"""Solver steps as the polynomials that they are between their ends, evaluated many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from attrs import frozen

from ..kept import njit
from .field import Field, State
from .inputs import Drive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class Polynomials(NamedTuple):
    """Polynomials of (t - times) / scales: coefficients of shape (steps, n, order), one time and scale a step."""

    coefficients: Array
    times: Array
    scales: Array

    def of(self, which: Sequence[int] | NDArray[np.int64]) -> Polynomials:
        """Those of some steps, which may come again."""
        index = np.asarray(which, dtype=int)
        return Polynomials(self.coefficients[index], self.times[index], self.scales[index])

    def values(self, t: Array) -> Array:
        """Each polynomial at its own times; t of shape (steps, points), the result (n, steps, points)."""
        return _horner(self.coefficients, (t - self.times[:, None]) / self.scales[:, None])

    def slopes(self, t: Array) -> Array:
        """Their derivatives by time, likewise."""
        orders = np.arange(1, self.coefficients.shape[2])
        inner = self.coefficients[:, :, 1:] * orders / self.scales[:, None, None]
        return _horner(inner, (t - self.times[:, None]) / self.scales[:, None])


@frozen(eq=False)
class SolverStep:
    """The solution over one solver step: a polynomial of (t - time) / scale."""

    start: float
    end: float
    field: Field
    drive: Drive
    since: float
    """Time from which the drive counts."""
    coefficients: Array
    time: float
    scale: float

    @property
    def state(self) -> State:
        """Switches and jumps."""
        return self.field.state

    @property
    def closed(self) -> tuple[bool, ...]:
        """State of every switch."""
        return self.field.state.closed

    def states(self, t: Array) -> Array:
        """States at absolute times; shape (n, points)."""
        return polynomials((self,)).values(t[None, :])[:, 0]

    def rates(self, t: Array) -> Array:
        """Derivatives of the polynomial; shape (n, points)."""
        return polynomials((self,)).slopes(t[None, :])[:, 0]


def polynomials(steps: Sequence[SolverStep]) -> Polynomials:
    """Collect the polynomials of some steps; shorter ones are filled up with zeros."""
    longest = max(s.coefficients.shape[1] for s in steps)
    found = np.zeros((len(steps), len(steps[0].coefficients), longest))
    for k, step in enumerate(steps):
        found[k, :, : step.coefficients.shape[1]] = step.coefficients
    return Polynomials(found, np.array([s.time for s in steps]), np.array([s.scale for s in steps]))


def _horner(coefficients: Array, y: Array) -> Array:
    found = np.zeros((coefficients.shape[1], *y.shape))
    _summed(np.ascontiguousarray(coefficients), np.ascontiguousarray(y), found)
    return found


@njit()
def _summed(coefficients: Array, y: Array, found: Array) -> None:
    """Polynomials at places: coefficients (steps, n, orders), places (steps, points), values (n, steps, points)."""
    steps, n, orders = coefficients.shape
    for i in range(n):
        for k in range(steps):
            for p in range(y.shape[1]):
                value = 0.0
                for order in range(orders - 1, -1, -1):
                    value = value * y[k, p] + coefficients[k, i, order]
                found[i, k, p] = value
