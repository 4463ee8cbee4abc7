"""What the engine adds to ngspice, and how it scales."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rows import Row, best

from lapicque.circuits.library import build
from lapicque.netlists import Engine, Job, Transient, netlist_text
from lapicque.netlists.ngspice.worker import simulate_text

SHORT, STOP = "rc", Transient("2m")
SWEEPS = {"of 7 ms": Transient("20m"), "of 80 ms": Transient("200m")}


def engine_rows() -> Iterator[Row]:
    circuit = build(SHORT)
    with Engine(1) as one:
        one.run(circuit, STOP, "fast")
        runs = [_timed(one, circuit) for _ in range(100)]
        yield Row("short run: ngspice's own time", 1e3 * float(np.median([n for _, n in runs])), "ms")
        yield Row("short run: added by the engine, median", 1e3 * float(np.median([t - n for t, n in runs])), "ms", 2.0)
    yield Row("short run: bare ngspice -b in a process", 1e3 * best(_bare), "ms")
    for label, stop in SWEEPS.items():
        yield from _sweep(label, stop)


def _timed(engine: Engine, circuit) -> tuple[float, float]:
    started = time.perf_counter()
    result = engine.run(circuit, STOP, "fast")
    return time.perf_counter() - started, result.attrs["seconds_ngspice"]


def _bare() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rc.cir"
        file.write_text(netlist_text(build(SHORT), STOP, "fast"))
        subprocess.run(
            ["ngspice", "-b", str(file), "-r", str(Path(folder) / "rc.raw")], check=True, capture_output=True
        )


def _sweep(label: str, stop: Transient) -> Iterator[Row]:
    """200 neurons: the bare loop (one worker, texts made before, nothing but ngspice), and the sweep on two."""
    jobs = [Job(build("lif", {"r": 1e6 + 1e3 * k}), stop, "fast") for k in range(200)]
    from lapicque.netlists.spice.prepare import prepare

    texts = [prepare(job).text for job in jobs]
    with Engine(1) as one:
        future = one.submit(_bare_loop, texts)
        bare = future.result()
        started = time.perf_counter()
        for _ in one.run_many(jobs):
            pass
        single = time.perf_counter() - started
    with Engine(2) as two:
        floor = _parallel_bare(two, texts)
        started = time.perf_counter()
        for _ in two.run_many(jobs):
            pass
        double = time.perf_counter() - started
    yield Row(f"200 runs {label}: bare loop in one worker", 200 / bare, "run/s")
    yield Row(f"200 runs {label}: bare loops in two workers at once", 200 / floor, "run/s")
    yield Row(f"200 runs {label}: engine, 1 worker", 200 / single, "run/s")
    yield Row(f"200 runs {label}: engine, 2 workers", 200 / double, "run/s")
    yield Row(f"200 runs {label}: 2 workers over two bare loops at once", 100 * floor / double, "%", 85)
    yield Row(f"200 runs {label}: 2 workers over 2 x one bare loop", 100 * bare / 2 / double, "%", 85)


def _parallel_bare(engine: Engine, texts: list[str]) -> float:
    """What the machine can do with both cores: two loops side by side."""
    halves = (texts[::2], texts[1::2])
    for future in [engine.submit(_bare_loop, half[:2]) for half in halves]:
        future.result()
    started = time.perf_counter()
    for future in [engine.submit(_bare_loop, half) for half in halves]:
        future.result()
    return time.perf_counter() - started


def _bare_loop(texts: list[str]) -> float:
    simulate_text(texts[0])
    started = time.perf_counter()
    for text in texts:
        simulate_text(text)
    return time.perf_counter() - started
