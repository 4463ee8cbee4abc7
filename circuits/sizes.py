"""Sizes are looked at before anything of that size is built."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from itertools import islice
from typing import Any, TypeVar

from .errors import QuantityError

T = TypeVar("T")

MOST_POINTS = 4_000_000
"""Breakpoints of one stimulus."""
MOST_RUNS = 1_000_000
"""Runs of a sweep."""
MOST_NEURONS = 10_000_000
"""Neurons of one population."""
MOST_WEIGHTS = 100_000_000
"""Weights of one connection, zeros included."""
MOST_SPIKES = 100_000_000
"""Spikes of one run of a population."""


def whole(value: Any, what: str, least: int = 0, most: int | None = None) -> int:
    """A number of things.

    Args:
        value: a whole number of Python or numpy, or a float that is one.
        what: the name of the thing, for the error message.
        least: smallest number allowed.
        most: largest one; any unless given.

    Raises:
        QuantityError: no whole number, too small or too large.
    """
    try:
        if isinstance(value, bool):
            raise TypeError
        plain: Any = int(value) if isinstance(value, float) and value.is_integer() else value
        number = operator.index(plain)
    except TypeError:
        raise QuantityError(f"{what} is {str(value)[:60]!r}: give a whole number.") from None
    if number < least:
        raise QuantityError(f"{what} is {number}: give at least {least}.")
    within(number, what, most)
    return number


def within(number: float, what: str, most: float | None) -> None:
    """Raise where a size, known or estimated, is larger than what is built.

    Raises:
        QuantityError: it is; says how much is.
    """
    if most is not None and not number <= most:
        raise QuantityError(f"{what} is {_grouped(number)}: at most {most:,} are built; take fewer.")


def _grouped(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) and abs(number) < 10**15 else f"{float(number):.3g}"


def at_most(values: Iterable[T], most: int, what: str) -> list[T]:
    """The values as a list, if they are few enough; no more of them are looked at."""
    length = getattr(values, "__len__", None)
    if length is not None:
        within(length(), f"the number of {what}", most)
    found = list(islice(values, most + 1))
    within(len(found), f"the number of {what}", most)
    return found
