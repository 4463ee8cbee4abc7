"""Running parts inside a worker: text with its drives put in, ngspice, and only what others need to know sent back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from ...circuits.sampled import crossings
from ...circuits.stimuli import evaluate
from ..ngspice.proof import STEPPED_OVER, unproved
from ..ngspice.session import Outcome, run
from ..ngspice.worker import session
from ..spice.numbers import number
from .part_template import PartTemplate, PreparedPart, Watch
from .signals import TICK, Signal, describe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@frozen(eq=False)
class Start:
    """The state of a part: volts of capacitors, which switches are closed, and which are open between their levels."""

    volts: tuple[float, ...]
    closed: tuple[bool, ...]
    between: tuple[bool, ...]


@frozen(eq=False)
class PartRequest:
    """One run of a part, from `begin` for `length` seconds; drives count their time from `begin`."""

    part: PreparedPart
    drives: tuple[tuple[Array, Array], ...]
    length: float
    begin: float = 0.0
    start: Start | None = None
    patience: float | None = None
    """Seconds of one core after which the run is halted."""


@frozen(eq=False)
class PartOutcome:
    """What a part did: times are those of the whole run."""

    exports: dict[str, Signal]
    spikes: dict[str, Array]
    traces: dict[str, tuple[Array, Array]]
    end: Start | None
    delivered: float
    """Energy from its rails and drives, joules."""
    points: int
    seconds: float
    wrong: str = ""
    said: str = ""
    text: str = field(default="", repr=False)
    reached: float | None = None
    late: bool = False
    """Whether it was halted because its time was over: then only `spikes` are there, until `reached`."""


def run_parts(requests: list[PartRequest]) -> list[PartOutcome]:
    """Run several parts one after the other in this worker.

    Raises:
        NgspiceMissingError: what was found as ngspice's library is none.
    """
    return [_run_part(r) for r in requests]


SEAM = 1e-3
"""By how much a run begins more finely where a switch is not as at the start of all: a spike may end at once."""
NUDGE = 0.02
"""By how much of the least distance of two corners each is moved, and"""
ATTEMPTS = 6
"""how many ways of moving them are tried.

ngspice 39 takes a corner for reached when its time is within 100 roundings of it, but the source sets its next corner
only within 3: when steps that double happen to add up to the distance of two corners, all later corners are lost.
Corners at irregular places make that rare, the proof of success finds it, and other places mend it.
"""


def nudged(times: Array, least: float, attempt: int) -> Array:
    """Corners moved by irregular, repeatable amounts; order and the first one are kept."""
    k = np.arange(len(times))
    shift = ((k + 1) * 0.6180339887498949 + attempt * 0.41421356237309515) % 1.0 - 0.5
    return times + np.where(times > 0, 2 * NUDGE * least * shift, 0.0)


def part_text(request: PartRequest, drives: tuple[tuple[Array, Array], ...]) -> str:
    """The netlist of one run."""
    template = request.part.template
    lines = list(template.lines)
    for (k, head), (times, values) in zip(template.drives, drives, strict=True):
        lines[k] = f"{head} {_pwl(times, values)}"
    if request.start is not None:
        _put_start(lines, template, request.start)
    # The last step may end a rounding after what was asked.
    step = number(min(template.max_step, request.length / 10))
    first = number(float(step) * (SEAM if _busy(request) else 1.0))
    lines[template.tran] = f".tran {first} {number(request.length)} 0 {step} uic"
    return "\n".join(line for line in lines if line != ".ic") + "\n"


def _busy(request: PartRequest) -> bool:
    start, switches = request.start, request.part.template.switches
    return start is not None and any(now != s.closed for now, s in zip(start.closed, switches, strict=True))


def _pwl(times: Array, values: Array) -> str:
    if len(times) == 1:
        return f"DC {number(values[0])}"
    points = " ".join(f"{t!r} {v!r}" for t, v in zip(times.tolist(), values.tolist(), strict=True))
    return f"DC {number(values[0])} PWL({points})"


def _put_start(lines: list[str], template: PartTemplate, start: Start) -> None:
    pairs = []
    for c, volts in zip(template.capacitors, start.volts, strict=True):
        lines[c.index] = f"{c.head} IC={number(volts)}"
        if c.node:
            pairs.append(f"v({c.node})={number(volts)}")
    for s, closed in zip(template.switches, start.closed, strict=True):
        lines[s.index] = f"{s.head} {'ON' if closed else 'OFF'}"
        lines[s.level] = s.plain
    held = {s.level for s, closed in zip(template.switches, start.closed, strict=True) if closed}
    for s, between in zip(template.switches, start.between, strict=True):
        if between and s.level not in held:
            lines[s.level] = s.kicked
    lines[template.ic] = " ".join([".ic", *pairs])


def _run_part(request: PartRequest) -> PartOutcome:
    started = time.process_time()
    template = request.part.template
    wrong: str | None = STEPPED_OVER
    attempt, text, outcome = 0, "", None
    while attempt < ATTEMPTS and wrong and STEPPED_OVER in wrong:
        drives = tuple((nudged(t, TICK * template.max_step, attempt), v) for t, v in request.drives)
        text = part_text(request, drives)
        outcome = run(session(), text, request.patience)
        if outcome.late:
            return _halted(request, outcome, time.process_time() - started)
        bends = np.concatenate([np.zeros(0), *(t for t, _ in drives)])
        wrong = unproved(outcome, template.saved, request.length, bends, template.max_step)
        attempt += 1
    assert outcome is not None
    vectors = outcome.vectors
    clock = vectors.get("time")
    if wrong:
        reached = float(clock[-1]) if clock is not None and len(clock) else None
        return PartOutcome({}, {}, {}, None, 0.0, 0, outcome.seconds, wrong, outcome.said, text, reached)
    assert clock is not None
    here = clock + request.begin
    part = request.part
    return PartOutcome(
        {w.of: _described(request.begin, here, _signal(vectors, w)) for w in part.exports},
        {w.of: crossings(here, _signal(vectors, w), w.level, w.falling) for w in part.spikes},
        {w.of: (here, _signal(vectors, w)) for w in part.traces},
        _end(template, vectors, request.start),
        _delivered(request, vectors, clock),
        len(clock),
        time.process_time() - started,
    )


def _halted(request: PartRequest, outcome: Outcome, seconds: float) -> PartOutcome:
    """What a run saw that was halted."""
    clock = outcome.vectors.get("time", np.zeros(0)) + request.begin
    spikes = {
        w.of: crossings(clock, _signal(outcome.vectors, w), w.level, w.falling) if len(clock) else clock
        for w in request.part.spikes
    }
    reached = float(clock[-1]) if len(clock) else request.begin
    return PartOutcome({}, spikes, {}, None, 0.0, len(clock), seconds, "halted", "", "", reached, True)


def _described(begin: float, here: Array, value: Array) -> Signal:
    """What others hear of a node; ngspice's first sample is one step late, and a pulse may have been there before."""
    return describe(np.concatenate([[begin], here]), np.concatenate([value[:1], value]))


def _signal(vectors: dict[str, Any], w: Watch) -> Array:
    return _volts(vectors, w.plus) - _volts(vectors, w.minus) if w.minus != "0" else _volts(vectors, w.plus)


def _volts(vectors: dict[str, Any], name: str) -> Array:
    if name == "0":
        return np.zeros(len(vectors["time"]))
    return vectors[name]


def _end(template: PartTemplate, vectors: dict[str, Any], start: Start | None) -> Start:
    """The state at the end: a switch is what its control last made it."""
    volts = tuple(float(_volts(vectors, c.plus)[-1] - _volts(vectors, c.minus)[-1]) for c in template.capacitors)
    closed, between = [], []
    for k, s in enumerate(template.switches):
        seen = _volts(vectors, s.plus) - _volts(vectors, s.minus)
        above, below = np.flatnonzero(seen > s.upper), np.flatnonzero(seen < s.lower)
        last_above, last_below = above[-1] if len(above) else -1, below[-1] if len(below) else -1
        before = start.closed[k] if start is not None else s.closed
        closed.append(bool(last_above > last_below) if last_above != last_below else before)
        between.append(not closed[-1] and bool(seen[-1] >= s.lower))
    return Start(volts, tuple(closed), tuple(between))


def _delivered(request: PartRequest, vectors: dict[str, Any], clock: Array) -> float:
    """Energy from outside: of voltage sources volts times the current that leaves them, of currents times their lift.

    A part whose own sources change is never run in windows, so that its clock is that of its stimuli.
    """
    part = request.part
    power = np.zeros(len(clock))
    for name, stimulus in part.rails:
        power -= evaluate(stimulus, clock) * vectors[name]
    for a, b, stimulus in part.currents:
        power += evaluate(stimulus, clock) * (_volts(vectors, b) - _volts(vectors, a))
    for (a, b), (times, values) in zip(part.fed, request.drives, strict=False):
        power += np.interp(clock, times, values) * (_volts(vectors, b) - _volts(vectors, a))
    return float(np.trapezoid(power, clock))
