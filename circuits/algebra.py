"""Putting things into sympy expressions, with types that say what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Expr, Float, Matrix


def put(expr: Expr, values: Mapping[Any, Any]) -> Expr:
    """Replace symbols in an expression by expressions or numbers.

    Args:
        expr: any expression.
        values: symbol to what stands in its place.
    """
    present = expr.free_symbols & values.keys()
    exact = {s: v if isinstance(v := values[s], Expr) else Float(v) for s in present}
    return expr.xreplace(exact)  # type: ignore[return-value]  # sympy types it as Basic


def solve_linear(rows: Sequence[Sequence[Expr]], right: Sequence[Expr]) -> list[Expr]:
    """Solve a small system of linear equations.

    Args:
        rows: coefficients, n rows of n expressions.
        right: n right hand sides.

    Returns:
        The n unknowns; an empty list for no unknowns.
    """
    if not right:
        return []
    return list(Matrix(rows).LUsolve(Matrix(right)))  # type: ignore[call-overload]
