import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapicque.analysis import LifParameters, Spikes, euler, feed_forward, parameters_of, population, solve
from lapicque.circuits import QuantityError
from lapicque.circuits.library import build

NEURON = LifParameters(tau=1e-2, gain=1e6, v_th=1.0, v_reset=0.0, v_rest=0.0, t_ref=2e-3)


def test_parameters_come_from_the_circuit():
    assert parameters_of(build("lif")) == NEURON
    shifted = parameters_of(build("lif", {"v_rest": -0.07, "preset": "chip"}))
    assert shifted.v_rest == pytest.approx(-0.07)
    assert shifted.gain == pytest.approx(20e9)


def test_ten_thousand_neurons_are_exact():
    """Textbook interval (Burkitt 2006, section 2), k-th spike at t_1 + k T: no drift over a second."""
    currents = np.linspace(0, 4e-6, 10_000)
    spikes = population(NEURON, currents, 1.0)
    drive = 1e6 * currents
    for j in (0, 2500, 2501, 2600, 5000, 9999):
        if drive[j] <= 1:
            assert not len(spikes.of(j))
            continue
        first = 1e-2 * np.log(drive[j] / (drive[j] - 1))
        expected = first + (first + 2e-3) * np.arange(len(spikes.of(j)))
        assert np.max(np.abs(spikes.of(j) - expected)) < 1e-12
        assert expected[-1] <= 1.0 < expected[-1] + first + 2e-3


def test_a_neuron_with_its_rest_above_the_threshold_fires_by_itself():
    """From its reset to 1 V on the way to 1.2 V: tau ln 6, then t_ref + tau ln 6 (Burkitt 2006, section 2)."""
    changes = {"v_rest": 1.2, "current": 0.0}
    circuit = build("lif", changes)
    neuron = parameters_of(circuit)
    charge = 1e-2 * np.log(6)
    exact = charge + (charge + 2e-3) * np.arange(3)
    assert population(neuron, 0.0, 0.07).time == pytest.approx(exact, rel=1e-12)
    nothing = Spikes(np.zeros(0, np.int64), np.zeros(0))
    assert feed_forward(neuron, nothing, np.zeros((1, 1)), 0.07).time == pytest.approx(exact, rel=1e-12)
    assert euler(neuron, 0.0, 0.07, 1e-6)[2] == pytest.approx(exact, rel=1e-4)
    assert solve(circuit, 0.07).spikes(circuit.element("spike")) == pytest.approx(exact, rel=1e-3)


def test_below_rheobase_nothing_fires():
    assert not len(population(NEURON, [0.0, 0.5e-6, 1e-6], 10.0).time)


def test_a_run_must_have_a_length():
    with pytest.raises(QuantityError):
        population(NEURON, 2e-6, 0)


@given(
    st.lists(st.floats(1e-3, 0.1), min_size=0, max_size=12, unique=True),
    st.floats(-0.5, 0.9), st.floats(0, 2e-6),
)  # fmt: skip
def test_a_driven_neuron_against_small_steps(times, jump, current):
    """The same rules, stepped finely between events with the exact exponential: an independent loop."""
    times = np.sort(times)
    incoming = Spikes(np.zeros(len(times), np.int64), times)
    found = feed_forward(NEURON, incoming, np.array([[jump]]), 0.12, current).time
    v, t, free, expected = 0.0, 0.0, 0.0, []
    v_inf = 1e6 * current
    for until, kick in [*((s, jump) for s in times), (0.12, 0.0)]:
        while t < until:
            if t < free:
                t, v = min(free, until), 0.0
                continue
            if v_inf > 1 and v < 1:
                cross = t + 1e-2 * np.log((v_inf - v) / (v_inf - 1))
                if cross <= until:
                    expected.append(cross)
                    t, v, free = cross, 0.0, cross + 2e-3
                    continue
            v, t = v_inf + (v - v_inf) * np.exp(-(until - t) / 1e-2), until
        if until >= free:
            v += kick
            if v >= 1:
                expected.append(until)
                v, free = 0.0, until + 2e-3
    assert found == pytest.approx(expected, abs=1e-12)


def test_two_layers_are_a_network():
    first = population(NEURON, [3e-6, 4e-6], 0.1)
    second = feed_forward(NEURON, first, np.array([[0.4, 0.1], [0.4, 0.1]]), 0.1)
    assert len(second.of(0)) > len(second.of(1))


def test_ideal_network_is_what_the_circuit_stands_for():
    """The pre-to-post circuit: one ideal post spike at the third pre spike, as in ngspice and the model."""
    incoming = Spikes(np.zeros(3, np.int64), np.array([2e-3, 4e-3, 6e-3]))
    assert feed_forward(NEURON, incoming, np.array([[0.45]]), 0.02).time == pytest.approx([6e-3])


def test_euler_is_wrong_by_about_its_step():
    exact = population(NEURON, 2e-6, 0.1).time
    errors = []
    for dt in (1e-3, 1e-4, 1e-5):
        times, voltages, spikes = euler(NEURON, 2e-6, 0.1, dt)
        assert len(times) == len(voltages) == round(0.1 / dt) + 1
        errors.append(abs(spikes[-1] - exact[len(spikes) - 1]))
    assert 1e-4 < errors[0] < 5e-3
    assert errors[2] < errors[1] < errors[0]
    assert errors[2] < 2e-4


GOOD = {"tau": 1e-2, "gain": 1e6, "v_th": 1.0, "v_reset": 0.0, "v_rest": 0.0, "t_ref": 2e-3}


@pytest.mark.parametrize(
    ("name", "value"),
    [("tau", 0.0), ("tau", -1e-3), ("t_ref", -1e-9), ("v_reset", 1.0), ("v_reset", 2.0),
     *((name, bad) for name in GOOD for bad in (np.nan, np.inf, -np.inf))],
)  # fmt: skip
def test_parameters_that_mean_nothing_are_refused(name, value):
    with pytest.raises(QuantityError, match=name):
        LifParameters(**GOOD | {name: value})


def test_populations_look_at_what_they_are_given():
    one = Spikes(np.array([0]), np.array([1e-3]))
    for current in (np.nan, [1e-6, np.inf], "a lot", np.ones((2, 2))):
        with pytest.raises(QuantityError, match="current"):
            population(NEURON, current, 0.1)
    with pytest.raises(QuantityError, match="v0"):
        population(NEURON, 0.0, 0.1, v0=np.nan)
    for jumps in (np.ones(3), np.full((1, 2), np.nan), np.ones((0, 2))):
        with pytest.raises(QuantityError, match="jumps"):
            feed_forward(NEURON, one, jumps, 0.1)
    with pytest.raises(QuantityError, match="one a neuron"):
        feed_forward(NEURON, one, np.ones((1, 2)), 0.1, current=[0.0, 0.0, 0.0])
    for stop in (0.0, np.nan, np.inf):
        with pytest.raises(QuantityError, match="stop"):
            feed_forward(NEURON, one, np.ones((1, 2)), stop)
    with pytest.raises(QuantityError, match="dt"):
        euler(NEURON, 0.0, 0.1, 0.0)
