"""In which order nodes and blocks stand: what belongs together side by side, signals from left to right."""

from __future__ import annotations

from attrs import frozen

from .part import Part
from .structure import Structure

MOST = 40
"""Items that are tried at other places; more stay as the circuit names them."""
BACKWARDS = 2.0
"""How much more a signal costs that runs from right to left."""
NEARNESS = 0.7
"""Power of a distance: below 1, since one long wire is better than several that are not short."""
ROUNDS = 6


@frozen
class Link:
    """Two items that belong together; a signal runs from the first to the second if it is directed."""

    a: int
    b: int
    weight: float
    directed: bool


def ordered(s: Structure) -> list[str | Part]:
    """Nodes with columns of their own and blocks, from left to right."""
    items: list[str | Part] = []
    before: dict[str, list[Part]] = {}
    for b in s.blocks:
        outputs = [s.root_of(b.node(t)) for t in b.right if b.node(t) in s.hang]
        before.setdefault(outputs[0] if outputs else "", []).append(b)
    for root in s.roots:
        items += [*before.get(root, ()), root]
    items += before.get("", [])
    if len(items) > MOST:
        return items
    links = _links(s, items)
    order = list(range(len(items)))
    for _ in range(ROUNDS):
        if not _improve(order, links):
            break
    return [items[k] for k in order]


def _improve(order: list[int], links: list[Link]) -> bool:
    """Move each item to the best place; whether any was moved."""
    moved = False
    best = _cost(order, links)
    for item in list(order):
        at = order.index(item)
        rest = order[:at] + order[at + 1 :]
        for k in range(len(order)):
            made = [*rest[:k], item, *rest[k:]]
            cost = _cost(made, links)
            if cost < best - 1e-9:
                best, moved = cost, True
                order[:] = made
    return moved


def _cost(order: list[int], links: list[Link]) -> float:
    place = [0] * len(order)
    for k, item in enumerate(order):
        place[item] = k
    total = 0.0
    for link in links:
        far = place[link.b] - place[link.a]
        total += link.weight * (abs(far) ** NEARNESS * (BACKWARDS if link.directed and far < 0 else 1.0))
    return total


def _links(s: Structure, items: list[str | Part]) -> list[Link]:
    index = {item if isinstance(item, str) else item.name: k for k, item in enumerate(items)}
    found: list[Link] = []

    def add(a: str, b: str, weight: float, directed: bool) -> None:
        if a in index and b in index and a != b:
            found.append(Link(index[a], index[b], weight, directed))

    def root(node: str) -> str:
        return s.root_of(node) if node in s.hang else ""

    driven = {s.root_of(n) for n in s.nodes if any(_drives(p) for p in (*s.hang[n], *s.stand[n]))}
    for p in s.bridges:
        a, b = (root(n) for n in p.ends)
        if b in driven and a not in driven:
            a, b = b, a
        a_first = p.symbol == "diode" or (a in driven and b not in driven)
        add(a, b, 1.0 if p.symbol == "capacitor" else 3.0, a_first)
    for n in s.nodes:
        for p in (*s.hang[n], *s.stand[n]):
            for _, other in p.others[:1]:
                add(root(other), root(n), 2.0, True)
            for end in p.ends:
                add(root(end), root(n), 2.0, False)
            for read in p.reads:
                add(root(read), root(n), 0.5, True)
    for b in s.blocks:
        for t in b.left:
            add(root(b.node(t)), b.name, 3.0, True)
        for t in b.right:
            add(b.name, root(b.node(t)), 4.0, True)
    return found


def _drives(p: Part) -> bool:
    return p.symbol in ("voltage source", "current source", "battery")
