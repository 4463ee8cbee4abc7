"""Probes for the currents that measures speak of."""

from __future__ import annotations

from collections.abc import Iterable

from ...circuits.circuit import Circuit
from ...circuits.elements import CurrentProbe
from ...netlists.reading.measure import Measure


def probed(circuit: Circuit, measures: Iterable[Measure], analysis: str) -> Circuit:
    """A circuit with a probe for each current that measures of an analysis need.

    Args:
        circuit: any.
        measures: of a netlist.
        analysis: "tran", "ac", "dc" or "op".
    """
    atoms = [a for m in measures if m.analysis == analysis for s in m.signals for a in s.atoms if a.kind == "i"]
    wanted = {a.signal: CurrentProbe(a.signal, a.of[0]) for a in atoms}
    taken = {e.name for e in circuit.elements}
    return circuit.add(*(p for name, p in wanted.items() if name not in taken))
