"""Parameters of a netlist (`.param`) that are given other values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .source import Card, NetlistError

WORDS = (".param", ".params", ".parameter")
"""How programs call the card."""

_ASSIGNED = re.compile(r"(?<![\w.])([a-z_]\w*)\s*=(?!=)", re.IGNORECASE)


def parameters_of(cards: Iterable[Card]) -> frozenset[str]:
    """Names of a netlist's own parameters in lower case, those of its subcircuits apart."""
    return frozenset(name.lower() for card in _own(cards) for name, _ in _split(card.text))


def with_parameters(cards: Sequence[Card], values: Mapping[str, float]) -> Iterator[Card]:
    """The cards of a netlist, with other values of its own parameters, and all `.param` cards in their plainest form.

    ngspice 39 does not come to an end of a comma between two parameters.

    Args:
        cards: of a netlist, included files in their places.
        values: by parameter name in lower case.

    Raises:
        NetlistError: a `.param` card without a name and a value.
    """
    own = {id(card) for card in _own(cards)}
    for card in cards:
        if card.word not in WORDS:
            yield card
            continue
        new = values if id(card) in own else {}
        pairs = [(name, repr(new[name.lower()]) if name.lower() in new else text) for name, text in _split(card.text)]
        if not pairs or not all(text for _, text in pairs):
            raise NetlistError(card, "write .param NAME=VALUE.")
        yield Card(f".param {' '.join(f'{name}={text}' for name, text in pairs)}", card.place)


def _own(cards: Iterable[Card]) -> Iterator[Card]:
    depth = 0
    for card in cards:
        if card.word == ".subckt":
            depth += 1
        elif card.word == ".ends":
            depth -= 1
        elif card.word in WORDS and depth <= 0:
            yield card


def _split(text: str) -> list[tuple[str, str]]:
    """Names and expressions of a `.param` card; a name is what stands before `=` outside of brackets."""
    rest = text.split(maxsplit=1)[1] if " " in text else ""
    found = [m for m in _ASSIGNED.finditer(rest) if _depth(rest[: m.start()]) == 0]
    ends = [*(m.start() for m in found[1:]), len(rest)]
    return [(m[1], rest[m.end() : end].strip(" ,")) for m, end in zip(found, ends, strict=False)]


def _depth(text: str) -> int:
    """How many brackets and quotes are open at the end of a text."""
    return text.count("{") - text.count("}") + text.count("(") - text.count(")") + text.count("'") % 2
