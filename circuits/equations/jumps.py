"""Where a law jumps: the parts of it whose value changes at once, and the surfaces on which they do."""

from __future__ import annotations

from collections.abc import Collection

from attrs import frozen
from sympy import Add, Basic, Dummy, Expr, Heaviside, Mul, Piecewise, ceiling, floor, pi, sign, sin
from sympy import S as Singleton
from sympy.core.relational import GreaterThan, LessThan, Relational, StrictGreaterThan, StrictLessThan
from sympy.core.sorting import default_sort_key

from .algebra import derivative, put, symbols_in

STEPS = (sign, Heaviside, floor, ceiling)
"""Functions that are constant between their jumps."""
_ORDER = (GreaterThan, LessThan, StrictGreaterThan, StrictLessThan)


@frozen
class Jump:
    """One part of a law that keeps its value for as long as its guard keeps its sign.

    Attributes:
        part: a comparison (`v > 1`), or a step function (`sign(v)`, `Heaviside(v)`, `floor(v)`, `ceiling(v)`) as it
            stands in the law; put a constant in its place and the law jumps there no more.
        guard: the part changes where this changes its sign. For `floor` and `ceiling` it is a sine with a zero at
            every integer.
    """

    part: Basic
    guard: Expr


def jumps(law: Expr) -> tuple[Jump, ...]:
    """Find where a law may jump.

    Args:
        law: any expression.

    Returns:
        Its comparisons and step functions, inner ones too, in a fixed order; comparisons for being equal are none,
        since they hold on a surface only. A law that is continuous there (`Piecewise((v, v > 0), (0, True))`) has
        its kink among them.

    >>> from lapicque.circuits.laws.law import expression
    >>> [str(j.guard) for j in jumps(expression("floor(2*v) + Piecewise((1, v > w), (0, True))"))]
    ['sin(2*pi*v)', 'v - w']
    """
    parts = law.atoms(*_ORDER, *STEPS)
    return tuple(Jump(part, _guard(part)) for part in sorted(parts, key=default_sort_key))


def _guard(part: Basic) -> Expr:
    if isinstance(part, Relational):
        left, right = part.args
        return left - right  # type: ignore[operator]  # sympy types both as Basic
    inner: Expr = part.args[0]  # type: ignore[assignment]
    return sin(pi * inner) if isinstance(part, (floor, ceiling)) else inner


def slope(law: Expr, variable: Basic) -> Expr:
    """Derivative of a law between its jumps: what sympy writes as `DiracDelta` at a jump is no part of it.

    Args:
        law: any expression.
        variable: a symbol.
    """
    if variable not in symbols_in(law):
        return Singleton.Zero
    steps = {part: Dummy(real=True) for part in law.atoms(*STEPS)}
    if not steps:
        return derivative(law, variable)
    held: Expr = law.xreplace(steps)  # type: ignore[assignment]
    return put(derivative(held, variable), {number: part for part, number in steps.items()})


def is_linear(law: Expr, variables: Collection[Expr]) -> bool:
    """Whether a law is linear in some variables as it is written: a sum of products with one of them at most.

    A law that jumps is not, nor one whose choices depend on them.
    """
    return _degree(law, frozenset(variables), {}) <= 1


def _degree(part: Basic, variables: frozenset[Expr], known: dict[Basic, int]) -> int:
    """0 for a part without the variables, 1 where they stand alone or in sums, 2 for all else."""
    if part in variables:
        return 1
    if not part.args:
        return 0
    if part not in known:
        inner = [_degree(a, variables, known) for a in part.args]
        if isinstance(part, Add):
            known[part] = max(inner)
        elif isinstance(part, Mul):
            known[part] = min(sum(inner), 2)
        elif isinstance(part, Piecewise):
            values = [_degree(pair.args[0], variables, known) for pair in part.args]
            conditions = [_degree(pair.args[1], variables, known) for pair in part.args]
            known[part] = 2 if any(conditions) else max(values)
        else:
            known[part] = 2 if any(inner) else 0
    return known[part]
