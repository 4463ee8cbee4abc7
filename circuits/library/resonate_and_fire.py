"""Resonate-and-fire: an RLC membrane, which answers to a rhythm rather than to strength."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..circuit import Circuit
from ..elements import C, CurrentProbe, I, L, R
from ..errors import DesignError
from ..roles import NEURON
from ..stimuli import PulseTrain, Stimulus, stimulus
from ..units import Value, parse
from .entry import Entry
from .reset_parts import QUICK, spike_probes, switch_reset
from .target import Drive, Event, Match, Quantity, Target


def resonate_and_fire(
    c: Value = "100n", r: Value = "1Meg", l: Value = "250", r_l: Value = "5k", v_th: Value = "18m",  # noqa: E741
    v_reset: Value = 0.0, current: Stimulus | Value | None = None,
) -> Circuit:  # fmt: skip
    """A membrane with an inductive branch (a slow conductance that opposes every change), a comparator and a reset.

    C dv/dt = I - v/R - i; L di/dt = v - R_L i: below threshold a damped resonator (Izhikevich 2001, Neural Netw 14:883;
    Koch 1984, Biol Cybern 50:15 for the inductance of membranes). A spike is the crossing of v_th.

    Args:
        c: farads.
        r: leak, ohms.
        l: inductance of the slow branch, henries (a gyrator on a breadboard).
        r_l: its series resistance, ohms.
        v_th: threshold above rest, volts.
        v_reset: volts.
        current: injected; three pulses in step with the membrane's own rhythm unless given.

    Raises:
        DesignError: a threshold not above the reset, or a membrane that does not ring.
    """
    cap, leak, coil, series = parse(c, "c"), parse(r, "r"), parse(l, "l"), parse(r_l, "r_l")
    damping = (series / coil + 1 / (leak * cap)) / 2
    natural = (1 + series / leak) / (coil * cap)
    if not natural > damping**2:
        raise DesignError(
            f"this membrane does not ring (damping {damping:.3g}/s, natural frequency {natural**0.5:.3g}/s): take a "
            "smaller r_l, a larger r, or a smaller l."
        )
    source = _rhythm(natural, damping) if current is None else current
    reset = switch_reset(cap, leak, parse(v_th, "v_th"), parse(v_reset, "v_reset"), 0.0, quick=QUICK / 10)
    parts = (
        I("I1", "0", "mem", source),
        C("C1", "mem", "0", cap),
        R("R1", "mem", "0", leak),
        L("L1", "mem", "x", coil),
        R("R2", "x", "0", series),
        *reset.elements,
        *spike_probes(),
        CurrentProbe("i_L", "L1"),
    )
    return Circuit("resonate_and_fire", parts, roles=NEURON)


def _rhythm(natural: float, damping: float) -> Stimulus:
    """Three pulses in step with the membrane."""
    return PulseTrain(0, "1u", "2m", "1m", 2 * math.pi / (natural - damping**2) ** 0.5, 3, "10u")


def _target(given: Mapping[str, Any]) -> Target:
    """In ms, mV, uF, MOhm (kH) and nA, so that nothing is converted inside the equations."""
    v = {k: parse(given[k]) for k in ("c", "r", "l", "r_l", "v_th", "v_reset")}
    damping = (v["r_l"] / v["l"] + 1 / (v["r"] * v["c"])) / 2
    own = _rhythm((1 + v["r_l"] / v["r"]) / (v["l"] * v["c"]), damping)
    values = {
        "C": v["c"] / 1e-9, "R": v["r"] / 1e6, "L": v["l"] / 1e3, "R_L": v["r_l"] / 1e6, "V_th": v["v_th"] / 1e-3,
        "V_r": v["v_reset"] / 1e-3,
    }  # fmt: skip
    return Target(
        "Koch 1984, Biol Cybern 50:15 (membrane with an inductive branch); fires as in Izhikevich 2001, eq. 1",
        time=1e-3,
        equations=(("V", "(I - V/R - i)/C"), ("i", "(V - R_L*i)/L")),
        start=(("V", "0"), ("i", "0")),
        quantities=tuple(Quantity(*pair) for pair in values.items()),
        drives=(Drive("I", stimulus(own if given["current"] is None else given["current"]), 1e-9, "nA"),),
        events=(Event("V - V_th", (("V", "V_r"),)),),
        matches=(Match("mem", "V", 1e-3), Match("i_L", "i", 1e-9)),
        spike="spike",
    )


ENTRY = Entry(
    "resonate_and_fire", resonate_and_fire, "neuron", "a membrane that rings: it fires at its own rhythm", 100e-3,
    target=_target,
)  # fmt: skip
