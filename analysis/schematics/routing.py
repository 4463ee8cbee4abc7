"""Wires on a grid: each open pin is led to its node's wire, around everything, across others only at right angles.

Dijkstra's method with a lower bound of what is left (A*), one pin after the other: what the first wires take, the later
ones go around. A pin that no wire reaches, or only one that nobody could follow, is given back.
"""

from __future__ import annotations

import itertools
from heapq import heappop, heappush
from math import ceil, floor

from attrs import define, field

from .geometry import Point
from .placed import WAYS, Open, Sheet, Way, Wire

BEND, CROSSING, BESIDE = 3, 4, 1
LONGEST = 130
"""Cost of the longest wire that is drawn."""
MARGIN = 3


@define(eq=False)
class Grid:
    """Which points are taken by what, and which ways each node's wires leave every point."""

    left: int
    top: int
    right: int
    bottom: int
    blocked: set[Point] = field(factory=set)
    homes: set[Point] = field(factory=set)
    """Where names are: no other wire crosses there."""
    wires: dict[Point, dict[str, set[Way]]] = field(factory=dict)

    def lay(self, node: str, a: Point, b: Point) -> None:
        """Lay a straight wire."""
        (x0, y0), (x1, y1) = a, b
        dx, dy = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
        while (x0, y0) != b:
            self._leave((x0, y0), node, (dx, dy))
            x0, y0 = x0 + dx, y0 + dy
            self._leave((x0, y0), node, (-dx, -dy))

    def _leave(self, at: Point, node: str, way: Way) -> None:
        self.wires.setdefault(at, {}).setdefault(node, set()).add(way)

    def own(self, at: Point, node: str) -> bool:
        """Whether a wire of a node, and of no other, is at a point."""
        there = self.wires.get(at)
        return there is not None and len(there) == 1 and node in there

    def crosses(self, at: Point, node: str, way: Way) -> bool | None:
        """Whether a wire that comes along would cross another here; None where it must not."""
        there = self.wires.get(at)
        if not there or (len(there) == 1 and node in there):
            return False
        if len(there) > 1 or node in there or at in self.homes:
            return None
        (ways,) = there.values()
        straight = len(ways) == 2 and all((way[1], way[0]) in (w, (-w[0], -w[1])) for w in ways)
        return True if straight else None

    def inside(self, at: Point) -> bool:
        """Whether a wire may be at a point."""
        x, y = at
        return self.left <= x <= self.right and self.top <= y <= self.bottom and at not in self.blocked


def wired(sheet: Sheet) -> list[Open]:
    """Lead every open pin of a row to its node's wire; those that could not be are given back."""
    grid = _grid(sheet)
    failed: list[Open] = []
    trees: dict[str, set[Point]] = {}
    for w in sheet.wires:
        trees.setdefault(w.node, set()).update(points_of(w))
    for node, start in sheet.homes.items():
        trees.setdefault(node, {start})

    def far(o: Open) -> tuple[int, str, str]:
        x, y = o.at
        return min(abs(x - a) + abs(y - b) for a, b in trees[o.node]), o.part, o.terminal

    for o in sorted(sheet.open, key=far):
        path = _path(grid, o, trees[o.node])
        if path is None:
            failed.append(o)
            continue
        for a, b in itertools.pairwise(path):
            sheet.wire(o.node, a, b)
            grid.lay(o.node, a, b)
            trees[o.node].update(points_of(Wire(o.node, a, b)))
    return failed


def points_of(w: Wire) -> list[Point]:
    """All points of the grid on a wire."""
    (x0, y0), (x1, y1) = w.a, w.b
    dx, dy = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
    return [(x0 + k * dx, y0 + k * dy) for k in range(max(abs(x1 - x0), abs(y1 - y0)) + 1)]


def _grid(sheet: Sheet) -> Grid:
    boxes = sheet.boxes()
    left, right = min(b.left for b in boxes), max(b.right for b in boxes)
    top, bottom = min(b.top for b in boxes), max(b.bottom for b in boxes)
    grid = Grid(floor(left) - MARGIN, floor(top) - MARGIN, ceil(right) + MARGIN, ceil(bottom) + MARGIN)
    for b in boxes:
        for x in range(ceil(b.left - 0.2), floor(b.right + 0.2) + 1):
            grid.blocked.update((x, y) for y in range(ceil(b.top - 0.2), floor(b.bottom + 0.2) + 1))
    for s in sheet.symbols:  # the point before a pin stays its own
        for terminal, at in s.pins.items():
            grid.blocked.add(at)
            if any(o.at == at for o in sheet.open):
                _reserve(grid, at, s.part.node(terminal), s.outwards[terminal])
    for w in sheet.wires:
        grid.lay(w.node, w.a, w.b)
    grid.homes.update(sheet.homes.values())
    return grid


def _reserve(grid: Grid, at: Point, node: str, way: Way) -> None:
    grid.lay(node, at, (at[0] + way[0], at[1] + way[1]))


def _path(grid: Grid, o: Open, tree: set[Point]) -> list[Point] | None:
    """The cheapest way from a pin to its node's wire: its corners."""
    xs, ys = [x for x, _ in tree], [y for _, y in tree]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)

    def left(at: Point) -> int:
        x, y = at
        return max(x0 - x, 0, x - x1) + max(y0 - y, 0, y - y1)

    first = (o.at[0] + o.way[0], o.at[1] + o.way[1])
    if not grid.inside(first) or set(grid.wires.get(first, {})) - {o.node}:
        return None
    best: dict[tuple[Point, Way], int] = {(first, o.way): 0}
    came: dict[tuple[Point, Way], tuple[Point, Way]] = {}
    heap = [(left(first), 0, first, o.way, False)]
    while heap:
        estimate, cost, at, way, crossing = heappop(heap)
        if estimate > LONGEST:
            return None
        if cost > best[at, way]:
            continue
        if at in tree and grid.own(at, o.node):
            return _corners(o, came, (at, way))
        for turn in (way,) if crossing else WAYS:
            if turn == (-way[0], -way[1]):
                continue
            to = (at[0] + turn[0], at[1] + turn[1])
            if not grid.inside(to):
                continue
            crosses = grid.crosses(to, o.node, turn)
            if crosses is None:
                continue
            made = cost + 1 + BEND * (turn != way) + CROSSING * crosses + BESIDE * _beside(grid, to, turn, o.node)
            if made < best.get((to, turn), LONGEST + 1):
                best[to, turn] = made
                came[to, turn] = (at, way)
                heappush(heap, (made + left(to), made, to, turn, crosses))
    return None


def _beside(grid: Grid, at: Point, way: Way, node: str) -> bool:
    """Whether a wire of another node would run along, one step aside."""
    x, y = at
    dx, dy = way
    for side in ((x + dy, y + dx), (x - dy, y - dx)):
        there = grid.wires.get(side)
        if there and any(n != node and way in ways for n, ways in there.items()):
            return True
    return False


def _corners(o: Open, came: dict[tuple[Point, Way], tuple[Point, Way]], last: tuple[Point, Way]) -> list[Point]:
    path = [last[0]]
    while last in came:
        last = came[last]
        path.append(last[0])
    path.append(o.at)
    path.reverse()
    kept = [path[0]]
    for a, b, c in zip(path, path[1:], path[2:], strict=False):
        if (b[0] - a[0], b[1] - a[1]) != (c[0] - b[0], c[1] - b[1]):
            kept.append(b)
    return [*kept, path[-1]]
