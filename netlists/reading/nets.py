"""Which points of a schematic are joined: wires, what lies on them, and names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from .symbols import Point

Wire = tuple[Point, Point]


class Nets:
    """Points in groups that are joined."""

    def __init__(self) -> None:
        self._to: dict[Point, Point] = {}

    def of(self, point: Point) -> Point:
        """The point that stands for all that are joined with this one."""
        self._to.setdefault(point, point)
        while self._to[point] != point:
            self._to[point] = self._to[self._to[point]]
            point = self._to[point]
        return point

    def join(self, a: Point, b: Point) -> None:
        """Make two points one."""
        self._to[self.of(a)] = self.of(b)


def joined(wires: Sequence[Wire], points: Iterable[Point]) -> Nets:
    """Join wires with each other, and points with the wires that they lie on.

    Wires that cross are not joined, unless one of them ends there.

    Args:
        wires: by their ends.
        points: pins, and what names stand at.
    """
    nets = Nets()
    every = {*points, *(p for wire in wires for p in wire)}
    for axis in (0, 1):
        lines: dict[int, list[tuple[int, int, Point]]] = defaultdict(list)
        for a, b in wires:
            if a[1 - axis] == b[1 - axis]:
                low, high = sorted((a[axis], b[axis]))
                lines[a[1 - axis]].append((low, high, a))
        on = defaultdict(list)
        for point in every:
            if point[1 - axis] in lines:
                on[point[1 - axis]].append(point)
        for place, spans in lines.items():
            _sweep(nets, sorted(spans), sorted(on[place], key=lambda p: p[axis]), axis)
    for a, b in wires:
        nets.join(a, b)
        if a[0] != b[0] and a[1] != b[1]:
            _slanted(nets, (a, b), every)
    return nets


def _sweep(nets: Nets, spans: Sequence[tuple[int, int, Point]], points: Sequence[Point], axis: int) -> None:
    """Join the points of one line with the spans that cover them; spans that overlap are one."""
    k, end, here = 0, None, None
    for point in points:
        while k < len(spans) and spans[k][0] <= point[axis]:
            low, high, start = spans[k]
            if end is not None and here is not None and low <= end:
                nets.join(here, start)
                end = max(end, high)
            else:
                end, here = high, start
            k += 1
        if end is not None and here is not None and point[axis] <= end:
            nets.join(point, here)


def _slanted(nets: Nets, wire: Wire, points: Iterable[Point]) -> None:
    (x0, y0), (x1, y1) = wire
    for x, y in points:
        inside = min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1)
        if inside and (x - x0) * (y1 - y0) == (y - y0) * (x1 - x0):
            nets.join((x, y), wire[0])
