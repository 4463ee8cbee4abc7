"""Cards that are longer than ngspice prints: models with hundreds of values, sources with hundreds of points.

Its listing cuts a line without a word. What is plain numbers needs no resolving, so that ngspice is given the beginning
of it, and the whole is put back in the listing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from .source import Card

PRINTED = 4095
"""Characters of a line that ngspice 39 prints."""
LONG = 3000
"""Characters from which on a card is shortened: what is resolved may be longer than what it is resolved from."""
KEPT = 1500
"""Characters of it that ngspice is given."""
_PAIR = re.compile(r"[a-z_]\w*=[-+]?[\d.][-+\w.]*", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[\d.][-+\w.]*")
_POINTS = re.compile(r"\bpwl\s*\(([^()]*)\)", re.IGNORECASE)
_SIZES = frozenset({"level", "version", "lmin", "lmax", "wmin", "wmax"})
"""Values by which ngspice chooses a model when it loads."""


class Shortened:
    """Cards as ngspice is given them, and the way back."""

    def __init__(self, cards: Iterable[Card]) -> None:
        self._models: dict[tuple[str, str], str] = {}
        self._points: dict[str, str] = {}
        self.cards = tuple(self._short(c) for c in cards)

    def _short(self, card: Card) -> Card:
        if len(card.text) < LONG:
            return card
        short = self._short_model(card.text) if card.word == ".model" else self._short_source(card.text)
        return card if short is None else Card(short, card.place)

    def _short_model(self, text: str) -> str | None:
        head, pairs = _split_model(text)
        if len(head) < 3 or not all(map(_PAIR.fullmatch, pairs)):
            return None
        first = list(_first(pairs, KEPT))
        first += [p for p in pairs[len(first) :] if p.partition("=")[0] in _SIZES]
        self._models[_own(head[1]), " ".join(first)] = " ".join(pairs)
        return f"{' '.join(head)} ({' '.join(first)})"

    def _short_source(self, text: str) -> str | None:
        found = _POINTS.search(text)
        values = _values(found[1]) if found else []
        if found is None or not all(map(_NUMBER.fullmatch, values)):
            return None
        count = KEPT // 20 * 2
        while (short := " ".join(values[:count])) in self._points:  # another source begins in the same way
            count -= 2
        self._points[short] = " ".join(values)
        return f"{text[: found.start(1)]}{short}{text[found.end(1) :]}"

    def whole(self, flat: str) -> str:
        """A line of the listing with all that its card had."""
        if flat.startswith(".model"):
            head, pairs = _split_model(flat)
            model = self._models.get((_own(head[1]), " ".join(pairs))) if len(head) > 2 else None
            return flat if model is None else f"{' '.join(head)} ({model})"
        found = _POINTS.search(flat) if self._points else None
        points = self._points.get(" ".join(_values(found[1]))) if found else None
        return flat if found is None or points is None else f"{flat[: found.start(1)]}{points}{flat[found.end(1) :]}"


def _split_model(text: str) -> tuple[list[str], list[str]]:
    """`.model`, name and kind, and the words behind them, in small letters."""
    words = re.sub(r"\s*=\s*", "=", re.sub(r"[(),]", " ", text)).split()
    return words[:3], [w.lower() for w in words[3:]]


def _values(inside: str) -> list[str]:
    return inside.lower().replace(",", " ").split()


def _first(words: Sequence[str], characters: int) -> Iterator[str]:
    for word in words:
        characters -= len(word) + 1
        if characters < 0:
            return
        yield word


def _own(model: str) -> str:
    """The name of a model without the instance that ngspice writes before it."""
    return model.lower().rpartition(":")[2]
