"""Ideal op-amps, as `netlists/spice/cards.py` writes them: two sources around a node that nobody else sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...circuits.elements import GROUND, E, Element, OpAmp


def with_ideal_op_amps(elements: Sequence[Element]) -> tuple[Element, ...]:
    """The elements, each such pair of sources as the op-amp that it is.

    Args:
        elements: of a whole circuit, in order.
    """
    sources = [e for e in elements if isinstance(e, E) and e.gain == 1]
    used = Counter(n for e in elements for n in dict.fromkeys(e.nodes)) if sources else Counter()
    differences = {e.plus: e for e in sources if e.minus == GROUND and e.plus != GROUND and used[e.plus] == 2}
    found: dict[str, OpAmp] = {}
    for e in sources:
        inputs = differences.get(e.minus)
        if inputs is not None and (e.c_plus, e.c_minus) == (e.plus, GROUND) and e.plus != GROUND:
            found[e.name] = OpAmp(e.name, inputs.c_plus, inputs.c_minus, e.plus)
            found[inputs.name] = found[e.name]
    kept = (found.get(e.name, e) for e in elements)
    return tuple(dict.fromkeys(kept)) if found else tuple(elements)
