"""The equations as numbers, every jump of a law held on one side: smooth between the surfaces of the jumps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from sympy import Expr

from ..errors import EquationError
from .implicit import APART, FLOOR, Completion
from .machine import MachineCode
from .numeric import NumericEquations, code_of, compiled, completion, jacobian, through_unknowns
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
        frozen = [found.freeze(e) for e in expressions]
        return compiled(self.system.equations, frozen, found.symbols, self.completion)

    def machine_code(self, expressions: Sequence[Expr]) -> MachineCode:
        """The same as machine code, of states, inputs, numbers and parameters.

        Raises:
            NoCodeError: an expression has a part without code.
        """
        found = sides(self.system.equations)
        return code_of(self.system.equations, tuple(found.freeze(e) for e in expressions), found.symbols)

    @cached_property
    def completion(self) -> Completion | None:
        """What finds the unknowns of implicit equations, where there are any."""
        equations = self.system.equations
        found = sides(equations)
        residuals = [found.freeze(z.residual) for z in equations.unknowns]
        return completion(equations, residuals, found.symbols) if residuals else None

    def refuse_folds(self, x: Array, u: Array, r: Array) -> Array:
        """Raise where the unknowns of implicit equations are not found, or have come to where two solutions meet.

        Returns:
            The unknowns, (k, points).

        Raises:
            EquationError: says of which unknown, and what makes it a state.
        """
        if self.completion is None:
            return np.zeros((0, x.shape[1]))
        whole = self.completion(x, u, r)
        k = self.completion.count
        slopes = np.moveaxis(self.completion.slopes(whole, u, r).reshape(k, k, -1), -1, 0)
        turns = np.linalg.slogdet(np.nan_to_num(slopes))[0]
        if not np.isfinite(whole).all() or not (turns == turns[0]).all() or turns[0] == 0:
            raise self._ambiguous("has no solution, or stands where two solutions meet")
        return whole[-k:]

    def refuse_leaps(self, x: Array, u: Array, r: Array, unknowns: Array, before: Array | None) -> None:
        """Raise where unknowns have left a solution that is still there: what follows would be another circuit's.

        Args:
            x: states, (n, points), in the order of time.
            u: inputs, (m, points).
            r: numbers.
            unknowns: that were found there, (k, points).
            before: the unknowns before the first point; None where a run begins.

        Raises:
            EquationError: says from where to where.
        """
        if self.completion is None:
            return
        came = np.concatenate([unknowns[:, :1] if before is None else before[:, None], unknowns[:, :-1]], axis=1)
        stayed, found = self.completion.solved(x, u, r, came)
        apart = np.abs(stayed - unknowns).max(axis=0) > APART * (np.abs(unknowns).max(axis=0) + FLOOR)
        for k in np.flatnonzero(found & apart)[:1]:
            i = int(np.argmax(np.abs(stayed - unknowns)[:, k]))
            raise self._ambiguous(f"may be {stayed[i, k]:.3g} or {unknowns[i, k]:.3g} on the way")

    def refuse_choices(self, x: Array, u: Array, r: Array) -> None:
        """Raise where the unknowns have more than one solution, or none, at the start.

        Raises:
            EquationError: says between what.
        """
        if self.completion is None:
            return
        found = self.completion.solutions(x, u, r)
        if found.shape[1] != 1:
            values = " or ".join(f"{v:.3g}" for v in found[0][:4])
            raise self._ambiguous(f"may be {values} at the start" if values else "has no solution at the start")

    def _ambiguous(self, what: str) -> EquationError:
        unknown = self.system.equations.unknowns[0]
        remedy = "add a capacitor from there to ground (say 1p), which makes it a state."
        name, law, _ = unknown.where.removeprefix("node ").partition("#law")
        if law:
            remedy = f"put a resistor and a capacitor (say 1 kOhm and 1p) behind {name}, so that its law feels a state."
        return EquationError(
            f"{unknown.symbol.name} at {unknown.where} is only given by an implicit equation and {what}: {remedy}"
        )

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
    def law_arguments(self) -> tuple[list[Expr], list[Expr]]:
        """What smooth functions are taken of, and what makes kinks, in the right hand sides."""
        equations, frozen = self.system.equations, sides(self.system.equations).freeze
        laws = [frozen(e) for e in (*equations.rhs, *(z.residual for z in equations.unknowns))]
        moving: set[Expr] = {*equations.symbols, *equations.driving, *(z.symbol for z in equations.unknowns)}
        return arguments(laws, moving)

    @cached_property
    def arguments(self) -> tuple[Function, Function]:
        """The same as functions."""
        smooth, kinks = self.law_arguments
        return self.function(smooth), self.function(kinks)

    @cached_property
    def jacobian(self) -> Function:
        """Derivatives of the right hand sides by the states, shape (n, n), at one point."""
        return jacobian(self.system.equations, self.function)

    @cached_property
    def surface_slopes(self) -> Callable[[Array, Array, Array], tuple[Array, Array]]:
        """Derivatives of the surfaces by states, (j, n), and by inputs, (j, m); points last where there are any."""
        equations = self.system.equations
        variables = [*equations.symbols, *equations.driving]
        n, j = len(equations.states), len(self.sides)
        every = through_unknowns(equations, [s.argument for s in self.sides], variables, self.function)

        def slopes(x: Array, u: Array, r: Array) -> tuple[Array, Array]:
            both = every(x, u, r).reshape(j, len(variables), *np.shape(x)[1:])
            return both[:, :n], both[:, n:]

        return slopes
