"""A deck as ngspice understands it, flat: parameters, functions and subcircuits resolved. Runs in a worker."""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures.process import BrokenProcessPool

from attrs import frozen

from ...circuits.errors import LapicqueError
from ..ngspice.engine import Engine
from .source import Card

_LINE = re.compile(r"^\s*(\d+)\s*:\s?(.*)$")
TITLE = "lapicque"
CIRCLE = "look for functions or subcircuits that use themselves, or each other twice over many levels."


@frozen
class Flat:
    """The cards of a flat deck in lower case, and what ngspice said of it."""

    cards: tuple[str, ...]
    said: str


def flattened(cards: Iterable[Card], engine: Engine) -> Flat:
    """Let ngspice resolve a deck.

    Args:
        cards: known ones only: what is given here, ngspice loads.
        engine: whose worker does it.

    Raises:
        LapicqueError: ngspice died of it, or took too long.
    """
    from pebble import ProcessExpired

    text = "\n".join([TITLE, *(c.text for c in cards), ".end", ""])
    try:
        said, listing = engine.result(engine.submit(listed, text))
    except (ProcessExpired, BrokenProcessPool, MemoryError) as error:
        raise LapicqueError(f"ngspice dies of reading this netlist: {CIRCLE}") from error
    except TimeoutError as error:
        raise LapicqueError(f"ngspice does not come to an end of reading this netlist: {CIRCLE}") from error
    lines = [m[2].strip() for m in map(_LINE.match, listing.splitlines()) if m]
    return Flat(tuple(line for line in lines[1:] if line and line != ".end"), said)


def listed(text: str) -> tuple[str, str]:
    """Load a deck in this worker and print it flat; it is not run.

    Returns:
        What ngspice said, and its listing.
    """
    from ..ngspice.session import listing
    from ..ngspice.worker import session

    return listing(session(), text)
