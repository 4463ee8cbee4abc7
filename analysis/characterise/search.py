"""Where something begins: brackets that close by asking in their middle, many side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import numpy as np
from attrs import frozen

from ...circuits.stimuli import Stimulus
from .bench import Bench, Observation

Ask = Callable[[int, float], tuple[Stimulus, float]]
"""From a bracket's number and a value to a stimulus and the length of its run."""
LEAST = 12
"""Times that a guess is moved down."""
Does = Callable[[Observation], bool]
SOONER = {"model": (1 / 16, 1 / 4, 1.0), "ngspice": (1 / 4, 1.0)}
"""Parts of a run that are asked in turn: where it fires, most of a run is more of the same; silence costs ngspice."""


@frozen
class Bracket:
    """It does not at `low` and does at `high` (which may be the smaller one).

    Attributes:
        runs: of both ends; "" of one that nobody asked.
    """

    low: float
    high: float
    runs: tuple[str, str] = ("", "")

    @property
    def middle(self) -> float:
        """The best guess."""
        return (self.low + self.high) / 2

    @property
    def half(self) -> float:
        """Half of its width."""
        return abs(self.high - self.low) / 2

    @property
    def seen(self) -> tuple[str, ...]:
        """The runs of its ends."""
        return tuple(r for r in self.runs if r)


def fired(bench: Bench) -> Fired:
    """Whether there is a spike from the beginning of the stimulus on."""
    return Fired(bench.lead)


@frozen
class Fired:
    """Whether there is a spike from the beginning of the stimulus on: that a shorter run may show, too."""

    since: float

    def __call__(self, o: Observation) -> bool:
        """Whether there is."""
        return bool((o.spikes >= self.since).any())


def seen_by(bench: Bench, posed: Sequence[tuple[Stimulus, float]], does: Does) -> list[Observation]:
    """Ask all side by side. What would show in a shorter run is looked for there first."""
    if not isinstance(does, Fired):
        return bench.observe([s for s, _ in posed], [t for _, t in posed])
    found: dict[int, Observation] = {}
    for part in SOONER[bench.leg.name]:
        left = [k for k in range(len(posed)) if k not in found or not does(found[k])]
        stops = [bench.lead + part * (posed[k][1] - bench.lead) for k in left]
        if left:
            found |= dict(zip(left, bench.observe([posed[k][0] for k in left], stops), strict=True))
    return [found[k] for k in range(len(posed))]


def narrowed(bench: Bench, brackets: Sequence[Bracket], ask: Ask, does: Does, within: float) -> list[Bracket]:
    """Close brackets until each is narrower than a part of its value; all of them are asked in one batch."""
    found = list(brackets)
    while True:
        open_ = [k for k, b in enumerate(found) if 2 * b.half > within * max(abs(b.low), abs(b.high))]
        if not open_:
            return found
        count = max(1, bench.workers // len(open_))
        asked = [
            (k, found[k].low + (found[k].high - found[k].low) * j / (count + 1))
            for k in open_
            for j in range(1, count + 1)
        ]
        posed = [ask(k, x) for k, x in asked]
        seen = seen_by(bench, posed, does)
        for k in open_:
            answers = [(x, does(o), o.run) for (j, x), o in zip(asked, seen, strict=True) if j == k]
            found[k] = _closed(found[k], answers)


def _closed(bracket: Bracket, answers: Sequence[tuple[float, bool, str]]) -> Bracket:
    """A bracket after some answers, in order from its low end."""
    for x, yes, run in answers:
        if yes:
            return attrs.evolve(bracket, high=x, runs=(bracket.runs[0], run))
        bracket = attrs.evolve(bracket, low=x, runs=(run, bracket.runs[1]))
    return bracket


def bracketed(
    bench: Bench, guess: Sequence[float], ask: Ask, does: Does, factor: float = 2.0, most: int = 6
) -> list[Bracket | None]:
    """Brackets around where it begins, from guesses: each is moved up while it does not, and down while it does.

    Returns:
        None for one that does not up to `factor ** most` of its guess. One that does down to `factor ** -LEAST` of it
        begins at 0, and nobody asked there.
    """
    guesses = np.asarray(guess, dtype=float)
    low: list[tuple[float, str]] = [(0.0, "")] * len(guesses)
    high: list[tuple[float, str] | None] = [None] * len(guesses)
    place = np.zeros(len(guesses), dtype=int)
    for _ in range(most + LEAST + 1):
        open_ = [k for k in range(len(guesses)) if _is_open(low[k], high[k], place[k], most)]
        if not open_:
            break
        at = [float(guesses[k] * factor ** place[k]) for k in open_]
        posed = [ask(k, x) for k, x in zip(open_, at, strict=True)]
        seen = seen_by(bench, posed, does)
        for k, x, o in zip(open_, at, seen, strict=True):
            if does(o):
                high[k] = x, o.run
                place[k] -= 1
            else:
                low[k] = x, o.run
                place[k] += 1
    return [None if h is None else Bracket(a, h[0], (r, h[1])) for (a, r), h in zip(low, high, strict=True)]


def _is_open(low: tuple[float, str], high: tuple[float, str] | None, place: int, most: int) -> bool:
    return (high is None or not low[1]) and -LEAST <= place <= most
