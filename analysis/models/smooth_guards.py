"""Guards of a smooth circuit, compiled: what `guards` does, for switches and for jumps that are not slid along."""

from __future__ import annotations

import numpy as np

from ...circuits.numeric.sides import FREE
from .guards import BAND, SAME, SLACK, TWINS, UNSURE
from .inner import copy, inner
from .radau import Array
from .radau_work import ask
from .runaway import TURNS
from .smooth_tables import Guarded, Laws, Look, Now, Watch


@inner
def _numbers(guarded: Guarded, now: Now, r: Array) -> None:
    """Resistances and sides of where a run is."""
    s = len(now.closed)
    for k in range(s):
        r[k] = guarded.r_on[k] if now.closed[k] else guarded.r_off[k]
    for j in range(len(now.sides)):
        r[s + j] = now.sides[j]


@inner
def _unsure(now: Now, largest: Array) -> float:
    """What of a level is unsure by the largest value in the circuit."""
    most = 0.0
    for size in now.size:
        most = max(most, size)
    for size in largest:
        most = max(most, size)
    return UNSURE * most


@inner
def _slack(guarded: Guarded, k: int, unsure: float) -> float:
    return unsure + SLACK * max(abs(guarded.opens_below[k]), abs(guarded.closes_above[k]))


@inner
def _size(laws: Laws, now: Now, largest: Array, u: Array, look: Look, j: int) -> float:
    """The size of the terms of an argument that jumps; see `guards.rows`. The values are asked for before."""
    n, m = len(now.x), len(largest)
    left, size, first = look.value[len(now.closed) + j], 0.0, j * (n + m)
    for i in range(n):
        size += abs(look.across[first + i]) * max(abs(now.x[i]), now.size[i])
        left -= look.across[first + i] * now.x[i]
    for i in range(m):
        size += abs(look.across[first + n + i]) * max(abs(u[i]), largest[i])
        left -= look.across[first + n + i] * u[i]
    return size + abs(left)


@inner
def asked(laws: Laws, guarded: Guarded, now: Now, u: Array, look: Look) -> None:
    """Ask for the values that are watched, as things are."""
    _numbers(guarded, now, look.r)
    ask(laws.watched, now.x, u, look.r, laws.p, look.value, 1)
    if len(now.sides):
        ask(laws.across, now.x, u, look.r, laws.p, look.across, 1)


@inner
def settle(laws: Laws, guarded: Guarded, now: Now, largest: Array, u: Array, look: Look) -> bool:
    """Find the state of switches and jumps that holds from now on.

    Returns:
        Whether it is found; not where an argument is at the value at which it jumps, and where there is none.
    """
    s, j, unsure = len(now.closed), len(now.sides), _unsure(now, largest)
    for _ in range(TURNS * (s + j + 1)):
        asked(laws, guarded, now, u, look)
        changed = False
        for k in range(s):
            on = now.closed[k]
            beyond = guarded.opens_below[k] - look.value[k] if on else look.value[k] - guarded.closes_above[k]
            if beyond > _slack(guarded, k, unsure):
                now.closed[k] = not on
                changed = True
        for i in range(0 if changed else j):
            if now.sides[i] == FREE:
                continue
            value = look.value[s + i]
            level = np.round(value) if guarded.stairs[i] else 0.0
            if not abs(value - level) > BAND * _size(laws, now, largest, u, look, i):
                return False
            side = np.floor(value) if guarded.stairs[i] else 1.0 if value > 0 else 0.0
            if side != now.sides[i]:
                now.sides[i] = side
                changed = True
                break
        if not changed:
            return True
    return False


@inner
def watched_rows(laws: Laws, guarded: Guarded, now: Now, largest: Array, u: Array, look: Look, watch: Watch) -> int:
    """Write down what is watched in the stretch that begins now, after it has settled; how many rows."""
    s, count, unsure = len(now.closed), 0, _unsure(now, largest)
    for k in range(s):
        watch.which[count], watch.sign[count] = k, -1.0 if now.closed[k] else 1.0
        watch.level[count] = guarded.opens_below[k] if now.closed[k] else guarded.closes_above[k]
        watch.slack[count] = _slack(guarded, k, unsure)
        count += 1
    for i in range(len(now.sides)):
        slack, side = SLACK * _size(laws, now, largest, u, look, i), now.sides[i]
        for sign in (1.0, -1.0):
            if guarded.stairs[i] or side != (1.0 if sign > 0 else 0.0):
                watch.which[count], watch.sign[count], watch.slack[count] = s + i, sign, slack
                watch.level[count] = side + (sign > 0) if guarded.stairs[i] else 0.0
                count += 1
    return count


@inner
def _jumps(laws: Laws, now: Now, x: Array, u: Array, look: Look, j: int, step: float, slopes: Array) -> bool:
    """Whether the slopes of the states differ on the two sides of an argument at which the circuit is."""
    copy(look.r, look.other)
    look.other[len(now.closed) + j] = 0.0
    ask(laws.slopes, x, u, look.other, laws.p, slopes[0], 1)
    look.other[len(now.closed) + j] = 1.0
    ask(laws.slopes, x, u, look.other, laws.p, slopes[1], 1)
    most = 0.0
    for i in range(len(x)):
        most = max(most, abs(x[i]))
    for i in range(len(x)):
        low, high = slopes[0, i], slopes[1, i]
        if abs(high - low) > SAME * (abs(low) + abs(high)) + UNSURE * most / step:
            return True
    return False


@inner
def changed(
    laws: Laws, guarded: Guarded, now: Now, watch: Watch, rows: int, row: int, x: Array, u: Array, look: Look,
    step: float, slopes: Array,
) -> bool:  # fmt: skip
    """Change what a crossing of a row changes, at states x and inputs u; False where that is nothing.

    Args:
        step: length of the step in which it is.
        slopes: memory for two of them.
    """
    s = len(now.closed)
    if watch.which[row] >= s:
        j = watch.which[row] - s
        free = guarded.compared[j] and not _jumps(laws, now, x, u, look, j, step, slopes)
        if free and now.sides[j] == FREE:
            return False
        now.sides[j] = FREE if free else 1.0 if watch.sign[row] > 0 else 0.0
        return True
    ask(laws.watched, x, u, look.r, laws.p, look.value, 1)
    here = watch.sign[row] * (look.value[watch.which[row]] - watch.level[row])
    for other in range(rows):
        k = watch.which[other]
        if k < s:  # what has reached its level to rounding changes with it
            beyond = watch.sign[other] * (look.value[k] - watch.level[other])
            near = abs(beyond - here) <= TWINS * max(abs(watch.level[other]), abs(watch.level[row]))
            if other == row or near:
                now.closed[k] = not now.closed[k]
    return True
