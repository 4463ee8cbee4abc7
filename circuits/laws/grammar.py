"""The language of laws: text to a tree of numbers, names and calls. Nothing is evaluated, and all of it is bounded.

choice:      a if c else b      c ? a : b          right to left
or           or  ||  |
and          and  &&  &
not          not
comparison   <  <=  >  >=  ==  !=                  a < b < c is a < b and b < c
sum          +  -
product      *  /
sign         -  +  !  ~
power        ^  **                                 right to left, above the sign: -2^2 is -4
the rest     numbers, names, f(a, b), ( ... )
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from attrs import field, frozen

from ..errors import CircuitError, QuantityError
from ..units import parse

if TYPE_CHECKING:
    from lark import Lark

LONGEST_TEXT = 20_000
LONGEST_NAME = 100
DEEPEST = 50
"""Levels of calls and operators inside each other; of parentheses too."""
MOST_NODES = 2000

GRAMMAR = r"""
?start: choice
?choice: any | any "?" choice ":" choice -> choose | any _IF any "else" choice -> python_choose
?any: all (("or" | "||" | "|") all)*
?all: inverse (("and" | "&&" | "&") inverse)*
?inverse: "not" inverse -> negate | comparison
?comparison: sum (COMPARED sum)*
?sum: product ((PLUS | MINUS) product)*
?product: sign (MULTIPLIED sign)*
?sign: MINUS sign -> minus | PLUS sign -> plus | ("!" | "~") sign -> negate | power
?power: atom (("^" | "**") sign)?
?atom: NUMBER -> number | NAME -> name | NAME _arguments -> call | _IF _arguments -> conditional
     | "(" choice ")" | "(" choice ("," choice)+ ")" -> pair
_arguments: "(" [choice ("," choice)*] ")"
_IF: "if"
COMPARED: "<=" | ">=" | "==" | "!=" | "<" | ">"
PLUS: "+"
MINUS: "-"
MULTIPLIED: "*" | "/"
NUMBER: /(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\w*/
NAME: /[^\W\d]\w*/
%ignore /[ \t\r\n\f]+/
"""

CONSTANTS = frozenset({"pi", "True", "False"})
"""Names that a law does not leave open."""
_HINTS = {
    "=": "to compare write ==", "'": "quotes mean nothing here", '"': "quotes mean nothing here", "[": "use ( and )",
    "{": "use ( and )", ".": "names have no dots", "%": "there is no remainder", "·": "write *", "×": "write *",
    "−": "write the sign -",
}  # fmt: skip


class ExpressionError(CircuitError):
    """Text that is no expression.

    Attributes:
        reason: the part of the message that says why.
    """

    def __init__(self, text: str, reason: str) -> None:
        self.reason = reason
        shown = repr(text if len(text) <= 60 else f"{text[:57]}...")
        super().__init__(f"the law {shown} is not an expression: {reason}.")


@frozen
class Number:
    """A number; whole ones stay whole."""

    value: int | float
    depth: int = 1
    size: int = 1


@frozen
class Name:
    """A name that the law leaves open, or a constant such as `pi`."""

    name: str
    depth: int = 1
    size: int = 1


@frozen
class Call:
    """A function or an operator of arguments.

    Attributes:
        function: a name in lower case, or one of + * / ^ neg < <= > >= == != and or not pair; "if" has conditions
            and values in turn, and the value for when none holds.
    """

    function: str
    args: tuple[Node, ...]
    depth: int = field(init=False)
    size: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        depth, size = 1 + max((a.depth for a in self.args), default=0), 1 + sum(a.size for a in self.args)
        if depth > DEEPEST:
            raise _Refused(f"it is nested deeper than {DEEPEST} levels; name parts of it on nodes of their own")
        if size > MOST_NODES:
            raise _Refused(f"it has more than {MOST_NODES} numbers, names and operators")
        object.__setattr__(self, "depth", depth)
        object.__setattr__(self, "size", size)


Node = Number | Name | Call


class _Refused(Exception):
    """Raised while reading, before it is known in which text."""


def read(text: str) -> Node:
    """Read an expression.

    Args:
        text: at most 20,000 characters.

    Returns:
        Its tree.

    Raises:
        ExpressionError: text that is no expression, or too large a one.

    >>> read("-2^2").function, read("a if c else b") == read("c ? a : b")
    ('neg', True)
    """
    from lark.exceptions import UnexpectedInput, VisitError

    if len(text) > LONGEST_TEXT:
        raise ExpressionError(text, f"it is longer than {LONGEST_TEXT:,} characters")
    if _nesting(text) > DEEPEST:
        raise ExpressionError(text, f"its parentheses are nested deeper than {DEEPEST} levels")
    try:
        return _parser().parse(text)  # type: ignore[return-value]  # the reader's callbacks make nodes of trees
    except UnexpectedInput as error:
        raise ExpressionError(text, _misplaced(text, error)) from None
    except VisitError as error:
        raise ExpressionError(text, str(error.orig_exc)) from None
    except _Refused as error:
        raise ExpressionError(text, str(error)) from None


def _nesting(text: str) -> int:
    deepest = level = 0
    for c in text:
        level += (c == "(") - (c == ")")
        deepest = max(deepest, level)
    return deepest


def _misplaced(text: str, error: Any) -> str:
    at = getattr(error, "pos_in_stream", None)
    if not text.strip():
        return "nothing is there"
    if at is None or at < 0 or at >= len(text) or getattr(getattr(error, "token", None), "type", "") == "$END":
        return "it ends too early"
    word = str(getattr(error, "token", text[at]))
    hint = f" ({_HINTS[word]})" if word in _HINTS else ""
    return f"{word[:20]!r} at character {at + 1} is out of place{hint}"


@lru_cache(maxsize=1)
def _parser() -> Lark:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=_reader())


def _reader() -> Any:
    from lark import Transformer

    class Reader(Transformer):
        """Makes a node of every rule, from the bottom up."""

        def number(self, words: list[Any]) -> Node:
            return Number(_number(str(words[0])))

        def name(self, words: list[Any]) -> Node:
            return Name(_name(str(words[0])))

        def call(self, words: list[Any]) -> Node:
            return Call(_name(str(words[0])).lower(), _given(words[1:]))

        def conditional(self, words: list[Any]) -> Node:
            return Call("if", _given(words))

        def pair(self, words: list[Any]) -> Node:
            return Call("pair", tuple(words))

        def choose(self, words: list[Any]) -> Node:
            condition, yes, no = words
            return Call("if", (condition, yes, *_others(no)))

        def python_choose(self, words: list[Any]) -> Node:
            return self.choose([words[1], words[0], words[2]])

        def any(self, words: list[Any]) -> Node:
            return Call("or", tuple(words))

        def all(self, words: list[Any]) -> Node:
            return Call("and", tuple(words))

        def negate(self, words: list[Any]) -> Node:
            return Call("not", tuple(words))

        def comparison(self, words: list[Any]) -> Node:
            pairs = [Call(str(words[k + 1]), (words[k], words[k + 2])) for k in range(0, len(words) - 2, 2)]
            return pairs[0] if len(pairs) == 1 else Call("and", tuple(pairs))

        def sum(self, words: list[Any]) -> Node:
            rest = [b if sign == "+" else Call("neg", (b,)) for sign, b in zip(words[1::2], words[2::2], strict=True)]
            return Call("+", (words[0], *rest))

        def product(self, words: list[Any]) -> Node:
            one = Number(1)
            rest = [b if sign == "*" else Call("/", (one, b)) for sign, b in zip(words[1::2], words[2::2], strict=True)]
            return Call("*", (words[0], *rest))

        def minus(self, words: list[Any]) -> Node:
            return Call("neg", (words[-1],))

        def plus(self, words: list[Any]) -> Node:
            return words[-1]

        def power(self, words: list[Any]) -> Node:
            return Call("^", tuple(words))

    return Reader()


def _given(words: list[Any]) -> tuple[Node, ...]:
    """Arguments of a call; the reader leaves None where brackets are empty."""
    return tuple(w for w in words if w is not None)


def _others(no: Node) -> tuple[Node, ...]:
    """A choice in the last place of a choice is a chain, not a level more."""
    return no.args if isinstance(no, Call) and no.function == "if" and len(no.args) % 2 else (no,)


def _number(text: str) -> int | float:
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 300 else _refuse(f"{text[:20]}... has too many digits")
    try:
        return parse(text, "a number of it", "")
    except QuantityError as error:
        _refuse(str(error).removesuffix("."))


def _name(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    if plain != text:
        _refuse(f"{text[:20]!r} is spelt with look-alike letters; write {plain[:20]!r}")
    if len(text) > LONGEST_NAME:
        _refuse(f"the name {text[:20]!r}... is longer than {LONGEST_NAME} characters")
    return text


def _refuse(reason: str) -> NoReturn:
    raise _Refused(reason)
