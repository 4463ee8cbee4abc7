"""First-order equations in their named form: tau x' = x_inf - x, solved in closed form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from attrs import field, frozen
from sympy import Expr, Symbol, cancel, exp, log
from sympy import S as Singleton

from ..equations.algebra import derivative as slope_of
from ..equations.algebra import put, symbols_in
from ..equations.derivation import Derivation, Step
from ..equations.derive import Equations
from ..equations.symbols import TIME, derivative
from ..errors import EquationError, unknown

MOST_CANCELLED = 30
"""Symbols of an expression up to which common factors are looked for."""


@frozen(eq=False)
class FirstOrder:
    """A state that follows tau x' = x_inf - x, with constant tau and x_inf.

    `tau` and `x_inf` are expressions of element symbols and inputs.
    """

    state: Symbol
    tau: Expr
    x_inf: Expr
    derivation: Derivation = field(repr=False)

    def solution(self, x0: Expr, t: Expr = TIME) -> Expr:
        """x(t) = x_inf + (x0 - x_inf) exp(-t/tau)."""
        return self.x_inf + (x0 - self.x_inf) * exp(-t / self.tau)

    def decay_to(self, start: Expr, level: Expr) -> Expr:
        """What exp(-t/tau) must have become when the solution from `start` reaches `level`.

        The solution is linear in E = exp(-t/tau), so that E is a quotient.
        """
        return _decay(self.x_inf, start, level)

    def time_to(self, start: Expr, level: Expr) -> Expr:
        """Time from one value to another: tau times the logarithm of one over the decay."""
        return self.tau * log(_growth(self.x_inf, start, level))


@lru_cache(maxsize=64)
def _decay(x_inf: Expr, start: Expr, level: Expr) -> Expr:
    """Kept, since circuits that differ in their values only have the same."""
    e = Symbol("E", positive=True)
    balance = x_inf + (start - x_inf) * e - level
    return _tidy(-put(balance, {e: Singleton.Zero}) / balance.diff(e))


@lru_cache(maxsize=64)
def _growth(x_inf: Expr, start: Expr, level: Expr) -> Expr:
    return _tidy(1 / _decay(x_inf, start, level))


@lru_cache(maxsize=64)
def _named(rhs: Expr, slope: Expr, x: Symbol) -> tuple[Expr, Expr]:
    """tau, and where x goes."""
    tau = _tidy(-1 / slope)
    return tau, _tidy(put(rhs, {x: Singleton.Zero}) * tau)


def _tidy(expr: Expr) -> Expr:
    """Cancelled; of many symbols as it is: that is as easy to read, and a hundred took seconds."""
    return cancel(expr) if len(symbols_in(expr)) <= MOST_CANCELLED else expr


def named_form() -> FirstOrder:
    """The form itself, tau x' = x_inf - x with tau and x_inf as symbols: what every membrane comes to."""
    x, tau, x_inf = Symbol("x", real=True), Symbol("tau", positive=True), Symbol("x_inf", real=True)
    return FirstOrder(x, tau, x_inf, Derivation("named form", ()))


def first_order(equations: Equations, state: str, replace: Mapping[Symbol, Expr] | None = None) -> FirstOrder:
    """Bring the equation of a state into its named form.

    Args:
        equations: what `derive` gave.
        state: name of the state symbol, such as "v_out".
        replace: symbols to replace first, such as the resistance of a switch in a mode.

    Returns:
        tau and x_inf with the steps that lead to them.

    Raises:
        EquationError: the equation depends on other states or is not linear, and so has no such form.
    """
    names = {s.symbol.name: s.symbol for s in equations.states}
    if state not in names:
        raise unknown("state", state, names)
    x = names[state]
    rhs = put(equations.of(state), replace or {})
    others = [s for s in equations.symbols if s != x and s in symbols_in(rhs)]
    if others:
        raise EquationError(
            f"{state} has no first-order closed form: its equation also depends on {', '.join(map(str, others))}; "
            "it is solved numerically (lapicque.analysis.solve)."
        )
    slope = slope_of(rhs, x)
    if x in symbols_in(slope):
        raise EquationError(
            f"{state} has no closed form: its equation, {rhs}, is not linear in it; it is solved numerically "
            "(lapicque.analysis.solve)."
        )
    tau, x_inf = _named(rhs, slope, x)
    return FirstOrder(x, tau, x_inf, Derivation(f"{state} in its named form", _steps(x, rhs, tau, x_inf)))


def _steps(x: Symbol, rhs: Expr, tau: Expr, x_inf: Expr) -> tuple[Step, ...]:
    tau_s, inf_s = Symbol("tau", positive=True), Symbol(f"{x.name}_inf", real=True)
    x0, dx = Symbol(f"{x.name}_0", real=True), derivative(x)
    y, y0 = Symbol("y", real=True), Symbol("y_0", real=True)
    named = (tau_s * dx, inf_s - x)
    shifted = (derivative(y), -y / tau_s)
    decay = (y, y0 * exp(-TIME / tau_s))
    solved = (x, inf_s + (x0 - inf_s) * exp(-TIME / tau_s))
    shift = f"y = {x.name} - {inf_s.name}"
    return (
        Step("definition", "tau", (dx, rhs), (tau_s, tau), f"minus one over the factor of {x.name}"),
        Step("definition", inf_s.name, (dx, rhs), (inf_s, x_inf), "where the derivative is zero"),
        Step("named form", x.name, (dx, rhs), named, "multiplied by tau"),
        Step("substitution", "y", named, shifted, f"{shift}, while {inf_s.name} stands still"),
        Step("solution", "y", shifted, decay, "what changes by its own size, over tau, decays exponentially"),
        Step("substitution", x.name, decay, solved, f"{shift} put back, at the start too"),
    )
