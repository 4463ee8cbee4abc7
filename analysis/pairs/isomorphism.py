"""Two circuits as graphs: whether one is the other with other names.

Vertices are elements, their pins and the nodes. The label of an element is its kind with its values, that of a pin is
what may not be exchanged: the ends of a resistor have one label, plus and minus of a source two. Labels are refined by
those of neighbours until that tells nothing new (refinement.py); what they leave open is searched by VF2++ (Juttner and
Madarasi 2018) of networkx.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from ...circuits.element import GROUND
from ...circuits.elements import B, Opaque
from .curves import Curve, alike
from .growing import grown
from .near import classes, near
from .parts import LEVELS, SINGLE, Part, law_value
from .refinement import Graph, Refinement, Vertex, begun, graph_of

FAR = 12
"""Refinements through which nodes are followed that are to be paired: how far their surroundings are looked at."""
ASKED = 4
"""Points at which two laws are held against each other."""


@frozen
class Pairing:
    """Which node and which element of the second circuit is which of the first."""

    nodes: Mapping[str, str]
    elements: Mapping[str, str]


def isomorphism(a: Sequence[Part], b: Sequence[Part], tolerance: float, stop: float) -> Pairing | None:
    """Find how the second circuit is the first one with other names.

    Args:
        a: parts of the first.
        b: parts of the second.
        tolerance: relative, of values.
        stop: seconds; what sources do later does not count.

    Returns:
        Nodes and elements of the second to those of the first; None where they are not the same.
    """
    if Counter(p.kind for p in a) != Counter(p.kind for p in b):
        return None
    found = _paired(a, b, _Labels([*a, *b], tolerance, stop), ())
    if found is None:
        return None
    nodes = {k[1]: v[1] for k, v in found.items() if k[0] == "node"}
    elements = {k[1]: v[1] for k, v in found.items() if k[0] == "element"}
    first = {p.name: p for p in a}
    laws = all(same_law(first[elements[p.name]], p, nodes, tolerance) for p in b if isinstance(p.element, B))
    return Pairing(nodes, elements) if laws else None


def alike_nodes(a: Sequence[Part], b: Sequence[Part], weights: tuple[float, float]) -> Iterator[Mapping[str, str]]:
    """Guesses which node of the second circuit is which of the first, where they are not the same.

    Args:
        a: parts of the first.
        b: parts of the second.
        weights: tolerance and stop, as for `isomorphism`.

    Returns:
        If they are the same but for values, how; and who has the same surroundings farthest out.
    """
    labels = _Labels([*a, *b], *weights)
    counts = [Counter(labels.of(p) for p in parts) for parts in (a, b)]
    odd = {label for label in (*counts[0], *counts[1]) if counts[0][label] != counts[1][label]}
    if found := _paired(a, b, labels, odd):
        yield {k[1]: v[1] for k, v in found.items() if k[0] == "node"}
    kept, nodes = _kept(a, b, labels, odd)
    yield grown((a, b), _certain(kept, nodes), lambda p: p.kind if labels.of(p) in odd else labels.of(p))
    yield _farthest(kept, nodes)


def _paired(a: Sequence[Part], b: Sequence[Part], labels: _Labels, odd: Container[Hashable]) -> dict[Any, Any] | None:
    """Vertices of the second graph to those of the first, kinds in place of the labels that are odd."""
    first, second = (_graph(parts, labels, odd) for parts in (a, b))
    if len(first.vertices) != len(second.vertices):
        return None
    refinement = begun(first, second)
    while refinement.is_even and refinement.refine():
        pass
    if not refinement.is_even:
        return None
    if max(refinement.sizes, default=0) > 2:
        return _searched(first, second, refinement)
    own = dict(zip(refinement.pair[0], first.vertices, strict=True))
    return {v: own[colour] for v, colour in zip(second.vertices, refinement.pair[1], strict=True)}


def _searched(first: Graph, second: Graph, refinement: Refinement) -> dict[Any, Any] | None:
    """The same where colours leave something open."""
    import networkx

    graphs = []
    for graph, colours in zip((first, second), refinement.pair, strict=True):
        made: networkx.Graph[Any] = networkx.Graph()
        made.add_nodes_from((v, {"label": c}) for v, c in zip(graph.vertices, colours, strict=True))
        made.add_edges_from(
            (v, graph.vertices[k]) for v, some in zip(graph.vertices, graph.beside, strict=True) for k in some
        )
        graphs.append(made)
    return networkx.vf2pp_isomorphism(graphs[1], graphs[0], node_label="label")


Kept = Any
"""Through how many refinements nodes of the second circuit (rows) and of the first (columns) have one colour."""


def _kept(
    a: Sequence[Part], b: Sequence[Part], labels: _Labels, odd: Container[Hashable]
) -> tuple[Kept, tuple[list[str], list[str]]]:
    graphs = [_graph(parts, labels, odd) for parts in (a, b)]
    places = [[k for k, v in enumerate(g.vertices) if v[0] == "node" and v[1] != GROUND] for g in graphs]
    kept = np.zeros((len(places[1]), len(places[0])))
    refinement = begun(*graphs)
    for _ in range(FAR):
        refinement.refine()
        first, second = (np.array(c)[p] for c, p in zip(refinement.pair, places, strict=True))
        kept += np.equal.outer(second, first)
    names = tuple([str(g.vertices[k][1]) for k in some] for g, some in zip(graphs, places, strict=True))
    return kept, (names[0], names[1])


def _certain(kept: Kept, nodes: tuple[list[str], list[str]]) -> dict[str, str]:
    """Nodes that are alike further out than any other is to one of them."""
    found = {GROUND: GROUND}
    if kept.size:
        for i, j in enumerate(kept.argmax(axis=1)):
            best = kept[i, j]
            if best and (kept[i] == best).sum() == 1 and (kept[:, j] >= best).sum() == 1:
                found[nodes[1][i]] = nodes[0][j]
    return found


def _farthest(kept: Kept, nodes: tuple[list[str], list[str]]) -> Mapping[str, str]:
    """Pair nodes that keep one label through most refinements."""
    from scipy.optimize import linear_sum_assignment

    if not kept.size:
        return {}
    names = np.array([[y.casefold() == x.casefold() for x in nodes[0]] for y in nodes[1]], dtype=float)
    rows, columns = linear_sum_assignment(kept + names.reshape(kept.shape) / 2, maximize=True)
    return {nodes[1][i]: nodes[0][j] for i, j in zip(rows, columns, strict=True) if kept[i, j]}


def same_law(a: Part, b: Part, nodes: Mapping[str, str], tolerance: float) -> bool:
    """Whether two laws give the same current for the same voltages of nodes.

    Args:
        a: a part of the first circuit.
        b: one of the second.
        nodes: of the second to those of the first.
        tolerance: relative.
    """
    here = sorted({*a.pins[2:], *(nodes.get(n, n) for n in b.pins[2:])})
    for k in range(ASKED):
        volts = {n: 0.17 + 0.29 * ((3 * i + 5 * k + 1) % 7) - 0.6 * (k == 3) for i, n in enumerate(here)}
        first = _value(a, {r: volts[n] for r, n in zip(a.reads, a.pins[2:], strict=True)})
        second = _value(b, {r: volts[nodes.get(n, n)] for r, n in zip(b.reads, b.pins[2:], strict=True)})
        if not near(first, second, tolerance):
            return False
    return True


def _value(p: Part, volts: Mapping[str, float]) -> float:
    """The current of a law for the voltages of its names."""
    assert isinstance(p.element, B)
    return law_value(p.element.law, tuple(sorted({**volts, **dict(p.element.params)}.items())))


def batched(values: Sequence[float], size: int) -> Iterator[Sequence[float]]:
    """Values in groups of one size."""
    return (values[k : k + size] for k in range(0, len(values), size))


class _Labels:
    """Labels of elements and pins, the same for values that are one within the tolerance."""

    def __init__(self, parts: Iterable[Part], tolerance: float, stop: float) -> None:
        every = list(parts)
        numbers = [v for p in every for v in (*p.values.values(), *p.marks)]
        self._classes = classes(numbers, tolerance)
        self._curves: list[Curve] = []
        self._known: dict[Curve, int] = {}
        for p in every:
            if p.curve is not None and p.curve not in self._known:
                same = (k for k, c in enumerate(self._curves) if alike(c, p.curve, tolerance, stop))
                index = next(same, len(self._curves))
                if index == len(self._curves):
                    self._curves.append(p.curve)
                self._known[p.curve] = index

    def of(self, p: Part) -> Hashable:
        """The label of a part."""
        values = tuple(sorted((k, self._classes[v]) for k, v in p.values.items()))
        marks = tuple(self._classes[m] for m in p.marks)
        return p.kind, p.form, values, marks, self._known[p.curve] if p.curve is not None else -1

    def of_pins(self, p: Part) -> tuple[Hashable, ...]:
        """The labels of its pins."""
        if isinstance(p.element, B):
            singles = batched(p.marks[len(LEVELS) :], len(SINGLE))
            return "plus", "minus", *(("reads", *(self._classes[m] for m in marks)) for marks in singles)
        names = list(p.element.pin_names if isinstance(p.element, Opaque) else p.element.TERMINALS)
        if p.exchangeable:
            names[:2] = ["end", "end"]
        return tuple(names)


def _graph(parts: Sequence[Part], labels: _Labels, odd: Container[Hashable] = ()) -> Graph:
    """Elements, pins and nodes; those elements whose label is odd have their kind for it."""
    found: dict[tuple[Hashable, ...], Hashable] = {}
    edges: list[tuple[Vertex, Vertex]] = []
    for node in dict.fromkeys(n for p in parts for n in p.pins):
        found["node", node] = "ground" if node == GROUND else "node"
    for p in parts:
        label = labels.of(p)
        found["element", p.name] = p.kind if label in odd else label
    for p in parts:
        element = ("element", p.name)
        for k, (label, node) in enumerate(zip(labels.of_pins(p), p.pins, strict=True)):
            pin = ("pin", p.name, k)
            found[pin] = ("pin", label)
            edges += [(element, pin), (pin, ("node", node))]
        for k, sensed in enumerate(p.senses, 1):
            if ("element", sensed) in found:
                pin = ("pin", p.name, -k)
                found[pin] = ("pin", "sensor")
                edges += [(element, pin), (pin, ("element", sensed))]
    return graph_of(found, edges)
