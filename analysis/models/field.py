"""The slopes of a circuit in one state of switches and jumps; on a surface that holds it, a mixture of both sides.

Where the laws on both sides of a surface drive a circuit back to it, it slides along: the slope is that mixture of
the two whose component across the surface is zero (Filippov 1988, Differential Equations with Discontinuous
Righthand Sides, chapter 2).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.numeric.held import Function, HeldEquations
from ...circuits.numeric.numeric import Closed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@frozen
class State:
    """Which switches are closed, on which side of each jump the laws are, and along which they slide.

    Of a jump that is slid along, `sides` gives the upper side.
    """

    closed: Closed
    sides: tuple[float, ...] = ()
    slides: tuple[int, ...] = ()


@frozen(eq=False, slots=False)
class Field:
    """Slopes in one state. Points, where there are any, are the last axis."""

    held: HeldEquations
    state: State

    @cached_property
    def numbers(self) -> Array:
        """Resistances and sides; the lower side of what is slid along."""
        sides = np.array(self.state.sides)
        sides[list(self.state.slides)] -= 1.0
        return np.concatenate([self.held.system.resistances(self.state.closed), sides])

    @cached_property
    def _uppers(self) -> list[Array]:
        """The numbers with one slid surface after the other on its upper side."""
        first = len(self.state.closed)
        return [self.numbers + (np.arange(len(self.numbers)) == first + j) for j in self.state.slides]

    def slopes(self, x: Array, u: Array, du: Array) -> Array:
        """Derivatives of the states for inputs u that change by du a second."""
        if not self.state.slides:
            return self.held.rhs(x, u, self.numbers)
        return self._mixed(self.held.rhs, x, u, du)

    def read(self, function: Function, x: Array, u: Array, du: Array) -> Array:
        """Any function of states, inputs and numbers, mixed like the slopes."""
        if not self.state.slides:
            return function(x, u, self.numbers)
        return self._mixed(function, x, u, du)

    def _mixed(self, function: Function, x: Array, u: Array, du: Array) -> Array:
        low = function(x, u, self.numbers)
        weights = self.weights(x, u, du)
        return low + sum(w * (function(x, u, r) - low) for w, r in zip(weights, self._uppers, strict=True))

    def weights(self, x: Array, u: Array, du: Array) -> Array:
        """The part of the upper side in the mixture, for each slid surface; beyond 0 to 1 it is left."""
        low = self.crossing_rates(self.held.rhs(x, u, self.numbers), x, u, du)
        steps = [self.crossing_rates(self.held.rhs(x, u, r), x, u, du) - low for r in self._uppers]
        matrix = np.moveaxis(np.array(steps), (0, 1), (-1, -2))  # surfaces by sides, points first
        solved = np.linalg.pinv(matrix) @ -np.moveaxis(low, 0, -1)[..., None]
        return np.moveaxis(solved[..., 0], -1, 0)

    def crossing_rates(self, slopes: Array, x: Array, u: Array, du: Array) -> Array:
        """How fast the arguments of the slid surfaces grow under given slopes."""
        by_x, by_u = self.held.surface_slopes(x, u, self.numbers)
        which = list(self.state.slides)
        return np.sum(by_x[which] * slopes, axis=1) + np.sum(by_u[which] * du, axis=1)
