"""An LIF neuron from parts that one can buy: op-amp follower, comparator, diode, small-signal MOSFET."""

from __future__ import annotations

import math

from ..circuit import Circuit
from ..elements import C, Comparator, Diode, E, I, Mosfet, Probe, R, SpikeProbe, V
from ..errors import DesignError
from ..macromodels import op_amp
from ..roles import NEURON
from ..stimuli import Stimulus
from ..units import Value, parse, show
from .entry import Entry, Prediction
from .synapse_parts import positive


def op_amp_lif(
    r: Value = "100k", c: Value = "100n", v_th: Value = 1.0, v_dd: Value = 5.0, gbw: Value = "1Meg",
    slew: Value = "600k", offset: Value = "1m", swing: Value = "25m", delay: Value = "1.3u", hysteresis: Value = 0.3,
    r_g: Value = "1Meg", c_g: Value = "2n", current: Stimulus | Value = "20u",
) -> Circuit:  # fmt: skip
    """Membrane RC, MCP6004 follower, LM393-like comparator, 1N4148, and a 2N7000 that discharges the membrane.

    The comparator's output charges the gate through the diode; the gate's RC holds the transistor on for the refractory
    period. A spike is where the comparator's output rises through half the supply.

    Args:
        r: leak, ohms.
        c: membrane, farads.
        v_th: threshold while the comparator is low, volts.
        v_dd: supply, volts.
        gbw: of the op-amp, hertz.
        slew: rate of the op-amp, V/s.
        offset: of the op-amp, volts.
        swing: how near the op-amp comes to its rails, volts.
        delay: of the comparator, seconds.
        hysteresis: part of v_th by which the threshold sinks while the comparator is high.
        r_g: gate resistor, ohms.
        c_g: gate capacitor, farads.
        current: injected, amperes.

    Raises:
        DesignError: a threshold that the follower's swing does not reach.
    """
    p = positive(r=r, c=c, v_th=v_th, v_dd=v_dd, delay=delay, r_g=r_g, c_g=c_g, hysteresis=hysteresis)
    near = parse(swing, "swing")
    if p["v_th"] + parse(offset) > p["v_dd"] - near or p["hysteresis"] >= 1:
        raise DesignError(
            f"v_th {show(p['v_th'], 'V')} is out of reach of an op-amp that ends {show(near, 'V')} before its supply "
            f"{show(p['v_dd'], 'V')}, or hysteresis {p['hysteresis']:g} is not a part of it: lower v_th, raise v_dd."
        )
    parts = (
        V("V_dd", "vdd", "0", p["v_dd"]),
        I("I1", "0", "mem", current),
        C("C1", "mem", "0", p["c"]),
        R("R1", "mem", "0", p["r"]),
        *op_amp("buf", "mem", "out", "out", gbw, slew, 1e5, offset, near, p["v_dd"] - near),
        C("C_load", "out", "0", "100p", near),
        V("V_th", "base", "0", p["v_th"]),
        E("E_hys", "th", "base", "0", "y", p["hysteresis"] * p["v_th"] / p["v_dd"]),
        Comparator("cmp", "out", "th", "y", 0.0, p["v_dd"], "0.5m", 1e3),
        C("C_y", "y", "0", p["delay"] / math.log(2) / 1e3),
        Diode("D1", "y", "g", "2.52n", 1.752),
        R("R_g", "g", "0", p["r_g"]),
        C("C_g", "g", "0", p["c_g"]),
        Mosfet("M1", "mem", "g", "0", "n", 1e-6, 1e-6, 2.1, 0.1, 0.01),
        Probe("mem", "mem"),
        Probe("gate", "g"),
        SpikeProbe("spike", "y", "0", p["v_dd"] / 2),
        SpikeProbe("end", "y", "0", p["v_dd"] / 2, falling=True),
    )
    return Circuit("op_amp_lif", parts, roles=NEURON)


def _predictions(circuit: Circuit) -> tuple[Prediction, ...]:
    if not circuit.sources["I1"] * circuit.values["R1"] > circuit.sources["V_th"]:
        return ()
    charge = "R1*C1*log(I1*R1/(I1*R1 - V_th))"
    hold = "R_g*C_g*log((V_dd - 0.6)/v_th_M1)"
    return (
        Prediction(
            "interval", "interval", ("spike",), f"{charge} + {hold}",
            f"({hold})/({charge} + {hold}) + 3*V_os_buf/(I1*R1 - V_th)",
            "how far the diode charges the gate before the comparator lets go, and the op-amp's offset",
            "LIF interval and the decay of an RC",
            (
                ("charging to the threshold", f"t_1 = {charge}"),
                ("the gate's decay to the transistor's threshold", f"t_2 = {hold}"),
            ),
        ),
    )  # fmt: skip


ENTRY = Entry(
    "op_amp_lif", op_amp_lif, "neuron", "op-amp, comparator, diode, MOSFET: parts that one can buy", 60e-3,
    currents=(8e-6, 11e-6, 15e-6, 20e-6, 40e-6), predictions=_predictions,
)  # fmt: skip
