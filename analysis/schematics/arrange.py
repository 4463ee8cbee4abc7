"""From parts to a whole drawing: rows that fit a page, each wired; what no wire reaches shows its node's name."""

from __future__ import annotations

from math import ceil, floor

from .columns import Frame
from .order import ordered
from .parts import Part
from .placed import Sheet
from .routing import wired
from .rows import Item, Row
from .structure import Structure, structure

PAGE = 120
"""Where a row ends, unless its first item alone is wider."""
GAPS = (3, 5)
"""Room between a node's wire and its parts: the second where wires do not find their way."""
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
    rows = _split(s, [*s.loose, *ordered(s)], page)
    where = {n: k for k, row in enumerate(rows) for n in _nodes(s, row)}
    sheets = [_wired_row(s, rows, where, k) for k in range(len(rows))]
    return _stacked(sheets)


def _split(s: Structure, items: list[Item], page: int) -> list[list[Item]]:
    rows: list[list[Item]] = [[]]
    for item in items:
        trial = [*rows[-1], item]
        row = _row(s, trial, frozenset(n for i in trial for n in _nodes(s, [i])), frozenset(), GAPS[0], "", [])
        if rows[-1] and row.right > page:
            rows.append([item])
        else:
            rows[-1] = trial
    return rows


def _nodes(s: Structure, row: list[Item]) -> list[str]:
    """The nodes that have their wire in a row."""
    roots = {item for item in row if isinstance(item, str)}
    return [n for n in s.nodes if s.root_of(n) in roots]


def _wired_row(s: Structure, rows: list[list[Item]], where: dict[str, int], k: int) -> Sheet:
    here = frozenset(n for n, row in where.items() if row == k)
    bridges = [p for p in s.bridges if min(where[n] for n in p.ends) == k]
    following = next((i for i in rows[k + 1] if isinstance(i, str)), "") if k + 1 < len(rows) else ""
    named: frozenset[tuple[str, str]] = frozenset()
    gap, *wider = GAPS
    while True:
        row = _row(s, rows[k], here, named, gap, following, bridges)
        failed = wired(row.sheet)
        if not failed:
            return row.sheet
        if wider:
            gap, *wider = wider
        else:
            named |= {(o.part, o.terminal) for o in failed}


def _row(
    s: Structure, items: list[Item], here: frozenset[str], named: frozenset[tuple[str, str]], gap: int,
    following: str, bridges: list[Part],
) -> Row:  # fmt: skip
    row = Row(Frame(s, here, named, gap))
    rest = list(bridges)
    for item, then in zip(items, [*items[1:], following], strict=True):
        row.add(item)
        if not (isinstance(item, str) and isinstance(then, str) and then):
            continue
        near = next((p for p in rest if set(p.ends) == {item, then}), None)
        if near is not None and not any((near.name, t) in named for t, _ in near.pins):
            row.inline(near, item)
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
