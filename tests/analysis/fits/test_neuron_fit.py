"""Known neurons come back from what was seen of them, each number inside its own error."""

import numpy as np
import pytest
from oracles.exponential_neuron import DELTA, E_L, HOLD, V_R, V_T, C, G, exponential_neuron

import lapicque as lq
from lapicque.analysis.fits.ahead import predicted, seen_of
from lapicque.analysis.fits.candidates import candidates, scene_of
from lapicque.analysis.fits.dynamic_iv import dynamic_iv
from lapicque.analysis.fits.judging import judge
from lapicque.analysis.fits.least import fit
from lapicque.analysis.fits.recording import Recording
from lapicque.circuits.neurons import ExponentialLeak, Leak, NeuronModel

TRUE = {"c": C, "g": G, "e": E_L, "delta_t": DELTA, "v_t": V_T, "v_reset": V_R, "t_ref": HOLD}


@pytest.fixture(scope="module")
def recording():
    return exponential_neuron(length=2.0)


@pytest.fixture(scope="module")
def scene(recording):
    return scene_of([recording], dynamic_iv(recording))


def group(scene, name):
    return dict(candidates(scene))[name]


def test_the_true_neuron_predicts_every_next_spike(recording):
    true = NeuronModel(C, ExponentialLeak(G, E_L, DELTA, V_T), -30e-3, V_R, HOLD)
    seen = seen_of([recording], HOLD + 1e-4)
    v, times = predicted(true, seen)
    step = 2.5e-5  # of the oracle, which sees a spike at the end of a step
    assert np.abs(times - seen.spikes).max() < 1.5 * step
    slow = np.abs(seen.slope) < 1.0
    assert np.abs(v - seen.v)[slow].max() < 1.5 * step * 1.0


def test_an_exponential_neuron_comes_back(recording, scene):
    found = fit(group(scene, "exponential IF"), seen_of([recording], scene.window), scene.swing, scene.interval)
    sigmas = found.model.covariance.sigmas
    for name, true in TRUE.items():
        value = found.model.parameters[name]
        assert abs(value - true) < 4 * sigmas[name] + 1e-4 * abs(true), name
        assert value == pytest.approx(true, rel=0.01), name
    assert found.timing < 5e-5


def test_another_kind_of_neuron_errs_in_time(recording, scene):
    seen = seen_of([recording], scene.window)
    found = fit(group(scene, "LIF, refractory"), seen, scene.swing, scene.interval)
    assert found.timing > 20 * 1.5e-5  # an exponential neuron is no LIF neuron


def test_an_lif_circuit_is_an_lif_neuron():
    found = lq.fit_neuron("lif_switch", spikes=20)
    model = found.model
    assert model.kind == "LIF"
    sigmas = model.covariance.sigmas
    off = 2 / 10e9  # two open switches leak beside R
    true = {"c": 10e-9, "g": 1e-6 + off, "v_spike": 1.0}
    for name, value in true.items():
        assert model.parameters[name] == pytest.approx(value, rel=1e-3)
        assert abs(model.parameters[name] - value) < 4 * sigmas[name], name
    assert abs(model.v_reset) < 1e-3
    assert abs(model.flow.e) < 1e-3
    row = found.row("LIF, refractory")
    assert row.judged.gamma > 0.999
    assert row.judged.curve_error < 1e-3
    assert "kind 'LIF, refractory'" in str(found)
    plain = found.row("LIF").judged  # without the hold of 2 ms
    assert plain is None or plain.curve_error > 0.05


def test_a_model_next_to_without_a_leak_is_judged_from_where_its_neuron_is():
    # an integrator's rate is I/(C swing); at its own rest, 50 V below, it would never fire within a run
    integrator = NeuronModel(160e-15, Leak(1e-18, -50.0), 1.4, 0.2)
    steady = Recording([0.0, 1e-3], [1e-10, 1e-10], [0.0, 0.625], [])
    current, swing = 1e-10 - 50e-18, 1.2
    rate = current / (160e-15 * swing)
    judged = judge(integrator, [steady], np.array([1e-10]), np.array([rate]), 1 / rate, 0.0)
    assert judged.curve_error < 1e-6


def test_what_cannot_be_fitted_is_refused():
    with pytest.raises(lq.DesignError, match="fewer spikes than parameters"):
        lq.fit_neuron("lif_switch", spikes=1)
    with pytest.raises(lq.LapicqueError, match="spike probe"):
        lq.fit_neuron("rc")
    for wrong in (0, -1, 1.5, "60", None, True):
        with pytest.raises(lq.LapicqueError, match="whole number"):
            lq.fit_neuron("lif_switch", spikes=wrong)
