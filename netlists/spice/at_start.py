"""Node voltages at time 0, as far as sources and charged capacitors alone say them."""

from __future__ import annotations

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, C, V
from ...circuits.gate_charges import plainness
from ...circuits.graph import Groups


def known_at_start(circuit: Circuit) -> dict[str, float]:
    """Voltages of the nodes that a path of voltage sources and capacitors joins to ground, volts.

    The paths are those of the normal tree, from which the equations start: where junctions close a loop with charged
    capacitors they start as the rest of the loop says, whatever their own `ic`.

    Args:
        circuit: a checked circuit. Nodes inside its devices are among them.
    """
    circuit = circuit.expanded
    known = {GROUND: 0.0}
    across = [(v.plus, v.minus, v.stimulus.breakpoints()[1][0]) for v in circuit.of_type(V)]
    plain_first = sorted(circuit.of_type(C), key=plainness)  # as in the normal tree
    across += [(c.plus, c.minus, c.ic) for c in plain_first]
    groups = Groups(circuit.nodes)
    beside: dict[str, list[tuple[str, float]]] = {}
    for plus, minus, volts in across:
        if groups.join(plus, minus):
            beside.setdefault(minus, []).append((plus, volts))
            beside.setdefault(plus, []).append((minus, -volts))
    ahead = [GROUND]
    while ahead:  # each branch of the tree once
        here = ahead.pop()
        for there, volts in beside.get(here, ()):
            if there not in known:
                known[there] = known[here] + volts
                ahead.append(there)
    return known
