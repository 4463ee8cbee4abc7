"""An equation that a learner wrote, compared with the derived one: it is right when it has the same solutions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...circuits.equations.derive import derive
from ...circuits.laws.grammar import Call, ExpressionError, Name, Node, Number, read
from ..circuits import shown
from ..phrases import say
from .answers import AnswerError, clean
from .kinds import Equation, Verdict

if TYPE_CHECKING:
    from sympy import Expr, Symbol

LARGEST_POWER = 6
LARGEST_DEGREE = 8
"""Of numerator and denominator of both sides together; a textbook form of Kirchhoff's law needs 4."""


def check_equation(exercise: Equation, text: str, language: str) -> Verdict:
    """Compare an equation with the circuit's own.

    Raises:
        AnswerError: it cannot be read; the words say why.
    """
    import sympy

    from ..plays.forms import free

    solution = derived(exercise)
    known = {s.name for s in free(solution)} | {exercise.unknown}
    balance = sympy.cancel(read_equation(text, known, language))
    if balance == 0:
        return Verdict(False, say("equation_empty", language))
    if _same_solutions(balance, sympy.Symbol(exercise.unknown), solution):
        return Verdict(True, say("right", language))
    return Verdict(False, say("equation_other", language))


def _same_solutions(balance: Expr, unknown: Symbol, solution: Expr) -> bool:
    """Whether the unknown solves the balance where it is the solution, and nowhere else."""
    import sympy

    rest, divisor = sympy.fraction(sympy.cancel(balance))
    for _ in range(LARGEST_DEGREE):
        if sympy.cancel(rest.subs(unknown, solution)) != 0:
            break
        rest, _ = sympy.fraction(sympy.cancel(rest / (unknown - solution)))
    else:
        return False
    solved = sympy.cancel(sympy.fraction(balance)[0].subs(unknown, solution)) == 0
    return solved and unknown not in rest.free_symbols and sympy.cancel(divisor.subs(unknown, solution)) != 0


def derived(exercise: Equation) -> Expr:
    """What the circuit's own equations say the unknown is, in plain symbols."""
    import sympy

    from ...circuits.equations.algebra import put
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
        AnswerError: no equation, names that are not known, anything but arithmetic, too high a degree.
    """
    plain = clean(text, language).replace("·", "*").replace("×", "*")
    sides = plain.split("=")
    if len(sides) != 2 or not all(s.strip() for s in sides):
        raise AnswerError(say("equation_sides", language))
    try:
        left, right = (read(s) for s in sides)
    except ExpressionError as error:
        raise AnswerError(say("equation_unread", language, reason=error.reason)) from error
    if strange := sorted((_names(left) | _names(right)) - known):
        raise AnswerError(say("equation_unknown", language, names=", ".join(strange), known=", ".join(sorted(known))))
    whole = Call("+", (left, Call("neg", (right,))))
    if max(_degree(whole, language)) > LARGEST_DEGREE:
        raise AnswerError(say("equation_large", language, most=LARGEST_DEGREE))
    return _arithmetic(whole, language)


def _names(node: Node) -> set[str]:
    match node:
        case Name(name=name):
            return {name}
        case Call(args=args):
            return set().union(*map(_names, args))
    return set()


def _degree(node: Node, language: str) -> tuple[int, int]:
    """Degrees of numerator and denominator, before anything is multiplied out; refuses all but arithmetic."""
    match node:
        case Number():
            return 0, 0
        case Name():
            return 1, 0
        case Call(function="neg", args=(inner,)):
            return _degree(inner, language)
        case Call(function="+", args=args):
            each = [_degree(a, language) for a in args]
            below = sum(d for _, d in each)
            return max(n + below - d for n, d in each), below
        case Call(function="*", args=args):
            each = [_degree(a, language) for a in args]
            return sum(n for n, _ in each), sum(d for _, d in each)
        case Call(function="/", args=(over, under)):
            (n, d), (m, e) = _degree(over, language), _degree(under, language)
            return n + e, d + m
        case Call(function="^", args=(base, Number(value=int() as power))) if 0 <= power <= LARGEST_POWER:
            n, d = _degree(base, language)
            return n * power, d * power
        case Call(function=word):
            raise AnswerError(say("equation_unread", language, reason=word))


def _arithmetic(node: Node, language: str) -> Expr:
    """Numbers, names, the four operations and small whole powers; nothing else has a meaning here."""
    import sympy

    match node:
        case Number(value=value):
            return sympy.Rational(str(value))
        case Name(name=name):
            return sympy.Symbol(name)
        case Call(function=word, args=args):
            parts = [_arithmetic(a, language) for a in args]
            if word == "/" and parts[1] == 0:
                raise AnswerError(say("equation_unread", language, reason="x/0"))
            return _OPERATIONS[word](*parts)


_OPERATIONS = {
    "neg": lambda a: -a, "/": lambda a, b: a / b, "^": lambda a, b: a**b, "+": lambda *a: sum(a[1:], a[0]),
    "*": lambda *a: math.prod(a[1:], start=a[0]),
}  # fmt: skip
