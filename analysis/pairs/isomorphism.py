"""Two circuits as graphs: whether one is the other with other names.

Vertices are elements, their pins and the nodes. The label of an element is its kind with its values, that of a pin is
what may not be exchanged: the ends of a resistor have one label, plus and minus of a source two. Labels are refined by
those of neighbours until that tells nothing new (Weisfeiler and Leman 1968); what they leave open is searched by
VF2++ (Juttner and Madarasi 2018) of networkx.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ...circuits.element import GROUND
from ...circuits.elements import B
from .curves import Curve, alike
from .near import classes, near
from .parts import Part, law_value

if TYPE_CHECKING:
    import networkx

ROUNDS = 30
"""Most refinements of labels."""
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
    import networkx

    if Counter(p.kind for p in a) != Counter(p.kind for p in b):
        return None
    labels = _Labels([*a, *b], tolerance, stop)
    graphs = [_graph(parts, labels) for parts in (a, b)]
    if not _refined(*graphs):
        return None
    found = networkx.vf2pp_isomorphism(graphs[1], graphs[0], node_label="label")
    if found is None:
        return None
    nodes = {k[1]: v[1] for k, v in found.items() if k[0] == "node"}
    elements = {k[1]: v[1] for k, v in found.items() if k[0] == "element"}
    first = {p.name: p for p in a}
    laws = all(same_law(first[elements[p.name]], p, nodes, tolerance) for p in b if isinstance(p.element, B))
    return Pairing(nodes, elements) if laws else None


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
            singles = p.marks[len(p.marks) - (len(p.pins) - 2) :]
            return "plus", "minus", *(("reads", self._classes[m]) for m in singles)
        names = list(p.element.TERMINALS)
        if p.exchangeable:
            names[:2] = ["end", "end"]
        return tuple(names)


def _graph(parts: Sequence[Part], labels: _Labels) -> networkx.Graph[Any]:
    import networkx

    graph: networkx.Graph[Any] = networkx.Graph()
    for node in {n for p in parts for n in p.pins}:
        graph.add_node(("node", node), label="ground" if node == GROUND else "node")
    for p in parts:
        graph.add_node(("element", p.name), label=labels.of(p))
    for p in parts:
        for k, (label, node) in enumerate(zip(labels.of_pins(p), p.pins, strict=True)):
            graph.add_node(("pin", p.name, k), label=("pin", label))
            graph.add_edges_from([(("element", p.name), ("pin", p.name, k)), (("pin", p.name, k), ("node", node))])
        if p.sensor and ("element", p.sensor) in graph:
            graph.add_node(("pin", p.name, -1), label=("pin", "sensor"))
            graph.add_edges_from(
                [(("element", p.name), ("pin", p.name, -1)), (("pin", p.name, -1), ("element", p.sensor))]
            )
    return graph


def _refined(a: networkx.Graph[Any], b: networkx.Graph[Any]) -> bool:
    """Refine the labels of two graphs by those of neighbours, in place; False where they cannot be one."""
    graphs, many = (a, b), 0
    for _ in range(ROUNDS):
        numbers: dict[Hashable, int] = {}
        for graph in graphs:
            around = {
                v: (graph.nodes[v]["label"], tuple(sorted(graph.nodes[w]["label"] for w in graph[v]))) if many
                else graph.nodes[v]["label"] for v in graph
            }  # fmt: skip
            for v, label in around.items():
                graph.nodes[v]["label"] = numbers.setdefault(label, len(numbers))
        counts = [Counter(graph.nodes[v]["label"] for v in graph) for graph in graphs]
        if counts[0] != counts[1]:
            return False
        if len(numbers) == many:
            break
        many = len(numbers)
    return True
