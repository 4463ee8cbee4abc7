"""The equations as numbers, every jump of a law held on one side: smooth between the surfaces of the jumps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from sympy import Expr

from .jumps import slope
from .numeric import NumericEquations, compiled
from .sides import Side, arguments, sides

Array = NDArray[np.float64]
Function = Callable[[Array, Array, Array], Array]
"""Of states, inputs and numbers."""


@frozen(eq=False, slots=False)
class HeldEquations:
    """Functions of states (n,), inputs (m,) and numbers (s + j,): resistances of switches, then sides of jumps.

    All take (n, points) and (m, points) besides, and then give points as the last axis.
    """

    system: NumericEquations

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """The surfaces on which laws jump."""
        return sides(self.system.equations).all

    def function(self, expressions: Sequence[Expr]) -> Function:
        """Make a function of expressions of states and inputs; gives (k,) or (k, points)."""
        found = sides(self.system.equations)
        return compiled(self.system.equations, [found.freeze(e) for e in expressions], found.symbols)

    @cached_property
    def rhs(self) -> Function:
        """Derivatives of the states."""
        return self.function(self.system.equations.rhs)

    @cached_property
    def controls(self) -> Function:
        """Control voltages of the switches."""
        return self.function([s.control for s in self.system.equations.switches])

    @cached_property
    def surfaces(self) -> Function:
        """Arguments of the sides: a law jumps where one of them is zero (or an integer)."""
        return self.function([s.argument for s in self.sides])

    @cached_property
    def arguments(self) -> tuple[Function, Function]:
        """What smooth functions are taken of, and what makes kinks, in the right hand sides."""
        equations, frozen = self.system.equations, sides(self.system.equations).freeze
        smooth, kinks = arguments([frozen(e) for e in equations.rhs], {*equations.symbols, *equations.driving})
        return self.function(smooth), self.function(kinks)

    @cached_property
    def jacobian(self) -> Function:
        """Derivatives of the right hand sides by the states, shape (n, n), at one point."""
        equations, n = self.system.equations, len(self.system.equations.states)
        places = [k for k, e in enumerate(equations.slopes) if e != 0]
        filled = self.function([equations.slopes[k] for k in places])

        def jacobian(x: Array, u: Array, r: Array) -> Array:
            flat = np.zeros(n * n)
            flat[places] = filled(x, u, r)
            return flat.reshape(n, n)

        return jacobian

    @cached_property
    def surface_slopes(self) -> Callable[[Array, Array, Array], tuple[Array, Array]]:
        """Derivatives of the surfaces by states, (j, n), and by inputs, (j, m); points last where there are any."""
        equations = self.system.equations
        variables = [*equations.symbols, *equations.driving]
        n, j = len(equations.states), len(self.sides)
        flat = self.function([slope(s.argument, v) for s in self.sides for v in variables])

        def slopes(x: Array, u: Array, r: Array) -> tuple[Array, Array]:
            both = flat(x, u, r).reshape(j, len(variables), *np.shape(x)[1:])
            return both[:, :n], both[:, n:]

        return slopes
