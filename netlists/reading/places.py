"""Where flat cards come from, and the names that people gave to what is in them."""

from __future__ import annotations

from collections.abc import Sequence

from ...circuits.elements import Element, K
from .meters import meter
from .rewrite import LAW, original
from .source import Card
from .transformers_in import Tight

POLYNOMIAL = "$poly$"
"""In the name of what ngspice makes of a controlled source with more words than one with a gain has."""

METER = "v_"
"""How the name begins of the source that ngspice puts in series with an element whose current a law reads."""
INSIDE_LAW = "#law"
"""How the node ends that stands between a law and the source that it drives."""


class Places:
    """The cards of a deck, by what a flat deck calls them."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self._cards: dict[tuple[str, str], Card] = {}
        self._kinds: dict[tuple[str, str], str] = {}
        self._spelt: dict[str, str] = {}
        self._nodes: dict[str, str] = {"gnd": "0"}
        self._first = cards[0]
        inside: list[str] = []
        for card in cards:
            words = card.text.split()
            word = words[0].lower()
            if word == ".subckt" and len(words) > 1:
                inside.append(words[1].lower())
            elif word == ".ends" and inside:
                inside.pop()
            scope = inside[-1] if inside else ""
            self._cards[scope, word] = card
            if original(word) != word:
                self._spelt.setdefault(original(word), original(words[0]))
            if word[0] == "x":
                plain = [w.lower() for w in words if "=" not in w and w.lower() != "params:"]
                self._kinds[scope, word] = plain[-1]
            if word[0] != ".":
                self._spelt.setdefault(word, words[0])
                self._spelt.setdefault(word.partition("#")[0], words[0].partition("#")[0])
            if word[0] != "." or word == ".subckt":
                for w in words[2 if word[0] == "." else 1 :]:
                    self._nodes.setdefault(w.lower(), w)

    def of(self, flat: str) -> Card:
        """The card that a flat one comes from; `r.x1.rs` is `rs` in the subcircuit of `x1`."""
        path = _path(flat.split()[0].rpartition(POLYNOMIAL)[2])
        scope = ""
        for instance in path[:-1]:
            scope = self._kinds.get((scope, instance), scope)
        return self._cards.get((scope, path[-1]), Card(flat, self._first.place))

    def named(self, element: Element) -> Element:
        """An element with the names of the file; those inside a subcircuit begin with its instance: `X1.R1`."""
        others = element.inductors if isinstance(element, (K, Tight)) else (getattr(element, "sensor", ""),)
        nodes = {n: self.node(n) for n in element.nodes}
        return element.renamed(self._name(element.name), nodes, {n: self._name(n) for n in others if n})

    def node(self, flat: str) -> str:
        """A node as the file spells it; one between the parts of a law is called by the card, as they are."""
        if flat.endswith(INSIDE_LAW) or LAW in flat.partition("#")[2]:  # between the parts of a law
            return self._name(flat)
        *instances, own = flat.split(".")
        return ".".join([*map(self._spelling, instances), self._nodes.get(own, own)])

    def _name(self, flat: str) -> str:
        head, hash_, rest = flat.partition("#")
        return ".".join(self._spelling(p) for p in _path(head)) + hash_ + (self._name(rest) if rest else "")

    def _spelling(self, part: str) -> str:
        if part.startswith(METER + LAW):
            return meter(self._spelling(part.removeprefix(METER)))
        return self._spelt.get(original(part), self._spelt.get(part, part))


def _path(name: str) -> list[str]:
    """Instances from the outermost, and the element: ngspice writes its letter before them."""
    return name.split(".")[1:] if "." in name else [name]
