"""Adaptive-threshold LIF: every spike lifts the threshold, which sinks back with two time constants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..circuit import Circuit
from ..elements import C, E, I, Probe, R, V
from ..errors import DesignError
from ..roles import NEURON
from ..stimuli import Stimulus
from ..units import Value, parse, show
from .entry import Entry
from .mat2 import RAISED, REACHED, moving_threshold
from .reset_parts import comparator_reset, spike_probes
from .target import Event, Target


def adaptive_threshold(
    c: Value = "100p", r: Value = "50Meg", v_th: Value = "15m", v_reset: Value = 0.0, alpha_1: Value = "5m",
    tau_1: Value = "10m", alpha_2: Value = "2m", tau_2: Value = "200m", current: Stimulus | Value = "0.5n",
) -> Circuit:  # fmt: skip
    """A leaky integrator whose comparator moves: threshold v_th + a_1 + a_2, voltages against rest.

    C dv/dt = I - v/R; tau_k da_k/dt = -a_k, a_k += alpha_k at every spike (two time constants as in the MAT model of
    Kobayashi, Tsubo and Shinomoto 2009, Front Comput Neurosci 3:9, which does not reset the membrane; this one does).
    A spike is where the membrane reaches the threshold.

    Args:
        c: farads.
        r: ohms.
        v_th: threshold at rest, volts above rest.
        v_reset: volts.
        alpha_1: quick step of the threshold at a spike, volts.
        tau_1: its time constant, seconds.
        alpha_2: slow step, volts.
        tau_2: its time constant.
        current: injected, amperes.

    Raises:
        DesignError: a threshold not above the reset, or steps that are negative.
    """
    base, low, leak, cap = parse(v_th, "v_th"), parse(v_reset, "v_reset"), parse(r, "r"), parse(c, "c")
    if not low < base:
        raise DesignError(f"v_th {show(base, 'V')} must be above v_reset {show(low, 'V')}, or no spike is reset.")
    for name, step in (("alpha_1", alpha_1), ("alpha_2", alpha_2)):
        if parse(step) < 0:
            raise DesignError(f"{name} is {step}: a spike must not lower the threshold; 0 means no adaptation.")
    supply = 4 * (base - low)
    reset = comparator_reset(cap, leak, "th", base - low, low, supply)
    c_a = 1e-9
    parts = (
        I("I1", "0", "mem", current),
        C("C1", "mem", "0", cap),
        R("R1", "mem", "0", leak),
        V("V_th", "base", "0", base),
        E("E_1", "x", "base", "a1", "0", 1.0),
        E("E_2", "th", "x", "a2", "0", 1.0),
        C("C_a1", "a1", "0", c_a),
        R("R_a1", "a1", "0", parse(tau_1, "tau_1") / c_a),
        C("C_a2", "a2", "0", c_a),
        R("R_a2", "a2", "0", parse(tau_2, "tau_2") / c_a),
        *reset.elements,
        reset.kick("G_1", "a1", parse(alpha_1) * c_a),
        reset.kick("G_2", "a2", parse(alpha_2) * c_a),
        *spike_probes(supply),
        Probe("threshold", "th"),
    )
    return Circuit("adaptive_threshold", parts, roles=NEURON)


def _target(given: Mapping[str, Any]) -> Target:
    own = {"v_th": ("omega", 1e-3, "mV"), "v_reset": ("V_r", 1e-3, "mV")}
    return moving_threshold(given, Event(REACHED, (("V", "V_r"), *RAISED)), own, ", with the membrane reset")


ENTRY = Entry(
    "adaptive_threshold", adaptive_threshold, "neuron", "a comparator that moves away from every spike", 200e-3,
    currents=(0.25e-9, 0.32e-9, 0.5e-9, 0.8e-9, 1.2e-9), target=_target,
)  # fmt: skip
