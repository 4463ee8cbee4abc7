"""Symbols, marks and columns with their places."""

from __future__ import annotations

from math import ceil

from attrs import define, field, frozen

from .geometry import Box, Point, Words, short, size
from .part import BULK, GATE, LENGTH, Part

Way = tuple[int, int]
DOWN, UP, RIGHT, LEFT = (0, 1), (0, -1), (1, 0), (-1, 0)
WAYS: tuple[Way, ...] = (RIGHT, DOWN, LEFT, UP)


@frozen
class Placed:
    """A symbol: where its first pin is and which way the second lies; of a block its left upper corner."""

    part: Part
    x: int
    y: int
    way: Way = DOWN

    @property
    def pins(self) -> dict[str, Point]:
        """Where each terminal is."""
        p, (dx, dy) = self.part, self.way
        if p.is_block:
            return {t: at for t, at, _ in self.sides()}
        found = {p.pins[0][0]: (self.x, self.y), p.pins[1][0]: (self.x + LENGTH * dx, self.y + LENGTH * dy)}
        middle = self.y + LENGTH // 2 * dy
        for (terminal, _), beside in zip(p.others, (GATE, BULK), strict=False):
            found[terminal] = (self.x + beside, middle)
        return found

    @property
    def outwards(self) -> dict[str, Way]:
        """Which way a wire leaves each terminal."""
        p, (dx, dy) = self.part, self.way
        if p.is_block:
            return {t: way for t, _, way in self.sides()}
        found = {p.pins[0][0]: (-dx, -dy), p.pins[1][0]: (dx, dy)}
        for (terminal, _), way in zip(p.others, (LEFT, RIGHT), strict=False):
            found[terminal] = way
        return found

    def sides(self) -> list[tuple[str, Point, Way]]:
        """The pins of a block: terminal, where it is, and which way its wire leaves."""
        found: list[tuple[str, Point, Way]] = []
        for names, x, way in ((self.part.left, self.x, LEFT), (self.part.right, self.x + width(self.part), RIGHT)):
            first = self.y + (self.part.height - 2 * (len(names) - 1)) // 2
            found += [(t, (x, first + 2 * k), way) for k, t in enumerate(names)]
        return found

    @property
    def box(self) -> Box:
        """The room of the symbol itself."""
        p, name = self.part, self.part.name
        if p.is_block:
            return Box("symbol", name, self.x, self.y, self.x + width(p), self.y + p.height)
        if p.is_device:
            right = BULK if len(p.pins) > 3 else 1.6
            top = min(self.y, self.y + LENGTH * self.way[1])
            return Box("symbol", name, self.x + GATE, top, self.x + right, top + LENGTH)
        (x0, y0), (x1, y1) = (self.pins[t] for t, _ in p.pins)
        across, along = (1.5, 0) if x0 == x1 else (0, 1.5)
        left, right = min(x0, x1) - across, max(x0, x1) + across
        return Box("symbol", name, left, min(y0, y1) - along, right, max(y0, y1) + along)

    def moved(self, dx: int, dy: int) -> Placed:
        """The same elsewhere."""
        return Placed(self.part, self.x + dx, self.y + dy, self.way)


def width(block: Part) -> int:
    """Of a block: a triangle is as wide as it is high, a box has room for the names of its pins."""
    if block.symbol != "box":
        return block.height
    sides = [max((size(t)[0] for t in names), default=0.0) for names in (block.left, block.right)]
    return max(LENGTH, ceil(sum(sides) + 3))


@frozen
class Mark:
    """A sign at the end of a wire: ground, a supply, or the name of the node; `way` is where it points."""

    kind: str
    node: str
    x: int
    y: int
    way: Way

    @property
    def box(self) -> Box:
        """The room that it takes."""
        x, y, (dx, dy) = self.x, self.y, self.way
        if self.kind == "ground":
            at, top = x + dx, y - 1.6 if dy < 0 else y
            return Box("mark", self.node, at - 1, top, at + 1, top + 1.6)
        if self.kind == "ground aside":
            left, right = sorted((x, x + 1.6 * dx))
            return Box("mark", self.node, left, y - 1, right, y + 1)
        wide = size(short(self.node))[0] + (1.0 if self.kind == "tag" else 0.2)
        if dx:
            left, right = sorted((x, x + dx * (wide + 0.8)))
            return Box("mark", self.node, left, y - 0.9, right, y + 0.9)
        top, bottom = sorted((y, y + dy * 1.9))
        return Box("mark", self.node, x - wide / 2, top, x + wide / 2, bottom)

    def moved(self, dx: int, dy: int) -> Mark:
        """The same elsewhere."""
        return Mark(self.kind, self.node, self.x + dx, self.y + dy, self.way)


@frozen
class Wire:
    """A straight piece of a node's wire."""

    node: str
    a: Point
    b: Point

    @property
    def box(self) -> Box:
        """The room that it takes."""
        (x0, x1), (y0, y1) = sorted((self.a[0], self.b[0])), sorted((self.a[1], self.b[1]))
        return Box("wire", self.node, x0 - 0.01, y0 - 0.01, x1 + 0.01, y1 + 0.01)

    def moved(self, dx: int, dy: int) -> Wire:
        """The same elsewhere."""
        (x0, y0), (x1, y1) = self.a, self.b
        return Wire(self.node, (x0 + dx, y0 + dy), (x1 + dx, y1 + dy))


@frozen
class Open:
    """A pin that is still to be wired: which, of which node, where, and which way its wire leaves."""

    part: str
    terminal: str
    node: str
    at: Point
    way: Way


@define(eq=False)
class Sheet:
    """What a row of a drawing holds."""

    symbols: list[Placed] = field(factory=list)
    marks: list[Mark] = field(factory=list)
    wires: list[Wire] = field(factory=list)
    words: list[Words] = field(factory=list)
    open: list[Open] = field(factory=list)
    homes: dict[str, Point] = field(factory=dict)
    """Where each node's own wire begins."""

    def boxes(self) -> list[Box]:
        """All that takes room but wires."""
        return [*(s.box for s in self.symbols), *(m.box for m in self.marks), *(w.box for w in self.words)]

    def moved(self, dx: int, dy: int) -> Sheet:
        """The same elsewhere, without what is open."""
        symbols, marks = [s.moved(dx, dy) for s in self.symbols], [m.moved(dx, dy) for m in self.marks]
        wires, words = [w.moved(dx, dy) for w in self.wires], [w.moved(dx, dy) for w in self.words]
        return Sheet(symbols, marks, wires, words, homes={n: (x + dx, y + dy) for n, (x, y) in self.homes.items()})

    def wire(self, node: str, a: Point, b: Point) -> None:
        """Add a straight wire, unless it has no length."""
        if a != b:
            self.wires.append(Wire(node, a, b))
