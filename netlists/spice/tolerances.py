"""Tolerances of ngspice that follow from the circuit: how wrong a step may be, and what charge is none."""

from __future__ import annotations

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, B, C, Diode, G, S, V
from ...circuits.stimuli import extent
from .accuracy import Accuracy

LEAST_VOLT = 1e-2
"""Volts; from switches about zero nobody can tell how far their controls swing."""

LEAST_SATURATION = 1e-28
"""Amperes; without its option epsmin ngspice gives a diode of less so much."""


def reltol(circuit: Circuit, accuracy: Accuracy) -> float:
    """The relative tolerance of an accuracy for a circuit."""
    if not circuit.of_type(S):
        return accuracy.reltol
    return accuracy.reltol_kicked if _is_kicked(circuit) else accuracy.reltol_switched


def chgtol(circuit: Circuit, accuracy: Accuracy) -> float:
    """The charge below which nothing counts, coulombs; 0 without capacitors. A step may be wrong by reltol of it.

    With switches it is that of a volt on the smallest capacitor, or of what voltages there are where all are smaller:
    a neuron on millivolts is followed like one on volts. Where reltol is that of kicks, it is small enough for both.
    """
    smallest = min((c.value for c in circuit.expanded.of_type(C)), default=0.0)
    if not circuit.of_type(S):
        return smallest * accuracy.charge_floor
    return smallest * (1.0 if _is_kicked(circuit) else _volt(circuit))


def epsmin(circuit: Circuit) -> float:
    """The least saturation current of its diodes where ngspice would take more for it, amperes; else 0."""
    least = min((e.i_s for e in circuit.of_type(Diode)), default=1.0)
    return least if least < LEAST_SATURATION else 0.0


def _is_kicked(circuit: Circuit) -> bool:
    """Whether a switched node drives a controlled source: the charge that it gives is as wrong as its pulse is long."""
    switched = {n for e in circuit.of_type(S) for n in (e.plus, e.minus)} - {GROUND}
    held = {e.plus for e in circuit.of_type(V)}
    read = {n for e in (*circuit.of_type(G), *circuit.of_type(B)) for n in e.nodes[2:]}
    own = {n for e in circuit.of_type(B) for n in (e.plus, e.minus)}
    return bool(read & (switched - held - own))


def _volt(circuit: Circuit) -> float:
    """The largest level of a switch or value of a voltage source, volts, where all are below one; else one."""
    levels = [abs(e.v_t) + e.v_h for e in circuit.of_type(S)]
    sources = [max(map(abs, extent(e.stimulus))) for e in circuit.of_type(V)]
    return min(1.0, max([LEAST_VOLT, *levels, *sources]))
