"""Points, boxes and the room that words take. One unit is the grid of the wires; y grows downwards."""

from __future__ import annotations

import unicodedata
from zlib import crc32

from attrs import frozen

Point = tuple[int, int]

LINE = 1.4
"""Height of a line of words."""
NARROW, PLAIN, CAPITAL, BROAD, FULL = 0.5, 0.78, 0.95, 1.2, 1.25
"""Width of letters, for those of DejaVu Sans and Verdana, the broadest of the usual faces."""
_NARROW = frozenset(" iljftrI.,:;'|!()[]/-")
_BROAD = frozenset("mwMW%@#&<>=+~^")
LONGEST = 48
"""Letters of a name that is written in full."""


def short(name: str) -> str:
    """A name as it is written; a long one has its beginning, its end and its checksum, so that no two look the same.

    >>> short("mem"), len(short("m" * 500))
    ('mem', 48)
    """
    return name if len(name) <= LONGEST else f"{name[:28]}…{name[-10:]}~{crc32(name.encode()):08x}"


@frozen
class Box:
    """Something that takes room: what, which, and its corners."""

    kind: str
    name: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two overlap."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)

    def moved(self, dx: float, dy: float) -> Box:
        """The same elsewhere."""
        return Box(self.kind, self.name, self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)


@frozen
class Words:
    """Lines of text: where the first begins, ends or has its middle (x), and the middle of all (y)."""

    text: str
    x: float
    y: float
    align: str = "left"
    is_name: bool = False

    @property
    def box(self) -> Box:
        """The room that they take."""
        width, height = size(self.text)
        left = {"left": self.x, "center": self.x - width / 2, "right": self.x - width}[self.align]
        return Box("words", self.text, left, self.y - height / 2, left + width, self.y + height / 2)

    def moved(self, dx: float, dy: float) -> Words:
        """The same elsewhere."""
        return Words(self.text, self.x + dx, self.y + dy, self.align, self.is_name)


def size(words: str) -> tuple[float, float]:
    """Width and height of lines of text.

    >>> size("R1")[1] == LINE
    True
    """
    lines = words.split("\n")
    return max(sum(map(_width, line)) for line in lines), LINE * len(lines)


def _width(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return FULL
    if letter in _NARROW:
        return NARROW
    return BROAD if letter in _BROAD else CAPITAL if letter.isupper() or ord(letter) > 127 else PLAIN
