"""How parts, laws and edits are called, in the words of who wrote the netlist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import attrs

from ...circuits.elements import B
from .edit import Edit
from .parts import Part

HELPERS = ("#i", "#r", "#law")
"""What a card `B1 ... V=` is made of besides its source: nobody wrote them."""
INNER = {"#bd": "the junction from bulk to drain of", "#bs": "the junction from bulk to source of"}
LONG = 100
"""Letters of a law from which on it is not told."""


def with_article(kind: str) -> str:
    """`a resistor`, `an inductor`."""
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"


def inner_of(name: str) -> str:
    """The card that brought a part along, as `M1` does `M1#bd`; empty for a part with a card of its own."""
    return name.partition("#")[0] if "#" in name else ""


def law_words(a: Part, b: Part, nodes: Mapping[str, str]) -> str:
    """What a law is and should be, in voltages of the second circuit's nodes.

    Args:
        a: the part as it should be.
        b: the part that is there.
        nodes: of the second circuit to those of the first.
    """
    back = {x: y for y, x in nodes.items()}
    there, wanted = _law(b, {}), _law(a, back)
    if there == wanted or max(len(there), len(wanted)) > LONG:
        return "another one"
    return f"{there}, not {wanted}"


def _law(p: Part, nodes: Mapping[str, str]) -> str:
    assert isinstance(p.element, B)
    reads = {name: f"v({nodes.get(n, n)})" for name, n in p.element.inputs}
    given = {name: f"{value:.6g}" for name, value in p.element.params}
    return re.sub(r"[A-Za-z_]\w*", lambda m: reads.get(m[0], given.get(m[0], m[0])), p.element.law)


def tidy(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Edits without what a card brings along where the card itself is told, and without names that nobody wrote.

    Args:
        edits: in any order.
    """
    found = [_plain(e) for e in edits]
    named = {n for e in found for n in e.names}
    for e in found:
        if not (e.names and all(inner_of(n) in named for n in e.names[:1] if "#" in n) and "#" in e.names[0]):
            yield attrs.evolve(e, words=_inner_words(e))


def _plain(e: Edit) -> Edit:
    names, words = e.names, e.words
    for n in names:
        for helper in HELPERS:
            if n.endswith(helper):
                words = words.replace(n, inner_of(n))
    return attrs.evolve(e, names=tuple(inner_of(n) if n.endswith(HELPERS) else n for n in names), words=words)


def _inner_words(e: Edit) -> str:
    words = e.words
    for n in e.names:
        end = next((k for k in INNER if n.endswith(k)), "")
        words = words.replace(n, f"{INNER[end]} {inner_of(n)}") if end else words
    return words
