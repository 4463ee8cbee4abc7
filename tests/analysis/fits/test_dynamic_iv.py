"""Recordings of known neurons, made by a solver that knows nothing of lapicque's, and what is read off them."""

import numpy as np
import pytest
from oracles.exponential_neuron import DELTA, E_L, HOLD, V_T, C, G, exponential_neuron

from lapicque.analysis.fits.coincidence import coincidence
from lapicque.analysis.fits.dynamic_iv import dynamic_iv
from lapicque.analysis.fits.recording import Recording, samples_of
from lapicque.circuits.errors import DesignError, QuantityError


@pytest.fixture(scope="module")
def recording():
    return exponential_neuron()


def test_the_curve_of_a_known_neuron_comes_back(recording):
    found = dynamic_iv(recording)
    assert found.c == pytest.approx(C, rel=2e-3)
    assert found.explained > 0.99
    flow = found.exponential
    assert (flow.g, flow.e) == pytest.approx((G, E_L), rel=0.02)
    assert flow.delta_t == pytest.approx(DELTA, rel=0.05)
    assert flow.v_t == pytest.approx(V_T, rel=0.01)
    assert found.after.held == pytest.approx(HOLD, abs=1e-3)
    below = found.v < V_T
    true = G * (E_L - found.v) + G * DELTA * np.exp((found.v - V_T) / DELTA)
    assert np.abs(found.f - true)[below].max() < 0.01 * np.ptp(true[below])


def test_a_current_that_enters_elsewhere_has_no_capacitance(recording):
    shuffled = np.random.default_rng(0).permutation(recording.current)
    with pytest.raises(DesignError, match="no capacitance"):
        dynamic_iv(Recording(recording.time, shuffled, recording.v, recording.spikes))


def test_steps_over_a_spike_and_in_a_reset_before_it_is_seen_are_no_samples():
    time = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    v = np.array([0.0, 0.4, 1.0, 0.5, 0.0, 0.2])  # turns at 2, is seen at 2.5
    found = samples_of([Recording(time, np.ones(6), v, np.array([2.5]))])
    assert found.time.tolist() == [0.5, 1.5, 3.5, 4.5]
    assert found.since.tolist() == [np.inf, np.inf, 1.0, 2.0]
    assert found.until.tolist() == [1.5, 0.5, np.inf, np.inf]


def test_recordings_that_cannot_be_are_refused():
    with pytest.raises(QuantityError, match="2 currents"):
        Recording([0, 1, 2], [0, 1], [0, 1, 2], [])
    with pytest.raises(QuantityError, match="do not rise"):
        Recording([0, 2, 1], [0, 1, 2], [0, 1, 2], [])
    with pytest.raises(QuantityError, match="outside of its recording"):
        Recording([0, 1, 2], [0, 1, 2], [0, 1, 2], [7.0])


def test_coincidence_is_one_for_the_same_train_and_about_zero_for_another():
    rng = np.random.default_rng(3)
    a, b = (np.sort(rng.uniform(0, 1000, 5000)) for _ in range(2))
    assert coincidence(a, a, 1000.0, 0.01).gamma == pytest.approx(1, abs=1e-12)
    assert abs(coincidence(a, b, 1000.0, 0.01).gamma) < 0.03


@pytest.mark.parametrize(
    ("neuron", "model", "hits", "gamma"),
    [
        # (N_c - 2 nu w n)/((n + m)/2)/(1 - 2 nu w) by hand, length 10 s, window 0.1 s
        ([1.0, 2.0, 3.0, 4.0], [1.05, 2.2, 2.95], 2, (2 - 0.24) / 3.5 / 0.94),
        ([1.0, 1.05], [1.02], 1, (1 - 0.04) / 1.5 / 0.98),  # a spike has one partner
        ([1.0, 2.0], [], 0, 0.0),
    ],
)
def test_coincidence_by_hand(neuron, model, hits, gamma):
    found = coincidence(np.array(neuron), np.array(model), 10.0, 0.1)
    assert found.hits == hits
    assert found.gamma == pytest.approx(gamma, abs=1e-12)
