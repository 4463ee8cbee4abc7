"""The parts of a composed network: one a neuron, made of arrays; elements are made of those that are asked for.

Cells read each other through weights, and weights load nobody: so the parts that `partition` proves of the network's
circuit are its neurons, in their order. Tests hold one against the other.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import overload

import numpy as np
from attrs import evolve, frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, PROBES, Element, V
from ...circuits.errors import CircuitError
from ...circuits.graph import ends
from ...circuits.networks.compose import LARGEST, Composed
from ...circuits.networks.populations import Population
from ...circuits.networks.scale import CHARGE, RESISTOR
from ...circuits.networks.wires import column_node, columns
from ...circuits.networks.wiring import output_ending
from .figures import Figures
from .network_figures import network_figures, outside, tapped
from .part import Part, Tap, build_part, held_sources, is_held_source
from .partition import Partition, ordered
from .reading import Links


def partition_network(composed: Composed) -> Partition:
    """The neurons of a network as parts, and what each reads of the others: what `partition` finds in its circuit."""
    network, sizes = composed.network, [p.size for p in composed.network.populations]
    first = dict(zip([p.name for p in network.populations], np.cumsum([0, *sizes]).tolist(), strict=False))
    return ordered(NetworkPieces(composed, first, _links(composed, first), network_figures(composed)))


def _links(composed: Composed, first: dict[str, int]) -> Links:
    none = np.zeros(0, np.intp)
    reader, source, delay = [none], [none], [np.zeros(0)]
    for c in composed.network.connections:
        if c.pre in first:
            post, pre = tapped(composed, c)
            reader.append(first[c.post] + post)
            source.append(first[c.pre] + pre)
            delay.append(np.full(len(post), c.delay))
    return Links(np.concatenate(reader), np.concatenate(source), np.concatenate(delay))


@frozen(eq=False)
class NetworkPieces:
    """The parts of a composed network; part k is neuron k, populations in their order.

    Attributes:
        composed: the network.
        first: number of the first neuron of every population.
        links: who reads whom.
        figures: what the cost of each neuron depends on.
    """

    composed: Composed
    first: dict[str, int]
    links: Links
    figures: Figures

    @property
    def circuit(self) -> Circuit:
        """All elements of the network."""
        return self.composed.circuit

    @property
    def sources(self) -> tuple[V, ...]:
        """The supply and the lines of the inputs."""
        return self.composed.lines

    @property
    def parts(self) -> Sequence[Part]:
        """The neurons, each made when it is asked for."""
        return _Neurons(self)

    @property
    def read(self) -> frozenset[str]:
        """Outputs of the neurons that others hear."""
        network, heard = self.composed.network, np.unique(self.links.source)
        endings = {name: output_ending(network, name) for name in self.first}
        neurons = ((p.name, k) for p, k in map(self.neuron, heard.tolist()))
        return frozenset(f"{name}.{k}{endings[name]}" for name, k in neurons)

    @property
    def owner(self) -> dict[str, int]:
        """Node to the neuron that it belongs to."""
        return {n: k for k in range(len(self.parts)) for n in self._split(self._elements(k)).nodes}

    def members(self, index: int) -> tuple[Element, ...]:
        """All elements that conduct in a neuron, the weights of what it hears among them."""
        return self._split(self._elements(index)).conducting

    def merged(self, parts: Iterable[int]) -> Part:
        """Several neurons as one part: what they read of each other is read directly.

        Raises:
            CircuitError: more elements than one circuit can hold.
        """
        chosen = list(parts)
        self._refuse_giant(chosen)
        elements = (e for k in chosen for e in self._elements(k))
        # Neurons share the delay lines and amplifiers of what they hear.
        return self._split({e.name: e for e in elements}.values()).part(whole=True)

    def part(self, index: int) -> Part:
        """A neuron as a part."""
        if self.composed.scale.weights == CHARGE:
            return self._split(self._elements(index)).part()
        p, k = self.neuron(index)
        drives = self._drives(p.name, k)
        inside = (
            (e for _, column in drives for e in columns(f"{p.name}.{k}", 1.0 if column.endswith("excite") else -1.0))
            if self.composed.scale.weights == RESISTOR
            else self.composed.wiring.of_itself(p.name, k)
        )
        return evolve(self._split([*self.composed.cell_elements(p.name, k), *inside]).part(), drives=drives)

    def neuron(self, index: int) -> tuple[Population, int]:
        """Population, and number within it, of a neuron."""
        populations = self.composed.network.populations
        at = int(np.searchsorted([*self.first.values()], index, side="right")) - 1
        return populations[at], index - self.first[populations[at].name]

    def _elements(self, index: int) -> list[Element]:
        p, k = self.neuron(index)
        return [*self.composed.cell_elements(p.name, k), *self.composed.wiring.heard_by(p.name, k)]

    @cached_property
    def _lines(self) -> dict[str, Element]:
        return {v.plus: v for v in self.composed.lines}

    def _split(self, elements: Iterable[Element]) -> _Split:
        made = tuple(elements)
        held = held_sources(made)
        inside = [e for e in made if not is_held_source(e, held)]
        conducting = tuple(e for e in inside if not isinstance(e, PROBES))
        known = ChainMap(held, self._lines)
        nodes = frozenset(n for e in conducting for n in ends(e) if n != GROUND and n not in known)
        return _Split(conducting, tuple(e for e in inside if isinstance(e, PROBES)), nodes, known)

    def _drives(self, population: str, index: int) -> dict[tuple[str, str], list[Tap]]:
        """What a neuron hears through transconductances or resistors: the current's way to taps."""
        found: dict[tuple[str, str], list[Tap]] = {}
        network, wiring, target = self.composed.network, self.composed.wiring, f"{population}.{index}"
        for number, row in wiring.rows(population, index):
            c, values = network.connections[number], wiring.parts[number].values[row]
            ending, delay = output_ending(network, c.pre), c.delay
            pres = c.weights.indices[row].astype(np.intp)
            kept = outside(self.composed, c, index, pres)
            signs, pres, values = np.sign(c.weights.data[row])[kept], pres[kept], values[kept]
            if self.composed.scale.weights == RESISTOR:
                gains, nodes = 1 / values, [column_node(target, s) for s in signs.tolist()]
            else:
                gains, nodes = signs * values, [f"{target}.in"] * len(pres)
            for node, pre, gain in zip(nodes, pres.tolist(), gains.tolist(), strict=True):
                found.setdefault((GROUND, node), []).append(Tap(f"{c.pre}.{pre}{ending}", GROUND, delay, gain))
        return found

    def _refuse_giant(self, chosen: list[int]) -> None:
        elements = float(np.sum(self.figures.size[chosen] + self.figures.taps[chosen]))
        if elements > LARGEST:
            raise CircuitError(
                f"{len(chosen):,} neurons in one matrix are about {elements:,.0f} elements; {LARGEST:,} are the most: "
                "run them in parts (--batch 1), or in windows where they hear each other with a delay."
            )


@frozen(eq=False)
class _Split:
    """Elements, sorted: what conducts, what looks, the nodes that are loaded, and the sources of all others."""

    conducting: tuple[Element, ...]
    probes: tuple[Element, ...]
    nodes: frozenset[str]
    held: Mapping[str, Element]

    def part(self, whole: bool = False) -> Part:
        """These elements as a part; of a whole, what it hears of itself is read directly."""
        return build_part(self.conducting, self.nodes, self.held, self.probes, self.nodes if whole else frozenset())


class _Neurons(Sequence[Part]):
    """The neurons of a network as parts."""

    def __init__(self, pieces: NetworkPieces) -> None:
        self._pieces = pieces

    def __len__(self) -> int:
        return self._pieces.composed.network.size

    @overload
    def __getitem__(self, index: int) -> Part: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Part]: ...
    def __getitem__(self, index: int | slice) -> Part | Sequence[Part]:
        if isinstance(index, slice):
            return [self._pieces.part(k) for k in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._pieces.part(index % len(self))
