"""What a reader of a netlist should know: where an element here is not quite what ngspice makes of its card."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ...circuits.elements import GROUND, C, Element, I, R, V
from ...circuits.stimuli import Constant
from .dialects import Dialect
from .models import Model
from .rewrite import is_table
from .source import Card
from .switches_in import LEAST_HYSTERESIS
from .temperature import ZERO, Temperature

_MILLI = re.compile(r"(?:\s|=)(\d[\d.]*M(?:[Oo]hms?)?)(?!\w)")
BOTH_ENDS = "left out, with both ends on one node"
"""How a line about elements that do nothing begins."""


def of_tables(cards: Iterable[Card]) -> Iterator[str]:
    """A line for each controlled source with a table."""
    for card in cards:
        if is_table(card.text):
            yield f"{card.place}: the table has sharp corners here; ngspice rounds each over a tenth of its pieces."


def of_milli(cards: Iterable[Card]) -> Iterator[str]:
    """A line for resistances such as 1M, which SPICE takes for a milliohm."""
    found = [(c.text.split()[0], m[1]) for c in cards if c.word[0] == "r" and (m := _MILLI.search(c.text))]
    if found:
        shown = ", ".join(f"{name} {value}" for name, value in found[:6])
        yield f"M is a thousandth in SPICE, so milliohms here: {shown}; a million is Meg."


def of_inductors(cards: Iterable[Card], dialect: Dialect) -> Iterator[str]:
    """A line where LTspice adds what nobody wrote."""
    if dialect.name == "ltspice":
        every = tuple(cards)
        coupled = {w.lower() for c in every if c.word[0] == "k" for w in c.text.split()[1:]}  # these it leaves alone
        bare = [c.text.split()[0] for c in every if c.word[0] == "l" and "rser" not in c.text.lower()]
        if bare := [n for n in bare if n.lower() not in coupled]:
            yield f"LTspice gives inductors without Rser= 1 mOhm in series; here {', '.join(bare[:6])} have none."


def of_blocks(asked: Iterable[Card]) -> Iterator[str]:
    """A line for the transient that a control block asked for."""
    for card in asked:
        yield f"{card.place}: no card asks for a transient; it is the one of the .control block."


def of_absent(word: str, names: Iterable[str], nodes: Iterable[str]) -> Iterator[str]:
    """A line for nodes that a card sets and the circuit has not: a slip, which ngspice passes over."""
    known = {GROUND, *(n.lower() for n in nodes)}
    if absent := [repr(n) for n in names if n.lower() not in known]:
        yield f"{word} of no node of the circuit: {', '.join(absent[:6])}{', ...' if len(absent) > 6 else ''}"


def is_shorted(element: Element) -> bool:
    """Whether an element does nothing, since both of its ends are one node; of voltage sources, those of 0 V."""
    if isinstance(element, V):
        return element.plus == element.minus and element.stimulus == Constant(0)
    return isinstance(element, (R, C, I)) and element.plus == element.minus


def of_shorted(elements: Iterable[Element]) -> Iterator[str]:
    """A line for those that do nothing."""
    names = [f"{e.name} on {e.nodes[0]!r}" for e in elements if is_shorted(e)]
    if names:
        yield f"{BOTH_ENDS}: {', '.join(names[:6])}{', ...' if len(names) > 6 else ''}"


def of_switches(flat: Iterable[str], models: Mapping[str, Model]) -> Iterator[str]:
    """A line for each model without hysteresis that a switch of a flat deck uses."""
    used = {w for card in flat if card.startswith("s") for w in card.split()[5:6]}
    for name in sorted(used & models.keys()):
        model = models[name]
        if "von" not in model.values and not model.value("vh", 0.0):
            part = f"{LEAST_HYSTERESIS:g} of its threshold (or volts, below 1 V)"
            yield f"the switches of {name!r} have no hysteresis (VH): here it is {part}, for they need one."


def of_temperature(here: Temperature) -> Iterator[str]:
    """A line where values are not those that are written."""
    if not here.is_usual:
        yield (
            f"all is at {here.celsius:g} degrees Celsius, with models of {here.nominal - ZERO:g} but where they say "
            "TNOM: their values here are those that do at 27 degrees what theirs do there."
        )
