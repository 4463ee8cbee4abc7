"""Reductions against the papers: rest, poles, rheobase, flow, adaptation; and what they leave out."""

import numpy as np
import pytest
from scipy.optimize import brentq

import lapicque as lq
from lapicque.analysis.reductions.left_out import left_out
from lapicque.analysis.reductions.reduction import reduce
from lapicque.circuits.neurons import ExponentialLeak, FlowTable, Leak

NAMES = ("hodgkin_huxley", "adex", "exponential_if", "izhikevich", "fitzhugh_nagumo", "nagumo", "lif_switch")


@pytest.fixture(scope="module")
def found():
    made = {name: reduce(name) for name in NAMES}
    for preset in ("class 1", "class 2"):
        made[f"morris_lecar {preset}"] = reduce(lq.build("morris_lecar", {"preset": preset}))
    return made


def squid(v):
    """Hodgkin and Huxley 1952, eqs. 12 to 24, turned to a rest of -65 mV: mV, ms, uA, mS of one square centimetre."""
    am = 0.1 * (v + 40) / (1 - np.exp(-(v + 40) / 10))
    an = 0.01 * (v + 55) / (1 - np.exp(-(v + 55) / 10))
    bm, bn = 4 * np.exp(-(v + 65) / 18), 0.125 * np.exp(-(v + 65) / 80)
    ah, bh = 0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10))
    return am / (am + bm), ah / (ah + bh), an / (an + bn), 1 / (am + bm), 1 / (ah + bh), 1 / (an + bn)


def ionic(v, m, h, n):
    return -120 * m**3 * h * (v - 50) - 36 * n**4 * (v + 77) - 0.3 * (v + 54.387)


def test_hodgkin_huxley_rests_and_swings_as_published(found):
    r = found["hodgkin_huxley"]
    rest = brentq(lambda v: ionic(v, *squid(v)[:3]), -70, -60, xtol=1e-13)
    assert abs(r.rest.v * 1e3 - rest) < 1e-9
    # The steady current's slope is the input conductance.
    slope = (ionic(rest + 1e-4, *squid(rest + 1e-4)[:3]) - ionic(rest - 1e-4, *squid(rest - 1e-4)[:3])) / 2e-4
    assert abs(r.resistance / (-1e3 / slope) - 1) < 1e-6
    # Rinzel and Miller 1980, Math Biosci 49:27: rest is lost by a Hopf bifurcation at 9.78 uA/cm^2.
    assert r.steady.how == "Hopf"
    assert abs(r.steady.rheobase * 1e6 - 9.78) < 0.01
    # The squid axon resonates near 60 Hz at 6.3 degrees (Koch 1999, Biophysics of Computation, chapter 10: 67 Hz peak).
    assert 55 < r.resonance < 70


def test_hodgkin_huxley_keeps_m_with_the_membrane(found):
    r = found["hodgkin_huxley"]
    assert [(s.name, s.kind) for s in r.scales] == [
        ("v_mem", "membrane"), ("v_m", "fast"), ("v_h", "slow"), ("v_n", "slow")
    ]  # fmt: skip
    rest = r.rest.v * 1e3
    for scale, tau in zip(r.scales[1:], squid(rest)[3:], strict=True):
        assert abs(scale.at_rest * 1e3 / tau - 1) < 1e-6
    m, h, n = squid(r.flow.v * 1e3)[0], *squid(rest)[1:3]
    published = ionic(r.flow.v * 1e3, m, h, n) * 1e-6
    assert np.abs(r.flow.f - published).max() < 1e-9 * np.abs(published).max()
    # FitzHugh 1960, J Gen Physiol 43:867: with h and n at rest a saddle stands 2.5 mV above it.
    zero = brentq(lambda v: ionic(v, squid(v)[0], h, n), rest + 1, rest + 5)
    assert abs(r.threshold * 1e3 - zero) < 2e-3
    assert 2 < zero - rest < 3


@pytest.mark.parametrize(("preset", "how", "rheobase"), [("class 1", "saddle-node", 39.96), ("class 2", "Hopf", 93.86)])
def test_morris_lecar_loses_its_rest_where_rinzel_and_ermentrout_say(found, preset, how, rheobase):
    """Rinzel and Ermentrout 1989, in Koch and Segev, Methods in Neuronal Modeling."""
    s = found[f"morris_lecar {preset}"].steady
    assert s.how == how
    assert abs(s.rheobase * 1e6 - rheobase) < 0.01


def test_exponential_neurons_are_their_published_equation(found):
    r = found["exponential_if"]
    m = r.model()
    assert isinstance(m.flow, ExponentialLeak)
    assert m.kind == "exponential IF"
    p = {"c": 600e-12, "g": 50e-9, "e": -65e-3, "delta_t": 2e-3, "v_t": -55e-3}
    assert all(abs(m.parameters[k] / v - 1) < 2e-5 for k, v in p.items())
    # Saddle-node of the exponential neuron: g (v_t - e - delta_t), Fourcaud-Trocme et al. 2003.
    assert abs(r.steady.rheobase / (50e-9 * 8e-3) - 1) < 1e-5
    assert r.steady.how == "saddle-node"
    assert len(r.rests.stable) == 1
    assert len(r.rests.found) == 2


def test_adex_is_brette_and_gerstners(found):
    r = found["adex"]
    m = r.model()
    p = {"c": 281e-12, "g": 30e-9, "e": -70.6e-3, "delta_t": 2e-3, "v_t": -50.4e-3, "v_reset": -70.6e-3, "a": 4e-9,
         "b": 80.5e-12, "tau_w": 144e-3}  # fmt: skip
    assert m.kind == "AdEx"
    assert all(abs(m.parameters[k] / v - 1) < 2e-5 for k, v in p.items())
    # Touboul and Brette 2008, Biol Cybern 99:319: a Hopf bifurcation, since a/g > tau_m/tau_w.
    g, a, delta, up = 30e-9, 4e-9, 2e-3, 20.2e-3
    ratio = 281e-12 / g / 144e-3
    hopf = (g + a) * (up - delta + delta * np.log(1 + ratio)) + delta * g * (a / g - ratio)
    assert r.steady.how == "Hopf"
    assert abs(r.steady.rheobase / hopf - 1) < 1e-4


def test_quadratic_and_cubic_flows_are_tables_of_their_polynomials(found):
    r = found["izhikevich"]
    assert isinstance(r.model().flow, FlowTable)
    # 0.04 v^2 + 5 v + 140 - u, with u = 0.2 v at its rest of -70 (Izhikevich 2003), 1 nA a unit.
    v = r.flow.v * 1e3
    assert np.abs(r.flow.f * 1e9 - (0.04 * v**2 + 5 * v + 140 + 14)).max() < 1e-2  # the open switch leaks
    m = r.model()
    assert abs(m.adaptation.a / 0.2e-6 - 1) < 1e-6
    assert abs(m.adaptation.tau / 50e-3 - 1) < 1e-9
    assert abs(m.adaptation.b / 6e-9 - 1) < 1e-4
    # FitzHugh-Nagumo with a = 0.7, b = 0.8, phi = 0.08: Hopf at v^2 = 1 - b phi.
    v_h = -np.sqrt(1 - 0.064)
    hopf = (v_h + 0.7) / 0.8 - v_h + v_h**3 / 3
    for name in ("fitzhugh_nagumo", "nagumo"):
        s = found[name].steady
        assert s.how == "Hopf"
        assert abs(s.rheobase * 1e3 / hopf - 1) < 1e-6
        assert abs(s.at - v_h) < 1e-6


def test_an_lif_neuron_comes_back_from_its_circuit(found):
    m = found["lif_switch"].model()
    spec = dict(found["lif_switch"].circuit.spec)
    assert isinstance(m.flow, Leak)
    assert abs(m.v_spike / spec["v_th"] - 1) < 1e-6
    # The open switch leaks 2e-4 of R, the reset ends 2e-4 of v_th above v_reset, the timer is 1e-3 long.
    assert abs(m.tau / 10e-3 - 1) < 1e-3
    assert abs(m.v_reset - spec["v_reset"]) < 1e-3 * spec["v_th"]
    assert abs(m.t_ref / spec["t_ref"] - 1) < 2e-3


def test_an_axon_hillock_is_an_integrator_of_both_capacitors():
    r = reduce("axon_hillock")
    assert r.rests.drifts
    assert "wherever" in str(r.derivation)
    assert r.resistance == np.inf
    m = r.model()
    assert m.flow.g == 0
    assert abs(m.c / 160e-15 - 1) < 1e-9  # C_mem + C_fb: the output stands still before a spike
    # Mead 1989, chapter 12: between spikes the input makes good what the feedback took, C_fb V_dd; measured 1.3 %.
    assert abs(m.c * (m.v_spike - m.v_reset) / (60e-15 * 3.3) - 1) < 0.02


def test_what_is_fast_may_leap_where_a_spike_begins():
    r = reduce("op_amp_lif")
    # Threshold of 1 V less offset (1 mV) and half the comparator's swing; the transistor of the reset is still off.
    assert 0.99 < r.model().v_spike < 1.0
    assert abs(r.tau / 10e-3 - 1) < 1e-9
    assert all(s.kind == "fast" for s in r.scales[1:])  # the op-amp's pole is as fast as its loop


def test_a_neuron_in_current_mode_loses_its_rest_where_it_begins_to_fire():
    r = reduce("dpi_neuron", resting="1p")
    assert r.membrane == "-v(mem)"
    assert r.steady.how == "saddle-node"
    curve = lq.fi_curve("dpi_neuron", [5e-12, 6e-12], stop=1.0)  # runs of the circuit's equations
    assert np.isnan(curve.model[0]) or curve.model[0] == 0
    assert curve.model[1] > 0
    assert 5e-12 < r.steady.rheobase < 6e-12
    assert r.flow.gain.max() > 3  # no C dv/dt = F + I, and it says so
    assert "changes by up to this part" in str(r)


def test_what_is_left_out_is_measured(found):
    whole = left_out(found["adex"], [0.8e-9, 1e-9])
    assert whole.worst < 1e-3  # nothing is: measured 2e-4
    assert abs(whole.reduced / whole.latency - 1) < 1e-4
    hh = left_out(found["hodgkin_huxley"], [10e-6])
    assert hh.worst > 0.5  # one adaptation does not make its refractoriness
    assert {c.name for c in hh.causes} > {"v_m at its equilibrium", "v_h held at rest", "v_n held at rest"}
    assert abs(sum(c.seconds for c in hh.causes) - (hh.reduced - hh.latency)) < 1e-12
    m = next(c for c in hh.causes if c.name.startswith("v_m"))
    assert m.seconds < -0.5e-3  # sodium that opens at once fires sooner


def test_steps_are_data_and_say_the_numbers(found):
    d = found["adex"].derivation
    laws = [s.law for s in d.steps]
    for law in ("rest", "linearisation", "pole", "own time", "equilibrium", "flow", "adaptation", "rheobase", "firing"):
        assert law in laws
    assert "tau_v_w = C_w*R_w" in str(d)
    assert d.to_json().count('"law"') == len(d.steps)
    assert "\\begin{gather*}" in d.to_latex()
    assert str(reduce("adex").derivation) == str(d)


def test_bad_input_is_refused_by_name():
    with pytest.raises(lq.DesignError, match=r"fires 0 times"):
        reduce("adex", drive="0.1n")
    with pytest.raises(lq.UnknownNameError, match="v_x"):
        reduce("adex", fast=["v_x"])
    with pytest.raises(lq.DesignError, match="at once"):
        reduce("adex", fast=["v_w"], slow=["v_w"])
    with pytest.raises(lq.DesignError, match="no spike probe"):
        reduce("rc_low_pass")
