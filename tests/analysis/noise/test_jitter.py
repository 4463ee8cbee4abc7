"""Spike times with noise: the two ways of the first passage, what is measured, and ngspice with the same samples."""

import numpy as np
import pytest

import lapicque as lq
from lapicque.analysis.noise.jitter import jitter, measure, samples_for, soft_threshold, with_noise
from lapicque.analysis.noise.passage import Passage
from lapicque.analysis.noise.same_samples import same_samples
from lapicque.circuits.errors import DesignError, QuantityError

NEURON = lq.build("lif_switch", {"t_ref": 0})


@pytest.mark.parametrize(("x_inf", "sigma"), [(2.0, 0.1), (1.2, 0.1), (0.9, 0.1), (0.7, 0.15)])
def test_moments_by_integrals_and_by_the_density(x_inf, sigma):
    """Siegert's integrals against the Volterra equation, which share nothing."""
    way = Passage(1.0, x_inf, 0.0, 1.0, sigma)
    longest = way.mean + 14 * way.deviation
    h = longest / 4000
    t = h * np.arange(1, 4001)
    g = way.density(t)
    mean = np.sum(g * t) * h
    assert np.sum(g) * h == pytest.approx(1.0, abs=1e-4)
    assert mean == pytest.approx(way.mean, rel=1e-3)  # of 4000 points, measured 4e-4
    assert np.sqrt(np.sum(g * t**2) * h - mean**2) == pytest.approx(way.deviation, rel=2e-3)


def test_small_noise_is_the_slope_at_the_threshold():
    """To the first order, down to the thermal noise of the membrane's own resistor."""
    for sigma in (1e-2, 1e-4, 1e-7):
        way = Passage(0.01, 2.0, 0.0, 1.0, sigma)
        assert way.deviation == pytest.approx(way.by_slope, rel=2 * sigma + 1e-6)
        assert way.mean == pytest.approx(way.without_noise, rel=sigma)
    found = jitter(NEURON)
    assert found.thermal == pytest.approx(np.sqrt(1.38064852e-23 * 300.15 / 10e-9), rel=1e-9)
    assert found.by_slope == pytest.approx(found.thermal * np.sqrt(0.75) * 10e-3, rel=1e-9)


@pytest.mark.parametrize(("current", "density"), [(2e-6, 2e-9), (2e-6, 1e-8), (1.2e-6, 1e-8)])
def test_a_thousand_intervals(current, density):
    """Prediction inside three standard errors of mean and deviation; 1.3 and 1.8 were the largest measured."""
    found = jitter(NEURON.with_values({"I1": current}), density)
    measured = measure(found, 1000, seed=1)
    for wanted, (value, error) in ((found.mean, measured.mean), (found.deviation, measured.deviation)):
        assert abs(value - wanted) < 3 * error
    assert measured.cv == pytest.approx(found.cv, rel=0.1)


def test_histogram_holds_all_intervals():
    for density in (1e-8, 2e-9, 0.0):
        times, at = jitter(NEURON.with_values({"I1": 1.2e-6}), density).histogram()
        assert np.sum(at) * (times[1] - times[0]) == pytest.approx(1.0, abs=2e-3)


def test_samples_have_the_variance_of_white_noise():
    """4000 membranes behind samples joined by lines, six time constants long."""
    found = jitter(NEURON, 1e-8)
    step = 1e-2 * found.passage.tau
    random, keep = np.random.default_rng(5), np.exp(-step / found.passage.tau)
    v, old, size = np.zeros(4000), random.standard_normal(4000), samples_for(found.white, step)
    for _ in range(600):  # the line's mean over a step, exact to (step / tau)^2
        new = random.standard_normal(4000)
        v = v * keep + size * (old + new) / 2 * step / found.capacitance * np.sqrt(keep)
        old = new
    assert v.std() == pytest.approx(found.passage.sigma, rel=4 / np.sqrt(2 * 4000))


def test_model_and_ngspice_have_the_same_spikes(engine):
    """The same samples in both, spike by spike; measured 1e-8 s with `reference`, 3e-6 s with `standard`."""
    both = same_samples(jitter(NEURON, 1e-8), engine, 10, seed=3)
    assert len(both.model) == len(both.simulated) >= 8
    assert both.worst < 1e-5
    assert np.std(np.diff(both.model)) > 1e-4  # noise moves them ten times as far


def test_samples_are_those_of_the_seed():
    first, again, other = (with_noise(jitter(NEURON, 1e-8), 0.01, 1e-4, seed) for seed in (1, 1, 2))
    assert first == again != other


def test_soft_threshold():
    """Without noise nothing fires below rheobase; with noise something does, and far above nothing changes."""
    rates, cv = soft_threshold(NEURON, [0.9e-6, 1.0e-6, 3e-6], 1e-8)
    assert 0 < rates[0] < rates[1] < rates[2]
    assert rates[2] == pytest.approx(1 / (10e-3 * np.log(3 / 2)), rel=5e-3)
    assert cv[0] > cv[1] > cv[2]


def test_refused():
    with pytest.raises(QuantityError, match="standard deviations above"):
        _ = jitter(NEURON.with_values({"I1": 0.5e-6}), 1e-10).mean
    with pytest.raises(DesignError, match="not specified as an LIF neuron"):
        jitter(lq.build("hh"))
    with pytest.raises(QuantityError, match="density"):
        jitter(NEURON, -1)
