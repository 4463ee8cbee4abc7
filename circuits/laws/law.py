"""Nonlinear laws as text: parsed into expressions, kept in one canonical spelling, floats without loss."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ..errors import CircuitError
from .grammar import ExpressionError, read

if TYPE_CHECKING:
    from sympy import Expr


@lru_cache(maxsize=1024)
def expression(law: str) -> Expr:
    """Read a law's text as a sympy expression of plain real symbols; `grammar` and `functions` hold the language.

    Args:
        law: the text of a law.

    Returns:
        The expression; each name in it is a real `Symbol`.

    Raises:
        CircuitError: the text is not an expression, or one too large.
    """
    from .functions import MeaningError, build, number

    tree = read(law)
    try:
        made = build(tree)
        if isinstance(made, tuple):
            raise MeaningError("(a, b) has no meaning outside Piecewise")
        return number(made)
    except MeaningError as error:
        raise ExpressionError(law, str(error)) from None


def canonical(law: str | Expr) -> str:
    """Spell a law in the one way in which it is kept and compared.

    Args:
        law: a sympy expression or its text.

    Returns:
        Text that `expression` reads back; floats keep all their digits.

    Raises:
        CircuitError: not an expression, or of functions that a law cannot have.

    >>> canonical("g*(1 + tanh(v/v_s))*0.1"), canonical("x > 1 ? 2k : 0")
    ('0.1*g*(tanh(v/v_s) + 1)', 'Piecewise((2000.0, x > 1), (0, True))')
    """
    from sympy import Basic

    if isinstance(law, str):
        return _settled(law, expression(law))
    if not isinstance(law, Basic):
        raise CircuitError(f"a law is text or a sympy expression, not {type(law).__name__} {law!r}.")
    return _settled(_spelt(law), law)


@lru_cache(maxsize=1024)
def _settled(text: str, expr: Expr) -> str:
    """Reading may distribute a sign that printing had drawn out: spell again until the spelling stays."""
    spelling = _spelt(expr)
    for _ in range(SPELLINGS):
        again = _spelt(expression(spelling))
        if again == spelling:
            return spelling
        spelling = again
    raise ExpressionError(text, "it has no spelling that reads back to itself; write it in another form")


SPELLINGS = 8
"""Attempts at a spelling that stays; two have always been enough."""


def _spelt(expr: Expr) -> str:
    import sympy
    from sympy.printing.str import StrPrinter

    class Printer(StrPrinter):
        def _print_Float(self, expr: sympy.Float) -> str:
            return repr(float(expr))

        def _print_Exp1(self, expr: Expr) -> str:
            return "exp(1)"

    return Printer().doprint(expr)


def law_names(law: str) -> set[str]:
    """Names that a law leaves open: its node voltages and parameters."""
    return {str(s) for s in expression(law).free_symbols}
