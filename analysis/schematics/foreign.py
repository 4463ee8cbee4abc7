"""Elements of which only pins are known: their symbol where pins say what they are, else a box with its pins named."""

from __future__ import annotations

import re

from ...circuits.elements import Element
from .geometry import short
from .part import Part

TWO = {"r": "resistor", "c": "capacitor", "l": "inductor", "d": "diode"}
"""Symbols of cards with two nodes, by their letter."""
MOSFET = ("d", "g", "s", "b")
_CHANNEL = re.compile(r"([np])(?:fet|mos|ch)", re.IGNORECASE)


def foreign(element: Element) -> Part:
    """An element that has no symbol of its own."""
    names, model = pin_names(element), str(getattr(element, "model", ""))
    words = f"{short(element.name)}\n{short(model)}" if model else short(element.name)
    pins = tuple(zip(names, element.nodes, strict=True))
    symbol = TWO.get(str(getattr(element, "letter", ""))) if len(pins) == 2 else None
    if symbol is not None:
        return Part(element.name, symbol, pins, words)
    if names == MOSFET and (channel := _channel(element, model)):
        return _mosfet(element, channel, words)
    half = (len(pins) + 1) // 2
    return Part(element.name, "box", pins, words, names[:half], names[half:])


def _channel(element: Element, model: str) -> str:
    """n or p, as the model's card or its name says; nothing where neither does."""
    cards = [c for c in getattr(element, "definitions", ()) if re.search(rf"\.model\s+{re.escape(model)}\b", c, re.I)]
    found = next((m for text in (*cards, model) if (m := _CHANNEL.search(text)) is not None), None)
    return found[1].lower() if found else ""


def _mosfet(element: Element, channel: str, words: str) -> Part:
    drain, gate, source, bulk = element.nodes
    ends = [("d", drain), ("s", source)]
    others = [("g", gate)] if bulk == source else [("g", gate), ("b", bulk)]
    symbol = f"{channel}mos bulk" if len(others) > 1 else f"{channel}mos"
    return Part(element.name, symbol, (*(ends[::-1] if channel == "p" else ends), *others), words)


def pin_names(element: Element) -> tuple[str, ...]:
    """What the terminals of an element are called, each name once; their numbers where it does not say."""
    count = len(element.nodes)
    for given in (getattr(element, "pins", None), element.TERMINALS):
        names = tuple(map(str, given)) if isinstance(given, (tuple, list, dict)) else ()
        if len(set(names)) == len(names) == count:
            return names
    return tuple(str(k + 1) for k in range(count))
