"""An equation that a learner wrote, compared with the derived one: any form that says the same is right."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ...circuits.equations import derive
from ..circuits import shown
from ..phrases import say
from .answers import AnswerError, clean
from .kinds import Equation, Verdict

if TYPE_CHECKING:
    from sympy import Expr

LARGEST_POWER = 6
TRIES = 5


def check_equation(exercise: Equation, text: str, language: str) -> Verdict:
    """Compare an equation with the circuit's own.

    Raises:
        AnswerError: it cannot be read; the words say why.
    """
    import sympy

    from ..plays.forms import free

    solution = derived(exercise)
    known = {s.name for s in free(solution)} | {exercise.unknown}
    balance = read_equation(text, known, language)
    if sympy.cancel(balance) == 0:
        return Verdict(False, say("equation_empty", language))
    unknown = sympy.Symbol(exercise.unknown)
    if sympy.cancel(balance.subs(unknown, solution)) == 0 and _only_there(balance, unknown, solution):
        return Verdict(True, say("right", language))
    return Verdict(False, say("equation_other", language))


def _only_there(balance: Expr, unknown: Expr, solution: Expr) -> bool:
    """Whether the equation holds nowhere else: tried with numbers beside the solution."""
    import sympy

    names = sorted(balance.free_symbols | solution.free_symbols | {unknown}, key=str)
    for k in range(TRIES):
        values = {s: sympy.Rational(7 * k + 3 * n + 2, 5 + n) for n, s in enumerate(names)}
        beside = values | {unknown: solution.subs(values) + sympy.Rational(k + 1, 3)}
        if sympy.cancel(balance.subs(beside)) == 0:
            return False
    return True


def derived(exercise: Equation) -> Expr:
    """What the circuit's own equations say the unknown is, in plain symbols."""
    import sympy

    from ...circuits.algebra import put
    from ..plays.forms import free

    equations = derive(shown(exercise.circuit).make())
    if exercise.unknown.startswith("dv_"):
        found = equations.of(exercise.unknown[1:])
    else:
        found = equations.voltages[exercise.unknown[2:]]
    return put(found, {s: sympy.Symbol(s.name) for s in free(found)})


def read_equation(text: str, known: set[str], language: str) -> Expr:
    """Left side minus right side, as a rational expression; the text is parsed, never evaluated.

    Raises:
        AnswerError: no equation, names that are not known, anything but arithmetic.
    """
    plain = clean(text, language).replace("^", "**").replace("·", "*").replace("×", "*")
    sides = plain.split("=")
    if len(sides) != 2 or not all(s.strip() for s in sides):
        raise AnswerError(say("equation_sides", language))
    try:
        trees = [ast.parse(s.strip(), mode="eval").body for s in sides]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise AnswerError(say("equation_unread", language, reason=getattr(error, "msg", str(error)))) from error
    names = {n.id for t in trees for n in ast.walk(t) if isinstance(n, ast.Name)}
    if strange := sorted(names - known):
        raise AnswerError(say("equation_unknown", language, names=", ".join(strange), known=", ".join(sorted(known))))
    left, right = (_arithmetic(t, language) for t in trees)
    return left - right


def _arithmetic(node: ast.expr, language: str) -> Expr:
    """Numbers, names, the four operations and small whole powers; nothing else has a meaning here."""
    import sympy

    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return sympy.Rational(str(value))
        case ast.Name(id=name):
            return sympy.Symbol(name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_arithmetic(inner, language)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _arithmetic(inner, language)
        case ast.BinOp(left=a, op=ast.Add(), right=b):
            return _arithmetic(a, language) + _arithmetic(b, language)
        case ast.BinOp(left=a, op=ast.Sub(), right=b):
            return _arithmetic(a, language) - _arithmetic(b, language)
        case ast.BinOp(left=a, op=ast.Mult(), right=b):
            return _arithmetic(a, language) * _arithmetic(b, language)
        case ast.BinOp(left=a, op=ast.Div(), right=b):
            under = _arithmetic(b, language)
            if under == 0:
                raise AnswerError(say("equation_unread", language, reason="x/0"))
            return _arithmetic(a, language) / under
        case ast.BinOp(left=a, op=ast.Pow(), right=ast.Constant(value=int() as power)) if 0 <= power <= LARGEST_POWER:
            return _arithmetic(a, language) ** power
    raise AnswerError(say("equation_unread", language, reason=ast.unparse(node)))
