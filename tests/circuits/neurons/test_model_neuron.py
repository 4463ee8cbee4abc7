"""Neuron models as circuits, in the model and in ngspice, against the quick run of the model itself."""

import numpy as np
import pytest

import lapicque as lq
from lapicque.analysis.ideal.ideal_lif import LifParameters, population
from lapicque.circuits.library.joining import join
from lapicque.circuits.library.synapse_current import exponential_synapse

EXPONENTIAL = lq.ExponentialLeak(30e-9, -70.6e-3, 2e-3, -50.4e-3)
VOLTAGES = np.linspace(-90e-3, -30e-3, 7)
LIF = lq.NeuronModel(10e-9, lq.Leak(1e-6, -0.07), 1.0, 0.1)
CASES = {
    "LIF": (LIF, 1.5e-6),
    "held, seen late": (lq.NeuronModel(10e-9, lq.Leak(1e-6, -0.07), 1.0, 0.1, 2e-3, 0.5e-3), 1.5e-6),
    "no leak": (lq.NeuronModel(10e-9, lq.Leak(0), 1.0, 0.0), 0.9e-6),
    "input in volts": (lq.NeuronModel(10e-3, lq.Leak(1.0), 1.0, 0.0, unit="V"), 1.5),
    "adaptation": (lq.NeuronModel(1e-7, lq.Leak(1e-5), 1.0, 0.0, adaptation=lq.Adaptation(2e-6, 1e-6, 0.1)), 20e-6),
    "threshold": (lq.NeuronModel(1e-7, lq.Leak(1e-5), 1.0, 0.0, 1e-3, threshold=lq.MovingThreshold(0.2, 0.05)), 20e-6),
    "AdEx": (lq.NeuronModel(281e-12, EXPONENTIAL, -0.02, -0.07, adaptation=lq.Adaptation(4e-9, 8e-11, 0.144)), 1e-9),
    "table": (lq.NeuronModel(281e-12, lq.FlowTable(VOLTAGES, EXPONENTIAL.at(VOLTAGES)), -0.035, -0.06, 2e-3), 1e-9),
}
STOP = 0.06


@pytest.fixture(scope="module")
def engine():
    with lq.Engine() as found:
        yield found


def _spikes(run):
    return np.array(next(iter(lq.spikes(run).values())))


@pytest.mark.parametrize("name", CASES)
def test_the_circuit_of_a_model_spikes_as_the_model_does(name, engine):
    """Worst measured, of an interval: 2e-4 after 20 (the reset takes 1.5e-5 of a time constant); ngspice 5e-4."""
    model, current = CASES[name]
    circuit = lq.circuit_of_model(model, current)
    assert lq.Circuit.from_json(circuit.to_json()) == circuit
    expected = lq.run_neuron(model, [0, STOP], [current, current]).spikes
    interval = np.median(np.diff(expected))
    for run, limit in (
        (lq.solve(circuit, STOP), 3e-4),
        (engine.run(circuit, lq.Transient(STOP)), 1e-3),
    ):
        found = _spikes(run)
        late = STOP - limit * interval
        assert np.sum(found < late) == np.sum(expected < late) > 3
        k = min(len(found), len(expected))
        np.testing.assert_allclose(found[:k], expected[:k], atol=limit * interval)


def test_a_moving_input_goes_through_the_circuit_too():
    model, _ = CASES["AdEx"]
    times, values = [0.0, 0.02, 0.05, 0.051, 0.1], [0.0, 1.5e-9, 0.2e-9, 1e-9, 2e-9]
    expected = lq.run_neuron(model, times, values).spikes
    found = _spikes(lq.solve(lq.circuit_of_model(model, lq.PWL(times, values)), times[-1]))
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_models_join_by_synapses():
    first, second = lq.circuit_of_model(CASES["held, seen late"][0], 1.5e-6), lq.circuit_of_model(CASES["AdEx"][0])
    both = join(first, exponential_synapse("3n", "5m"), second)
    found = lq.spikes(lq.solve(both, STOP))
    assert len(found["pre.spike"]) > 3
    assert len(found["post.spike"]) > 3
    assert found["post.spike"][0] > found["pre.spike"][0]


def test_a_population_of_an_lif_model_is_that_neuron():
    """Against the ideal neuron with the same numbers."""
    made = lq.population_of_model(LIF, "cells", 5)
    assert (made.kind, made.size) == ("LIF", 5)
    ideal = LifParameters(made.tau_mem[0], made.r[0], made.v_threshold[0], made.v_reset[0], made.v_leak[0], 0.0)
    run = lq.run_neuron(LIF, [0, STOP], [1.5e-6, 1.5e-6])
    np.testing.assert_allclose(population(ideal, 1.5e-6, STOP).time, run.spikes, rtol=1e-13)
    assert lq.population_of_model(CASES["no leak"][0], "cells", 2).kind == "IF"


@pytest.mark.parametrize(
    ("name", "has"), [("held, seen late", "refractory period of 2 ms"), ("adaptation", "an adaptation"),
                      ("threshold", "a threshold that moves"), ("AdEx", "an exponential"), ("table", "a table")],
)  # fmt: skip
def test_what_populations_have_not_is_named(name, has):
    with pytest.raises(lq.DesignError, match=has):
        lq.population_of_model(CASES[name][0], "cells", 5)


def test_what_no_circuit_does_is_refused():
    for model, said in (
        (lq.NeuronModel(10e-9, lq.Leak(1e-6), 1.0, 0.0, 1e-7), "t_ref is"),
        (lq.NeuronModel(10e-9, lq.Leak(1e-6), 1.0, 0.0, threshold=lq.MovingThreshold(-0.1, 1e-3)), "must not lower"),
    ):
        with pytest.raises(lq.DesignError, match=said):
            lq.circuit_of_model(model)
