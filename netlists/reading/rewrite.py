"""Cards in the words that ngspice has: controlled sources with expressions, polynomials and tables become laws."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from .calls import table
from .source import Card, NetlistError

_VALUE = re.compile(r"^([eg]\S*)\s+(\S+)\s+(\S+)\s+(?:value|vol|cur)\s*=?\s*(.+)$", re.IGNORECASE)
_TABLE = re.compile(r"^([eg]\S*)\s+(\S+)\s+(\S+)\s+table\s*(\{.*?\}|'.*?'|\([^()]*\))\s*=?\s*(.+)$", re.IGNORECASE)
_POLY = re.compile(r"^([efgh]\S*)\s+(\S+)\s+(\S+)\s+poly\s*\(\s*(\d+)\s*\)\s*(.+)$", re.IGNORECASE)
_OHMS = re.compile(r"^(r\S*)\s+(\S+)\s+(\S+)\s+(?:r\s*=\s*)?(\{.*\}|'.*'|.*\b[vi]\s*\(.*)$", re.IGNORECASE)
_READS = re.compile(r"\b[vi]\s*\(", re.IGNORECASE)
_IF = re.compile(r"\bif\s*\(", re.IGNORECASE)
_AREA = re.compile(r"^(d\S*\s+\S+\s+\S+\s+\S+)\s+([\d.]\S*|\{.*?\}|'.*?')(\s.*)?$", re.IGNORECASE)
_COUPLED = re.compile(r"^(\S+)((?:\s+l\S*)+)\s+(.+)$", re.IGNORECASE)
LAW = "b__"
"""How names begin of elements that became laws."""
_SMOOTH_SWITCH = re.compile(r"^(\.model\s+\S+\s+)vswitch\b\s*\(?([^()]*)\)?\s*$", re.IGNORECASE)
_BRACKETS = str.maketrans("(),", "   ")


def rewritten(cards: Iterable[Card]) -> Iterator[Card]:
    """Each card in words that a law can be read from; the others as they are.

    An element that becomes a law keeps its name behind `b__`: `E1` is `b__E1` for ngspice.

    Raises:
        NetlistError: a polynomial or table that is none.
    """
    for card in cards:
        letter = card.text[0].lower()
        text = card.text
        if letter in "eg" and (found := _VALUE.match(text)):
            text = _law(found[1], found[2], found[3], found[4].strip().strip("{}'\""))
        elif letter in "eg" and (found := _TABLE.match(text)):
            text = _law(found[1], found[2], found[3], _table(card, found[4][1:-1], found[5]))
        elif letter in "efgh" and (found := _POLY.match(text)):
            text = _law(found[1], found[2], found[3], _polynomial(card, letter, int(found[4]), found[5]))
        elif letter == "r" and (found := _OHMS.match(text)) and _READS.search(found[4]):
            ohms = found[4].strip("{}'")
            text = _law(found[1], found[2], found[3], f"v({found[2]},{found[3]})/({ohms})")
        elif letter == "k":
            yield from _couplings(card)
            continue
        elif letter == "d" and (found := _AREA.match(text)):
            text = f"{found[1]} area={found[2]}{found[3] or ''}"  # ngspice 39 takes a model for unused otherwise
        elif found := _SMOOTH_SWITCH.match(text):
            text = _smooth_switch(card, found[1], found[2])
        if letter in "begrc" or card.word in (".param", ".func"):
            text = _IF.sub("ternary_fcn(", text)
        yield Card(text, card.place)


def _couplings(card: Card) -> Iterator[Card]:
    """One card a pair, where LTspice and PSpice couple more than two inductors with one factor."""
    found = _COUPLED.match(card.text)
    inductors = found[2].split() if found else []
    if found is None or len(inductors) < 3:
        yield card
        return
    for (i, a), (j, b) in itertools.combinations(enumerate(inductors, 1), 2):
        yield Card(f"{found[1]}#{i}_{j} {a} {b} {found[3]}", card.place)


def _smooth_switch(card: Card, head: str, values: str) -> str:
    """A model of PSpice's switch as one of SW, with the two voltages that tell it from a switch with hysteresis.

    Raises:
        NetlistError: it has a hysteresis of its own.
    """
    given = {k.lower() for k in re.findall(r"(\w+)\s*=", values)}
    if odd := given & {"vt", "vh", "td"}:
        raise NetlistError(card, f"VSWITCH with {', '.join(sorted(odd))}: write it as SW(VT= VH= RON= ROFF=).")
    more = [f"{k}={v}" for k, v in (("VON", "1"), ("VOFF", "0"), ("ROFF", "1meg")) if k.lower() not in given]
    return f"{head}SW({' '.join([values, *more])})"


def is_table(card: str) -> bool:
    """Whether a card is a controlled source with a table."""
    return _TABLE.match(card) is not None


def original(name: str) -> str:
    """The name that a flat element had before it became a law."""
    return name.removeprefix(LAW)


def _law(name: str, plus: str, minus: str, law: str) -> str:
    kind = "V" if name[0].lower() in "eh" else "I"  # a resistor's law is its current
    braced = law if "{" in law else f"{{{law}}}"
    return f"{LAW}{name} {plus} {minus} {kind}={braced}"


def _table(card: Card, x: str, rest: str) -> str:
    """A table of pairs, however they are bracketed."""
    words = rest.translate(_BRACKETS).replace("=", " ").split()
    if len(words) < 2 or len(words) % 2:
        raise NetlistError(card, "a table has pairs of numbers.")
    return table(x, list(zip(words[::2], words[1::2], strict=True)))


def _polynomial(card: Card, letter: str, count: int, rest: str) -> str:
    """SPICE2's polynomial of several variables: constant, linear terms, then products in dictionary order."""
    words = rest.translate(_BRACKETS).split()
    each = 2 if letter in "eg" else 1
    if not 1 <= count <= 20 or len(words) <= count * each:
        raise NetlistError(card, f"POLY({count}) needs {count * each} names and coefficients behind them.")
    heads, coefficients = words[: count * each], words[count * each :]
    if letter in "eg":
        variables = [f"v({a},{b})" for a, b in zip(heads[::2], heads[1::2], strict=True)]
    else:
        variables = [f"i({a})" for a in heads]
    if count == 1 and len(coefficients) == 1:
        return f"({coefficients[0]})*{variables[0]}"  # SPICE2: a lone coefficient is a gain
    terms = itertools.chain.from_iterable(
        itertools.combinations_with_replacement(variables, degree) for degree in itertools.count()
    )
    parts = ["*".join((f"({c})", *term)) for c, term in zip(coefficients, terms, strict=False)]
    return "+".join(parts)
