"""Where a card stands, what went wrong with it, and the text of a file as lines."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from ...circuits.errors import LapicqueError, visible
from ...circuits.read import bytes_of

SHOWN = 120
"""Characters of a card that a message shows."""


@frozen
class Place:
    """A line of a file; `file` is as people called it."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@frozen
class Card:
    """One line of SPICE with its continuations, without comments."""

    text: str
    place: Place

    @property
    def word(self) -> str:
        """The first word, in lower case."""
        return self.text.split(maxsplit=1)[0].lower()

    def __str__(self) -> str:
        return visible(self.text if len(self.text) <= SHOWN else f"{self.text[: SHOWN - 3]}...")


class NetlistError(LapicqueError):
    """A card that cannot be read: file, line, card, and what to do.

    Attributes:
        card: the card.
    """

    def __init__(self, card: Card, why: str) -> None:
        self.card = card
        super().__init__(f"{card.place}: {visible(why)}\n  {card}")


def text_of(path: Path, called: str) -> str:
    """The text of a file, in UTF-8 or Latin-1.

    Args:
        path: of the file.
        called: its name in messages.

    Raises:
        LapicqueError: no regular file, too large, or no text.
    """
    return decoded(bytes_of(path, called), called)


def decoded(data: bytes, called: str) -> str:
    """Bytes as text: UTF-8, UTF-16 with its mark (LTspice), or Latin-1.

    Raises:
        LapicqueError: there are zeros in it.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if data[1:6:2] == b"\0\0\0" and data[0:1] != b"\0":  # LTspice does without the mark
        return data.decode("utf-16-le", errors="replace")
    if b"\0" in data:
        raise LapicqueError(f"{called!r} has zero bytes: it is no text. Save it as plain text (UTF-8).")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
