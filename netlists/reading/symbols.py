"""Symbols of LTspice: where their pins are, and what they write; those of a schematic's own folder from their files.

Pin coordinates are facts of the program's own symbols, here as two independent readers of them give them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import field, frozen

from ...circuits.errors import CircuitError

Point = tuple[int, int]
MOST_PINS = 200


@frozen
class Symbol:
    """A symbol.

    Attributes:
        prefix: letter of its cards.
        pins: in the order of its cards.
        words: what its card has where a schematic gives none, by the name of the attribute.
        model: of its default card; LTspice adds `.model MODEL MODEL` where that is used.
        file: which its model is in.
    """

    prefix: str
    pins: tuple[Point, ...]
    words: Mapping[str, str] = field(factory=dict)
    model: str = ""
    file: str = ""


_LONG, _SHORT = ((16, 16), (16, 96)), ((16, 0), (16, 64))
_VOLTS, _AMPS = ((0, 16), (0, 96)), ((0, 0), (0, 80))
_LEFT, _TURNED = ((-48, 32), (-48, 80)), ((-48, 80), (-48, 32))
_Q, _M, _J = ((64, 0), (0, 48), (64, 96)), ((48, 0), (0, 80), (48, 96)), ((48, 0), (0, 64), (48, 96))
_BULK = (48, 48)


def _modelled(prefix: str, pins: tuple[Point, ...], model: str) -> Symbol:
    return Symbol(prefix, pins, {"Value": model}, model)


SYMBOLS: dict[str, Symbol] = {
    "res": Symbol("R", _LONG), "res2": Symbol("R", _SHORT), "cap": Symbol("C", _SHORT), "polcap": Symbol("C", _SHORT),
    "ind": Symbol("L", _LONG), "ind2": Symbol("L", _LONG),
    "voltage": Symbol("V", _VOLTS), "current": Symbol("I", _AMPS),
    **{name: _modelled("D", _SHORT, "D") for name in ("diode", "zener", "schottky", "led", "varactor")},
    **{name: _modelled("Q", _Q, "NPN") for name in ("npn", "npn2")},
    **{name: _modelled("Q", _Q, "PNP") for name in ("pnp", "pnp2")},
    "nmos": _modelled("M", (*_M, _M[2]), "NMOS"), "pmos": _modelled("M", (*_M, _M[2]), "PMOS"),  # bulk at the source
    "nmos4": _modelled("M", (*_M, _BULK), "NMOS"), "pmos4": _modelled("M", (*_M, _BULK), "PMOS"),
    "njf": _modelled("J", _J, "NJF"), "pjf": _modelled("J", _J, "PJF"),
    "bv": Symbol("B", _VOLTS), "bi": Symbol("B", _AMPS), "bi2": Symbol("B", _AMPS[::-1]),
    "e": Symbol("E", _VOLTS + _LEFT), "e2": Symbol("E", _VOLTS + _TURNED),
    "g": Symbol("G", _VOLTS[::-1] + _LEFT), "g2": Symbol("G", _VOLTS[::-1] + _TURNED),
    "sw": _modelled("S", _VOLTS + _TURNED, "SW"),
}  # fmt: skip
ATTRIBUTES = ("SpiceModel", "Value", "Value2", "SpiceLine", "SpiceLine2")
"""Words of a card behind its nodes, in their order."""


def turned(point: Point, orientation: str) -> Point:
    """A point of a symbol in one of its eight orientations; y points down, M mirrors left and right first.

    >>> turned((-48, 80), "M180")
    (-48, -80)
    """
    x, y = (-point[0], point[1]) if orientation[0] == "M" else point
    return {"0": (x, y), "90": (-y, x), "180": (-x, -y), "270": (y, -x)}[orientation[1:]]


def symbol_of(text: str, called: str) -> Symbol:
    """Read a symbol's file (.asy).

    Raises:
        CircuitError: it has no pins, or not one for each place of a card.
    """
    attributes = dict(re.findall(r"^SYMATTR[ \t]+(\S+)[ \t]+(.*\S)[ \t]*$", text, re.MULTILINE))
    pins = re.findall(r"^PIN[ \t]+(-?\d{1,6})[ \t]+(-?\d{1,6})\b", text, re.MULTILINE)
    orders = re.findall(r"^PINATTR[ \t]+SpiceOrder[ \t]+(\d{1,4})[ \t]*$", text, re.MULTILINE)
    if not 0 < len(pins) == len(orders) <= MOST_PINS or len(set(orders)) < len(orders):
        raise CircuitError(f"the symbol {called!r} does not say the place (SpiceOrder) of each of its pins.")
    placed = sorted(zip(map(int, orders), pins, strict=True))
    words = {k: v for k, v in attributes.items() if k in ATTRIBUTES}
    prefix = attributes.get("Prefix", "X")[:1].upper()
    return Symbol(prefix, tuple((int(x), int(y)) for _, (x, y) in placed), words, file=attributes.get("ModelFile", ""))
