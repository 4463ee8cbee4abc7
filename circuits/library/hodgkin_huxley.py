"""The Hodgkin-Huxley neuron as its equivalent circuit: a capacitor, three conductances with their batteries."""

from __future__ import annotations

from attrs import evolve, frozen

from ..circuit import Circuit
from ..elements import B, C, CurrentProbe, Element, I, Probe, R, SpikeProbe, V
from ..errors import unknown
from ..roles import NEURON
from ..stimuli import Pulse, Stimulus
from ..units import Value, parse
from .entry import Entry
from .gates import Gate, Rate
from .hodgkin_huxley_target import hodgkin_huxley_target


@frozen
class Cell:
    """A set of parameters: farads, siemens, volts, and the current (amperes) that makes it fire."""

    c: float
    g_na: float
    g_k: float
    g_l: float
    e_na: float
    e_k: float
    e_l: float
    v_rest: float
    current: float
    gates: tuple[Gate, Gate, Gate]
    source: str

    def at(self, celsius: float) -> Cell:
        """The same at another temperature than the squid's 6.3 degrees: rates triple every ten degrees."""
        factor = 3 ** ((celsius - 6.3) / 10)
        m, h, n = (g.quicker(factor) for g in self.gates)
        return evolve(self, gates=(m, h, n))


def _squid() -> Cell:
    m = Gate("m", Rate("linear", 1e3, -40e-3, 10e-3), Rate("exponential", 4e3, -65e-3, -18e-3))
    h = Gate("h", Rate("exponential", 70.0, -65e-3, -20e-3), Rate("sigmoid", 1e3, -35e-3, 10e-3))
    n = Gate("n", Rate("linear", 100.0, -55e-3, 10e-3), Rate("exponential", 125.0, -65e-3, -80e-3))
    words = "Hodgkin and Huxley 1952, J Physiol 117:500, table 3, one cm^2, turned to a rest of -65 mV"
    return Cell(1e-6, 120e-3, 36e-3, 0.3e-3, 50e-3, -77e-3, -54.387e-3, -65e-3, 10e-6, (m, h, n), words)


def _cortical() -> Cell:
    # Rates of Traub and Miles, all shifted by v_t = -63 mV.
    v_t = -63e-3
    m = Gate("m", Rate("linear", 1.28e3, v_t + 13e-3, 4e-3), Rate("linear", 1.4e3, v_t + 40e-3, -5e-3))
    h = Gate("h", Rate("exponential", 128.0, v_t + 17e-3, -18e-3), Rate("sigmoid", 4e3, v_t + 40e-3, 5e-3))
    n = Gate("n", Rate("linear", 160.0, v_t + 15e-3, 5e-3), Rate("exponential", 500.0, v_t + 10e-3, -40e-3))
    words = "Traub and Miles 1991, as in benchmark 3 of Brette et al. 2007, J Comput Neurosci 23:349"
    return Cell(200e-12, 20e-6, 6e-6, 10e-9, 50e-3, -90e-3, -60e-3, -65e-3, 0.7e-9, (m, h, n), words)


CELLS = {"squid": _squid, "cortical": _cortical}


def cell(preset: str) -> Cell:
    """Find a set of parameters.

    Raises:
        UnknownNameError: another name.
    """
    if preset not in CELLS:
        raise unknown("preset", preset, CELLS)
    return CELLS[preset]()


def conductances(values: Cell, scale: float, mem: str, start: float, prefix: str = "") -> tuple[Element, ...]:
    """Capacitor, three conductances with batteries, and gates of one patch of membrane.

    Args:
        values: the parameters.
        scale: area of the patch, as a part of that of the parameters.
        mem: its node.
        start: membrane voltage at time 0; the gates rest there.
        prefix: of all names, for many patches in one circuit.
    """
    p = prefix
    m, h, n = (f"{p}{g.name}" for g in values.gates)
    na, k, leak = f"{p}e_Na", f"{p}e_K", f"{p}e_L"
    parts: list[Element] = [
        C(f"{p}C1", mem, "0", values.c * scale, start),
        B(f"{p}B_Na", mem, na, "g*m**3*h*(v - e)", {"m": m, "h": h, "v": mem, "e": na}, {"g": values.g_na * scale}),
        V(f"{p}E_Na", na, "0", values.e_na),
        B(f"{p}B_K", mem, k, "g*n**4*(v - e)", {"n": n, "v": mem, "e": k}, {"g": values.g_k * scale}),
        V(f"{p}E_K", k, "0", values.e_k),
        R(f"{p}R_L", mem, leak, 1 / (values.g_l * scale)),
        V(f"{p}E_L", leak, "0", values.e_l),
    ]
    for gate in values.gates:
        parts += gate.elements(mem, gate.steady(start), f"{p}{gate.name}")
    return tuple(parts)


def hodgkin_huxley(
    preset: str = "squid", v_0: Value | None = None, celsius: Value = 6.3, current: Stimulus | Value | None = None
) -> Circuit:  # fmt: skip
    """A patch of membrane with sodium, potassium and leak conductances.

    C dv/dt = I - g_Na m^3 h (v - E_Na) - g_K n^4 (v - E_K) - (v - E_L) / R_L (Hodgkin and Huxley 1952, eq. 26);
    every gate is a capacitor whose voltage is the gate variable. A spike is an upward crossing of 0 V.

    Args:
        preset: "squid" (one square centimetre of squid axon) or "cortical" (a Traub-type cell).
        v_0: membrane voltage at time 0; at rest unless given. The gates start where they rest at it.
        celsius: temperature; the gates' rates triple every ten degrees from 6.3 on, at which the preset holds.
        current: injected; a step that makes it fire unless given.
    """
    values = cell(preset).at(parse(celsius, "celsius"))
    start = values.v_rest if v_0 is None else parse(v_0, "v_0")
    source = Pulse(0, values.current, "5m", 1, "10u") if current is None else current
    parts = (
        I("I1", "0", "mem", source),
        *conductances(values, 1.0, "mem", start),
        Probe("mem", "mem"),
        *(Probe(g.name, g.name, unit="1", low=0, high=1) for g in values.gates),
        CurrentProbe("i_Na", "E_Na"),
        CurrentProbe("i_K", "E_K"),
        SpikeProbe("spike", "mem", "0", 0.0),
    )
    return Circuit("hodgkin_huxley", parts, roles=NEURON)


ENTRY = Entry(
    "hodgkin_huxley", hodgkin_huxley, "neuron", "sodium, potassium and leak: the spike of the squid axon", 80e-3,
    currents=(4e-6, 6e-6, 6.5e-6, 8e-6, 10e-6, 15e-6, 20e-6, 30e-6), target=hodgkin_huxley_target,
)  # fmt: skip
