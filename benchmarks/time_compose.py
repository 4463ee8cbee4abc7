"""From a network to a plan: composing and preparing many weights, and the graph of the published N-MNIST reader."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
from rows import Row

from lapicque.circuits.networks import Connection, Network, compose, lif, network, poisson, scale_of
from lapicque.netlists.networks.network import prepare_network
from lapicque.netlists.nir.reader import NirModel, read_nir

T = TypeVar("T")

NEURONS, LINES = 4000, 784
STOP, DT = 0.3, 1e-3


def dense(neurons: int, lines: int = LINES) -> Network:
    """LIF neurons that each hear every line; their drive is that of the network of `time_network`."""
    weights = np.random.default_rng(0).normal(4e-3, 1.2e-3, (neurons, lines)) * 10 / lines
    return network(
        f"{neurons} x {lines}", poisson("in", lines, 10, STOP, seed=1), lif("a", neurons, tau=20e-3, bias=0.6),
        Connection("in", "a", weights),
    )  # fmt: skip


def write_nmnist(file: Path) -> None:
    """A graph of the shape of NIR's N-MNIST reader (Pedersen et al. 2024, figure 4), with weights drawn at random.

    Two strided and three summing layers: 4,096 + 4,096 + 512 + 256 + 10 = 8,970 integrate-and-fire neurons.
    """
    import nir

    draw = np.random.default_rng(0)

    def weights(*shape: int) -> np.ndarray:
        return draw.normal(0.3, 1.0, shape) / np.sqrt(np.prod(shape[1:]))

    def fire(*shape: int) -> nir.IF:
        return nir.IF(r=np.ones(shape), v_threshold=np.ones(shape), v_reset=np.zeros(shape))

    def conv(*shape: int, stride: int) -> nir.Conv2d:
        return nir.Conv2d(None, weights(*shape), stride, 1, 1, 1, np.zeros(shape[0]))

    def pool() -> nir.SumPool2d:
        return nir.SumPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0]))

    nodes = {
        "input": nir.Input({"input": np.array([2, 34, 34])}),
        "c1": conv(16, 2, 5, 5, stride=2), "n1": fire(16, 16, 16),
        "c2": conv(16, 16, 3, 3, stride=1), "n2": fire(16, 16, 16), "p2": pool(),
        "c3": conv(8, 16, 3, 3, stride=1), "n3": fire(8, 8, 8), "p3": pool(),
        "flat": nir.Flatten({"input": np.array([8, 4, 4])}, 0, -1),
        "l4": nir.Linear(weights(256, 128)), "n4": fire(256),
        "l5": nir.Linear(weights(10, 256)), "n5": fire(10), "output": nir.Output({"output": np.array([10])}),
    }  # fmt: skip
    names = list(nodes)
    nir.write(str(file), nir.NIRGraph(nodes, list(itertools.pairwise(names))))


def with_input(model: NirModel, rate: float = 5.0, stop: float = STOP) -> Network:
    """The graph with Poisson spikes on every line, in time steps of 1 ms."""
    (name, lines), *_ = model.inputs.items()
    return model.network([poisson(name, lines, rate, stop, seed=1, dead=2 * DT)], DT)


def _timed(action: Callable[[], T]) -> tuple[float, T]:
    """Processor seconds: other work beside does not count."""
    started = time.process_time()
    made = action()
    return time.process_time() - started, made


def compose_rows() -> Iterator[Row]:
    prepare_network(dense(10), STOP)  # imports and first compilations
    made = dense(NEURONS)
    scale = scale_of(made)
    composing = min(_timed(lambda: compose(made, scale))[0] for _ in range(3))
    whole = min(_timed(lambda: prepare_network(made, STOP))[0] for _ in range(3))
    yield Row(f"{NEURONS:,} neurons with {LINES} inputs each: compose", composing, "s")
    yield Row(f"{NEURONS:,} neurons with {LINES} inputs each: compose and prepare", whole, "s", 0.5)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "nmnist.nir"
        write_nmnist(file)
        reading, model = min((_timed(lambda: read_nir(file)) for _ in range(3)), key=lambda r: r[0])
    graph = with_input(model)
    planning = min(_timed(lambda: prepare_network(graph, STOP, drive_limit=1e3))[0] for _ in range(3))
    yield Row(f"N-MNIST graph, {graph.size:,} neurons, {graph.synapses:,} weights: reading", reading, "s")
    yield Row(f"N-MNIST graph, {graph.size:,} neurons: composing and planning", planning, "s")
    yield Row(f"N-MNIST graph, {graph.size:,} neurons: all of it", reading + planning, "s", 3.0)
