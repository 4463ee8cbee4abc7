"""What was read of a netlist, in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...circuits.elements import Opaque
from ...circuits.units import show
from .deck import Deck
from .steps import OWN, Step

SHOWN = 6
"""Values of a step that are said."""


def summary(name: str, deck: Deck) -> Iterator[str]:
    """Lines: elements, what was set aside, how a transient begins; nothing for what is no netlist."""
    if not deck.read:
        return
    kinds = Counter(e.KIND for e in deck.circuit.described)
    parts = ", ".join(f"{n} x {kind}" for kind, n in kinds.items())
    begins = f"; a transient begins from the {deck.start}" if deck.stop or not deck.analyses else ""
    yield f"read {'standard input' if name == '-' else name}: {parts}{begins}"
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
    if own := sorted(n for n in deck.parameters if not n.startswith(OWN)):
        yield f"its parameters, for --set: {', '.join(own)}"
    for step in deck.asks.steps:
        yield f"it steps {step.name}: {_values(step)} (lapicque sweep runs all)"
    for note in deck.notes:
        yield f"note: {note}"


def _values(step: Step) -> str:
    values = [show(float(f"{v:.6g}")) for v in step.values]
    return (
        ", ".join(values)
        if len(values) <= SHOWN
        else f"{', '.join(values[:3])}, ... {values[-1]}, {len(values)} values"
    )
