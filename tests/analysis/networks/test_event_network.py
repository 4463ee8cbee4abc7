"""The event-driven network against textbooks, against a stiff solver, and against itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from lapicque.analysis import solve
from lapicque.analysis.networks.compiled_flow import crossing, membrane
from lapicque.analysis.networks.event_network import IDEAL, TIMED, Spiking, event_network
from lapicque.circuits import DesignError, QuantityError, Sine
from lapicque.circuits.networks import (
    Connection,
    SignalInput,
    SpikeInput,
    compose,
    constant_input,
    cuba_lif,
    leaky,
    lif,
    network,
    poisson,
    random_weights,
    scale_of,
    threshold,
)


def _spikes(made, stop, spiking=IDEAL, **more):
    return event_network(compose(made, scale_of(made, **more)), stop, spiking).spikes


def test_a_driven_neuron_spikes_at_the_textbook_times():
    found = _spikes(network("n", lif("a", 1, tau=10e-3, bias=1.5, v_leak=0.2, v_reset=-0.1)), 0.1)["a.0"]
    # Gerstner et al. 2014, Neuronal Dynamics, eq. 1.10, from v = 0 and then from the reset.
    first, again = 10e-3 * np.log(1.7 / 0.7), 10e-3 * np.log(1.8 / 0.7)
    assert found == pytest.approx(first + again * np.arange(len(found)), rel=1e-12)
    assert len(found) == int((0.1 - first) / again) + 1


@given(st.floats(1e-4, 1.0), st.floats(-7, 1))
@settings(max_examples=40, deadline=None)
def test_a_neuron_close_to_its_rheobase_has_the_time_constant_of_its_description(tau, excess):
    bias = 1 + 10**excess
    exact = tau * np.log(bias / (bias - 1))
    found = _spikes(network("n", lif("a", 1, tau=tau, bias=bias)), 1.5 * exact)["a.0"]
    # What a rounding of the bias does to the time is eps / (bias - 1).
    assert found[:1] == pytest.approx([exact], rel=1e-14 + 1e-14 / (bias - 1))
    # The circuit's open switch of 1e13 ohm beside its leak of 1e6: a shorter time constant and a lower rest.
    shorter, lower = tau / (1 + 1e-7), bias / (1 + 1e-7)
    if lower > 1:
        leaky = _spikes(network("n", lif("a", 1, tau=tau, bias=bias)), 1.5 * exact, Spiking(leak=True))["a.0"]
        wanted = shorter * np.log(lower / (lower - 1))
        assert leaky[:1] == pytest.approx([wanted][: len(leaky)], rel=1e-14 + 1e-13 / (lower - 1))


def test_nir_spikes_of_the_two_neurons_of_the_paper():
    # 10 ln 6 ms between spikes of the first; every one of them carries the second over its threshold at once.
    made = network(
        "n", lif("a", 1, tau=10e-3, v_leak=1.2), lif("b", 1, tau=10e-3, v_threshold=20), Connection("a", "b", [[1.0]])
    )
    found = _spikes(made, 0.1)
    assert found["a.0"] == pytest.approx(10e-3 * np.log(6) * np.arange(1, 6), rel=1e-12)
    assert found["b.0"].tolist() == found["a.0"].tolist()


@given(st.integers(0, 100_000))
@settings(max_examples=200)
def test_no_crossing_is_missed_and_none_is_invented(seed):
    draw = np.random.default_rng(seed)
    k_m, k_s = 10 ** draw.uniform(0, 3, 2)
    if seed % 5 == 0:
        k_s = k_m * (1 + (seed % 3) * 1e-12)
    if seed % 7 == 0:
        k_m = 0.0
    v, c, a = draw.normal(), draw.normal() * 300, draw.normal() * 600
    level = v + draw.exponential()
    horizon = 0.3
    t = np.linspace(0, horizon, 200_001)
    curve = membrane_of(v, c, a, k_m, k_s, t)
    found = crossing(v, c, a, k_m, k_s, level, horizon)
    above = np.flatnonzero(curve >= level)
    if found < 0:
        assert np.max(curve) < level + 1e-9
    else:
        assert membrane_of(v, c, a, k_m, k_s, np.array([found]))[0] == pytest.approx(level, abs=1e-9)
        first = t[above[0]] if len(above) else horizon
        assert first - 2 * t[1] <= found <= first + 1e-12 or np.max(curve) < level + 1e-6


def membrane_of(v, c, a, k_m, k_s, t):
    """A second implementation: partial fractions, and a series in the difference of the rates where they are close."""
    d = k_s - k_m
    decayed = np.exp(-k_m * t)
    if abs(d) > 1e-3 * k_s:
        answer = a * (decayed - np.exp(-k_s * t)) / d
    else:
        answer = a * decayed * (t - d * t**2 / 2 + d**2 * t**3 / 6 - d**3 * t**4 / 24)
    return v * decayed + (c * (1 - decayed) / k_m if k_m else c * t) + answer


def test_the_membrane_between_events_solves_its_equation():
    for k_m, k_s in ((50.0, 200.0), (200.0, 50.0), (100.0, 100.0), (0.0, 80.0)):
        t = np.linspace(0, 0.1, 11)
        exact = solve_ivp(
            lambda t, x, k=k_m, s=k_s: -k * x + 3.0 + 40.0 * np.exp(-s * t), (0, 0.1), [0.2], t_eval=t, rtol=1e-12,
            atol=1e-14,
        ).y[0]  # fmt: skip
        assert [membrane(0.2, 3.0, 40.0, k_m, k_s, x) for x in t] == pytest.approx(exact, abs=1e-10)


def _euler(tau_s, tau_m, weights, delay, times, bias, stop, dt):
    """A loop of time steps, as people write it; its error is that of its step."""
    n = len(bias)
    v, i = np.zeros(n), np.zeros(n)
    due = [(t, -1) for t in times]
    spikes = [[] for _ in range(n)]
    for k in range(round(stop / dt)):
        t = k * dt
        for when, who in [d for d in due if d[0] <= t]:
            due.remove((when, who))
            i += (np.ones(n) * 0.004 if who < 0 else weights[:, who]) / tau_s
        v += dt * (-v + i) / tau_m
        i += dt * (bias - i) / tau_s
        for j in np.flatnonzero(v >= 1):
            spikes[j].append(t)
            due.append((t + delay, j))
            v[j] = 0.0
    return spikes


def test_a_recurrent_network_is_that_of_a_fine_time_step():
    weights = np.array([[0.0, 0.003, 0.0], [0.002, 0.0, -0.004], [0.003, 0.001, 0.0]])
    times, bias = [0.005, 0.011, 0.03], np.array([1.4, 1.1, 0.9])
    made = network(
        "n",
        SpikeInput("in", (times,)),
        cuba_lif("a", 3, tau_syn=4e-3, tau=12e-3, bias=bias),
        Connection("in", "a", np.full((3, 1), 0.004)),
        Connection("a", "a", weights, delay=2e-3),
    )
    exact = _spikes(made, 0.08)
    coarse = _euler(4e-3, 12e-3, weights, 2e-3, times, bias, 0.08, 1e-5)
    for k in range(3):
        assert len(exact[f"a.{k}"]) == len(coarse[k]) > 1
        assert np.max(np.abs(exact[f"a.{k}"] - coarse[k])) < 2e-4


@pytest.mark.parametrize("kind", ["lif", "cuba"])
def test_with_spikes_of_the_circuits_length_it_is_the_circuit(kind):
    """The circuit's own equations, solved exactly with all switches, are the second implementation."""
    neurons = lif("a", 3, tau=20e-3, bias=0.7) if kind == "lif" else cuba_lif("a", 3, bias=[1.2, 0.7, 0.6])
    made = network(
        "n",
        poisson("in", 4, 25, 0.2, seed=5, dead=1e-3),
        neurons,
        cuba_lif("b", 2, bias=0.6),
        Connection("in", "a", random_weights(3, 4, 2, 5e-3, seed=1)),
        Connection("a", "b", random_weights(2, 3, 2, 9e-3, seed=2)),
    )
    built = compose(made)
    solution = solve(built.circuit, 0.2)
    model = event_network(built, 0.2, TIMED).spikes
    for name, times in model.items():
        seen = solution.spikes(built.circuit.element(f"{name}.spike"))
        assert len(seen) == len(times)
        # Edges of pulses and of the reset, 1e-4 V: 12 us at a neuron that creeps over its threshold.
        assert np.max(np.abs(seen - times), initial=0.0) < 20e-6
    assert sum(map(len, model.values())) > 8


def test_shorter_spikes_come_closer_to_the_ideal():
    made = network("n", lif("a", 1, bias=1.3), lif("b", 1, bias=0.8), Connection("a", "b", [[8e-3]]))
    ideal = _spikes(made, 0.3)["b.0"]
    errors = [np.max(np.abs(_spikes(made, 0.3, TIMED, width=w)["b.0"] - ideal)) for w in (2e-4, 2e-5, 2e-6)]
    assert len(ideal) > 3
    assert errors[0] > 5 * errors[1] > 25 * errors[2]


def test_spikes_during_the_dead_time_of_a_membrane_are_lost():
    made = network("n", SpikeInput("in", ([10e-3, 10.02e-3],)), lif("a", 1), Connection("in", "a", [[0.03]]))
    # The second spike alone lifts the membrane by 1.5: free at once it spikes again, held it does not.
    assert len(_spikes(made, 0.02, IDEAL, width=50e-6)["a.0"]) == 2
    assert len(_spikes(made, 0.02, Spiking(dead=True), width=50e-6)["a.0"]) == 1


def test_constant_inputs_are_biases():
    by_line = network("n", constant_input("in", [0.5, 1.0]), lif("a", 1), Connection("in", "a", [[1.0, 1.2]]))
    by_bias = network("n", lif("a", 1, bias=1.7))
    assert _spikes(by_line, 0.1)["a.0"] == pytest.approx(_spikes(by_bias, 0.1)["a.0"], rel=1e-12)


def test_samples_do_not_disturb():
    made = network("n", poisson("in", 3, 40, 0.1, seed=1), cuba_lif("a", 2, bias=0.9),
                   Connection("in", "a", random_weights(2, 3, 2, 4e-3)))  # fmt: skip
    built = compose(made)
    with_samples = event_network(built, 0.1, IDEAL, ["a.1"], np.linspace(0, 0.1, 500))
    assert with_samples.spikes["a.1"] == pytest.approx(event_network(built, 0.1).spikes["a.1"], rel=1e-9)
    assert with_samples.samples["a.1"].shape == (500,)
    assert with_samples.samples["a.1"].max() <= 1.0


def test_what_is_not_made_of_events_is_refused():
    sine = network("n", SignalInput("in", [Sine(0.0, 1.0, 50.0)]), lif("a", 1), Connection("in", "a", [[1.0]]))
    heard = network("n", leaky("a", 1), lif("b", 1), Connection("a", "b", [[1.0]]))
    bare = network("n", threshold("a", 1))
    for made, words in ((sine, "signals that change"), (heard, "hears the voltage"), (bare, "no state")):
        with pytest.raises(DesignError, match=words):
            _spikes(made, 0.1)
    with pytest.raises(QuantityError, match="later than 0"):
        _spikes(network("n", lif("a", 1)), 0.0)
