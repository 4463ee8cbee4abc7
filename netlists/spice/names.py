"""Names of our own for all that ngspice runs, and the way back to the circuit's.

No word of a circuit reaches ngspice: a node called `none` would turn saving off, one called `1` would vanish from the
results. Nodes are `n1`, `n2`, ... and elements `R1`, `C1`, ... in the order of the circuit; readable.py gives people
their own words back.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, Opaque

PREFIX = {
    "R": "R", "C": "C", "L": "L", "K": "K", "V": "V", "I": "I", "E": "E", "G": "G", "F": "F", "H": "H", "S": "S",
    "Delay": "E", "B": "B", "Comparator": "B", "OpenCollector": "B", "OpAmp": "E", "MosfetEkv": "B",
    "Varactor": "C", "Diode": "D", "Bjt": "Q", "Jfet": "J",
    "Mosfet": "M", "MosfetBulk": "M", "MosfetMeyer": "M",
}  # fmt: skip
OWN_WORD = re.compile(r"\b[A-Za-z]\d+\b")
"""How a name of ours looks; no number and no word of SPICE that we write does."""


@frozen
class SpiceNames:
    """The circuit's names to those that ngspice is given: nodes, and elements with their type letter."""

    nodes: dict[str, str]
    elements: dict[str, str]

    def stem(self, element: str) -> str:
        """SPICE name of an element without the type letter, which PySpice adds."""
        return self.elements[element][1:]

    def back(self, spice_name: str) -> str | None:
        """The circuit's name of an element that ngspice names, whatever its case; None when it is no element."""
        return self._elements_back.get(spice_name.casefold())

    def spoken(self, words: str) -> str:
        """What ngspice says, in the circuit's names."""
        known = {**self._nodes_back, **self._elements_back}
        return OWN_WORD.sub(lambda word: known.get(word[0].casefold(), word[0]), words)

    @cached_property
    def _elements_back(self) -> dict[str, str]:
        return {theirs.casefold(): ours for ours, theirs in self.elements.items()}

    @cached_property
    def _nodes_back(self) -> dict[str, str]:
        return {theirs: ours for ours, theirs in self.nodes.items()}


def spice_names(circuit: Circuit) -> SpiceNames:
    """Name every node and element for ngspice.

    Args:
        circuit: any circuit; names may hold spaces, Hangul or quotes.
    """
    nodes = {n: f"n{k}" for k, n in enumerate((n for n in circuit.nodes if n != GROUND), 1)}
    count: Counter[str] = Counter()
    elements: dict[str, str] = {}
    for e in circuit.described:
        letter = e.letter.upper() if isinstance(e, Opaque) else PREFIX[type(e).__name__]
        count[letter] += 1
        elements[e.name] = f"{letter}{count[letter]}"
    return SpiceNames({GROUND: "0", **nodes}, elements)
