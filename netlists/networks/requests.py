"""Requests to run parts, on all workers; what comes back, together, and why some did not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, field, frozen

from ...circuits.elements import GROUND
from ..ngspice.errors import SimulationError, SimulationTimeout, WorkerDied
from ..ngspice.failures import keep
from ..ngspice.proof import explained
from ..spice.accuracy import Accuracy
from ..spice.readable import readable
from .budget import Budget
from .part import Part, Tap
from .part_template import PreparedPart, prepare_part
from .part_worker import PartOutcome, PartRequest, Start, run_parts
from .partition import Partition
from .signals import TICK, Signal, joined, shifted, total, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ngspice.engine import Engine

    Array = NDArray[np.float64]

MESSAGE = 16
"""Most parts that go to a worker in one message."""
AHEAD = 3
"""Messages that wait at each worker."""
TRIES = 3
"""How often a part whose worker died is run."""


@frozen(eq=False)
class NetworkOutcome:
    """What a partitioned run gave.

    Attributes:
        signals: of every node that another part reads.
        spikes: times of each spike probe, seconds.
        traces: time and volts of each node that was asked for.
        delivered: energy from the rails of each part, joules, by the part's name.
        points: time points that ngspice computed, all parts together.
        seconds: of ngspice and of reading it, in all workers together.
        notes: what a user should know, such as repetitions.
    """

    stop: float
    signals: dict[str, Signal]
    spikes: dict[str, Array]
    traces: dict[str, tuple[Array, Array]]
    delivered: dict[str, float]
    points: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()


@frozen(eq=False)
class Run:
    """What all stages of one run share."""

    partition: Partition
    engine: Engine
    level: Accuracy
    stop: float
    exported: frozenset[str]
    traced: frozenset[str]
    held: dict[str, Signal]
    """Signals of the held nodes that drives read."""
    budget: Budget = field(factory=Budget)

    def prepare(self, index: int, stop: float | None = None) -> PreparedPart:
        """Write a part of the partition."""
        return self.prepare_one(self.partition.parts[index], stop)

    def prepare_together(self, parts: Iterable[int]) -> PreparedPart:
        """Write several parts as one matrix."""
        # The time constants of parts that do not load each other are those of each.
        chosen = list(parts)
        step = min(self.prepare(k).template.max_step for k in chosen)
        return self.prepare_one(self.partition.merged(chosen), max_step=step)

    def prepare_one(self, part: Part, stop: float | None = None, max_step: float | None = None) -> PreparedPart:
        """Write any part, for a run of `stop` seconds (the whole run unless given)."""
        return prepare_part(part, self.exported, self.traced, self.level, stop or self.stop, max_step)

    def signal(self, tap: Tap, known: dict[str, Signal]) -> list[tuple[Signal, float]]:
        """What a tap reads, from its two nodes, each with its factor."""
        found = []
        for node, sign in ((tap.plus, 1.0), (tap.minus, -1.0)):
            if node != GROUND:
                signal = known[node] if node in known else self.held[node]
                found.append((shifted(signal, tap.delay), sign * tap.gain))
        return found

    def request(
        self, part: PreparedPart, known: dict[str, Signal], begin: float = 0.0, length: float | None = None,
        start: Start | None = None,
    ) -> PartRequest:  # fmt: skip
        """A part with all that drives it, over the whole run or a window of it."""
        tick = TICK * part.template.max_step
        end = begin + (length or self.stop)
        drives = []
        for taps in part.taps:
            pairs = [pair for tap in taps for pair in self.signal(tap, known)]
            if begin or end < self.stop:
                pairs = [(within(s, begin, end), f) for s, f in pairs]
            drives.append(total(pairs, tick))
        sent = evolve(part, taps=())  # what it hears is in its drives
        return PartRequest(sent, tuple(drives), length or self.stop, begin, start, self.budget.left)


def run_requests(
    run: Run, requests: Iterator[PartRequest], so_far: NetworkOutcome, advance: Callable[[int], None] = lambda n: None
) -> list[tuple[str, PartOutcome]]:
    """Run requests on all workers; a few messages wait at each, so that none is idle and memory stays flat.

    Raises:
        SimulationError: for the first part that failed, when all are done.
        SimulationTimeout: the run has taken many times what was expected of it; says what was seen.

    Returns:
        Name and outcome of each part, in the order of the requests.
    """
    from collections import deque

    waiting: deque[tuple[list[PartRequest], Any]] = deque()
    done: list[tuple[str, PartOutcome]] = []
    failed: list[tuple[PartRequest, PartOutcome | None, BaseException | None]] = []
    batch: list[PartRequest] = []
    size = 1

    def give_up(request: PartRequest | None, halted: PartOutcome | None) -> None:
        for _, future in waiting:  # the engine may go on to something else
            future.cancel()
        raise _too_long(run, request, halted, gathered(so_far, done))

    def collect() -> None:
        sent, future = waiting.popleft()
        for request, result in _collected(run, sent, future):
            run.budget.spent += result.seconds if isinstance(result, PartOutcome) else 0.0
            if isinstance(result, PartOutcome) and result.late:
                give_up(request, result)
            if not isinstance(result, PartOutcome):
                failed.append((request, None, result))
            elif result.wrong:
                failed.append((request, result, None))
            else:
                done.append((request.part.name, result))
        if run.budget.left == 0:
            give_up(None, None)
        advance(len(sent))

    for request in requests:
        batch.append(request)
        if len(batch) >= size:
            waiting.append((batch, run.engine.submit(run_parts, batch)))
            batch, size = [], min(MESSAGE, size + 1)
        while len(waiting) > AHEAD * run.engine.workers:
            collect()
    if batch:
        waiting.append((batch, run.engine.submit(run_parts, batch)))
    while waiting:
        collect()
    if failed:
        raise _failure(*failed[0], len(failed), gathered(so_far, done))
    return done


def _collected(
    run: Run, sent: list[PartRequest], future: Any
) -> Iterator[tuple[PartRequest, PartOutcome | BaseException]]:
    """Results of a message; where it did not come back, its parts are tried one by one, some times."""
    try:
        yield from zip(sent, run.engine.result(future), strict=True)
        return
    except (FutureTimeout, OSError, MemoryError, BrokenProcessPool) as error:
        if len(sent) == 1 and isinstance(error, (FutureTimeout, MemoryError)):
            yield sent[0], error
            return
        first: BaseException = error
    for request in sent:
        problem: BaseException = first
        for _ in range(TRIES):
            try:
                yield request, run.engine.result(run.engine.submit(run_parts, [request]))[0]
                break
            except (FutureTimeout, OSError, MemoryError, BrokenProcessPool) as error:
                problem = error
        else:
            yield request, problem


def _too_long(
    run: Run, request: PartRequest | None, halted: PartOutcome | None, so_far: NetworkOutcome
) -> SimulationTimeout:
    """The error for a run that is stopped: what its neurons did so far."""
    begin = request.begin if request is not None else run.stop
    until = dict.fromkeys(so_far.spikes, begin or run.stop)
    spikes = {n: t[t <= until[n]] for n, t in so_far.spikes.items()}
    if halted is not None:
        until |= dict.fromkeys(halted.spikes, halted.reached or 0.0)
        spikes |= {n: np.concatenate([spikes.get(n, np.zeros(0)), t]) for n, t in halted.spikes.items()}
    words = run.budget.words(spikes, until, run.stop)
    return SimulationTimeout(words, partial=so_far)  # type: ignore[arg-type]


def _failure(
    request: PartRequest, outcome: PartOutcome | None, error: BaseException | None, count: int, partial: NetworkOutcome
) -> SimulationError:
    others = f" {count - 1} other parts failed too." if count > 1 else ""
    name = request.part.name
    if outcome is not None:
        names = request.part.template.names
        kept = keep(readable(outcome.text, names, name))
        words = explained(f"part {name!r}", names.spoken(outcome.wrong), outcome.said, kept, names)
        return SimulationError(words + others, names.spoken(outcome.said), outcome.reached, None, None, partial)  # type: ignore[arg-type]
    if isinstance(error, FutureTimeout):
        words = f"part {name!r} gave no result within the time limit and was stopped.{others}"
        return SimulationTimeout(words, partial=partial)  # type: ignore[arg-type]
    words = f"the process that ran part {name!r} died {TRIES} times ({error}).{others}"
    return WorkerDied(words, partial=partial)  # type: ignore[arg-type]


def gathered(so_far: NetworkOutcome, done: Iterable[tuple[str, PartOutcome]]) -> NetworkOutcome:
    """An outcome with more parts in it."""
    signals, spikes, traces, delivered = (
        dict(so_far.signals), dict(so_far.spikes), dict(so_far.traces), dict(so_far.delivered)
    )  # fmt: skip
    points, seconds = so_far.points, so_far.seconds
    for name, o in done:
        signals |= {n: joined(signals.get(n), s) for n, s in o.exports.items()}
        spikes |= {n: np.concatenate([spikes.get(n, np.zeros(0)), t]) for n, t in o.spikes.items()}
        traces |= {n: _continued(traces.get(n), t) for n, t in o.traces.items()}
        delivered[name] = delivered.get(name, 0.0) + o.delivered
        points, seconds = points + o.points, seconds + o.seconds
    return NetworkOutcome(so_far.stop, signals, spikes, traces, delivered, points, seconds, so_far.notes)


def _continued(before: tuple[Array, Array] | None, more: tuple[Array, Array]) -> tuple[Array, Array]:
    if before is None:
        return more
    return np.concatenate([before[0], more[0]]), np.concatenate([before[1], more[1]])
