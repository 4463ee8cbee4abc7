"""Thousands of runs on the model against ngspice: the same executor, some of the runs in ngspice for all."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from rows import Row

from lapicque.analysis.sweeps import Sweep, monte_carlo, run_sweep, tolerance
from lapicque.analysis.sweeps.executors import Processes
from lapicque.circuits.library import build
from lapicque.netlists import Transient

CASES: tuple[tuple[str, str, int, int, float | None, float], ...] = (
    ("lif_switch", "60m", 10_000, 200, 10.0, 25.0),
    ("lif_latch", "60m", 10_000, 200, None, 25.0),
    ("adex", "300m", 1_000, 40, None, 20.0),
    ("hodgkin_huxley", "100m", 1_000, 40, None, 20.0),
)
"""Circuit, length, runs, of these in ngspice; goals: seconds, and how many times as quick as ngspice."""
CLASSES: Mapping[str, str] = {"R": "E24", "C": "E12"}


def batch_rows() -> Iterator[Row]:
    for name, stop, runs, few, seconds, ratio in CASES:
        model = _sweep(name, stop, runs, "model")
        executor = Processes(2)
        try:
            for leg in ("model", "ngspice"):  # workers import, and keep what they derive and compile
                run_sweep(_sweep(name, "1m", 64, leg), executor)
            run_sweep(_sweep(name, stop, 64, "model"), executor)
            quick = min(_timed(model, executor) for _ in range(2))
            beside = _sweep(name, stop, few, "ngspice")
            slow = _timed(beside, executor) * runs / few
        finally:
            executor.close()
        yield Row(f"{runs} runs of {name}, {stop}s, on the model, two processes", quick, "s", seconds)
        yield Row(f"{runs} runs of {name}, ngspice by {few} of them, over that", slow / quick, "x", ratio)


def _sweep(name: str, stop: str, runs: int, leg: str) -> Sweep:
    spreads = tolerance(build(name), CLASSES)
    return Sweep(name, monte_carlo(spreads, runs, seed=1), Transient(stop), ("interval", "spikes"), leg=leg)


def _timed(sweep: Sweep, executor: Processes) -> float:
    started = time.perf_counter()
    result = run_sweep(sweep, executor)
    if result["failed"].values.any():
        raise SystemExit(f"{sweep.what}: {int(result['failed'].sum())} runs failed")
    return time.perf_counter() - started
