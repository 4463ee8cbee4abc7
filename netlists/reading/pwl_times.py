"""Times of a PWL that count from the one before, as LTspice and PSpice write them: `+1m`."""

from __future__ import annotations

import re

from .numbers import number
from .source import Card, NetlistError

_PWL = re.compile(r"^([vi]\S*\s.*?\bpwl\b\s*)(\((?:\{[^}]*\}|[^{}()])*\)|[^()]*)(.*)$", re.IGNORECASE)
_WORD = re.compile(r"\+?\{[^}]*\}|[^\s(),]+")


def with_absolute_times(card: Card) -> Card:
    """The card with each time as it is on the clock; a first one counts from 0.

    Raises:
        NetlistError: what begins with a plus is no number and no parameter.
    """
    found = _PWL.match(card.text)
    if not found or "+" not in found[2]:
        return card
    words = _WORD.findall(found[2])
    if not any(w.startswith("+") for w in words[::2]):
        return card
    times: list[str] = []
    for word in words[::2]:
        times.append(_sum(card, times[-1], word[1:]) if word.startswith("+") and times else word)
    values = words[1::2]
    pairs = " ".join(f"{t} {v}" for t, v in zip(times, values, strict=False))
    return Card(f"{found[1]}({pairs}){found[3]}", card.place)


def _sum(card: Card, before: str, more: str) -> str:
    first, second = number(before), number(more)
    if first is not None and second is not None:
        return repr(first + second)
    if not all(w.startswith("{") or number(w) is not None for w in (before, more)):
        raise NetlistError(card, f"{more!r} is no time behind {before!r}: write the times of the PWL as numbers.")
    return "{" + "+".join(f"({w.strip('{}')})" for w in (before, more)) + "}"
