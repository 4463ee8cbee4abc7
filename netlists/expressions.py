"""Laws as ngspice reads them in a B source."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Float, Integer, Rational, Symbol
from sympy.printing.str import StrPrinter

from ..circuits.errors import CircuitError

_FUNCTIONS = {
    "tanh": "tanh", "sinh": "sinh", "cosh": "cosh", "exp": "exp", "log": "ln", "sin": "sin", "cos": "cos",
    "tan": "tan", "atan": "atan", "asin": "asin", "acos": "acos", "Abs": "abs", "Max": "max", "Min": "min",
    "sign": "sgn",
}  # fmt: skip


class _SpicePrinter(StrPrinter):
    def _print_Float(self, expr: Float) -> str:
        return repr(float(expr))

    def _print_Integer(self, expr: Integer) -> str:
        return str(int(expr))

    def _print_Rational(self, expr: Rational) -> str:
        return f"({int(expr.p)}.0/{int(expr.q)}.0)"

    def _print_Pow(self, expr: Expr, rational: bool = False) -> str:
        base, power = expr.args
        text = f"({self._print(base)})"
        if power == Rational(1, 2):
            return f"sqrt({self._print(base)})"
        # ngspice takes pow() of the absolute value of a negative base; products keep the sign.
        if isinstance(power, Integer) and 0 < abs(int(power)) <= 8:
            product = "*".join([text] * abs(int(power)))
            return f"({product})" if power > 0 else f"(1.0/({product}))"
        return f"pow({self._print(base)},{self._print(power)})"

    def _print_Mul(self, expr: Expr) -> str:
        return "(" + "*".join(f"({self._print(a)})" if a.is_Add else self._print(a) for a in expr.args) + ")"

    def _print_Piecewise(self, expr: Expr) -> str:
        text = ""
        for value, condition in expr.args[:-1]:  # type: ignore[misc]
            text += f"({self._print(condition)}) ? ({self._print(value)}) : ("
        last = expr.args[-1].args[0]  # type: ignore[union-attr]
        return f"({text}({self._print(last)})" + ")" * (len(expr.args) - 1) + ")"

    def _print_Function(self, expr: Expr) -> str:
        name = type(expr).__name__
        if name not in _FUNCTIONS:
            known = ", ".join(sorted(_FUNCTIONS))
            raise CircuitError(f"ngspice has no function {name!r} for a current law; known are {known}.")
        return f"{_FUNCTIONS[name]}({','.join(self._print(a) for a in expr.args)})"

    _print_Max = _print_Min = _print_Abs = _print_Function


def spice_expression(law: Expr, voltages: Mapping[Expr, str], values: Mapping[Symbol, float]) -> str:
    """Write a law for a B source.

    Args:
        law: expression of node-voltage and parameter symbols.
        voltages: node-voltage symbol to SPICE text such as `v(mem)`.
        values: parameter symbol to its number.

    Returns:
        Text without blanks around names, numbers by repr.

    Raises:
        CircuitError: a function that ngspice does not have.
    """
    numbers = {s: Float(v, 17) for s, v in values.items() if s in law.free_symbols}
    names = {s: Symbol(text) for s, text in voltages.items()}
    return _SpicePrinter().doprint(law.xreplace(numbers).xreplace(names))
