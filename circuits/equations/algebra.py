"""Putting things into sympy expressions, with types that say what comes out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sympy import (
    Add,
    Basic,
    Expr,
    Float,
    Function,
    Integer,
    Matrix,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Symbol,
    cancel,
    together,
)
from sympy import S as Singleton
from sympy.polys.matrices import DomainMatrix
from sympy.polys.matrices.exceptions import DMNonInvertibleMatrixError

SWOLLEN = 150
"""Operations above which an expression is worth gathering."""


def put(expr: Expr, values: Mapping[Any, Any]) -> Expr:
    """Replace symbols in an expression by expressions or numbers.

    Args:
        expr: any expression.
        values: symbol to what stands in its place.
    """
    present = symbols_in(expr) & values.keys()
    exact = {s: v if isinstance(v := values[s], Expr) else Float(v) for s in present}
    return _rebuilt(expr, exact, {})


def _rebuilt(expr: Any, values: Mapping[Any, Any], known: dict[Any, Any]) -> Any:
    """As `xreplace`, but the largest and smallest of some terms are not looked into: sympy factors each of them."""
    if expr in values:
        return values[expr]
    if expr.args and expr not in known:
        if symbols_in(expr).isdisjoint(values):
            return expr
        args = [_rebuilt(a, values, known) for a in expr.args]
        plain = isinstance(expr, (Max, Min)) and not all(a.is_number for a in args)
        known[expr] = expr.func(*args, evaluate=False) if plain else expr.func(*args)
    return known.get(expr, expr)


@lru_cache(maxsize=1 << 14)
def derivative(expr: Any, variable: Basic) -> Expr:
    """Derivative of an expression by the rules of sums, products, powers and chains.

    It is what sympy's own `diff` gives, which does what is left; that asks for the assumptions of each part, and takes
    ten times as long.
    """
    if expr == variable:
        return Singleton.One
    if variable not in symbols_in(expr):
        return Singleton.Zero
    if isinstance(expr, Add):
        return Add(*(derivative(a, variable) for a in expr.args))
    if isinstance(expr, Mul):
        args = expr.args
        slopes = [(k, derivative(a, variable)) for k, a in enumerate(args) if variable in symbols_in(a)]
        return Add(*(Mul(*args[:k], slope, *args[k + 1 :]) for k, slope in slopes))
    if isinstance(expr, Pow) and variable not in symbols_in(expr.exp):
        return expr.exp * expr.base ** (expr.exp - 1) * derivative(expr.base, variable)
    if isinstance(expr, Function) and len(expr.args) == 1 and type(expr)._eval_derivative is Function._eval_derivative:
        return expr.fdiff(1) * derivative(expr.args[0], variable)
    if isinstance(expr, Piecewise):
        choices: list[Any] = [*expr.args]
        return Piecewise(*((derivative(value, variable), condition) for value, condition in choices))
    return expr.diff(variable)


@lru_cache(maxsize=1 << 14)
def symbols_in(expr: Basic) -> frozenset[Basic]:
    """The symbols of an expression, looked for once."""
    return frozenset(expr.free_symbols)


def gathered(expr: Expr, fixed: Collection[Any]) -> Expr:
    """A long linear expression as `collected` makes it; what is short comes back as it is."""
    return expr if expr.count_ops() <= SWOLLEN else collected(expr, fixed)


def collected(expr: Expr, fixed: Collection[Any]) -> Expr:
    """A linear expression as coefficients times variables, each coefficient in its shortest form.

    Args:
        expr: any expression; what is not linear comes back as it is.
        fixed: symbols that are no variables.
    """
    variables = sorted((s for s in symbols_in(expr) if s not in fixed), key=str)
    if any(not symbols_in(f).isdisjoint(variables) for f in expr.atoms(Function, Max, Min, Piecewise)):
        return expr
    slopes = {s: derivative(expr, s) for s in variables}
    if any(k.free_symbols & set(variables) for k in slopes.values()):
        return expr
    rest = expr.xreplace(dict.fromkeys(variables, Integer(0)))
    return Add(cancel(together(rest)), *(cancel(together(k)) * s for s, k in slopes.items()))


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


def solve_together(equations: Sequence[Expr], unknowns: Sequence[Symbol]) -> tuple[list[Expr], Expr] | None:
    """Solve linear equations over a ring of polynomials by exact divisions, where nothing swells that cancels.

    Args:
        equations: expressions that must be zero, as many as unknowns.
        unknowns: symbols.

    Returns:
        The unknowns, each a polynomial over the determinant, and the determinant; None where an equation is not linear
        or the determinant is zero.
    """
    matrix = Matrix([[e.diff(u) for u in unknowns] for e in equations])
    if matrix.free_symbols & set(unknowns):
        return None
    right = Matrix([-put(e, dict.fromkeys(unknowns, Integer(0))) for e in equations])
    both = DomainMatrix.from_Matrix(matrix.row_join(right)).to_field().clear_denoms_rowwise(convert=True)[1]
    n = len(unknowns)
    try:
        numerators, determinant = both[:, :n].solve_den(both[:, n:])  # exact division only: no common factors to find
    except DMNonInvertibleMatrixError:
        return None
    below = both.domain.to_sympy(determinant)
    return [above / below for above in numerators.to_Matrix()], below
