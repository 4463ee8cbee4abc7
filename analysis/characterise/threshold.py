"""The threshold: the largest voltage from which the membrane still falls back after a brief pulse, and the charge."""

from __future__ import annotations

import attrs
import numpy as np
from attrs import frozen

from ...circuits.stimuli import Stimulus
from ...circuits.straight_stimuli import Pulse
from .bench import Bench, Observation, size_of
from .figure import Figure, missing
from .passive import Passive
from .search import LEAST, Bracket, bracketed, fired, narrowed

BRIEF = 0.02
"""A brief pulse, in time constants of the membrane."""
WAIT = 8.0
"""Time constants after which what has not fired does not."""
WEAKER = 0.98
"""A pulse of this part of the largest that does not fire says whether the membrane goes by itself already:"""
GOES = 2e-3
"""its highest voltage is lower by another part then, with a difference of more than this."""
LENGTHENED, LONGER = 4, 4.0
"""So many times a long run that shows to be too short is made so many times longer."""
HALF = 0.52
"""What integrates needs half of an input in twice the time; what leaks more: 0.525 where the time is tau / 10."""
EDGE = 1e-4
"""Rise of a pulse, as a part of it."""


@frozen(eq=False)
class Threshold:
    """What was found.

    Attributes:
        figures: the voltage, and the charge of a brief pulse.
        amplitude: the least pulse of `width` that fires, turned; None where none was found.
        width: of the brief pulse, seconds.
        voltage: volts, turned; nan where there is none.
        below, above: the runs at both sides of it.
    """

    figures: tuple[Figure, ...]
    amplitude: Bracket | None
    width: float
    voltage: float
    below: Observation | None = None
    above: Observation | None = None


def precision(bench: Bench) -> float:
    """How far brackets are closed, as a part of their value: a run of ngspice is no sharper, and takes longer."""
    return 1e-4 if bench.leg.name == "model" else 1e-3


def pulse(bench: Bench, height: float, width: float, at: float | None = None) -> Stimulus:
    """A rectangular pulse whose area is height * width, on the input at rest."""
    rise = EDGE * width
    return Pulse(0.0, height, bench.lead if at is None else at, width - rise, rise)


def brief_threshold(bench: Bench, passive: Passive) -> Threshold:
    """Find the least brief pulse that fires, and how far the membrane gets without firing."""
    name = "threshold"
    if bench.rest.start is None:
        return _none(bench, passive, bench.rest.restless)
    if bench.fires_at is None:
        tried = size_of(bench.tried, bench.unit)
        return _none(bench, passive, f"it does not fire up to {tried}")
    width = BRIEF * passive.tau
    stop = bench.lead + width + WAIT * passive.settles

    def ask(_: int, height: float) -> tuple[Stimulus, float]:
        return pulse(bench, height, width), stop

    guess = bench.fires_at / (1 - np.exp(-BRIEF)) / 4
    most = 10 if bench.largest is None else max(0, int(np.log2(bench.largest / guess)))
    (found,) = bracketed(bench, [guess], ask, fired(bench), most=most)
    if found is not None and not found.runs[0]:
        least = size_of(found.high, bench.unit)
        return _none(bench, passive, f"a pulse of {size_of(width, 's')} fires it at {least} already: it has none")
    if found is None:
        reach = size_of(guess * 2.0**most, bench.unit)
        return _none(bench, passive, f"no pulse of {size_of(width, 's')} up to {reach} fires it")
    (found,) = narrowed(bench, [found], ask, fired(bench), precision(bench))
    tried = (found.low, found.high, WEAKER * found.low)
    below, above, weaker = bench.observe([pulse(bench, x, width) for x in tried], stop)
    voltage, error = _voltage(bench, below, weaker, found, width)
    told = f"by pulses of {size_of(width, 's')}"
    charge = Figure("charge threshold", found.middle * width, _charge(bench), found.half * width, found.seen, told)
    v = Figure(name, voltage, "V", error, (below.run, above.run), told)
    return Threshold((v, charge), found, width, voltage, below, above)


def _charge(bench: Bench) -> str:
    return "C" if bench.unit == "A" else "Vs"


def _voltage(
    bench: Bench, below: Observation, weaker: Observation, found: Bracket, width: float
) -> tuple[float, float]:
    """How far the largest pulse that does not fire takes the membrane, and what the bracket leaves.

    That is its highest voltage; where that grows by more than the pulse does, the membrane has begun to go by itself,
    and it is the voltage at the end of the pulse.
    """
    tops = [float(o.v[o.time >= bench.lead].max()) - bench.v_rest for o in (below, weaker)]
    rise = tops[0]
    if abs(tops[0] / tops[1] * WEAKER - 1) > GOES:
        rise = float(np.interp(bench.lead + width, below.time, below.v)) - bench.v_rest
    beyond = abs(rise) * (found.high / found.low - 1)
    return bench.v_rest + rise + beyond / 2, max(beyond / 2, 1e-9 * abs(rise))


def _none(bench: Bench, passive: Passive, why: str) -> Threshold:
    figures = (missing("threshold", "V", why), missing("charge threshold", _charge(bench), why))
    return Threshold(figures, None, BRIEF * passive.tau, np.nan)


@frozen(eq=False)
class Rheobase:
    """The least steady input that fires.

    Attributes:
        figures: rheobase, and from where on it fires on.
        first: bracket of the least input that makes it fire once.
        steady: of the least with which it fires on.
    """

    figures: tuple[Figure, ...]
    first: Bracket | None
    steady: Bracket | None


def rheobase(bench: Bench) -> Rheobase:
    """Find the least step that fires at all within a long run, and the least with which it fires on."""
    names = ("rheobase", "fires on from")
    if bench.rest.start is None:
        return _no_rheobase(bench, bench.rest.restless)
    if bench.fires_at is None:
        tried = size_of(bench.tried, bench.unit)
        return _no_rheobase(bench, f"it does not fire up to {tried}")
    first = None
    for _ in range(LENGTHENED):
        first = _least(bench)
        if first is None or not first.runs[0]:
            down, wait = bench.fires_at * 2.0**-LEAST, bench.horizon
            told = f"it fires at {size_of(down, bench.unit)} already, within {size_of(wait, 's')}"
            return _no_rheobase(bench, told, () if first is None else first.seen)
        if not _fires_in_twice(bench, 0.8 * first.low):
            break
        if _fires_in_twice(bench, HALF * first.low):
            least, wait = size_of(first.high, bench.unit), size_of(bench.horizon, "s")
            words = f"{least} fires it within {wait}, half of that in twice the time: it integrates"
            return _no_rheobase(bench, words, first.seen)
        short, bench.horizon = bench.horizon, LONGER * bench.horizon
        told = f"{size_of(short, 's')} was too short for a long run, since less fires it when it lasts longer: it is "
        bench.said.append(f"{told}{size_of(bench.horizon, 's')} now.")
    else:
        words = f"it grows smaller with each longer run, up to {size_of(bench.horizon, 's')}: give a longer stop"
        return _no_rheobase(bench, words, first.seen if first is not None else ())
    stop = bench.lead + bench.horizon
    steady = _steady(bench, first, stop)
    words = f"it fires within {size_of(stop, 's')}"
    figures = [Figure(names[0], first.middle, bench.unit, first.half, first.seen, words)]
    if steady is None:
        figures.append(
            missing(names[1], bench.unit, "it does not fire on, at most some spikes after a step", first.seen)
        )
    else:
        apart = steady.middle - first.middle > 4 * (steady.half + first.half)
        told = "below that a step makes it fire some times at most" if apart else "the rheobase"
        figures.append(Figure(names[1], steady.middle, bench.unit, steady.half, steady.seen, told))
    return Rheobase(tuple(figures), first, steady)


def _least(bench: Bench) -> Bracket | None:
    """The least step that fires within a long run."""
    stop = bench.lead + bench.horizon

    def ask(_: int, height: float) -> tuple[Stimulus, float]:
        return bench.step(height), stop

    assert bench.fires_at is not None
    (first,) = bracketed(bench, [bench.fires_at], ask, fired(bench), most=5)
    if first is None or not first.runs[0]:
        return first
    (first,) = narrowed(bench, [first], ask, fired(bench), precision(bench))
    return first


def _fires_in_twice(bench: Bench, height: float) -> bool:
    """Whether a step fires within two long runs."""
    (longer,) = bench.observe([bench.step(height)], bench.lead + 2 * bench.horizon)
    return fired(bench)(longer)


def _steady(bench: Bench, first: Bracket, stop: float) -> Bracket | None:
    """From where on it fires in the second half of a run too."""
    late = bench.lead + bench.horizon / 2

    def fires_on(o: Observation) -> bool:
        return bool((o.spikes > late).any())

    def ask(_: int, height: float) -> tuple[Stimulus, float]:
        return bench.step(height), stop

    near = 1.002 * first.high
    (seen,) = bench.observe([bench.step(near)], stop)
    if fires_on(seen):
        return attrs.evolve(first, high=first.high)
    (found,) = bracketed(bench, [near * 1.25], ask, fires_on, factor=1.25, most=10)
    if found is None:
        return None
    if not found.runs[0]:
        found = Bracket(near, found.high, (seen.run, found.runs[1]))
    (found,) = narrowed(bench, [found], ask, fires_on, 10 * precision(bench))
    return found


def _no_rheobase(bench: Bench, why: str, runs: tuple[str, ...] = ()) -> Rheobase:
    names = ("rheobase", "fires on from")
    return Rheobase(tuple(missing(n, bench.unit, why, runs) for n in names), None, None)
