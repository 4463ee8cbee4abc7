"""What the words of a law mean: each function and operator as a sympy expression of real numbers.

Conditions and numbers stand for each other as in C and SPICE: a comparison is 1 or 0 where a number is wanted, a
number is true unless it is 0.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable
from typing import Any

import sympy
from attrs import frozen
from sympy import Basic, Expr, Float, Integer, Rational, Symbol
from sympy.logic.boolalg import Boolean

from .grammar import CONSTANTS, Call, Name, Node, Number

LARGEST_EXPONENT = 1000
_HALF = Rational(1, 2)
_EXACT_BITS = 64
"""Whole numbers and fractions with more bits than this become floats."""


class MeaningError(Exception):
    """A tree that means nothing: an unknown function, a wrong number of arguments, no real number."""


@frozen
class Function:
    """How many arguments a function takes, and what it makes of them."""

    least: int
    most: int
    make: Callable[..., Basic]


def number(value: Basic) -> Expr:
    """A condition as 1 or 0; a number as it is."""
    if isinstance(value, Boolean) and not isinstance(value, Symbol):
        return pieces([(Integer(1), value)], Integer(0))
    return value  # type: ignore[return-value]


def condition(value: Basic) -> Boolean:
    """A number as whether it is not 0; a condition as it is."""
    if isinstance(value, Boolean) and not isinstance(value, Symbol):
        return value
    return _compared(sympy.Ne)(value, Integer(0))


def pieces(pairs: Iterable[tuple[Expr, Boolean]], otherwise: Expr) -> Expr:
    """A choice, without the branches that are never taken; sympy would solve the conditions, for minutes at times."""
    kept = [(value, when) for value, when in pairs if when != sympy.false]
    taken = next((k for k, (_, when) in enumerate(kept) if when == sympy.true), None)
    if taken is not None:
        kept, otherwise = kept[:taken], kept[taken][0]
    while kept and kept[-1][0] == otherwise:
        kept.pop()
    return sympy.Piecewise(*kept, (otherwise, True), evaluate=False) if kept else otherwise


def _compared(relation: Callable[[Expr, Expr], Any]) -> Callable[..., Boolean]:
    """A comparison of choices is a choice of comparisons, so that no condition has a choice inside."""

    def compare(left: Expr, right: Expr) -> Boolean:
        cases = _cases(left, right)
        if len(cases) > _MOST_CASES:
            raise MeaningError(f"a comparison of choices has more than {_MOST_CASES} cases; compare fewer at a time")
        return sympy.Or(*(sympy.And(*when, relation(a, b)) for when, a, b in cases))

    return compare


def _cases(left: Expr, right: Expr) -> list[tuple[list[Boolean], Expr, Expr]]:
    """Every combination of branches: its conditions, and both sides without the choices."""
    cases: list[tuple[list[Boolean], Expr, Expr]] = [([], left, right)]
    while len(cases) <= _MOST_CASES:
        open_one = next((c for c in cases if c[1].has(sympy.Piecewise) or c[2].has(sympy.Piecewise)), None)
        if open_one is None:
            break
        when, a, b = open_one
        cases.remove(open_one)
        found = max((*a.atoms(sympy.Piecewise), *b.atoms(sympy.Piecewise)), key=sympy.default_sort_key)
        before: list[Boolean] = []
        for value, holds in found.args:  # type: ignore[misc]
            branch = {found: value}
            cases.append(([*when, *before, holds], a.xreplace(branch), b.xreplace(branch)))  # type: ignore[arg-type]
            before.append(sympy.Not(holds))
    return cases


def _whole(x: Expr) -> Expr:
    return sympy.sign(x) * sympy.floor(sympy.Abs(x))


def _nearest(x: Expr) -> Expr:
    return sympy.sign(x) * sympy.floor(sympy.Abs(x) + _HALF)


def _step(x: Expr, at_zero: Expr | None = None) -> Expr:
    foot = None if at_zero is None else sympy.nsimplify(at_zero)  # to sympy 1.0 is not 1
    if foot is None or foot == _HALF:
        return sympy.Heaviside(x)
    if foot in (0, 1):
        return number(sympy.Gt(x, 0) if foot == 0 else sympy.Ge(x, 0))
    raise MeaningError(f"a step is 0, 1/2 or 1 at its foot, not {at_zero}")


def _limit(x: Expr, a: Expr, b: Expr) -> Expr:
    return sympy.Min(sympy.Max(x, sympy.Min(a, b)), sympy.Max(a, b))


def _log(x: Expr, base: Expr | None = None) -> Expr:
    return sympy.log(x) if base is None else sympy.log(x) / sympy.log(base)


def _power(base: Expr, exponent: Expr) -> Expr:
    if base.is_number and exponent.is_number:
        return _constant_power(base, exponent)
    made = base**exponent
    power = made.as_base_exp()[1]
    if power.is_number and abs(float(power)) > LARGEST_EXPONENT:
        raise MeaningError(f"an exponent of {float(power):.6g} is larger than {LARGEST_EXPONENT}")
    return made


def _constant_power(base: Expr, exponent: Expr) -> Expr:
    try:
        value = float(base) ** float(exponent)
    except ZeroDivisionError:
        raise MeaningError("it divides by zero") from None
    except OverflowError:
        raise MeaningError("a number in it is larger than 1e308") from None
    if isinstance(value, complex):
        raise MeaningError(f"({base})^({exponent}) is no real number")
    if value == 0 and not base.is_zero:
        raise MeaningError("a number in it is smaller than 1e-308")
    large = base.is_Rational and exponent.is_Rational and abs(exponent) * _bits(base) > _EXACT_BITS
    return Float(value) if large else base**exponent


def _piecewise(*pairs: Any) -> Expr:
    if not all(isinstance(p, tuple) for p in pairs):
        raise MeaningError("the arguments of Piecewise are pairs (value, condition)")
    values, when = [number(p[0]) for p in pairs], [condition(p[1]) for p in pairs]
    if sympy.Or(*when) != sympy.true:
        raise MeaningError("Piecewise leaves open what holds otherwise; end it with (value, True)")
    return pieces(zip(values, when, strict=True), values[-1])


def _choice(*parts: Basic) -> Expr:
    if len(parts) % 2 == 0:
        raise MeaningError("a choice needs a condition, a value and a value for otherwise")
    pairs = zip(map(number, parts[1::2]), map(condition, parts[:-1:2]), strict=True)
    return pieces(pairs, number(parts[-1]))


def _of_numbers(make: Callable[..., Basic], least: int = 1, most: int | None = None) -> Function:
    return Function(least, least if most is None else most, lambda *args: make(*map(number, args)))


def _of_conditions(make: Callable[..., Basic], least: int, most: int) -> Function:
    return Function(least, most, lambda *args: make(*map(condition, args)))


def _comparison(relation: Callable[[Expr, Expr], Any]) -> Function:
    return _of_numbers(_compared(relation), 2)


_MANY = 2000
_MOST_CASES = 16
_FEW = 16
"""Arguments of min and max; sympy compares each with each."""
_CHOICE = Function(3, _MANY, _choice)

FUNCTIONS: dict[str, Function] = {
    "+": _of_numbers(sympy.Add, 2, _MANY), "*": _of_numbers(sympy.Mul, 2, _MANY), "neg": _of_numbers(lambda x: -x),
    "/": _of_numbers(lambda a, b: a * _power(b, Integer(-1)), 2), "^": _of_numbers(_power, 2),
    "<": _comparison(sympy.Lt), "<=": _comparison(sympy.Le), ">": _comparison(sympy.Gt),
    ">=": _comparison(sympy.Ge), "==": _comparison(sympy.Eq), "!=": _comparison(sympy.Ne),
    "and": _of_conditions(sympy.And, 2, _MANY), "or": _of_conditions(sympy.Or, 2, _MANY),
    "not": _of_conditions(sympy.Not, 1, 1), "pair": Function(2, 2, lambda *args: args),  # type: ignore[dict-item]
    "if": _CHOICE, "ite": _CHOICE, "ternary_fcn": _CHOICE, "piecewise": Function(1, _MANY, _piecewise),
    "eq": _comparison(sympy.Eq), "ne": _comparison(sympy.Ne), "pow": _of_numbers(_power, 2),
    "min": _of_numbers(sympy.Min, 1, _FEW), "max": _of_numbers(sympy.Max, 1, _FEW), "abs": _of_numbers(sympy.Abs),
    "sign": _of_numbers(sympy.sign), "sgn": _of_numbers(sympy.sign), "floor": _of_numbers(sympy.floor),
    "ceil": _of_numbers(sympy.ceiling), "ceiling": _of_numbers(sympy.ceiling), "int": _of_numbers(_whole),
    "round": _of_numbers(_nearest), "nint": _of_numbers(_nearest), "u": _of_numbers(_step),
    "heaviside": _of_numbers(_step, 1, 2), "uramp": _of_numbers(lambda x: sympy.Max(0, x)),
    "limit": _of_numbers(_limit, 3), "sqrt": _of_numbers(lambda x: _power(x, _HALF)),
    "exp": _of_numbers(sympy.exp), "ln": _of_numbers(sympy.log), "log": _of_numbers(_log, 1, 2),
    "log10": _of_numbers(lambda x: _log(x, Integer(10))),
    **{f: _of_numbers(getattr(sympy, f)) for f in (
        "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
    )},
    **{f"arc{f}": _of_numbers(getattr(sympy, f"a{f}")) for f in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
}  # fmt: skip
"""Every operator and function of a law, by the word that `grammar` gives it."""

MEANINGS: dict[str, Basic] = {name: getattr(sympy, name.lower()) for name in CONSTANTS}
"""Names that mean the same in every law."""


def build(node: Node) -> Any:
    """What a tree means: an expression of real symbols, a condition, or a pair of both.

    Raises:
        MeaningError: says why not, without naming the law.
    """
    match node:
        case Number(value=value):
            return _bounded(Integer(value) if isinstance(value, int) else Float(value))
        case Name(name=name):
            return MEANINGS[name] if name in MEANINGS else Symbol(name, real=True)
        case Call(function=word, args=args):
            function = _found(word)
            if not function.least <= len(args) <= function.most:
                raise MeaningError(f"{word} takes {_arity(function)}, not {len(args)}")
            given = [build(a) for a in args]
            if word != "piecewise" and any(isinstance(g, tuple) for g in given):
                raise MeaningError("(a, b) has no meaning outside Piecewise")
            try:
                return _bounded(function.make(*given))
            except (TypeError, ValueError, ArithmeticError, NotImplementedError) as error:
                raise MeaningError(f"{word} has no real value here ({error})") from error


def _found(word: str) -> Function:
    if word in FUNCTIONS:
        return FUNCTIONS[word]
    named = [f for f in FUNCTIONS if f.isidentifier() and f not in ("neg", "pair")]
    near = difflib.get_close_matches(word, named, n=1)
    raise MeaningError(f"there is no function {word[:40]!r}" + (f"; did you mean {near[0]!r}?" if near else ""))


def _arity(function: Function) -> str:
    if function.least == function.most:
        return f"{function.least} argument{'s' if function.least > 1 else ''}"
    return f"{function.least} to {function.most} arguments" if function.most < _MANY else f"{function.least} or more"


def _bounded(made: Any) -> Any:
    """A constant is a real number that a float can hold; what is exact stays small."""
    if not isinstance(made, Expr):
        return made
    if made.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        raise MeaningError("it divides by zero or takes a logarithm of zero")
    if made.has(sympy.I):
        raise MeaningError("a part of it is no real number")
    for part in [made] if made.is_number and not made.is_Number else made.atoms(sympy.Number):
        _want_float(part)
    if made.is_Rational and _bits(made) > _EXACT_BITS:
        return Float(float(made))
    return made


def _want_float(constant: Basic) -> None:
    try:
        value = complex(constant.evalf())  # type: ignore[attr-defined]
    except (OverflowError, TypeError, ValueError):
        value = complex(math.inf)
    if value.imag:
        raise MeaningError("a part of it is no real number")
    if not math.isfinite(value.real):
        raise MeaningError("a number in it is larger than 1e308")
    if value.real == 0 and constant.is_Number and not constant.is_zero:  # to sympy 0.0 is not 0
        raise MeaningError("a number in it is smaller than 1e-308")


def _bits(value: Expr) -> int:
    return max(abs(int(value.p)).bit_length(), int(value.q).bit_length())  # type: ignore[attr-defined]
