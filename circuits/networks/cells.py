"""One neuron of a network as a circuit: membrane, synapse, and a one-shot that makes its spike.

Ports: `vdd` (1 V), `in` (what drives it: the synapse's capacitor, or the membrane itself), `out` (a spike: 1 V for the
width of an event; of neurons that do not spike there is none, and `mem` is read). Where the membrane reaches its
threshold, S_set lifts `x`, and S_out lifts `out`. From then on the buffer of `out` keeps `x` up, whatever S_set does,
and S_reset holds the membrane at its reset, while C_q integrates `out` in a straight line; where x - q falls below a
level, S_out lets go. S_clear then empties C_q to where the spike began, and S_busy keeps S_set from calling another
spike before: every spike has the same area, whatever the input does. (Mead 1989, Analog VLSI and Neural Systems,
chapter 12, has the same division of labour; a constant current into a capacitor as a timer is a textbook monostable;
`library/events.py` has the same timer behind any neuron.)
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ..circuit import Circuit
from ..elements import C, E, Element, G, I, Probe, R, S, SpikeProbe, V
from ..stimuli import Constant
from .populations import FIELDS, Population
from .scale import INTEGRATOR, Scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

VDD = 1.0
UP, DOWN = 0.7, 0.3
"""Volts of `out` at which the membrane's reset begins and ends."""
EMPTY, FULL, END = 1e-7, 2e-7, 0.5
"""Volts of C_q: to where S_clear empties it, from where it does so, and where a spike ends.

Between EMPTY and FULL lies what a spike's area can differ by: where ngspice opens S_clear too early, in a step that it
takes back, S_clear closes once more."""
CALL, START = 0.75, 0.65
"""Volts to which S_set lifts `x`, and x - q where S_out closes; `out` then lifts it to 1 V, which keeps S_out shut."""
QUICK = 20
"""Time constants of the reset within a spike."""
CLEAR = 1e-3
"""Time constant with which C_q is emptied, in spikes: soon enough for up to 15 thresholds in a spike."""
SET = 0.02
"""Hysteresis of the threshold, in ways from reset to threshold."""
TIMER = 0.1
"""C_q over the membrane's capacitor: the smallest capacitor of a cell."""
R_ON, R_OUT, R_X, R_OFF, R_NEVER = 1.0, 1e6, 1e9, 1e13, 1e20
"""Ohms. C_q's own leak takes what leaks through the open S_out: with R_NEVER that is 1e-8 of a spike's area."""


@frozen
class Cell:
    """A neuron's circuit and what its surroundings need to know of it.

    Attributes:
        circuit: with the ports of this module.
        unit: amperes into `in` that stand for an input of 1.
    """

    circuit: Circuit
    unit: float


def membrane_node(population: Population) -> str:
    """Name of a cell's membrane."""
    return "mem" if population.has_synapse else "in"


def cell(population: Population, index: int, scale: Scale) -> Cell:
    """Build one neuron of a population."""
    volt = scale.volt(population.name)
    return _cell(population.kind, population.values(index), volt, scale.ohm, scale.width)


def input_units(population: Population, scale: Scale) -> Array:
    """Amperes into `in` of every neuron that stand for an input of 1; shape (size,)."""
    p, volt = population, scale.volt(population.name)
    return _input_units(p.kind, p.tau_mem, p.r, p.tau_syn, p.w_in, volt, scale.ohm)


def _input_units(
    kind: str, tau_mem: Array | float, r: Array | float, tau_syn: Array | float, w_in: Array | float, volt: float,
    ohm: float,
) -> Array:  # fmt: skip
    if kind == "Threshold":
        return np.broadcast_to(np.float64(volt / ohm), np.shape(r))
    return np.where(np.isnan(tau_syn), _into_membrane(tau_mem, r, volt, ohm), np.asarray(w_in) / ohm)


def _into_membrane(tau_mem: Array | float, r: Array | float, volt: float, ohm: float) -> Array:
    # A leak pulls with v / ohm: an input of 1 must pull r units as hard. An integrator has no leak to compare with.
    with np.errstate(over="ignore"):  # what is beyond all values is refused with the part that has it
        unit = volt * np.asarray(r)
    return np.where(np.isfinite(tau_mem), unit / ohm, unit * (INTEGRATOR / ohm))


@lru_cache(maxsize=4096)
def _cell(kind: str, values: tuple[float | None, ...], volt: float, ohm: float, width: float) -> Cell:
    v = {name: math.nan if value is None else value for name, value in zip(FIELDS, values, strict=True)}
    if kind == "Threshold":
        return _comparator(v, volt, ohm, width)
    tau = v["tau_mem"] if math.isfinite(v["tau_mem"]) else INTEGRATOR
    capacitance = tau / ohm
    unit = float(_input_units(kind, v["tau_mem"], v["r"], v["tau_syn"], v["w_in"], volt, ohm))
    parts: list[Element] = [*_membrane(v, volt, ohm, capacitance)]
    if not math.isnan(v["tau_syn"]):
        parts = [
            C("C_syn", "in", "0", v["tau_syn"] / ohm),
            R("R_syn", "in", "0", ohm),
            G("G_syn", "0", "mem", "in", "0", float(_into_membrane(v["tau_mem"], v["r"], volt, ohm))),
            *parts,
        ]
    else:
        parts = [e.renamed(e.name, {"mem": "in"}, {}) for e in parts]
    membrane = "mem" if not math.isnan(v["tau_syn"]) else "in"
    if v["bias"]:
        parts.append(I("I_bias", "0", "in", Constant(v["bias"] * unit)))
    if math.isfinite(v["v_threshold"]):
        parts += _one_shot(v, volt, capacitance, width, membrane)
    parts.append(Probe("mem", membrane))
    spec = {"v_th": v["v_threshold"] * volt, "v_reset": v["v_reset"] * volt, "t_ref": width}
    return Cell(Circuit(kind, parts, spec if math.isfinite(v["v_threshold"]) else {}), unit)


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
    half = SET / 2 * (top - bottom)
    c_q, high = TIMER * capacitance, VDD * R_OUT / (R_OUT + R_ON)
    charging = c_q * (END - EMPTY) / width
    # An idle C_q stays at EMPTY: its leak takes what the leak of S_out lets G_q add.
    r_idle = EMPTY / charging * R_NEVER / (VDD * R_OUT)
    return [
        *([V("V_reset", "reset", "0", Constant(bottom))] if bottom else []),
        R("R_call", "vdd", "call", R_X * (VDD / CALL - 1)),
        S("S_busy", "call", "0", "q", "out", (FULL + EMPTY) / 2, (FULL - EMPTY) / 2, R_ON, R_NEVER),
        S("S_set", "call", "x", membrane, "0", top - half, half, R_ON, R_NEVER),
        E("E_x", "high", "0", "out", "0", VDD / high),
        R("R_x", "x", "high", R_X),
        S("S_out", "vdd", "out", "x", "q", (START + VDD - END) / 2, (START + END - VDD) / 2, R_ON, R_NEVER),
        R("R_out", "out", "0", R_OUT),
        G("G_q", "0", "q", "out", "0", charging),
        C("C_q", "q", "0", c_q, EMPTY),
        S("S_clear", "q", "0", "q", "out", (FULL + EMPTY) / 2, (FULL - EMPTY) / 2, CLEAR * width / c_q, r_idle),
        S("S_reset", membrane, "reset" if bottom else "0", "out", "0", (UP + DOWN) / 2, (UP - DOWN) / 2,
          width / QUICK / capacitance, R_OFF),
        SpikeProbe("spike", "out", "0", (UP + DOWN) / 2),
    ]  # fmt: skip


def _comparator(v: dict[str, float], volt: float, ohm: float, width: float) -> Cell:
    """A bare threshold: the input's current through a resistor, and a switch that watches it."""
    unit = float(_input_units("Threshold", v["tau_mem"], v["r"], v["tau_syn"], v["w_in"], volt, ohm))
    level = v["v_threshold"] * volt
    half = max(1e-3 * abs(level), 1e-6)
    parts: list[Element] = [
        R("R_in", "in", "0", ohm),
        C("C_in", "in", "0", width / ohm),
        S("S_out", "vdd", "out", "in", "0", level, half, R_ON, R_OFF),
        R("R_out", "out", "0", R_OUT),
        Probe("mem", "in"),
    ]
    if v["bias"]:
        parts.append(I("I_bias", "0", "in", Constant(v["bias"] * unit)))
    return Cell(Circuit("Threshold", parts), unit)
