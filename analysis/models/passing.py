"""When a value of a solution passes a level: exact to rounding in linear modes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ...circuits.numeric.numeric import NumericEquations
from .crossings import panels, upward
from .hybrid import Piece
from .hybrid_steps import passings
from .mode_tables import mode_table
from .panel_crossings import room

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Function = Callable[[Array, Array, Array], Array]

FIRST = 4096
"""Times for which there is memory at first."""


def passing_times(
    system: NumericEquations, pieces: list[Piece], function: Function, sign: float, level: float
) -> list[float]:
    """Crossings inside pieces, and where a value jumps past the level as a switch changes.

    Args:
        system: whose solution it is.
        pieces: all of them.
        function: gives the value for states, inputs and resistances.
        sign: 1 for rising, -1 for falling.
        level: that is passed.
    """
    if all(p.flow.basis.vectors is not None and not len(p.flow.drive.sine_input) for p in pieces):
        return _compiled(system, pieces, function, sign, level)
    found: list[float] = []
    final = np.inf
    for piece in pieces:
        r, length = system.resistances(piece.closed), piece.end - piece.start

        def value(s: Array, piece: Piece = piece, r: Array = r) -> Array:
            return sign * (function(piece.flow.states(s), piece.flow.drive.at(s), r)[0] - level)

        first, last = value(np.array([0.0, length]))
        if final < 0 <= first:
            found.append(piece.start)
        final = last
        ends = panels(piece.flow.basis.rates, piece.flow.drive.omega, length)
        found += [piece.start + s for s in upward(value, ends)]
    return found


def _compiled(
    system: NumericEquations, pieces: list[Piece], function: Function, sign: float, level: float
) -> list[float]:
    bases = {p.closed: p.flow.basis for p in pieces}
    order = {closed: k for k, closed in enumerate(bases)}
    guards = [system.affine(function, closed) for closed in bases]
    shape = (len(bases), 1)
    table = mode_table(
        list(bases.values()), guards, np.full(shape, sign), np.full(shape, level), np.zeros(1, dtype=np.int64)
    )
    modes = np.array([order[p.closed] for p in pieces])
    spans = np.array([(p.start, p.end) for p in pieces])
    x, u, du = (np.array(rows) for rows in zip(*((p.flow.start, *_drive(p)) for p in pieces), strict=True))
    memory, found = room(x.shape[1], u.shape[1], 1), np.empty(FIRST)
    while True:
        with np.errstate(all="ignore"):
            count = passings(table, modes, spans, x, u, du, memory, found)
        if count >= 0:
            return found[:count].tolist()
        found = np.empty(4 * len(found))


def _drive(piece: Piece) -> tuple[Array, Array]:
    return piece.flow.drive.value, piece.flow.drive.slope
