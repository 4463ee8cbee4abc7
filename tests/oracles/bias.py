"""Devices at many bias points at once: what ngspice's own devices carry, and what our equations say."""

import numpy as np

from lapicque.circuits import Circuit, CurrentProbe, V
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.numeric.numeric import compiled, numeric
from lapicque.netlists import OperatingPoint
from lapicque.netlists.ngspice.worker import simulate_texts
from lapicque.netlists.spice.prepare import Job, prepare

TOGETHER = 100
"""Devices in one netlist."""


def sourced(device, volts, index=0):
    """Elements that hold the terminals of a device at voltages, and measure what flows into each.

    Args:
        device: made for any nodes.
        volts: of each of its nodes.
        index: of the device, for names.
    """
    nodes = {t: f"{t}{index}" for t in volts}
    made = [device.renamed(f"X{index}", nodes, {})]
    for t, v in volts.items():
        made += [V(f"V{t}{index}", nodes[t], "0", v), CurrentProbe(f"i{t}{index}", f"V{t}{index}")]
    return made


def theirs(engine, cases):
    """Currents into the terminals of ngspice's devices, amperes, shape (cases, terminals)."""
    rows = []
    for first in range(0, len(cases), TOGETHER):
        some = cases[first : first + TOGETHER]
        elements = [e for k, (device, volts) in enumerate(some) for e in sourced(device, volts, k)]
        text = prepare(Job(Circuit("many", tuple(elements)), OperatingPoint(), "reference"))
        ((raw, _),) = engine.result(engine.submit(simulate_texts, [text.text]))
        assert not raw.aborted, raw.said
        at = {t: [text.names.elements[f"V{t}{k}"].lower() for k in range(len(some))] for t in some[0][1]}
        rows += [[-float(raw.vectors[f"{at[t][k]}#branch"][0]) for t in at] for k in range(len(some))]
    return np.array(rows)


def ours(cases):
    """The same by the derived equations."""
    rows = []
    for device, volts in cases:
        equations = derive(Circuit("one", tuple(sourced(device, volts))))
        system = numeric(equations)
        currents = compiled(equations, [equations.currents[f"V{t}0"] for t in volts])
        rows.append(-currents(system.initial, system.initial_inputs, np.zeros(0)))
    return np.array(rows)
