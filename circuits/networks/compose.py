"""A network as one circuit: every neuron's cell, and the parts that its weights become between them."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from ..circuit import Circuit
from ..element import GROUND, Element
from ..elements import V
from ..errors import CircuitError
from ..stimuli import EDGE, Constant, SpikeTrain
from .cells import VDD, Cell, cell, membrane_node
from .inputs import SignalInput, SpikeInput
from .network import Network
from .scale import Scale, scale_of
from .wiring import Wiring, as_built, spike_length

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
    node `P.k`; the weight from Q.i to P.k is the element `Q.i>P.k` (a packet of charge: `Q.i>P.k.C` and its switches).
    """

    network: Network
    """What the parts are: weights are those of the nearest parts of the scale's E series."""
    scale: Scale
    circuit: Circuit
    cells: dict[str, tuple[Cell, ...]]
    """Of each population, one a neuron."""
    asked: Network
    """What was to be built."""

    def membrane(self, population: str, index: int) -> str:
        """Node of a neuron's membrane."""
        return f"{population}.{index}.{membrane_node(self.network.population(population))}"


def compose(network: Network, scale: Scale | None = None) -> Composed:
    """Make the circuit of a network.

    Args:
        network: what to build.
        scale: from model units to parts; chosen by `scale_of` unless given.

    Raises:
        CircuitError: more elements than a circuit can hold here; says how many.
        DesignError: weights that cannot be made of the scale's parts.
    """
    chosen = scale or scale_of(network)
    expected = expected_elements(network)
    if expected > LARGEST:
        raise CircuitError(
            f"network {network.title!r} has {network.size:,} neurons and {network.synapses:,} weights, about "
            f"{expected:,} elements; {LARGEST:,} are the most: take a part of it."
        )
    cells = {p.name: tuple(cell(p, k, chosen) for k in range(p.size)) for p in network.populations}
    built = as_built(network, chosen, cells)
    parts: list[Element] = [V("V_dd", "vdd", GROUND, VDD)]
    for source in built.inputs:
        parts += _lines(source, built, chosen)
    for p in built.populations:
        for k, made in enumerate(cells[p.name]):
            parts += _placed(made, f"{p.name}.{k}")
    parts += Wiring(built, chosen, cells).elements()
    return Composed(built, chosen, Circuit(built.title, parts), cells, network)


def _lines(source: SpikeInput | SignalInput, network: Network, scale: Scale) -> list[Element]:
    """A held node for each line: 1 V for a spike, or the signal."""
    if isinstance(source, SignalInput):
        return [V(f"V_{source.name}.{k}", f"{source.name}.{k}", GROUND, s) for k, s in enumerate(source.signals)]
    width = spike_length(network, scale, source.name)
    made: list[Element] = []
    for k, times in enumerate(source.trains):
        train = SpikeTrain(tuple(times), width, width, width * EDGE) if len(times) else Constant(0.0)
        made.append(V(f"V_{source.name}.{k}", f"{source.name}.{k}", GROUND, train))
    return made


def _placed(made: Cell, name: str) -> Iterator[Element]:
    nodes = {n: f"{name}.{n}" for n in made.circuit.nodes} | {GROUND: GROUND, "vdd": "vdd"}
    for e in made.circuit.elements:
        yield e.renamed(f"{name}.{e.name}", nodes, {})
