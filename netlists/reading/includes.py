"""Files that a netlist includes, and sections of libraries: only those below its folder, or folders that were named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen

from ...circuits.read import LARGEST
from .dialects import NGSPICE, Dialect
from .lines import COMMENTS, Text, cards_of, want_few
from .source import Card, NetlistError, text_of
from .translate import is_standard, translated

DEEPEST = 20
"""Files inside each other."""
_ROOTED = re.compile(r"(?:[a-z]:)?[\\/]", re.IGNORECASE)
"""How a path begins that means one machine, such as `C:\\models\\bjt.lib`."""
MOST_TIMES = 3000
"""Times that files are included; process kits do so hundreds of times."""


@frozen
class Folders:
    """Where files may be: that of the netlist first, then others that were named."""

    every: tuple[Path, ...]

    def find(self, card: Card, name: str, beside: Path | None) -> Path:
        """The file that a card means.

        Raises:
            NetlistError: it is not there, or lies elsewhere.
        """
        asked = Path(name.replace("\\", "/"))
        for folder in ([beside] if beside else []) + list(self.every):
            path = (folder / asked).resolve()
            if not any(path.is_relative_to(f) for f in self.every):
                continue
            if path.is_file():
                return path
        if _ROOTED.match(name):  # the folder is one of the machine on which it was written
            here = [f / asked.name for f in ([beside] if beside else []) + list(self.every)]
            found = [p for p in here if p.is_file() and any(p.resolve().is_relative_to(f) for f in self.every)]
            if found:
                return found[0].resolve()
        inside = [f for f in self.every if (f / asked).resolve().is_relative_to(f)]
        if not inside or asked.is_absolute():
            raise NetlistError(
                card,
                f"{name!r} lies outside the netlist's folder: copy it there, or name its folder with --include DIR.",
            )
        raise NetlistError(card, f"there is no file {name!r} below the netlist's folder or those of --include.")


def included(text: Text, folders: Folders, beside: Path | None, dialect: Dialect = NGSPICE) -> Iterator[Card]:
    """All cards, those of included files in their places.

    Args:
        text: of the netlist.
        folders: where files may be.
        beside: folder of the netlist; None where it has none (standard input).
        dialect: of all of them; what comes out is in ngspice's words.

    Raises:
        NetlistError: a file that is not there, or may not be read; files that include each other.
    """
    yield from _Reader(folders, {}, dialect).all(tuple(translated(text.cards, dialect)), beside, ())


class _Reader:
    def __init__(self, folders: Folders, read: dict[Path, tuple[Card, ...]], dialect: Dialect) -> None:
        self.folders, self.read, self.size, self.dialect = folders, read, 0, dialect
        self.count = self.times = 0
        self.sections: dict[Path, dict[str, list[Card]]] = {}

    def all(self, cards: Sequence[Card], beside: Path | None, inside: tuple[tuple[Path, str], ...]) -> Iterator[Card]:
        for card in cards:
            self.count += 1
            want_few(card, self.count)
            if card.word in (".include", ".inc"):
                yield from self._file(card, _words(card), beside, inside, "")
            elif card.word == ".lib" and is_standard(card):
                yield card
            elif card.word == ".lib":
                words = _words(card)
                if len(words) != 2:
                    raise NetlistError(card, "write .lib FILE SECTION." if words else "name a file.")
                yield from self._file(card, words[:1], beside, inside, words[1].lower())
            else:
                yield card

    def _file(
        self, card: Card, words: list[str], beside: Path | None, inside: tuple[tuple[Path, str], ...], section: str
    ) -> Iterator[Card]:
        if len(words) != 1:
            raise NetlistError(card, "name one file; put quotes around a name with blanks.")
        path = self.folders.find(card, words[0], beside)
        if (path, section) in inside:
            raise NetlistError(card, f"{words[0]!r} includes itself.")
        self.times += 1
        if len(inside) >= DEEPEST or self.times > MOST_TIMES:
            most = DEEPEST if len(inside) >= DEEPEST else MOST_TIMES
            raise NetlistError(card, f"files include each other more than {most:,} times.")
        if path not in self.read:
            self.size += path.stat().st_size
            if self.size > LARGEST:
                raise NetlistError(card, f"all files together are larger than {LARGEST >> 20} MB.")
            inline = COMMENTS[self.dialect.name]
            text = cards_of(text_of(path, words[0]), words[0], titled=False, inline=inline)
            self.read[path] = tuple(translated(text.cards, self.dialect))
        cards = self._section(card, path, section) if section else self.read[path]
        yield from self.all(cards, path.parent, (*inside, (path, section)))

    def _section(self, card: Card, path: Path, name: str) -> list[Card]:
        """The cards of one section of a library.

        Raises:
            NetlistError: there is none of that name.
        """
        if path not in self.sections:
            self.sections[path] = _sections(self.read[path])
        known = self.sections[path]
        if name not in known:
            raise NetlistError(card, f"there is no section {name!r}: the file has {', '.join(known) or 'none'}.")
        return known[name]


def of_moved(cards: Sequence[Card], dialect: Dialect) -> Iterator[str]:
    """A line for each file that a netlist names in a folder of another machine, and that was taken from here."""
    for card in translated(cards, dialect):
        if card.word in (".include", ".inc", ".lib") and not is_standard(card):
            for name in _words(card)[:1]:
                if _ROOTED.match(name) and not Path(name).is_file():
                    base = Path(name.replace("\\", "/")).name
                    yield f"{card.place}: {base!r} is the one beside the netlist or in --include, not {name!r}."


def _words(card: Card) -> list[str]:
    """What follows the first word; quotes hold blanks together."""
    rest = card.text[len(card.word) :]
    return [a or b or c for a, b, c in re.findall(r'"([^"]*)"|\'([^\']*)\'|(\S+)', rest)]


def _sections(cards: Sequence[Card]) -> dict[str, list[Card]]:
    """The cards of all sections of a library, by their names in lower case."""
    found: dict[str, list[Card]] = {}
    here: list[Card] | None = None
    for c in cards:
        if c.word == ".lib" and len(words := _words(c)) == 1:
            here = found.setdefault(words[0].lower(), [])
        elif c.word == ".endl":
            here = None
        elif here is not None:
            here.append(c)
    return found
