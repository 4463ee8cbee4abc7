"""Which of a netlist's analyses is run."""

from __future__ import annotations

from ...circuits.errors import LapicqueError
from ..spice.analyses import Analysis, OperatingPoint, Transient
from .asks import KINDS
from .deck import Deck
from .steps import Step


def kinds_of(deck: Deck) -> list[str]:
    """Kinds of the analyses that a deck asks for: "tran", "ac", "dc", "op"."""
    return list(dict.fromkeys(KINDS[type(a)] for a in deck.analyses))


def analysis_of(deck: Deck, kind: str | None, stop: float | None, usual: float = 0.0) -> Analysis:
    """The analysis that is meant: the one of this kind, or the deck's first; a transient comes first.

    Args:
        deck: what a netlist says.
        kind: that was asked for.
        stop: end of a transient that was asked for, seconds.
        usual: end of one of which nothing else is known, seconds.

    Raises:
        LapicqueError: the deck has none of that kind.
    """
    has = kinds_of(deck)
    wanted = kind or ("tran" if stop is not None or not has else has[0])
    if wanted == "tran":
        return Transient(stop or deck.stop or usual)
    for analysis in deck.analyses:
        if KINDS[type(analysis)] == wanted:
            return analysis
    if wanted == "op":
        return OperatingPoint(deck.asks.guess)
    words = f"it has {', '.join(f'.{k}' for k in has)}" if has else "it has no analysis"
    raise LapicqueError(f"{deck.circuit.title!r} asks for no .{wanted}: {words}.")


def steps_of(deck: Deck, kind: str | None, stop: float | None) -> tuple[Step, ...]:
    """What a deck steps in the analysis that is meant; for arguments see `analysis_of`."""
    meant = KINDS[type(analysis_of(deck, kind, stop, 1.0))]
    return tuple(s for s in deck.asks.steps if s.within in ("", meant))
