"""LIF neuron, grade `comparator`: smooth comparator and monostable; all of it one smooth ODE."""

from __future__ import annotations

import math

from ..circuit import Circuit
from ..elements import B, C, Comparator, E, Probe, R, SpikeProbe, V
from ..errors import DesignError
from ..roles import NEURON
from ..units import Value, parse, show
from .lif_parts import LifValues, lif_values, standard_resistor

SHORTEST = 20.0
"""Shortest hold of the monostable, in time constants of the discharge: t_ref = 0 means this."""


def lif_comparator(
    preset: str = "breadboard",
    v_s: Value = "1m",
    delay: Value | None = None,
    feedback: Value = 0.1,
    **values: object,
) -> Circuit:
    """A comparator with positive feedback starts a monostable, which discharges the membrane.

    The feedback lowers the threshold by `feedback * vdd` while the comparator is high, so that it decides
    once; without it a slow input would rest half-way for ever.

    Args:
        preset: "breadboard" or "chip".
        v_s: input swing over which the comparator decides, volts.
        delay: time constant of its output, seconds; a ten-thousandth of the membrane's unless given.
        feedback: part of the output fed back to the threshold.
        **values: r, c, v_th, v_reset, v_rest, t_ref, vdd, r_on, r_off, c_latch, c_ref, margin, current.

    Raises:
        DesignError: values with which the neuron would stick.
    """
    v = lif_values(preset, values)
    beta, swing = parse(feedback, "feedback"), parse(v_s, "v_s")
    tau_y = parse(delay, "delay") if delay is not None else 1e-4 * v.r * v.c
    if not v.v_open < v.v_th - beta * v.vdd:
        raise DesignError(
            f"feedback {beta} times vdd lowers the threshold to {show(v.v_th - beta * v.vdd, 'V')}, which is not above "
            f"the reset level {show(v.v_open, 'V')}: the comparator would never let go; take less feedback."
        )
    r_ref, v_low = _monostable(v)
    parts = (
        *v.supply(),
        V("V_dd", "vdd", "0", v.vdd),
        V("V_th", "level", "0", v.v_th),
        E("E_fb", "level", "th", "y", "0", beta),
        Comparator("cmp", "mem", "th", "y", 0.0, v.vdd, swing, tau_y / v.c_latch),
        C("C_y", "y", "0", v.c_latch),
        B(
            "B_charge", "vdd", "ref", "g*(vdd - ref)*(1 + tanh((y + ref/2 - v_m)/v_w))/2",
            {"vdd": "vdd", "ref": "ref", "y": "y"}, {"g": 1 / v.r_on, "v_m": 0.75 * v.vdd, "v_w": v.vdd / 50},
        ),
        C("C_ref", "ref", "0", v.c_ref),
        R("R_ref", "ref", "0", r_ref),
        B(
            "B_reset", "mem", v.rail, "g*(mem - rail)*(1 + tanh((ref - v_low)/v_w))/2",
            {"mem": "mem", "rail": v.rail, "ref": "ref"}, {"g": 1 / v.r_on, "v_low": v_low, "v_w": v_low / 400},
        ),
        Probe("mem", "mem"),
        SpikeProbe("spike", "y", "0", v.vdd / 2),
    )  # fmt: skip
    return Circuit("lif_comparator", parts, v.spec(), {**NEURON, "set": "cmp", "reset": "B_reset", "refractory": "ref"})


def _monostable(v: LifValues) -> tuple[float, float]:
    """R_ref of the E24 series and the level at which the hold ends."""
    hold = max(v.t_ref, SHORTEST * v.r_on * v.c)
    r_ref = standard_resistor(hold / v.c_ref)
    return r_ref, v.vdd * math.exp(-hold / (r_ref * v.c_ref))
