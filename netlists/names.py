"""Names that SPICE can read, and the way back to ours."""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import frozen

from ..circuits.circuit import Circuit
from ..circuits.elements import GROUND

PREFIX = {
    "R": "R", "C": "C", "L": "L", "V": "V", "I": "I", "E": "E", "G": "G", "F": "F", "H": "H", "S": "S",
    "Delay": "E",    "B": "B", "Comparator": "B", "MosfetEkv": "B", "Diode": "D", "Mosfet": "M",
}  # fmt: skip
_RESERVED = {"time", "temper", "hertz", "gnd", "0", "all", "v", "i", "pi", "e", "boltz", "planck", "true", "false"}


@frozen
class SpiceNames:
    """Our names to SPICE's: nodes, and elements with their type letter."""

    nodes: dict[str, str]
    elements: dict[str, str]

    def stem(self, element: str) -> str:
        """SPICE name of an element without the type letter, which PySpice adds."""
        return self.elements[element][1:]

    def back(self, spice_name: str) -> str | None:
        """Our name of an element that ngspice names, whatever its case; None when it is not one of ours."""
        folded = {theirs.casefold(): ours for ours, theirs in self.elements.items()}
        return folded.get(spice_name.casefold())


def spice_names(circuit: Circuit) -> SpiceNames:
    """Find a safe SPICE name for every node and element.

    Args:
        circuit: any circuit; names may hold spaces, Hangul or quotes.

    Returns:
        Names of lower-case ASCII letters, digits and underscores, unique without regard to case. A name
        that is safe already is kept, so that the netlist reads like the circuit.
    """
    nodes = _unique({n: n for n in circuit.nodes if n != GROUND}, "n", lambda _: "")
    stems = {e.name: _stem(type(e).__name__, e.name) for e in circuit.parts}
    letters = {e.name: PREFIX[type(e).__name__] for e in circuit.parts}
    unique = _unique(stems, "x", letters.__getitem__)
    return SpiceNames({GROUND: "0", **nodes}, {name: letters[name] + stem for name, stem in unique.items()})


def _stem(kind: str, name: str) -> str:
    """What follows the type letter: `1` for R1, `_leak` for a resistor called leak."""
    return name[1:] if name[:1].casefold() == PREFIX[kind].casefold() and len(name) > 1 else f"_{name}"


def _unique(wishes: dict[str, str], fallback: str, letter: Callable[[str], str]) -> dict[str, str]:
    """A safe spelling of every wish, unique behind its type letter."""
    found: dict[str, str] = {}
    taken = set(_RESERVED)
    for index, (name, wish) in enumerate(wishes.items(), 1):
        safe = re.sub(r"[^A-Za-z0-9]+", "_", wish)
        if not wish.isascii() or not safe.strip("_"):
            safe = f"{fallback}{index}"
        candidate, count = safe, 1
        while (letter(name) + candidate).casefold() in taken:
            count += 1
            candidate = f"{safe}_{count}"
        taken.add((letter(name) + candidate).casefold())
        found[name] = candidate
    return found
