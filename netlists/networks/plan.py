"""How a network will be run, and what that will cost: chosen from a model of ngspice's cost, and shown."""

from __future__ import annotations

import numpy as np
from attrs import evolve, field, frozen

from ...circuits.arguments import positive, whole
from ...circuits.errors import CircuitError, unknown
from ...circuits.units import show
from ..spice.accuracy import Accuracy, accuracy
from .cost import CostModel, cost_model
from .partition import Partition

REPEATS = 5.0
"""Repetitions of a window of relaxation, as a rule."""
WHOLE = 0
"""Batch of everything: one matrix for the whole circuit."""
BATCHES = (1, 2, 4, 8, 16)
SAMPLE = 64
"""Parts from which the best batch is estimated."""
WAYS = ("auto", "matrix", "windows", "relaxation")


@frozen
class Estimate:
    """Seconds of one core, and bytes."""

    seconds: float
    memory: float = 0.0


@frozen
class Feedback:
    """How parts that hear each other are run: "matrix", "windows" or "relaxation", and the length of a window."""

    how: str
    window: float = 0.0
    why: str = ""


@frozen(eq=False)
class Plan:
    """How the stages of a partition are run.

    Attributes:
        feedback: of each stage that feeds back, by its number: how.
        batch: parts of a generation that share an ngspice run; WHOLE: everything is one run.
        cost: of the whole run in parts.
        monolith: what it would cost in one matrix.
        lines: the same for people.
        rate: spikes of a part, hertz, that were expected.
    """

    feedback: dict[int, Feedback]
    cost: Estimate
    monolith: Estimate
    batch: int = 1
    lines: tuple[str, ...] = field(default=())
    rate: float = 20.0


def plan(
    partition: Partition, stop: float, level: str | Accuracy = "standard", rate: float = 20.0, how: str = "auto",
    window: float | None = None, workers: int = 2, batch: int | None = None,
) -> Plan:  # fmt: skip
    """Choose how to run a network.

    Args:
        partition: from `partition`.
        stop: length of the run, seconds.
        level: accuracy.
        rate: expected spikes of a part, hertz.
        how: for parts that hear each other: "auto", "matrix", "windows" or "relaxation".
        window: length of a window, seconds; chosen unless given.
        workers: processes.
        batch: parts that share a run, or WHOLE for one matrix; chosen unless given.

    Raises:
        UnknownNameError: another way.
        CircuitError: windows where there is no delay; a batch below zero.
    """
    if how not in WAYS:
        raise unknown("way to run parts that hear each other", how, WAYS)
    if batch is not None and whole(batch, "batch", -1) < 0:
        raise CircuitError(f"a batch of {batch} parts: give 1 or more, or {WHOLE} for one matrix of everything.")
    window = None if window is None else positive(window, "window", "1m", unit="s")
    model = cost_model(partition, stop, accuracy(level), rate)
    feedback: dict[int, Feedback] = {}
    seconds, wall, lines = 0.0, 0.0, []
    alone = [s[0] for s, back in zip(partition.stages, partition.feeds_back, strict=True) if not back]
    size = batch or _best_batch(model, alone, workers)
    if alone:
        cost, main = model.grouped(grouped(alone, size)), model.main(alone)
        seconds, wall = cost, max(main, (cost + main) / min(workers, int(np.ceil(len(alone) / size))))
        together = "each by itself" if size == 1 else f"{size} in one ngspice run"
        lines.append(
            f"{_count(len(alone), 'part')}, {together}, in {_count(len(partition.generations), 'generation')}: "
            f"{np.sum(model.points(alone)):,.0f} time points, about {show(_round(cost), 's')} of one core"
        )
    for s, back in enumerate(partition.feeds_back):
        if back:
            way, cost = _feedback(partition, s, model, how, window)
            feedback[s] = way
            seconds += cost
            wall += cost if way.how == "matrix" else cost / min(workers, len(partition.stages[s]))
            lines.append(f"{len(partition.stages[s]):,} parts that hear each other: {way.why}")
    everything = [k for s in partition.stages for k in s]
    monolith = Estimate(model.matrix(everything), model.memory(everything))
    if batch == WHOLE or (batch is None and how == "auto" and monolith.seconds < wall):
        return Plan({}, monolith, monolith, WHOLE, (*_whole(partition, monolith), *_instead(wall, workers)), rate)
    lines.append(f"in all about {show(_round(wall), 's')} on {_count(workers, 'worker')}")
    lines.append(f"instead {_whole(partition, monolith)[0]}: every spike forces small steps upon all")
    return Plan(feedback, Estimate(seconds), monolith, size, tuple(lines), rate)


def _whole(partition: Partition, cost: Estimate) -> tuple[str, ...]:
    return (
        f"{_count(len(partition.parts), 'part')} in one matrix: about {show(_round(cost.seconds), 's')} and "
        f"{cost.memory / 1e9:.2g} GB",
    )


def _instead(wall: float, workers: int) -> tuple[str, ...]:
    return (f"instead of about {show(_round(wall), 's')} in parts on {_count(workers, 'worker')}",)


def grouped(parts: list[int], size: int) -> list[list[int]]:
    """Parts in groups of a size, the last one smaller."""
    return [parts[k : k + size] for k in range(0, len(parts), size)]


def _best_batch(model: CostModel, alone: list[int], workers: int) -> int:
    """The batch with the shortest time, that keeps all workers busy."""
    sample = alone[:SAMPLE]
    largest = max(1, len(alone) // workers)

    return min((b for b in BATCHES if b <= largest), key=lambda size: model.grouped(grouped(sample, size)))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _round(value: float) -> float:
    return float(f"{value:.2g}")


def _feedback(
    partition: Partition, stage: int, model: CostModel, how: str, window: float | None
) -> tuple[Feedback, float]:
    parts, delay = list(partition.stages[stage]), partition.delay_within(stage)
    if how == "windows" and not delay:
        raise CircuitError(
            f"{len(parts)} parts hear each other without a delay: windows need one; use relaxation or matrix, or give "
            "their connections a delay."
        )
    moving = [k for k in parts if model.figures.moves[k]]
    if moving and how in ("windows", "relaxation"):
        first = min(partition.parts[moving[0]].nodes)
        raise CircuitError(
            f"the part with {first!r} has a source of its own that changes: it would begin anew "
            "in every window; use matrix."
        )
    options = {"matrix": (Feedback("matrix"), model.matrix(parts))}
    if delay and not moving:
        length = min(window or delay, delay)
        options["windows"] = (Feedback("windows", length), model.windowed(parts, length, 1.0))
    if (not delay or how == "relaxation") and not moving:
        length = window or _relaxation_window(model, parts)
        options["relaxation"] = (Feedback("relaxation", length), model.windowed(parts, length, REPEATS))
    chosen = how if how != "auto" else min(options, key=lambda k: options[k][1])
    way, cost = options[chosen]
    others = ", ".join(
        f"{k} about {show(_round(c), 's')}" for k, (_, c) in options.items() if k != chosen
    )  # fmt: skip
    words = {
        "matrix": "in one matrix",
        "windows": f"windows of {show(way.window, 's')}, the shortest delay",
        "relaxation": f"waveform relaxation, windows of at most {show(_round(way.window), 's')}",
    }[chosen]
    why = f"{words}, about {show(_round(cost), 's')} of one core" + (f" ({others})" if others else "")
    return evolve(way, why=why), cost


def _relaxation_window(model: CostModel, parts: list[int]) -> float:
    """A window in which about three of the parts' spikes fall: each repetition gets one more of a chain right."""
    spikes = max(model.rate, 1.0) * len(parts)
    shortest = 40 * float(np.min(model.step[parts]))
    return min(model.stop, max(shortest, 3.0 / spikes * np.sqrt(len(parts))))
