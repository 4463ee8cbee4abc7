"""The sets of parameters that papers print, typed from them once more, against those of the circuits."""

from math import exp

import pytest

from lapicque.analysis import solve
from lapicque.circuits.library.hodgkin_huxley import cell, hodgkin_huxley
from lapicque.circuits.library.morris_lecar import PRESETS as MORRIS_LECAR
from lapicque.circuits.library.synapse_short_term import PRESETS as SHORT_TERM

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
