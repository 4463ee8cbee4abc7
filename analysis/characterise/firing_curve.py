"""Firing rate over a steady input, where the curve bends: rates, first spikes, first and late intervals, its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from .bench import Bench, Observation, size_of
from .figure import Figure, missing
from .search import SOONER, Bracket, narrowed
from .threshold import Rheobase, precision

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FIRST = (1.001, 1.02, 1.1, 1.3, 1.7, 2.5, 4.0)
"""First inputs, in the least with which it fires on."""
POINTS = {"model": 18, "ngspice": 12}
"""Most of them up to there."""
BENDS = 0.01
"""A straight line that misses a point by this part of the largest rate needs another point beside it."""
STEADY = 2e-3
"""Two intervals that differ by no more are alike."""
LONGER = (1.0, 4.0)
"""Runs that do not tell are made longer, in long runs."""
BESIDE = 0.03
"""How far beside twice the onset its slope is taken, as a part."""
FEW = 12
"""Intervals in a run that is shorter than a long one, if it shall do."""
ENOUGH = {"model": 300.0, "ngspice": 20.0}
"""Spikes that a run at a high rate need not have more of."""
FASTER = 1.5
"""Where the input doubles, the rate is taken to grow by so much."""
MOST = {"model": 6, "ngspice": 3}
"""Times that the input is doubled to find where firing ends."""
ALIKE = 1.02
"""A rate that grows by less where the input doubles is its highest."""


@frozen(eq=False)
class Point:
    """What a run under a steady input tells.

    Attributes:
        current: turned, in the unit of the input.
        rate: last interval inverted, hertz; 0 where it does not fire on.
        error: of the rate, hertz: what the last intervals differ by.
        latency: from the step to the first spike, seconds; nan where there is none.
        first: first interval, seconds; nan where there is none.
        spikes: how many in the run.
        run: its key.
        held: where the membrane stays after the last spike, volts; nan where it fires on.
        swings: by how much it still moves in the last fifth of the run there, volts.
    """

    current: float
    rate: float
    error: float
    latency: float
    first: float
    spikes: int
    run: str
    held: float = np.nan
    swings: float = 0.0

    @property
    def late(self) -> float:
        """Last interval, seconds."""
        return 1 / self.rate if self.rate else np.nan


@frozen(eq=False)
class FiringCurve:
    """The points in the order of their currents, and the figures read off them."""

    figures: tuple[Figure, ...]
    points: tuple[Point, ...]

    @property
    def currents(self) -> Array:
        """Turned."""
        return np.array([p.current for p in self.points])

    @property
    def rates(self) -> Array:
        """Hertz."""
        return np.array([p.rate for p in self.points])


def firing_curve(bench: Bench, found: Rheobase) -> FiringCurve:
    """Measure the f-I curve from the least input with which it fires on, points where it bends, to where it ends."""
    if bench.fires_at is None:
        return _none(f"it does not fire up to {size_of(bench.tried, bench.unit)}")
    onset = found.steady.high if found.steady is not None else None
    if onset is None and found.first is not None:
        return _none("it does not fire on under any steady input that was tried", found.first.seen)
    if onset is None:  # it fires by itself, or integrates: any input fires it
        factors = np.array([0.0, 0.05, 0.15, 0.3, 0.6, 1.0, 2.0, 4.0])
        inputs = bench.fires_at * (factors if bench.rest.start is None else factors[1:])
    else:
        inputs = onset * np.array(FIRST)
    if bench.largest is not None:
        inputs = inputs[inputs <= bench.largest]
    points = _measured(bench, inputs.tolist())
    most = POINTS[bench.leg.name]
    while len(points) < most and (more := _between(points)):
        points = sorted([*points, *_measured(bench, more[: max(2, most - len(points))])], key=lambda p: p.current)
    points = _about_twice(bench, onset, points)
    points, end = _to_the_end(bench, points)
    if more := _between(points[: len([p for p in points if p.rate])]):
        points = sorted([*points, *_measured(bench, more)], key=lambda p: p.current)
    return FiringCurve(tuple(_figures(bench, found, points, end)), tuple(points))


def _measured(bench: Bench, currents: Sequence[float], rate: float = 0.0) -> list[Point]:
    """Rates under some steady inputs, of which one is known; runs that do not tell are made longer."""
    enough = ENOUGH[bench.leg.name]
    length = bench.horizon  # more input fires faster than the rate that is known
    if rate * bench.horizon * FASTER > enough:
        length = max(enough / (FASTER * rate), bench.horizon / 50)
    found: dict[float, Point] = {}
    waiting = list(currents)
    for factor in (*(() if rate else SOONER[bench.leg.name][:-1]), *LONGER):
        stop = bench.lead + factor * length
        seen = bench.observe([bench.step(i) for i in waiting], stop) if waiting else []
        for current, o in zip(waiting, seen, strict=True):
            found[current] = _point(bench, current, o)
        if factor < 1:
            waiting = [i for i, o in zip(waiting, seen, strict=True) if not _tells(bench, o)]
        else:
            waiting = [i for i in waiting if found[i].error > STEADY * found[i].rate and found[i].spikes < 60]
    return [found[i] for i in currents]


def _tells(bench: Bench, o: Observation) -> bool:
    """Whether a run that is shorter than a long one is long enough: many spikes, and the later half of them alike."""
    intervals = np.diff(o.spikes[o.spikes >= bench.lead])
    late = intervals[len(intervals) // 2 :]
    return len(intervals) >= FEW and float(np.ptp(late)) < STEADY * float(late[-1])


def _point(bench: Bench, current: float, o: Observation) -> Point:
    spikes = o.spikes[o.spikes >= bench.lead] - bench.lead
    intervals = np.diff(spikes)
    latency = float(spikes[0]) if len(spikes) else np.nan
    first = float(intervals[0]) if len(intervals) else np.nan
    last = float(intervals[-1]) if len(intervals) else np.nan
    length = o.stop - bench.lead
    on = len(spikes) > 1 and length - spikes[-1] < 3 * last + 1e-12
    if not on:
        late = o.v[o.time > o.stop - 0.2 * length]
        held, swings = float(late.mean()), float(np.ptp(late))
        return Point(current, 0.0, 0.0, latency, first, len(spikes), o.run, held, swings)
    rate = 1 / last
    before = 1 / float(intervals[-2]) if len(intervals) > 1 else np.inf
    error = abs(rate - before) if np.isfinite(before) else rate
    if error > STEADY * rate and len(intervals) > 8:  # bursts: spikes over the time that they took
        late = spikes[len(spikes) // 2 :]
        rate = (len(late) - 1) / float(late[-1] - late[0])
        error = rate / len(late)
    if length < 0.99 * bench.horizon and len(intervals) >= FEW:  # what it drifted by, it may drift on by
        error = max(error, rate * float(np.ptp(intervals[len(intervals) // 2 :])) / last)
    return Point(current, rate, max(error, 1e-9 * rate), latency, first, len(spikes), o.run)


def _about_twice(bench: Bench, onset: float | None, points: list[Point]) -> list[Point]:
    """Three points more where the gain is read off, at twice the onset."""
    top = points[-1].current if bench.largest is None else bench.largest
    if onset is None or 2 * onset * (1 + BESIDE) > top:
        return points
    more = _measured(bench, [2 * onset * x for x in (1 - BESIDE, 1.0, 1 + BESIDE)])
    return sorted([*points, *more], key=lambda p: p.current)


def _between(points: Sequence[Point]) -> list[float]:
    """Where a straight line between neighbours would miss the point between them: on both sides of it, worst first."""
    largest = max(p.rate for p in points)
    misses = []
    for a, b, c in zip(points, points[1:], points[2:], strict=False):
        line = a.rate + (c.rate - a.rate) * (b.current - a.current) / (c.current - a.current)
        if abs(line - b.rate) > BENDS * largest:
            misses.append((abs(line - b.rate), a, b, c))
    misses.sort(key=lambda m: -m[0])
    sides = [(x.current + y.current) / 2 for _, a, b, c in misses for x, y in ((a, b), (b, c))]
    return list(dict.fromkeys(sides))[:4]


def _to_the_end(bench: Bench, points: list[Point]) -> tuple[list[Point], Bracket | None]:
    """Double the input until it does not fire on, or its rate does not grow; the bracket of where firing ends."""
    end = None
    for _ in range(MOST[bench.leg.name]):
        last = points[-1]
        if not last.rate:
            break
        more = 2 * last.current if last.current else bench.fires_at or 1.0
        if bench.largest is not None and more > bench.largest:
            break
        if len(points) > 1 and points[-2].rate and last.current >= 1.9 * points[-2].current > 0:
            growth = (last.rate / points[-2].rate - 1) / (last.current / points[-2].current - 1)
            if abs(growth) < ALIKE - 1:
                break
        points = [*points, *_measured(bench, [more], last.rate)]
    if not points[-1].rate and len(points) > 1:
        on = [p for p in points if p.rate]
        if on and on[-1].current < points[-1].current:
            end = Bracket(on[-1].current, points[-1].current, (on[-1].run, points[-1].run))
            stop = bench.lead + bench.horizon
            (end,) = narrowed(
                bench, [end], lambda _, i: (bench.step(i), stop), lambda o: not _point(bench, 0.0, o).rate,
                max(1e-2, precision(bench)),
            )  # fmt: skip
            points = sorted([*points, *_measured(bench, [end.low, end.high])], key=lambda p: p.current)
    return points, end


def _figures(bench: Bench, found: Rheobase, points: Sequence[Point], end: Bracket | None) -> list[Figure]:
    on = [p for p in points if p.rate]
    if not on:
        why = "it does not fire on under any steady input that was tried"
        return list(_none(why, [p.run for p in points]).figures)
    best = max(on, key=lambda p: p.rate)
    figures = []
    if bench.rest.start is None:
        still = [p for p in on if p.current == 0]
        if still:
            figures.append(Figure("rate without input", still[0].rate, "Hz", still[0].error, (still[0].run,)))
    figures.append(_onset(found, on))
    figures.append(_gain(bench, on))
    words = f"at {size_of(best.current, bench.unit)}"
    if end is None and best is on[-1]:
        words += ", the largest that was tried: it still grows"
    figures.append(Figure("highest rate", best.rate, "Hz", best.error, (best.run,), words))
    if end is not None:
        after = [p for p in points if not p.rate and p.current > end.low]
        told = f"above that it does not fire on{_held(after[0]) if after else ''}"
        figures.append(Figure("firing ends at", end.middle, bench.unit, end.half, end.seen, told))
    else:
        tried = size_of(points[-1].current, bench.unit)
        figures.append(missing("firing ends at", bench.unit, f"it fires on up to {tried}, the largest that was tried"))
    figures += _adaptation(bench, on)
    return figures


def _held(p: Point) -> str:
    """What the membrane does where it does not fire on."""
    if p.swings > 0.05 * max(abs(p.held), 1e-30):
        return f": its membrane still swings by {size_of(p.swings, 'V')}, without passing the level of a spike"
    return f", and its membrane stays at {size_of(p.held, 'V')}"


def _onset(found: Rheobase, on: Sequence[Point]) -> Figure:
    """The rate just above the least steady input: from zero on (type I of Hodgkin 1948), or with a jump (type II)."""
    if found.steady is None:
        return missing("rate at the onset", "Hz", "it fires under any input, however small")
    first, top = on[0], max(p.rate for p in on)
    kind = "it begins with a jump (type II)" if first.rate > 0.3 * top else "it can fire slowly (type I)"
    return Figure("rate at the onset", first.rate, "Hz", first.error, (first.run,), kind)


def _gain(bench: Bench, on: Sequence[Point]) -> Figure:
    """The slope of the curve at twice its onset, by a parabola through the three points that are nearest."""
    unit = f"Hz/{bench.unit}"
    if len(on) < 4:
        return missing("gain", unit, "too few inputs make it fire on")
    currents, rates = (np.array([getattr(p, n) for p in on]) for n in ("current", "rate"))
    at = min(max(2 * currents[0], currents[1]), currents[-2])
    near = np.sort(np.argsort(np.abs(currents - at))[:3])
    scale = np.ptp(currents[near])
    x = (currents[near] - at) / scale
    slope = float(np.polyfit(x, rates[near], 2)[1]) / scale
    chords = np.diff(rates[near]) / np.diff(currents[near])
    runs = [on[k].run for k in near]
    return Figure("gain", slope, unit, float(np.ptp(chords)) / 4, tuple(runs), f"at {size_of(float(at), bench.unit)}")


def _adaptation(bench: Bench, on: Sequence[Point]) -> list[Figure]:
    """First and late interval at the input nearest to twice the onset."""
    wanted = 2 * on[0].current
    p = min((p for p in on if p.spikes > 3), key=lambda p: abs(p.current - wanted), default=None)
    names = ("first interval", "late interval", "adaptation")
    if p is None:
        return [missing(n, u, "no run has four spikes") for n, u in zip(names, ("s", "s", "1"), strict=True)]
    words = f"at {size_of(p.current, bench.unit)}"
    late = p.error / p.rate * p.late
    ratio = p.late / p.first - 1
    told = "late interval over the first, less one"
    if abs(ratio) < STEADY:
        told = "it does not adapt: the first interval is as the late ones"
    return [
        Figure(names[0], p.first, "s", 1e-9 * p.first, (p.run,), words),
        Figure(names[1], p.late, "s", late, (p.run,), words),
        Figure(names[2], ratio, "1", late / p.first, (p.run,), told),
    ]


def _none(why: str, runs: Sequence[str] = ()) -> FiringCurve:
    names = (("rate at the onset", "Hz"), ("gain", "Hz/A"), ("highest rate", "Hz"), ("adaptation", "1"))
    return FiringCurve(tuple(missing(n, u, why, tuple(runs)) for n, u in names), ())


def latency(bench: Bench, curve: FiringCurve) -> Figure:
    """From a step to the first spike, at twice the least input that fires on; the curve of all is in the points."""
    fired = [p for p in curve.points if np.isfinite(p.latency) and p.current > 0]
    if not fired or bench.rest.start is None:
        return missing("latency", "s", bench.rest.restless or "no step makes it fire")
    wanted = 2 * next((p.current for p in fired if p.rate), fired[0].current)
    p = min(fired, key=lambda p: abs(p.current - wanted))
    return Figure("latency", p.latency, "s", 1e-6 * p.latency, (p.run,), f"at {size_of(p.current, bench.unit)}")
