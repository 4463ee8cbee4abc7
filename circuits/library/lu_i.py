"""Lu.i, an open-hardware neuron on a printed circuit: its stages with the published values."""

from __future__ import annotations

import math

from ..circuit import Circuit
from ..elements import C, E, I, Probe, R, S, SpikeProbe, V
from ..errors import DesignError
from ..roles import NEURON
from ..stimuli import PulseTrain, Stimulus
from ..units import Value, show
from .entry import Entry, Prediction
from .synapse_parts import positive

V_DD = 2.5


def lu_i(
    r_leak: Value = "100k", r_syn: Value = "22k", r_weight: Value = "1k", c_mem: Value = "22u",
    c_syn: Value = "10u", r_ref: Value = "22k", c_ref: Value = "1u", pulses: Stimulus | None = None,
    current: Stimulus | Value = 0.0,
) -> Circuit:  # fmt: skip
    """Input stage, synapse, membrane, comparator with hysteresis, refractory one-shot; a coin cell's 2.5 V.

    A pulse above 1.8 V charges the synapse's capacitor through the weight resistor; its voltage, through a follower and
    a resistor, drives the membrane. The comparator fires at half the supply and lets go at a quarter; it charges the
    refractory capacitor, which holds the reset transistor and the output on while it decays to half: r_ref c_ref ln 2
    (Stradmann et al. 2024, arXiv 2404.16664; values from the board's schematic, giant-axon/lu.i-neuron-pcb). Its
    transistors are switches here, the comparator decides at once, and one of the three synapses is built.

    Args:
        r_leak: membrane leak, ohms (100 kOhm and down on the board's potentiometer).
        r_syn: leak of the synapse, ohms (22 kOhm and down).
        r_weight: weight, 470 Ohm to 22.5 kOhm; smaller is stronger.
        c_mem: membrane, farads.
        c_syn: synapse, farads.
        r_ref: refractory resistor, ohms.
        c_ref: refractory capacitor, farads.
        pulses: at the input, volts; 12 ms pulses every 60 ms unless given.
        current: injected into the membrane besides, amperes.

    Raises:
        DesignError: a weight outside the potentiometer.
    """
    p = positive(r_leak=r_leak, r_syn=r_syn, r_weight=r_weight, c_mem=c_mem, c_syn=c_syn)
    hold = positive(r_ref=r_ref, c_ref=c_ref)
    if not 470 <= p["r_weight"] <= 22_470:
        raise DesignError(
            f"r_weight is {show(p['r_weight'], 'Ω')}: the board's potentiometer and resistor give 470 Ω to 22.47 kΩ."
        )
    source = PulseTrain(0.3, V_DD, "50m", "12m", "60m", 30, "0.1m") if pulses is None else pulses
    half, quarter = V_DD / 2, V_DD / 4
    parts = (
        V("V_dd", "vdd", "0", V_DD),
        V("V_in", "in", "0", source),
        S("S_in", "weight", "vdd", "in", "0", 1.8, 0.05, 5.0, 1e9),
        R("R_w", "weight", "syn", p["r_weight"]),
        C("C_syn", "syn", "0", p["c_syn"]),
        R("R_syn", "syn", "0", p["r_syn"]),
        E("E_follow", "follow", "0", "syn", "0", 1.0),
        R("R_s", "follow", "mem", "10k"),
        I("I1", "0", "mem", current),
        C("C_mem", "mem", "0", p["c_mem"]),
        R("R_leak", "mem", "0", p["r_leak"]),
        S("S_fire", "vdd", "ref", "mem", "0", (half + quarter) / 2, (half - quarter) / 2, 10.0, 1e9),
        C("C_ref", "ref", "0", hold["c_ref"]),
        R("R_ref", "ref", "0", hold["r_ref"]),
        S("S_reset", "mem", "0", "ref", "0", half, 0.01, 8.0, 1e9),
        S("S_out", "vdd", "out", "ref", "0", half, 0.01, 50.0, 1e9),
        R("R_out", "out", "0", "10k"),
        C("C_out", "out", "0", "10n"),
        Probe("mem", "mem"),
        Probe("syn", "syn"),
        Probe("out", "out"),
        SpikeProbe("spike", "out", "0", half),
        SpikeProbe("end", "out", "0", half, falling=True),
    )
    return Circuit("lu_i", parts, roles=NEURON)


def _predictions(circuit: Circuit) -> tuple[Prediction, ...]:
    slow = circuit.values["r_on_S_reset"] * circuit.values["C_mem"] * math.log(2)
    return (
        Prediction(
            "output pulse", "width", ("out",), "R_ref*C_ref*log(2)",
            f"{slow!r}/(R_ref*C_ref*log(2)) + 0.02",
            "the refractory capacitor is held up until the membrane is down to a quarter of the supply; the "
            "comparator's hysteresis of 10 mV",
            "Lu.i documentation: 15 ms",
            (("decay from the supply to half of it", "t = R_ref*C_ref*log(2)"),),
        ),
    )  # fmt: skip


ENTRY = Entry(
    "lu_i", lu_i, "neuron", "Lu.i, an open-hardware neuron on a printed circuit", 1.2,
    currents=(100e-6, 260e-6, 300e-6, 400e-6, 600e-6), predictions=_predictions,
)  # fmt: skip
