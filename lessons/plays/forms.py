"""Small helpers for derived formulas, with the types that sympy's own stubs lack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr, Float, Symbol


def free(expression: Any) -> list[Symbol]:
    """The symbols of an expression."""
    return sorted(expression.free_symbols, key=str)


def put_in(expression: Any, changes: Mapping[Any, Any]) -> Any:
    """The expression with symbols replaced."""
    return expression.subs(dict(changes))


def plain(expression: Any) -> Expr:
    """The same with symbols that carry only their names, so that values find them."""
    return put_in(expression, {s: Symbol(s.name, real=True) for s in free(expression)})


def at_rest(expression: Any) -> Any:
    """A response without what was there at the start."""
    return put_in(expression, {s: 0 for s in free(expression) if s.name.endswith("_0")})


def left_of(leak: Any, tau: Any, value: Expr, after: Expr) -> Expr:
    """What a passive membrane with a time constant keeps of a value after a time: its derived decay."""
    x0 = Symbol("x0", real=True)
    quiet = {s: 0 for s in free(leak.x_inf) if s.name[0] in "IV"}
    decayed = put_in(put_in(leak.solution(x0, after), quiet), {leak.tau: tau})
    return put_in(decayed, {x0: value})


def number(value: float) -> Expr:
    """A float as an expression."""
    return Float(value)
