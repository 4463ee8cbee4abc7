"""Which controls cannot pass their levels in a part of a stretch: bounds that cost two looks instead of seventeen.

A component is y' = r y + c + d s. With r real, y' is as well a solution of such an equation and keeps its sign where it
has it at both ends, so that y lies between its ends; elsewhere it goes no further from its start than the largest y'
would take it. With r complex and d = 0, it turns about -c/r, at a distance that only grows or only shrinks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .inner import inner
from .mode_tables import Leg, ModeTable, component

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NEAR = 1e-9
"""How near to its level a control must be looked at, as a part of all that adds up to it: far more than rounding."""
SURE = 1e-12
"""Part of what adds up to a slope below which its sign is not known."""


class Bounds(NamedTuple):
    """Memory of bounds: components at the start of a panel, where each is in its middle and how far from there it goes,
    and which controls may pass their levels.
    """

    low: Any
    middle: Any
    reach: Array
    may: Any


def bounds(n: int, switches: int) -> Bounds:
    """Memory for a circuit."""
    return Bounds(np.zeros(n, complex), np.zeros(n, complex), np.zeros(n), np.zeros(switches, np.bool_))


@inner
def _size(z: complex) -> float:
    """|z|, without a root where z is real."""
    return abs(z.real) if z.imag == 0 else abs(z)


@inner
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


@inner
def panel(length: float, at: float, first: float, most: float) -> float:
    """End of the panel that begins at a time; see `crossings.panels`."""
    end = min(2 * at + first, at + most)  # ends are first (2^k - 1)
    return end if end < length * (1 - 1e-12) else length


@inner
def next_panel(
    table: ModeTable, mode: int, here: Leg, margin: Array, start: float, length: float, first: float, most: float,
    room: Bounds,
) -> tuple[float, float]:  # fmt: skip
    """Find the next panel of a stretch in which a control may pass its level upwards.

    Args:
        table: of modes.
        mode: in which the stretch is.
        here: the stretch.
        margin: what counts as rounding of each control.
        start: of the first panel, seconds.
        length: of the stretch, seconds.
        first, most: length of its first panel, and of the longest.
        room: memory; `low` has the components at the start of the first panel, and gets those at the end of the one
            that is found; `may` who may pass.

    Returns:
        Where the panel begins and ends; the length of the stretch, twice, where there is none.
    """
    rates, seen, m, offset, level, sign = table.rates, table.seen, table.m, table.offset, table.level, table.sign
    y, constant, slope, u, du = here.y, here.constant, here.slope, here.u, here.du
    low, middle, reach, may = room.low, room.middle, room.reach, room.may
    while start < length:
        end, found = panel(length, start, first, most), False
        for k in range(len(y)):
            r, high = rates[mode, k], component(rates[mode, k], y[k], constant[k], slope[k], end)
            middle[k], reach[k] = _reach(r, constant[k], slope[k], start, low[k], end, high)
            low[k] = high
        for i in range(len(may)):
            at, size = offset[mode, i] - level[mode, i], abs(offset[mode, i]) + abs(level[mode, i]) + margin[i]
            far = 0.0
            for k in range(len(y)):
                if seen[mode, i, k] != 0:
                    gain = _size(seen[mode, i, k])
                    at += (seen[mode, i, k] * middle[k]).real
                    far += gain * reach[k]
                    size += gain * (_size(middle[k]) + reach[k])
            for j in range(len(u)):
                if m[mode, i, j] != 0:
                    turn = du[j] * (end - start) / 2
                    at += m[mode, i, j] * (u[j] + du[j] * start + turn)
                    far += abs(m[mode, i, j] * turn)
                    size += abs(m[mode, i, j]) * (abs(u[j]) + abs(du[j]) * end)
            at *= sign[mode, i]
            may[i] = not (at + far < -NEAR * size or at - far > NEAR * size)
            found = found or may[i]
        if found:
            return start, end
        start = end
    return length, length
