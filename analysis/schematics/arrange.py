"""From parts to a whole drawing: rows that fit a page, each wired; what no wire reaches shows its node's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil, floor

from .columns import Frame, Piece, piece
from .order import ordered
from .part import Part
from .placed import Sheet
from .routing import wired
from .rows import Item, Row
from .structure import Structure, structure

PAGE = 120
"""Where a row ends, unless its first item alone is wider."""
GAPS = (3, 5)
"""Room between a node's wire and its parts: the second where wires do not find their way."""
CROWD = 14
"""Most parts between nodes that lie above a row; more show their nodes' names in rows of their own."""
BETWEEN = 4
"""Between rows."""


def arranged(parts: tuple[Part, ...], sources: dict[str, float], page: int = PAGE) -> list[Sheet]:
    """Lay out and wire a circuit, row by row.

    Args:
        parts: all of them.
        sources: constant voltage sources by name, volts.
        page: width of a row, in units of the grid.
    """
    s = structure(parts, sources)
    standing = [piece(s, item) if isinstance(item, str) else item for item in ordered(s)]
    rows = _split(s, [*s.loose, *standing], page)
    where: dict[str, list[int]] = {}
    for k, row in enumerate(rows):
        for n in _nodes(row):
            where.setdefault(n, []).append(k)
    bridges, rest = _bridges(s, where)
    rows += _split(s, rest, page)
    sheets = [_wired_row(s, rows, k, bridges.get(k, [])) for k in range(len(rows))]
    return _stacked(sheets)


def _split(s: Structure, items: Sequence[Item], page: int) -> list[list[Item]]:
    """Items in rows that fit; a node that is wider than a page by itself goes on in the next rows."""
    rows: list[list[Item]] = []
    between = {frozenset(p.ends): p for p in s.bridges}
    waiting = list(items)[::-1]
    while waiting:
        item = waiting.pop()
        trial = [*(rows[-1] if rows else []), item]
        if rows and _width(s, trial, between) <= page:
            rows[-1] = trial
            continue
        first, later = _cut(s, item, page)
        rows.append([first])
        waiting += [] if later is None else [later]
    return rows


def _cut(s: Structure, item: Item, page: int) -> tuple[Item, Item | None]:
    """As much of an item as fits a row, and the rest."""
    if not isinstance(item, Piece) or _width(s, [item]) <= page:
        return item, None
    cuts = [k for k, c in enumerate(item.columns) if k and c.is_first]
    if not cuts:
        return item, None
    low, high = 0, len(cuts)  # the first fits or is all that can be done, the last does not
    while high - low > 1:
        middle = (low + high) // 2
        fits = _width(s, [Piece(item.node, item.columns[: cuts[middle]])]) <= page
        low, high = (middle, high) if fits else (low, middle)
    fits = cuts[low]
    return Piece(item.node, item.columns[:fits]), Piece(item.node, item.columns[fits:])


def _width(s: Structure, items: list[Item], between: Mapping[frozenset[str], Part] | None = None) -> float:
    """How wide items are in a row, with what lies between neighbours."""
    pieces = [(a, b) for a, b in pairwise(items) if isinstance(a, Piece) and isinstance(b, Piece)]
    inline = [p for a, b in pieces if (p := (between or {}).get(frozenset((a.node, b.node)))) is not None]
    return _row(Frame(s, frozenset(_nodes(items)), frozenset(), GAPS[0]), items, None, inline).right


def _nodes(row: list[Item]) -> list[str]:
    """The nodes that have their wire in a row."""
    return [n for item in row if isinstance(item, Piece) for n in item.nodes]


def _bridges(s: Structure, where: dict[str, list[int]]) -> tuple[dict[int, list[Part]], list[Part]]:
    """The bridges of each row: where both nodes are, else where the first is; and those for which no room is left."""
    found: dict[int, list[Part]] = {}
    rest: list[Part] = []
    for p in s.bridges:
        a, b = (where[n] for n in p.ends)
        k = next((k for k in a if k in b), min(*a, *b))
        here = found.setdefault(k, [])
        (here if len(here) < CROWD else rest).append(p)
    return found, rest


def _wired_row(s: Structure, rows: list[list[Item]], k: int, bridges: list[Part]) -> Sheet:
    here = frozenset(_nodes(rows[k]))
    following = rows[k + 1][0] if k + 1 < len(rows) else None
    named: frozenset[tuple[str, str]] = frozenset()
    gap, *wider = GAPS
    while True:
        row = _row(Frame(s, here, named, gap), rows[k], following, bridges)
        failed = wired(row.sheet)
        if not failed:
            return row.sheet
        if wider:
            gap, *wider = wider
        else:
            named |= {(o.part, o.terminal) for o in failed}


def _row(frame: Frame, items: list[Item], following: Item | None, bridges: list[Part]) -> Row:
    row = Row(frame)
    rest = list(bridges)
    for item, then in zip(items, [*items[1:], following], strict=True):
        row.add(item)
        if not (isinstance(item, Piece) and isinstance(then, Piece)):
            continue
        near = next((p for p in rest if {*p.ends} == {item.node, then.node} and item.node != then.node), None)
        if near is not None and not any((near.name, t) in frame.named for t, _ in near.pins):
            row.inline(near, item.node)
            rest.remove(near)
    row.above(rest)
    return row


def _stacked(sheets: list[Sheet]) -> list[Sheet]:
    """The rows below each other, all beginning at the same left."""
    found: list[Sheet] = []
    bottom = 0.0
    for sheet in sheets:
        boxes = [*sheet.boxes(), *(w.box for w in sheet.wires)]
        left, top = min(b.left for b in boxes), min(b.top for b in boxes)
        dx, dy = -floor(left), ceil(bottom - top)
        found.append(sheet.moved(dx, dy))
        bottom = dy + max(b.bottom for b in boxes) + BETWEEN
    return found
