"""Exponential integrate-and-fire neurons: without and with adaptation (AdEx)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

from attrs import frozen

from ..circuit import Circuit
from ..element import Element
from ..elements import B, C, G, I, Probe, R, V
from ..errors import DesignError
from ..roles import NEURON
from ..stimuli import Pulse, Stimulus, stimulus
from ..units import Value, parse, show
from .entry import Entry
from .reset_parts import QUICK, Reset, refractory, reset_length, spike_probes, switch_reset
from .synapse_parts import positive
from .target import Drive, Event, Match, Quantity, Target

LARGEST_EXPONENT = 15.0
"""Where the spike current levels off.

The published spike takes e^-x of a membrane time constant for each delta_t at x = (v - v_t)/delta_t, this one
e^-x + e^-15: a spike is (v_peak - v_t)/delta_t e^-15 time constants late, 72 ns with v_peak at 0 V.
"""


def exponential_if(
    c: Value = "600p", r: Value = "20Meg", v_rest: Value = "-65m", v_t: Value = "-55m", delta_t: Value = "2m",
    v_peak: Value = "-40m", v_reset: Value = "-60m", t_ref: Value = 0.0, current: Stimulus | Value | None = None,
    quick: Value = QUICK,
) -> Circuit:  # fmt: skip
    """Exponential integrate-and-fire: a leak, and an element whose current grows exponentially.

    C dv/dt = (v_rest - v)/R + (delta_t/R) exp((v - v_t)/delta_t) + I (Fourcaud-Trocme et al. 2003, J Neurosci
    23:11628). The element is a diode with n U_T = delta_t and a series resistance: its current levels off at
    exp(15), where the published one has less than a millionth of a time constant to go to any voltage. A spike is the
    crossing of v_peak. With v_rest above v_t the neuron fires by itself.

    Args:
        c: membrane capacitance, farads.
        r: leak, ohms.
        v_rest: volts; the membrane starts there, or at v_reset where it would fire by itself.
        v_t: volts at which the slope of the current's curve vanishes.
        delta_t: sharpness of the spike's upstroke, volts.
        v_peak: where a spike is seen and reset, up to 0 V and beyond.
        v_reset: where it is reset to.
        t_ref: refractory period: the membrane is held at v_reset, seconds.
        current: injected; a step of 0.8 nA from 5 ms on unless given.
        quick: length of the reset, in time constants of the membrane.

    Raises:
        DesignError: a reset or a threshold not below the peak, or a refractory period as short as the reset.
    """
    source = Pulse(0, "0.8n", "5m", 1, "10u") if current is None else current
    cell = _cell(c, r, v_rest, v_t, delta_t, v_peak, v_reset, t_ref, quick)
    return Circuit("exponential_if", (*cell.elements(cell.reset, source), *spike_probes()), roles=NEURON)


def adex(
    c: Value = "281p", r: Value = 1 / 30e-9, v_rest: Value = "-70.6m", v_t: Value = "-50.4m", delta_t: Value = "2m",
    v_peak: Value = "-40m", v_reset: Value = "-70.6m", t_ref: Value = 0.0, a: Value = "4n", tau_w: Value = "144m",
    b: Value = "80.5p", current: Stimulus | Value | None = None, quick: Value = QUICK,
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
        t_ref: refractory period, seconds; the membrane is held, the adaptation goes on.
        a: adaptation below threshold, siemens.
        tau_w: time constant of the adaptation, seconds.
        b: step of the adaptation current at a spike, amperes.
        current: injected; a step of 1 nA from 5 ms on unless given.
        quick: length of the reset, in time constants of the membrane.

    Raises:
        DesignError: a reset or a threshold not below the peak, or a refractory period as short as the reset.
    """
    source = Pulse(0, "1n", "5m", 1, "10u") if current is None else current
    cell = _cell(c, r, v_rest, v_t, delta_t, v_peak, v_reset, t_ref, quick)
    reset = cell.reset
    g_w, c_w = 1e-9, 1e-12  # 1 V at node w is 1 nA of adaptation current
    tau = positive(tau_w=tau_w)["tau_w"]
    adaptation = (
        C("C_w", "w", "0", c_w),
        R("R_w", "w", "0", tau / c_w),
        G("G_a", "0", "w", "mem", "rest", parse(a, "a") / g_w * c_w / tau),
        reset.kick("G_b", "w", parse(b, "b") / g_w * c_w),
        G("G_w", "mem", "0", "w", "0", g_w),
    )
    probes = (*spike_probes(), Probe("w", "w", unit="nA"))
    return Circuit("adex", (*cell.elements(reset, source), *adaptation, *probes), roles=NEURON)


@frozen
class _Cell:
    """The exponential neuron in numbers."""

    c: float
    r: float
    v_rest: float
    v_t: float
    delta_t: float
    v_peak: float
    v_reset: float
    t_ref: float
    quick: Value

    @property
    def v_start(self) -> float:
        """Rest; where there is none below the threshold, the reset."""
        return self.v_rest if self.v_rest < self.v_t else min(self.v_reset, self.v_t)

    @property
    def reset(self) -> Reset:
        """Begins early by what the upstroke still has to go: tau exp(-y) at an exponent y, so far as that is little."""
        tau, top = self.r * self.c, (self.v_peak - self.v_t) / self.delta_t
        largest = self.delta_t / self.r / (math.exp(-top) + math.exp(-LARGEST_EXPONENT))

        def early(length: float) -> float:
            return self.delta_t * min(1.0, math.log1p(length / tau * math.exp(min(top, 2 * LARGEST_EXPONENT))))

        return switch_reset(self.c, self.r, self.v_peak, self.v_reset, largest, early, self.quick)

    def elements(self, reset: Reset, source: Stimulus | Value) -> tuple[Element, ...]:
        """Membrane, leak, the exponential element, reset and refractory period."""
        law = "-g*s/(exp(-(v - v_t)/s) + exp(-x))"
        values = {"g": 1 / self.r, "v_t": self.v_t, "s": self.delta_t, "x": LARGEST_EXPONENT}
        return (
            I("I1", "0", "mem", source),
            C("C1", "mem", "0", self.c, self.v_start),
            R("R1", "mem", "rest", self.r),
            V("V_rest", "rest", "0", self.v_rest),
            B("B_exp", "mem", "0", law, {"v": "mem"}, values),
            *reset.elements,
            *refractory(reset, self.v_reset, self.t_ref),
        )


def _cell(
    c: Value, r: Value, v_rest: Value, v_t: Value, delta_t: Value, v_peak: Value, v_reset: Value, t_ref: Value,
    quick: Value,
) -> _Cell:  # fmt: skip
    size, hold = positive(c=c, r=r), parse(t_ref, "t_ref")
    rest, threshold, sharp = parse(v_rest, "v_rest"), parse(v_t, "v_t"), parse(delta_t, "delta_t")
    peak, low = parse(v_peak, "v_peak"), parse(v_reset, "v_reset")
    if not sharp > 0:
        raise DesignError(f"delta_t is {delta_t}: it must be greater than zero; 0 would be the plain LIF neuron.")
    if not max(low, rest, threshold) < peak:
        raise DesignError(f"v_reset {v_reset}, v_rest {v_rest} and v_t {v_t} must lie below v_peak {v_peak}.")
    if hold < 0:
        raise DesignError(f"t_ref is {show(hold, 's')}: a refractory period cannot be negative; 0 means none.")
    return _Cell(size["c"], size["r"], rest, threshold, sharp, peak, low, hold, quick)


_CURRENT = "(-g_L*(V - E_L) + g_L*Delta_T*exp((V - V_T)/Delta_T){w} + I)/C"


def _target(given: Mapping[str, Any], adapts: bool) -> Target:
    """Brette and Gerstner's units: mV, ms, pF, nS, pA."""
    p = _cell(*(given[k] for k in ("c", "r", "v_rest", "v_t", "delta_t", "v_peak", "v_reset", "t_ref", "quick")))
    values = [
        ("C", p.c / 1e-12, "pF"), ("g_L", 1 / p.r / 1e-9, "nS"), ("E_L", p.v_rest / 1e-3, "mV"),
        ("V_T", p.v_t / 1e-3, "mV"), ("Delta_T", p.delta_t / 1e-3, "mV"), ("V_peak", p.v_peak / 1e-3, "mV"),
        ("V_r", p.v_reset / 1e-3, "mV"), ("t_ref", p.t_ref / 1e-3, "ms"), ("V_0", p.v_start / 1e-3, "mV"),
    ]  # fmt: skip
    if adapts:
        values += [
            ("a", parse(given["a"]) / 1e-9, "nS"), ("tau_w", parse(given["tau_w"]) / 1e-3, "ms"),
            ("b", parse(given["b"]) / 1e-12, "pA"),
        ]  # fmt: skip
    default = Pulse(0, "1n" if adapts else "0.8n", "5m", 1, "10u")
    source = stimulus(default if given["current"] is None else given["current"])
    return Target(
        "Brette and Gerstner 2005, J Neurophysiol 94:3637, eqs. 2 and 3" if adapts
        else "Fourcaud-Trocme et al. 2003, J Neurosci 23:11628, eqs. 4 and 5",
        time=1e-3,
        equations=(
            ("V", _CURRENT.format(w=" - w" if adapts else "")),
            *((("w", "(a*(V - E_L) - w)/tau_w"),) if adapts else ()),
        ),
        start=(("V", "V_0"), *((("w", "0"),) if adapts else ())),
        quantities=tuple(Quantity(*v) for v in values),
        drives=(Drive("I", source, 1e-12, "pA"),),
        events=(
            Event("V - V_peak", (("V", "V_r"), *((("w", "w + b"),) if adapts else ())), "t_ref", ("V",)),
        ),
        matches=(Match("mem", "V", 1e-3), *((Match("w", "w", 1e-3),) if adapts else ())),
        spike="spike",
        suspects=(reset_length(given["quick"]),),
    )  # fmt: skip


ENTRIES = (
    Entry(
        "exponential_if", exponential_if, "neuron", "a diode-like element makes the spike's upstroke", 80e-3,
        currents=(0.3e-9, 0.45e-9, 0.5e-9, 0.6e-9, 0.8e-9, 1e-9, 1.5e-9), target=partial(_target, adapts=False),
    ),
    Entry(
        "adex", adex, "neuron", "every spike raises a current that holds the next one back", 200e-3,
        currents=(0.5e-9, 0.7e-9, 0.9e-9, 1.2e-9, 1.6e-9, 2e-9), target=partial(_target, adapts=True),
    ),
)  # fmt: skip
