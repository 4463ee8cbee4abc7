"""Noise of small linear circuits as formulas, every step shown: 4kT/R through |H|^2, and what it integrates to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from ...circuits.closed_forms.transfer import LAPLACE, OMEGA, transfer
from ...circuits.equations.algebra import solve_linear
from ...circuits.equations.derivation import Derivation, Step
from ...circuits.equations.derive import derive
from ...circuits.errors import EquationError
from .origins import Origin, origins, want_known
from .small_signal import with_sources

if TYPE_CHECKING:
    from sympy import Expr

    from ...circuits.circuit import Circuit

MOST_STATES = 3


@frozen(eq=False)
class NoiseFormula:
    """Noise of a linear circuit between two nodes.

    Attributes:
        parts: V^2/Hz, one-sided, over omega, by resistor.
        spectrum: their sum.
        variance: V^2 over all frequencies; None where that is infinite.
        derivation: the steps.
    """

    parts: dict[str, Expr]
    spectrum: Expr
    variance: Expr | None
    derivation: Derivation


def noise_formula(circuit: Circuit, plus: str, minus: str = "0") -> NoiseFormula:
    """Derive the spectrum at an output, and its variance.

    Args:
        circuit: linear, without switches, with three states or fewer.
        plus, minus: the output.

    Raises:
        EquationError: it is none of these.
    """
    from sympy import S, Symbol, factor, together

    want_known(circuit)
    found = origins(circuit)
    made, names = with_sources(circuit, found)
    equations = derive(made)
    if len(equations.states) > MOST_STATES:
        raise EquationError(
            f"the noise of {len(equations.states)} states has no readable formula; that of its state space is exact."
        )
    steps: list[Step] = []
    parts: dict[str, Expr] = {}
    variance: Any = S.Zero
    for origin, name in zip(found, names, strict=True):
        h = transfer(equations, name, plus, minus).h
        part = _density(origin, h)
        own = Symbol(f"S_i_{origin.element}")
        out = Symbol(f"S_{origin.element}")
        steps += [
            Step("thermal noise", origin.element, None, (own, origin.density), "a current beside it, A^2/Hz (Nyquist)"),
            Step(
                "transfer", origin.element, None, (Symbol(f"H_{origin.element}"), h), "from that current to the output"
            ),
            Step("output", origin.element, (out, own * Symbol(f"|H_{origin.element}|") ** 2), (out, part)),
        ]
        parts[origin.element] = part
        one = _power(h)
        variance = None if variance is None or one is None else variance + origin.density / 2 * one
    total: Any = factor(together(sum(parts.values(), S.Zero)))
    steps.append(Step("sum", "spectrum", None, (Symbol("S_out"), total), "currents of different parts are independent"))
    if variance is not None:
        variance = factor(together(variance))
        why = "the spectrum over all frequencies"
        steps.append(Step("integral", "variance", None, (Symbol("v_rms") ** 2, variance), why))
    title = f"Noise of {circuit.title} at {plus if minus == '0' else f'{plus}, {minus}'}"
    return NoiseFormula(parts, total, variance, Derivation(title, tuple(steps)))


def _density(origin: Origin, h: Expr) -> Expr:
    """The current's density times |H(j omega)|^2."""
    from sympy import I as J
    from sympy import cancel, factor, together

    square = cancel(together(h * h.subs(LAPLACE, -LAPLACE)))
    found: Any = factor(cancel(together(origin.density * square.subs(LAPLACE, J * OMEGA))))
    return found


def _power(h: Expr) -> Expr | None:
    """The integral of |H|^2 over omega / 2 pi from minus to plus infinity; None where it is infinite.

    N(s) N(-s) = P(s) D(-s) + P(-s) D(s) splits the spectrum in a part of the past and one of the future; at no delay
    the latter's transform is the ratio of the leading coefficients of P and D.
    """
    from sympy import Poly, S, Symbol, cancel, expand, fraction, together

    numerator, denominator = fraction(cancel(together(h)))
    n, d = Poly(numerator, LAPLACE), Poly(denominator, LAPLACE)
    order = int(d.degree())
    if n.is_zero:
        return S.Zero
    if n.degree() >= order or d.eval(0) == 0:  # white noise gets through, or nothing brings it back
        return None
    unknowns = [Symbol(f"p_{k}") for k in range(order)]
    p = sum((c * LAPLACE**k for k, c in enumerate(unknowns)), S.Zero)
    flip = {LAPLACE: -LAPLACE}
    rest: Any = expand(
        p * d.as_expr().xreplace(flip) + p.xreplace(flip) * d.as_expr() - n.as_expr() * n.as_expr().xreplace(flip)
    )
    even = [rest.coeff(LAPLACE, 2 * k) for k in range(order)]
    rows = [[e.coeff(u) for u in unknowns] for e in even]
    right = [-e.xreplace(dict.fromkeys(unknowns, S.Zero)) for e in even]
    return cancel(together(solve_linear(rows, right)[-1] / d.LC()))
