"""The neurons of a network in numbers, from the derived equations of their circuits: no equation is written here twice.

Below its threshold every neuron of a network is a cascade of two linear equations, synapse and membrane,

    di/dt = -k_s i + c_s + d_s,      dv/dt = -k_m v + g i + c_m + d_m,

with a drive d into one of them. The numbers are read off `derive` of the cell's own circuit, all switches open. Open
switches of the circuit leak; those of the network's description, which knows no switches, do not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from ...circuits.elements import I, S, V
from ...circuits.equations.derive import derive
from ...circuits.networks.cells import VDD, Cell
from ...circuits.networks.compose import Composed
from ...circuits.numeric.numeric import numeric

Array = NDArray[np.float64]

OPEN = 1e30
"""Ohms of an open switch that does not leak: beside any resistor of a cell it is less than a rounding."""


class CellFlow(NamedTuple):
    """Neurons in numbers, SI units; every array has one entry a neuron, in the order of the network's populations.

    Attributes:
        k_s: rate of the synapse, 1/s; 0 where there is none, and
        into_synapse: whether the drive enters there.
        k_m: rate of the membrane, 1/s.
        gain: from synapse to membrane, 1/s.
        c_s: constant drive of the synapse, V/s.
        c_m: constant drive of the membrane, V/s.
        per_charge: volts by which a coulomb lifts what the drive enters.
        v_th: volts; infinite where there are no spikes.
        v_reset: volts.
        v_start: volts.
        k_held: rate of the membrane while it is held at its reset, 1/s, and
        c_held: its constant drive then, V/s; what else drives it drives it then, too, a little off v_reset.
    """

    k_s: Array
    into_synapse: NDArray[np.bool_]
    k_m: Array
    gain: Array
    c_s: Array
    c_m: Array
    per_charge: Array
    v_th: Array
    v_reset: Array
    v_start: Array
    k_held: Array
    c_held: Array


def cell_flow(composed: Composed, leak: bool) -> CellFlow:
    """Read the numbers of all neurons off the equations of their circuits.

    Args:
        composed: the network with its cells.
        leak: open switches leak as those of the circuit do; otherwise they are ideal.
    """
    rows = []
    for p in composed.network.populations:
        cells = composed.cells[p.name]
        rows.append(np.array([_numbers(made, leak) for made in cells.distinct])[cells.which])
    columns = np.ascontiguousarray(np.concatenate(rows).T)
    return CellFlow(*columns)._replace(into_synapse=columns[1].astype(bool))


def _numbers(made: Cell, leak: bool) -> tuple[float, ...]:
    parts = (e if leak or not isinstance(e, S) else evolve(e, r_off=OPEN) for e in made.circuit.elements)
    circuit = evolve(made.circuit, elements=tuple(parts)).add(I("I_probe", "0", "in", 0.0))
    if "vdd" in circuit.nodes:
        circuit = circuit.add(V("V_dd", "vdd", "0", VDD))
    equations = derive(circuit)
    system = numeric(equations)
    mode = system.mode(tuple(False for _ in equations.switches))
    held = system.mode(tuple(s.name == "S_reset" for s in equations.switches))
    at = {s.element: k for k, s in enumerate(equations.states)}
    names = [s.name for s in equations.inputs]
    u = system.initial_inputs
    constant, m = mode.b @ u + mode.c, at["C_mem"]
    s = at.get("C_syn")
    entered = m if s is None else s
    spec = dict(made.circuit.spec)
    return (
        0.0 if s is None else -mode.a[s, s],
        float(s is not None),
        -mode.a[m, m],
        0.0 if s is None else mode.a[m, s],
        0.0 if s is None else constant[s],
        constant[m],
        mode.b[entered, names.index("I_probe")],
        spec.get("v_th", np.inf),
        spec.get("v_reset", 0.0),
        float(system.initial[m]),
        -held.a[m, m],
        (held.b @ u + held.c)[m],
    )
