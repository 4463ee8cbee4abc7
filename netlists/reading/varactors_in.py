"""Capacitors by a law: C='...' and Q='...' of their own voltage, and what we write for them.

ngspice makes three elements of such a card, and loses its IC. So it is given a law instead, which it resolves and never
runs, with a mark in front of the name that says what the law is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sympy import Expr, Symbol, diff
from sympy.core.relational import Relational

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, Varactor
from ...circuits.equations.algebra import put
from ...circuits.errors import CircuitError
from ...circuits.varactors import OWN
from .laws_in import law_of
from .numbers import number
from .rewrite import CHARGE, FARADS
from .words import Words

_MARKED = re.compile(rf"(?:.*\.)?({FARADS}|{CHARGE})[^.]*")
_LAW = re.compile(r"\S+\s+\S+\s+(?:ic=(\S+)\s+)?i\s*=\s*(.+)$")
_SLOPE = re.compile(r"^(b\S*) (\S+) (\S+) i\s*=\s*i\s*\(\s*(e\S+?)\s*\)\s*\*\s*(\(.*\))$")
_FARAD = re.compile(r"^(c\S*) (\S+) 0 (\S+)(?: ic\s*=\s*(\S+))?$")
_UNITY = re.compile(r"^(e\S*) (\S+) 0 (\S+) (\S+) (\S+)$")


def is_marked(words: Words) -> bool:
    """Whether a card is a capacitance or a charge."""
    return _MARKED.fullmatch(words.name) is not None


def varactor(words: Words, dialect: str) -> Varactor:
    """The capacitor of a marked card.

    Raises:
        CircuitError: its law depends on something else than its own voltage.
    """
    found = _LAW.match(words.rest)
    assert found, words.rest  # rewrite.py wrote it
    plus, minus = words.plain[:2]
    mark = _MARKED.fullmatch(words.name)
    name = words.name.replace(mark[1], "", 1) if mark else words.name
    law = _of_own_voltage(name, plus, minus, found[2], dialect)
    if mark and mark[1] == CHARGE:
        law = diff(law, Symbol(OWN, real=True))
    return Varactor(name, plus, minus, law, ic=number(found[1] or "0") or 0.0)


def _of_own_voltage(name: str, plus: str, minus: str, text: str, dialect: str) -> Expr:
    read = law_of(text, dialect)
    if read.sensors:
        raise CircuitError(
            f"the capacitance of {name} depends on the current of {read.sensors[0][1]}: only its own voltage, "
            f"v({plus},{minus}), has equations here."
        )
    symbols = {node: Symbol(symbol, real=True) for symbol, node in read.inputs}
    low = Symbol("low", real=True)
    own = {symbols[n]: x for n, x in ((plus, Symbol(OWN, real=True) + low), (minus, low)) if n in symbols}
    law = put(read.expression, own) if GROUND not in (plus, minus) else _grounded(read.expression, symbols, plus, minus)
    relations: Any = law.atoms(Relational)
    sided: Any = law.xreplace({x: x.func(x.lhs - x.rhs, 0) for x in relations})  # v + low > low is v > 0
    if other := sorted({*map(str, sided.free_symbols)} - {OWN}):
        nodes = sorted(f"v({n})" for n, s in symbols.items() if str(s) in other) or [f"v({plus}) and v({minus})"]
        raise CircuitError(
            f"the capacitance of {name} depends on {', '.join(nodes)}: only its own voltage, v({plus},{minus}), has "
            "equations here."
        )
    return sided


def _grounded(law: Expr, symbols: Mapping[str, Symbol], plus: str, minus: str) -> Expr:
    own = Symbol(OWN, real=True)
    return put(law, {symbols[n]: x for n, x in ((plus, own), (minus, -own)) if n in symbols})


def with_varactors(flat: Sequence[str]) -> Iterator[str]:
    """Flat cards, with the three that `netlists/spice/varactor_cards.py` writes as one marked card.

    Args:
        flat: of a whole deck.
    """
    unity = {m[1]: m for m in map(_UNITY.match, flat) if m and number(m[5]) == 1}
    farads = {m[2]: m for m in map(_FARAD.match, flat) if m and number(m[3]) == 1}
    made: dict[str, str] = {}
    gone: set[str] = set()
    for slope in filter(None, map(_SLOPE.match, flat)) if unity and farads else ():
        beside = unity.get(slope[4])
        farad = farads.get(beside[2]) if beside else None
        if beside and farad and (beside[4], beside[3]) == (slope[2], slope[3]) and _closes_last(slope[5]):
            begins = -(number(farad[4] or "0") or 0.0)
            inside, _, own = farad[1].rpartition(".")
            name = f"b{inside[1:]}.{FARADS}{own}" if inside else f"{FARADS}{own}"
            made[slope[0]] = f"{name} {slope[2]} {slope[3]} ic={begins!r} i= {slope[5]}"
            gone |= {beside[0], farad[0]}
    yield from (made.get(card, card) for card in flat if card not in gone)


def _closes_last(text: str) -> bool:
    """Whether the first bracket of a text closes at its end."""
    level = 0
    for k, letter in enumerate(text):
        level += {"(": 1, ")": -1}.get(letter, 0)
        if not level:
            return k == len(text) - 1
    return False


def of_varactors(circuit: Circuit, given: Mapping[str, float]) -> Iterator[str]:
    """A line for each that begins at a voltage which ngspice loses, in a transient with `uic`."""
    volts = {GROUND: 0.0, **given}
    for e in circuit.of_type(Varactor):
        if not e.ic and volts.get(e.plus, 0.0) != volts.get(e.minus, 0.0):
            yield f"{e.name!r} begins as .ic says; with uic ngspice itself begins it without charge."
