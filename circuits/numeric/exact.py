"""A linear mode in rational numbers, and what it keeps for ever.

Whether an eigenvalue is zero or only small, no floating-point number can tell: a floating island keeps its charge, an
integrator its sum, a loop of inductors its flux. The equations are evaluated with the parameters as the decimal
fractions that they were written as; what is a zero then, is one.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from .numeric import Closed, Mode, NumericEquations, functions_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MOST_STATES = 150
"""Beyond this many states no rational matrix is inverted."""


@frozen(eq=False)
class Kept:
    """x' = A x + B u + c in two parts that know nothing of each other: x = v q + out r, with q = w x and r = into x.

    q' = n q + b u + c does not relax: n is nilpotent (zero, unless integrators follow each other). r' is `rest`.
    """

    w: Array
    v: Array
    n: Array
    b: Array
    c: Array
    into: Array
    out: Array
    rest: Mode


def kept(system: NumericEquations, closed: Closed) -> Kept | None:
    """Find what a linear mode keeps.

    Args:
        system: equations in numbers; the mode must be linear.
        closed: its switches.

    Returns:
        Bases of both parts, rounded once from exact ones; None where nothing is kept.
    """
    count = len(system.equations.states)
    if count > MOST_STATES or (exact := _rational(system, closed)) is None:
        return None
    from sympy import QQ
    from sympy.polys.matrices import DomainMatrix

    a, b, c = (DomainMatrix([[QQ(x.numerator, x.denominator) for x in row] for row in m], _shape(m), QQ) for m in exact)
    power = a
    while (higher := power * a).rank() < power.rank():
        power = higher
    w, v = power.transpose().nullspace(), power.nullspace().transpose()
    if not w.shape[0]:
        return None
    w = (w * v).inv() * w
    into, out = _complement(w, v)
    rest = Mode(_floats(into * a * out), _floats(into * b), _floats(into * c)[:, 0])
    still, driven, fed = w * a * v, _floats(w * b), _floats(w * c)[:, 0]
    return Kept(_floats(w), _floats(v), _floats(still), driven, fed, _floats(into), _floats(out), rest)


def _complement(w: Any, v: Any) -> tuple[Any, Any]:
    """Bases of what is not kept: `out` spans all x with w x = 0, and `into` reads its coordinates."""
    out = w.nullspace().transpose()
    whole = v.hstack(out).inv()
    return whole[v.shape[1] :, :], out


def _rational(system: NumericEquations, closed: Closed) -> tuple[list[list[Fraction]], ...] | None:
    """A, B and c (as a column) in fractions; None where an expression leaves them."""
    equations = system.equations
    function = functions_of(equations, equations.rhs)
    n, m = len(equations.states), len(equations.driving)
    p = [_fraction(x) for x in equations.parameters.values()]
    r = [_fraction(x) for x in system.resistances(closed).tolist()]
    zero, one = Fraction(0), Fraction(1)

    def at(place: int) -> list[Any]:
        unit = [one if k == place else zero for k in range(n + m)]
        return function.scalar(unit[:n], unit[n:], r, p)

    offset = at(-1)
    columns = [[x - x0 for x, x0 in zip(at(k), offset, strict=True)] for k in range(n + m)]
    if not all(isinstance(x, (Fraction, int)) for column in [offset, *columns] for x in column):
        return None
    rows = [[Fraction(x) for x in row] for row in zip(*columns, strict=True)]
    return [row[:n] for row in rows], [row[n:] for row in rows], [[Fraction(x)] for x in offset]


def _fraction(value: float) -> Fraction:
    """The decimal number that a float was written as."""
    return Fraction(repr(float(value)))


def _shape(rows: list[list[Fraction]]) -> tuple[int, int]:
    return len(rows), len(rows[0])


def _floats(matrix: Any) -> Array:
    rows = [[float(Fraction(int(x.numerator), int(x.denominator))) for x in row] for row in matrix.to_list()]
    return np.array(rows, dtype=float).reshape(matrix.shape)
