"""Exponential integrate-and-fire neurons: without and with adaptation (AdEx)."""

from __future__ import annotations

import math

from ..circuit import Circuit
from ..element import Element
from ..elements import B, C, G, I, Probe, R, V
from ..errors import DesignError
from ..stimuli import Pulse, Stimulus
from ..units import Value, parse
from .entry import Entry
from .reset_parts import Reset, spike_probes, switch_reset

LARGEST_EXPONENT = 40.0
"""e^40: beyond it the spike current would be larger than any switch can take."""


def exponential_if(
    c: Value = "600p", r: Value = "20Meg", v_rest: Value = "-65m", v_t: Value = "-55m", delta_t: Value = "2m",
    v_peak: Value = "-40m", v_reset: Value = "-60m", current: Stimulus | Value | None = None,
) -> Circuit:  # fmt: skip
    """Exponential integrate-and-fire: a leak, and an element whose current grows exponentially.

    C dv/dt = (v_rest - v)/R + (delta_t/R) exp((v - v_t)/delta_t) + I (Fourcaud-Trocme et al. 2003, J Neurosci
    23:11628). The element is a diode with n U_T = delta_t. A spike is the crossing of v_peak.

    Args:
        c: membrane capacitance, farads.
        r: leak, ohms.
        v_rest: volts; the membrane starts there.
        v_t: volts at which the slope of the current's curve vanishes.
        delta_t: sharpness of the spike's upstroke, volts.
        v_peak: where a spike is seen and reset.
        v_reset: where it is reset to.
        current: injected; a step of 0.8 nA from 5 ms on unless given.

    Raises:
        DesignError: an exponent that overflows before the reset, or a threshold out of order.
    """
    source = Pulse(0, "0.8n", "5m", 1, "10u") if current is None else current
    return Circuit("exponential_if", (*_body(c, r, v_rest, v_t, delta_t, v_peak, v_reset, source), *spike_probes()))


def adex(
    c: Value = "281p", r: Value = 1 / 30e-9, v_rest: Value = "-70.6m", v_t: Value = "-50.4m", delta_t: Value = "2m",
    v_peak: Value = "-40m", v_reset: Value = "-70.6m", a: Value = "4n", tau_w: Value = "144m", b: Value = "80.5p",
    current: Stimulus | Value | None = None,
) -> Circuit:  # fmt: skip
    """Adaptive exponential integrate-and-fire (AdEx): every spike raises a current that holds the next one back.

    C dv/dt as `exponential_if` - w;  tau_w dw/dt = a (v - v_rest) - w;  w += b at every spike (Brette and Gerstner
    2005, J Neurophysiol 94:3637). The adaptation current w is g_w times the voltage of an RC node.

    Args:
        c: farads.
        r: leak, ohms.
        v_rest: volts.
        v_t: volts.
        delta_t: volts.
        v_peak: where a spike is seen and reset.
        v_reset: where it is reset to.
        a: adaptation below threshold, siemens.
        tau_w: time constant of the adaptation, seconds.
        b: step of the adaptation current at a spike, amperes.
        current: injected; a step of 1 nA from 5 ms on unless given.

    Raises:
        DesignError: an exponent that overflows before the reset, or a threshold out of order.
    """
    source = Pulse(0, "1n", "5m", 1, "10u") if current is None else current
    body = _body(c, r, v_rest, v_t, delta_t, v_peak, v_reset, source)
    reset = _reset(c, r, v_rest, v_t, delta_t, v_peak, v_reset)
    g_w, c_w = 1e-9, 1e-12  # 1 V at node w is 1 nA of adaptation current
    tau = parse(tau_w, "tau_w")
    adaptation = (
        C("C_w", "w", "0", c_w),
        R("R_w", "w", "0", tau / c_w),
        G("G_a", "0", "w", "mem", "rest", parse(a, "a") / g_w * c_w / tau),
        reset.kick("G_b", "w", parse(b, "b") / g_w * c_w),
        G("G_w", "mem", "0", "w", "0", g_w),
    )
    return Circuit("adex", (*body, *adaptation, *spike_probes(), Probe("w", "w", unit="nA")))


def _body(
    c: Value, r: Value, v_rest: Value, v_t: Value, delta_t: Value, v_peak: Value, v_reset: Value,
    source: Stimulus | Value,
) -> tuple[Element, ...]:  # fmt: skip
    rest, leak = parse(v_rest, "v_rest"), parse(r, "r")
    values = {"g": 1 / leak, "v_t": v_t, "s": delta_t}
    reset = _reset(c, r, v_rest, v_t, delta_t, v_peak, v_reset)
    return (
        I("I1", "0", "mem", source),
        C("C1", "mem", "0", c, rest),
        R("R1", "mem", "rest", leak),
        V("V_rest", "rest", "0", rest),
        B("B_exp", "mem", "0", "-g*s*exp((v - v_t)/s)", {"v": "mem"}, values),
        *reset.elements,
    )


def _reset(
    c: Value, r: Value, v_rest: Value, v_t: Value, delta_t: Value, v_peak: Value, v_reset: Value
) -> Reset:  # fmt: skip
    peak, threshold, sharp, leak = parse(v_peak), parse(v_t), parse(delta_t, "delta_t"), parse(r, "r")
    if not sharp > 0:
        raise DesignError(f"delta_t is {delta_t}: it must be greater than zero; 0 would be the plain LIF neuron.")
    if not parse(v_reset) < threshold < peak or not parse(v_rest) < threshold:
        raise DesignError(f"v_reset {v_reset} and v_rest {v_rest} must lie below v_t {v_t}, v_t below v_peak {v_peak}.")
    exponent = (peak - threshold) / sharp
    if exponent > LARGEST_EXPONENT:
        raise DesignError(
            f"at v_peak {v_peak} the exponent is {exponent:.3g}: the spike current overflows before the reset; "
            f"take v_peak below {threshold + LARGEST_EXPONENT * sharp:.4g} V."
        )
    return switch_reset(parse(c), leak, peak, parse(v_reset), sharp / leak * math.exp(exponent))


ENTRIES = (
    Entry(
        "exponential_if", exponential_if, "neuron", "a diode-like element makes the spike's upstroke", 80e-3,
        currents=(0.3e-9, 0.45e-9, 0.5e-9, 0.6e-9, 0.8e-9, 1e-9, 1.5e-9),
    ),
    Entry(
        "adex", adex, "neuron", "every spike raises a current that holds the next one back", 200e-3,
        currents=(0.5e-9, 0.7e-9, 0.9e-9, 1.2e-9, 1.6e-9, 2e-9),
    ),
)  # fmt: skip
