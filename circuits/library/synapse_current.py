"""Synapses that inject a current whatever the membrane's voltage: charge, exponential, alpha, two exponentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..circuit import Circuit
from ..elements import C, G, Probe, R
from ..units import Value, parse
from .entry import Entry, Prediction
from .synapse_parts import C_S, FIRST, WIDTH, bench, positive, stage, unit_peak
from .synapse_targets import EXP2SYN, MILLI, PEAK_AT_ONE, TWO_DECAYS, TWO_KICKS, milli, on_membrane, pico
from .target import Match, Target


def charge_synapse(charge: Value = "0.1p", width: Value = WIDTH) -> Circuit:
    """A delta synapse: every spike puts a charge into the membrane at once; negative charges inhibit.

    Args:
        charge: coulombs a spike; the membrane jumps by charge / C.
        width: of an event, seconds.
    """
    w = positive(width=width)["width"]
    return Circuit("charge_synapse").add(G("G_q", "0", "post", "pre", "0", parse(charge, "charge") / w))


def exponential_synapse(weight: Value = "20p", tau: Value = "5m", width: Value = WIDTH) -> Circuit:
    """A current that jumps by `weight` at every spike and decays with `tau`: tau dI/dt = -I + weight tau delta(t).

    Args:
        weight: amperes a spike; negative inhibits.
        tau: seconds.
        width: of an event, seconds.
    """
    p = positive(tau=tau, width=width)
    return Circuit("exponential_synapse").add(
        *stage("s", p["tau"], p["width"]),
        G("G_w", "0", "post", "s", "0", weight),
    )


def alpha_synapse(weight: Value = "20p", tau: Value = "5m", width: Value = WIDTH) -> Circuit:
    """A current weight (t/tau) e^(1 - t/tau): two equal RC stages, one after the other; it peaks at tau.

    Args:
        weight: amperes at the peak; negative inhibits.
        tau: seconds.
        width: of an event, seconds.
    """
    p = positive(tau=tau, width=width)
    return Circuit("alpha_synapse").add(
        *stage("s", p["tau"], p["width"]),
        G("G_a", "0", "a", "s", "0", 2.718281828459045 * C_S / p["tau"]),
        C("C_a", "a", "0", C_S),
        R("R_a", "a", "0", p["tau"] / C_S),
        G("G_w", "0", "post", "a", "0", weight),
    )


def double_exponential_synapse(
    weight: Value = "20p", tau_rise: Value = "2m", tau_decay: Value = "6.3m", width: Value = WIDTH
) -> Circuit:
    """A current weight f (e^(-t/tau_decay) - e^(-t/tau_rise)): two RC nodes and their difference.

    Args:
        weight: amperes at the peak; negative inhibits.
        tau_rise: seconds.
        tau_decay: seconds, longer than tau_rise.
        width: of an event, seconds.

    Raises:
        DesignError: time constants that are equal (that is the alpha synapse) or in the wrong order.
    """
    p = positive(tau_rise=tau_rise, tau_decay=tau_decay, width=width)
    quick, slow = p["tau_rise"], p["tau_decay"]
    scale = unit_peak(quick, slow)
    return Circuit("double_exponential_synapse").add(
        *stage("s", slow, p["width"]),
        *stage("q", quick, p["width"]),
        G("G_w", "0", "post", "s", "q", parse(weight, "weight") * scale),
    )


def psp_charge(charge: Value = "0.1p") -> Circuit:
    """The charge synapse on a passive membrane: a jump that leaks away."""
    return bench("psp_charge", charge_synapse(charge))


def psp_exponential(weight: Value = "20p", tau: Value = "5m") -> Circuit:
    """The exponential synapse on a passive membrane."""
    return bench("psp_exponential", exponential_synapse(weight, tau), probes=[Probe("s", "s", unit="1")])


def psp_alpha(weight: Value = "20p", tau: Value = "5m") -> Circuit:
    """The alpha synapse on a passive membrane."""
    return bench("psp_alpha", alpha_synapse(weight, tau), probes=[Probe("a", "a", unit="1")])


def psp_double_exponential(weight: Value = "20p", tau_rise: Value = "2m", tau_decay: Value = "6.3m") -> Circuit:
    """The synapse of two exponentials on a passive membrane."""
    made = double_exponential_synapse(weight, tau_rise, tau_decay)
    return bench("psp_double_exponential", made, probes=[Probe("shape", "s", "q", unit="1")])


_MIDDLE = str(FIRST + WIDTH / 2)
"""Times count from the middle of the event."""
_SHORT = "an event lasts 20 us instead of being a delta: in second order, (width/tau)^2/24 of each time constant"


def _charge_predictions(circuit: Circuit) -> tuple[Prediction, ...]:
    return (
        Prediction(
            "jump", "peak", ("mem",), f"G_q*{WIDTH}/C1", f"{WIDTH}/(R1*C1)",
            "the membrane leaks during the event", "charge over capacitance",
            (("all of the charge arrives at once", f"v = G_q*{WIDTH}/C1"),),
        ),
    )  # fmt: skip


def _exponential_predictions(circuit: Circuit) -> tuple[Prediction, ...]:
    s, m = "(R_s*C_s)", "(R1*C1)"
    at = f"({m}*{s}/({m} - {s})*log({m}/{s}))"
    small = f"{WIDTH**2}/24*(1/{s} + 1/{m})**2 + 1e-5"
    argument = (
        ("the current decays from the weight", f"i = G_w*exp(-t/{s})"),
        ("charging an RC with it: two exponentials", f"v = G_w*R1*{s}/({m} - {s})*(exp(-t/{m}) - exp(-t/{s}))"),
        ("the slope vanishes", f"t_peak = {at}"),
    )
    source = "two exponentials; e.g. Gerstner et al. 2014, Neuronal Dynamics, chapter 1"
    return (
        Prediction("time to peak", "peak time", ("mem",), at, small + f" + {WIDTH}/{at}/10", _SHORT, source, argument,
                   _MIDDLE),
        Prediction("peak", "peak", ("mem",), f"G_w*R1*({m}/{s})**(-{m}/({m} - {s}))", small, _SHORT, source, argument),
    )  # fmt: skip


def _alpha_predictions(circuit: Circuit) -> tuple[Prediction, ...]:
    small = f"{WIDTH**2}/(R_s*C_s)**2 + 1e-5"
    return (
        Prediction("time to peak of the current", "peak time", ("a",), "R_a*C_a", f"{WIDTH}/(R_s*C_s)/10 + {small}",
                   _SHORT, "Rall 1967, J Neurophysiol 30:1138", (("two equal poles", "a = t/tau*exp(1 - t/tau)"),),
                   _MIDDLE),
        Prediction("peak of the current", "peak", ("a",), "1", small, _SHORT, "Rall 1967, J Neurophysiol 30:1138",
                   (("at t = tau", "a = 1"),)),
    )  # fmt: skip


def _double_predictions(circuit: Circuit) -> tuple[Prediction, ...]:
    s, q = "(R_s*C_s)", "(R_q*C_q)"
    at = f"({s}*{q}/({s} - {q})*log({s}/{q}))"
    shape = f"(exp(-{at}/{s}) - exp(-{at}/{q}))"
    small = f"{WIDTH**2}/{q}**2 + 1e-5"
    argument = (("the slope of the difference vanishes", f"t_peak = {at}"), ("the difference there", f"peak = {shape}"))
    source = "Destexhe, Mainen and Sejnowski 1994; NEURON's Exp2Syn"
    return (
        Prediction("time to peak of the current", "peak time", ("shape",), at, f"{WIDTH}/{at}/10 + {small}", _SHORT,
                   source, argument, _MIDDLE),
        Prediction("peak of the current", "peak", ("shape",), shape, small, _SHORT, source, argument),
    )  # fmt: skip


ROTTER = "Rotter and Diesmann 1999, Biol Cybern 81:381; NEST"


def _charge_target(given: Mapping[str, Any]) -> Target:
    """A delta pulse: the membrane jumps by Q/C."""
    values = {"Q": pico(given["charge"], "charge") / MILLI}  # fC
    return on_membrane(f"{ROTTER}'s iaf_psc_delta", "0", (), (("V", "V + Q/C_m"),), (FIRST,), values)


def _exponential_target(given: Mapping[str, Any]) -> Target:
    values = {"w": pico(given["weight"], "weight"), "tau_syn": milli(given["tau"], "tau")}
    return on_membrane(
        f"{ROTTER}'s iaf_psc_exp", "I", (("I", "-I/tau_syn"),), (("I", "I + w"),), (FIRST,), values, Match("s", "I/w")
    )


def _alpha_target(given: Mapping[str, Any]) -> Target:
    """Two equal poles; a spike lifts the first so that the current peaks at w."""
    values = {"w": pico(given["weight"], "weight"), "tau_syn": milli(given["tau"], "tau")}
    return on_membrane(
        f"{ROTTER}'s iaf_psc_alpha", "I", (("dI", "-dI/tau_syn"), ("I", "dI - I/tau_syn")),
        (("dI", "dI + w*exp(1)/tau_syn"),), (FIRST,), values, Match("a", "I/w"),
    )  # fmt: skip


def _double_target(given: Mapping[str, Any]) -> Target:
    values = {
        "w": pico(given["weight"], "weight"), "tau_1": milli(given["tau_rise"], "tau_rise"),
        "tau_2": milli(given["tau_decay"], "tau_decay"),
    }  # fmt: skip
    return on_membrane(
        EXP2SYN,
        "w*f*(B - A)",
        TWO_DECAYS,
        TWO_KICKS,
        (FIRST,),
        values,
        Match("shape", "B - A"),
        definitions=PEAK_AT_ONE,
    )


ENTRIES = (
    Entry("psp_charge", psp_charge, "synapse", "a delta synapse: the membrane jumps", 80e-3,
          predictions=_charge_predictions, target=_charge_target),
    Entry("psp_exponential", psp_exponential, "synapse", "an exponential current on a membrane", 80e-3,
          predictions=_exponential_predictions, target=_exponential_target),
    Entry("psp_alpha", psp_alpha, "synapse", "an alpha-shaped current on a membrane", 80e-3,
          predictions=_alpha_predictions, target=_alpha_target),
    Entry("psp_double_exponential", psp_double_exponential, "synapse", "rise and decay of their own", 80e-3,
          predictions=_double_predictions, target=_double_target),
)  # fmt: skip
