"""What was read of a netlist, in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...circuits.elements import Opaque
from .deck import Deck


def summary(name: str, deck: Deck) -> Iterator[str]:
    """Lines: elements, what was set aside, how a transient begins; nothing for what is no netlist."""
    if not deck.read:
        return
    kinds = Counter(e.KIND for e in deck.circuit.parts)
    parts = ", ".join(f"{n} x {kind}" for kind, n in kinds.items())
    yield f"read {'standard input' if name == '-' else name}: {parts}; a transient begins from the {deck.start}"
    if deck.dialect.foreign:
        yield f"taken for {deck.dialect.name}: {deck.dialect.why} (--read-as says otherwise)"
    if opaque := deck.circuit.of_type(Opaque):
        named = ", ".join(f"{e.name} ({e.described})" for e in opaque[:12])
        more = f" and {len(opaque) - 12} more" if len(opaque) > 12 else ""
        yield f"opaque, known to ngspice alone: {named}{more}"
    if deck.aside:
        words = ", ".join(f"{c.word} ({c.place.line})" for c in deck.aside[:12])
        more = f" and {len(deck.aside) - 12} more" if len(deck.aside) > 12 else ""
        yield f"set aside (line): {words}{more}"
    if deck.parameters:
        yield f"its parameters, for --set: {', '.join(sorted(deck.parameters))}"
    for note in deck.notes:
        yield f"note: {note}"
