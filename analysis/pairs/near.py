"""Values that are equal within a tolerance, and classes of them."""

from __future__ import annotations

from collections.abc import Iterable

TOLERANCE = 1e-9
"""Relative difference of values that are taken for equal: they differ by how they were written."""


def near(x: float, y: float, tolerance: float) -> bool:
    """Whether two numbers are one, relative to the larger of them; two that are no numbers are one too."""
    return abs(x - y) <= tolerance * max(abs(x), abs(y)) or (x != x and y != y)


def classes(values: Iterable[float], tolerance: float) -> dict[float, int]:
    """The class of each number, -1 for what is no number: neighbours within the tolerance are in one.

    >>> classes([1.0, 2.0, 1.0 + 1e-12], 1e-9)
    {1.0: 0, 1.000000000001: 0, 2.0: 1}
    """
    given = set(values)
    found: dict[float, int] = {v: -1 for v in given if v != v}
    last, number = None, -1
    for value in sorted(v for v in given if v == v):
        if last is None or not near(last, value, tolerance):
            number += 1
        found[value], last = number, value
    return found
