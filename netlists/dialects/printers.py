"""Laws in the words of other programs.

LTspice's help, B device; Xyce's Reference Guide, tables of operators and of functions.
"""

from __future__ import annotations

from typing import Any

from sympy import Expr
from sympy.core.sorting import default_sort_key

from ..spice.expressions import SpicePrinter


class IfPrinter(SpicePrinter):
    """What LTspice and Xyce share: `if(condition, then, else)`, `&` and `|`.

    Their u(0) is not 1/2, so steps are written by sgn.
    """

    def _print_Piecewise(self, expr: Any) -> str:
        text = self._print(expr.args[-1].args[0])
        for value, condition in reversed(expr.args[:-1]):
            text = f"if({self._print(condition)},{self._print(value)},{text})"
        return text

    def _print_And(self, expr: Expr) -> str:
        return "(" + " & ".join(f"({self._print(a)})" for a in sorted(expr.args, key=default_sort_key)) + ")"

    def _print_Or(self, expr: Expr) -> str:
        return "(" + " | ".join(f"({self._print(a)})" for a in sorted(expr.args, key=default_sort_key)) + ")"

    def _print_Relational(self, expr: Any) -> str:
        """LTspice's help knows no `==`."""
        left, right = (f"({self._print(a)})" for a in expr.args)
        if expr.rel_op == "==":
            return f"(({left} >= {right}) & ({left} <= {right}))"
        if expr.rel_op == "!=":
            return f"(({left} > {right}) | ({left} < {right}))"
        return f"({left} {expr.rel_op} {right})"

    def _print_Heaviside(self, expr: Any) -> str:
        return f"(0.5*(1.0+sgn({self._print(expr.args[0])})))"


class LtspicePrinter(IfPrinter):
    """LTspice's words."""


class XycePrinter(IfPrinter):
    """Xyce's words."""

    def _print_Not(self, expr: Expr) -> str:
        return f"(~({self._print(expr.args[0])}))"
