"""Synapses that open a conductance: their current depends on the membrane's voltage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..circuit import Circuit
from ..elements import B, C, I, Probe, V
from ..errors import unknown
from ..stimuli import Pulse
from ..units import Value, parse
from .entry import Entry
from .synapse_parts import WIDTH, bench, positive, stage, unit_peak
from .synapse_targets import EXP2SYN, MILLI, PEAK_AT_ONE, PICO, TWO_DECAYS, TWO_KICKS, milli, on_membrane
from .target import Drive, Match, Target

NANO = 1e-9
REVERSALS = {"excitatory": 0.0, "inhibitory": -80e-3, "shunting": -65e-3}
"""Reversal potentials, volts: AMPA, GABA, and GABA at rest (typical values, e.g. Koch 1999)."""

SPIKES = (5e-3, 10e-3, 15e-3)
"""Pre spikes of the benches of plain conductances, seconds."""
NMDA_SPIKES = (5e-3, 105e-3)
"""Pre spikes of the NMDA bench, without and with a depolarising current; and"""
HOLD = ("80m", 1, "1m")
"""that current's beginning, length and rise, seconds."""
WAVE = Pulse("-60m", "-20m", "20m", "40m", "20m")
"""The pre membrane of the graded bench, volts."""


def conductance_synapse(
    g: Value = "1n", tau: Value = "5m", reversal: Value | str = "excitatory", width: Value = WIDTH
) -> Circuit:
    """A conductance that jumps by g at every spike and decays with tau: I = g s (e - v).

    Args:
        g: siemens a spike.
        tau: seconds.
        reversal: volts, or "excitatory", "inhibitory", "shunting".
        width: of an event, seconds.

    Raises:
        UnknownNameError: another kind of reversal.
    """
    p = positive(g=g, tau=tau, width=width)
    return Circuit("conductance_synapse").add(
        *stage("s", p["tau"], p["width"]),
        B("B_syn", "post", "0", "g*s*(v - e)", {"s": "s", "v": "post"}, {"g": p["g"], "e": _reversal(reversal)}),
    )


def double_exponential_conductance(
    g: Value = "1n", tau_rise: Value = "2m", tau_decay: Value = "6.3m", reversal: Value | str = "excitatory",
    width: Value = WIDTH,
) -> Circuit:  # fmt: skip
    """A conductance g f (e^(-t/tau_decay) - e^(-t/tau_rise)) that peaks at g: NEURON's Exp2Syn, NEST's beta function.

    Args:
        g: siemens at the peak of one spike.
        tau_rise: seconds.
        tau_decay: seconds, longer than tau_rise.
        reversal: volts, or "excitatory", "inhibitory", "shunting".
        width: of an event, seconds.

    Raises:
        UnknownNameError: another kind of reversal.
        DesignError: time constants that are equal or in the wrong order.
    """
    p = positive(g=g, tau_rise=tau_rise, tau_decay=tau_decay, width=width)
    peak = p["g"] * unit_peak(p["tau_rise"], p["tau_decay"])
    inputs = {"s": "s", "q": "q", "v": "post"}
    return Circuit("double_exponential_conductance").add(
        *stage("s", p["tau_decay"], p["width"]),
        *stage("q", p["tau_rise"], p["width"]),
        B("B_syn", "post", "0", "g*(s - q)*(v - e)", inputs, {"g": peak, "e": _reversal(reversal)}),
    )


def _reversal(value: Value | str) -> float:
    if isinstance(value, str) and value[:1].isalpha():
        if value not in REVERSALS:
            raise unknown("reversal", value, REVERSALS)
        return REVERSALS[value]
    return parse(value, "reversal")


def nmda_synapse(
    g: Value = "1n", tau_rise: Value = "2m", tau_decay: Value = "100m", magnesium: Value = 1.0, width: Value = WIDTH
) -> Circuit:
    """A conductance that magnesium blocks until the membrane is depolarised: -g (s - q) v / (1 + c e^(-62 v)/3.57).

    Args:
        g: siemens; scales the difference of the two exponentials.
        tau_rise: seconds.
        tau_decay: seconds.
        magnesium: concentration outside, millimoles a litre (Jahr and Stevens 1990, J Neurosci 10:3178).
        width: of an event, seconds.
    """
    p = positive(g=g, tau_rise=tau_rise, tau_decay=tau_decay, width=width)
    law = "g*(s - q)*v/(1 + c*exp(-62*v)/3.57)"
    return Circuit("nmda_synapse").add(
        *stage("s", p["tau_decay"], p["width"]),
        *stage("q", p["tau_rise"], p["width"]),
        B("B_syn", "post", "0", law, {"s": "s", "q": "q", "v": "post"}, {"g": p["g"], "c": parse(magnesium)}),
    )


def graded_synapse(
    g: Value = "0.1n", v_th: Value = "-35m", delta: Value = "5m", k: Value = 25.0, e: Value = 0.0
) -> Circuit:
    """A synapse without spikes: s follows 1/(1 + e^((v_th - v_pre)/delta)), I = g s (e - v_post).

    Here the port `pre` is the pre membrane itself. ds/dt = (s_inf - s)/tau, tau = (1 - s_inf)/k (Prinz, Bucher and
    Marder 2004, Nat Neurosci 7:1345; NeuroML's gradedSynapse).

    Args:
        g: siemens.
        v_th: half activation, volts.
        delta: steepness, volts.
        k: closing rate, 1/s.
        e: reversal, volts.
    """
    p = positive(g=g, delta=delta, k=k)
    # (s_inf - s) / ((1 - s_inf)/k) with s_inf/(1 - s_inf) = e^x and 1/(1 - s_inf) = 1 + e^x, x = (v - v_th)/delta.
    law = "-c*k*(exp((v - v_th)/delta) - s*(1 + exp((v - v_th)/delta)))"
    values = {"c": 1e-9, "k": p["k"], "v_th": v_th, "delta": p["delta"]}
    return Circuit("graded_synapse", spec={"direct": 1}).add(
        C("C_s", "s", "0", 1e-9),
        B("B_s", "s", "0", law, {"v": "pre", "s": "s"}, values),
        B("B_syn", "post", "0", "g*s*(v - e)", {"s": "s", "v": "post"}, {"g": p["g"], "e": parse(e, "e")}),
    )


def psp_conductance(g: Value = "1n", tau: Value = "5m", reversal: Value | str = "excitatory") -> Circuit:
    """The conductance synapse on a passive membrane at -65 mV, three spikes: each adds less than the one before."""
    made = conductance_synapse(g, tau, reversal)
    return bench("psp_conductance", made, SPIKES, "-65m", [Probe("s", "s", unit="1")])


def psp_double_conductance(
    g: Value = "1n", tau_rise: Value = "2m", tau_decay: Value = "6.3m", reversal: Value | str = "excitatory"
) -> Circuit:
    """The conductance of two exponentials on a passive membrane at -65 mV, three spikes.

    Args:
        g: siemens at the peak of one spike.
        tau_rise: seconds.
        tau_decay: seconds.
        reversal: volts, or "excitatory", "inhibitory", "shunting".
    """
    made = double_exponential_conductance(g, tau_rise, tau_decay, reversal)
    return bench("psp_double_conductance", made, SPIKES, "-65m", [Probe("shape", "s", "q", unit="1")])


def psp_nmda(g: Value = "1n", magnesium: Value = 1.0, depolarise: Value = "0.2n") -> Circuit:
    """The NMDA synapse on a passive membrane; halfway a current depolarises it and the block is lifted.

    Args:
        g: siemens.
        magnesium: mmol/l.
        depolarise: amperes from 100 ms on.
    """
    made = bench(
        "psp_nmda", nmda_synapse(g, magnesium=magnesium), NMDA_SPIKES, "-65m", [Probe("open", "s", "q", unit="1")]
    )
    return made.add(I("I_hold", "0", "mem", Pulse(0, depolarise, *HOLD)))


def psp_graded(g: Value = "0.1n") -> Circuit:
    """The graded synapse: a slow wave of the pre membrane is passed on without a spike.

    Args:
        g: siemens.
    """
    made = bench(
        "psp_graded", graded_synapse(g), (), "-65m", [Probe("pre", "pre"), Probe("s", "s", unit="1", low=0, high=1)]
    )
    return made.without("V_pre").add(V("V_pre", "pre", "0", WAVE))


def _conductance_target(given: Mapping[str, Any]) -> Target:
    values = {
        "w": parse(given["g"]) / NANO,
        "tau": milli(given["tau"], "tau"),
        "E": _reversal(given["reversal"]) / MILLI,
    }
    return on_membrane(
        "Destexhe, Mainen and Sejnowski 1994, J Comput Neurosci 1:195; NEST's iaf_cond_exp", "g*(E - V)",
        (("g", "-g/tau"),), (("g", "g + w"),), SPIKES, values, Match("s", "g/w"), v_rest=-65.0,
    )  # fmt: skip


def _double_conductance_target(given: Mapping[str, Any]) -> Target:
    values = {
        "w": parse(given["g"]) / NANO, "tau_1": milli(given["tau_rise"], "tau_rise"),
        "tau_2": milli(given["tau_decay"], "tau_decay"), "E": _reversal(given["reversal"]) / MILLI,
    }  # fmt: skip
    return on_membrane(
        EXP2SYN, "w*f*(B - A)*(E - V)", TWO_DECAYS, TWO_KICKS, SPIKES, values, Match("shape", "B - A"), v_rest=-65.0,
        definitions=PEAK_AT_ONE,
    )  # fmt: skip


def _nmda_target(given: Mapping[str, Any]) -> Target:
    """As published the block is a function of mV and mmol/l; rise and decay as in `nmda_synapse`."""
    values = {"w": parse(given["g"]) / NANO, "Mg": parse(given["magnesium"]), "tau_1": 2.0, "tau_2": 100.0}
    hold = Drive("I_hold", Pulse(0, given["depolarise"], *HOLD), PICO)
    return on_membrane(
        "Jahr and Stevens 1990, J Neurosci 10:3178, eq. 4a", "I_hold - w*(B - A)*V/(1 + Mg*exp(-0.062*V)/3.57)",
        TWO_DECAYS, TWO_KICKS, NMDA_SPIKES, values, Match("open", "B - A"), v_rest=-65.0, drives=(hold,),
    )  # fmt: skip


def _graded_target(given: Mapping[str, Any]) -> Target:
    values = {"w": parse(given["g"]) / NANO, "V_th": -35.0, "Delta": 5.0, "k": 0.025, "E": 0.0}
    return on_membrane(
        "Prinz, Bucher and Marder 2004, Nat Neurosci 7:1345", "w*s*(E - V)", (("s", "(s_inf - s)/tau_s"),), (), (),
        values, Match("s", "s"), v_rest=-65.0, drives=(Drive("V_pre", WAVE, MILLI),),
        definitions=(("s_inf", "1/(1 + exp((V_th - V_pre)/Delta))"), ("tau_s", "(1 - s_inf)/k")),
    )  # fmt: skip


ENTRIES = (
    Entry("psp_conductance", psp_conductance, "synapse", "a conductance: each spike adds less near the reversal", 60e-3,
          target=_conductance_target),
    Entry("psp_double_conductance", psp_double_conductance, "synapse", "a conductance that rises and decays", 60e-3,
          target=_double_conductance_target),
    Entry("psp_nmda", psp_nmda, "synapse", "NMDA: blocked by magnesium until the membrane is depolarised", 250e-3,
          target=_nmda_target),
    Entry("psp_graded", psp_graded, "synapse", "a graded synapse passes a wave on without spikes", 150e-3,
          target=_graded_target),
)  # fmt: skip
