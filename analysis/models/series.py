"""A value of a solution as Chebyshev series on panels that resolve it: its extremes, and when it passes a level.

What happens between two samples cannot hide in a series: its turns are sought on a fine grid and polished by Newton's
method on its derivative. (Trefethen 2013, Approximation Theory and Approximation Practice, chapters 2 and 18.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from attrs import frozen
from numpy.polynomial import chebyshev

from .crossings import DEGREE, fit_matrix
from .resolving import Panels, resolving
from .rising import rises

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sympy import Expr

    from .model import Solution

    Array = NDArray[np.float64]

TOGETHER = 2048
"""Panels that are looked at together (17 values each, of every state)."""
SAME = 1e-12
"""Part of a value's size by which two turns differ from rounding alone: the time is that of the earlier."""
GRID = -np.cos(np.pi * np.arange(65) / 64)
"""Places in a panel between which its turns are looked for: four to each of a series' waves."""
NEWTON = 5
"""Steps from the best place of the grid to the turn: off by 1e-2 of a panel, 1e-4, 1e-8, rounding, one to spare."""

_NODES, _TO_COEFFICIENTS = fit_matrix(DEGREE)
_ORDERS = np.arange(DEGREE + 1)
_AT_START = (-1.0) ** _ORDERS
_ON_GRID = chebyshev.chebvander(GRID, DEGREE).T
_SLOPES, _BENDS = (np.array([np.pad(chebyshev.chebder(row, k), (0, k)) for row in np.eye(DEGREE + 1)]) for k in (1, 2))
"""Take a series to its first and second derivative."""


class Extreme(NamedTuple):
    """A value, and when it is first taken, seconds."""

    value: float
    time: float


class Batch(NamedTuple):
    """Some panels in order: where they begin and how long they are, seconds, and their series."""

    start: Array
    width: Array
    fits: Array

    def times(self, panels: NDArray[np.int64], places: Array) -> Array:
        """Places in -1 to 1 of some of the panels as times."""
        return self.start[panels] + self.width[panels] * (places + 1) / 2


@frozen(eq=False)
class Series:
    """A value over all of a run.

    Attributes:
        solution: whose value.
        expression: the value, of states, inputs and resistances.
        panels: that resolve it.
    """

    solution: Solution
    expression: Expr
    panels: Panels

    def batches(self) -> Iterator[Batch]:
        """Series of all panels in order, some at a time."""
        for first in range(0, len(self.panels.which), TOGETHER):
            some = self.panels.part(slice(first, first + TOGETHER))
            times = some.start[:, None] + some.width[:, None] * (_NODES + 1) / 2
            pieces = np.repeat(some.which, len(_NODES))
            values = self.solution.values_on([self.expression], pieces, times.ravel())[0]
            yield Batch(some.start, some.width, values.reshape(times.shape) @ _TO_COEFFICIENTS.T)

    def extremes(self) -> tuple[Extreme, Extreme]:
        """The lowest and the highest value; where it jumps, its limits on both sides count."""
        least, most = Extreme(-np.inf, 0.0), Extreme(-np.inf, 0.0)
        for batch in self.batches():
            least, most = higher(least, batch._replace(fits=-batch.fits)), higher(most, batch)
        return Extreme(0.0 - least.value, least.time), most

    def first_passing(self, level: float, rising: bool = True) -> float:
        """When it first passes a level upwards (or downwards), or jumps past it, seconds; nan if it never does."""
        sign, final = (1.0 if rising else -1.0), np.inf
        for start, width, series in self.batches():
            fits = sign * (series - level * (_ORDERS == 0))
            begins, ends = fits @ _AT_START, fits.sum(axis=1)
            seams = (np.append(final, ends[:-1]) <= 0) & (begins > 0)
            may = np.abs(fits[:, 0]) <= np.abs(fits[:, 1:]).sum(axis=1) * (1 + 1e-12)
            for k in np.flatnonzero(seams | may):
                found = [-1.0] if seams[k] else rises(fits[k])
                if found:
                    return float(start[k] + width[k] * (found[0] + 1) / 2)
            final = float(ends[-1])
        return np.nan


def series(solution: Solution, expression: Expr) -> Series:
    """A value of a solution as series.

    Args:
        solution: whose value.
        expression: the value, of states, inputs and resistances.

    Raises:
        LapicqueError: the run holds more periods of a sine or of a ringing than can be followed.
    """
    return Series(solution, expression, resolving(solution))


def higher(known: Extreme, batch: Batch) -> Extreme:
    """The highest value known, or that of some panels if it is higher."""
    reach = np.abs(batch.fits).sum(axis=1)
    tie = SAME * float(reach.max())
    floor = max(known.value, float((batch.fits @ _AT_START).max()), float(batch.fits.sum(axis=1).max()))
    may = np.flatnonzero(batch.fits[:, 0] - np.abs(batch.fits[:, 0]) + reach >= floor - tie)
    if not len(may):
        return known
    panels, values, places = _candidates(batch.fits, may, floor)
    best = float(values.max())
    if best <= known.value + tie:
        return Extreme(max(best, known.value), known.time)
    same = values >= best - tie
    return Extreme(best, float(batch.times(panels[same], places[same]).min()))


def _candidates(fits: Array, may: NDArray[np.int64], floor: float) -> tuple[NDArray[np.int64], Array, Array]:
    """Panels, values and places of the ends and turns of some series among which the highest value is."""
    heights = fits[may] @ _ON_GRID
    floor = max(floor, float(heights.max()))
    rise, fall = np.diff(heights)[:, :-1], -np.diff(heights)[:, 1:]
    inner = heights[:, 1:-1]
    # A top lies above the best place of the grid by less than that lies above its lower neighbour.
    rows, cells = np.nonzero((rise >= 0) & (fall >= 0) & (inner + np.maximum(rise, fall) >= floor))
    places, tops = _turns(fits[may[rows]], cells + 1)
    panels = np.concatenate([np.repeat(may, 2), may[rows]])
    values = np.concatenate([heights[:, [0, -1]].ravel(), np.maximum(tops, inner[rows, cells])])
    return panels, values, np.concatenate([np.tile([-1.0, 1.0], len(may)), places])


def _turns(fits: Array, cells: NDArray[np.int64]) -> tuple[Array, Array]:
    """Tops of series near places of the grid, and their heights."""
    slopes, bends, places = fits @ _SLOPES, fits @ _BENDS, GRID[cells]
    for _ in range(NEWTON):
        first, second = _at(slopes, places), _at(bends, places)
        step = np.divide(first, second, out=np.zeros_like(first), where=second < 0)
        places = np.clip(places - step, GRID[cells - 1], GRID[cells + 1])
    return places, _at(fits, places)


def _at(fits: Array, places: Array) -> Array:
    """Each series at a place of its own."""
    return np.einsum("ij,ij->i", fits, np.cos(np.arccos(places)[:, None] * _ORDERS))
