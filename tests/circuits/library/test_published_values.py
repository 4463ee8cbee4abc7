"""The sets of parameters that papers print, typed from them once more, against those of the circuits."""

import inspect
from math import exp

import pytest

from lapicque.analysis import solve
from lapicque.circuits.library import LIBRARY
from lapicque.circuits.library.hodgkin_huxley import cell, hodgkin_huxley
from lapicque.circuits.library.morris_lecar import PRESETS as MORRIS_LECAR
from lapicque.circuits.library.stdp import stdp_rule
from lapicque.circuits.library.stdp_triplet import triplet_rule
from lapicque.circuits.library.synapse_short_term import PRESETS as SHORT_TERM
from lapicque.circuits.units import parse

UF, MS_CM2, MV = 1e-6, 1e-3, 1e-3

# Tsodyks, Uziel and Markram 2000, J Neurosci 20:RC50, methods: U = 0.5 and tau_rec = 800 ms between excitatory neurons;
# U = 0.04, tau_rec = 100 ms, tau_facil = 1000 ms onto interneurons.
TSODYKS = {"depressing": (0.5, 800.0, 0.0), "facilitating": (0.04, 100.0, 1000.0)}


@pytest.mark.parametrize("name", TSODYKS)
def test_short_term_plasticity(name):
    u, tau_rec, tau_fac = TSODYKS[name]
    assert SHORT_TERM[name] == pytest.approx({"u": u, "tau_rec": tau_rec * 1e-3, "tau_fac": tau_fac * 1e-3})
    assert set(SHORT_TERM) == set(TSODYKS)


# Rinzel and Ermentrout, Analysis of neural excitability, appendix A, and Morris and Lecar 1981, Biophys J 35:193,
# fig. 6: C uF/cm2, g_L g_Ca g_K mS/cm2, E_L E_Ca E_K mV, V_1 V_2 V_3 V_4 mV, phi 1/ms.
MORRIS = {
    "class 2": (20, 2, 4.4, 8, -60, 120, -84, -1.2, 18, 2, 30, 0.04),
    "class 1": (20, 2, 4.0, 8, -60, 120, -84, -1.2, 18, 12, 17.4, 1 / 15),
    "barnacle": (20, 2, 4.0, 8, -50, 100, -70, 10, 15, -1, 14.5, 1 / 15),
}


@pytest.mark.parametrize("name", MORRIS)
def test_morris_and_lecar(name):
    c, g_l, g_ca, g_k, *volts, phi = MORRIS[name]
    p = MORRIS_LECAR[name]
    assert (p["c"], p["g_l"], p["g_ca"], p["g_k"]) == pytest.approx((c * UF, g_l * MS_CM2, g_ca * MS_CM2, g_k * MS_CM2))
    names = ("e_l", "e_ca", "e_k", "v_1", "v_2", "v_3", "v_4")
    assert [p[n] for n in names] == pytest.approx([v * MV for v in volts])
    assert p["rate"] == pytest.approx(phi * 1e3)
    assert set(MORRIS_LECAR) == set(MORRIS)


def test_traub_and_miles():
    """Brette et al. 2007, J Comput Neurosci 23:349, appendix, benchmark 3: 20 000 um2 of 1 uF/cm2; and a cm2."""
    area, found = 20_000e-8, cell("cortical")  # cm2
    assert (found.c, found.g_na, found.g_k) == pytest.approx((area * 1e-6, area * 100e-3, area * 30e-3))
    assert found.g_l == pytest.approx(area * 0.05e-3)
    assert (found.e_na, found.e_k, found.e_l) == pytest.approx((50e-3, -90e-3, -60e-3))
    v = -20e-3
    u = v * 1e3 + 63  # mV above V_T = -63 mV
    alpha = {
        "m": 0.32 * (13 - u) / (exp((13 - u) / 4) - 1),
        "h": 0.128 * exp((17 - u) / 18),
        "n": 0.032 * (15 - u) / (exp((15 - u) / 5) - 1),
    }
    beta = {
        "m": 0.28 * (u - 40) / (exp((u - 40) / 5) - 1),
        "h": 4 / (1 + exp((40 - u) / 5)),
        "n": 0.5 * exp((10 - u) / 40),
    }
    for gate in found.gates:
        a, b = alpha[gate.name], beta[gate.name]
        assert gate.steady(v) == pytest.approx(a / (a + b), rel=1e-12)


def test_the_squid():
    """Hodgkin and Huxley 1952, table 3, displacements from a rest that is taken as -65 mV."""
    found = cell("squid")
    values = (found.c, found.g_na, found.g_k, found.g_l, found.e_na, found.e_k, found.e_l)
    assert values == pytest.approx((1e-6, 0.12, 0.036, 0.3e-3, (-65 + 115) * MV, (-65 - 12) * MV, (-65 + 10.613) * MV))


@pytest.mark.parametrize("preset", ["squid", "cortical"])
def test_the_current_of_a_preset_makes_it_fire_again_and_again(preset):
    """Neither too small to reach the threshold nor so large that sodium stays inactive."""
    circuit = hodgkin_huxley(preset)
    assert len(solve(circuit, 80e-3).spikes(circuit.element("spike"))) > 2


# Defaults of builders as the papers print them, in the papers' own units.
MS, PF, NS, PA = 1e-3, 1e-12, 1e-9, 1e-12
DEFAULTS = {
    # Brette and Gerstner 2005, J Neurophysiol 94:3637, "initiation" of the detailed model, p. 3638: g_L = 30 nS.
    "adex": {
        "c": 281 * PF, "r": 1 / (30 * NS), "v_rest": -70.6 * MV, "v_t": -50.4 * MV, "delta_t": 2 * MV,
        "v_reset": -70.6 * MV, "a": 4 * NS, "tau_w": 144 * MS, "b": 80.5 * PA,
    },
    # Izhikevich 2007, Dynamical Systems in Neuroscience, section 8.2.1, regular spiking: C 100 pF, k 0.7, a 0.03, b -2.
    "izhikevich_2007": {
        "c_m": 100 * PF, "k": 0.7e-12 / (MV * MV), "v_r": -60 * MV, "v_t": -40 * MV, "v_peak": 35 * MV,
        "a": 0.03 / MS, "b": -2 * NS, "c": -50 * MV, "d": 100 * PA,
    },
    # FitzHugh 1961, Biophys J 1:445: a = 0.7, b = 0.8, c = 3 with phi = 1/c^2, here Rinzel's 0.08.
    "fitzhugh_nagumo": {"a": 0.7, "b": 0.8, "phi": 0.08},
    "nagumo": {"a": 0.7, "b": 0.8, "phi": 0.08},
    # Kobayashi, Tsubo and Shinomoto 2009, Front Comput Neurosci 3:9, table 1, regular spiking; R 50 Mohm, tau_m 5 ms.
    "mat2": {
        "r": 50e6, "c": 5 * MS / 50e6, "omega": 19 * MV, "alpha_1": 37 * MV, "alpha_2": 2 * MV, "tau_1": 10 * MS,
        "tau_2": 200 * MS, "t_ref": 2 * MS,
    },
    # Cole's axon, 476 um, 35.4 ohm cm, as Hodgkin and Huxley 1952, p. 524 have it.
    "active_cable": {"diameter": 476e-6, "resistivity": 35.4e-2, "celsius": 6.3},
}  # fmt: skip


@pytest.mark.parametrize("name", DEFAULTS)
def test_defaults_are_the_printed_ones(name):
    given = inspect.signature(LIBRARY[name].build).parameters
    for key, value in DEFAULTS[name].items():
        assert parse(given[key].default) == pytest.approx(value, rel=1e-12), key


def test_triplets():
    """Pfister and Gerstner 2006, J Neurosci 26:9673, table 4, visual cortex, all-to-all, full model."""
    printed = {
        "a2_plus": 5e-10, "a3_plus": 6.2e-3, "a2_minus": 7e-3, "a3_minus": 2.3e-4, "tau_plus": 16.8 * MS,
        "tau_x": 101 * MS, "tau_minus": 33.7 * MS, "tau_y": 125 * MS,
    }  # fmt: skip
    given = inspect.signature(triplet_rule).parameters
    assert {k: given[k].default for k in printed} == pytest.approx(printed)


def test_pairs():
    """Song, Miller and Abbott 2000, Nat Neurosci 3:919: A+ = 0.005, A-/A+ = 1.05, both windows 20 ms."""
    given = inspect.signature(stdp_rule).parameters
    wanted = {"a_plus": 0.005, "a_minus": 0.005 * 1.05, "tau_plus": 20 * MS, "tau_minus": 20 * MS}
    assert {k: parse(given[k].default) for k in wanted} == pytest.approx(wanted)
