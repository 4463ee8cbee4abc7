"""The compiled loop of `hybrid_steps`, and what it needs to know of a circuit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import define, field

from ...circuits.numeric.numeric import Affine, Closed, NumericEquations
from ..compiling import say_if_it_compiles
from .flow import Basis
from .hybrid_steps import FULL, Record, advance, record
from .inputs import InputPlan
from .mode_tables import InputTable, ModeTable, mode_table
from .panel_crossings import Room, room
from .runaway import HUGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MOST_SWITCHES = 12
"""Of whose states there is a table; circuits with more are run leg by leg."""
FIRST, MOST = 64, 8192
"""Pieces for which there is memory at first and at most, at a time."""


@define(eq=False)
class Where:
    """Where a run is.

    Attributes:
        t: seconds.
        x: states.
        closed: which switches are closed.
        instant: when switches changed last.
        here: how often since then without time going on.
    """

    t: float
    x: Array
    closed: Closed
    instant: float = -1.0
    here: int = 0


@define(eq=False)
class Loop:
    """The compiled loop for one circuit; modes are made known to it as they are entered."""

    system: NumericEquations
    stop: float
    _inputs: InputTable
    _room: Room
    _table: ModeTable | None = None
    _known: list[tuple[Closed, Basis, Affine]] = field(factory=list)
    _pieces: int = FIRST

    def takes(self, closed: Closed, made: Basis, guards: Affine) -> bool:
        """Make a mode known; False where the loop cannot follow it."""
        if made.vectors is None or made.kept is not None:
            return False
        if all(closed != other for other, *_ in self._known):
            self._known.append((closed, made, guards))
            self._table = None
        return True

    def run(self, where: Where) -> tuple[Record, int, int, int]:
        """Go on from where a run is, and leave there where it has come to.

        Returns:
            What was run through, how many pieces and changes, and what it stopped for (`hybrid_steps`).
        """
        if self._table is None:
            self._table = _table(self.system, self._known)
        switches = len(where.closed)
        out = record(self._pieces, len(where.x), len(self._inputs.steep), switches)
        bits = sum(1 << k for k, c in enumerate(where.closed) if c)
        place, x = np.array([where.t, where.instant, where.here, bits]), where.x.copy()
        with np.errstate(all="ignore"):
            say_if_it_compiles(advance, "linear circuits")
            pieces, changes, why = advance(self._table, self._inputs, self.stop, HUGE, self._room, out, x, place)
        if why == FULL:
            self._pieces = min(2 * self._pieces, MOST)
        where.t, where.instant, where.here, where.x = float(place[0]), float(place[1]), int(place[2]), x
        where.closed = tuple(bool(int(place[3]) >> k & 1) for k in range(switches))
        return out, pieces, changes, why


def loop(system: NumericEquations, plan: InputPlan, stop: float) -> Loop | None:
    """The compiled loop for a circuit; None where its inputs have waves, or its switches too many."""
    switches, n = len(system.equations.switches), len(system.initial)
    if len(plan.waves) or switches > MOST_SWITCHES or not n:
        return None
    return Loop(system, stop, input_table(plan), room(n, len(plan.tables), switches))


def input_table(plan: InputPlan) -> InputTable:
    """The straight lines of a plan."""
    tables = plan.tables
    first = np.cumsum([0, *(len(times) for times, _, _ in tables)])
    times, values = (np.concatenate([np.zeros(0), *(t[k] for t in tables)]) for k in (0, 1))
    return InputTable(plan.bends, first, times, values, np.array([t[2] for t in tables], dtype=np.bool_))


def _table(system: NumericEquations, known: list[tuple[Closed, Basis, Affine]]) -> ModeTable:
    closed = np.array([c for c, *_ in known], dtype=bool).reshape(len(known), -1)
    place = np.full(1 << closed.shape[1], -1, dtype=np.int64)
    place[closed @ (1 << np.arange(closed.shape[1]))] = np.arange(len(known))
    sign, level = np.where(closed, -1.0, 1.0), np.where(closed, system.opens_below, system.closes_above)
    return mode_table([b for _, b, _ in known], [g for *_, g in known], sign, level, place)
