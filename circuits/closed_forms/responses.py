"""Closed-form responses of linear circuits: residues of H(s) U(s), nothing typed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen
from sympy import (
    Expr,
    Mul,
    Piecewise,
    Poly,
    Symbol,
    cancel,
    cos,
    diff,
    exp,
    expand,
    factorial,
    sin,
    together,
)
from sympy import I as J
from sympy import S as Singleton

from ..arguments import want
from ..equations.algebra import solve_linear
from ..equations.derive import Equations
from ..equations.symbols import TIME
from ..errors import unknown
from ..numeric.numeric import node_expression
from .transfer import LAPLACE, OMEGA, Transfer, resolvent, transfer

AMPLITUDE = Symbol("A", real=True)
WIDTH = Symbol("w", positive=True)
PERIOD = Symbol("T", positive=True)


@frozen(eq=False)
class Response:
    """An output over time, t >= 0, after the circuit rested at zero but for its initial conditions.

    `expression` holds t, the amplitude A and, depending on the kind, the pulse width w, the period T or
    the angular frequency omega.
    """

    kind: str
    expression: Expr


def response(equations: Equations, kind: str, source: str, plus: str, minus: str = "0", count: int = 3) -> Response:
    """The response of a linear circuit of order one or two in closed form.

    Args:
        equations: what `derive` gave.
        kind: "constant" (A from the start, same as a step at 0), "step", "pulse" (A for the time w), "ramp"
            (A per second), "sine" (A sin(omega t)) or "spikes" (`count` pulses of width w, T apart).
        source: independent source that does it; the others are at zero.
        plus: output node, measured against
        minus: this one.
        count: number of spikes.

    Returns:
        The response with the initial conditions of the circuit as symbols `x_0` (such as `v_out_0`).

    Raises:
        EquationError: not linear (none that switches is) or of higher order: solved numerically instead, and it
            says so.
        UnknownNameError: another kind.
    """
    kinds: dict[str, Callable[[Transfer], Expr]] = {
        "constant": _step,
        "step": _step,
        "pulse": lambda h: _pulses(h, 1),
        "ramp": lambda h: AMPLITUDE * inverse(h, [(Singleton.Zero, 2)]),
        "sine": _sine,
        "spikes": lambda h: _pulses(h, count),
    }
    want(equations, Equations, "equations", "make them with `derive(circuit)`")
    if not isinstance(kind, str) or kind not in kinds:
        raise unknown("kind of response", kind, kinds)
    h = transfer(equations, source, plus, minus)
    return Response(kind, kinds[kind](h) + natural(equations, h, plus, minus))


def _step(h: Transfer) -> Expr:
    return AMPLITUDE * inverse(h, [(Singleton.Zero, 1)])


def _pulses(h: Transfer, count: int) -> Expr:
    up = inverse(h, [(Singleton.Zero, 1)])
    total = Singleton.Zero
    for k in range(count):
        total += _delayed(up, k * PERIOD) - _delayed(up, k * PERIOD + WIDTH)
    return AMPLITUDE * total


def _delayed(expr: Expr, delay: Expr) -> Expr:
    if delay == 0:
        return expr
    return Piecewise((Singleton.Zero, delay > TIME), (expr.subs(TIME, TIME - delay), True))


def _sine(h: Transfer) -> Expr:
    """Forced part Im(H(j omega) e^(j omega t)), and the transient from the poles of H."""
    real, imaginary = Expr.as_real_imag(cancel(h.at_omega))
    forced = cancel(real) * sin(OMEGA * TIME) + cancel(imaginary) * cos(OMEGA * TIME)
    transient = _residues(h.numerator * OMEGA, h, [(J * OMEGA, 1), (-J * OMEGA, 1)], only=list(h.poles()))
    return AMPLITUDE * (forced + transient)


def inverse(h: Transfer, input_poles: Sequence[tuple[Expr, int]]) -> Expr:
    """Inverse Laplace transform of H(s) / prod (s - p)^m, for t >= 0."""
    return _residues(h.numerator, h, input_poles)


def _residues(
    numerator: Expr, h: Transfer, input_poles: Sequence[tuple[Expr, int]], only: list[Expr] | None = None
) -> Expr:
    """Sum of residues of numerator e^(st) / (denominator of H * input poles) at all, or only some, poles."""
    own = h.poles()
    poles = dict(own)
    leading = Poly(h.denominator, LAPLACE).LC()
    for p, m in input_poles:
        poles[p] = poles.get(p, 0) + m
    total = Singleton.Zero
    for p, m in poles.items():
        if only is not None and p not in only:
            continue
        given = expand(Mul(*((LAPLACE - q) ** k for q, k in input_poles if q != p)))  # conjugate pairs become real
        rest = given * Mul(*((LAPLACE - q) ** own[q] for q in own if q != p))
        inner = numerator * exp(LAPLACE * TIME) / (leading * rest)
        total += (diff(inner, LAPLACE, m - 1) / factorial(m - 1)).subs(LAPLACE, p)
    return total


def natural(equations: Equations, h: Transfer, plus: str, minus: str = "0") -> Expr:
    """What the initial conditions alone do: c (sI - A)^-1 x_0, back in time."""
    x = equations.symbols
    output = node_expression(equations, plus, minus)
    starts = [Symbol(f"{s.name}_0", real=True) for s in x]
    solved = solve_linear(resolvent(equations), starts)
    f = cancel(together(sum((output.diff(s) * g for s, g in zip(x, solved, strict=True)), Singleton.Zero)))
    if f == 0:
        return Singleton.Zero
    numerator, denominator = f.as_numer_denom()
    return inverse(Transfer(f, numerator, denominator), [])
