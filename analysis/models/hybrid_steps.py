"""Running a hybrid automaton of linear modes, compiled: from transition to transition, as `hybrid` does in Python.

What is done and in which order is that of `hybrid`, which is asked where a mode has no eigenvectors, where sums are
kept for ever, and where inputs are sines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..kept import njit
from ..lent import lent
from .crossings import MOST
from .excluding import next_panel
from .inner import copy, inner
from .mode_tables import InputTable, Leg, ModeTable, all_beyond, drive, enter, states
from .panel_crossings import Room, crossings, first_panel, longest, may_ever
from .runaway import TURNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FINISHED, NEW_MODE, FULL, RUNS_AWAY, CHATTERS, TOO_MANY_PANELS = range(6)
AFTER = 1e-9
"""Part of a stretch after which a control that passes its level must be beyond it."""
AT_ONCE = 1e-12
"""How near to their levels controls are, absolutely and as a part of it, that change together."""
ROUNDING = 32 * np.finfo(float).eps
"""How far beyond its level a control must be, as a part of all that adds up to it."""


class Record(NamedTuple):
    """What was run through.

    Attributes:
        spans, bits: start and end of each piece, and its closed switches.
        x, u, du: states and inputs at its start, and slopes of the inputs.
        changes, which: when a switch changed; which, and whether it closed.
    """

    spans: Array
    bits: Any
    x: Array
    u: Array
    du: Array
    changes: Array
    which: Any


def record(pieces: int, n: int, m: int, switches: int) -> Record:
    """Memory for so many pieces."""
    return Record(
        np.zeros((pieces, 2)), np.zeros(pieces, np.int64), np.zeros((pieces, n)), np.zeros((pieces, m)),
        np.zeros((pieces, m)), np.zeros(pieces * (switches + 1)), np.zeros((pieces * (switches + 1), 2), np.int64),
    )  # fmt: skip


@inner
def _margins(table: ModeTable, mode: int, x: Array, here: Leg, margin: Array) -> None:
    """What counts as rounding of each control."""
    kx, mu, u = table.k, table.m, here.u
    for i in range(len(margin)):
        reached = abs(table.level[mode, i])
        for k in range(len(x)):
            reached += abs(kx[mode, i, k]) * abs(x[k])
        for j in range(len(u)):
            reached += abs(mu[mode, i, j]) * abs(u[j])
        margin[i] = ROUNDING * (reached + abs(table.offset[mode, i]))


@inner
def _first(table: ModeTable, mode: int, room: Room, length: float) -> tuple[float, bool]:
    """Time to the first transition, and whether there is one; `room.changing` has who takes part."""
    any_is = all_beyond(table, mode, room.here, room.margin, 0.0, room.at)
    for i in range(len(room.at)):
        room.changing[i] = room.at[i] > 0
    if any_is:
        return 0.0, True
    if not may_ever(table, mode, room, length):
        return length, False
    first, most, here, margin = first_panel(table, mode, length), longest(table, mode), room.here, room.margin
    start, end = next_panel(table, mode, here, margin, 0.0, length, first, most, room.bounds)
    while start < length:
        for c in range(crossings(table, mode, room, start, end)):
            moment, who = room.times[c], room.rows[c]
            all_beyond(table, mode, room.here, room.margin, min(moment + AFTER * length, length), room.after)
            if room.after[who] > 0:  # at the very end it may just be reached: what comes after the bend decides
                all_beyond(table, mode, room.here, room.margin, moment, room.at)
                for i in range(len(room.at)):
                    near = abs(room.at[i]) <= AT_ONCE * (1 + abs(table.level[mode, i]))
                    room.changing[i] = i == who or (near and room.after[i] > room.at[i])
                return moment, True
        start, end = next_panel(table, mode, here, margin, end, length, first, most, room.bounds)
    return length, False


@njit()
def advance(
    table: ModeTable, inputs: InputTable, stop: float, huge: float, room: Room, out: Record, x: Array, where: Any
) -> tuple[int, int, int]:
    """Run until the end, a mode that is not known yet, or until the memory is full.

    Args:
        table: modes that are known.
        inputs: as straight lines.
        stop: seconds.
        huge: size of a state that has run away.
        room: memory.
        out: where pieces and changes go.
        x: states; where it is is left there.
        where: time, instant of the last change, changes at that instant, bits of the closed switches; likewise.

    Returns:
        Pieces and changes written, and what it stopped for.
    """
    table, inputs, room, out = lent(table), lent(inputs), lent(room), lent(out)
    switches, pieces, changes = len(room.margin), 0, 0
    while where[0] < stop:
        t, bits = where[0], int(where[3])
        mode = table.place[bits]
        if mode < 0:
            return pieces, changes, NEW_MODE
        if pieces + 1 > len(out.bits) or changes + switches > len(out.changes):
            return pieces, changes, FULL
        here = room.here
        drive(inputs, t, here.u, here.du)
        enter(table, mode, x, here)
        bend = inputs.bends[np.searchsorted(inputs.bends, t, side="right")]
        length = min(bend, stop) - t
        _margins(table, mode, x, here, room.margin)
        if not length <= MOST * longest(table, mode):
            return pieces, changes, TOO_MANY_PANELS
        s, changed = _first(table, mode, room, length) if switches else (length, False)
        if changed:
            where[2] = where[2] + 1 if t + s == where[1] else 0
            where[1] = t + s
            if where[2] > TURNS * (switches + 1):
                return pieces, changes, CHATTERS
        if s > 0:
            end = min(t + s, stop)
            if end > t:  # a phase shorter than the resolution of time leaves no piece
                out.spans[pieces, 0], out.spans[pieces, 1], out.bits[pieces] = t, end, bits
                copy(x, out.x[pieces])
                copy(here.u, out.u[pieces])
                copy(here.du, out.du[pieces])
                pieces += 1
            states(table, mode, here, s, x)
            for value in x:
                if not abs(value) < huge:
                    where[0] = end
                    return pieces, changes, RUNS_AWAY
            where[0] = end if changed else min(t + length, bend)
        for i in range(switches):
            if changed and room.changing[i]:
                bits ^= 1 << i
                out.changes[changes], out.which[changes, 0], out.which[changes, 1] = where[0], i, (bits >> i) & 1
                changes += 1
        where[3] = bits
    return pieces, changes, FINISHED


@njit()
def passings(
    table: ModeTable, modes: Any, spans: Array, x: Array, u: Array, du: Array, room: Room, found: Array
) -> int:
    """When a value passes its level inside pieces, and where it jumps past it between two.

    Args:
        table: of modes, with one value that is watched.
        modes: of each piece.
        spans: start and end of each piece.
        x, u, du: states and inputs at the start of each piece.
        room: memory.
        found: where the times go.

    Returns:
        How many times there are; -1 where there is no memory for them.
    """
    table, room = lent(table), lent(room)
    count, final = 0, np.inf
    for p in range(len(modes)):
        mode, length = modes[p], spans[p, 1] - spans[p, 0]
        copy(u[p], room.here.u)
        copy(du[p], room.here.du)
        enter(table, mode, x[p], room.here)
        all_beyond(table, mode, room.here, room.margin, 0.0, room.at)
        jumps = final < 0 <= room.at[0]
        if count + jumps > len(found):
            return -1
        if jumps:
            found[count] = spans[p, 0]
            count += 1
        all_beyond(table, mode, room.here, room.margin, length, room.at)
        final = room.at[0]
        if not may_ever(table, mode, room, length):
            continue
        first, most, here, margin = first_panel(table, mode, length), longest(table, mode), room.here, room.margin
        start, end = next_panel(table, mode, here, margin, 0.0, length, first, most, room.bounds)
        while start < length:
            many = crossings(table, mode, room, start, end)
            if count + many > len(found):
                return -1
            for c in range(many):
                found[count] = spans[p, 0] + room.times[c]
                count += 1
            start, end = next_panel(table, mode, here, margin, end, length, first, most, room.bounds)
    return count
