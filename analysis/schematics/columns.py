"""The columns of a node: parts that hang below it and stand on it, some with nodes of their own at their ends."""

from __future__ import annotations

from attrs import define, field, frozen

from ...circuits.elements import GROUND
from .geometry import Words, size
from .part import GATE, LENGTH, Part
from .placed import DOWN, RIGHT, UP, Mark, Open, Placed, Sheet, Way
from .structure import Structure


@frozen
class Cell:
    """An upright part: how many nodes are above it (or below, where the side is -1), and of which node it is."""

    part: Part
    node: str
    depth: int
    side: int


@define(eq=False)
class Column:
    """Upright parts in line, and the nested nodes whose wires begin here."""

    cells: list[Cell] = field(factory=list)
    names: dict[tuple[str, int, int], None] = field(factory=dict)
    x: int = 0
    is_single: bool = True
    """Whether no wire of a nested node leads to a column beside it."""
    is_first: bool = True
    """Whether no such wire leads to the column before it."""


@frozen
class Frame:
    """What a row's parts need to know: the structure, which nodes have their wire in this row, and which pins show
    the name of their node instead of a wire; `gap` is the room between a node's wire and its parts."""

    structure: Structure
    here: frozenset[str]
    named: frozenset[tuple[str, str]]
    gap: int

    @property
    def pitch(self) -> int:
        """From a node's wire to that of the next below."""
        return self.gap + LENGTH + 1

    def mark(self, part: Part, terminal: str, at: tuple[int, int], way: Way) -> Mark | None:
        """The sign at a pin; None where a wire goes on."""
        node = part.node(terminal)
        if node == GROUND:
            return Mark("ground aside" if part.is_block else "ground", node, *at, way)
        if node in self.structure.rails:
            return Mark("rail", node, *at, way)
        if node not in self.here or (part.name, terminal) in self.named:
            return Mark("tag", node, *at, way)
        return None


@frozen(eq=False)
class Piece:
    """A node with its columns, or with some of them where all are wider than a page."""

    node: str
    columns: tuple[Column, ...]

    @property
    def nodes(self) -> list[str]:
        """The nodes whose wires are in it."""
        return [self.node, *(n for c in self.columns for n, _, _ in c.names)]


def piece(s: Structure, root: str) -> Piece:
    """A node with all its columns."""
    return Piece(root, tuple(columns(s, root)))


def columns(s: Structure, root: str) -> list[Column]:
    """All columns of a node, those of sources first; what is driven by one gate stands in one column."""
    below = _columns(s, root, 1, 0)
    for above in _columns(s, root, -1, 0):
        free = [c for c in below if all(cell.side > 0 for cell in c.cells)]
        gate = _gate(above)
        match = next((c for c in free if gate and _gate(c) == gate), None)
        match = match or next((c for c in free if not (gate and _gate(c))), None)
        if match is None or not above.is_single:
            below.append(above)
        else:
            match.cells += above.cells
            match.names |= above.names
    return below


def _gate(column: Column) -> str:
    device = next((c.part for c in column.cells if c.depth == 0 and c.part.is_device), None)
    return device.others[0][1] if device else ""


def _columns(s: Structure, node: str, side: int, depth: int) -> list[Column]:
    own = (s.hang if side > 0 else s.stand)[node]
    found: list[Column] = []
    done: set[str] = set()
    for part in sorted(own, key=lambda p: not p.symbol.endswith(("source", "battery"))):
        if part.name in done:
            continue
        far = far_end(part, node)
        at = s.nested.get(far)
        if at is None or at.parent != node or at.side != side:
            found.append(Column([Cell(part, node, depth, side)]))
            continue
        links = [p for p in own if far_end(p, node) == far]
        done |= {p.name for p in links}
        inner = _columns(s, far, side, depth + 1)
        count = max(len(links), len(inner))
        made = [Column(is_single=count == 1, is_first=not k) for k in range(count)]
        for column, link in zip(made, links, strict=False):
            column.cells.append(Cell(link, node, depth, side))
        for column, below in zip(made, inner, strict=False):
            column.cells += below.cells
            column.names |= below.names
        made[0].names[far, depth + 1, side] = None
        found += made
    return found


def far_end(part: Part, node: str) -> str:
    """The node of the other end."""
    a, b = part.ends
    return b if a == node else a


def stand(frame: Frame, cell: Cell, x: int) -> Placed:
    """A cell's symbol in a column at x."""
    near = cell.side * (cell.depth * frame.pitch + frame.gap)
    first = cell.part.ends[0] == cell.node
    way = DOWN if (cell.side > 0) == first else UP
    return Placed(cell.part, x, near if first else near + cell.side * LENGTH, way)


def marks_of(frame: Frame, placed: Placed, but: str = "") -> list[Mark]:
    """The signs at the pins of a symbol, but for those of one node."""
    pins, ways = placed.pins, placed.outwards
    found = (frame.mark(placed.part, t, pins[t], ways[t]) for t, n in placed.part.pins if n != but)
    return [m for m in found if m is not None]


def margins(frame: Frame, cell: Cell) -> tuple[float, float]:
    """Room that a cell needs on the left and on the right of its column."""
    placed = stand(frame, cell, 0)
    marks = [m for m in marks_of(frame, placed) if not (m.node == cell.node and m.way in (UP, DOWN))]
    device = cell.part.is_device
    left = max([-GATE + 1.0 if device else 2.0, *(-m.box.left + 0.3 for m in marks)])
    right = max([2.0 + size(cell.part.words)[0], *(m.box.right for m in marks)])
    if len(cell.part.pins) > 3 and not any(m.way == RIGHT for m in marks) and device:
        right = max(right, 4.0)
    return left, right + 0.3


def beside(placed: Placed) -> Words:
    """The words of an upright part: right of it, above a wire to its bulk."""
    has_bulk = placed.part.is_device and len(placed.part.pins) > 3
    down = 1.2 if has_bulk else LENGTH / 2
    return Words(placed.part.words, placed.x + 2, placed.box.top + down)


def put(frame: Frame, sheet: Sheet, cell: Cell, x: int) -> None:
    """Put a cell into a column: its symbol, words, signs, and the wires to its node and to one nested at its end."""
    placed = stand(frame, cell, x)
    sheet.symbols.append(placed)
    pins, ways, s = placed.pins, placed.outwards, frame.structure
    near = next(t for t, n in cell.part.pins[:2] if n == cell.node)
    bus = cell.side * cell.depth * frame.pitch
    sheet.wire(cell.node, (x, bus), pins[near])
    sheet.words.append(beside(placed))
    for terminal, node in cell.part.pins:
        if terminal == near:
            continue
        at = s.nested.get(node)
        if terminal in [t for t, _ in cell.part.pins[:2]] and at and at.parent == cell.node and at.side == cell.side:
            sheet.wire(node, pins[terminal], (x, cell.side * (cell.depth + 1) * frame.pitch))
            continue
        mark = frame.mark(cell.part, terminal, pins[terminal], ways[terminal])
        if mark is not None:
            sheet.marks.append(mark)
        else:
            sheet.open.append(Open(cell.part.name, terminal, node, pins[terminal], ways[terminal]))
