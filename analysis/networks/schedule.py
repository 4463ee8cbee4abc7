"""How long a network would take on a cluster: a formula from measured figures, and the schedule played through.

A node of the cluster has a main process that writes parts, sends them to its cores and collects what they did, as
`netlists.network_run` does. All nodes run the same window of time, then tell each other their spikes, then the next
one: a network without feedback has one window for each of its generations.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from ...circuits.errors import LapicqueError, QuantityError
from ...netlists.networks.requests import AHEAD, MESSAGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@frozen(eq=False)
class PartCosts:
    """What was measured (`benchmarks/time_schedule.py`).

    Attributes:
        part: seconds that a core takes for a part in a window; a sample of parts.
        main: seconds of the main process for a part in a window.
        spike: bytes of a spike on the wire.
    """

    part: Array
    main: float
    spike: float

    def __attrs_post_init__(self) -> None:
        if not (len(self.part) and np.min(self.part) > 0 and self.main >= 0 and self.spike >= 0):
            raise QuantityError("costs must be measured: seconds of parts above zero, none negative.")


@frozen
class Cluster:
    """Machines and what joins them.

    Attributes:
        nodes: machines with a main process each.
        cores: workers of a node.
        latency: seconds of a message between nodes.
        bandwidth: bytes per second into a node.
    """

    nodes: int
    cores: int
    latency: float = 50e-6
    bandwidth: float = 1e9

    def __attrs_post_init__(self) -> None:
        if not (self.nodes > 0 and self.cores > 0 and self.latency >= 0 and self.bandwidth > 0):
            raise QuantityError("a cluster has nodes, cores and bandwidth above zero, and no negative latency.")


@frozen
class Work:
    """What is to be run.

    Attributes:
        parts: of the network.
        windows: of time in which each of them is run.
        spikes: of all parts in a window.
    """

    parts: int
    windows: int
    spikes: float


def largest_cores(costs: PartCosts) -> float:
    """How many cores a main process can keep busy."""
    return float(np.mean(costs.part)) / costs.main if costs.main else float("inf")


def exchange(costs: PartCosts, cluster: Cluster, work: Work) -> float:
    """Seconds in which all nodes tell each other the spikes of a window: everyone hears all, in log2 rounds."""
    if cluster.nodes == 1:
        return 0.0
    heard = work.spikes * costs.spike * (cluster.nodes - 1) / cluster.nodes
    return float(np.ceil(np.log2(cluster.nodes))) * cluster.latency + heard / cluster.bandwidth


def predicted(costs: PartCosts, cluster: Cluster, work: Work) -> float:
    """Seconds on paper: the busiest of cores and main process, in every window."""
    mine = np.ceil(work.parts / cluster.nodes)
    busy = max(mine * float(np.mean(costs.part)) / min(cluster.cores, mine), mine * costs.main)
    return work.windows * (busy + exchange(costs, cluster, work))


def simulated(costs: PartCosts, cluster: Cluster, work: Work, seed: int = 0) -> float:
    """Seconds when the schedule is played through, each part drawn from those that were measured.

    Args:
        costs: measured.
        cluster: its machines.
        work: what they do.
        seed: of the draws.

    Raises:
        LapicqueError: the package simpy is not installed.
    """
    try:
        import simpy
    except ImportError as error:
        raise LapicqueError("the package simpy is not installed: pip install simpy.") from error
    clock, draw = simpy.Environment(), np.random.default_rng(seed)
    cores = [simpy.Resource(clock, cluster.cores) for _ in range(cluster.nodes)]
    shares = [len(s) for s in np.array_split(np.arange(work.parts), cluster.nodes)]

    def run() -> Generator[Any, Any, None]:
        for _ in range(work.windows):
            nodes = [
                clock.process(_node(clock, core, draw.choice(costs.part, n), costs.main))
                for core, n in zip(cores, shares, strict=True)
            ]
            yield simpy.AllOf(clock, nodes)
            yield clock.timeout(exchange(costs, cluster, work))

    clock.run(clock.process(run()))
    return float(clock.now)


def _node(clock: Any, core: Any, seconds: Array, main: float) -> Generator[Any, Any, None]:
    """One window of one node, as `network_run.run_requests` does it: messages grow, some wait, answers in order."""
    waiting: deque[Any] = deque()
    at, size = 0, 1
    while at < len(seconds):
        message = seconds[at : at + size]
        at, size = at + len(message), min(MESSAGE, size + 1)
        yield clock.timeout(main * len(message))
        waiting.append(clock.process(_message(clock, core, float(message.sum()))))
        while len(waiting) > AHEAD * core.capacity:
            yield waiting.popleft()
    while waiting:
        yield waiting.popleft()


def _message(clock: Any, core: Any, seconds: float) -> Generator[Any, Any, None]:
    with core.request() as turn:
        yield turn
        yield clock.timeout(seconds)
