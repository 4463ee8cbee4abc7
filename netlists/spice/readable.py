"""The netlist that people read: the text that was run, with the circuit's own names as far as SPICE can take them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from ...circuits.elements import GROUND
from .names import OWN_WORD, SpiceNames

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED = frozenset([
    "0", "ac", "agauss", "all", "alli", "allp", "allv", "ally", "aunif", "cur", "dc", "expr", "freq", "frequency",
    "gauss", "gnd", "hertz", "laplace", "limit", "none", "null", "off", "on", "param", "params", "poly", "pulse", "pwl",
    "sin", "table", "temp", "temper", "time", "unif", "value", "vol",
])  # fmt: skip
"""Words that ngspice 39 takes for something else where a node may stand, tried with all words of its library."""
_OWN = (
    "watch_",
    "level_",
    "head_",
    "tail_",
    "sw_",
    "d_",
    "m_",
    "q_",
    "j_",
    "o_",
    "ammeter_",
    "inside_",
    "series_",
    "moment",
    "latch_",
    "tone",
    "equal_",
    "varies_",
)
"""How names begin that the writer makes besides (cards.py, netlists/dialects)."""


def readable(text: str, names: SpiceNames, title: str) -> str:
    """Put the circuit's names into a netlist.

    Args:
        text: what ngspice is given; its first line is its title.
        names: of the circuit.
        title: the circuit's.

    Returns:
        ASCII text that gives the same numbers. Names that SPICE cannot take, or takes for something else, are changed,
        and listed in comments.
    """
    nodes = _nodes(names)
    _, _, body = text.partition("\n")
    return "\n".join([_title(title), *_changed(nodes), with_own_words(body, names)])


def with_own_words(text: str, names: SpiceNames) -> str:
    """A text with the circuit's names in the places of those that ngspice is given."""
    letters = {e: theirs[0] for e, theirs in names.elements.items()}
    stems = _spelled(letters, "x", letters.__getitem__, lambda e: _stem(letters[e], e))
    elements = {e: letters[e] + stem for e, stem in stems.items()}
    words = {names.nodes[n]: spelled for n, spelled in _nodes(names).items()}
    words |= {names.elements[e]: spelled for e, spelled in elements.items()}
    words |= {names.elements[e].lower(): spelled.lower() for e, spelled in elements.items()}
    lines = text.split("\n")
    return "\n".join(x if _is_model(x) else OWN_WORD.sub(lambda word: words.get(word[0], word[0]), x) for x in lines)


def _is_model(line: str) -> bool:
    """Models name no node and no element; of strangers they have parameters that look like ours, such as k1."""
    return line.startswith(".model ")


def _nodes(names: SpiceNames) -> dict[str, str]:
    return _spelled([n for n in names.nodes if n != GROUND], "n", lambda _: "")


def _title(title: str) -> str:
    """The title line; ngspice takes bytes, people take the comment."""
    plain = title.encode("ascii", "replace").decode().replace("`", "'")
    return f"* {' '.join(plain.split())}"


def _changed(nodes: Mapping[str, str]) -> list[str]:
    pairs = [f"*   {spelled} is {ascii(name)[1:-1]}" for name, spelled in nodes.items() if name != spelled]
    return ["* names changed for SPICE", *pairs] if pairs else []


def _stem(letter: str, name: str) -> str:
    """What follows the type letter: `1` for R1, `_leak` for a resistor called leak."""
    return name[1:] if name[:1].casefold() == letter.casefold() and len(name) > 1 else f"_{name}"


def _spelled(
    names: Iterable[str], fallback: str, letter: Callable[[str], str], wish: Callable[[str], str] = str
) -> dict[str, str]:
    """A safe spelling of every name, unique behind its type letter; those that are safe keep theirs."""
    wishes = {name: wish(name) for name in names}
    kept = {n: w for n, w in wishes.items() if _is_safe(letter(n), w)}
    taken = {(letter(n) + w).casefold() for n, w in kept.items()}
    for index, (name, word) in enumerate(wishes.items(), 1):
        if name in kept:
            continue
        plain = re.sub(r"[^A-Za-z0-9]+", "_", word).strip("_")
        first = f"{fallback}_{plain}" if word.isascii() and plain else f"{fallback}{index}"
        candidate, count = first, 1
        while (letter(name) + candidate).casefold() in taken:
            count += 1
            candidate = f"{first}_{count}"
        taken.add((letter(name) + candidate).casefold())
        kept[name] = candidate
    return {name: kept[name] for name in wishes}


def _is_safe(letter: str, word: str) -> bool:
    """Whether SPICE takes a word as the name that it is."""
    folded = word.casefold()
    return bool(_PLAIN.fullmatch(letter + word)) and folded not in _RESERVED and not folded.startswith(_OWN)
