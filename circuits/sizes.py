"""Sizes are looked at before anything of that size is built."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TypeVar

from .errors import QuantityError

T = TypeVar("T")

MOST_POINTS = 4_000_000
"""Breakpoints of one stimulus."""
MOST_WEIGHTS = 100_000_000
"""Weights of one connection, zeros included."""
MOST_SPIKES = 100_000_000
"""Spikes of one run of a population."""


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
