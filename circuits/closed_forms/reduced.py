"""The reduction of a circuit's equations in symbols: own time constants, equilibria, the flow that is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen
from sympy import Expr, Integer, Symbol

from ..equations.algebra import derivative, put, symbols_in
from ..equations.derive import Equations

READABLE = 200
"""Operations of an expression that people read; what is longer is given in numbers."""


@frozen(eq=False)
class OwnForm:
    """A state that follows tau x' = x_inf - x while the others stand still."""

    state: Symbol
    tau: Expr
    x_inf: Expr


def own_form(equations: Equations, state: Symbol, mode: Mapping[Symbol, Expr]) -> OwnForm | None:
    """The named form of a state in its own variable; None where its equation is not linear in it.

    Args:
        equations: what `derive` gave.
        state: its symbol.
        mode: the resistances of the switches.
    """
    rhs = put(equations.of(state), mode)
    slope = derivative(rhs, state)
    if slope == 0 or state in symbols_in(slope) or any(z.symbol in symbols_in(rhs) for z in equations.unknowns):
        return None
    return OwnForm(state, -1 / slope, -put(rhs, {state: Integer(0)}) / slope)


def equilibria(
    equations: Equations, fast: Sequence[Symbol], mode: Mapping[Symbol, Expr]
) -> dict[Symbol, Expr] | None:  # fmt: skip
    """Fast states as functions of the others, one after the other; None where they have no closed form.

    Args:
        equations: what `derive` gave.
        fast: the states.
        mode: the resistances of the switches.
    """
    found: dict[Symbol, Expr] = {}
    left = list(fast)
    while left:
        for x in left:
            form = own_form(equations, x, mode)
            goes = None if form is None else put(form.x_inf, found)
            if goes is not None and symbols_in(goes).isdisjoint(left):
                found = {s: put(e, {x: goes}) for s, e in found.items()} | {x: goes}
                left.remove(x)
                break
        else:
            return None
    return found


def is_readable(expr: Expr) -> bool:
    """Whether an expression is short enough to be read."""
    return int(expr.count_ops()) <= READABLE
