"""The lines of a netlist as cards: continuations joined, comments gone, control blocks set aside."""

from __future__ import annotations

import re

from attrs import frozen

from .source import Card, NetlistError, Place

LONGEST = 50_000
"""Characters of one card."""
MOST_CARDS = 200_000
"""Cards of a netlist with all that it includes; ngspice is given 25 s to resolve them, and takes as long for half."""
INLINE = re.compile(r";|(?<=[\s,(])\$|//")
"""What begins a comment behind a card: `;`, `$` after a blank, `//`."""
COMMENTS = {"ngspice": INLINE, "hspice": INLINE, "ltspice": re.compile(";"), "pspice": re.compile(";")}
"""The same in each dialect: `$` is a letter of names in PSpice."""


@frozen
class Text:
    """The cards of one file, and what was set aside: blocks and what follows `.end`.

    `asked` are the transients that commands in blocks ask for, as cards.
    """

    title: str
    cards: tuple[Card, ...]
    aside: tuple[Card, ...]
    asked: tuple[Card, ...] = ()


def cards_of(text: str, file: str, titled: bool, inline: re.Pattern[str] = INLINE) -> Text:
    """Split text into cards.

    Args:
        text: of a file.
        file: its name in messages.
        titled: whether its first line is a title, as that of a netlist is; a file that is included has none.
        inline: what begins a comment behind a card.

    Raises:
        NetlistError: a card that is too long, or a block that does not end.
    """
    lines = re.split(r"\r\n|\r|\n", text)
    title, first = (lines[0].strip(), 1) if titled else ("", 0)
    found: list[list[str]] = []
    places: list[Place] = []
    aside: list[Card] = []
    asked: list[Card] = []
    block: Card | None = None
    for k, raw in enumerate(lines[first:], first + 1):
        line = _plain(raw, inline)
        place = Place(file, k)
        word = line.split(maxsplit=1)[0].lower() if line else ""
        if block is not None:
            asked += [Card(f".{raw.strip()}", place)] * (word == "tran")
            block = None if word == ".endc" else block
            continue
        if not line or set(line) == {")"}:  # ngspice comments out the bracket that a model was left open with
            continue
        if word == ".end":
            aside += [Card(".end and what follows it", place)] * any(_plain(x, inline) for x in lines[k:])
            break
        if word == ".control":
            block = Card(line, place)
            aside.append(block)
        elif line[0] == "+":
            if not found:
                raise NetlistError(Card(line, place), "a continuation line has no card before it.")
            found[-1].append(line[1:].strip())
        else:
            found.append([line])
            places.append(place)
            want_few(Card(line, place), len(found))
    if block is not None:
        raise NetlistError(block, "the block .control has no .endc.")
    cards = tuple(_card(parts, place) for parts, place in zip(found, places, strict=True))
    return Text(_title(title, cards), tuple(c for c in cards if c.word != ".title"), tuple(aside), tuple(asked))


def want_few(card: Card, count: int) -> None:
    """Refuse a card that is one too many.

    Raises:
        NetlistError: there are more than `MOST_CARDS` up to it.
    """
    if count > MOST_CARDS:
        raise NetlistError(
            card, f"a netlist has no more than {MOST_CARDS:,} cards, with those of files that it includes."
        )


def _plain(raw: str, inline: re.Pattern[str]) -> str:
    """A line without blanks at its ends and comments; empty where all of it is one."""
    line = raw.strip().replace("\t", " ")
    if line.startswith(("*", "#", "$", ";", "//")):
        return ""
    found = inline.search(line)
    return line[: found.start()].rstrip() if found else line


def _card(parts: list[str], place: Place) -> Card:
    text = " ".join(parts)
    if len(text) > LONGEST:
        raise NetlistError(Card(text, place), f"a card is not longer than {LONGEST:,} characters.")
    return Card(text, place)


def _title(first: str, cards: tuple[Card, ...]) -> str:
    """The title: that of `.title` if there is one, else the first line; none that is a ruled line."""
    named = [c.text.split(maxsplit=1)[1] for c in cards if c.word == ".title" and " " in c.text]
    title = named[0] if named else first.lstrip("* ").removeprefix(".title").strip()
    return title if any(map(str.isalnum, title)) else ""
