"""Networks: in parts against one matrix, growth with size, agreement, and the published recurrent graph."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rows import Row

from lapicque.analysis.networks.comparison import agreement
from lapicque.analysis.networks.event_network import TIMED, event_network
from lapicque.analysis.spikes import spike_times
from lapicque.circuits import SpikeProbe
from lapicque.circuits.networks import Connection, Network, lif, network, poisson, random_weights
from lapicque.netlists import Engine, Transient
from lapicque.netlists.networks.network import NetworkRun, prepare_network, run_network

STOP = 0.5
SIZES = (10, 30, 50, 100, 300)
GROWTH = (100, 300, 1000, 3000, 5000)


def feed_forward(size: int) -> Network:
    """Two layers of LIF neurons (20 ms), each neuron with ten random inputs of about 10 Hz."""
    half, lines = size // 2, max(size // 5, 20)
    return network(
        f"feed-forward {size}",
        poisson("in", lines, 10, 1.0, seed=1),
        lif("a", half, tau=20e-3, bias=0.6),
        lif("b", size - half, tau=20e-3, bias=0.6),
        Connection("in", "a", random_weights(half, lines, 10, 4e-3, spread=0.3, seed=2)),
        Connection("a", "b", random_weights(size - half, half, min(10, half), 3e-3, spread=0.3, seed=3)),
    )


def network_rows() -> Iterator[Row]:
    with Engine(2, timeout=3000) as engine:
        _parts(engine, feed_forward(10), 0.05)  # imports and first compilations
        for size in SIZES:
            yield from _against_matrix(engine, size)
        yield from _agreement(engine)
    yield from _growth()
    yield from _braille()


def _parts(engine: Engine, made: Network, stop: float) -> tuple[float, NetworkRun]:
    started = time.perf_counter()
    run = run_network(prepare_network(made, stop), engine)
    return time.perf_counter() - started, run


def _matrix(
    engine: Engine, run: NetworkRun, stop: float, kept: int | None = None
) -> tuple[float, dict[str, np.ndarray]]:
    """The same circuit in one ngspice run, with the longest step of the same accuracy; ngspice's own seconds."""
    circuit = run.prepared.composed.circuit
    probes = circuit.of_type(SpikeProbe)[:kept]
    # 250 steps in the membrane's time constant is the rule of `standard`.
    result = engine.run(circuit, Transient(stop), save=tuple(p.plus for p in probes), max_step=20e-3 / 250)
    seconds = float(result.attrs["seconds_ngspice"])
    clock = result["time"].values
    spikes = {p.name.removesuffix(".spike"): spike_times(p, clock, result[p.name].values) for p in probes}
    return seconds, spikes


def _against_matrix(engine: Engine, size: int) -> Iterator[Row]:
    made = feed_forward(size)
    parts, run = min((_parts(engine, made, STOP) for _ in range(3)), key=lambda r: r[0])
    matrix, _ = _matrix(engine, run, STOP, kept=10)
    yield Row(f"{size} LIF neurons, 0.5 s: one matrix", matrix, "s")
    yield Row(f"{size} LIF neurons, 0.5 s: in parts", parts, "s")
    goal = {50: 4.0, 300: 50.0}.get(size, 1 / 1.1)
    yield Row(f"{size} LIF neurons: parts faster by", matrix / parts, "x", goal)


def _agreement(engine: Engine) -> Iterator[Row]:
    made = feed_forward(50)
    _, run = _parts(engine, made, 1.0)
    _, matrix = _matrix(engine, run, 1.0)
    between = agreement(matrix, run.spikes)
    yield Row("50 neurons, 1 s, parts against matrix: neurons with other spikes", len(between.unlike), "", 0)
    yield Row("50 neurons, 1 s, parts against matrix: median distance", between.median * 1e6, "us", 5)
    yield Row("50 neurons, 1 s, parts against matrix: worst distance", between.worst * 1e6, "us", 50)
    exact = agreement(event_network(run.prepared.composed, 1.0, TIMED).spikes, run.spikes)
    yield Row("50 neurons, 1 s, parts against exact model: neurons with other spikes", len(exact.unlike), "", 0)
    yield Row("50 neurons, 1 s, parts against exact model: median distance", exact.median * 1e6, "us")
    yield Row("50 neurons, 1 s, parts against exact model: worst distance", exact.worst * 1e6, "us")


def _growth() -> Iterator[Row]:
    """Each size in a fresh process, so that its memory is its own."""
    seconds, memory = [], []
    for size in GROWTH:
        run = subprocess.run([sys.executable, __file__, str(size)], capture_output=True, text=True, check=True)
        found, peak = map(float, run.stdout.split()[-2:])
        seconds.append(found)
        memory.append(peak)
        yield Row(f"{size} neurons, 0.5 s, in parts", found, "s", 60.0 if size == 5000 else None)
    slope = np.polyfit(np.log(GROWTH), np.log(seconds), 1)[0]
    yield Row("growth from 100 to 5,000 neurons: exponent", float(slope), "", 1.0)
    yield Row("5,000 neurons: memory of the main process and its largest worker", memory[-1] / 1e6, "MB", 1000)


def _one_size(size: int) -> None:
    with Engine(2) as engine:
        _parts(engine, feed_forward(20), 0.05)
        seconds, _ = _parts(engine, feed_forward(size), STOP)
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(seconds, peak * 1024)


def _braille() -> Iterator[Row]:
    """The published recurrent graph, where it is at hand (BRAILLE_NIR names the file)."""
    file = os.environ.get("BRAILLE_NIR", "")
    if not Path(file).is_file():
        return
    from lapicque.analysis.networks.comparison import compare_network
    from lapicque.circuits.networks import from_raster
    from lapicque.netlists.nir.reader import read_nir

    model = read_nir(file)
    raster = (np.random.default_rng(0).random((256, 12)) < 0.1).astype(float)
    made = model.network([from_raster("input", raster, 1e-4, True)], 1e-4)
    for way in ("matrix", "relaxation"):
        prepared = prepare_network(made, 25.6e-3, feedback=way, rate=300)
        with Engine(2) as engine:
            started = time.perf_counter()
            run = run_network(prepared, engine)
            seconds = time.perf_counter() - started
        found = compare_network(run, ("lif2",))
        yield Row(f"braille graph, one sample, {way}", seconds, "s")
        yield Row(f"braille graph, {way}: neurons with other spikes than exact model", len(found.rest.unlike), "")
        yield Row(f"braille graph, {way}: classes that differ", float(len({*found.classes["lif2"]}) - 1), "", 0)


if __name__ == "__main__":
    _one_size(int(sys.argv[1]))
