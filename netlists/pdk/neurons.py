"""Neurons in transistors of process design kits: the library's axon-hillock and DPI neuron, in those that are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext

from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import C, CurrentProbe, Element, I, Opaque, Probe, SpikeProbe, V
from ...circuits.errors import unknown
from ...circuits.roles import NEURON
from ...circuits.stimuli import Stimulus
from ...circuits.units import Value, parse
from ..ngspice.engine import Engine
from ..reading.starts import from_operating_point
from .devices import pdk_device


@frozen
class Process:
    """What of a kit the neurons are made of.

    Attributes:
        n, p: its transistors.
        supply: of the axon-hillock, volts.
    """

    n: str
    p: str
    supply: float


PROCESSES = {"gf180mcu": Process("nfet_03v3", "pfet_03v3", 3.3), "sky130": Process("nfet_01v8", "pfet_01v8", 1.8)}


def axon_hillock(
    corner: str = "", c_mem: Value = "100f", c_fb: Value = "60f", v_pw: Value = 0.7, current: Stimulus | Value = "1n",
    engine: Engine | None = None, pdk: str = "gf180mcu",
) -> Circuit:  # fmt: skip
    """Mead's axon-hillock circuit (Mead 1989, Analog VLSI and Neural Systems, chapter 12) at the supply of a process.

    The circuit of `axon_hillock` in the library with BSIM4 transistors, which bring their own capacitances.

    Args:
        corner: of the process; the usual one unless given.
        c_mem: membrane capacitor, farads.
        c_fb: feedback capacitor, farads.
        v_pw: gate voltage that sets the reset current, volts.
        current: injected, amperes.
        engine: as for `pdk_device`.
        pdk: the kit, "gf180mcu" (3.3 V) or "sky130" (1.8 V).

    Raises:
        KitMissingError: the kit is not installed; says how to get it.
        UnknownNameError: no such kit.
    """
    n, p = _transistors(pdk, corner, engine)
    supply = PROCESSES[pdk].supply
    parts = (
        V("V_dd", "vdd", "0", supply), V("V_pw", "pw", "0", v_pw), I("I1", "0", "mem", current),
        C("C_mem", "mem", "0", c_mem), C("C_fb", "out", "mem", c_fb),
        p("M_p1", ("x", "mem", "vdd", "vdd"), 0.44e-6, 0.56e-6), n("M_n1", ("x", "mem", "0", "0"), 0.44e-6, 0.56e-6),
        p("M_p2", ("out", "x", "vdd", "vdd"), 0.84e-6, 1.4e-6), n("M_n2", ("out", "x", "0", "0"), 0.42e-6, 0.78e-6),
        n("M_reset", ("mem", "out", "y", "0"), 0.42e-6, 1.68e-6), n("M_pw", ("y", "pw", "0", "0"), 0.42e-6, 5.6e-6),
        Probe("mem", "mem"), Probe("out", "out"), SpikeProbe("spike", "out", "0", supply / 2),
    )  # fmt: skip
    return _at_rest(Circuit(f"{pdk} axon_hillock", parts, roles=NEURON), 0.0, engine)


def dpi_neuron(
    corner: str = "", i_tau: Value = "20p", i_thr: Value = "20p", i_spike: Value = "2n", c: Value = "1p",
    c_ref: Value = "0.5p", v_dd: Value = 1.8, current: Stimulus | Value = "200p", engine: Engine | None = None,
    pdk: str = "gf180mcu",
) -> Circuit:  # fmt: skip
    """The differential-pair integrator neuron of `dpi_neuron` in transistors of a kit, its biases by current mirrors.

    A spike is where the inverter that opens the reset falls (Livi and Indiveri 2009; Chicca et al. 2014, Proc IEEE
    102:1367).

    Args:
        corner: of the process; the usual one unless given.
        i_tau: leak, amperes; the membrane's time constant is c U_T / (kappa i_tau).
        i_thr: bias of the pair, amperes.
        i_spike: membrane current that is a spike, and the current that ends the refractory period, amperes.
        c: membrane capacitor, farads.
        c_ref: refractory capacitor, farads.
        v_dd: supply, volts.
        current: injected, amperes.
        engine: as for `pdk_device`.
        pdk: as for `axon_hillock`.

    Raises:
        KitMissingError: the kit is not installed; says how to get it.
        UnknownNameError: no such kit.
    """
    n, p = _transistors(pdk, corner, engine)
    supply = parse(v_dd, "v_dd")
    w, l = 1e-6, 1e-6  # noqa: E741
    biases: Sequence[Element] = (
        I("I_tau", "tau", "0", i_tau), p("M_btau", ("tau", "tau", "vdd", "vdd"), w, l),
        I("I_thr", "thr", "0", i_thr), p("M_bthr", ("thr", "thr", "vdd", "vdd"), w, l),
        I("I_spike", "vdd", "sink", i_spike), n("M_bspike", ("sink", "sink", "0", "0"), w, l),
        C("C_tau", "tau", "vdd", "10f"), C("C_thr", "thr", "vdd", "10f"), C("C_sink", "sink", "0", "10f"),
    )  # fmt: skip
    parts = (
        V("V_dd", "vdd", "0", supply), *biases, I("I1", "s", "0", current), C("C1", "mem", "vdd", c),
        C("C_ref", "ref", "0", c_ref),
        n("M_thr", ("vdd", "thr", "s", "0"), w, l), n("M_in", ("mem", "mem", "s", "0"), w, l),
        p("M_tau", ("mem", "tau", "vdd", "vdd"), w, l),
        p("M_copy", ("f", "mem", "vdd", "vdd"), w, l), n("M_diode", ("f", "f", "0", "0"), w, l),
        n("M_back", ("mem", "f", "0", "0"), w / 2, l),
        p("M_spike", ("ref", "mem", "vdd", "vdd"), w, l), n("M_sink", ("ref", "sink", "0", "0"), w, l),
        p("M_p", ("off", "ref", "vdd", "vdd"), w, l), n("M_n", ("off", "ref", "0", "0"), w, l),
        p("M_reset", ("mem", "off", "vdd", "vdd"), w, l),
        Probe("mem", "mem"), Probe("ref", "ref"), Probe("off", "off"), CurrentProbe("supply", "V_dd"),
        SpikeProbe("spike", "off", "0", supply / 2, falling=True),
    )  # fmt: skip
    return _at_rest(Circuit(f"{pdk} dpi_neuron", parts, roles=NEURON), supply, engine)


def _at_rest(circuit: Circuit, membrane: float, engine: Engine | None) -> Circuit:
    """The circuit as it is with its membrane held at rest, volts: its supply is on, and its input begins at time 0."""
    with Engine() if engine is None else nullcontext(engine) as opened:
        still = from_operating_point(circuit.with_values({"I1": 0.0}), {"mem": membrane}, opened)
    return still.with_values({e.name: e.stimulus for e in circuit.of_type(I) if e.name == "I1"})


def _transistors(pdk: str, corner: str, engine: Engine | None) -> tuple[Callable[..., Opaque], Callable[..., Opaque]]:
    """Makers of n and p channel transistors: name, nodes (drain, gate, source, bulk), width and length."""
    if pdk not in PROCESSES:
        raise unknown("process design kit", pdk, PROCESSES)

    def maker(device: str) -> Callable[..., Opaque]:
        def made(name: str, nodes: Sequence[str], w: float, l: float) -> Opaque:  # noqa: E741
            return pdk_device(pdk, device, name, nodes, w, l, corner, engine)

        return made

    return maker(PROCESSES[pdk].n), maker(PROCESSES[pdk].p)


@frozen
class Neuron:
    """A neuron, what it shows, and how long to run it, seconds."""

    build: Callable[..., Circuit]
    shows: str
    stop: float


NEURONS = {
    "axon_hillock": Neuron(axon_hillock, "Mead's neuron: a pulse by capacitive feedback", 1.2e-3),
    "dpi_neuron": Neuron(dpi_neuron, "a subthreshold neuron: its membrane is a current", 20e-3),
}


def neuron(name: str) -> Neuron:
    """A neuron by its name.

    Raises:
        UnknownNameError: there is none of that name.
    """
    if name not in NEURONS:
        raise unknown("neuron in transistors of a kit", name, NEURONS)
    return NEURONS[name]
