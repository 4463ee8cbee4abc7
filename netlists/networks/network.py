"""A network in ngspice, in one call: composed, cut into parts, planned, run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from attrs import frozen

from ...circuits.arguments import KindError, brief, positive, want
from ...circuits.errors import CircuitError, unknown
from ...circuits.networks.compose import BYTES, CELL, Composed, compose, expected_bytes
from ...circuits.networks.drive import LIMIT, check_drive
from ...circuits.networks.network import Network, added
from ...circuits.networks.scale import Scale, scale_of
from ...circuits.showing import html
from ...circuits.units import show
from ..ngspice.engine import Engine
from ..ngspice.pool import worker_count
from ..spice.accuracy import Accuracy
from .budget import seen_rates
from .cost import CORNER, CORNERS, ELEMENT, POINT, PULSE, SPIKE, START
from .network_pieces import partition_network
from .network_run import NetworkOutcome, run_partition
from .partition import Partition
from .plan import Estimate, Plan, plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 100 * 86400.0
"""Most seconds of one core that a run may be expected to take."""


@frozen(eq=False, repr=False)
class Prepared:
    """A network that is ready to run."""

    composed: Composed
    partition: Partition
    plan: Plan
    stop: float

    def __str__(self) -> str:
        return "\n".join([repr(self), *self.plan.lines])

    def __repr__(self) -> str:
        return f"<{self.composed.network!r}, ready for {show(self.stop, 's')}>"


@frozen(eq=False, repr=False)
class NetworkRun:
    """A network that was run."""

    prepared: Prepared
    outcome: NetworkOutcome

    def __str__(self) -> str:
        return "\n".join([self._head(), *self._rates(), *self.outcome.notes])

    def __repr__(self) -> str:
        return f"<{self._head()}>"

    def _repr_html_(self) -> str:
        return html(self)

    def _head(self) -> str:
        spikes, title = sum(map(len, self.outcome.spikes.values())), self.prepared.composed.network.title
        return f"run of network {title!r}: {show(self.prepared.stop, 's')}, {spikes:,} spikes"

    def _rates(self) -> list[str]:
        rates = seen_rates(self.outcome.spikes, dict.fromkeys(self.outcome.spikes, self.prepared.stop))
        return [f"{name}: {rate:.3g} Hz a neuron" for name, rate in rates.items()]

    @property
    def spikes(self) -> dict[str, NDArray]:
        """Spike times of every spiking neuron (`P.k`), seconds."""
        return {n.removesuffix(".spike"): t for n, t in self.outcome.spikes.items()}

    @property
    def delivered(self) -> float:
        """Energy from supplies and synapses, joules."""
        return sum(self.outcome.delivered.values())


def estimate(network: Network, stop: float, rate: float = 20.0, workers: int = 2) -> Estimate:
    """Seconds and bytes that a network would take, from its numbers alone.

    Args:
        network: of any size.
        stop: seconds.
        rate: expected spikes of a neuron, hertz.
        workers: processes.
    """
    pulses = rate * stop * network.synapses / network.size
    points = 2500.0 + SPIKE * rate * stop + PULSE * pulses
    seconds = network.size * (START + points * (POINT + 2 * CELL * ELEMENT + CORNER * CORNERS * pulses)) / workers
    return Estimate(seconds, expected_bytes(network))


def refuse_giant(network: Network, stop: float, rate: float = 20.0, workers: int = 2) -> None:
    """Refuse a network that this machine cannot hold, before anything is made.

    Raises:
        CircuitError: says how large, how long, and what to do.
    """
    if expected_bytes(network) <= BYTES:
        return
    cost = estimate(network, stop, rate, workers)
    raise CircuitError(
        f"network {network.title!r} has {network.size:,} neurons and {network.synapses:,} weights: {show(stop, 's')} "
        f"of it would take about {cost.memory / 1e9:.3g} GB and {cost.seconds / 3600:.3g} hours on {workers} workers; "
        f"{BYTES / 1e9:g} GB are the most: take a part of it."
    )


def prepare_network(
    network: Network, stop: float, level: str | Accuracy = "standard", scale: Scale | None = None, rate: float = 20.0,
    feedback: str = "auto", window: float | None = None, workers: int = 2, batch: int | None = None,
    drive_limit: float = LIMIT,
) -> Prepared:  # fmt: skip
    """Make a network's circuit and choose how to run it; nothing runs yet.

    Args:
        network: what to run.
        stop: seconds.
        level: accuracy.
        scale: from model units to parts; chosen unless given.
        rate: expected spikes of a neuron, hertz, for the cost model.
        feedback: for parts that hear each other: "auto", "matrix", "windows" or "relaxation".
        window: length of a window, seconds.
        workers: processes.
        batch: parts that share an ngspice run, or `plan.WHOLE`; chosen unless given.
        drive_limit: most thresholds that one spike may be worth (`circuits.networks.drive`).

    Raises:
        CircuitError: too large; windows without a delay, or shorter than two spikes.
        DesignError: values that cannot work together; a drive beyond its limit.
    """
    want(network, Network, "network", "make one with `network(...)` or `read_nir`")
    want(scale, (Scale, type(None)), "scale", "make one with `scale_of(network)`")
    stop, rate = positive(stop, "stop", "50m", unit="s"), positive(rate, "rate", "20", unit="Hz")
    positive(drive_limit, "drive_limit", "10", unit="")
    worker_count(workers)
    refuse_giant(network, stop, rate, workers)
    network = added(network)
    chosen = scale or scale_of(network)
    _check_window(window, chosen.width)
    check_drive(network, chosen.width, drive_limit)
    composed = compose(network, chosen)
    parts = partition_network(composed)
    chosen_plan = plan(parts, stop, level, rate, feedback, window, workers, batch)
    if (seconds := chosen_plan.cost.seconds) > LONGEST:
        raise CircuitError(
            f"{show(stop, 's')} of network {network.title!r} would take about {seconds / 86400:.3g} days of one core, "
            f"more than {LONGEST / 86400:g}: shorten the run."
        )
    return Prepared(composed, parts, chosen_plan, stop)


def _check_window(window: float | None, width: float) -> None:
    """A window must see a spike begin or end: one that lies within a spike takes it for rest."""
    if window is not None and positive(window, "window", "1m", unit="s") < 2 * width:
        raise CircuitError(
            f"a window of {show(window, 's')} is shorter than two spikes of {show(width, 's')}: give at least "
            f"{show(2 * width, 's')}, or none."
        )


def run_network(
    prepared: Prepared, engine: Engine, level: str | Accuracy = "standard", traces: Iterable[str] = (),
    advance: Callable[[int], None] = lambda parts: None,
) -> NetworkRun:  # fmt: skip
    """Run a prepared network in ngspice.

    Args:
        prepared: from `prepare_network`.
        engine: whose workers do it.
        level: accuracy.
        traces: neurons (`P.k`) whose membrane is kept; of the others only spikes are.
        advance: called with the number of parts that are done.

    Raises:
        KindError: a network that was not prepared; no engine.
        SimulationError: a part failed; `partial` holds the outcome of all others that ran.
    """
    want(prepared, Prepared, "the network to run", "prepare it first, as in `prepare_network(network, stop='50m')`")
    want(engine, Engine, "engine", "make one with `Engine(2)`")
    nodes = [_membrane(prepared.composed, name) for name in _names(traces)]
    outcome = run_partition(prepared.partition, engine, prepared.stop, level, nodes, prepared.plan, advance)
    return NetworkRun(prepared, outcome)


def _names(traces: Iterable[str]) -> list[str]:
    advice = "give names of neurons in a list, such as ['P.0', 'P.3']"
    if isinstance(traces, (str, bytes)) or not isinstance(traces, Iterable):
        raise KindError(f"traces is {brief(traces)}: {advice}.")
    return [want(name, str, "a trace", advice) for name in traces]


def _membrane(composed: Composed, name: str) -> str:
    population, _, index = name.rpartition(".")
    p = composed.network.population(population) if population else None
    if p is None or not (index.isascii() and index.isdigit()) or int(index) >= p.size:
        raise unknown(
            "neuron", name, [f"{q.name}.{k}" for q in composed.network.populations for k in range(min(q.size, 50))]
        )
    return composed.membrane(population, int(index))
