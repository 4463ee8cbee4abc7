"""Running a partition: stage after stage, many parts at once, only pulses between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ...circuits.errors import unknown
from ..spice.accuracy import Accuracy, accuracy
from .budget import Budget
from .feedback import run_feedback, run_matrix
from .part_worker import PartRequest
from .partition import Partition
from .plan import WHOLE, Plan, grouped, plan
from .requests import NetworkOutcome, Run, gathered, run_requests
from .signals import Signal, of_stimulus

if TYPE_CHECKING:
    from ..ngspice.engine import Engine


def run_partition(
    partition: Partition,
    engine: Engine,
    stop: float,
    level: str | Accuracy = "standard",
    traces: Iterable[str] = (),
    how: Plan | None = None,
    advance: Callable[[int], None] = lambda parts: None,
) -> NetworkOutcome:
    """Run all parts of a circuit.

    Args:
        partition: from `partition`.
        engine: whose workers do it.
        stop: seconds.
        level: accuracy.
        traces: nodes whose waveform is kept.
        how: from `plan`; made with its defaults unless given.
        advance: called with the number of parts that are done, for a progress bar.

    Raises:
        SimulationError: a part that cannot be run, after all others that do not depend on it; `partial` holds the
            `NetworkOutcome` so far.
    """
    chosen = how or plan(partition, stop, level, workers=engine.workers)
    budget = Budget(chosen.cost.seconds, chosen.rate)
    run = Run(
        partition, engine, accuracy(level), stop, partition.read, _traced(partition, traces), _held(partition), budget
    )
    outcome = NetworkOutcome(stop, {}, {}, {}, {})
    if chosen.batch == WHOLE:
        outcome = run_matrix(run, range(len(partition.parts)), outcome)
        advance(len(partition.parts))
        return outcome
    for generation in partition.generations:
        alone = [partition.stages[s][0] for s in generation if not partition.feeds_back[s]]
        requests = _requests(run, grouped(alone, chosen.batch), outcome.signals)
        count = _shares(chosen.batch, advance)
        outcome = gathered(outcome, run_requests(run, requests, outcome, count))
        for s in generation:
            if partition.feeds_back[s]:
                outcome = run_feedback(run, s, outcome, chosen.feedback[s])
                advance(len(partition.stages[s]))
    return outcome


def _traced(partition: Partition, traces: Iterable[str]) -> frozenset[str]:
    asked = frozenset(traces)
    owner = partition.owner if asked else {}
    for n in sorted(asked):
        if n not in owner:
            raise unknown("node", n, list(owner)[:10_000])
    return asked


def _held(partition: Partition) -> dict[str, Signal]:
    return {v.plus: of_stimulus(v.stimulus) for v in partition.pieces.sources}


def _requests(run: Run, groups: list[list[int]], known: dict[str, Signal]) -> Iterator[PartRequest]:
    for group in groups:
        yield run.request(run.prepare(group[0]) if len(group) == 1 else run.prepare_together(group), known)


def _shares(batch: int, advance: Callable[[int], None]) -> Callable[[int], None]:
    """Progress in parts of what comes in groups."""
    return lambda groups: advance(groups * batch)
