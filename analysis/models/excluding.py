"""Which controls cannot pass their levels in a part of a stretch: bounds that cost two looks instead of seventeen.

A component is y' = r y + c + d s. With r real, y' is as well a solution of such an equation and keeps its sign where it
has it at both ends, so that y lies between its ends; elsewhere it goes no further from its start than the largest y'
would take it. With r complex and d = 0, it turns about -c/r, at a distance that only grows or only shrinks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import njit

from .mode_tables import Leg, ModeTable, component

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NEAR = 1e-9
"""How near to its level a control must be looked at, as a part of all that adds up to it: far more than rounding."""
SURE = 1e-12
"""Part of what adds up to a slope below which its sign is not known."""


class Bounds(NamedTuple):
    """Memory of bounds: components at both ends of a part, where each is in the middle and how far from there it goes,
    and which controls may pass their levels.
    """

    low: Any
    high: Any
    middle: Any
    reach: Array
    may: Any


def bounds(n: int, switches: int) -> Bounds:
    """Memory for a circuit."""
    low, high, middle = (np.zeros(n, complex) for _ in range(3))
    return Bounds(low, high, middle, np.zeros(n), np.zeros(switches, np.bool_))


@njit(cache=True)
def _size(z: complex) -> float:
    """|z|, without a root where z is real."""
    return abs(z.real) if z.imag == 0 else abs(z)


@njit(cache=True)
def _reach(
    r: complex, c: complex, d: complex, a: float, low: complex, b: float, high: complex
) -> tuple[complex, float]:
    """Where a component is between two times at whose ends it is known: a middle, and how far from it it goes."""
    if r.imag == low.imag == high.imag == c.imag == d.imag == 0:
        first, last = r.real * low.real + c.real + d.real * a, r.real * high.real + c.real + d.real * b
        unsure = SURE * (abs(r.real) * max(abs(low.real), abs(high.real)) + abs(c.real) + abs(d.real) * b)
        if d.real != 0 and not (min(first, last) > unsure or max(first, last) < -unsure):
            return low, (b - a) * (max(abs(first), abs(last)) + unsure)
        return (low + high) / 2, abs(high.real - low.real) / 2
    if d == 0 and r != 0:
        return -c / r, abs(low + c / r) * max(1.0, np.exp(r.real * (b - a)))
    return low, np.inf


@njit(cache=True)
def may_pass(table: ModeTable, mode: int, here: Leg, margin: Array, a: float, b: float, room: Bounds) -> bool:
    """Find the controls that may pass their levels upwards between two times of a stretch.

    Args:
        table: of modes.
        mode: in which the stretch is.
        here: the stretch.
        margin: what counts as rounding of each control.
        a, b: seconds after its start.
        room: memory; `low` has the components at a, `high` gets those at b, and `may` who may pass.

    Returns:
        Whether any may.
    """
    # Each look into a tuple costs as much as ten products: its arrays are counted.
    rates, seen, m, offset, level, sign = table.rates, table.seen, table.m, table.offset, table.level, table.sign
    y, constant, slope, u, du = here.y, here.constant, here.slope, here.u, here.du
    low, high, middles, reaches, may = room.low, room.high, room.middle, room.reach, room.may
    for k in range(len(y)):
        high[k] = component(rates[mode, k], y[k], constant[k], slope[k], b)
        middles[k], reaches[k] = _reach(rates[mode, k], constant[k], slope[k], a, low[k], b, high[k])
    found = False
    for i in range(len(may)):
        middle, reach = offset[mode, i] - level[mode, i], 0.0
        size = abs(offset[mode, i]) + abs(level[mode, i]) + margin[i]
        for k in range(len(y)):
            gain = seen[mode, i, k]
            if gain != 0:
                middle += (gain * middles[k]).real
                reach += _size(gain) * reaches[k]
                size += _size(gain) * (_size(middles[k]) + reaches[k])
        for j in range(len(u)):
            by, turn = m[mode, i, j], du[j] * (b - a) / 2
            if by != 0:
                middle += by * (u[j] + du[j] * a + turn)
                reach += abs(by * turn)
                size += abs(by) * (abs(u[j]) + abs(du[j]) * b)
        beyond = sign[mode, i] * middle
        may[i] = not (beyond + reach < -NEAR * size or beyond - reach > NEAR * size)
        found = found or may[i]
    return found
