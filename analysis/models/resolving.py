"""Panels that resolve all that a solution does: degree 16 holds any of its values there to rounding.

In linear modes a panel is short next to the fastest rate at the start of a piece and grows with time, as in
`crossings`; rings and waves that decay keep panels short only until they are gone. Of a smooth solution each solver
step, a polynomial, is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .crossings import IN_GROWTHS, IN_RATES, IN_TURNS, MOST
from .pieces import Piece
from .runaway import too_many_periods
from .solved_steps import Steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .model import Solution

    Array = NDArray[np.float64]

GONE = 45.0
"""Time constants after which nothing is left of a decay (3e-20)."""
LOOKS = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
"""Parts of a panel, which is at most half a turn long."""
SHORTEST = 1e-12
"""Part of a piece that is too short for a panel of its own."""


class Panels(NamedTuple):
    """The piece of each panel, its start and its length, seconds."""

    which: NDArray[np.int64]
    start: Array
    width: Array

    def part(self, places: NDArray[np.int64] | slice) -> Panels:
        """Some of them."""
        return Panels(self.which[places], self.start[places], self.width[places])


class Pace(NamedTuple):
    """How fast a mode under its waves changes.

    Attributes:
        first: length of the first panel of a piece, seconds.
        longest: of panels, by each of what rings, turns and grows, seconds.
        until: when each of these is gone, seconds since the start of a piece.
    """

    first: float
    longest: Array
    until: Array


def resolving(solution: Solution) -> Panels:
    """Panels of all pieces of a solution, in order.

    Raises:
        LapicqueError: there are more than can be followed.
    """
    start, end = solution.spans.T
    length = end - start
    if isinstance(solution.pieces, Steps):
        which = np.flatnonzero(length > 0)
        return Panels(which, start[which], length[which])
    paces: dict[int, tuple[Pace, list[int]]] = {}
    for k, piece in enumerate(solution.pieces):
        key = id(piece.flow.basis)
        if key not in paces:
            paces[key] = pace(piece), []
        if piece.end > piece.start:
            paces[key][1].append(k)
    parts = [_parted(p, np.array(of), start[of], length[of]) for p, of in paces.values() if of]
    which = np.concatenate([p.which for p in parts])
    since, width = np.concatenate([p.start for p in parts]), np.concatenate([p.width for p in parts])
    return Panels(which, since, width).part(np.lexsort((since, which)))


def close_times(solution: Solution) -> Array:
    """Times so close that no swing hides between two of them, seconds: within 5 % of its height each is seen."""
    panels = resolving(solution)
    return (panels.start[:, None] + panels.width[:, None] * LOOKS).ravel()


def pace(piece: Piece) -> Pace:
    """How fast the mode of a piece changes."""
    drive, rates = piece.flow.drive, piece.flow.basis.rates
    speed = float(np.max(np.abs(drive.rates_with(rates)), initial=0.0))
    turns = np.concatenate([np.abs(np.imag(rates)), np.abs(drive.omega), np.max(np.real(rates), initial=0.0)[None]])
    decays = np.concatenate([-np.real(rates), drive.decay, [0.0]])
    radians = np.append(np.full(len(turns) - 1, IN_TURNS), IN_GROWTHS)
    counts = turns > 0
    with np.errstate(divide="ignore"):
        until = np.where(decays > 0, GONE / decays, np.inf)
    return Pace(IN_RATES / speed if speed > 0 else np.inf, radians[counts] / turns[counts], until[counts])


def _parted(pace: Pace, which: NDArray[np.int64], start: Array, length: Array) -> Panels:
    """Panels of pieces of one pace.

    Raises:
        LapicqueError: there are more than can be followed.
    """
    first, last = np.minimum(pace.first, length), length * (1 - SHORTEST)
    doublings = int(np.max(np.ceil(np.log2(length / first + 1))))
    # Decays: a panel as long as the time passed resolves all that is left of them.
    grown = first[:, None] * (2.0 ** np.arange(doublings + 1) - 1)
    rows, columns = np.nonzero(grown[:, :-1] < last[:, None])
    since, until = grown[rows, columns], grown[rows, columns + 1]
    width = np.where(until < last[rows], until, length[rows]) - since
    longest = np.min(np.where(pace.until > since[:, None], pace.longest, np.inf), axis=1, initial=np.inf)
    count = np.maximum(np.ceil(width / longest), 1.0)
    if not count.sum() <= MOST:
        what = f"{count.sum() * IN_TURNS / (2 * np.pi):.2g} periods of its fastest sine or ringing"
        raise too_many_periods(float(length.sum()), what, "more than can be followed")
    many = count.astype(np.int64)
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    row, part = np.repeat(rows, many), np.repeat(width / count, many)
    return Panels(which[row], start[row] + np.repeat(since, many) + within * part, part)
