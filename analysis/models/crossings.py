"""Crossings of a threshold that are not missed: Chebyshev panels fitted to the mode's own rates.

A sum of exponentials, sines and straight lines is resolved to rounding error by polynomials of degree
16 on panels that are short next to the fastest rate at the start and grow with time. All roots of each
polynomial that rise are found by halving (`rising`), so that two crossings between two samples cannot
hide. (Trefethen 2013, Approximation Theory and Approximation Practice, chapter 18.)
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.polynomial import chebyshev

from .rising import rises
from .runaway import too_many_periods

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

DEGREE = 16
IN_RATES, IN_TURNS, IN_GROWTHS = 2.0, 3.0, 2.0
"""Longest panels: the first in fastest time constants; any in radians of what rings, in those of what grows."""
STEP, FAR = 1e-6, 1.01e-5
"""Parts of a panel: the step of a secant that polishes a root, and a correction too long to be one."""
MOST = 1e7
"""Panels of a stretch without a bend or a change of a switch; they are held in memory."""


def fit_matrix(degree: int) -> tuple[Array, Array]:
    """Points in -1 to 1, and the matrix that makes Chebyshev coefficients of the values there."""
    nodes = np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1))
    return nodes, np.asarray(np.linalg.inv(chebyshev.chebvander(nodes, degree)), dtype=float)


_NODES, _TO_COEFFICIENTS = fit_matrix(DEGREE)


def panels(rates: NDArray[Any], omegas: Array, length: float) -> Array:
    """Panel ends on (0, length] such that degree 16 resolves every term.

    Args:
        rates: eigenvalues of the mode, 1/s.
        omegas: angular frequencies of sine inputs, rad/s.
        length: seconds.

    Returns:
        Ends of the panels, starting with 0 and ending with `length`.
    """
    speed = np.max(np.abs(rates), initial=0.0)
    first = min(length, IN_RATES / speed) if speed > 0 else length
    # Decays: a panel as long as the time passed resolves all that is left of them.
    doublings = int(np.ceil(np.log2(length / first + 1)))
    ends = first * (2.0 ** np.arange(doublings + 1) - 1)
    growing = np.max(np.real(rates), initial=0.0)
    turning = max([*np.abs(omegas), *(abs(np.imag(r)) for r in rates if np.imag(r) != 0), 0.0])
    cap = min(IN_TURNS / turning if turning > 0 else np.inf, IN_GROWTHS / growing if growing > 0 else np.inf)
    ends = np.append(ends[ends < length * (1 - 1e-12)], length)
    if cap < np.max(np.diff(ends), initial=0.0):
        if not length / cap <= MOST:
            what = f"{length / cap / 2:.2g} periods of its fastest sine or ringing, or as many times by which it grows"
            raise too_many_periods(length, what, "more than can be followed")
        pieces = [np.linspace(a, b, int(np.ceil((b - a) / cap)) + 1)[1:] for a, b in itertools.pairwise(ends)]
        ends = np.concatenate([[0.0], *pieces])
    return ends


def upward(values: Callable[[Array], Array], ends: Array) -> Iterator[float]:
    """Times at which a function crosses zero upwards, in order, found as they are asked for.

    Args:
        values: the function of an array of times.
        ends: panel ends from `panels`.

    Yields:
        Crossing times, polished to rounding error.
    """
    return (moment for moment, _ in upward_rows(lambda s: values(s)[None], ends))


def upward_rows(values: Callable[[Array], Array], ends: Array) -> Iterator[tuple[float, int]]:
    """Times at which one of several functions crosses zero upwards, and which does, in order.

    Panels are looked at as they are asked for, twice as many each time: often the first crossing is all that counts.

    Args:
        values: the functions of an array of times, shape (rows, points).
        ends: panel ends from `panels`.

    Yields:
        Crossing times, polished to rounding error, and rows.
    """
    widths = np.diff(ends)
    first, many = 0, 1
    while first < len(widths):
        last = min(first + many, len(widths))
        times = ends[first:last, None] + widths[first:last, None] * (_NODES + 1) / 2
        found = values(times.ravel())
        fits = found.reshape(len(found), *times.shape) @ _TO_COEFFICIENTS.T
        reach = np.sum(np.abs(fits[:, :, 1:]), axis=2)
        may = np.abs(fits[:, :, 0]) <= reach * (1 + 1e-12)
        for k in np.flatnonzero(may.any(axis=0)):
            start, width = float(ends[first + k]), float(widths[first + k])
            crossed = [(root, int(row)) for row in np.flatnonzero(may[:, k]) for root in rises(fits[row, k])]
            yield from sorted(
                (_polish(lambda s, row=row: values(s)[row], start + width * (root + 1) / 2, width), row)
                for root, row in crossed
            )
        first, many = last, 2 * many


def _polish(values: Callable[[Array], Array], guess: float, width: float) -> float:
    """Two secant steps on the function itself."""
    step = STEP * width
    for _ in range(2):
        at = np.array([max(guess - step, 0.0), guess, guess + step])
        low, here, high = values(at)
        slope = (high - low) / (at[2] - at[0])
        if slope <= 0 or abs(here / slope) > FAR * width:
            break
        guess = max(guess - here / slope, 0.0)
    return float(guess)
