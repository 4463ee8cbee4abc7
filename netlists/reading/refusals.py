"""What is said of a deck that ngspice does not take."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...circuits.errors import LapicqueError
from .source import Card, NetlistError


def refused(cards: Sequence[Card], said: str, called: str) -> LapicqueError:
    """What ngspice said of a deck that it did not take, at the card that it means."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith(("Note:", "Circuit:"))]
    words = " ".join(line for line in lines if "awaits to be detached" not in line)
    chosen = any(c.word == ".if" for c in cards)  # one name may stand in each of its branches
    if not chosen and (twice := _twice(cards)):
        name = twice.text.split()[0]
        return NetlistError(twice, f"{name!r} is there twice: give each element a name of its own.")
    if found := re.search(r"line no\. (\d+)", words):  # the first is the title
        return NetlistError(cards[min(max(int(found[1]) - 2, 0), len(cards) - 1)], f"ngspice says: {words[:300]}")
    for card in cards:
        first = card.text.split()[0].lower()
        if any(line.lower().startswith(f"{first} ") for line in lines):
            return NetlistError(card, f"ngspice does not take it: {words[:300]}")
    return LapicqueError(f"ngspice does not take {called!r}: {words[:500] or 'it says nothing'}.")


def _twice(cards: Sequence[Card]) -> Card | None:
    """The first card whose element has the name of one before it, in the same subcircuit."""
    seen: set[tuple[str, str]] = set()
    inside = ""
    for card in cards:
        words = card.text.lower().split()
        inside = words[1] if words[0] == ".subckt" and len(words) > 1 else "" if words[0] == ".ends" else inside
        if words[0][0] != "." and (inside, words[0]) in seen:
            return card
        seen.add((inside, words[0]))
    return None
