"""One neuron of a network as a circuit: membrane, synapse, and a one-shot that makes its spike.

Ports: `vdd` (1 V), `in` (what drives it: the synapse's capacitor, or the membrane itself), `out` (a spike: 1 V for the
width of an event; of neurons that do not spike there is none, and `mem` is read). Where the membrane reaches its
threshold, S_set charges C_q; while C_q is charged, S_out holds `out` at 1 V and S_reset the membrane at its reset; a
current that only flows while `out` is high takes the charge away in a straight line, so that every spike is as long as
the other, whatever the input does. (Mead 1989, Analog VLSI and Neural Systems, chapter 12, has the same division of
labour; a constant current into a capacitor as a timer is a textbook monostable.)
"""

from __future__ import annotations

import math
from functools import lru_cache

from attrs import frozen

from ..circuit import Circuit
from ..elements import C, Element, G, I, Probe, R, S, SpikeProbe, V
from ..stimuli import Constant
from .populations import FIELDS, Population
from .scale import INTEGRATOR, Scale

VDD = 1.0
UPPER, LOWER = 0.7, 0.3
"""Volts of C_q at which a spike begins and ends."""
QUICK = 20
"""Time constants of the reset within a spike."""
SET = 1000
"""Time constants of charging C_q within a spike."""
TIMER = 0.1
"""C_q over the membrane's capacitor: the smallest capacitor of a cell."""
R_OFF = 1e13
BLEED = 1e3
"""Time constant of C_q's own leak, in spikes: it keeps an idle C_q from drifting up through the open S_set."""


@frozen
class Cell:
    """A neuron's circuit and what its surroundings need to know of it.

    Attributes:
        circuit: with the ports of this module.
        unit: amperes into `in` that stand for an input of 1.
        begins: seconds from the crossing of the threshold to the spike.
    """

    circuit: Circuit
    unit: float
    begins: float


def membrane_node(population: Population) -> str:
    """Name of a cell's membrane."""
    return "mem" if population.has_synapse else "in"


def cell(population: Population, index: int, scale: Scale) -> Cell:
    """Build one neuron of a population."""
    volt = scale.volt(population.name)
    return _cell(population.kind, population.values(index), volt, scale.ohm, scale.width)


@lru_cache(maxsize=4096)
def _cell(kind: str, values: tuple[float | None, ...], volt: float, ohm: float, width: float) -> Cell:
    v = {name: math.nan if value is None else value for name, value in zip(FIELDS, values, strict=True)}
    if kind == "Threshold":
        return _comparator(v, volt, ohm, width)
    tau = v["tau_mem"] if math.isfinite(v["tau_mem"]) else INTEGRATOR
    capacitance = tau / ohm
    # A leak pulls with v / ohm: an input of 1 must pull r units as hard. An integrator has no leak to compare with.
    into_membrane = volt * v["r"] / ohm if math.isfinite(v["tau_mem"]) else volt * v["r"] * capacitance
    parts: list[Element] = [*_membrane(v, volt, ohm, capacitance)]
    unit = into_membrane
    if not math.isnan(v["tau_syn"]):
        unit = v["w_in"] / ohm
        parts = [
            C("C_syn", "in", "0", v["tau_syn"] / ohm),
            R("R_syn", "in", "0", ohm),
            G("G_syn", "0", "mem", "in", "0", into_membrane),
            *parts,
        ]
    else:
        parts = [e.renamed(e.name, {"mem": "in"}, {}) for e in parts]
    membrane = "mem" if not math.isnan(v["tau_syn"]) else "in"
    if v["bias"]:
        parts.append(I("I_bias", "0", "in", Constant(v["bias"] * unit)))
    begins = 0.0
    if math.isfinite(v["v_threshold"]):
        parts += _one_shot(v, volt, capacitance, width, membrane)
        begins = -width / SET * math.log(1 - UPPER / VDD)
    parts.append(Probe("mem", membrane))
    spec = {"v_th": v["v_threshold"] * volt, "v_reset": v["v_reset"] * volt, "t_ref": width}
    return Cell(Circuit(kind, parts, spec if math.isfinite(v["v_threshold"]) else {}), unit, begins)


def _membrane(v: dict[str, float], volt: float, ohm: float, capacitance: float) -> list[Element]:
    parts: list[Element] = [C("C_mem", "mem", "0", capacitance, v["v_start"] * volt)]
    if math.isfinite(v["tau_mem"]):
        rest = "rest" if v["v_leak"] else "0"
        parts.append(R("R_mem", "mem", rest, ohm))
        if v["v_leak"]:
            parts.append(V("V_rest", "rest", "0", Constant(v["v_leak"] * volt)))
    return parts


def _one_shot(v: dict[str, float], volt: float, capacitance: float, width: float, membrane: str) -> list[Element]:
    top, bottom = v["v_threshold"] * volt, v["v_reset"] * volt
    half = (top - bottom) / 4
    c_q = TIMER * capacitance
    # S_set lets go half-way down; the straight line takes the rest of the spike.
    ramp = width * (1 - math.log(2) / QUICK)
    r_q = BLEED * width / c_q
    gone = math.exp(-ramp / (r_q * c_q))
    r_set = width / SET / c_q
    # C_q starts a little below VDD, since S_set carries the sink too, decays towards -sink r_q, and shall be at LOWER
    # after the ramp.
    sink = (VDD * gone - LOWER) / ((1 - gone) * r_q + gone * r_set)
    r_reset = width / QUICK / capacitance
    rail = "reset" if bottom else "0"
    return [
        *([V("V_reset", "reset", "0", Constant(bottom))] if bottom else []),
        S("S_set", "vdd", "q", membrane, "0", top - half, half, r_set, R_OFF),
        C("C_q", "q", "0", c_q),
        R("R_q", "q", "0", r_q),
        G("G_q", "q", "0", "out", "0", sink / VDD),
        S("S_out", "vdd", "out", "q", "0", (UPPER + LOWER) / 2, (UPPER - LOWER) / 2, 1.0, R_OFF),
        R("R_out", "out", "0", 1e6),
        S("S_reset", membrane, rail, "q", "0", (UPPER + LOWER) / 2, (UPPER - LOWER) / 2, r_reset, R_OFF),
        SpikeProbe("spike", "q", "0", (UPPER + LOWER) / 2),
    ]  # fmt: skip


def _comparator(v: dict[str, float], volt: float, ohm: float, width: float) -> Cell:
    """A bare threshold: the input's current through a resistor, and a switch that watches it."""
    unit, level = volt / ohm, v["v_threshold"] * volt
    half = max(1e-3 * abs(level), 1e-6)
    parts: list[Element] = [
        R("R_in", "in", "0", ohm),
        C("C_in", "in", "0", width / ohm),
        S("S_out", "vdd", "out", "in", "0", level, half, 1.0, R_OFF),
        R("R_out", "out", "0", 1e6),
        Probe("mem", "in"),
    ]
    if v["bias"]:
        parts.append(I("I_bias", "0", "in", Constant(v["bias"] * unit)))
    return Cell(Circuit("Threshold", parts), unit, 0.0)
