"""Transients and operating points that a netlist asks for, by its cards or in its control blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..spice.analyses import Analysis, OperatingPoint, Transient
from .lines import Text
from .numbers import number
from .source import Card
from .translate import NO_STEP


def asked_in_blocks(own: Text, cards: Sequence[Card]) -> tuple[Card, ...]:
    """The first transient that a control block asks for in plain numbers, where no card asks for one."""
    if any(c.word == ".tran" for c in cards):
        return ()
    plain = [c for c in own.asked if all(number(w) or w.lower() == "uic" for w in c.text.split()[1:3])]
    return tuple(plain[:1])


def rank(analysis: Analysis) -> int:
    """Transients first, operating points last, others as they are in the file."""
    return 0 if isinstance(analysis, Transient) else 2 if isinstance(analysis, OperatingPoint) else 1


def transient_of(flat: Sequence[str]) -> tuple[float | None, float | None, float]:
    """Step and stop of `.tran`, and from when on it is wanted."""
    for card in flat:
        words = card.split()
        if words[0] == ".tran" and len(words) > 2:
            since = number(words[3]) if len(words) > 3 else None
            return (number(words[1]) if words[1] != NO_STEP else None), number(words[2]), since or 0.0
    return None, None, 0.0


def analyses_of(flat: Sequence[str]) -> Iterable[Analysis]:
    """Transients and operating points, in the order of their cards."""
    for card in flat:
        words = card.split()
        if words[0] == ".tran" and len(words) > 2 and (stop := number(words[2])):
            yield Transient(stop)
        elif words[0] == ".op":
            yield OperatingPoint()
