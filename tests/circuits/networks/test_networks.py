"""The description of networks: what it refuses, and the circuit that it becomes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapicque.analysis import solve
from lapicque.circuits import C, CircuitError, Delay, DesignError, G, QuantityError, R, UnknownNameError
from lapicque.circuits.networks import (
    Connection,
    SpikeInput,
    all_to_all,
    compose,
    constant_input,
    cuba_lif,
    from_matrix,
    from_raster,
    integrate_and_fire,
    leaky,
    lif,
    network,
    one_to_one,
    poisson,
    population,
    random_weights,
    scale_of,
    threshold,
)
from lapicque.circuits.networks.cells import cell


def test_weights_have_the_shape_and_the_sum_that_they_say():
    assert all_to_all(2, 3, 0.5).toarray().tolist() == [[0.5] * 3] * 2
    assert one_to_one(2, -1).toarray().tolist() == [[-1, 0], [0, -1]]
    assert from_matrix([[0, 2], [0, 0]]).nnz == 1


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 1000))
def test_random_weights_hear_as_many_as_asked_and_follow_the_seed(post, pre, seed):
    fan_in = 1 + seed % pre
    made = random_weights(post, pre, fan_in, 2.0, seed=seed)
    assert (np.diff(made.indptr) == fan_in).all()
    assert all(len(set(row.tolist())) == fan_in for row in np.split(made.indices, made.indptr[1:-1]))
    again = random_weights(post, pre, fan_in, 2.0, seed=seed)
    assert (made != again).nnz == 0


def test_poisson_trains_have_the_rate_and_the_dead_time():
    trains = poisson("in", 40, 50, 2.0, seed=3, dead="2m").trains
    count = sum(map(len, trains))
    assert count == pytest.approx(40 * 50 * 2, rel=0.05)
    assert min(float(np.diff(t).min()) for t in trains) >= 2e-3


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ([0.1, 0.05], "out of order"),
        ([0.1, 0.1], "at the same time"),
        ([-0.1, 0.1], "times begin at 0"),
        ([np.nan], "finite"),
        ([[0.1]], "list of times"),
    ],
)
def test_bad_spike_trains_are_refused_with_line_and_number(times, words):
    with pytest.raises(QuantityError, match=words) as caught:
        SpikeInput("in", ([0.2], times))
    assert "line 1" in str(caught.value)


def test_a_raster_says_where_it_is_no_raster():
    with pytest.raises(QuantityError, match="row 1, line 0 of the raster is 2"):
        from_raster("in", [[1], [2]], "1m", True)
    made = from_raster("in", [[1, 0], [0, 1], [1, 1]], "1m", True)
    assert [t.tolist() for t in made.trains] == [[0.0, 0.002], [0.001, 0.002]]
    assert made.width == 1e-3


def test_shapes_names_and_values_are_checked():
    with pytest.raises(QuantityError, match=r"\(2, 3\) \(post, pre\) is needed"):
        network("n", poisson("in", 3, 1, 1), lif("a", 2), Connection("in", "a", np.ones((3, 2))))
    with pytest.raises(UnknownNameError, match="b"):
        network("n", lif("a", 1), Connection("a", "b", [[1.0]]))
    with pytest.raises(CircuitError, match="appears twice"):
        network("n", lif("a", 1), lif("a", 2))
    with pytest.raises(QuantityError, match="neuron 1 in population 'a' is nan"):
        lif("a", 2, tau=[1e-3, np.nan])
    with pytest.raises(QuantityError, match="has 3 values for 2 neurons"):
        lif("a", 2, tau=[1e-3] * 3)
    with pytest.raises(DesignError, match="threshold must be above the reset"):
        lif("a", 1, v_threshold=0.0)
    with pytest.raises(QuantityError, match="not finite"):
        Connection("a", "a", [[np.inf]])
    with pytest.raises(QuantityError, match="cannot be negative"):
        Connection("a", "a", [[1.0]], delay=-1)
    with pytest.raises(UnknownNameError, match="tau_mem"):
        population("a", "LIF", 1, tau_men=1e-3)


def test_a_loop_of_bare_thresholds_is_refused_by_name():
    with pytest.raises(CircuitError, match="loop without state"):
        network("n", threshold("a", 1), threshold("b", 1), Connection("a", "b", [[1]]), Connection("b", "a", [[1]]))
    network("n", threshold("a", 1), threshold("b", 1), Connection("a", "b", [[1]]), Connection("b", "a", [[1]], 1e-3))


def test_spikes_too_long_for_the_network_are_refused():
    made = network("n", lif("a", 2, tau=1e-3), Connection("a", "a", np.ones((2, 2)), delay=1e-4))
    with pytest.raises(DesignError, match="too long beside the time constant"):
        scale_of(made, width=2e-4)
    with pytest.raises(DesignError, match="shorter than two spikes"):
        scale_of(made, width=8e-5)


def test_ten_million_neurons_are_refused_with_time_and_memory():
    from lapicque.netlists.networks.network import prepare_network

    huge = network("huge", lif("a", 10_000_000))
    with pytest.raises(CircuitError, match=r"10,000,000 neurons.*GB and .* hours"):
        prepare_network(huge, 1.0)
    with pytest.raises(CircuitError, match="most"):
        compose(huge)


def test_weights_become_transconductances_with_sign():
    # A spike of area 1 s and weight w lifts the membrane by r w / tau (NIR's LIF): its charge is C times that.
    made = network(
        "n", poisson("in", 2, 10, 1), lif("a", 1, tau=10e-3, r=2.0), Connection("in", "a", [[0.001, -0.002]])
    )
    built = compose(made, scale_of(made, width=20e-6, swing=1.0))
    gains = {g.name: g.gain for g in built.circuit.of_type(G) if g.name.startswith("in.")}
    capacitance = built.circuit.element("a.0.C_mem").value
    lifts = {n: g * 20e-6 / capacitance for n, g in gains.items()}
    assert lifts["in.0>a.0"] == pytest.approx(2.0 * 0.001 / 10e-3, rel=1e-12)
    assert lifts["in.1>a.0"] == pytest.approx(-2.0 * 0.002 / 10e-3, rel=1e-12)


def test_time_constants_become_resistors_and_capacitors():
    made = cuba_lif("a", 2, tau_syn=[1e-3, 2e-3], tau=[3e-3, 4e-3])
    scale = scale_of(network("n", made), ohm="2Meg")
    for k, (tau_s, tau_m) in enumerate([(1e-3, 3e-3), (2e-3, 4e-3)]):
        values = cell(made, k, scale).circuit.values
        assert values["R_syn"] * values["C_syn"] == pytest.approx(tau_s)
        assert values["R_mem"] * values["C_mem"] == pytest.approx(tau_m)
        assert values["R_mem"] == 2e6


def test_delays_are_lines_that_targets_share():
    made = network("n", poisson("in", 1, 10, 1), lif("a", 3), Connection("in", "a", np.ones((3, 1)), delay="2m"))
    lines = compose(made).circuit.of_type(Delay)
    assert [line.delay for line in lines] == [2e-3]


@pytest.mark.parametrize("tau_syn", [5e-3, 10e-3])
def test_a_passive_population_follows_the_textbook(tau_syn):
    """Postsynaptic potential of an exponential synapse; equal time constants give the alpha function."""
    tau = 10e-3
    made = network(
        "n",
        SpikeInput("in", ([1e-3],)),
        population("a", "CubaLI", 1, tau_syn=tau_syn, tau_mem=tau, r=1.0, w_in=1.0),
        Connection("in", "a", [[0.02]]),
    )
    built = compose(made)
    t = np.linspace(5e-3, 60e-3, 50)
    seen = solve(built.circuit, 60e-3).voltage(built.membrane("a", 0), "0", t)
    # Gerstner et al. 2014, Neuronal Dynamics, section 1.3: convolution of two exponentials; area of the spike 1 s.
    s = t - 1e-3 - built.scale.width * (1 + 1 / 50) / 2
    if tau_syn == tau:
        exact = 0.02 / tau * s / tau * np.exp(-s / tau)
    else:
        exact = 0.02 / (tau - tau_syn) * (np.exp(-s / tau) - np.exp(-s / tau_syn))
    assert np.max(np.abs(seen - exact)) < 1e-5 * np.max(exact)


@pytest.mark.parametrize(
    ("kind", "slope"), [(integrate_and_fire("a", 1, r=5.0, v_threshold=100.0), 5.0), (leaky("a", 1, 1e3, r=5e3), 5.0)]
)
def test_an_integrator_rises_by_r_times_its_input(kind, slope):
    made = network("n", constant_input("in", [0.3]), kind, Connection("in", "a", [[2.0]]))
    built = compose(made, scale_of(made, swing=100.0))
    seen = solve(built.circuit, 10e-3).voltage(built.membrane("a", 0), "0", np.array([10e-3]))[0]
    assert seen == pytest.approx(slope * 0.3 * 2.0 * 10e-3, rel=1e-4)


def test_a_neuron_spikes_at_the_textbook_times_and_each_spike_has_its_area():
    made = network("n", lif("a", 1, tau=10e-3, bias=1.5, v_leak=0.2, v_reset=-0.1))
    built = compose(made, scale_of(made, width=10e-6))
    solution = solve(built.circuit, 60e-3)
    times = solution.spikes(built.circuit.element("a.0.spike"))
    swing = built.scale.volt("a")
    # Lapicque 1907; Gerstner et al. 2014, eq. 1.10: first spike from 0, later ones from the reset.
    first = 10e-3 * np.log(1.7 / (1.7 - 1.0))
    again = 10e-3 * np.log(1.8 / (1.7 - 1.0)) + 10e-6
    assert times[0] == pytest.approx(first, rel=1e-5)
    assert np.diff(times) == pytest.approx(again, rel=1e-4)
    t = times[0] + np.linspace(-1e-6, 12e-6, 130001)
    out = solution.voltage("a.0.out", "0", t)
    assert np.trapezoid(out, t) == pytest.approx(10e-6, rel=2e-4)
    assert swing == pytest.approx(1 / 1.1)


def test_a_cell_is_made_of_parts_that_exist_once():
    made = network("n", lif("a", 50))
    built = compose(made)
    assert len(built.circuit.of_type(R)) == 4 * 50
    assert len(built.circuit.of_type(C)) == 2 * 50
    assert len({id(c) for c in built.cells["a"]}) == 1


@pytest.mark.parametrize("make", [lif, integrate_and_fire, cuba_lif], ids=lambda m: m.__name__)
def test_a_neuron_without_values_fires_at_one_and_is_reset_to_zero(make):
    """The defaults of NIR's neurons: threshold 1, reset 0, r 1."""
    p = make("P", 2)
    assert (p.v_threshold == 1.0).all()
    assert (p.v_reset == 0.0).all()
    assert (p.r == 1.0).all()
