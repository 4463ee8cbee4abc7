"""Where a card stands, what went wrong with it, and the text of a file as lines."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from attrs import frozen

from ...circuits.errors import LapicqueError

LARGEST = 64 << 20
"""Bytes of all files of a netlist together."""
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
        return self.text if len(self.text) <= SHOWN else f"{self.text[: SHOWN - 3]}..."


class NetlistError(LapicqueError):
    """A card that cannot be read: file, line, card, and what to do.

    Attributes:
        card: the card.
    """

    def __init__(self, card: Card, why: str) -> None:
        self.card = card
        super().__init__(f"{card.place}: {why}\n  {card}")


def text_of(path: Path, called: str) -> str:
    """The text of a file, in UTF-8 or Latin-1.

    Args:
        path: of the file.
        called: its name in messages.

    Raises:
        LapicqueError: no regular file, too large, or no text.
    """
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise LapicqueError(f"cannot read {called!r}: it is no regular file.")
        if found.st_size > LARGEST:
            raise LapicqueError(f"{called!r} is larger than {LARGEST >> 20} MB: that is no netlist.")
        with open(path, "rb") as file:
            return decoded(file.read(LARGEST), called)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise LapicqueError(f"cannot read {called!r}: {why}.") from error


def decoded(data: bytes, called: str) -> str:
    """Bytes as text: UTF-8, UTF-16 with its mark (LTspice), or Latin-1.

    Raises:
        LapicqueError: there are zeros in it.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data:
        raise LapicqueError(f"{called!r} has zero bytes: it is no text. Save it as plain text (UTF-8).")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
