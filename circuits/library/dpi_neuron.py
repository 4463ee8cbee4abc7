"""A current-mode neuron below threshold: a differential-pair integrator with positive feedback, spike and reset."""

from __future__ import annotations

from ..circuit import Circuit
from ..devices import THERMAL_VOLTAGE
from ..elements import C, CurrentProbe, I, MosfetEkv, Probe, SpikeProbe, V
from ..errors import DesignError
from ..roles import NEURON
from ..stimuli import Stimulus
from ..units import Value, parse, show
from .entry import Entry
from .synapse_dpi import I_SPEC, KAPPA, V_DD, V_TH, gate_voltage, leak_current
from .synapse_parts import positive

MIRROR = 0.5
"""Ratio of the mirror that feeds the membrane current back."""


def dpi_neuron(
    tau: Value = "10m", i_thr: Value = "5p", i_spike: Value = "1n", c: Value = "1.35p", c_ref: Value = "1p",
    current: Stimulus | Value = "30p",
) -> Circuit:  # fmt: skip
    """Eleven transistors in weak inversion, after the neuron of Indiveri's group, with its membrane variable a current.

    The input current is shared by a differential pair between a bias and the membrane node; the transistor M_mem turns
    the node's voltage into the membrane current I_mem, tau = c U_T / (kappa i_tau). A mirror feeds half of it back, so
    that above 2 i_tau it runs away, the upstroke of the spike. When I_mem exceeds i_spike the node `ref` rises, an
    inverter opens the reset transistor, and i_spike brings `ref` down again: the refractory period is about
    c_ref V_dd / i_spike (Livi and Indiveri 2009; Chicca et al. 2014, Proc IEEE 102:1367). A spike is where `ref` rises
    through half the supply.

    Args:
        tau: of the membrane, seconds.
        i_thr: bias of the pair, amperes.
        i_spike: membrane current that is a spike, and the current that ends the refractory period, amperes.
        c: membrane capacitor, farads.
        c_ref: refractory capacitor, farads.
        current: injected, amperes.

    Raises:
        DesignError: an input above the spike's own current, or currents beyond weak inversion.
    """
    p = positive(tau=tau, i_thr=i_thr, i_spike=i_spike, c=c, c_ref=c_ref)
    leak = leak_current(p["c"], p["tau"])
    drive = parse(current) if isinstance(current, (int, float, str)) else 0.0
    if drive > p["i_spike"] / 5:
        raise DesignError(
            f"the input {show(drive, 'A')} is not small beside i_spike {show(p['i_spike'], 'A')}: the membrane could "
            "not be reset against it; take a smaller current or a larger i_spike."
        )
    if p["i_spike"] > I_SPEC / 100:
        raise DesignError(
            f"i_spike {show(p['i_spike'], 'A')} is beyond weak inversion, which ends far below {show(I_SPEC, 'A')}."
        )
    n = {"polarity": "n", "i_spec": I_SPEC, "kappa": KAPPA, "v_th": V_TH}
    q = {"polarity": "p", "i_spec": I_SPEC, "kappa": KAPPA, "v_th": V_TH, "bulk": "vdd"}
    parts = (
        V("V_dd", "vdd", "0", V_DD),
        V("V_thr", "thr", "0", V_DD - gate_voltage(p["i_thr"])),
        V("V_tau", "tau", "0", V_DD - gate_voltage(leak)),
        V("V_spike", "sink", "0", gate_voltage(p["i_spike"])),
        I("I1", "s", "0", current),
        C("C_s", "s", "0", "5f", KAPPA * (V_DD - V_TH) + 8 * THERMAL_VOLTAGE),
        MosfetEkv("M_thr", "vdd", "thr", "s", **n),
        MosfetEkv("M_in", "mem", "mem", "s", **n),
        MosfetEkv("M_tau", "mem", "tau", "vdd", **q),
        C("C1", "mem", "vdd", p["c"], -0.001),
        MosfetEkv("M_copy", "f", "mem", "vdd", **q),
        MosfetEkv("M_diode", "f", "f", "0", **n),
        C("C_f", "f", "0", "2f", 0.05),
        MosfetEkv("M_back", "mem", "f", "0", **{**n, "i_spec": MIRROR * I_SPEC}),
        MosfetEkv("M_spike", "ref", "mem", "vdd", **q),
        MosfetEkv("M_sink", "ref", "sink", "0", **n),
        C("C_ref", "ref", "0", p["c_ref"]),
        MosfetEkv("M_p", "off", "ref", "vdd", **q),
        MosfetEkv("M_n", "off", "ref", "0", **n),
        C("C_off", "off", "0", "2f", V_DD),
        MosfetEkv("M_reset", "mem", "off", "vdd", **q),
        # What M_mem's current would be, as the membrane variable: into a source that measures it.
        MosfetEkv("M_mem", "meter", "mem", "vdd", **q),
        V("V_meter", "meter", "0", 0.5),
        Probe("mem", "mem"),
        Probe("ref", "ref"),
        CurrentProbe("i_mem", "V_meter"),
        SpikeProbe("spike", "ref", "0", V_DD / 2),
        SpikeProbe("end", "ref", "0", V_DD / 2, falling=True),
    )
    return Circuit("dpi_neuron", parts, roles=NEURON)


ENTRY = Entry(
    "dpi_neuron", dpi_neuron, "neuron", "a neuron of subthreshold transistors: its membrane is a current", 120e-3,
    currents=(5e-12, 12e-12, 20e-12, 30e-12, 60e-12, 100e-12),
)  # fmt: skip
