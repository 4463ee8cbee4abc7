"""Parts that hear each other: windows no longer than the delay, waveform relaxation without one, or one matrix.

With a delay between all of them, what a part hears in a window was said before the window began: every part runs the
window once, exactly, and hands its state to the next. Without one, the parts of a window are run again, each with what
the others said the last time, until nobody says anything new (waveform relaxation: Lelarasmee, Ruehli and
Sangiovanni-Vincentelli 1982, IEEE Trans CAD 1:131). Since effects follow causes, every repetition gets at least one
more pulse right, so it ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from ...circuits.units import show
from ..ngspice.errors import SimulationError
from .part_worker import PartOutcome, Start
from .plan import Feedback
from .requests import NetworkOutcome, Run, gathered, run_requests
from .signals import Pulses, Signal, differ, joined

if TYPE_CHECKING:
    from .part_template import PreparedPart

SAME = 5e-3
"""Two versions of a pulse are the same within this part of its length; two waveforms within this part of the swing."""
SAME_LINE = 1e-3
REPEATS = 200
"""Most repetitions of a window."""
EASY, HARD, SHORTEST = 3, 8, 16
"""A window that needed no more repetitions than EASY is followed by a longer one, one that needed HARD by a shorter,
but not by one shorter than a part of the longest."""


def run_feedback(run: Run, stage: int, outcome: NetworkOutcome, way: Feedback) -> NetworkOutcome:
    """Run a set of parts that hear each other.

    Args:
        run: what all stages share.
        stage: of the partition.
        outcome: of the stages before.
        way: how; from `plan`.

    Raises:
        SimulationError: a part failed, or a window did not settle; `partial` holds what was there before.
    """
    members = run.partition.stages[stage]
    if way.how == "matrix":
        return run_matrix(run, members, outcome)
    parts = [run.prepare(k, way.window) for k in members]
    states: list[Start | None] = [None] * len(parts)
    begin, window, repeats, windows = 0.0, way.window, 0, 0
    while begin < run.stop * (1 - 1e-12):
        length = min(window, run.stop - begin)
        if run.stop - begin - length < 1e-3 * window:
            length = run.stop - begin
        done, used = _window(run, parts, states, outcome, begin, length, way.how == "relaxation")
        outcome = gathered(outcome, [(p.name, o) for p, o in zip(parts, done, strict=True)])
        states, begin, repeats, windows = [o.end for o in done], begin + length, repeats + used, windows + 1
        if way.how == "relaxation":
            window = _next(window, way.window, used)
    note = f"{len(parts)} parts that hear each other: {windows} windows"
    note += f", {repeats / windows:.1f} repetitions each" if way.how == "relaxation" else ""
    return evolve(outcome, notes=(*outcome.notes, note))


def _next(window: float, longest: float, used: int) -> float:
    """The length of the next window; one that lay within a spike would take it for rest."""
    if used >= HARD:
        return max(window / 2, longest / SHORTEST)
    return min(2 * window, longest) if used <= EASY else window


def run_matrix(run: Run, members: Iterable[int], outcome: NetworkOutcome) -> NetworkOutcome:
    """Run a set of parts in one ngspice run."""
    request = run.request(run.prepare_together(members), outcome.signals)
    return gathered(outcome, run_requests(run, iter([request]), outcome))


def _window(
    run: Run, parts: list[PreparedPart], states: list[Start | None], outcome: NetworkOutcome, begin: float,
    length: float, relax: bool,
) -> tuple[list[PartOutcome], int]:  # fmt: skip
    """Run one window of all parts; returns what they did and how often they were run."""
    said: dict[str, Signal] = {}
    done: list[PartOutcome | None] = [None] * len(parts)
    asked = list(range(len(parts)))
    hears = [frozenset(n for taps in p.taps for t in taps for n in (t.plus, t.minus)) for p in parts]
    for repeat in range(1, REPEATS + 1):
        known = dict(outcome.signals)
        for n, s in said.items():
            known[n] = joined(outcome.signals.get(n), s)
        for p in parts:
            for w in p.exports:
                known.setdefault(w.of, Pulses(np.zeros(0), np.zeros(0), 0.0))
        requests = (run.request(parts[k], known, begin, length, states[k]) for k in asked)
        changed: set[str] = set()
        for k, (_, result) in zip(asked, run_requests(run, requests, outcome), strict=True):
            done[k] = result
            for n, s in result.exports.items():
                if not _same(said.get(n), s, n in said):
                    changed.add(n)
                said[n] = s
        asked = [k for k in range(len(parts)) if hears[k] & changed] if relax else []
        if not asked:
            return [o for o in done if o is not None], repeat
    raise SimulationError(
        f"the parts that hear each other did not settle between {show(begin, 's')} and {show(begin + length, 's')} in "
        f"{REPEATS} repetitions: run them in one matrix (--feedback matrix), or give their connections a delay.",
        partial=outcome,  # type: ignore[arg-type]
    )


def _same(before: Signal | None, now: Signal, known: bool) -> bool:
    if isinstance(now, Pulses):
        silent = Pulses(np.zeros(0), np.zeros(0), 0.0)
        length = float(np.mean(now.end - now.begin)) if len(now.begin) else 0.0
        return differ(before if known else silent, now) <= SAME * length
    return known and differ(before, now) <= SAME_LINE
