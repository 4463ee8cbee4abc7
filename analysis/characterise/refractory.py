"""After a spike: how soon another can follow, how much more it takes, and whether one pulse sets it firing for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.stimuli import PWL, Stimulus
from .bench import Bench, Observation, size_of
from .figure import Figure, missing
from .passive import Passive
from .search import Ask, Bracket, bracketed, narrowed
from .threshold import EDGE, WAIT, Threshold, precision

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FIRST = 1.5
"""The first pulse, in threshold pulses."""
STRONG = (3.0, 6.0)
"""The second one, to find how soon any can fire it."""
GRADUAL = 0.1
"""A shortest interval that stronger pulses shorten by more than this part of itself has no end."""
LATER = (0.02, 0.1, 0.3, 0.8, 2.0, 4.0)
"""When thresholds are looked for after that, in time constants of the membrane."""
RECOVERED = 0.05
"""A threshold that is higher by less than this part has recovered."""
WITHIN = 2e-3
"""To which part of themselves these thresholds are found."""


@frozen(eq=False)
class Refractory:
    """Figures, and the threshold of a second pulse over its delay, in thresholds of the first."""

    figures: tuple[Figure, ...]
    gaps: Array
    ratios: Array


def paired(bench: Bench, first: float, second: float, gap: float, width: float) -> Stimulus:
    """Two pulses of a width, the second `gap` after the beginning of the first; where they overlap they add up."""
    edge = EDGE * width
    times, total = set(), []
    for height, at in ((first, bench.lead), (second, bench.lead + gap)):
        corners = np.array([at, at + edge, at + width, at + width + edge])
        total.append((corners, np.array([0.0, height, height, 0.0])))
        times |= set(corners.tolist())
    grid = sorted(times)
    values = sum(np.interp(grid, *pulse) for pulse in total)
    return PWL(tuple(grid), tuple(np.asarray(values).tolist()))


def refractory(bench: Bench, passive: Passive, found: Threshold) -> Refractory:
    """Find by paired pulses how soon after a spike another can follow, and how the threshold comes down after that."""
    names, none = ("absolute refractory period", "relative refractory period"), np.zeros(0)
    if found.amplitude is None:
        why = found.figures[0].words
        return Refractory(tuple(missing(n, "s", why) for n in names), none, none)
    one, width = found.amplitude.high, found.width
    wait = WAIT * passive.settles
    alone = _alone(bench, FIRST * one, width)
    if alone.words:
        return Refractory((alone, *(missing(n, "s", alone.words, alone.runs) for n in names)), none, none)
    first = float(alone.value)

    def again(o: Observation) -> bool:
        return len(o.spikes) > 1

    def strong(k: int, gap: float) -> tuple[Stimulus, float]:
        return paired(bench, FIRST * one, STRONG[k] * one, gap, width), bench.lead + gap + width + wait

    guess = max(first - bench.lead, width) + 0.1 * passive.tau
    brackets = bracketed(bench, [guess, guess], strong, again, most=10)
    found_all = [b for b in brackets if b is not None]
    if len(found_all) < len(brackets):
        return Refractory(tuple(missing(n, "s", "no second pulse fires it") for n in names), none, none)
    if any(not b.runs[0] for b in found_all):
        why = f"a second pulse of {STRONG[0]:g} thresholds fires it at any time"
        absolute, soonest = (
            missing(names[0], "s", why, [r for b in found_all for r in b.seen]),
            first - bench.lead + width,
        )
    else:
        closed = narrowed(bench, found_all, strong, again, 10 * precision(bench))
        absolute, soonest = _absolute(bench, names[0], strong, closed), closed[1].high
    gaps, ratios, runs = _recovery(bench, passive, found, soonest, wait)
    return Refractory((absolute, _relative(names[1], gaps, ratios, first - bench.lead, runs)), gaps, ratios)


def _absolute(bench: Bench, name: str, strong: Ask, closed: list[Bracket]) -> Figure:
    """The shortest interval by second pulses of two strengths, extrapolated to one without end."""
    asked = [strong(k, b.high) for k, b in enumerate(closed)]
    seen = bench.observe([s for s, _ in asked], [t for _, t in asked])
    soon = [float(o.spikes[1] - o.spikes[0]) for o in seen]
    period, runs, within = 2 * soon[1] - soon[0], [r for b in closed for r in b.seen], 10 * precision(bench)
    beyond = abs(soon[1] - period)
    if beyond > GRADUAL * soon[1]:
        words = f"the shortest interval by a second pulse of {STRONG[0]:g} thresholds; with {STRONG[1]:g} it is "
        return Figure(name, soon[0], "s", within * soon[0], runs, f"{words}{size_of(soon[1], 's')}, and so on")
    words = f"the shortest interval by a second pulse of {STRONG[0]:g} and {STRONG[1]:g} thresholds, without end"
    return Figure(name, period, "s", max(beyond / 2, within * soon[1]), runs, words)


def _alone(bench: Bench, height: float, width: float) -> Figure:
    """When one pulse fires it, seconds; words where it fires more than once."""
    (o,) = bench.observe([paired(bench, height, 0.0, 2 * width, width)], bench.lead + bench.horizon)
    if len(o.spikes) == 1:
        return Figure("first spike", float(o.spikes[0]), "s", 0.0, (o.run,))
    late = int((o.spikes > bench.lead + 0.7 * bench.horizon).sum())
    if late > 1:
        words = "one brief pulse sets it firing for good: it is bistable"
    else:
        words = (
            f"one brief pulse makes it fire {len(o.spikes)} times" if len(o.spikes) else "one pulse does not fire it"
        )
    return missing("bistable" if late > 1 else "spikes of one pulse", "1", words, (o.run,))


def _recovery(
    bench: Bench, passive: Passive, found: Threshold, soonest: float, wait: float
) -> tuple[Array, Array, list[str]]:
    """The least second pulse that fires, over its delay."""
    assert found.amplitude is not None
    one, width = found.amplitude.high, found.width
    gaps = soonest + passive.tau * np.array(LATER)

    def ask(k: int, height: float) -> tuple[Stimulus, float]:
        gap = float(gaps[kept[k]])
        return paired(bench, FIRST * one, height, gap, width), bench.lead + gap + width + wait

    def again(o: Observation) -> bool:
        return len(o.spikes) > 1

    kept = list(range(len(gaps)))
    brackets = bracketed(bench, [0.9 * one] * len(gaps), ask, again, factor=1.3, most=12)
    kept = [k for k, b in enumerate(brackets) if b is not None and b.runs[0]]
    closed = narrowed(bench, [b for b in (brackets[k] for k in kept) if b], ask, again, WITHIN)
    return gaps[kept], np.array([b.middle / one for b in closed]), [r for b in closed for r in b.seen]


def _relative(name: str, gaps: Array, ratios: Array, since: float, runs: list[str]) -> Figure:
    """Until when a second spike takes more than a first one."""
    higher = np.flatnonzero(ratios > 1 + RECOVERED)
    if not len(gaps):
        return missing(name, "s", "no second threshold was found")
    if not len(higher):
        return missing(name, "s", "as soon as it can fire again, its threshold is what it was", runs)
    k = int(higher[-1])
    if k + 1 == len(gaps):
        late = f"its threshold is still higher by {100 * (ratios[-1] - 1):.2g} % after {size_of(gaps[-1], 's')}"
        return missing(name, "s", late, runs)
    at = float(np.interp(-1 - RECOVERED, -ratios[[k, k + 1]], gaps[[k, k + 1]]))
    words = f"until then a second pulse must be stronger by {100 * RECOVERED:g} % or more"
    return Figure(name, at - since, "s", float(gaps[k + 1] - gaps[k]) / 4, runs, words)
