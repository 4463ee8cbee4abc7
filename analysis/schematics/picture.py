"""A whole drawing as ink: symbols, wires, dots where they join, signs, words."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from attrs import frozen

from .geometry import LINE, Point, Words, short
from .ink import Circle, Ink, Text
from .placed import LEFT, Mark, Sheet, Way, Wire
from .routing import points_of
from .symbols import drawn

MARGIN = 1.5
DOT = 0.3


@frozen
class Picture:
    """Ink, and the corner and size of the page."""

    ink: Ink
    left: float
    top: float
    width: float
    height: float


def picture(sheets: list[Sheet]) -> Picture:
    """All rows as ink."""
    ink = Ink()
    for sheet in sheets:
        for placed in sheet.symbols:
            _add(ink, drawn(placed))
        for w in joined(sheet.wires):
            ink.line(w.a, w.b)
        ink.circles += [Circle(x, y, DOT, is_filled=True) for x, y in dots(sheet.wires)]
        for mark in sheet.marks:
            _mark(ink, mark)
        for words in sheet.words:
            _words(ink, words)
    boxes = [b for s in sheets for b in (*s.boxes(), *(w.box for w in s.wires))]
    left, top = min((b.left for b in boxes), default=0.0), min((b.top for b in boxes), default=0.0)
    right, bottom = max((b.right for b in boxes), default=1.0), max((b.bottom for b in boxes), default=1.0)
    return Picture(ink, left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 2 * MARGIN)


def _add(ink: Ink, more: Ink) -> None:
    ink.strokes += more.strokes
    ink.circles += more.circles
    ink.texts += more.texts


def _steps(wires: Iterable[Wire]) -> dict[str, dict[Point, set[Way]]]:
    """Of each node: which ways its wires leave every point."""
    found: dict[str, dict[Point, set[Way]]] = {}
    for w in wires:
        places = points_of(w)
        ways = found.setdefault(w.node, {})
        for a, b in itertools.pairwise(places):
            ways.setdefault(a, set()).add((b[0] - a[0], b[1] - a[1]))
            ways.setdefault(b, set()).add((a[0] - b[0], a[1] - b[1]))
    return found


def dots(wires: list[Wire]) -> list[Point]:
    """Where three or four wires of one node meet."""
    return sorted(at for ways in _steps(wires).values() for at, w in ways.items() if len(w) > 2)


def joined(wires: list[Wire]) -> list[Wire]:
    """The same wires, each straight line once."""
    found: list[Wire] = []
    for node, ways in _steps(wires).items():
        for way in ((1, 0), (0, 1)):
            back = (-way[0], -way[1])
            for at in sorted(ways):
                if way in ways[at] and back not in ways[at]:
                    end = at
                    while way in ways[end]:
                        end = (end[0] + way[0], end[1] + way[1])
                    found.append(Wire(node, at, end))
    return found


def _words(ink: Ink, words: Words) -> None:
    lines = words.text.split("\n")
    for k, line in enumerate(lines):
        y = words.y + LINE * (k - (len(lines) - 1) / 2)
        ink.texts.append(Text(line, words.x, y, words.align, words.is_name))


def _mark(ink: Ink, m: Mark) -> None:
    if m.kind.startswith("ground"):
        (_ground_aside if m.kind == "ground aside" else _ground)(ink, m)
        return
    b, (dx, dy) = m.box, m.way
    middle = (b.left + b.right) / 2
    if dx:
        tip, base = m.x, m.x + dx * 0.8
        end = b.left if m.way == LEFT else b.right
        ink.line((tip, m.y), (base, b.top), (end, b.top), (end, b.bottom), (base, b.bottom), (tip, m.y))
        ink.texts.append(Text(short(m.node), middle + dx * 0.25, m.y, is_name=True))
        return
    if m.kind == "rail":
        ink.line((m.x - 1.2, m.y), (m.x + 1.2, m.y))
    else:
        ink.line((b.left, b.top), (b.right, b.top), (b.right, b.bottom), (b.left, b.bottom), (b.left, b.top))
    ink.texts.append(Text(short(m.node), middle, m.y + dy * 1.0, is_name=True))


def _ground(ink: Ink, m: Mark) -> None:
    dx, dy = m.way
    down = dy or 1
    x = m.x + dx
    ink.line((m.x, m.y), (x, m.y), (x, m.y + 0.6 * down))
    for k, half in enumerate((1.0, 0.65, 0.3)):
        y = m.y + down * (0.6 + 0.4 * k)
        ink.line((x - half, y), (x + half, y))


def _ground_aside(ink: Ink, m: Mark) -> None:
    dx, _ = m.way
    ink.line((m.x, m.y), (m.x + 0.6 * dx, m.y))
    for k, half in enumerate((0.9, 0.6, 0.3)):
        x = m.x + dx * (0.6 + 0.4 * k)
        ink.line((x, m.y - half), (x, m.y + half))
