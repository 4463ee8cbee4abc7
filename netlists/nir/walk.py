"""Walking a NIR graph: from a node back to what has a state, multiplying what lies between."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from ...circuits.errors import CircuitError, with_article
from .linear import LINEAR, Shape, linear_map, numbers, possible, product, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray
SHOWN = 6
"""Nodes of a loop that an error names."""
WAYS = 10_000
"""Most ways through one node of delays."""
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
class Walker:
    """Walks from a node back to what has a state, multiplying what lies between."""

    nodes: dict[str, Any]
    before: dict[str, list[str]]
    """Nodes with an edge to each node."""
    time_unit: float
    _known: dict[str, tuple[list[Way], NDArray[np.float64]]] = field(factory=dict)
    _shapes: dict[str, Shape] = field(factory=dict)
    _asked: set[str] = field(factory=set)

    @classmethod
    def over(cls, nodes: dict[str, Any], edges: list[tuple[str, str]], time_unit: float) -> Walker:
        """A walker that has been everywhere once, sources first, so that chains of any length need no deep calls.

        Raises:
            CircuitError: a loop without state; a node that has no circuit, or whose numbers do not fit.
        """
        before: dict[str, list[str]] = {name: [] for name in nodes}
        for a, b in edges:
            before[b].append(a)
        _refuse_stateless_loops(nodes, edges)
        walker = cls(nodes, before, time_unit)
        for name in _sources_first(nodes, edges):
            walker.shapes(name)
        return walker

    def kind(self, name: str) -> str:
        """The primitive that a node is."""
        return type(self.nodes[name]).__name__

    def size(self, name: str) -> int:
        """Number of lines that leave a node."""
        return math.prod(self.shapes(name))

    def shapes(self, name: str) -> Shape:
        """Shape of what leaves a node."""
        if name not in self._shapes:
            node, kind = self.nodes[name], self.kind(name)
            if kind == "Input":
                shape = whole(name, kind, "shape", node.input_type["input"])
            elif kind in STATEFUL or kind == "Delay":
                shape = self._declared(name) or self._heard(name) or (1,)
            elif kind == "Output":
                return self._entering(name)
            else:
                self.outgoing(name)
                return self._shapes[name]
            self._shapes[name] = possible(name, kind, shape)
        return self._shapes[name]

    def _declared(self, name: str) -> Shape:
        """The shape of a node's parameters; none where all of them are single numbers."""
        node, kind = self.nodes[name], self.kind(name)
        values = [node.delay] if kind == "Delay" else [getattr(node, p) for p in STATEFUL[kind]]
        return next((s for v in values if (s := np.shape(v))), ())

    def _heard(self, name: str) -> Shape:
        """The shape of what a node hears, for nodes whose single numbers hold for all (as Norse and Sinabs write)."""
        here: str | None = name
        while here is not None:
            self._asked.add(here)
            following = None
            for a in self.before[here]:
                if self.kind(a) in ("Linear", "Affine"):
                    return np.shape(self.nodes[a].weight)[:1]
                if a in self._shapes:
                    return self._shapes[a]
                if a not in self._asked:
                    if self.kind(a) not in STATEFUL or self._declared(a):
                        return self.shapes(a)
                    following = a
                    break
            here = following
        return (1,)

    def incoming(self, name: str) -> tuple[list[Way], NDArray[np.float64]]:
        """Paths from sources to what enters a node, and the constant that does."""
        size = math.prod(self._entering(name))
        paths, bias = [], np.zeros(size)
        for a in self.before[name]:
            more, constant = self.outgoing(a)
            self._want_size(name, a, size)
            paths += more
            bias = bias + constant
        return _merged(paths), bias

    def _want_size(self, name: str, before: str, size: int) -> None:
        if self.size(before) != size:
            raise CircuitError(
                f"node {name!r} ({self.kind(name)}) has {size} inputs, and {before!r} gives {self.size(before)} (shape "
                f"{self.shapes(before)})."
            )

    def _entering(self, name: str) -> Shape:
        if self.kind(name) in STATEFUL or self.kind(name) == "Delay":
            return self.shapes(name)
        before = self.before[name]
        if not before:
            raise CircuitError(f"nothing leads to node {name!r} ({self.kind(name)}).")
        return self.shapes(before[0])

    def outgoing(self, name: str) -> tuple[list[Way], NDArray[np.float64]]:
        """Paths from sources to what leaves a node."""
        from scipy.sparse import csr_array, eye_array

        node, kind = self.nodes[name], self.kind(name)
        if kind in STATEFUL or kind == "Input":
            size = self.size(name)
            return [Way(name, csr_array(eye_array(size)), 0.0)], np.zeros(size)
        if name not in self._known:
            if kind not in (*LINEAR, "Delay"):
                raise CircuitError(f"node {name!r} is {with_article(kind)}, which has no circuit here.")
            paths, bias = self.incoming(name)
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
        self._shapes[name] = possible(name, self.kind(name), shape)
        return [Way(p.source, product(name, matrix, p.weights), p.delay) for p in paths], matrix @ bias + own


def _refuse_stateless_loops(nodes: dict[str, Any], edges: list[tuple[str, str]]) -> None:
    import networkx

    def bare(name: str) -> bool:
        return type(nodes[name]).__name__ not in (*STATEFUL, "Input", "Output")

    try:
        loop = networkx.find_cycle(networkx.DiGraph((a, b) for a, b in edges if bare(a) and bare(b)))
    except (networkx.NetworkXNoCycle, networkx.NetworkXError):
        return
    names = [a for a, _ in loop]
    shown = names if len(names) <= SHOWN else [*names[: SHOWN - 1], "...", names[-1]]
    raise CircuitError(
        f"{' -> '.join([*shown, names[0]])} is a loop without state: what it carries would depend on itself at the "
        "same instant; put a neuron into it."
    )


def _sources_first(nodes: dict[str, Any], edges: list[tuple[str, str]]) -> Iterator[str]:
    """Everything that leads to neurons and outputs; where there are no loops, what leads to a node before the node."""
    import networkx

    back = networkx.DiGraph()
    back.add_nodes_from(nodes)
    back.add_edges_from((b, a) for a, b in edges)
    done: set[str] = set()
    for name, node in nodes.items():
        if type(node).__name__ in (*STATEFUL, "Output") and name not in done:
            order = list(networkx.dfs_postorder_nodes(back.subgraph(nodes.keys() - done), name))
            done.update(order)
            yield from order


def _delayed(
    name: str, node: Any, unit: float, paths: list[Way], bias: NDArray[np.float64]
) -> tuple[list[Way], NDArray[np.float64]]:
    """Channels of different delays go different ways; a constant has no delay."""
    from scipy.sparse import csr_array, diags_array

    delays = np.broadcast_to(numbers(name, "Delay", "delay", node.delay).ravel() * unit, bias.shape)
    if (delays < 0).any():
        bad = int(np.argmax(delays < 0))
        raise CircuitError(f"node {name!r} (Delay): delay {bad} is {delays[bad]}: it must be 0 or more seconds.")
    values = np.unique(delays)
    if len(values) * len(paths) > WAYS:
        raise CircuitError(f"node {name!r} (Delay): {len(values)} different delays of {len(paths)} paths are too many.")
    made = []
    for value in values:
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
