"""When a value of a solution passes a level: exact to rounding in linear modes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...circuits.numeric.numeric import NumericEquations, compiled
from .crossings import panels, upward
from .hybrid_steps import passings
from .mode_tables import mode_table
from .panel_crossings import room
from .pieces import Piece, Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sympy import Expr

    Array = NDArray[np.float64]

FIRST = 4096
"""Times for which there is memory at first."""


def passing_times(system: NumericEquations, pieces: Pieces, expression: Expr, sign: float, level: float) -> list[float]:
    """Crossings inside pieces, and where a value jumps past the level as a switch changes.

    Args:
        system: whose solution it is.
        pieces: all of them.
        expression: the value, of states, inputs and resistances.
        sign: 1 for rising, -1 for falling.
        level: that is passed.
    """
    if pieces.plain:
        return _compiled(system, pieces, expression, sign, level)
    function, found = compiled(system.equations, [expression]), list[float]()
    final = np.inf
    for piece in pieces:
        r, length = system.resistances(piece.closed), piece.end - piece.start

        def value(s: Array, piece: Piece = piece, r: Array = r) -> Array:
            return sign * (function(piece.flow.states(s), piece.flow.drive.at(s), r)[0] - level)

        first, last = value(np.array([0.0, length]))
        if final < 0 <= first:
            found.append(piece.start)
        final = last
        drive = piece.flow.drive
        ends = panels(drive.rates_with(piece.flow.basis.rates), drive.omega, length)
        found += [piece.start + s for s in upward(value, ends)]
    return found


def _compiled(system: NumericEquations, pieces: Pieces, expression: Expr, sign: float, level: float) -> list[float]:
    modes, stretches = pieces.modes, pieces.stretches()
    order = {closed: k for k, closed in enumerate(modes)}
    guards = list(zip(*system.affine_in((expression,), list(modes)), strict=True))
    shape = (len(modes), 1)
    table = mode_table(
        list(modes.values()), guards, np.full(shape, sign), np.full(shape, level), np.zeros(1, dtype=np.int64)
    )
    which = np.array([order[s.modes[b][0]] for s in stretches for b in s.which.tolist()])
    spans, x, u, du = (np.concatenate([getattr(s, name) for s in stretches]) for name in ("spans", "x", "u", "du"))
    memory, found = room(x.shape[1], u.shape[1], 1), np.empty(FIRST)
    while True:
        with np.errstate(all="ignore"):
            count = passings(table, which, spans, x, u, du, memory, found)
        if count >= 0:
            return found[:count].tolist()
        found = np.empty(4 * len(found))
