"""A circuit as a graph: between which nodes an element's current flows, and what hangs together."""

from __future__ import annotations

from collections.abc import Iterable

from .amplifiers import Comparator, OpAmp, OpenCollector
from .composite import Composite
from .element import GROUND, Element
from .opaque import Opaque


class Groups:
    """Union-find over node names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._parent = {n: n for n in names}

    def find(self, name: str) -> str:
        """Representative of the group of a node."""
        while self._parent[name] != name:
            self._parent[name] = self._parent[self._parent[name]]
            name = self._parent[name]
        return name

    def join(self, a: str, b: str) -> bool:
        """Join two groups; False when they were one already."""
        root_a, root_b = self.find(a), self.find(b)
        self._parent[root_b] = root_a
        return root_a != root_b


def ends(element: Element) -> tuple[str, str]:
    """The two nodes between which an element's current flows."""
    if isinstance(element, (Comparator, OpenCollector, OpAmp)):
        return element.out, GROUND
    return element.nodes[0], element.nodes[1]


def conducting(element: Element) -> tuple[str, ...]:
    """All nodes through which current flows into an element: of a device all its terminals."""
    return element.nodes if isinstance(element, (Composite, Opaque)) else ends(element)
