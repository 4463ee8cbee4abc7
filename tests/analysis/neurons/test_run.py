"""The quick run of neuron models against closed forms and against a solver that shares nothing with it."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracles.neuron_target import target_of

from lapicque.analysis.neurons.run import NeuronState, at_rest, run_neuron, run_neurons
from lapicque.analysis.targets.run import run_target
from lapicque.circuits.errors import EquationError, QuantityError
from lapicque.circuits.neurons import Adaptation, ExponentialLeak, FlowTable, Leak, MovingThreshold, NeuronModel

LIF = NeuronModel(100e-9, Leak(10e-6, 0.0), 1.0, 0.2, t_ref=2e-3, delay=1e-3)
RECORDING = np.linspace(0.0, 0.3, 61)


def test_constant_input_is_the_closed_form():
    """Burkitt 2006, section 2: tau ln((I R - v_reset)/(I R - v_th)) and the refractory period between spikes."""
    run = run_neuron(LIF, [0, 1], [15e-6, 15e-6])
    interval = 2e-3 + 10e-3 * np.log(1.3 / 0.5)
    expected = 10e-3 * np.log(1.5 / 0.5) + 1e-3 + interval * np.arange(len(run.spikes))
    np.testing.assert_allclose(run.spikes, expected, rtol=1e-14)
    assert expected[-1] <= 1 < expected[-1] + interval


def test_a_ramp_and_a_jump_between_spikes_are_closed_forms():
    """tau v' = R k t - v from rest is R k (t - tau + tau exp(-t/tau)); a jump begins an exponential."""
    times = np.linspace(0, 0.1, 57)
    run = run_neuron(LIF, [0, 0.05, 0.05, 0.1], [0, 5e-6, 8e-6, 8e-6], times)
    tau, k = 10e-3, 1e-4
    ramp = 1e5 * k * (times - tau + tau * np.exp(-times / tau))
    at_jump = 1e5 * k * (0.05 - tau + tau * np.exp(-5))
    after = 0.8 + (at_jump - 0.8) * np.exp(-(times - 0.05) / tau)
    np.testing.assert_allclose(run.v, np.where(times <= 0.05, ramp, after), atol=2e-15)
    assert not len(run.spikes)


def test_a_threshold_that_is_only_just_reached_is_reached():
    """A triangle of input lifts v to a peak whose height is known; 1e-9 V decide, however few the corners."""
    tau, r, rise, top = 10e-3, 1e5, 30e-3, 15e-6
    shape = [0, rise, 2 * rise], [0, top, 0]
    at_top = r * top / rise * (rise - tau + tau * np.exp(-rise / tau))
    start = r * top + tau * r * top / rise  # of the falling line that v approaches
    t = tau * np.log((start - at_top) / (tau * r * top / rise))
    peak = start - r * top / rise * t + (at_top - start) * np.exp(-t / tau)
    for above, spikes in ((1e-9, 0), (-1e-9, 1)):
        neuron = NeuronModel(tau / r, Leak(1 / r), peak + above, 0.0, t_ref=1.0)
        assert len(run_neuron(neuron, *shape).spikes) == spikes


def _models(kind: str, draw: st.DrawFn) -> NeuronModel:
    def of(low: float, high: float) -> float:
        return draw(st.floats(low, high))

    g, e, c = of(5e-9, 40e-9), of(-75e-3, -65e-3), of(150e-12, 400e-12)
    threshold = MovingThreshold(of(1e-3, 10e-3), of(5e-3, 100e-3)) if kind == "threshold" else None
    slow = Adaptation(of(-2e-9, 20e-9), of(0, 100e-12), of(2e-3, 200e-3))
    flow, spike = Leak(g, e), of(-52e-3, -45e-3)
    if kind == "exponential":
        flow, spike = ExponentialLeak(g, e, of(1e-3, 4e-3), -50e-3), of(-42e-3, -30e-3)
    if kind == "table":
        v = np.array([-0.3, -0.09, -0.075, -0.065, -0.055, -0.05, -0.045, 0.0])
        flow = FlowTable(v, ExponentialLeak(g, e, 6e-3, -50e-3).at(v) * [1, 1, 1, 1, of(0.5, 1.5), 1, 1, 0.01])
    t_ref = draw(st.sampled_from([0.0, 1e-3, 7.3e-3]))
    return NeuronModel(c, flow, spike, of(-70e-3, -56e-3), t_ref, 0.0, slow, threshold)


@pytest.mark.parametrize("kind", ["line", "threshold", "exponential", "table"])
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), seed=st.integers(0, 2**31))
def test_every_kind_agrees_with_a_solver_of_its_own(kind, data, seed):
    """Spike times to 1e-8 of the shortest interval that matters, v to 1e-8 of a swing; measured: 2e-10."""
    model = _models(kind, data.draw)
    time = np.linspace(0, 0.08, 9)
    current = np.random.default_rng(seed).uniform(0, 0.8e-9, len(time))
    start = (model.v_reset, 0.0, 0.0)
    target = run_target(target_of(model, time, current, start), time[-1])
    run = run_neuron(model, time, current, np.linspace(0, 0.08, 161), NeuronState(*start))
    assume(not len(target.spikes) or target.spikes[-1] < 0.08 - 1e-6)
    assert len(run.spikes) == len(target.spikes)
    np.testing.assert_allclose(run.spikes, target.spikes, atol=1e-10)
    far = np.array([np.min(np.abs(target.spikes - t), initial=1.0) > 1e-4 for t in run.time])
    for mine, name, size in ((run.v, "v", 1e3), (run.w, "w", 1e12), (run.h, "h", 1e3)):
        np.testing.assert_allclose(mine[far] * size, target.values(name, run.time)[far], atol=1e-6, rtol=1e-7)


def test_a_batch_is_its_runs_and_rest_is_a_standstill():
    flow = ExponentialLeak(30e-9, -70.6e-3, 2e-3, -50.4e-3)
    adex = NeuronModel(281e-12, flow, 0.0, -70.6e-3, adaptation=Adaptation(4e-9, 80e-12, 144e-3))
    for model, drive in ((adex, 0.0), (adex, 0.4e-9), (LIF, 5e-6), (adex.with_parameters({"a": -1e-9}), 0.1e-9)):
        rest = at_rest(model, drive)
        run = run_neuron(model, [0, 1], [drive, drive], [0, 1], rest)
        np.testing.assert_allclose(run.v, rest.v, rtol=1e-12)
        assert not len(run.spikes)
    drives = np.outer([1.0, 1.1], np.full(31, 1e-9))
    together = run_neurons([adex, LIF], np.linspace(0, 0.3, 31), drives)
    alone = run_neuron(adex, [0, 0.3], [1e-9, 1e-9])
    np.testing.assert_allclose(together[0].spikes, alone.spikes, rtol=1e-13)
    assert not len(together[1].spikes)


def test_what_has_no_end_or_no_shape_is_said():
    falling = NeuronModel(1e-9, FlowTable([-0.1, -0.09, -0.08, -0.07], [-2e-9, -1e-9, 0, 1e-9]), -0.05, -0.09)
    with pytest.raises(EquationError, match="runs away"):
        run_neuron(falling, [0, 60], [0, 0], start=NeuronState(-0.09))
    endless = NeuronModel(1e-9, Leak(1e-9, 2.0), 1.0, 0.0, threshold=MovingThreshold(-2.0, 1.0))
    with pytest.raises(EquationError, match="fires without end"):
        run_neuron(endless, [0, 60], [0, 0])
    for time, current, samples in (([0, 1], [0], []), ([1, 0], [0, 0], []), ([0], [0], []), ([0, 1], [0, 0], [2.0])):
        with pytest.raises(QuantityError):
            run_neuron(LIF, time, current, samples)
