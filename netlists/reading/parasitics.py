"""What LTspice writes behind a capacitor, an inductor or a source: the parts around it, as cards of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .numbers import number
from .source import Card, NetlistError

_PAIR = re.compile(r"\b(rser|lser|rpar|cpar|rlshunt)\s*=\s*(\{[^}]*\}|\S+)", re.IGNORECASE)
_TAKES = {"c": ("rser", "lser", "rpar", "cpar", "rlshunt"), "l": ("rser", "rpar", "cpar"), "v": ("rser", "cpar")}


def with_parasitics(card: Card) -> Iterator[Card]:
    """A card without its parasitics, and those as cards: what is in series behind it, what is parallel around all.

    Raises:
        NetlistError: a parasitic that such an element does not have.
    """
    letter = card.word[0]
    pairs = {k.lower(): v for k, v in _PAIR.findall(card.text)}
    if letter not in "clvi" or not pairs:
        yield card
        return
    nothing = [k for k in pairs if k != "rpar" and number(pairs[k]) == 0]
    if other := [k for k in pairs if k not in _TAKES.get(letter, ())]:
        raise NetlistError(card, f"{other[0]}= is not known here for {card.text.split()[0]}.")
    pairs = {k: v for k, v in pairs.items() if k not in nothing}
    name, plus, minus, *rest = _PAIR.sub("", card.text).split()

    def part(kind: str, what: str, a: str, b: str) -> Card:
        return Card(f"{kind}{name}#{what} {a} {b} {pairs[what]}", card.place)

    series = [k for k in ("rser", "lser") if k in pairs]
    inner = [minus, *(f"{name}#{k}" for k in series)]
    yield Card(" ".join([name, plus, inner[-1], *rest]), card.place)
    for k, what in enumerate(series):
        yield part(what[0].upper(), what, inner[k + 1], inner[k])
    if "rlshunt" in pairs and "lser" in pairs:
        k = series.index("lser")
        yield part("R", "rlshunt", inner[k + 1], inner[k])
    for what in ("rpar", "cpar"):
        if what in pairs:
            yield part(what[0].upper(), what, plus, minus)
