"""Where a Chebyshev series passes zero upwards, found by halving: compiled, and none can hide.

A half whose first coefficient is larger than all others together has no root; one whose derivative is so has one at
most, which is where the ends say. (Trefethen 2013, Approximation Theory and Approximation Practice, chapter 3, for the
size of a series; Boyd 2013, SIAM Rev 55:375, section 5, for subdivision.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial import chebyshev

from ..kept import njit
from .inner import copy, inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

DEEPEST = 50
"""Halvings after which two ends are one."""
NOISE = 2e-15
"""Part of the largest size of a series below which it is rounding."""
MOST = 64
"""Roots of one series that are told apart; more than its degree."""


def halving(degree: int) -> Array:
    """Matrices that take the coefficients of a series to those of its left and right half; shape (2, n, n)."""
    nodes = np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1))
    back = np.linalg.inv(chebyshev.chebvander(nodes, degree))
    return np.array([back @ chebyshev.chebvander((nodes + side) / 2, degree) for side in (-1, 1)])


@njit()
def total(fit: Array, y: float) -> float:
    """A series at a place (Clenshaw 1955)."""
    one, two = 0.0, 0.0
    for k in range(len(fit) - 1, 0, -1):
        one, two = fit[k] + 2 * y * one - two, one
    return fit[0] + y * one - two


@inner
def _rises_or_falls(fit: Array) -> bool:
    """Whether the derivative of a series has no zero, by its size."""
    n = len(fit)
    first = rest = above = here = 0.0
    # d_(k-1) = d_(k+1) + 2 k c_k, and half of that for k = 1.
    for k in range(n - 1, 0, -1):
        value = above + 2 * k * fit[k]
        above, here = here, value
        if k > 1:
            rest += abs(value)
        else:
            first = value / 2
    return abs(first) > rest


@inner
def _between(fit: Array) -> float:
    """The root of a series that rises from below zero to above, in -1 to 1."""
    low, high, y = -1.0, 1.0, 0.0
    left, right = total(fit, low), total(fit, high)
    for _ in range(60):
        value = total(fit, y)
        if value > 0:
            high, right = y, value
        else:
            low, left = y, value
        if high - low < 4e-16:
            break
        y = (low + high) / 2
        if right > left:
            secant = low - left * (high - low) / (right - left)
            if low < secant < high and _ % 3 != 2:  # a bisection now and then, where one end would stay
                y = secant
    return high


@inner
def _put(into: Array, left: float, width: float, depth: float, low: float, high: float) -> None:
    into[0], into[1], into[2], into[3], into[4] = left, width, depth, low, high


@njit()
def rising(fit: Array, halves: Array, found: Array) -> int:
    """Places in -1 to 1 where a series passes from zero or below to above zero, in order.

    Args:
        fit: its coefficients, shape (n,).
        halves: from `halving`.
        found: where the places go, shape (MOST,).

    Returns:
        How many there are.
    """
    n, count = len(fit), 0
    size = 0.0
    for c in fit:
        size += abs(c)
    stack = np.empty((DEEPEST + 2, n))
    places = np.empty((DEEPEST + 2, 5))  # left end, width, depth; values at both ends, the same for neighbours
    begin = total(fit, -1.0)
    begin = begin if begin > NOISE * size else min(begin, 0.0)  # a root at the seam of two panels is in the second
    here = np.empty(n)
    copy(fit, stack[0])
    _put(places[0], -1.0, 2.0, 0.0, begin, total(fit, 1.0))
    top = 1
    while top and count < len(found):
        top -= 1
        copy(stack[top], here)
        left, width, depth, low, high = places[top]
        reach = 0.0
        for k in range(1, n):
            reach += abs(here[k])
        changes = low <= 0 < high
        if not changes and abs(here[0]) > reach * (1 + 1e-12):
            continue
        single = depth >= DEEPEST or abs(here[0]) + reach <= NOISE * size
        if single or _rises_or_falls(here):
            if changes:
                found[count] = left + width * (_between(here) + 1) / 2
                count += 1
            continue
        middle = total(here, 0.0)
        for side in (1, 0):  # the left half comes first off the stack
            for k in range(n):
                stack[top, k] = 0.0
                for j in range(n):
                    stack[top, k] += halves[side, k, j] * here[j]
            first, last = (low, middle) if side == 0 else (middle, high)
            _put(places[top], left + side * width / 2, width / 2, depth + 1, first, last)
            top += 1
    return count


@njit()
def in_order(times: Array, rows: NDArray[np.int64], count: int) -> None:
    """The first times in order, and rows with them; there are few."""
    for c in range(1, count):
        time, row, k = times[c], rows[c], c
        while k > 0 and times[k - 1] > time:
            times[k], rows[k] = times[k - 1], rows[k - 1]
            k -= 1
        times[k], rows[k] = time, row


HALVES = {degree: halving(degree) for degree in (8, 16)}


def rises(fit: Array) -> list[float]:
    """Places in -1 to 1 where a series of degree 8 or 16 passes from zero or below to above zero, in order."""
    found = np.empty(MOST)
    return found[: rising(np.ascontiguousarray(fit), HALVES[len(fit) - 1], found)].tolist()
