"""MAT2: a membrane that is never reset, and a threshold that every spike lifts, with two time constants."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..circuit import Circuit
from ..elements import C, E, I, Probe, R, S, V
from ..errors import DesignError
from ..roles import NEURON
from ..stimuli import Stimulus, stimulus
from ..units import Value, parse, show
from .entry import Entry
from .lif_parts import largest
from .reset_parts import HELD, comparator_event, refractory_timer, spike_probes
from .synapse_parts import positive
from .target import Drive, Event, Match, Quantity, Target

SHORT = 5e-4
"""Length of the one-shot, of a time constant of the membrane or the refractory period."""
SEEN = 0.1
"""From the crossing of the threshold to the middle of the kicks, in lengths of the one-shot: 0.92/14 and 1/28."""
PULSE = 1.42
"""From the crossing to the end of the one-shot, when the refractory capacitor begins to decay, and the lift's fall."""
SUPPLY = 1.0
"""Volts of the one-shot and of the refractory capacitor."""
R_LIFT, LIFT = 1e4, 10.0
"""The comparator's lift: ohms that pull it up and down, and how much quicker than the one-shot it falls."""
OPENS = 0.05
"""Half the hysteresis of the comparator, of the lift: only the lift has to open it."""
C_TRACE = 1e-9
"""Farads of the nodes that hold the two parts of the threshold."""


def mat2(
    c: Value = "100p", r: Value = "50Meg", omega: Value = "19m", alpha_1: Value = "37m", tau_1: Value = "10m",
    alpha_2: Value = "2m", tau_2: Value = "200m", t_ref: Value = "2m", current: Stimulus | Value = "0.6n",
) -> Circuit:  # fmt: skip
    """Multi-timescale adaptive threshold (MAT): a spike leaves the membrane alone and moves the threshold.

    C dv/dt = I - v/R; threshold omega + a_1 + a_2, tau_k da_k/dt = -a_k, a_k += alpha_k at every spike (Kobayashi,
    Tsubo and Shinomoto 2009, Front Comput Neurosci 3:9). Voltages are against rest. After a spike the neuron cannot
    fire for t_ref, while membrane and threshold go on; a membrane that is above the threshold then fires at once. The
    refractory period lifts the comparator out of reach. The defaults are those of `mat2_psc_exp` in NEST, whose
    membrane has 5 ms.

    Args:
        c: farads.
        r: ohms.
        omega: threshold at rest, volts above rest.
        alpha_1: quick step of the threshold at a spike, volts; may be negative: such neurons burst.
        tau_1: its time constant, seconds.
        alpha_2: slow step, volts.
        tau_2: its time constant, seconds.
        t_ref: absolute refractory period, seconds.
        current: injected, amperes.

    Raises:
        DesignError: a threshold that is not above rest, or a refractory period as short as the circuit's own pulse.
        QuantityError: a capacitance, resistance or time constant that is not positive.
    """
    p = positive(c=c, r=r, tau_1=tau_1, tau_2=tau_2)
    rest, hold = parse(omega, "omega"), parse(t_ref, "t_ref")
    if not rest > 0:
        raise DesignError(f"omega is {show(rest, 'V')}: the threshold must be above rest, or it fires by itself.")
    if not hold > 0:
        raise DesignError(
            f"t_ref is {show(hold, 's')}: it must be greater than zero, or a membrane above its threshold fires "
            "without end; the published period is 2 ms."
        )
    steps = {1: parse(alpha_1, "alpha_1"), 2: parse(alpha_2, "alpha_2")}
    length = SHORT * min(p["r"] * p["c"], hold)
    moves = sum(abs(a) / -math.expm1(-hold / p[f"tau_{k}"]) for k, a in steps.items())
    out_of_reach = 2 * (rest + p["r"] * largest(current) + moves)
    event = comparator_event("sees", length, OPENS * out_of_reach, p["r"], SUPPLY)
    parts = (
        I("I1", "0", "mem", current),
        C("C1", "mem", "0", p["c"]),
        R("R1", "mem", "0", p["r"]),
        V("V_omega", "base", "0", rest),
        E("E_1", "x", "base", "a1", "0", 1.0),
        E("E_2", "th", "x", "a2", "0", 1.0),
        E("E_lift", "sees", "th", "lift", "0", out_of_reach / SUPPLY),
        *event.elements,
        *refractory_timer(event, hold - PULSE * length, SUPPLY),
        S("S_lift", "vdd", "lift", "ref", "0", 1.5 * HELD * SUPPLY, HELD / 2 * SUPPLY, R_LIFT, 1e16),
        C("C_lift", "lift", "0", length / LIFT / R_LIFT),
        R("R_lift", "lift", "0", R_LIFT),
    )
    for k, alpha in steps.items():
        parts += (
            C(f"C_a{k}", f"a{k}", "0", C_TRACE),
            R(f"R_a{k}", f"a{k}", "0", p[f"tau_{k}"] / C_TRACE),
            event.kick(f"G_{k}", f"a{k}", alpha * C_TRACE * math.exp(-SEEN * length / p[f"tau_{k}"])),
        )
    return Circuit("mat2", (*parts, *spike_probes(SUPPLY), Probe("threshold", "th")), roles=NEURON)


def moving_threshold(
    given: Mapping[str, Any], event: Event, units: Mapping[str, tuple[str, float, str]], also: str = ""
) -> Target:
    """The model of Kobayashi, Tsubo and Shinomoto: voltages against rest in mV, time in ms, pF, GOhm, pA.

    Args:
        given: arguments of the builder.
        event: what a spike does.
        units: those arguments that not all of its kind have, with their name, size and unit in the paper.
        also: words on what differs from the paper.
    """
    units = {
        "c": ("C", 1e-12, "pF"), "r": ("R", 1e9, "GOhm"), "alpha_1": ("alpha_1", 1e-3, "mV"),
        "tau_1": ("tau_1", 1e-3, "ms"), "alpha_2": ("alpha_2", 1e-3, "mV"), "tau_2": ("tau_2", 1e-3, "ms"), **units,
    }  # fmt: skip
    return Target(
        f"Kobayashi, Tsubo and Shinomoto 2009, Front Comput Neurosci 3:9, eqs. 1 to 4{also}",
        time=1e-3,
        equations=(("V", "(I - V/R)/C"), ("H_1", "-H_1/tau_1"), ("H_2", "-H_2/tau_2")),
        start=(("V", "0"), ("H_1", "0"), ("H_2", "0")),
        quantities=tuple(Quantity(n, parse(given[k]) / size, unit) for k, (n, size, unit) in units.items()),
        drives=(Drive("I", stimulus(given["current"]), 1e-12, "pA"),),
        events=(event,),
        matches=(Match("mem", "V", 1e-3), Match("threshold", "omega + H_1 + H_2", 1e-3)),
        spike="spike",
    )


REACHED = "V - omega - H_1 - H_2"
RAISED = (("H_1", "H_1 + alpha_1"), ("H_2", "H_2 + alpha_2"))
"""When it fires, and what each of its spikes does to the threshold."""


def _target(given: Mapping[str, Any]) -> Target:
    own = {"omega": ("omega", 1e-3, "mV"), "t_ref": ("t_ref", 1e-3, "ms")}
    return moving_threshold(given, Event(REACHED, RAISED, "t_ref"), own)


ENTRY = Entry(
    "mat2", mat2, "neuron", "a threshold that moves, and a membrane that no spike resets", 200e-3,
    currents=(0.4e-9, 0.5e-9, 0.6e-9, 0.8e-9, 1.2e-9), target=_target,
)  # fmt: skip
