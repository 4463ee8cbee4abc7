"""Cards in the words that ngspice has: controlled sources with expressions, polynomials and tables become laws."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from .calls import table
from .numbers import number
from .source import Card, NetlistError

_VALUE = re.compile(r"^([eg]\S*)\s+(\S+)\s+(\S+)\s+(?:value|vol|cur)\s*=?\s*(.+)$", re.IGNORECASE)
_TABLE = re.compile(r"^([eg]\S*)\s+(\S+)\s+(\S+)\s+table\s*(\{.*?\}|'.*?'|\([^()]*\))\s*=?\s*(.+)$", re.IGNORECASE)
_POLY = re.compile(r"^([efgh]\S*)\s+(\S+)\s+(\S+)\s+poly\s*\(\s*(\d+)\s*\)\s*(.+)$", re.IGNORECASE)
_OHMS = re.compile(r"^(r\S*)\s+(\S+)\s+(\S+)\s+(?:r\s*=\s*)?(\{.*\}|'.*'|.*\b[vi]\s*\(.*)$", re.IGNORECASE)
_NOISY = re.compile(r"\s+noisy\s*=\s*[01]\b", re.IGNORECASE)
"""Behind a resistance by a law: it makes no noise here, whatever its card says (docs/how_to/noise.md)."""
_READS = re.compile(r"\b[vi]\s*\(", re.IGNORECASE)
_IF = re.compile(r"\bif\s*\(", re.IGNORECASE)
_AREA = re.compile(r"^(d\S*\s+\S+\s+\S+\s+\S+)\s+([\d.]\S*|\{.*?\}|'.*?')(\s.*)?$", re.IGNORECASE)
_COUPLED = re.compile(r"^(\S+)((?:\s+l\S*)+)\s+(.+)$", re.IGNORECASE)
_SENSED = re.compile(r"\bi\s*\(\s*([^\s(),]+)\s*\)", re.IGNORECASE)
LAW = "b__"
"""How names begin of elements that became laws."""
FARADS, CHARGE = "bc__", "bq__"
"""How names begin of capacitors that became laws: of their capacitance, of their charge (varactors_in.py)."""
_OWN_NAMES = re.compile(rf"^(?:{LAW}|{FARADS}|{CHARGE})", re.IGNORECASE)
_BY_CURRENT = re.compile(r"^l\S*\s+\S+\s+\S+\s+.*\b[vi]\s*\(", re.IGNORECASE)
_BY_LAW = re.compile(
    r"^(c\S*)\s+(\S+)\s+(\S+)\s+([cq])\s*=\s*(\{[^{}]*\}|'[^']*'|[^={}']*?\bv\s*\([^={}']*?)"
    r"((?:\s+\w+\s*=\s*\S+)*)\s*$",
    re.IGNORECASE,
)
_SMOOTH_SWITCH = re.compile(r"^(\.model\s+\S+\s+)vswitch\b\s*\(?([^()]*)\)?\s*$", re.IGNORECASE)
_BRACKETS = str.maketrans("(),", "   ")


def rewritten(cards: Iterable[Card]) -> Iterator[Card]:
    """Each card in words that a law can be read from; the others as they are.

    An element that becomes a law keeps its name behind `b__`: `E1` is `b__E1` for ngspice.

    Raises:
        NetlistError: a polynomial or table that is none.
    """
    yield from _sensing(tuple(_reworded(cards)))


def _sensing(cards: Sequence[Card]) -> Iterator[Card]:
    """Cards whose laws read currents by the names that elements have now: where E1 became a law, `i(b__E1)`."""
    laws: dict[str, set[str]] = defaultdict(set)
    scopes = list(_scopes(cards))
    for scope, card in zip(scopes, cards, strict=True):
        if card.word.startswith(LAW):
            laws[scope].add(original(card.word))
    anywhere = set[str]().union(*laws.values())
    for scope, card in zip(scopes, cards, strict=True):
        known = laws[scope] if card.word[0] == "b" else anywhere if card.word == ".func" else set[str]()
        yield Card(_renamed(card.text, known), card.place) if known else card


def _renamed(text: str, known: set[str]) -> str:
    return _SENSED.sub(lambda m: f"i({LAW}{m[1]})" if m[1].lower() in known else m[0], text)


def _scopes(cards: Iterable[Card]) -> Iterator[str]:
    """For each card the subcircuit in which it stands; none is empty."""
    inside = [""]
    for card in cards:
        words = card.text.lower().split()
        if words[0] == ".subckt" and len(words) > 1:
            inside.append(words[1])
        yield inside[-1]
        if words[0] == ".ends" and len(inside) > 1:
            inside.pop()


def _reworded(cards: Iterable[Card]) -> Iterator[Card]:
    for card in cards:
        letter = card.text[0].lower()
        if _OWN_NAMES.match(card.text):
            raise NetlistError(card, "names that begin so are taken by the reader: give it another.")
        text = card.text
        if letter in "eg" and (found := _VALUE.match(text)):
            text = _law(found[1], found[2], found[3], found[4].strip().strip("{}'\""))
        elif letter in "eg" and (found := _TABLE.match(text)):
            text = _law(found[1], found[2], found[3], _table(card, found[4][1:-1], found[5]))
        elif letter in "efgh" and (found := _POLY.match(text)):
            text = _law(found[1], found[2], found[3], _polynomial(card, letter, int(found[4]), found[5]))
        elif letter == "r" and (found := _OHMS.match(_NOISY.sub("", text))) and _READS.search(found[4]):
            ohms = found[4].strip("{}'")
            text = _law(found[1], found[2], found[3], f"v({found[2]},{found[3]})/({ohms})")
        elif letter == "c" and (found := _BY_LAW.match(text)) and (_READS.search(found[5]) or found[4] in "qQ"):
            text = _by_law(card, *found.groups())
        elif letter == "l" and _BY_CURRENT.match(text):
            raise NetlistError(card, "an inductance by a law has no equations here: give a number.")
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
    return _OWN_NAMES.sub("", name)


def _law(name: str, plus: str, minus: str, law: str) -> str:
    kind = "V" if name[0].lower() in "eh" else "I"  # a resistor's law is its current
    braced = law if "{" in law else f"{{{law}}}"
    return f"{LAW}{name} {plus} {minus} {kind}={braced}"


def _by_law(card: Card, name: str, plus: str, minus: str, kind: str, law: str, more: str) -> str:
    """A capacitor whose capacitance or charge is a law, as a marked law."""
    law = law.strip("{}'")
    for word, value in re.findall(r"(\w+)\s*=\s*(\S+)", more):
        if word.lower() == "m":
            many = value.strip("{}'")
            law = f"({law})*({many})"
        elif word.lower() != "ic" or number(value) != 0:
            raise NetlistError(
                card,
                f"{word}={value} behind a law: ngspice loses it. Give the start by .ic, without uic.",
            )
    return f"{FARADS if kind in 'cC' else CHARGE}{name} {plus} {minus} I={{{law}}}"


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
