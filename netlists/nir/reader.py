"""NIR graphs as networks: what is linear becomes weights, what has a state becomes populations.

The primitives and their equations: Pedersen et al. 2024, Nature Communications 15:8122, table 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from ...circuits.arguments import brief
from ...circuits.errors import CircuitError, LapicqueError, QuantityError, with_article
from ...circuits.networks.network import Connection, Network
from ...circuits.networks.populations import Population, population
from ...circuits.units import parse
from .file import open_graph
from .linear import LINEAR, numbers
from .walk import STATEFUL, Walker, Way

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...circuits.networks.inputs import Input


@frozen(eq=False)
class NirModel:
    """A NIR graph, read: what enters and leaves it, and its populations and connections.

    Attributes:
        inputs: name of each input to its number of lines.
        outputs: name of each output to the sources that reach it, with weights.
    """

    title: str
    populations: tuple[Population, ...]
    connections: tuple[Connection, ...]
    inputs: dict[str, int]
    outputs: dict[str, tuple[Way, ...]]
    notes: tuple[str, ...] = ()

    def network(self, inputs: Iterable[Input], spike_area: float) -> Network:
        """The network with something at its inputs.

        Args:
            inputs: one of each name in `inputs`, with as many lines.
            spike_area: what a spike means: 1 for a Dirac pulse of unit area, dt for frameworks in which it has height 1
                for a time step dt. See docs/networks.md for what hangs on it.

        Raises:
            QuantityError: an input that is missing or has another number of lines.
        """
        given = {i.name: i for i in inputs}
        for name, lines in self.inputs.items():
            if name not in given:
                raise QuantityError(f"input {name!r} with {lines} lines is missing.")
            if given[name].size != lines:
                raise QuantityError(f"input {name!r} has {lines} lines, {given[name].size} are given.")
        return Network(self.title, self.populations, tuple(given.values()), self.connections, spike_area)


def read_nir(file: str | Path, loop_delay: float = 0.0, time_unit: float = 1.0) -> NirModel:
    """Read a NIR file.

    Args:
        file: HDF5 as `nir.write` makes it.
        loop_delay: seconds that every connection within a loop gets where the graph has no delay; discrete frameworks
            have one time step there, NIR itself none.
        time_unit: seconds that the file's unit of time is: 1, or a time step where a framework counts in steps.

    Raises:
        LapicqueError: no such file, cut off, of a newer version.
        CircuitError: a node that has no circuit, or whose numbers do not fit; names node and reason.
    """
    graph = open_graph(file)
    return from_nir(graph, Path(file).stem, loop_delay, time_unit)


def from_nir(graph: Any, title: str = "network", loop_delay: float = 0.0, time_unit: float = 1.0) -> NirModel:
    """Turn a `nir.NIRGraph` into a network; arguments and errors as in `read_nir`."""
    if not parse(time_unit, "time_unit") > 0:
        raise QuantityError(f"time_unit is {time_unit}: give seconds greater than zero.")
    if not parse(loop_delay, "loop_delay") >= 0:
        raise QuantityError(f"loop_delay is {loop_delay}: give seconds, 0 or more.")
    if not (isinstance(getattr(graph, "nodes", None), Mapping) and isinstance(getattr(graph, "edges", None), Iterable)):
        raise CircuitError(f"{brief(graph)} is no NIR graph: make one with nir.NIRGraph, or read a file with read_nir.")
    nodes, edges = _flattened(graph)
    reader = Walker.over(nodes, edges, time_unit)
    populations, connections, notes = [], [], []
    for name, node in nodes.items():
        kind = type(node).__name__
        if kind in STATEFUL:
            paths, bias = reader.incoming(name)
            populations.append(_population(name, kind, node, bias, reader))
            connections += [Connection(p.source, name, p.weights, p.delay) for p in paths if p.weights.nnz]
        elif kind not in (*LINEAR, "Delay", "Input", "Output"):
            raise CircuitError(f"node {name!r} is {with_article(kind)}, which has no circuit here.")
    outputs = {n: tuple(reader.incoming(n)[0]) for n, node in nodes.items() if type(node).__name__ == "Output"}
    if not populations:
        raise CircuitError(f"the graph {title!r} has no neurons: nothing in it has a state.")
    if loop_delay:
        connections = _delayed_loops(connections, loop_delay)
        notes.append(f"connections within loops have a delay of {loop_delay:g} s that the graph does not have")
    inputs = {n: reader.size(n) for n, node in nodes.items() if type(node).__name__ == "Input"}
    return NirModel(title, tuple(populations), tuple(connections), inputs, outputs, tuple(notes))


def _delayed_loops(connections: list[Connection], delay: float) -> list[Connection]:
    import attrs
    import networkx

    graph = networkx.DiGraph((c.pre, c.post) for c in connections)
    loops = list(networkx.strongly_connected_components(graph))
    inside = {(c.pre, c.post) for c in connections for s in loops if {c.pre, c.post} <= s}
    inside = {e for e in inside if len({*e}) > 1 or graph.has_edge(*e)}
    return [attrs.evolve(c, delay=delay) if (c.pre, c.post) in inside and not c.delay else c for c in connections]


def _flattened(graph: Any, prefix: str = "") -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Nodes and edges with those of graphs inside the graph taken out; their inputs and outputs are wires."""
    nodes: dict[str, Any] = {}
    edges: list[tuple[str, str]] = []
    into: dict[str, list[str]] = {}
    out_of: dict[str, list[str]] = {}
    for name, node in graph.nodes.items():
        full = prefix + name
        if type(node).__name__ != "NIRGraph":
            nodes[full] = node
            continue
        inner_nodes, inner_edges = _flattened(node, full + ".")
        ends = {k: type(v).__name__ for k, v in inner_nodes.items()}
        heads = [k for k, kind in ends.items() if kind == "Input" and k.count(".") == full.count(".") + 1]
        tails = [k for k, kind in ends.items() if kind == "Output" and k.count(".") == full.count(".") + 1]
        into[full] = [b for a, b in inner_edges if a in heads]
        out_of[full] = [a for a, b in inner_edges if b in tails]
        nodes |= {k: v for k, v in inner_nodes.items() if k not in heads and k not in tails}
        edges += [(a, b) for a, b in inner_edges if a not in heads and b not in tails]
    for a, b in graph.edges:
        a, b = prefix + a, prefix + b
        edges += [(x, y) for x in out_of.get(a, [a]) for y in into.get(b, [b])]
    for a, b in edges:
        for end in (a, b):
            if end not in nodes and not prefix:
                raise CircuitError(f"an edge goes from {a!r} to {b!r}, but there is no node {end!r}.")
        if not prefix and type(nodes[b]).__name__ == "Input":
            raise CircuitError(f"an edge goes from {a!r} to the input {b!r}: an input hears nothing within the graph.")
    return nodes, edges


def _population(name: str, kind: str, node: Any, bias: NDArray[np.float64], reader: Walker) -> Population:
    size, unit = reader.size(name), reader.time_unit
    values = {
        ours: numbers(name, kind, theirs, getattr(node, theirs)).ravel() for theirs, ours in STATEFUL[kind].items()
    }
    # Time constants are times; what an integrator adds is per time.
    values = {ours: v * unit if ours.startswith("tau") else v for ours, v in values.items()}
    if kind in ("I", "IF"):
        values["r"] = values["r"] / unit
    try:
        return population(name, kind, size, **values, bias=bias)
    except LapicqueError as error:
        raise type(error)(f"node {name!r} ({kind}): {error}") from error
