"""A network as one circuit: every neuron's cell, every weight a transconductance between them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from ..circuit import Circuit
from ..element import GROUND, Element
from ..elements import Delay, G, V
from ..errors import CircuitError
from ..stimuli import EDGE, Constant, SpikeTrain
from .cells import VDD, Cell, cell
from .inputs import SignalInput, SpikeInput
from .network import Connection, Network
from .populations import Population
from .scale import Scale, scale_of

LARGEST = 2_000_000
"""Most elements of one circuit: some 2 GB."""
CELL = 12
"""Elements of a neuron, as a rule."""


def expected_elements(network: Network) -> int:
    """How many elements a network's circuit will have, roughly."""
    return CELL * network.size + network.synapses


@frozen(eq=False)
class Composed:
    """A network, the scale that was chosen for it, and the circuit that it became.

    Nodes and elements of neuron k of population P are called `P.k.mem`, `P.k.C_mem`, and so on; line k of input P is
    node `P.k`; the weight from Q.i to P.k is the element `Q.i>P.k`.
    """

    network: Network
    scale: Scale
    circuit: Circuit
    cells: dict[str, tuple[Cell, ...]]
    """Of each population, one a neuron."""

    def membrane(self, population: str, index: int) -> str:
        """Node of a neuron's membrane."""
        return f"{population}.{index}.{_membrane(self.network.population(population))}"


def _membrane(p: Population) -> str:
    return "mem" if p.has_synapse else "in"


def output_node(network: Network, source: str, index: int) -> str:
    """Node that a neuron or an input line drives others with."""
    found = network.source(source)
    if not isinstance(found, Population):
        return f"{source}.{index}"
    if found.spikes or found.kind == "Threshold":
        return f"{source}.{index}.out"
    return f"{source}.{index}.{_membrane(found)}"


def compose(network: Network, scale: Scale | None = None) -> Composed:
    """Make the circuit of a network.

    Args:
        network: what to build.
        scale: from model units to parts; chosen by `scale_of` unless given.

    Raises:
        CircuitError: more elements than a circuit can hold here; says how many.
    """
    chosen = scale or scale_of(network)
    expected = expected_elements(network)
    if expected > LARGEST:
        raise CircuitError(
            f"network {network.title!r} has {network.size:,} neurons and {network.synapses:,} weights, about "
            f"{expected:,} elements; {LARGEST:,} are the most: take a part of it."
        )
    cells = {p.name: tuple(cell(p, k, chosen) for k in range(p.size)) for p in network.populations}
    parts: list[Element] = [V("V_dd", "vdd", GROUND, VDD)]
    for source in network.inputs:
        parts += _lines(source, chosen)
    for p in network.populations:
        for k, made in enumerate(cells[p.name]):
            parts += _placed(made, f"{p.name}.{k}")
    delayed: set[str] = set()
    for c in network.connections:
        parts += _weights(network, chosen, c, cells[c.post], delayed)
    return Composed(network, chosen, Circuit(network.title, parts), cells)


def _lines(source: SpikeInput | SignalInput, scale: Scale) -> list[Element]:
    """A held node for each line: 1 V for a spike, or the signal."""
    if isinstance(source, SignalInput):
        return [V(f"V_{source.name}.{k}", f"{source.name}.{k}", GROUND, s) for k, s in enumerate(source.signals)]
    width = source.width or scale.width
    made: list[Element] = []
    for k, times in enumerate(source.trains):
        train = SpikeTrain(tuple(times), width, width, width * EDGE) if len(times) else Constant(0.0)
        made.append(V(f"V_{source.name}.{k}", f"{source.name}.{k}", GROUND, train))
    return made


def _placed(made: Cell, name: str) -> Iterator[Element]:
    nodes = {n: f"{name}.{n}" for n in made.circuit.nodes} | {GROUND: GROUND, "vdd": "vdd"}
    for e in made.circuit.elements:
        yield e.renamed(f"{name}.{e.name}", nodes, {})


def per_volt(network: Network, scale: Scale, source: str) -> float:
    """What one volt on a source's output is to the equations of its targets, in model units."""
    found = network.source(source)
    if isinstance(found, SpikeInput):
        return network.spike_area / (found.width or scale.width)
    if isinstance(found, SignalInput) or found.kind == "Threshold":
        return 1.0
    return network.spike_area / scale.width if found.spikes else 1 / scale.volt(source)


def _weights(
    network: Network, scale: Scale, c: Connection, cells: tuple[Cell, ...], delayed: set[str]
) -> Iterator[Element]:
    matrix = c.weights
    factor = per_volt(network, scale, c.pre)
    rows = np.repeat(np.arange(len(cells)), np.diff(matrix.indptr))
    suffix = f"~{c.delay:g}" if c.delay else ""
    for post, pre, weight in zip(rows.tolist(), matrix.indices.tolist(), matrix.data.tolist(), strict=True):
        out = output_node(network, c.pre, pre)
        late = out + suffix
        if suffix and late not in delayed:
            delayed.add(late)
            yield Delay(f"T_{late}", late, GROUND, out, GROUND, c.delay)
        name = f"{c.pre}.{pre}>{c.post}.{post}{suffix}"
        yield G(name, GROUND, f"{c.post}.{post}.in", late, GROUND, weight * factor * cells[post].unit)
