"""Colours of the vertices of two graphs, refined by those of their neighbours (Weisfeiler and Leman 1968).

Both graphs are refined as one, so a colour means the same in both. In a round only vertices beside one whose colour
has just changed are looked at: the others of their class have the neighbours that they had. Of a class that falls
apart the largest piece keeps the colour, so a chain of n parts costs n steps and not n rounds over all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from attrs import define, frozen

Vertex = tuple[Hashable, ...]


@frozen
class Graph:
    """Vertices by number: what they stand for, their labels, and their neighbours."""

    vertices: tuple[Vertex, ...]
    labels: tuple[Hashable, ...]
    beside: tuple[tuple[int, ...], ...]


def graph_of(labels: dict[Vertex, Hashable], edges: Sequence[tuple[Vertex, Vertex]]) -> Graph:
    """A graph from its vertices with labels, and its edges."""
    number = {v: k for k, v in enumerate(labels)}
    beside: list[list[int]] = [[] for _ in labels]
    for a, b in edges:
        i, j = number[a], number[b]
        beside[i].append(j)
        beside[j].append(i)
    return Graph(tuple(labels), tuple(labels.values()), tuple(map(tuple, beside)))


@define
class Refinement:
    """The colours of two graphs so far; vertices of the second are numbered behind those of the first."""

    first: int
    """How many vertices the first graph has."""
    beside: list[tuple[int, ...]]
    colours: list[int]
    sizes: list[int]
    changed: list[int]

    @property
    def pair(self) -> tuple[list[int], list[int]]:
        """Colours of both graphs."""
        return self.colours[: self.first], self.colours[self.first :]

    @property
    def is_even(self) -> bool:
        """Whether both graphs have as many of each colour that has just appeared."""
        balance: Counter[int] = Counter()
        for v in self.changed:
            balance[self.colours[v]] += 1 if v < self.first else -1
        return not any(balance.values())

    def refine(self) -> bool:
        """One round; False where it tells nothing new."""
        beside, colours = self.beside, self.colours
        groups: dict[int, dict[tuple[int, ...], list[int]]] = {}
        for v in sorted({w for u in self.changed for w in beside[u]}):
            around = tuple(sorted([colours[w] for w in beside[v]]))
            groups.setdefault(colours[v], {}).setdefault(around, []).append(v)
        fresh: list[tuple[int, list[int]]] = []
        for colour, pieces in groups.items():
            found = sorted(pieces.values(), key=len)
            if sum(map(len, found)) == self.sizes[colour]:
                found.pop()
            fresh += [(colour, piece) for piece in found]
        self.changed = []
        for colour, piece in fresh:
            self.sizes[colour] -= len(piece)
            for v in piece:
                colours[v] = len(self.sizes)
            self.sizes.append(len(piece))
            self.changed += piece
        return bool(fresh)


def begun(a: Graph, b: Graph) -> Refinement:
    """Colours that are the labels."""
    number: dict[Hashable, int] = {}
    colours = [number.setdefault(label, len(number)) for label in (*a.labels, *b.labels)]
    shift = len(a.vertices)
    beside = [*a.beside, *(tuple(w + shift for w in some) for some in b.beside)]
    counts = Counter(colours)
    return Refinement(shift, beside, colours, [counts[k] for k in range(len(number))], list(range(len(colours))))
