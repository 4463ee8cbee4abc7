"""Which part of one circuit stands for which of another that is not quite the same: the cheapest way to mend it.

For given nodes the parts are paired at the least cost (an assignment problem, solved by scipy). Nodes are found by a
search: from those of the same name, and from those that are touched alike, one exchange after the other, as long as it
becomes cheaper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from attrs import define, frozen
from numpy.typing import NDArray

from ...circuits.element import GROUND
from .costs import ABSENT, KIND, LONE, START, Weights, base_costs
from .isomorphism import alike_nodes
from .parts import Part

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

WORK, FEWEST, MOST = 3e6, 100, 3000
"""Exchanges of nodes that are tried, times pairs of parts that each looks at; and their bounds."""
ENOUGH = 1.1
"""What one change of a value or a pin costs, and some names: nothing cheaper is worth looking for."""
GROUP = 1.6
"""What it costs that many pins are at one other node together: one wire is wrong, not each pin."""
NAME = 1e-4
"""What another name of a node costs: it decides between what is alike otherwise."""


@frozen
class Match:
    """The cheapest way to take the second circuit for the first.

    Attributes:
        cost: of all that differs.
        nodes: of the second to those of the first; those that stand for none are left out.
        pairs: parts of the first and of the second.
        flipped: whether the first two pins of a pair changed places.
        only_a: parts that only the first has.
        only_b: parts that only the second has.
    """

    cost: float
    nodes: Mapping[str, str]
    pairs: tuple[tuple[Part, Part], ...]
    flipped: tuple[bool, ...]
    only_a: tuple[Part, ...]
    only_b: tuple[Part, ...]


def best_match(a: Sequence[Part], b: Sequence[Part], weights: Weights) -> Match:
    """Find the cheapest way to take one circuit for another.

    Args:
        a: parts of the first.
        b: parts of the second.
        weights: what counts as equal.
    """
    search = _Search(tuple(a), tuple(b), weights)
    best: tuple[float, Indices] | None = None
    for start in search.starts():
        found = search.improved(start)
        best = found if best is None or found[0] < best[0] else best
        if best[0] <= search.enough:
            break
    assert best is not None
    return search.match(best[1])


def least_cost(a: Sequence[Part], b: Sequence[Part], weights: Weights) -> float:
    """Below what no match of two circuits costs."""
    return _Search(tuple(a), tuple(b), weights).least


@define(slots=False)
class _Search:
    a: tuple[Part, ...]
    b: tuple[Part, ...]
    weights: Weights

    @cached_property
    def _nodes(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The nodes of both, ground first in both."""
        first, second = (dict.fromkeys([GROUND, *(n for p in parts for n in p.pins)]) for parts in (self.a, self.b))
        return tuple(first), tuple(second)

    @cached_property
    def _base(self) -> Array:
        return base_costs(self.a, self.b, self.weights)

    @cached_property
    def _pins(self) -> tuple[Indices, list[Indices]]:
        """Node numbers of all pins, padded with -2; those of the second circuit as they are, with the first two
        exchanged, and with two exchanged that a law reads in the same way."""
        width = max((len(p.pins) for p in (*self.a, *self.b)), default=0)
        tables = []
        untied = [p.untied if p.tied else p for p in self.b]
        for parts, nodes in ((self.a, self._nodes[0]), (self.b, self._nodes[1]), (untied, self._nodes[1])):
            number = {n: k for k, n in enumerate(nodes)}
            rows = [[*(number[n] for n in p.pins), *[-2] * (width - len(p.pins))] for p in parts]
            tables.append(np.array(rows, dtype=np.int64).reshape(len(parts), width))
        turned = tables[1].copy()
        turned[:, [0, 1]] = turned[:, [1, 0]]
        return tables[0], [tables[1], turned, tables[2]]

    @cached_property
    def _turn_cost(self) -> Array:
        free = [[x.exchangeable or y.exchangeable or x.kind != y.kind for y in self.b] for x in self.a]
        return np.where(np.array(free, dtype=bool).reshape(len(self.a), len(self.b)), 0.0, self.weights.turned)

    def starts(self) -> Iterator[Indices]:
        """Nodes of the second to those of the first, -1 for none: by name, and by what is around them."""
        first, second = self._nodes
        folded = {n.casefold(): k for k, n in enumerate(first)}
        by_name = np.array([folded.get(n.casefold(), -1) for n in second])
        named = len(set(by_name[by_name >= 0].tolist())) == (by_name >= 0).sum()
        if few := 2 * (by_name >= 0).sum() < len(second):  # names say little: surroundings first
            yield from self._alike()
        if named:
            yield self._filled(by_name)
        if not few:
            yield from self._alike()
        yield self._filled(np.array([0, *[-1] * (len(second) - 1)]))

    def _alike(self) -> Iterator[Indices]:
        first, second = self._nodes
        number = {n: k for k, n in enumerate(first)}
        for guess in alike_nodes(self.a, self.b, (self.weights.tolerance, self.weights.stop)):
            yield self._filled(np.array([0, *(number[guess[n]] if n in guess else -1 for n in second[1:])]))

    def _filled(self, nodes: Indices) -> Indices:
        """Give free nodes those of the first circuit that are touched most alike."""
        from scipy.optimize import linear_sum_assignment

        free_b, free_a = np.flatnonzero(nodes < 0), np.setdiff1d(np.arange(1, len(self._nodes[0])), nodes)
        likeness = _likeness(self._touched[1][free_b], self._touched[0][free_a])
        nodes = nodes.copy()
        if likeness.size:
            rows, columns = linear_sum_assignment(likeness, maximize=True)
            for row, column in zip(rows, columns, strict=True):
                if likeness[row, column] > 0:
                    nodes[free_b[row]] = free_a[column]
        return nodes

    @cached_property
    def _touched(self) -> tuple[Array, Array]:
        """By what pins each node is touched, and with what is behind the other pins: how often, a row a node."""
        number: dict[object, int] = {}
        found: list[Counter[tuple[int, int]]] = []
        for parts, nodes in zip((self.a, self.b), self._nodes, strict=True):
            rows = {n: k for k, n in enumerate(nodes)}
            counts: Counter[tuple[int, int]] = Counter()
            for p in parts:
                for k, n in enumerate(p.pins):
                    place = 0 if p.exchangeable and k < 2 else k
                    for what in (p.kind, (p.kind, place), (p.kind, "grounded", GROUND in p.pins), p.name.casefold()):
                        counts[rows[n], number.setdefault(what, len(number))] += 1
            found.append(counts)
        tables = [np.zeros((len(nodes), len(number))) for nodes in self._nodes]
        for table, counts in zip(tables, found, strict=True):
            for place, count in counts.items():
                table[place] = count
        return tables[0], tables[1]

    def costs(self, nodes: Indices) -> tuple[Array, Indices]:
        """Cost of each pair for given nodes, and which way its pins are taken."""
        pins_a, every = self._pins
        where = np.append(nodes, [-2, -1])  # the last two are what -2 and -1 point at
        ways = np.array([(where[p][None] != pins_a[:, None]).sum(axis=2) for p in every], dtype=float)
        ways[1] += self._turn_cost
        way, moved = ways.argmin(axis=0), ways.min(axis=0)
        other_kind = self._base >= KIND
        return self._base + np.where(other_kind & (moved > 0), LONE, moved), way

    def paired(self, nodes: Indices) -> tuple[float, list[tuple[int, int]], Indices]:
        """The cost of given nodes, pairs of parts, and which way their pins are taken."""
        from scipy.optimize import linear_sum_assignment

        cost, way = self.costs(nodes)
        rows, columns = linear_sum_assignment(np.minimum(cost, 2 * ABSENT))
        pairs = [(i, j) for i, j in zip(rows.tolist(), columns.tolist(), strict=True) if cost[i, j] < 2 * ABSENT]
        total = ABSENT * (len(self.a) + len(self.b) - 2 * len(pairs))
        moved: Counter[tuple[int, int]] = Counter()
        for i, j in pairs:
            steps = self._moved(nodes, i, j, int(way[i, j]))
            moved.update(steps)
            total += float(cost[i, j]) - len(steps)
        total += sum(min(count, GROUP) for count in moved.values())
        first, second = self._nodes
        other = sum(k >= 0 and second[j].casefold() != first[k].casefold() for j, k in enumerate(nodes.tolist()))
        return total + NAME * other, pairs, way

    def _moved(self, nodes: Indices, i: int, j: int, way: int) -> list[tuple[int, int]]:
        """Pins of a pair that are not where they should be: node of the first circuit, node of the second."""
        pins_a, every = self._pins
        return [(int(x), int(y)) for x, y in zip(pins_a[i], every[way][j], strict=True) if y >= 0 and nodes[y] != x]

    def improved(self, nodes: Indices) -> tuple[float, Indices]:
        """Exchange nodes as long as that makes it cheaper."""
        cost, looks, better = self.paired(nodes)[0], 0, True
        while better and cost > self.enough:
            better = False
            for other in self._exchanged(nodes):
                looks += 1
                if looks > self._most:
                    return cost, nodes
                found = self.paired(other)[0]
                if found < cost - 1e-9:
                    nodes, cost, better = other, found, True
                    break
        return cost, nodes

    @cached_property
    def least(self) -> float:
        """What the parts cost wherever their pins are."""
        from scipy.optimize import linear_sum_assignment

        costs = np.minimum(self._base, 2 * ABSENT)
        return float(costs[linear_sum_assignment(costs)].sum()) + ABSENT * abs(len(self.a) - len(self.b))

    @cached_property
    def enough(self) -> float:
        """A cost below which nothing is looked for: that of one change, or little more than the least."""
        return max(ENOUGH, self.least + ENOUGH - 1)

    @cached_property
    def _most(self) -> int:
        """Exchanges that are tried from a start: fewer where each takes longer."""
        return int(np.clip(WORK / max(1, len(self.a) * len(self.b)), FEWEST, MOST))

    def _exchanged(self, nodes: Indices) -> Iterator[Indices]:
        """Ways to give a node another place; who had it takes what becomes free. Ground stays, and so does all that
        touches nothing but what fits."""
        wrong_a, wrong_b = self._wrong(nodes)
        for j in range(1, len(nodes)):
            for k in range(-1, len(self._nodes[0])):
                if k == nodes[j] or k == 0 or (j not in wrong_b and k not in wrong_a):
                    continue
                other = nodes.copy()
                if k >= 0:
                    other[nodes == k] = nodes[j]
                other[j] = k
                yield other

    def _wrong(self, nodes: Indices) -> tuple[set[int], set[int]]:
        """Nodes of both circuits that parts touch which are not as or where they should be, or stand for none."""
        _, pairs, way = self.paired(nodes)
        pins_a, (pins_b, _, _) = self._pins
        moved = [(i, j) for i, j in pairs if self._base[i, j] > START / 2 or self._moved(nodes, i, j, int(way[i, j]))]
        lone_a = set(range(len(self.a))) - {i for i, _ in pairs}
        lone_b = set(range(len(self.b))) - {j for _, j in pairs}
        first = {int(n) for i in (*lone_a, *(i for i, _ in moved)) for n in pins_a[i]}
        second = {int(n) for j in (*lone_b, *(j for _, j in moved)) for n in pins_b[j]}
        return first - {-2}, second - {-2}

    def match(self, nodes: Indices) -> Match:
        """The result in words of parts and names."""
        cost, pairs, way = self.paired(nodes)
        first, second = self._nodes
        in_a, in_b = {i for i, _ in pairs}, {j for _, j in pairs}
        return Match(
            cost, {second[j]: first[k] for j, k in enumerate(nodes.tolist()) if k >= 0},
            tuple((self.a[i], self.b[j].untied if way[i, j] == 2 else self.b[j]) for i, j in pairs),
            tuple(bool(way[i, j] == 1) for i, j in pairs),
            tuple(p for i, p in enumerate(self.a) if i not in in_a),
            tuple(p for j, p in enumerate(self.b) if j not in in_b),
        )  # fmt: skip


def _likeness(a: Array, b: Array) -> Array:
    """What rows have in common, less a tenth of what either has alone."""
    from scipy.spatial.distance import cdist

    apart = cdist(a, b, "cityblock")
    return (np.add.outer(a.sum(axis=1), b.sum(axis=1)) - apart) / 2 - 0.1 * apart + 1.0
