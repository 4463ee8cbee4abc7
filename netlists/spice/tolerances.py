"""Tolerances of ngspice that follow from the circuit: how wrong a step may be, and what charge is none."""

from __future__ import annotations

import numpy as np

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, B, C, Diode, E, G, R, S, V
from ...circuits.stimuli import extent
from .accuracy import Accuracy

LEAST_VOLT = 1e-2
"""Volts; from switches about zero nobody can tell how far their controls swing."""

LEAST_SATURATION = 1e-28
"""Amperes; without its option epsmin ngspice gives a diode of less so much."""
AMPLIFIED = 64 * np.finfo(float).eps
"""Volts; how much voltages of some volts, at which amplifiers end, are off by rounding."""


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


def amplified_current(circuit: Circuit) -> float:
    """The current that the last digits of what amplifiers sense make in resistors at their outputs, amperes.

    Behind such a resistor and a capacitor, the pole of many an op-amp, ngspice would ask that current to stand still to
    `abstol`: at a gain of 1e5 into 1 kohm it cut its steps a hundredfold for minutes.
    """
    loads: dict[str, float] = {}
    for r in circuit.of_type(R):
        for node in r.nodes:
            loads[node] = max(loads.get(node, 0.0), 1 / abs(r.value))
    currents = (abs(e.gain) * loads.get(n, 0.0) for e in circuit.of_type(E) for n in (e.plus, e.minus) if n != GROUND)
    return AMPLIFIED * max(currents, default=0.0)


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
