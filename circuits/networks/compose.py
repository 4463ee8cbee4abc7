"""A network as one circuit: every neuron's cell, and the parts that its weights become between them.

What a network is made of is kept in arrays; elements are made of them where somebody asks for the circuit, or for what
one neuron is and hears.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from attrs import frozen

from ..circuit import Circuit
from ..element import GROUND, Element
from ..elements import V
from ..errors import CircuitError
from ..stimuli import EDGE, Constant, SpikeTrain
from .cell_rows import Cells, cells_of
from .cells import VDD, membrane_node
from .inputs import SignalInput, SpikeInput
from .network import Network, added
from .scale import Scale, scale_of
from .wires import Wiring, delay_suffix
from .wiring import as_built, spike_length

LARGEST = 2_000_000
"""Most elements of one circuit: some 2 GB."""
CELL = 12
"""Elements of a neuron, as a rule."""
BYTES = 4e9
"""Most bytes of a network that is prepared here, and how many"""
PER_NEURON, PER_WEIGHT = 2.5e3, 60
"""a neuron and a weight take in this process (docs/scale.md)."""


def expected_elements(network: Network) -> int:
    """How many elements a network's circuit will have, roughly."""
    return CELL * network.size + network.synapses


def expected_bytes(network: Network) -> float:
    """How much memory a network takes that is composed and planned, roughly."""
    return PER_NEURON * network.size + PER_WEIGHT * network.synapses


@frozen(eq=False, repr=False)
class Composed:
    """A network, the scale that was chosen for it, and the circuit that it becomes.

    Nodes and elements of neuron k of population P are called `P.k.mem`, `P.k.C_mem`, and so on; line k of input P is
    node `P.k`; the weight from Q.i to P.k is the element `Q.i>P.k` (a packet of charge: `Q.i>P.k.C` and its switches).
    """

    network: Network
    """What the parts are: weights are those of the nearest parts of the scale's E series."""
    scale: Scale
    cells: dict[str, Cells]
    """Of each population, one a neuron."""
    lines: tuple[V, ...]
    """The supply, and what holds each line of the inputs."""
    wiring: Wiring
    asked: Network
    """What was to be built."""

    def __repr__(self) -> str:
        return f"<{self.network!r} with its circuit>"

    @cached_property
    def circuit(self) -> Circuit:
        """The whole as one circuit.

        Raises:
            CircuitError: more elements than a circuit can hold here, or two of one name.
        """
        if (expected := expected_elements(self.network)) > LARGEST:
            raise CircuitError(
                f"network {self.network.title!r} is too large to be one circuit: about {expected:,} elements, "
                f"{LARGEST:,} are the most; run it in parts, or take a part of it."
            )
        return self.elements()

    def elements(self) -> Circuit:
        """Make all elements; `circuit` keeps them."""
        cells = (e for p in self.network.populations for k in range(p.size) for e in self.cell_elements(p.name, k))
        return Circuit(self.network.title, (*self.lines, *cells, *self.wiring.elements()))

    def cell_elements(self, population: str, index: int) -> Iterator[Element]:
        """The elements of one neuron, without what it hears."""
        made, name = self.cells[population][index].circuit, f"{population}.{index}"
        nodes = {n: f"{name}.{n}" for n in made.nodes} | {GROUND: GROUND, "vdd": "vdd"}
        return (e.renamed(f"{name}.{e.name}", nodes, {}) for e in made.elements)

    def membrane(self, population: str, index: int) -> str:
        """Node of a neuron's membrane."""
        return f"{population}.{index}.{membrane_node(self.network.population(population))}"


def compose(network: Network, scale: Scale | None = None) -> Composed:
    """Make the circuit of a network.

    Args:
        network: what to build.
        scale: from model units to parts; chosen by `scale_of` unless given.

    Raises:
        CircuitError: more neurons and weights than can be held here; says how many. Two parts of one name.
        DesignError: weights that cannot be made of the scale's parts.
    """
    network = added(network)
    chosen = scale or scale_of(network)
    if (expected := expected_bytes(network)) > BYTES:
        raise CircuitError(
            f"network {network.title!r} has {network.size:,} neurons and {network.synapses:,} weights, about "
            f"{expected / 1e9:.3g} GB; {BYTES / 1e9:g} GB are the most: take a part of it."
        )
    cells = {p.name: cells_of(p, chosen) for p in network.populations}
    built = as_built(network, chosen, cells)
    lines = tuple(e for source in built.inputs for e in _lines(source, built, chosen))
    wiring = Wiring.of(built, chosen, cells)
    made = Composed(built, chosen, cells, (V("V_dd", "vdd", GROUND, VDD), *lines), wiring, network)
    if not (wiring.plain and _own_names(built)):
        made.elements()  # the one at fault says so
    return made


def _own_names(network: Network) -> bool:
    """Whether no two elements or nodes can be of one name, and none is the same as another to SPICE."""
    names = [p.name.casefold() for p in (*network.inputs, *network.populations)]
    ways = [(c.pre, c.post, delay_suffix(c)) for c in network.connections]
    return len({*names}) == len(names) and len({*ways}) == len(ways) and not any({*">~"} & {*n} for n in names)


def _lines(source: SpikeInput | SignalInput, network: Network, scale: Scale) -> list[V]:
    """A held node for each line: 1 V for a spike, or the signal."""
    if isinstance(source, SignalInput):
        return [V(f"V_{source.name}.{k}", f"{source.name}.{k}", GROUND, s) for k, s in enumerate(source.signals)]
    width = spike_length(network, scale, source.name)
    made: list[V] = []
    for k, times in enumerate(source.trains):
        train = SpikeTrain(tuple(times), width, width, width * EDGE) if len(times) else Constant(0.0)
        made.append(V(f"V_{source.name}.{k}", f"{source.name}.{k}", GROUND, train))
    return made
