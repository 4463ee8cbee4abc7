"""What a part costs cores, main process and wire; the schedule played through against real runs; clusters."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator

import numpy as np
from rows import Row
from time_network import feed_forward

from lapicque.analysis.networks.schedule import Cluster, PartCosts, Work, largest_cores, predicted, simulated
from lapicque.circuits.networks import Connection, Network, lif, network, poisson, random_weights
from lapicque.netlists import Engine
from lapicque.netlists.networks.network import prepare_network, run_network
from lapicque.netlists.networks.network_run import NetworkOutcome, Run, _held, run_requests
from lapicque.netlists.networks.plan import grouped
from lapicque.netlists.networks.signals import Pulses
from lapicque.netlists.spice.accuracy import accuracy

STOP, SIZE = 0.5, 400
DELAY = 5e-3
WINDOWED = 100


def schedule_rows() -> Iterator[Row]:
    made = feed_forward(SIZE)
    seconds, costs = {}, {}
    for workers in (1, 2):
        with Engine(workers) as engine:
            run_network(prepare_network(made, 0.05), engine)  # imports and first compilations
            seconds[workers], costs[workers] = _feed_forward(engine, made)
    yield from _figures("feed-forward part, 0.5 s", costs[2])
    work = Work(SIZE // 2, 2, 0.0)
    for workers in (1, 2):
        played = simulated(costs[workers], Cluster(1, workers), work)
        paper = predicted(costs[workers], Cluster(1, workers), work)
        yield Row(f"{SIZE} neurons on {workers} workers: played through over measured", played / seconds[workers], "x")
        yield Row(f"{SIZE} neurons on {workers} workers: on paper over measured", paper / seconds[workers], "x")
    windows, windowed = _windows()
    yield from _figures(f"part in a window of {DELAY * 1e3:g} ms", windowed)
    played = simulated(windowed, Cluster(1, 2), Work(WINDOWED, round(STOP / DELAY), 0.0))
    yield Row(f"{WINDOWED} neurons in windows on 2 workers: played through over measured", played / windows, "x")
    yield Row("bytes of a spike on the wire", _bytes_of_a_spike(), "B")
    yield from _clusters(costs[2], windowed)


def _figures(what: str, costs: PartCosts) -> Iterator[Row]:
    yield Row(f"{what}: of a core", float(np.mean(costs.part)) * 1e3, "ms")
    yield Row(f"{what}: of the main process", costs.main * 1e3, "ms")
    yield Row(f"{what}: cores that a main process keeps busy", largest_cores(costs), "")


def _feed_forward(engine: Engine, made: Network) -> tuple[float, PartCosts]:
    """Seconds of the run alone, and what each part took."""
    parts = prepare_network(made, STOP).partition
    run = Run(parts, engine, accuracy("standard"), STOP, parts.read, frozenset(), _held(parts))
    known: dict = {}
    each: list[float] = []
    started, own = time.perf_counter(), time.process_time()
    for generation in parts.generations:
        chosen = [parts.stages[s][0] for s in generation]
        requests = (run.request(run.prepare(g[0]), known) for g in grouped(chosen, 1))
        done = run_requests(run, requests, NetworkOutcome(STOP, {}, {}, {}, {}))
        for _, outcome in done:
            known |= outcome.exports
            each.append(outcome.seconds)
    wall, main = time.perf_counter() - started, time.process_time() - own
    return wall, PartCosts(np.array(each), main / len(each), _bytes_of_a_spike())


def _recurrent(size: int) -> Network:
    return network(
        "recurrent", poisson("in", 40, 10, 1.0, seed=1), lif("a", size, tau=20e-3, bias=0.6),
        Connection("in", "a", random_weights(size, 40, 10, 4e-3, spread=0.3, seed=2)),
        Connection("a", "a", random_weights(size, size, min(10, size), 1e-3, spread=0.3, seed=3), delay=DELAY),
    )  # fmt: skip


def _windows() -> tuple[float, PartCosts]:
    with Engine(2) as engine:
        run_network(prepare_network(_recurrent(4), 0.02, feedback="windows"), engine)
        prepared = prepare_network(_recurrent(WINDOWED), STOP, feedback="windows")
        started, own = time.perf_counter(), time.process_time()
        outcome = run_network(prepared, engine).outcome
        wall, main = time.perf_counter() - started, time.process_time() - own
    runs = WINDOWED * round(STOP / DELAY)
    return wall, PartCosts(np.array([outcome.seconds / runs]), main / runs, _bytes_of_a_spike())


def _bytes_of_a_spike() -> float:
    """What each further spike adds to a pickled signal."""
    few, many = (len(pickle.dumps(Pulses(np.arange(n) * 1.0, np.arange(n) * 1.0, 1.0))) for n in (100, 1100))
    return (many - few) / 1000


def _clusters(alone: PartCosts, windowed: PartCosts) -> Iterator[Row]:
    for nodes, cores, parts in ((1, 2, 5000), (1, 16, 5000), (1, 64, 5000), (8, 16, 100_000), (64, 16, 1_000_000)):
        cluster, work = Cluster(nodes, cores), Work(parts // 2, 2, 10.0 * parts * STOP)
        yield from _played(f"{parts:,} feed-forward neurons, 0.5 s, {nodes} x {cores} cores", alone, cluster, work)
    for nodes, cores, parts in ((1, 16, 1000), (8, 16, 10_000), (64, 16, 100_000)):
        cluster, work = Cluster(nodes, cores), Work(parts, round(STOP / DELAY), 20.0 * parts * DELAY)
        yield from _played(f"{parts:,} recurrent neurons, 0.5 s, {nodes} x {cores} cores", windowed, cluster, work)


def _played(what: str, costs: PartCosts, cluster: Cluster, work: Work) -> Iterator[Row]:
    seconds = simulated(costs, cluster, work)
    yield Row(f"{what}: played through", seconds, "s")
    yield Row(f"{what}: on paper", predicted(costs, cluster, work), "s")
    whole = work.parts * work.windows * float(np.mean(costs.part)) / (cluster.nodes * cluster.cores)
    yield Row(f"{what}: of perfect scaling", 100 * whole / seconds, "%")
