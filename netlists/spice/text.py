"""The netlist of a circuit in one call."""

from __future__ import annotations

from ...circuits.circuit import Circuit
from .accuracy import Accuracy
from .analyses import Analysis
from .prepare import Job, prepare


def netlist_text(circuit: Circuit, analysis: Analysis, accuracy: str | Accuracy = "standard") -> str:
    """Write the SPICE text that the engine would run, with the circuit's own names (readable.py).

    Args:
        circuit: any circuit.
        analysis: what ngspice shall do.
        accuracy: a name or an accuracy of one's own.

    Returns:
        Text that also runs unchanged with `ngspice -b -r FILE`.
    """
    return prepare(Job(circuit, analysis, accuracy)).readable
