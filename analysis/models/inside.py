"""What happens inside solver steps: crossings of guards, and laws that the steps did not see.

A solver looks at its equations at the ends of its steps. Guards, and the arguments of laws, are smooth in time, so
that a polynomial through a few points of a step gives all their zeros and turning points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.polynomial import chebyshev

from ..kept import njit
from .crossings import fit_matrix
from .rising import rises, total
from .roots import root
from .step_polynomials import Polynomials, SolverStep, polynomials

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NODES, TO_COEFFICIENTS = fit_matrix(8)
_ORDER = np.arange(len(NODES))
GRID = np.linspace(-1, 1, 33)
"""Places between which zeros of a series are looked for."""
BRACKET = 1e-6
"""Part of a step on both sides of a zero of its polynomial within which that of the function is."""


def _derived(order: int) -> Array:
    """Takes the polynomials of a series' derivative to the coefficients of the series; rows are the series' terms."""
    columns = [chebyshev.chebder(row, order) for row in np.eye(len(NODES))]
    return np.array([np.pad(np.atleast_1d(c), (0, len(NODES) - len(np.atleast_1d(c)))) for c in columns], dtype=float)


DERIVED = np.array([_derived(k) for k in range(3)])
"""Takes series to their derivatives."""
ON_GRID = np.array([DERIVED[k] @ chebyshev.chebvander(GRID, len(NODES) - 1).T for k in range(2)])
"""Takes series to values of themselves and their derivatives on the grid."""


@frozen(eq=False)
class Samples:
    """Steps of one field, each at the same points between its ends; points of all steps are one axis."""

    steps: Sequence[SolverStep]
    polynomials: Polynomials
    times: Array
    states: Array
    inputs: Array
    rates: Array

    def fits(self, values: Array) -> Array:
        """Chebyshev coefficients on each step of rows of values; shape (rows, steps, coefficients)."""
        return values.reshape(len(values), len(self.steps), len(NODES)) @ TO_COEFFICIENTS.T


def sample(steps: Sequence[SolverStep]) -> Samples:
    """Look into steps that share a drive."""
    ends = np.array([(s.start, s.end) for s in steps])
    times = ends[:, :1] + np.diff(ends, axis=1) * (NODES + 1) / 2
    every = polynomials(steps)
    flat, first = times.ravel(), steps[0]
    states = every.values(times).reshape(-1, len(flat))
    return Samples(
        steps, every, flat, states, first.drive.at(flat - first.since), first.drive.rates(flat - first.since)
    )


@frozen
class Crossing:
    """A row of values that passes zero upwards: in which step, and when."""

    step: int
    row: int
    time: float


def crossings(steps: Sequence[SolverStep], fits: Array, slack: Array) -> Iterator[Crossing]:
    """Where rows rise beyond a slack above zero, in the order of steps; the time is that of the zero before.

    A row that only touches zero has not crossed it. Polynomials of neighbouring steps do not quite meet; a row that
    is beyond from the first moment of a step crossed at its seam.
    """
    beyond = fits.copy()
    beyond[:, :, 0] -= slack[:, None]
    turns = (-1.0) ** _ORDER
    starts, finals = beyond @ turns, beyond.sum(axis=2)
    seams = np.zeros(starts.shape, dtype=bool)
    seams[:, 1:] = (finals[:, :-1] <= 0) & (starts[:, 1:] > 0)
    may = np.abs(beyond[:, :, 0]) <= np.abs(beyond[:, :, 1:]).sum(axis=2) * (1 + 1e-12)
    for k in np.flatnonzero((may | seams).any(axis=0)).tolist():
        rows = np.flatnonzero(may[:, k] | seams[:, k])
        found = [(_first_rise(fits[row, k], float(slack[row]), bool(seams[row, k])), int(row)) for row in rows]
        width = steps[k].end - steps[k].start
        for s, row in sorted((s, row) for s, row in found if s is not None):
            yield Crossing(k, row, steps[k].start + width * (s + 1) / 2)


def _first_rise(fit: Array, slack: float, seam: bool) -> float | None:
    """Where in -1 to 1 a series passes zero, if it then rises beyond the slack."""
    beyond = fit - slack * (_ORDER == 0)
    if seam:
        return -1.0
    over = next(iter(rises(beyond)), None)
    if over is None:
        return None
    zeros = [s for s in rises(fit) if s <= over]
    return zeros[-1] if zeros else over


def polished(function: Callable[[float], float], guess: float, step: SolverStep) -> float:
    """A zero to rounding error, from one that a polynomial gave."""
    width = BRACKET * (step.end - step.start)
    low, high = max(guess - width, step.start), min(guess + width, step.end)
    return root(function, low, high) if function(low) < 0 < function(high) else guess


def turning_points(samples: Samples, values: Array, least: Array) -> list[tuple[int, float]]:
    """Steps and times at which rows of values turn round or pass zero, and move by more than the least on the way."""
    fits = np.nan_to_num(samples.fits(values))
    moves = np.abs(fits[:, :, 1:]).sum(axis=2)
    passes = np.abs(fits[:, :, 0]) <= moves
    turns = np.abs(fits[:, :, 1]) <= (_ORDER[2:] ** 2 * np.abs(fits[:, :, 2:])).sum(axis=2)
    rows, steps = np.nonzero((moves > least[:, None]) & (passes | turns))
    chosen = fits[rows, steps]
    found = [_zeros(chosen, 0), _zeros(chosen, 1)]
    which, places = (np.concatenate(parts) for parts in zip(*found, strict=True))
    ends = np.array([(s.start, s.end) for s in samples.steps])[steps[which]]
    times = ends[:, 0] + (ends[:, 1] - ends[:, 0]) * (places + 1) / 2
    return list(zip(steps[which].tolist(), times.tolist(), strict=True))


def _zeros(fits: Array, order: int) -> tuple[NDArray[np.int64], Array]:
    """Which of many series (or their derivatives) change their signs between the points of a grid, and where."""
    which, places = np.empty(len(fits) * len(GRID), np.int64), np.empty(len(fits) * len(GRID))
    series, slopes = fits @ DERIVED[order], fits @ DERIVED[order + 1]
    count = _changes_of_sign(fits @ ON_GRID[order], series, slopes, which, places)
    return which[:count], places[:count]


@njit()
def _changes_of_sign(values: Array, series: Array, slopes: Array, which: Any, places: Array) -> int:
    """Zeros of series between points of the grid at which their values have other signs; how many."""
    count = 0
    for k in range(len(values)):
        for cell in range(len(GRID) - 1):
            if (values[k, cell] < 0) != (values[k, cell + 1] < 0):
                which[count], places[count] = k, zero_in(cell, values[k], series[k], slopes[k])
                count += 1
    return count


@njit()
def zero_in(cell: int, values: Array, series: Array, slopes: Array) -> float:
    """The zero of a series in a cell of the grid at whose ends its signs differ, by two of Newton's steps."""
    left, right = values[cell], values[cell + 1]
    place = GRID[cell] + (GRID[cell + 1] - GRID[cell]) * left / (left - right)
    for _ in range(2):
        slope = total(slopes, place)
        if slope != 0:
            place = min(max(place - total(series, place) / slope, GRID[cell]), GRID[cell + 1])
    return place
