"""Edges: where a signal of the model moves much faster than between its events, judged in time instead of in height.

A comparator's output that comes a microsecond late is wrong by its whole swing for a microsecond: a time error in
disguise. What is an edge is read off the model, which is the equations' own solution, never off the simulation. An
edge that a stimulus makes comes when the stimulus does: nothing excuses its height, nor anything in a circuit that
decides nothing by itself (linear, without switches). Where a switch changes there is an edge whatever a stimulus does
meanwhile: it came when the switch did.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from ..models.crossings import panels
from ..models.solved_steps import Steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..models.model import Solution
    from ..models.pieces import Piece

    Array = NDArray[np.float64]
    Indices = NDArray[np.int_]
    Line = tuple[Array, Array]

STEEP = 10.0
"""Swings an interval: what moves faster is an edge."""
AROUND = 1.0
"""How far to both sides an edge reaches into its own tails, in its lengths."""
HEIGHTS = np.linspace(0.15, 0.85, 8)
"""Parts of its swing at which the rises of a signal are counted, and"""
SWAY = 0.05
"""how far beyond to both sides it must go."""
ROUNDING = 1e-9
"""Changes below this part of the swing say nothing of a direction."""
INSTANT = 1e-12
"""Instants that are no further apart than this part of a run are the same."""
HALVINGS = 36
"""Of the two time points around the middle of an edge, until it is found to rounding."""


@frozen(eq=False)
class Moments:
    """When stimuli bend, and when switches change; seconds, rising."""

    bends: Array
    changes: Array


@frozen(eq=False)
class Edges:
    """The edges of one signal; arrays of shape (edges,).

    Attributes:
        begin: seconds, in the model.
        end: seconds, in the model.
        reference: when the model passes the middle of the edge, seconds.
        late: how much later the result passes it, seconds; NaN where it does not.
        interval: mean time between two rises of the signal, seconds; of spikes where those are closer.
    """

    begin: Array = field(repr=False)
    end: Array = field(repr=False)
    reference: Array
    late: Array
    interval: float

    @property
    def missing(self) -> int:
        """How many edges of the model the result has not."""
        return int(np.isnan(self.late).sum())

    @property
    def worst(self) -> float:
        """Largest time error of an edge that was found, seconds."""
        return float(np.nanmax(np.abs(self.late), initial=0.0))

    @property
    def longest(self) -> float:
        """Length of the longest edge, seconds."""
        return float(np.max(self.end - self.begin, initial=0.0))

    def covers(self, times: Array) -> NDArray[np.bool_]:
        """Which times belong to an edge, its tails, or the time by which the two runs disagree about it."""
        reach = AROUND * (self.end - self.begin) + 2 * np.nan_to_num(np.abs(self.late))
        inside = np.zeros(len(times) + 1, dtype=int)
        np.add.at(inside, np.searchsorted(times, self.begin - reach), 1)
        np.add.at(inside, np.searchsorted(times, self.end + reach, side="right"), -1)
        return np.cumsum(inside[:-1]) > 0


def own_times(solution: Solution, begin: float, end: float) -> Array:
    """Times at which a solution has to be looked at so that none of its edges hides: its steps, or its panels.

    Args:
        solution: of a circuit's equations.
        begin: seconds.
        end: seconds.
    """
    pieces, spans = solution.pieces, solution.spans
    parts = [spans.ravel()] if isinstance(pieces, Steps) else [_panels(p) for p in pieces]
    before_jumps = np.nextafter(spans[:, 0], -np.inf)
    times = np.unique(np.concatenate([[begin, end], before_jumps, *parts]))
    return times[(times >= begin) & (times <= end)]


def _panels(piece: Piece) -> Array:
    rates = piece.flow.drive.rates_with(piece.flow.basis.rates)
    return piece.start + panels(rates, piece.flow.drive.omega, piece.end - piece.start)


def find_edges(
    evaluate: Callable[[Array], Array], model: Line, result: Line, moments: Moments, smallest: float, spiking: float
) -> Edges:
    """Find the edges of a signal of the model, and the same edges in a result.

    Args:
        evaluate: the model's signal at any times.
        model: the same at times so close that no edge lies between two of them.
        result: times and values of the result's own points.
        moments: when stimuli bend and switches change.
        smallest: edges lower than this are none, in the unit of the signal.
        spiking: mean interval of the spikes of the circuit, seconds; infinite without spikes.
    """
    times, values = model
    swing = float(np.ptp(values))
    interval = min(_interval(times, values), spiking)
    first, last = _stretches(times, values, STEEP * swing / interval, smallest)
    first, last = _undriven(times, first, last, moments)
    first, last = _with_jumps(times, values, first, last, smallest, moments.bends)
    level, sign = (values[first] + values[last]) / 2, np.sign(values[last] - values[first])
    reference = _passes(evaluate, model, first, last, level, sign)
    step = _steps(result, model, reference, level, sign, interval)
    late = _late(evaluate, model, result, (first, last, reference, sign), step)
    seen = ~np.isnan(late) | (reference < result[0][-1] - 1e-3 * interval)  # the very end is not seen in full
    return Edges(times[first][seen], times[last][seen], reference[seen], late[seen], interval)


def _interval(times: Array, values: Array) -> float:
    """Mean time between two rises, at the height at which they are most; the whole time with fewer than two.

    A signal that starts far from where it then swings is asked once it is there, too.
    """
    settled = int(np.searchsorted(times, (times[0] + times[-1]) / 2))
    means = [float(times[-1] - times[0])]
    for t, v in ((times, values), (times[settled:], values[settled:])):
        low, swing = float(np.min(v)), float(np.ptp(v))
        for height in HEIGHTS if swing > SWAY * np.ptp(values) else ():
            state = np.select([v > low + (height + SWAY) * swing, v < low + (height - SWAY) * swing], [1, -1], 0)
            told = np.flatnonzero(state)
            rises = t[told][1:][np.diff(state[told]) > 0]
            if len(rises) > 1:
                means.append(float(np.mean(np.diff(rises))))
    return min(means)


def _undriven(times: Array, first: Indices, last: Indices, moments: Moments) -> tuple[Indices, Indices]:
    """Only those edges during which, and shortly before which, no stimulus bends, or a switch changes besides."""
    before, after = times[first] - (times[last] - times[first]), times[last]
    free = ~_any_within(moments.bends, before, after) | _any_within(moments.changes, before, after)
    return first[free], last[free]


def _any_within(moments: Array, begin: Array, end: Array) -> NDArray[np.bool_]:
    return np.searchsorted(moments, begin) < np.searchsorted(moments, end, side="right")


def _with_jumps(
    times: Array, values: Array, first: Indices, last: Indices, smallest: float, bends: Array
) -> tuple[Indices, Indices]:
    """The edges, and the jumps between two neighbouring times that are in none of them and at no bend of a stimulus."""
    near = INSTANT * (times[-1] - times[0])
    jumps = np.flatnonzero((np.diff(times) < near) & (np.abs(np.diff(values)) > smallest))
    at = np.searchsorted(bends, times[jumps] - near) == np.searchsorted(bends, times[jumps] + near, side="right")
    covered = np.searchsorted(first, jumps, side="right") != np.searchsorted(last, jumps, side="right")
    found = jumps[at & ~covered]
    order = np.argsort(np.append(first, found), kind="stable")
    return np.append(first, found)[order], np.append(last, found + 1)[order]


def _stretches(times: Array, values: Array, steep: float, smallest: float) -> tuple[Indices, Indices]:
    """First and last index of every run of steep steps in one direction that is high enough."""
    rise, pace = np.diff(values), steep * np.diff(times)
    direction = np.where(np.abs(rise) > pace, np.sign(rise), 0.0)
    # Steps so short that only rounding is in them go on as the step before.
    told = np.maximum(np.abs(rise), pace) > ROUNDING * np.ptp(values)
    direction = direction[np.maximum.accumulate(np.where(told, np.arange(len(rise)), 0))]
    change = np.flatnonzero(np.diff(direction, prepend=0.0))
    ends = np.append(change[1:], len(direction))
    kept = (direction[change] != 0) & (np.abs(values[ends] - values[change]) > smallest)
    return change[kept], ends[kept]


def _passes(
    evaluate: Callable[[Array], Array], model: Line, first: Indices, last: Indices, level: Array, sign: Array
) -> Array:
    """When the model passes a level in each of its stretches, by halving, all at once."""
    times, values = model
    rows = zip(first, last, level, sign, strict=True)
    after = np.array([a + int(np.argmax(s * (values[a : b + 1] - m) >= 0)) for a, b, m, s in rows], dtype=int)
    high, low = times[after], times[np.maximum(after - 1, 0)]
    for _ in range(HALVINGS if len(high) else 0):
        middle = (low + high) / 2
        beyond = sign * (evaluate(middle) - level) >= 0
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return high


def _steps(result: Line, model: Line, reference: Array, level: Array, sign: Array, interval: float) -> Indices:
    """The step in which the result passes each level when the model does; -1 where there is none.

    It is looked for within half an interval, among what passes that very level in the same direction: edges at other
    heights, such as the parts of one edge, are no neighbours however late the result is.
    """
    found = np.full(len(reference), -1)
    for k, (moment, height, s) in enumerate(zip(reference, level, sign, strict=True)):
        own, their = (_passings(line, s, height, moment, interval / 2) for line in (model, result))
        if len(own) and len(their):
            found[k] = _counterpart(model[0][own + 1], result[0], their, moment, interval / 4)
    return found


def _counterpart(passes: Array, times: Array, their: Indices, moment: float, reach: float) -> int:
    """Which of the result's passes is that of the model at a moment; -1 where none is.

    It has the same place in the order, in ringing for instance, where both pass as often and it is within reach; else
    it is the next one, up to halfway to the model's other passes.
    """
    place, middles = int(np.argmin(np.abs(passes - moment))), (times[their] + times[their + 1]) / 2
    if len(passes) == len(their) and abs(middles[place] - moment) < reach:
        return int(their[place])
    low, high = (np.append(-np.inf, passes)[place] + moment) / 2, (np.append(passes, np.inf)[place + 1] + moment) / 2
    near = (times[their + 1] >= low) & (times[their] <= high)
    return int(their[near][np.argmin(np.abs(middles[near] - moment))]) if near.any() else -1


def _passings(line: Line, sign: float, level: float, moment: float, reach: float) -> Indices:
    """The steps in which a line passes a level in one direction, no further than a reach from a moment."""
    times, values = line
    start = max(int(np.searchsorted(times, moment - reach)) - 1, 0)
    stop = int(np.searchsorted(times, moment + reach, side="right")) + 1
    height = sign * (values[start:stop] - level)
    return start + np.flatnonzero((height[:-1] < 0) & (height[1:] >= 0))


def _late(
    evaluate: Callable[[Array], Array],
    model: Line,
    result: Line,
    edges: tuple[Indices, Indices, Array, Array],
    step: Indices,
) -> Array:
    """How late the result is at each edge, seconds.

    A point of the result on the edge is as late as it is after the time at which the model has its value. Where the
    result steps over the whole edge, it is late by what the model's edge lies outside of that step.
    """
    first, last, reference, sign = edges
    (times, values), low, high = result, model[1][first], model[1][last]
    ends = np.stack([step, step + 1])
    inside = (sign * (values[ends] - low) > 0) & (sign * (high - values[ends]) > 0)
    middle = np.where(inside, np.abs(values[ends] - (low + high) / 2), np.inf)
    point = np.where(middle[0] <= middle[1], ends[0], ends[1])
    on_edge = inside.any(axis=0) & (step >= 0)
    level = np.where(on_edge, values[point], (low + high) / 2)
    own = times[point] - _passes(evaluate, model, first, last, level, sign)
    over = np.maximum(times[step] - reference, 0) - np.maximum(reference - times[step + 1], 0)
    return np.where(step < 0, np.nan, np.where(on_edge, own, over))
