"""LIF neuron, grade `latch`: set and clear switches around a small latch capacitor; the reference."""

from __future__ import annotations

from ..circuit import Circuit
from ..elements import C, Probe, S, SpikeProbe, V
from ..roles import NEURON
from .lif_parts import lif_values, refractory


def lif_latch(preset: str = "breadboard", **values: object) -> Circuit:
    """A latch remembers the spike while the membrane is discharged.

    S_set charges the latch when the membrane reaches v_th; the latch closes S_reset; S_clear empties the
    latch when the membrane has come down to just above v_reset.

    Args:
        preset: "breadboard" or "chip".
        **values: r, c, v_th, v_reset, v_rest, t_ref, vdd, r_on, r_off, c_latch, c_ref, margin, current.

    Raises:
        DesignError: values with which the neuron would stick.
    """
    v = lif_values(preset, values)
    half = 0.25 * v.margin * v.swing
    middle, wide = v.vdd / 2, v.vdd / 10
    parts = (
        *v.supply(),
        V("V_dd", "vdd", "0", v.vdd),
        S("S_set", "vdd", "latch", "mem", "0", v.v_th - half, half, v.r_on, v.r_off),
        S("S_clear", "latch", "0", "0", "mem", -v.v_open - half, half, v.r_on, v.r_off, closed=True),
        C("C_latch", "latch", "0", v.c_latch),
        S("S_reset", "mem", v.rail, "latch", "0", middle, wide, v.r_on, v.r_off),
        *refractory(v, "latch", middle, wide),
        Probe("mem", "mem"),
        SpikeProbe("spike", "latch", "0", middle),
    )
    return Circuit("lif_latch", parts, v.spec(), {**NEURON, "set": "S_set", "reset": "S_reset", "clear": "S_clear"})
