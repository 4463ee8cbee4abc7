"""Nonlinear laws as text: read by sympy, kept in one canonical spelling, floats without loss."""

from __future__ import annotations

import keyword
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from .errors import CircuitError

if TYPE_CHECKING:
    from sympy import Expr

# sympy's parser evaluates what it reads: quotes, attributes and dunders have no place in a current law, and a
# circuit may come from a stranger's file.
_NO_ARITHMETIC = re.compile(r"__|\.\s*[A-Za-df-z_]|\.\s*[eE](?![0-9+-])|[^\w\s.+\-*/(),<>=!&|~^]")


@lru_cache(maxsize=1024)
def expression(law: str) -> Expr:
    """Read a law's text as a sympy expression of plain real symbols.

    Args:
        law: the canonical text of a law.

    Returns:
        The expression; each name in it is a real `Symbol`.

    Raises:
        CircuitError: the text is not an expression.
    """
    import sympy
    from sympy.parsing.sympy_parser import parse_expr

    words = [n for n in _identifiers(law) if keyword.iskeyword(n) and n not in ("True", "False")]
    if words or _NO_ARITHMETIC.search(law):
        raise CircuitError(f"the law {law!r} is not an expression: only numbers, names, operators and functions are.")
    names = {n: sympy.Symbol(n, real=True) for n in _identifiers(law) if not hasattr(sympy.functions, n)}
    try:
        parsed = parse_expr(law, local_dict=names)
    except Exception as error:
        raise CircuitError(f"the law {law!r} is not an expression: {error}.") from error
    if not isinstance(parsed, sympy.Expr):
        raise CircuitError(f"the law {law!r} is a {type(parsed).__name__}, not an expression of node voltages.")
    return parsed


def _identifiers(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w.])[A-Za-z_]\w*", text))


def canonical(law: str | Expr) -> str:
    """Spell a law in the one way in which it is kept and compared.

    Args:
        law: a sympy expression or its text.

    Returns:
        Text that `expression` reads back; floats keep all their digits.

    >>> canonical("g*(1 + tanh(v/v_s))*0.1")
    '0.1*g*(tanh(v/v_s) + 1)'
    """
    import sympy
    from sympy.printing.str import StrPrinter

    class Printer(StrPrinter):
        def _print_Float(self, expr: sympy.Float) -> str:
            return repr(float(expr))

    text = Printer().doprint(expression(law) if isinstance(law, str) else law)
    # Reading may distribute a sign that printing had drawn out; the second spelling stays.
    return Printer().doprint(expression(text))


def law_names(law: str) -> set[str]:
    """Names that a law leaves open: its node voltages and parameters."""
    return {str(s) for s in expression(law).free_symbols}
