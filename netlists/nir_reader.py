"""NIR graphs as networks: what is linear becomes weights, what has a state becomes populations.

The primitives and their equations: Pedersen et al. 2024, Nature Communications 15:8122, table 1.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from ..circuits.errors import CircuitError, LapicqueError, QuantityError
from ..circuits.networks.network import Connection, Network
from ..circuits.networks.populations import Population, population
from .nir_linear import LINEAR, Shape, linear_map

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ..circuits.networks.inputs import Input

STATEFUL: dict[str, dict[str, str]] = {
    "I": {"r": "r"},
    "IF": {"r": "r", "v_threshold": "v_threshold", "v_reset": "v_reset"},
    "LI": {"tau": "tau_mem", "r": "r", "v_leak": "v_leak"},
    "LIF": {"tau": "tau_mem", "r": "r", "v_leak": "v_leak", "v_threshold": "v_threshold", "v_reset": "v_reset"},
    "CubaLI": {"tau_syn": "tau_syn", "tau_mem": "tau_mem", "r": "r", "v_leak": "v_leak", "w_in": "w_in"},
    "CubaLIF": {"tau_syn": "tau_syn", "tau_mem": "tau_mem", "r": "r", "v_leak": "v_leak", "w_in": "w_in",
                "v_threshold": "v_threshold", "v_reset": "v_reset"},
    "Threshold": {"threshold": "v_threshold"},
}  # fmt: skip
"""NIR's names of what a population has, to ours."""


@frozen(eq=False)
class Way:
    """A way from a source to a node: weights of shape (node, source) and a delay."""

    source: str
    weights: Any
    delay: float


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
    return from_nir(_read(Path(file)), Path(file).stem, loop_delay, time_unit)


def _read(file: Path) -> Any:
    import h5py
    import nir

    if not file.is_file():
        raise LapicqueError(f"cannot read {str(file)!r}: there is no such file.")
    try:
        with h5py.File(file, "r") as opened:
            written = opened["version"][()].decode() if "version" in opened else "0"  # type: ignore[union-attr,index]
            if "node" not in opened:
                raise LapicqueError(f"{str(file)!r} is an HDF5 file without a NIR graph.")
    except (OSError, RuntimeError) as error:
        raise LapicqueError(f"cannot read {str(file)!r}: it is no HDF5 file, or is cut off ({error}).") from error
    if _release(written) > _release(nir.__version__):
        raise LapicqueError(
            f"{str(file)!r} was written by NIR {written}; NIR {nir.__version__} is installed here and cannot know what "
            "changed: update the package nir."
        )
    try:
        return nir.read(file, type_check=False)
    except (AssertionError, AttributeError, KeyError, TypeError, ValueError, OSError, RuntimeError) as error:
        raise LapicqueError(
            f"cannot read the NIR graph in {str(file)!r}: {type(error).__name__}: {error}; written by NIR {written}."
        ) from error


def _release(version: str) -> tuple[int, int]:
    numbers = [int(part) for part in version.split(".")[:2] if part.isdigit()]
    major, minor, *_ = (*numbers, 0, 0)
    return major, minor


def from_nir(graph: Any, title: str = "network", loop_delay: float = 0.0, time_unit: float = 1.0) -> NirModel:
    """Turn a `nir.NIRGraph` into a network; arguments and errors as in `read_nir`."""
    if not time_unit > 0:
        raise QuantityError(f"time_unit is {time_unit}: give seconds greater than zero.")
    nodes, edges = _flattened(graph)
    reader = _Reader(nodes, edges, time_unit)
    populations, connections, notes = [], [], []
    for name, node in nodes.items():
        kind = type(node).__name__
        if kind in STATEFUL:
            paths, bias = reader.incoming(name)
            populations.append(_population(name, kind, node, bias, reader))
            connections += [Connection(p.source, name, p.weights, p.delay) for p in paths if p.weights.nnz]
        elif kind not in (*LINEAR, "Delay", "Input", "Output"):
            raise CircuitError(f"node {name!r} is a {kind}, which has no circuit here.")
    outputs = {n: tuple(reader.incoming(n)[0]) for n, node in nodes.items() if type(node).__name__ == "Output"}
    if not populations:
        raise CircuitError(f"the graph {title!r} has no neurons: nothing in it has a state.")
    if loop_delay:
        connections = _delayed_loops(connections, loop_delay)
        notes.append(f"connections within loops have a delay of {loop_delay:g} s that the graph does not have")
    inputs = {n: int(np.prod(reader.shapes(n))) for n, node in nodes.items() if type(node).__name__ == "Input"}
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
    return nodes, edges


def _population(name: str, kind: str, node: Any, bias: NDArray[np.float64], reader: _Reader) -> Population:
    size, unit = int(np.prod(reader.shapes(name))), reader.time_unit
    values = {ours: np.asarray(getattr(node, theirs), dtype=float).ravel() for theirs, ours in STATEFUL[kind].items()}
    # Time constants are times; what an integrator adds is per time.
    values = {ours: v * unit if ours.startswith("tau") else v for ours, v in values.items()}
    if kind in ("I", "IF"):
        values["r"] = values["r"] / unit
    try:
        return population(name, kind, size, **values, bias=bias)
    except LapicqueError as error:
        raise type(error)(f"node {name!r} ({kind}): {error}") from error


@frozen(eq=False)
class _Reader:
    """Walks from a node back to what has a state, multiplying what lies between."""

    nodes: dict[str, Any]
    edges: list[tuple[str, str]]
    time_unit: float
    _known: dict[str, tuple[list[Way], NDArray[np.float64]]] = field(factory=dict)
    _shapes: dict[str, Shape] = field(factory=dict)
    _open: list[str] = field(factory=list)
    _asked: list[str] = field(factory=list)

    def before(self, name: str) -> list[str]:
        """Nodes with an edge to a node."""
        return [a for a, b in self.edges if b == name]

    def shapes(self, name: str) -> Shape:
        """Shape of what leaves a node."""
        if name not in self._shapes:
            node = self.nodes[name]
            kind = type(node).__name__
            if kind == "Input":
                shape = np.asarray(node.input_type["input"]).ravel()
            elif kind in STATEFUL or kind == "Delay":
                shape = np.asarray(self._declared(name) or self._heard(name))
            else:
                return self._outgoing_shape(name)
            self._shapes[name] = tuple(int(n) for n in shape) or (1,)
        return self._shapes[name]

    def _declared(self, name: str) -> Shape:
        """The shape of a node's parameters; none where all of them are single numbers."""
        node = self.nodes[name]
        values = (
            [node.delay]
            if type(node).__name__ == "Delay"
            else [getattr(node, p) for p in STATEFUL[type(node).__name__]]
        )
        return next((s for v in values if (s := np.shape(v))), ())

    def _heard(self, name: str) -> Shape:
        """The shape of what a node hears, for nodes whose single numbers hold for all (as Norse and Sinabs write)."""
        self._asked.append(name)
        for a in self.before(name):
            if type(self.nodes[a]).__name__ in ("Linear", "Affine"):
                return np.shape(self.nodes[a].weight)[:1]
            if a not in self._asked:
                return self.shapes(a)
        return (1,)

    def _outgoing_shape(self, name: str) -> Shape:
        self.outgoing(name)
        return self._shapes[name]

    def incoming(self, name: str) -> tuple[list[Way], NDArray[np.float64]]:
        """Paths from sources to what enters a node, and the constant that does."""
        shape = self._entering(name)
        size = int(np.prod(shape))
        paths, bias = [], np.zeros(size)
        for a in self.before(name):
            more, constant = self.outgoing(a)
            self._want_size(name, a, size)
            paths += more
            bias = bias + constant
        return _merged(paths), bias

    def _want_size(self, name: str, before: str, size: int) -> None:
        got = self.shapes(before)
        if int(np.prod(got)) != size:
            kind = type(self.nodes[name]).__name__
            raise CircuitError(
                f"node {name!r} ({kind}) has {size} inputs, and {before!r} gives {int(np.prod(got))} (shape {got})."
            )

    def _entering(self, name: str) -> Shape:
        node = self.nodes[name]
        if type(node).__name__ in STATEFUL or type(node).__name__ == "Delay":
            return self.shapes(name)
        before = self.before(name)
        if not before:
            raise CircuitError(f"nothing leads to node {name!r} ({type(node).__name__}).")
        return self.shapes(before[0])

    def outgoing(self, name: str) -> tuple[list[Way], NDArray[np.float64]]:
        """Paths from sources to what leaves a node."""
        from scipy.sparse import csr_array, eye_array

        node = self.nodes[name]
        kind = type(node).__name__
        if kind in STATEFUL or kind == "Input":
            size = int(np.prod(self.shapes(name)))
            return [Way(name, csr_array(eye_array(size)), 0.0)], np.zeros(size)
        if name in self._known:
            return self._known[name]
        if name in self._open:
            loop = [*self._open[self._open.index(name) :], name]
            raise CircuitError(
                f"{' -> '.join(loop)} is a loop without state: what it carries would depend on itself at the same "
                "instant; put a neuron into it."
            )
        if kind not in (*LINEAR, "Delay"):
            raise CircuitError(f"node {name!r} is a {kind}, which has no circuit here.")
        self._open.append(name)
        paths, bias = self.incoming(name)
        self._open.pop()
        self._known[name] = (
            _delayed(name, node, self.time_unit, paths, bias)
            if kind == "Delay"
            else self._mapped(name, node, paths, bias)
        )
        return self._known[name]

    def _mapped(
        self, name: str, node: Any, paths: list[Way], bias: NDArray[np.float64]
    ) -> tuple[list[Way], NDArray[np.float64]]:
        matrix, own, shape = linear_map(name, node, self._entering(name))
        self._shapes[name] = shape
        return [Way(p.source, matrix @ p.weights, p.delay) for p in paths], matrix @ bias + own


def _delayed(
    name: str, node: Any, unit: float, paths: list[Way], bias: NDArray[np.float64]
) -> tuple[list[Way], NDArray[np.float64]]:
    """Channels of different delays go different ways; a constant has no delay."""
    from scipy.sparse import csr_array, diags_array

    delays = np.broadcast_to(np.asarray(node.delay, dtype=float).ravel() * unit, bias.shape)
    if not (np.isfinite(delays).all() and (delays >= 0).all()):
        bad = int(np.argmax(~(delays >= 0)))
        raise CircuitError(f"node {name!r} (Delay): delay {bad} is {delays[bad]}: it must be 0 or more seconds.")
    made = []
    for value in np.unique(delays):
        chosen = csr_array(diags_array((delays == value).astype(float)))
        made += [Way(p.source, chosen @ p.weights, p.delay + float(value)) for p in paths]
    return made, bias


def _merged(paths: list[Way]) -> list[Way]:
    """Paths from one source with one delay, added up."""
    found: dict[tuple[str, float], Any] = {}
    for p in paths:
        key = (p.source, p.delay)
        found[key] = found[key] + p.weights if key in found else p.weights
    return [Way(source, weights, delay) for (source, delay), weights in found.items()]
