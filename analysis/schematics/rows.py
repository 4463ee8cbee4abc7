"""One row of a drawing: columns of nodes and blocks from left to right, parts between them, others in lanes above."""

from __future__ import annotations

from math import ceil

from attrs import define, field

from ...circuits.elements import GROUND
from .columns import Cell, Column, Frame, Piece, beside, margins, marks_of, put
from .geometry import Box, Words, short, size
from .part import LENGTH, Part
from .placed import DOWN, LEFT, RIGHT, UP, Open, Placed, Sheet, width

Item = Piece | Part
"""What stands in a row by itself: a node, a block, or a part all pins of which show names."""
HALF = LENGTH // 2
NARROW = 50
"""A row may always be as wide as this."""
LOWEST = -5
"""Where parts above the wires of the nodes begin."""


@define(eq=False)
class Row:
    """A row that grows to the right; `up`, `middle` and `down` say how far it reaches above, at and below the wires of
    its nodes."""

    frame: Frame
    sheet: Sheet = field(factory=Sheet)
    up: float = 0.0
    middle: float = 0.0
    down: float = 0.0
    spans: dict[str, tuple[int, int]] = field(factory=dict)
    """Where each node's wire begins and ends."""

    @property
    def right(self) -> float:
        """How far it reaches."""
        return max(self.up, self.middle, self.down)

    def add(self, item: Item) -> None:
        """Add what stands by itself."""
        if isinstance(item, Piece):
            self._group(item)
        elif item.is_block:
            self._block(item)
        else:
            self._loose(item)

    def _loose(self, part: Part) -> None:
        """A part between supplies and ground: what is higher above."""
        rails = self.frame.structure.rails
        a, b = (rails.get(n, 0) for n in part.ends)
        way = DOWN if a > b or (a == b and part.ends[1] == GROUND) or (part.is_device and a >= b) else UP
        cell = Cell(part, part.ends[0] if way == DOWN else part.ends[1], 0, 1)
        gap = self.frame.gap
        placed = Placed(part, 0, gap if way == DOWN else gap + LENGTH, way)
        left, right = margins(self.frame, cell)
        left = max([left, *(-m.box.left + 0.3 for m in marks_of(self.frame, placed))])
        right = max([right, *(m.box.right + 0.3 for m in marks_of(self.frame, placed))])
        x = ceil(self.right + 1 + left)
        self._symbol(placed.moved(x, 0), beside(placed.moved(x, 0)))
        self.up = self.middle = self.down = x + right

    def _symbol(self, placed: Placed, words: Words) -> None:
        """A symbol all pins of which are signs or open."""
        self.sheet.symbols.append(placed)
        self.sheet.words.append(words)
        pins, ways = placed.pins, placed.outwards
        for terminal, node in placed.part.pins:
            mark = self.frame.mark(placed.part, terminal, pins[terminal], ways[terminal])
            if mark is not None:
                self.sheet.marks.append(mark)
            else:
                self.sheet.open.append(Open(placed.part.name, terminal, node, pins[terminal], ways[terminal]))

    def _block(self, part: Part) -> None:
        placed = Placed(part, 0, -part.height // 2)
        marks = marks_of(self.frame, placed)
        left = max([2.0, *(-m.box.left + 1 for m in marks if m.way == LEFT)])
        wide = width(part)
        words = size(part.words)[0]
        x = ceil(max(self.right + 1 + left, self.right + 1 + words / 2 - wide / 2))
        self._symbol(placed.moved(x, 0), self._above(part, x + wide / 2, placed.y))
        reach = max([x + wide + 1.0, *(x + m.box.right for m in marks), x + wide / 2 + words / 2])
        self.up = self.middle = self.down = reach

    def _above(self, part: Part, x: float, y: float) -> Words:
        return Words(part.words, x, y - 0.2 - size(part.words)[1] / 2, "center")

    def _group(self, piece: Piece) -> None:
        node = piece.node
        start = ceil(self.middle + 2 if self.middle else 0)
        self.middle = start + 0.3 + size(short(node))[0]
        self.sheet.words.append(Words(short(node), start + 0.3, -1.0, is_name=True))
        self.sheet.homes[node] = (start, 0)
        for column in piece.columns:
            self._column(column, start)
        end = max((c.x for c in piece.columns if any(cell.node == node for cell in c.cells)), default=start + 2)
        self._buses(piece.columns)
        self.sheet.wire(node, (start, 0), (end, 0))
        self.spans[node] = (start, end)
        self.middle = max(self.middle, end)

    def _column(self, column: Column, start: int) -> int:
        """Place a column as far left as it goes."""
        bounds: list[float] = [start]
        names = [size(short(n))[0] + 1 for n, _, _ in column.names]
        for cell in column.cells:
            left, _ = margins(self.frame, cell)
            bounds.append((self.down if cell.side > 0 else self.up) + 1 + left)
            if cell.side < 0:
                bounds.append(self.middle + 0.5)
        column.x = x = ceil(max(bounds))
        for cell in column.cells:
            put(self.frame, self.sheet, cell, x)
            reach = x + max([margins(self.frame, cell)[1], *names])
            if cell.side > 0:
                self.down = max(self.down, reach)
            else:
                self.up = max(self.up, reach)
        return x

    def _buses(self, placed: tuple[Column, ...]) -> None:
        """Wires and names of the nested nodes."""
        for column in placed:
            for node, depth, side in column.names:
                y = side * depth * self.frame.pitch
                s = self.frame.structure
                at = [
                    c.x for c in placed for cell in c.cells
                    if (cell.node == node and cell.side == side)
                    or (node in cell.part.ends and cell.node == s.nested[node].parent and cell.side == side)
                ]  # fmt: skip
                self.sheet.wire(node, (min(at), y), (max(at), y))
                self.sheet.homes[node] = (min(at), y)
                self.spans[node] = (min(at), max(at))
                self.sheet.words.append(Words(short(node), column.x + 0.4, y + side * 1.0, is_name=True))

    def inline(self, part: Part, node: str) -> None:
        """Put a part at the level of the nodes' wires, between the node before and the next, or the row's end."""
        words, high = size(part.words)
        first = part.ends[0] == node
        reach = max(self.middle, self.up)
        x = ceil(max(reach + 0.5 + max(0.0, words / 2 - HALF), self.spans[node][1] + 1, self.middle + 1))
        placed = Placed(part, x if first else x + LENGTH, 0, RIGHT if first else LEFT)
        self.sheet.symbols.append(placed)
        self.sheet.words.append(Words(part.words, x + HALF, -1.6 - high / 2, "center"))
        self.sheet.wire(node, (self.spans[node][1], 0), (x, 0))
        far = next(t for t, n in part.pins if n != node)
        at = placed.pins[far]
        self.middle, self.up = max(x + LENGTH - 1, x + HALF + words / 2), max(self.up, x + HALF + words / 2)
        mark = self.frame.mark(part, far, at, RIGHT)
        if mark is not None:
            self.sheet.marks.append(mark)
            self.middle = max(self.middle, mark.box.right)
        else:
            self.middle = max(self.middle, x + LENGTH - 1)
            self.sheet.wire(part.node(far), at, (ceil(self.middle + 2), 0))

    def above(self, bridges: list[Part]) -> None:
        """Put parts between nodes that are no neighbours above what is there, short ones below long ones."""
        for part in sorted(bridges, key=self._span):
            placed = self._wide(part)
            words = size(part.words)
            own = [placed.box, *(m.box for m in marks_of(self.frame, placed))]
            own.append(Words(part.words, HALF, -1.6 - words[1] / 2, "center").box)
            left, right = min(b.left for b in own) - 2.2, max(b.right for b in own) + 2.2
            need = Box("part", part.name, left, min(b.top for b in own) - 0.8, right, placed.box.bottom + 1.2)
            x, y = self._free(part, need)
            self._symbol(placed.moved(x, y), Words(part.words, x + HALF, y - 1.6 - words[1] / 2, "center"))

    def _wide(self, part: Part) -> Placed:
        """A part that lies, the end that is wanted further left on the left."""
        a, b = (self._middle(n) for n in part.ends)
        return Placed(part, 0, 0, RIGHT) if a <= b else Placed(part, LENGTH, 0, LEFT)

    def _middle(self, node: str) -> float:
        """Where about a node is; one that is not here lies to the right."""
        return sum(self.spans[node]) / 2 if node in self.spans else self.right

    def _span(self, part: Part) -> float:
        a, b = (self._middle(n) for n in part.ends)
        return abs(a - b)

    def _free(self, part: Part, need: Box) -> tuple[int, int]:
        """The lowest place of a part near the middle of its nodes."""
        wish = round(sum(self._middle(n) for n in part.ends) / 2) - HALF
        wish = min(wish, round(max(self.right, NARROW) - need.right))
        taken = [b for b in self.sheet.boxes() if b.top < LOWEST + 2.7]
        taken += [w.box for w in self.sheet.wires if min(w.a[1], w.b[1]) < LOWEST + 2.7]
        y = LOWEST
        while True:
            for shift in range(5):
                for x in (wish + shift, wish - shift):
                    if not any(need.moved(x, y).meets(b) for b in taken):
                        return x, y
            y -= 1
