"""The Morris-Lecar neuron: calcium that opens at once, potassium that follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..circuit import Circuit
from ..elements import B, C, CurrentProbe, I, Probe, R, SpikeProbe, V
from ..errors import unknown
from ..roles import NEURON
from ..stimuli import Stimulus, stimulus
from ..units import Value
from .entry import Entry
from .target import Drive, Match, Quantity, Target

# Rinzel and Ermentrout 1989, in Koch and Segev, Methods in Neuronal Modeling: onset of firing by a Hopf bifurcation
# (class 2) and by a saddle-node on the cycle (class 1). What the two have in common.
_RINZEL = {
    "c": 20e-6, "g_l": 2e-3, "g_k": 8e-3, "e_l": -60e-3, "e_ca": 120e-3, "e_k": -84e-3, "v_1": -1.2e-3, "v_2": 18e-3,
    "v_0": -60e-3,
}  # fmt: skip
PRESETS: dict[str, dict[str, float]] = {
    # Morris and Lecar 1981, Biophys J 35:193, fig. 6, as in Brian2's example of the paper; for one cm^2.
    "barnacle": {
        "c": 20e-6,
        "g_l": 2e-3,
        "g_ca": 4e-3,
        "g_k": 8e-3,
        "e_l": -50e-3,
        "e_ca": 100e-3,
        "e_k": -70e-3,
        "v_1": 10e-3,
        "v_2": 15e-3,
        "v_3": -1e-3,
        "v_4": 14.5e-3,
        "rate": 1 / 15e-3,
        "v_0": -50e-3,
        "n_0": 0.0,
        "current": 300e-6,
    },
    "class 2": _RINZEL | {"g_ca": 4.4e-3, "v_3": 2e-3, "v_4": 30e-3, "rate": 40.0, "n_0": 0.015, "current": 110e-6},
    "class 1": _RINZEL | {"g_ca": 4e-3, "v_3": 12e-3, "v_4": 17.4e-3, "rate": 1e3 / 15, "n_0": 3e-4, "current": 60e-6},
}


def morris_lecar(preset: str = "class 2", current: Stimulus | Value | None = None) -> Circuit:
    """A patch of membrane with instantaneous calcium, delayed potassium and a leak.

    C dv/dt = I - (v - e_l)/R_L - g_ca m_inf(v) (v - e_ca) - g_k n (v - e_k);  dn/dt = lambda(v) (n_inf(v) - n), with
    m_inf = (1 + tanh((v - v_1)/v_2))/2, n_inf = (1 + tanh((v - v_3)/v_4))/2, lambda = rate cosh((v - v_3)/(2 v_4))
    (Morris and Lecar 1981). A spike is an upward crossing of -5 mV.

    Args:
        preset: "barnacle" (the paper's), "class 1" or "class 2" (how firing sets in).
        current: injected; one that makes it fire unless given.

    Raises:
        UnknownNameError: another preset.
    """
    if preset not in PRESETS:
        raise unknown("preset", preset, PRESETS)
    p = PRESETS[preset]
    source = p["current"] if current is None else current
    gate_c = 1e-6
    calcium = "g*(1 + tanh((v - v_1)/v_2))/2*(v - e)"
    gate = "-c*r*cosh((v - v_3)/(2*v_4))*((1 + tanh((v - v_3)/v_4))/2 - n)"
    parts = (
        I("I1", "0", "mem", source),
        C("C1", "mem", "0", p["c"], p["v_0"]),
        R("R_L", "mem", "e_L", 1 / p["g_l"]),
        V("E_L", "e_L", "0", p["e_l"]),
        B("B_Ca", "mem", "e_Ca", calcium, {"v": "mem", "e": "e_Ca"}, {k: p[q] for k, q in _CALCIUM.items()}),
        V("E_Ca", "e_Ca", "0", p["e_ca"]),
        B("B_K", "mem", "e_K", "g*n*(v - e)", {"v": "mem", "n": "n", "e": "e_K"}, {"g": p["g_k"]}),
        V("E_K", "e_K", "0", p["e_k"]),
        C("C_n", "n", "0", gate_c, p["n_0"]),
        B(
            "B_n",
            "n",
            "0",
            gate,
            {"v": "mem", "n": "n"},
            {"c": gate_c, "r": p["rate"]} | {k: p[k] for k in ("v_3", "v_4")},
        ),
        Probe("mem", "mem"),
        Probe("n", "n", unit="1", low=0, high=1),
        CurrentProbe("i_Ca", "E_Ca"),
        CurrentProbe("i_K", "E_K"),
        SpikeProbe("spike", "mem", "0", -5e-3),
    )
    return Circuit("morris_lecar", parts, roles=NEURON)


_CALCIUM = {"g": "g_ca", "v_1": "v_1", "v_2": "v_2"}


# The papers' numbers: mV, ms, uA, mS, uF for one cm^2. Typed apart from the SI values of the circuit's presets.
_PAPERS: dict[str, dict[str, float]] = {
    "barnacle": {
        "C": 20, "g_L": 2, "g_Ca": 4, "g_K": 8, "V_L": -50, "V_Ca": 100, "V_K": -70, "V_1": 10, "V_2": 15, "V_3": -1,
        "V_4": 14.5, "lambda_n": 1 / 15, "V_0": -50, "N_0": 0, "I_0": 300,
    },
    "class 2": {
        "C": 20, "g_L": 2, "g_Ca": 4.4, "g_K": 8, "V_L": -60, "V_Ca": 120, "V_K": -84, "V_1": -1.2, "V_2": 18,
        "V_3": 2, "V_4": 30, "lambda_n": 0.04, "V_0": -60, "N_0": 0.015, "I_0": 110,
    },
    "class 1": {
        "C": 20, "g_L": 2, "g_Ca": 4, "g_K": 8, "V_L": -60, "V_Ca": 120, "V_K": -84, "V_1": -1.2, "V_2": 18,
        "V_3": 12, "V_4": 17.4, "lambda_n": 0.2 / 3, "V_0": -60, "N_0": 3e-4, "I_0": 60,
    },
}  # fmt: skip


def _target(given: Mapping[str, Any]) -> Target:
    values = _PAPERS[given["preset"]]
    source = values["I_0"] * 1e-6 if given["current"] is None else given["current"]
    return Target(
        "Morris and Lecar 1981, Biophys J 35:193, eqs. 1 and 2; classes: Rinzel and Ermentrout 1989",
        time=1e-3,
        equations=(
            ("V", "(I - g_L*(V - V_L) - g_Ca*M_inf*(V - V_Ca) - g_K*N*(V - V_K))/C"),
            ("N", "lambda_N*(N_inf - N)"),
        ),
        start=(("V", "V_0"), ("N", "N_0")),
        quantities=tuple(Quantity(name, value) for name, value in values.items()),
        definitions=(
            ("M_inf", "0.5*(1 + tanh((V - V_1)/V_2))"),
            ("N_inf", "0.5*(1 + tanh((V - V_3)/V_4))"),
            ("lambda_N", "lambda_n*cosh((V - V_3)/(2*V_4))"),
        ),
        drives=(Drive("I", stimulus(source), 1e-6, "uA"),),
        matches=(Match("mem", "V", 1e-3), Match("n", "N")),
        spike="spike",
        level="V + 5",
    )


ENTRY = Entry(
    "morris_lecar", morris_lecar, "neuron", "two variables fire: instantaneous calcium, delayed potassium", 0.6,
    currents=(80e-6, 92e-6, 96e-6, 110e-6, 140e-6, 180e-6), target=_target,
)  # fmt: skip
