"""Transfer functions, impedances, poles: linear circuits in the frequency domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from sympy import Expr, Poly, Symbol, cancel, fraction, roots, sqrt, together
from sympy import I as J

from ..equations.algebra import put, solve_linear
from ..equations.derive import Equations
from ..errors import EquationError
from ..numeric.numeric import compiled, input_symbol, node_expression, numeric

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Complex = NDArray[np.complex128]

LAPLACE = Symbol("s")
OMEGA = Symbol("omega", positive=True)


@frozen(eq=False)
class Transfer:
    """H(s) = numerator / denominator, polynomials in s with expressions of element symbols."""

    h: Expr
    numerator: Expr
    denominator: Expr

    @property
    def at_omega(self) -> Expr:
        """H(j omega)."""
        return put(self.h, {LAPLACE: J * OMEGA})

    def poles(self) -> dict[Expr, int]:
        """Poles with multiplicity, in closed form.

        Raises:
            EquationError: order above two: closed forms get out of hand; use `poles` of the numbers.
        """
        polynomial = Poly(self.denominator, LAPLACE)
        if polynomial.degree() > 2:
            raise EquationError(
                f"the poles of a system of order {polynomial.degree()} have no readable closed form: use "
                "lapicque.circuits.closed_forms.transfer.numeric_poles."
            )
        if polynomial.degree() == 2:
            return _quadratic(*polynomial.all_coeffs())
        return roots(polynomial)


def _quadratic(a: Expr, b: Expr, c: Expr) -> dict[Expr, int]:
    """Poles of a second-order system as -alpha +- sqrt(alpha^2 - omega_0^2)."""
    alpha, omega_squared = cancel(b / (2 * a)), cancel(c / a)
    radicand = cancel(alpha**2 - omega_squared)
    if radicand == 0:
        return {-alpha: 2}
    return {-alpha + sqrt(radicand): 1, -alpha - sqrt(radicand): 1}


def transfer(equations: Equations, source: str, plus: str, minus: str = "0") -> Transfer:
    """Transfer function from an independent source to a node voltage.

    Args:
        equations: of a linear circuit.
        source: name of the source.
        plus: output node.
        minus: node that it is measured against.

    Returns:
        H(s) = c (sI - A)^-1 b + d with all other sources at zero.

    Raises:
        EquationError: the circuit is not linear (none that switches is), or has more than six states (use
            `frequency_response`).
        UnknownNameError: no such source or node.
    """
    _want_linear(equations)
    if len(equations.states) > 6:
        raise EquationError(
            f"a symbolic transfer function of {len(equations.states)} states is unreadable: use "
            "lapicque.circuits.closed_forms.transfer.frequency_response."
        )
    u = input_symbol(equations, source)
    output = node_expression(equations, plus, minus)
    in_s = {d: LAPLACE * v for d, v in equations.input_slopes.items()}
    output, x = put(output, in_s), equations.symbols
    solved = solve_linear(resolvent(equations), [put(f, in_s).diff(u) for f in equations.rhs])
    h = sum((output.diff(s) * g for s, g in zip(x, solved, strict=True)), output.diff(u))
    h = cancel(together(h))
    numerator, denominator = fraction(h)
    return Transfer(h, numerator, denominator)


def resolvent(equations: Equations) -> list[list[Expr]]:
    """s I - A as rows of expressions."""
    x = equations.symbols
    return [[(LAPLACE if s == r else 0) - f.diff(r) for r in x] for s, f in zip(x, equations.rhs, strict=True)]


def impedance(equations: Equations, source: str) -> Expr:
    """Impedance that a current source sees between its terminals, Z(s) in ohms."""
    element = equations.circuit.element(source)
    return transfer(equations, source, element.nodes[1], element.nodes[0]).h


def numeric_poles(equations: Equations) -> NDArray[np.complex128]:
    """Poles of a linear circuit of any size, 1/s, shape (n,), slowest first."""
    _want_linear(equations)
    system = numeric(equations)
    rates = np.linalg.eigvals(system.mode(system.initial_mode).a)
    return rates[np.argsort(np.abs(rates))].astype(complex)


def state_space(equations: Equations, source: str, plus: str, minus: str = "0") -> tuple[Array, Array, Array, float]:
    """Matrices A (n, n), b (n,), c (n,) and d of a linear circuit of any size, numbers put in.

    Raises:
        EquationError: not linear, or the output follows the slope of the source, for which d has no place.
    """
    a, b, c, d, b_slope, d_slope = _matrices(equations, source, plus, minus)
    if b_slope.any() or d_slope:
        raise EquationError(
            f"v({plus}, {minus}) follows the slope of {source!r} at once: its transfer function grows with frequency "
            "and has no state space; use lapicque.circuits.closed_forms.transfer.frequency_response."
        )
    return a, b, c, d


def _matrices(
    equations: Equations, source: str, plus: str, minus: str
) -> tuple[Array, Array, Array, float, Array, float]:
    """x' = A x + b u + b_slope u', y = c x + d u + d_slope u'."""
    _want_linear(equations)
    system = numeric(equations)
    mode, u = system.mode(system.initial_mode), input_symbol(equations, source)
    k = list(equations.inputs).index(u)
    read = compiled(equations, [node_expression(equations, plus, minus)])
    c, d, _ = system.affine(read, system.initial_mode)
    steep = [j for j, s in enumerate(equations.input_slopes.values(), len(equations.inputs)) if s == u]
    return mode.a, mode.b[:, k], c[0], float(d[0, k]), mode.b[:, steep].sum(axis=1), float(d[0, steep].sum())


def modes(equations: Equations, source: str, plus: str, minus: str = "0") -> tuple[Complex, Complex, float]:
    """Poles (1/s), their residues, and the direct part: H(s) = d + sum r_k / (s - p_k), any order.

    Raises:
        EquationError: not linear, or repeated poles, for which no such sum exists.
    """
    a, b, c, d = state_space(equations, source, plus, minus)
    poles, vectors = np.linalg.eig(a)
    if np.linalg.cond(vectors) > 1e10:
        raise EquationError(
            f"{equations.circuit.title!r} has repeated poles: no sum of simple fractions; solved numerically."
        )
    return poles.astype(complex), ((c @ vectors) * np.linalg.solve(vectors, b)).astype(complex), d


def frequency_response(
    equations: Equations, source: str, frequencies: Array, plus: str, minus: str = "0"
) -> NDArray[np.complex128]:
    """H at the given frequencies (Hz) for a linear circuit of any size; complex, shape (points,)."""
    a, b, c, d, b_slope, d_slope = _matrices(equations, source, plus, minus)
    s = 2j * np.pi * np.asarray(frequencies)
    driven = b + s[:, None] * b_slope
    x = np.linalg.solve(s[:, None, None] * np.eye(len(a)) - a, driven[..., None])
    return x[..., 0] @ c + d + s * d_slope


def cutoff(equations: Equations, source: str, plus: str, minus: str = "0") -> Expr:
    """Cut-off of a first-order circuit in hertz: where |H|^2 has fallen to half of its greatest value.

    Raises:
        EquationError: the circuit is not of first order.
    """
    from sympy import pi

    poles = transfer(equations, source, plus, minus).poles()
    if len(poles) != 1:
        raise EquationError(f"the cut-off is defined here for one pole; this circuit has {len(poles)}.")
    return -next(iter(poles)) / (2 * pi)


def _want_linear(equations: Equations) -> None:
    if equations.switches:
        names = ", ".join(repr(s.name) for s in equations.switches)
        raise EquationError(
            f"{equations.circuit.title!r} switches ({names}), and what switches is not linear: it has no transfer "
            "function; its waveforms are solved from switch to switch (lapicque.analysis.solve)."
        )
    if not equations.is_linear:
        raise EquationError(
            f"{equations.circuit.title!r} is not linear: it has no transfer function; its waveforms are solved "
            "numerically (lapicque.analysis.solve)."
        )
