"""Where controls pass their levels in a stretch, panel by panel, compiled; what bounds exclude is not sampled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .crossings import DEGREE, FAR, IN_GROWTHS, IN_RATES, IN_TURNS, STEP, fit_matrix
from .excluding import Bounds, bounds, next_panel
from .inner import copy, inner
from .mode_tables import Leg, ModeTable, beyond, leg, twins
from .rising import HALVES as ALL_HALVES
from .rising import MOST as MOST_ROOTS
from .rising import in_order, rising

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NODES, TO_COEFFICIENTS = fit_matrix(DEGREE)
BY_NODE = np.ascontiguousarray(TO_COEFFICIENTS.T)
HALVES = ALL_HALVES[DEGREE]


class Room(NamedTuple):
    """Memory of a loop."""

    here: Leg
    margin: Array
    at: Array
    after: Array
    moments: Array
    values: Array
    fit: Array
    roots: Array
    times: Array
    rows: Any
    changing: Any
    bounds: Bounds


def room(n: int, m: int, switches: int) -> Room:
    """Memory for a circuit."""
    crossings = switches * MOST_ROOTS
    return Room(
        leg(n, m), np.zeros(switches), np.zeros(switches), np.zeros(switches),
        np.zeros(DEGREE + 1), np.zeros(DEGREE + 1), np.zeros(DEGREE + 1), np.zeros(MOST_ROOTS),
        np.zeros(crossings), np.zeros(crossings, np.int64), np.zeros(switches, np.bool_), bounds(n, switches),
    )  # fmt: skip


@inner
def first_panel(table: ModeTable, mode: int, length: float) -> float:
    """End of the first panel: short next to the fastest rate."""
    speed = 0.0
    for r in table.rates[mode]:
        speed = max(speed, abs(r))
    return min(length, IN_RATES / speed) if speed > 0 else length


@inner
def longest(table: ModeTable, mode: int) -> float:
    """Longest panel of a mode, by what rings and what grows in it."""
    growing = turning = 0.0
    for r in table.rates[mode]:
        growing, turning = max(growing, r.real), max(turning, abs(r.imag))
    most = IN_TURNS / turning if turning > 0 else np.inf
    return min(most, IN_GROWTHS / growing) if growing > 0 else most


@inner
def _polished(table: ModeTable, mode: int, room: Room, row: int, guess: float, width: float) -> float:
    """Two secant steps on the function itself."""
    step, at, value = STEP * width, room.moments[:3], room.values[:3]
    for _ in range(2):
        at[0], at[1], at[2] = max(guess - step, 0.0), guess, guess + step
        beyond(table, mode, room.here, room.margin, row, at, value)
        slope = (value[2] - value[0]) / (at[2] - at[0])
        if slope <= 0 or abs(value[1] / slope) > FAR * width:
            break
        guess = max(guess - value[1] / slope, 0.0)
    return guess


@inner
def _fit(table: ModeTable, mode: int, room: Room, row: int, start: float, width: float) -> bool:
    """Put the series of a control in a panel into `room.fit`; says whether it may be zero there."""
    moments, values, fit = room.moments, room.values, room.fit
    for a in range(len(NODES)):
        moments[a] = start + width * (NODES[a] + 1) / 2
    beyond(table, mode, room.here, room.margin, row, moments, values)
    for c in range(len(NODES)):
        fit[c] = 0.0
    for a in range(len(NODES)):
        for c in range(len(NODES)):
            fit[c] += BY_NODE[a, c] * values[a]
    reach = 0.0
    for c in range(1, len(NODES)):
        reach += abs(fit[c])
    return not abs(fit[0]) > reach * (1 + 1e-12)


@inner
def _found(table: ModeTable, mode: int, room: Room, row: int, start: float, width: float, count: int) -> int:
    """Add the times at which a control passes its level in a panel; those of a twin before it are known."""
    for before in range(row):
        if room.bounds.may[before] and twins(table, mode, before, row):
            for c in range(count):
                if room.rows[c] == before:
                    room.times[count], room.rows[count] = room.times[c], row
                    count += 1
            return count
    if _fit(table, mode, room, row, start, width):
        for r in range(rising(room.fit, HALVES, room.roots)):
            moment = start + width * (room.roots[r] + 1) / 2
            room.times[count], room.rows[count] = _polished(table, mode, room, row, moment, width), row
            count += 1
    return count


@inner
def crossings(table: ModeTable, mode: int, room: Room, start: float, end: float) -> int:
    """Times in a panel at which a control passes its level, in order, into `room.times` and `room.rows`.

    Only those are looked at that may pass by `room.bounds`.
    """
    count: Any = np.int64(0)  # of a literal 0 numba compiles twice what it is given to
    for row in range(len(room.margin)):
        if room.bounds.may[row]:
            count = _found(table, mode, room, row, start, end - start, count)
    in_order(room.times, room.rows, count)
    return count


@inner
def may_ever(table: ModeTable, mode: int, room: Room, length: float) -> bool:
    """Whether a control may pass its level in a stretch; `room.bounds` is ready for its first panel then."""
    low, y = room.bounds.low, room.here.y
    copy(y, low)
    start, _ = next_panel(table, mode, room.here, room.margin, 0.0, length, length, length, room.bounds)
    copy(y, low)
    return start < length
