"""LIF neuron, grade `switch`: one hysteresis switch straight on the membrane, the smallest circuit."""

from __future__ import annotations

from ..circuit import Circuit
from ..elements import C, Probe, R, S, SpikeProbe, V
from ..roles import NEURON
from .lif_parts import lif_values, refractory

PULL_DOWN = 10.0
"""Pull-down resistor of the output over r_on of its switch."""


def lif_switch(preset: str = "breadboard", **values: object) -> Circuit:
    """The hysteresis of the reset switch is the neuron's memory.

    The switch S_reset closes at v_th, discharges the membrane, and opens just above v_reset. Its twin S_spike, with the
    same control, lifts the output `spike` meanwhile: the membrane alone does not tell a discharge from a slow decay.

    Args:
        preset: "breadboard" or "chip".
        **values: r, c, v_th, v_reset, v_rest, t_ref, vdd, r_on, r_off, c_ref, margin, current.

    Raises:
        DesignError: values with which the neuron would stick.
    """
    v = lif_values(preset, values)
    v_t, v_h = (v.v_th + v.v_open) / 2, (v.v_th - v.v_open) / 2
    hold = refractory(v, "mem", v_t, v_h)
    parts = (
        *v.supply(),
        V("V_dd", "vdd", "0", v.vdd),
        S("S_reset", "mem", v.rail, "mem", "0", v_t, v_h, v.r_on, v.r_off),
        *hold,
        S("S_spike", "vdd", "spike", "mem", "0", v_t, v_h, v.r_on, v.r_off),
        R("R_spike", "spike", "0", PULL_DOWN * v.r_on),
        C("C_spike", "spike", "0", v.c_latch),
        Probe("mem", "mem"),
        SpikeProbe("spike", "spike", "0", v.vdd / 2),
    )
    return Circuit("lif_switch", parts, v.spec(), {**NEURON, "reset": "S_reset"})
