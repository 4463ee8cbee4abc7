"""Laws as ngspice reads them in a B source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sympy import Expr, Float, Integer, Rational, Symbol, nan, oo, zoo
from sympy.core.sorting import default_sort_key
from sympy.printing.str import StrPrinter

from ...circuits.errors import CircuitError

_FUNCTIONS = {
    "tanh": "tanh", "sinh": "sinh", "cosh": "cosh", "exp": "exp", "log": "ln", "sin": "sin", "cos": "cos",
    "tan": "tan", "atan": "atan", "asin": "asin", "acos": "acos", "asinh": "asinh", "acosh": "acosh", "atanh": "atanh",
    "Abs": "abs", "Max": "max", "Min": "min", "sign": "sgn", "Heaviside": "u", "floor": "floor", "ceiling": "ceil",
}  # fmt: skip
"""sympy's name to ngspice's, where both mean the same everywhere: its u(0) is 1/2 and its sgn(0) is 0."""
_PRODUCTS = 8
"""Powers up to this one are written as products."""


class SpicePrinter(StrPrinter):
    """ngspice's words; dialects of others change some (netlists/dialects/printers.py)."""

    def _print_Float(self, expr: Float) -> str:
        return repr(float(expr))

    def _print_Integer(self, expr: Integer) -> str:
        return str(int(expr))

    def _print_Rational(self, expr: Rational) -> str:
        return f"({int(expr.p)}.0/{int(expr.q)}.0)"

    def _print_Pi(self, expr: Expr) -> str:  # type: ignore[override]  # sympy's own says which text
        return repr(math.pi)

    def _print_Exp1(self, expr: Expr) -> str:  # type: ignore[override]
        return repr(math.e)

    def _print_Pow(self, expr: Expr, rational: bool = False) -> str:
        """ngspice raises the absolute value of the base: products and a logarithm, which refuses it, keep the sign."""
        base, power = (self._print(a) for a in expr.args)
        exponent = expr.args[1]
        if exponent == Rational(1, 2):
            return f"sqrt({base})"
        if exponent == 2 and _is_softplus(expr.args[0]):
            # Never negative: pow is right, and its slope is half as long a formula as that of a product.
            return f"pow({base},2.0)"
        if exponent.is_number and float(exponent) == round(float(exponent)):  # type: ignore[arg-type]
            return _whole_power(base, round(float(exponent)))  # type: ignore[arg-type]
        if expr.args[0].is_number:
            return f"pow({base},{power})"
        return f"exp(({power})*ln({base}))"

    def _print_Mul(self, expr: Expr) -> str:
        return "(" + "*".join(f"({self._print(a)})" if a.is_Add else self._print(a) for a in expr.args) + ")"

    def _print_Piecewise(self, expr: Expr) -> str:
        text = ""
        for value, condition in expr.args[:-1]:  # type: ignore[misc]
            text += f"({self._print(condition)}) ? ({self._print(value)}) : ("
        last = expr.args[-1].args[0]  # type: ignore[union-attr]
        return f"({text}({self._print(last)})" + ")" * (len(expr.args) - 1) + ")"

    def _print_Relational(self, expr: Any) -> str:
        left, right = (self._print(a) for a in expr.args)
        return f"(({left}) {expr.rel_op} ({right}))"

    def _print_And(self, expr: Expr) -> str:
        return "(" + " && ".join(f"({self._print(a)})" for a in sorted(expr.args, key=default_sort_key)) + ")"

    def _print_Or(self, expr: Expr) -> str:
        return "(" + " || ".join(f"({self._print(a)})" for a in sorted(expr.args, key=default_sort_key)) + ")"

    def _print_Not(self, expr: Expr) -> str:
        return f"(!({self._print(expr.args[0])}))"

    def _print_BooleanTrue(self, expr: Expr) -> str:
        return "1"

    def _print_BooleanFalse(self, expr: Expr) -> str:
        return "0"

    def _print_Function(self, expr: Expr) -> str:
        name = type(expr).__name__
        if name not in _FUNCTIONS:
            known = ", ".join(sorted(_FUNCTIONS))
            raise CircuitError(f"ngspice has no function {name!r} for a current law; known are {known}.")
        args = expr.args[:1] if name == "Heaviside" else expr.args
        return f"{_FUNCTIONS[name]}({','.join(self._print(a) for a in args)})"

    def _print_log(self, expr: Expr) -> str:
        """ln(1 + exp(x)) is x + ln(1 + exp(-x)): written so that ngspice, which caps exp at 1e99, caps nothing."""
        if not _is_softplus(expr):
            return self._print_Function(expr)
        factor, grown = _growth(expr)
        x = f"({self._print(grown.args[0] + Float(math.log(float(factor)), 17))})"
        return f"(max({x},0)+ln(1.0+exp(-abs({x}))))"

    def _print_Max(self, expr: Expr) -> str:
        """Two by two: ngspice takes no more."""
        name, (*args, last) = _FUNCTIONS[type(expr).__name__], map(self._print, sorted(expr.args, key=default_sort_key))
        return "".join(f"{name}({a}," for a in args) + last + ")" * len(args)

    _print_Min = _print_Max
    _print_Abs = _print_floor = _print_ceiling = _print_sign = _print_Function
    _print_Heaviside = _print_exp = _print_Function


def _growth(logarithm: Any) -> tuple[Any, Any]:
    """Factor and rest of what is added to 1 under a logarithm."""
    return (logarithm.args[0] - 1).as_coeff_Mul()


def _is_softplus(expr: Any) -> bool:
    """Whether an expression is ln(1 + a exp(x)) with a > 0."""
    if type(expr).__name__ != "log":
        return False
    factor, grown = _growth(expr)
    return type(grown).__name__ == "exp" and bool(factor > 0)


def _whole_power(base: str, power: int) -> str:
    n = abs(power)
    if n <= _PRODUCTS:
        product = "*".join([f"({base})"] * n) or "1.0"
    else:
        odd = f"({base})*" if n % 2 else ""
        product = f"{odd}pow({base},{n - n % 2})"
    return f"({product})" if power > 0 else f"(1.0/({product}))"


def spice_expression(
    law: Expr,
    voltages: Mapping[Expr, str],
    values: Mapping[Symbol, float],
    printer: type[SpicePrinter] = SpicePrinter,
) -> str:
    """Write a law for a B source.

    Args:
        law: expression of node-voltage and parameter symbols.
        voltages: node-voltage symbol to SPICE text such as `v(mem)`.
        values: parameter symbol to its number.
        printer: whose words are written.

    Returns:
        Text without blanks around names, numbers by repr.

    Raises:
        CircuitError: a function that ngspice does not have, or a law that is infinite for the values it is given.
    """
    numbers = {s: Float(v, 17) for s, v in values.items() if s in law.free_symbols}
    names = {s: Symbol(text) for s, text in voltages.items()}
    filled = law.xreplace(numbers)
    if filled.has(nan, zoo, oo, -oo):
        given = ", ".join(f"{s} = {v:.6g}" for s, v in values.items() if s in law.free_symbols)
        raise CircuitError(f"the law {law} is no finite number for {given}: it divides by zero there.")
    return printer().doprint(filled.xreplace(names))
