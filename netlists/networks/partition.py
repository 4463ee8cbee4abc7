"""Where a circuit may be cut: between a node that is only read and those that read it. Proved from the elements.

Two nodes belong together when an element conducts between them. A node that an ideal source holds against ground
conducts to nobody: its voltage is what it is, whatever hangs on it. So the islands of conduction, with ground and held
nodes taken out, are what loads each other; between islands there are only controlled sources, switches and transistors'
gates that read a voltage and draw nothing. "Reads" is a graph of islands. Islands of one neuron (synapse, membrane,
latch) that read each other are run together: nothing is gained by cutting inside an instance.

Of a composed network the same parts follow from its arrays (`network_pieces.py`); tests hold these against the proof.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, PROBES, CurrentProbe, E, Element, K, OpAmp, Sensing, V
from ...circuits.errors import CircuitError
from ...circuits.graph import Groups, conducting, ends
from .figures import Figures, figures_of
from .part import Part, Tap, build_part, controls, held_sources, is_held_source
from .reading import Links, Order, order_of

__all__ = ["CircuitPieces", "Part", "Partition", "Pieces", "Tap", "ordered", "partition"]


class Pieces(Protocol):
    """Where parts come from: the elements of a circuit, or the arrays of a network."""

    @property
    def circuit(self) -> Circuit:
        """The whole."""
        ...

    @property
    def parts(self) -> Sequence[Part]:
        """All parts; some are made when they are asked for."""
        ...

    @property
    def sources(self) -> Sequence[V]:
        """Sources that parts may hear."""
        ...

    @property
    def owner(self) -> Mapping[str, int]:
        """Node to the part that it belongs to."""
        ...

    @property
    def links(self) -> Links:
        """Who reads whom."""
        ...

    @property
    def read(self) -> frozenset[str]:
        """Nodes that another part (or the same, through a delay) reads."""
        ...

    @property
    def figures(self) -> Figures:
        """What the cost of each part depends on."""
        ...

    def members(self, index: int) -> tuple[Element, ...]:
        """All elements that conduct in a part."""
        ...

    def merged(self, parts: Iterable[int]) -> Part:
        """Several parts as one: what they read of each other is read directly."""
        ...


@frozen(eq=False)
class Partition:
    """The parts of a circuit, and the order in which they can be run.

    `stages` lists strongly connected sets of parts (their indices), those that are read before those that read them;
    a set of one part that does not read itself is run once, the others feed back. `generations` groups the stages that
    do not depend on each other.
    """

    pieces: Pieces
    order: Order

    @property
    def circuit(self) -> Circuit:
        """The whole that was cut."""
        return self.pieces.circuit

    @property
    def parts(self) -> Sequence[Part]:
        """What it was cut into."""
        return self.pieces.parts

    @property
    def stages(self) -> tuple[tuple[int, ...], ...]:
        """Parts that are run together, in the order of running."""
        return self.order.stages

    @property
    def generations(self) -> tuple[tuple[int, ...], ...]:
        """Indices of stages."""
        return self.order.generations

    @property
    def feeds_back(self) -> tuple[bool, ...]:
        """Of each stage: whether a part in it reads a part in it."""
        return self.order.feeds_back

    @property
    def owner(self) -> Mapping[str, int]:
        """Node to the part that it belongs to."""
        return self.pieces.owner

    @property
    def members(self) -> tuple[tuple[Element, ...], ...]:
        """Of each part, all elements that conduct in it."""
        return tuple(self.pieces.members(k) for k in range(len(self.parts)))

    def delay_within(self, stage: int) -> float:
        """The shortest delay between parts of a stage; 0 where one has none."""
        links, stage_of = self.pieces.links, self.order.stage_of
        inside = (stage_of[links.reader] == stage) & (stage_of[links.source] == stage)
        return float(np.min(links.delay[inside])) if inside.any() else 0.0

    def merged(self, parts: Iterable[int]) -> Part:
        """Several parts as one: what they read of each other is read directly."""
        return self.pieces.merged(parts)

    @property
    def read(self) -> frozenset[str]:
        """Nodes that another part (or the same, through a delay) reads."""
        return self.pieces.read


def ordered(pieces: Pieces) -> Partition:
    """Parts with their order."""
    return Partition(pieces, order_of(len(pieces.parts), pieces.links))


def partition(circuit: Circuit) -> Partition:
    """Find the parts of a circuit that do not load each other.

    Args:
        circuit: any circuit; each part is checked when it is written.

    Returns:
        Its islands of conduction and what each reads of the others.
    """
    if couplings := circuit.of_type(K):
        raise CircuitError(f"{couplings[0].name!r} couples inductors: parts of a network hold capacitors only.")
    held = held_sources(circuit.elements)
    groups = _islands(circuit, held)
    _join_instances(circuit, groups, held)
    members: dict[str, list[Element]] = defaultdict(list)
    for e in circuit.parts:
        if (root := _root(e, groups, held)) is not None and not is_held_source(e, held):
            members[root].append(e)
    island_of = {n: groups.find(n) for n in circuit.nodes if n not in held and n != GROUND}
    index = {root: k for k, root in enumerate(members)}
    owner = {n: index[root] for n, root in island_of.items() if root in index}
    nodes: list[set[str]] = [set() for _ in index]
    for n, k in owner.items():
        nodes[k].add(n)
    probes = _probes(circuit, owner, {e.name: k for k, es in enumerate(members.values()) for e in es})
    parts = tuple(
        build_part(es, frozenset(nodes[k]), held, tuple(probes.get(k, ()))) for k, es in enumerate(members.values())
    )
    pieces = CircuitPieces(
        circuit, parts, owner, _links(parts, owner), held, tuple(tuple(es) for es in members.values())
    )
    return ordered(pieces)


def _links(parts: tuple[Part, ...], owner: dict[str, int]) -> Links:
    found = [
        (k, owner[n], t.delay) for k, p in enumerate(parts) for t in p.taps for n in (t.plus, t.minus) if n in owner
    ]
    reader, source, delay = zip(*found, strict=True) if found else ((), (), ())
    return Links(np.array(reader, np.intp), np.array(source, np.intp), np.array(delay, float))


@frozen(eq=False)
class CircuitPieces:
    """The parts of any circuit, all made."""

    circuit: Circuit
    parts: tuple[Part, ...]
    owner: dict[str, int]
    links: Links
    held: dict[str, Element]
    conducting: tuple[tuple[Element, ...], ...]
    """Of each part, all elements that conduct in it."""

    @property
    def sources(self) -> tuple[V, ...]:
        """All voltage sources against ground."""
        return tuple(v for v in self.circuit.of_type(V) if v.minus == GROUND)

    @property
    def read(self) -> frozenset[str]:
        """Nodes that another part (or the same, through a delay) reads."""
        return frozenset(n for p in self.parts for t in p.taps for n in (t.plus, t.minus) if n in self.owner)

    @property
    def figures(self) -> Figures:
        """What the cost of each part depends on."""
        return figures_of(self.parts, self.sources)

    def members(self, index: int) -> tuple[Element, ...]:
        """All elements that conduct in a part."""
        return self.conducting[index]

    def merged(self, parts: Iterable[int]) -> Part:
        """Several parts as one: what they read of each other is read directly."""
        chosen = list(parts)
        nodes = frozenset(n for k in chosen for n in self.parts[k].nodes)
        elements = [e for k in chosen for e in self.members(k)]
        probes = tuple(p for k in chosen for p in self.parts[k].probes)
        return build_part(elements, nodes, self.held, probes, nodes)


def _islands(circuit: Circuit, held: dict[str, Element]) -> Groups:
    groups = Groups(n for n in circuit.nodes)
    sensors = {e.name: e for e in circuit.of_type(V)}
    for e in circuit.parts:
        loaded = [n for n in conducting(e) if n != GROUND and n not in held]
        if isinstance(e, Sensing):  # what reads a current belongs to where the current flows
            loaded += [n for n in ends(sensors[e.sensor]) if n != GROUND and n not in held]
        if isinstance(e, OpAmp):  # its output does what its inputs ask for, wherever that feeds back
            loaded += [n for n in controls(e) if n != GROUND and n not in held]
        for a, b in itertools.pairwise(loaded):
            groups.join(a, b)
    return groups


def _join_instances(circuit: Circuit, groups: Groups, held: dict[str, Element]) -> None:
    """Join islands of one instance that read each other, and loops of reading that no instance cuts."""
    import networkx

    graph = networkx.DiGraph()
    for e in circuit.parts:
        if (root := _root(e, groups, held)) is not None and not is_held_source(e, held):
            graph.add_edges_from((groups.find(n), root) for n in _seen(controls(e), held))
    for loop in networkx.strongly_connected_components(graph):
        if len({_instance(n) for n in loop}) == 1:
            for a, b in zip(sorted(loop), sorted(loop)[1:], strict=False):
                groups.join(a, b)
    for a, b in graph.edges:
        if _instance(a) and _instance(a) == _instance(b):
            groups.join(a, b)


def _instance(node: str) -> str:
    """`P.3` of `P.3.mem`: the instance that a node lies in."""
    return node.rpartition(".")[0]


def _seen(nodes: Iterable[str], held: dict[str, Element]) -> Iterable[str]:
    """Nodes of islands behind the nodes that are read, at once: through buffers, not through delays."""
    for n in nodes:
        source = held.get(n)
        if n != GROUND and source is None:
            yield n
        elif isinstance(source, E):
            yield from _seen(controls(source), held)


def _root(e: Element, groups: Groups, held: dict[str, Element]) -> str | None:
    """The island of an element; None where it only hangs between held nodes, and changes nothing."""
    for n in conducting(e):
        if n != GROUND and n not in held:
            return groups.find(n)
    return None


def _probes(circuit: Circuit, owner: dict[str, int], element_part: dict[str, int]) -> dict[int, list[Element]]:
    found: dict[int, list[Element]] = defaultdict(list)
    for p in circuit.elements:
        if isinstance(p, CurrentProbe):
            found[element_part.get(p.sensor, 0)].append(p)
        elif isinstance(p, PROBES):
            found[next((owner[n] for n in p.nodes if n in owner), 0)].append(p)
    return found
