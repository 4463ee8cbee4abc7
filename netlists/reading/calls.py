"""Calls of functions in the text of an expression, put in other words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence

from .lines import LONGEST

Rewording = Callable[[Sequence[str]], str]
DEEPEST = 50
"""Calls inside each other that are reworded; a card with more is no law."""


def reworded(text: str, functions: Mapping[str, Rewording], depth: int = DEEPEST) -> str:
    """Put calls of some functions in other words, from the outermost in.

    Raises:
        ValueError: what comes out is too long.

    >>> reworded("1+limit(v(a,b),0,1)", {"limit": lambda a: f"min(max({a[0]},{a[1]}),{a[2]})"})
    '1+min(max(v(a,b),0),1)'
    """
    if not functions or not depth:
        return text
    names = re.compile(rf"(?<![\w.#$])({'|'.join(functions)})\s*\(", re.IGNORECASE)
    parts, here = [], 0
    while found := names.search(text, here):
        end = closing(text, found.end())
        if end < 0:
            break
        inside = [reworded(a.strip(), functions, depth - 1) for a in arguments(text[found.end() : end])]
        parts += [text[here : found.start()], functions[found[1].lower()](inside)]
        here = end + 1
        if sum(map(len, parts)) > LONGEST:  # words that repeat their arguments double with each level
            raise ValueError(f"in ngspice's words it is longer than {LONGEST:,} characters: use fewer calls in calls")
    return "".join([*parts, text[here:]])


def closing(text: str, start: int) -> int:
    """Where the bracket closes that was opened before a place; -1 where it does not."""
    level = 1
    for k in range(start, len(text)):
        level += {"(": 1, ")": -1}.get(text[k], 0)
        if not level:
            return k
    return -1


def arguments(inside: str) -> list[str]:
    """What commas that are in no bracket divide.

    >>> arguments("v(a,b), 2")
    ['v(a,b)', ' 2']
    """
    found, level = [""], 0
    for letter in inside:
        level += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not level:
            found.append("")
        else:
            found[-1] += letter
    return found


def table(x: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Straight lines between points as an expression; constant before the first and behind the last."""
    law = f"({pairs[0][1]})"
    for (x0, y0), (x1, y1) in itertools.pairwise(pairs):
        law += f"+(({y1})-({y0}))/(({x1})-({x0}))*min(max(({x})-({x0}),0),({x1})-({x0}))"
    return law
