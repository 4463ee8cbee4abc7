"""A sweep of 200 runs: processes and Dask on two workers against perfect scaling of one."""

from __future__ import annotations

import time
from collections.abc import Iterator

from rows import Row

from lapicque.analysis.sweeps import Sweep, monte_carlo, run_sweep, tolerance
from lapicque.analysis.sweeps.executors import Cluster, Executor, Processes
from lapicque.analysis.sweeps.worker import run_task
from lapicque.circuits.library import build
from lapicque.netlists import Transient


def sweep_rows() -> Iterator[Row]:
    spreads = tolerance(build("lif_latch"), {"R1": "E24", "C1": "E12"})
    sweep = Sweep("lif_latch", monte_carlo(spreads, 200, seed=1), Transient("200m"), ("interval",), "fast")
    warm = Sweep("lif_latch", monte_carlo(spreads, 16, seed=2), Transient("20m"), ("interval",), "fast")
    one = _timed(Processes(1), warm, sweep)
    both = _side_by_side(sweep)
    yield Row("sweep of 200 runs, one process", one, "s")
    for name, executor, goal in (("two processes", Processes(2), 85), ("Dask, two workers", Cluster("local", 2), 80)):
        seconds = _timed(executor, warm, sweep)
        yield Row(f"sweep of 200 runs, {name}", seconds, "s")
        yield Row(f"sweep of 200 runs, {name}, of perfect scaling of one", 100 * one / 2 / seconds, "%", goal)
        yield Row(f"sweep of 200 runs, {name}, of two bare loops side by side", 100 * both / seconds, "%")


def _timed(executor: Executor, warm: Sweep, sweep: Sweep) -> float:
    """Seconds of a sweep by workers that have imported everything; the best of three."""
    try:
        run_sweep(warm, executor)
        return min(_once(executor, sweep) for _ in range(3))
    finally:
        executor.close()


def _once(executor: Executor, sweep: Sweep) -> float:
    started = time.perf_counter()
    run_sweep(sweep, executor)
    return time.perf_counter() - started


def _side_by_side(sweep: Sweep) -> float:
    """What the machine can do with both cores: each of two workers gets half of the runs in one message."""
    from lapicque.analysis.sweeps.worker import Recipe, Task

    runs = [(k, tuple(sweep.design.of(k).items())) for k in range(sweep.design.runs)]
    halves = [
        Task(Recipe(sweep.what), sweep.analysis, sweep.accuracy, sweep.figures, tuple(runs[k::2])) for k in (0, 1)
    ]
    executor = Processes(2)
    try:
        times = []
        for _ in range(3):
            started = time.perf_counter()
            for future in [executor.submit(run_task, half, 600.0) for half in halves]:
                future.result()
            times.append(time.perf_counter() - started)
        return min(times)
    finally:
        executor.close()
