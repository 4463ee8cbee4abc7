"""A deck as ngspice understands it, flat: parameters, functions and subcircuits resolved. Runs in a worker."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import Any, NoReturn

from attrs import frozen

from ...circuits.errors import LapicqueError
from ..ngspice.engine import Engine
from ..ngspice.lifeline import end_with
from .allowed import drawn
from .long_cards import PRINTED, Shortened
from .source import Card

_LINE = re.compile(r"^\s*(\d+)\s*:\s?(.*)$")
_MINUS_ZERO = re.compile(r"-(0\.?0*(?:e[-+]?\d+)?)(?![\w.])")
TITLE = "lapicque"
BLANKS = 8
"""Characters that may be taken off a line of a listing: blanks, and a number and its colon."""
LONGEST = 25.0
"""Seconds that ngspice may take to resolve a deck: 10,000 elements take it less than 5."""
SEEDS = (9, 21)
"""Two beginnings of ngspice's random numbers; ten draws of limit(), which knows two values, differ each.

Left alone it begins by the clock: within one second it draws the same numbers again.
"""
CIRCLE = "look for functions or subcircuits that use themselves, or each other twice over many levels."


@frozen
class Flat:
    """The cards of a flat deck in lower case, and what ngspice said of it."""

    cards: tuple[str, ...]
    said: str


def flattened(cards: Iterable[Card], engine: Engine, seed: int = SEEDS[0]) -> Flat:
    """Let ngspice resolve a deck.

    Args:
        cards: known ones only: what is given here, ngspice loads.
        engine: whose worker does it.
        seed: with which its random numbers begin.

    Raises:
        LapicqueError: ngspice died of it, or took too long.
    """
    from pebble import ProcessExpired

    short = Shortened(cards)
    text = "\n".join([TITLE, *(c.text for c in short.cards), ".end", ""])
    try:
        said, listing = engine.result(engine.submit(listed, text, seed, seconds=LONGEST))
    except (ProcessExpired, BrokenProcessPool, MemoryError) as error:
        raise LapicqueError(f"ngspice dies of reading this netlist: {CIRCLE}") from error
    except TimeoutError as error:
        raise LapicqueError(f"ngspice does not come to an end of reading this netlist: {CIRCLE}") from error
    lines = [m[2].strip() for m in map(_LINE.match, listing.splitlines()) if m]
    if cut := [line for line in lines if len(line) >= PRINTED - BLANKS]:
        raise LapicqueError(
            f"{' '.join(cut[0].split()[:3])} ...: ngspice prints no line longer than {PRINTED:,} characters, and cuts "
            "this one: make it shorter, or write plain numbers without expressions in it."
        )
    return Flat(tuple(short.whole(line) for line in lines[1:] if line and line != ".end"), said)


def want_no_chance(flat: Flat, cards: Iterable[Card], chance: Sequence[Card], engine: Engine) -> None:
    """Refuse a deck that random numbers change; process kits have such that a factor of 0 switches off.

    Args:
        flat: what became of its cards.
        cards: that were flattened.
        chance: those that draw.
        engine: as for `flattened`.

    Raises:
        NetlistError: it is another deck where other numbers are drawn.
    """
    if chance and _unsigned(flattened(cards, engine, SEEDS[1]).cards) != _unsigned(flat.cards):
        raise drawn(chance[0])


def _unsigned(cards: Iterable[str]) -> list[str]:
    """Cards without the sign of a zero: a number that is drawn and switched off by a factor of 0 may leave one."""
    return [" ".join(_MINUS_ZERO.sub(r"\1", card).split()) for card in cards]


def listed(text: str, seed: int) -> tuple[str, str]:
    """Load a deck in a copy of this worker and print it flat; it is not run.

    After a deck that it refuses ngspice refuses all others too, and some kill it: so a copy does it, and ends.

    Returns:
        What ngspice said, and its listing.

    Raises:
        MemoryError: the copy died.
    """
    from ..ngspice.worker import session

    ready, parent = session(), os.getpid()
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        _tell(theirs, ready, text, seed, parent)
    os.close(theirs)
    with os.fdopen(ours, "rb") as answers:
        answer = answers.read()
    os.waitpid(child, 0)
    if not answer:
        raise MemoryError("ngspice died")
    said, printed = json.loads(answer)
    return said, printed


def _tell(pipe: int, ready: Any, text: str, seed: int, parent: int) -> NoReturn:
    """In the copy: print the deck into the pipe, and end."""
    from ..ngspice.session import listing

    try:
        end_with(parent)
        with os.fdopen(pipe, "wb") as answers:
            answers.write(json.dumps(listing(ready, text, seed)).encode())
    finally:
        os._exit(0)
