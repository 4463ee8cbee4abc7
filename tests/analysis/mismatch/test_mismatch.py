"""Mismatch: sensitivities against derivatives, predicted spread against instances, shares, and draws of neurons."""

import attrs
import numpy as np
import pytest

import lapicque as lq
from lapicque.analysis.characterise.bench import bench_of
from lapicque.analysis.mismatch.instances import instances
from lapicque.analysis.mismatch.measured import measured_figures
from lapicque.analysis.mismatch.mismatch import mismatch, mismatch_of_figures
from lapicque.analysis.mismatch.prediction import predicted, true_sigma
from lapicque.analysis.mismatch.sensitivities import sensitivities
from lapicque.analysis.mismatch.told import sources
from lapicque.analysis.sweeps.tolerances import Matched, Spread, monte_carlo
from lapicque.analysis.sweeps.tolerances import mismatch as of_transistors
from lapicque.circuits.neurons import Adaptation, Covariance, Leak, NeuronModel, draw_neurons

RC = lq.build("rc_low_pass")
SPREADS = lq.tolerance(RC, {"R1": "E24", "C1": "E12"})


def figures(circuit):
    r, c = circuit.values["R1"], circuit.values["C1"]
    return {"tau": r * c, "rate": 1 / (r * c), "log": np.log(r)}


def test_slopes_are_derivatives_and_errors_tell_how_sure():
    r, c = RC.values["R1"], RC.values["C1"]
    found = sensitivities(RC, SPREADS, figures)
    exact = np.array([[c, r], [-1 / (r * r * c), -1 / (r * c * c)], [1 / r, 0.0]])
    size = np.abs(exact) + 1e-300
    off = np.abs(found.slopes - exact) / size
    off[2, 1] = abs(found.slopes[2, 1])
    assert off.max() < 1e-5  # steps of 0.5 and 0.25 sigma of 3 %; what is left is of fourth order
    assert (np.abs(found.slopes - exact) <= found.errors + 1e-12 * size).all()
    assert abs(found.bends[1, 0] / (1 / (r**3 * c)) - 1) < 1e-3


def test_the_predicted_spread_is_that_of_a_product_and_shares_sum_to_one():
    found = predicted(sensitivities(RC, SPREADS, figures), SPREADS)
    sigmas = [true_sigma(s) / s.nominal for s in SPREADS]
    whole = np.hypot(*sigmas)
    tau = RC.values["R1"] * RC.values["C1"]
    assert abs(found.covariance.sigmas["tau"] / (whole * tau) - 1) < 1e-6
    assert np.allclose(found.shares.sum(axis=1), 1, rtol=1e-12)
    assert abs(found.shares[0, 0] - sigmas[0] ** 2 / whole**2) < 1e-6
    both = predicted(sensitivities(RC, SPREADS, figures), SPREADS, [Matched(("R1", "C1"), 0.9)])
    expected = np.sqrt(sigmas[0] ** 2 + sigmas[1] ** 2 + 1.8 * sigmas[0] * sigmas[1]) * tau
    assert abs(both.covariance.sigmas["tau"] / expected - 1) < 1e-6
    assert list(found.by_element(RC)) == ["C1", "R1"]


def test_the_width_of_what_is_drawn_is_known():
    drawn = monte_carlo([Spread("x", 1.0, 0.3), Spread("y", 1.0, 0.3, True)], 4000, 1).values
    for k, s in enumerate((Spread("x", 1.0, 0.3), Spread("y", 1.0, 0.3, True))):
        assert abs(drawn[:, k].std() / true_sigma(s) - 1) < 4 / np.sqrt(2 * 4000)


def test_many_instances_spread_as_predicted():
    found = predicted(sensitivities(RC, SPREADS, figures), SPREADS)
    seen = instances(RC, SPREADS, figures, 3000, 5)
    for k, name in enumerate(seen.figures):
        off = abs(seen.sigmas[k] - found.covariance.sigmas[name])
        # 4 standard errors, and what second derivatives add
        assert off < 4 * seen.errors[k] + 2 * found.curved[k] * seen.sigmas[k]
    assert abs(seen.errors[0] / seen.sigmas[0] * np.sqrt(2 * 3000) - 1) < 0.15  # of a nearly normal figure


def test_a_neuron_gets_its_covariance_and_networks_draw_from_it():
    circuit = lq.build("lif_switch")
    spreads = lq.tolerance(circuit, {"R1": "1%", "C1": "5%"})
    found = mismatch(circuit, spreads, runs=24, seed=3)
    sigmas = found.prediction.covariance.sigmas
    c = circuit.values["C1"]
    assert abs(sigmas["c"] / (true_sigma(spreads[1])) - 1) < 1e-9
    assert abs(sigmas["g"] / (true_sigma(spreads[0]) / circuit.values["R1"] ** 2) - 1) < 1e-3
    ratio, error = found.ratios
    names = found.prediction.sensitivities.figures
    for name in ("c", "g"):
        assert abs(ratio[names.index(name)] - 1) < 4 * error[names.index(name)]
    assert "C1 100 %" in str(found)
    assert found.model.covariance.of == "mismatch"
    neurons = draw_neurons(found.nominal, 400, 2)
    drawn = np.array([n.c for n in neurons])
    assert abs(drawn.std() / sigmas["c"] - 1) < 4 / np.sqrt(2 * 400)
    assert abs(drawn.mean() / c - 1) < 4 * sigmas["c"] / c / np.sqrt(400)
    assert draw_neurons(found.nominal, 3, 2) == neurons[:3]


def test_draws_keep_correlations_of_units_far_apart():
    adapts = Adaptation(1e-9, 1e-12, 0.1, 0.0)
    model = NeuronModel(1e-12, Leak(1e-9, 0.0), 1.0, 0.0, adaptation=adapts)
    s = np.array([1e-14, 1e-3])
    of = Covariance(("c", "tau_w"), np.outer(s, s) * [[1, 0.8], [0.8, 1]], "mismatch")
    drawn = np.array([[n.c, n.adaptation.tau] for n in draw_neurons(attrs.evolve(model, covariance=of), 2000)])
    assert np.allclose(drawn.std(axis=0), s, rtol=0.07)
    assert abs(np.corrcoef(drawn.T)[0, 1] - 0.8) < 0.04
    wide = attrs.evolve(model, covariance=Covariance(("v_reset",), [[1e20]], "mismatch"))
    assert all(n.v_reset < n.v_spike for n in draw_neurons(wide, 5))


def test_bad_input_is_refused_by_name():
    with pytest.raises(lq.DesignError, match="no covariance"):
        draw_neurons(NeuronModel(1e-12, Leak(1e-9, 0.0), 1.0, 0.0), 3)
    with pytest.raises(lq.UnknownNameError, match="R7"):
        sensitivities(RC, [Spread("R7", 1.0, 0.1)], figures)
    with pytest.raises(lq.DesignError, match="does not spread"):
        sensitivities(RC, [Spread("R1", 1.0, 0.0)], figures)
    with pytest.raises(lq.DesignError, match="nothing spreads"):
        mismatch("lif_switch", [])

    def none(circuit):
        raise lq.DesignError("it does not fire.")

    with pytest.raises(lq.QuantityError, match=r"0 of 5 instances.*does not fire"):
        instances(RC, SPREADS, none, 5)


def test_words_say_where_the_spread_of_a_part_comes_from():
    circuit = lq.build("axon_hillock")
    size = np.sqrt(circuit.element("M_n1").w * circuit.element("M_n1").l)
    said = sources(circuit, of_transistors(circuit))
    (line,) = [x for x in said if x.startswith("M_n1")]
    assert lq.show(float(f"{3.5e-9 / size:.3g}"), "V") in line  # Pelgrom 1989: A / root(W L)
    assert "Pelgrom" in line
    sized = {"w": 2e-6, "l": 0.5e-6, "delvto": 0.0, "mulu0": 1.0}
    card = ".model n nmos level=14"
    kit = lq.Opaque(
        "M1", "m", ("d", "g", "0", "0"), "n", sized, definitions=(card,), origin="gf180mcu nfet_03v3 typical"
    )
    own = lq.Circuit("one", (kit, lq.V("V1", "d", "0", 1), lq.R("R1", "g", "0", "1k")))
    (line, of_r) = sources(own, (*of_transistors(own), *lq.tolerance(own, {"R": "E24"})))
    assert "statistics of gf180mcu for nfet_03v3" in line
    assert (
        lq.show(float(f"{0.7071 * 7.148e-3 / np.sqrt(2 * 0.5):.3g}"), "V") in line
    )  # the kit's par_vth, of one device
    assert "tolerance" in of_r


def test_measured_rates_of_a_leaky_neuron_spread_by_its_formula():
    circuit = lq.build("lif_switch")
    spreads = lq.tolerance(circuit, {"R1": "E96", "C1": "E96"})
    with bench_of(circuit) as bench:
        figures, units = measured_figures(bench)
        found = mismatch_of_figures(circuit, spreads, figures, units)
    r, c, i = circuit.values["R1"], circuit.values["C1"], circuit.sources["I1"]
    name = f"rate at {lq.show(i, 'A')}"
    hold = 1 / figures(circuit)[name] - r * c * np.log(r * i / (r * i - 1))
    # T = hold + R C ln(R I / (R I - v_th)) (Lapicque 1907), differentiated; the hold does not depend on R and C
    rate = 1 / (hold + r * c * np.log(r * i / (r * i - 1)))
    by_c = -(rate**2) * r * np.log(r * i / (r * i - 1))
    by_r = -(rate**2) * c * (np.log(r * i / (r * i - 1)) - 1 / (r * i - 1))
    row = found.prediction.sensitivities.figures.index(name)
    assert found.prediction.sensitivities.slopes[row] == pytest.approx([by_r, by_c], rel=2e-3)
    assert "measured figures" in str(found)
    with pytest.raises(lq.DesignError, match="no neuron"):
        _ = found.model
