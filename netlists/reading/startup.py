"""LTspice's `.tran ... startup`: sources are off at first and come up within 20 us (its help, .TRAN modifiers)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .source import Card, NetlistError

COMES_UP = "20u"
"""Time in which they do."""
_CONSTANT = re.compile(r"^(\S+\s+\S+\s+\S+)\s+(?:dc\s+)?([^\s()=]+|\{[^}]*\})((?:\s+ac\b.*)?)$", re.IGNORECASE)
_STARTUP = re.compile(r"\s+startup\b", re.IGNORECASE)


def with_startup(cards: Sequence[Card]) -> Iterator[Card]:
    """Cards whose sources come up, where the transient asks for that; the others as they are.

    Raises:
        NetlistError: a source that is not constant: what LTspice makes of both is not written down.
    """
    asked = any(c.word == ".tran" and _STARTUP.search(c.text) for c in cards)
    for card in cards:
        if asked and card.word == ".tran":
            yield Card(_STARTUP.sub("", card.text), card.place)
        elif asked and card.word[0] in "vi":
            yield _coming_up(card)
        else:
            yield card


def _coming_up(card: Card) -> Card:
    found = _CONSTANT.match(card.text)
    if found is None:
        raise NetlistError(card, "startup with a source that has a shape is not known here: take startup out.")
    return Card(f"{found[1]} PWL(0 0 {COMES_UP} {found[2]}){found[3]}", card.place)
