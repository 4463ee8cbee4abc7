"""What happens at one instant: the order in which anything is listed means nothing, and sums come before thresholds."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapicque.analysis import LifParameters, Spikes, feed_forward
from lapicque.analysis.networks.event_network import IDEAL, TIMED, event_network
from lapicque.circuits import DesignError
from lapicque.circuits.networks import (
    Connection,
    SpikeInput,
    compose,
    cuba_lif,
    integrate_and_fire,
    lif,
    network,
)

STEP = 1e-3
STOP = 0.04


def _spikes(made, stop=STOP, spiking=IDEAL):
    return event_network(compose(made), stop, spiking).spikes


@pytest.mark.parametrize("weights", [[1.1, -0.5], [-0.5, 1.1]])
def test_two_lines_at_one_instant_are_added_before_the_threshold_is_asked(weights):
    made = network("n", SpikeInput("in", [[2e-3, 6e-3, 10e-3]] * 2), integrate_and_fire("f", 1),
                   Connection("in", "f", [weights]))  # fmt: skip
    # 0.6, then 1.2: by hand.
    assert _spikes(made)["f.0"].tolist() == [6e-3]


def test_a_time_and_a_delay_meet_the_time_that_they_add_up_to():
    assert 0.1 + 0.2 != 0.3
    made = network("n", SpikeInput("a", [[0.1]]), SpikeInput("b", [[0.3]]), integrate_and_fire("f", 1),
                   Connection("a", "f", [[1.1]], delay=0.2), Connection("b", "f", [[-0.5]]))  # fmt: skip
    assert len(_spikes(made, 0.5)["f.0"]) == 0


def test_neurons_that_spike_together_do_so_before_they_hear_each_other():
    # Two equal neurons that inhibit each other at once: both are at their thresholds at the same instant.
    made = network("n", integrate_and_fire("f", 2, bias=100.0), Connection("f", "f", [[0.0, -0.25], [-0.25, 0.0]]))
    found = _spikes(made, 0.05)
    # 1 / 100 s to the first; from -0.25, 1.25 / 100 s to each of the others.
    for times in found.values():
        assert times == pytest.approx([0.01, 0.0225, 0.035, 0.0475], rel=1e-9)


def test_a_loop_that_sets_itself_off_without_end_is_refused():
    made = network("n", SpikeInput("in", [[2e-3]]), integrate_and_fire("f", 2), Connection("in", "f", [[1.0], [0.0]]),
                   Connection("f", "f", [[0.0, 1.0], [1.0, 0.0]]))  # fmt: skip
    with pytest.raises(DesignError, match=r"'f\.[01]' spikes without end at 2 ms"):
        _spikes(made)


def test_a_long_chain_without_delays_is_no_loop():
    size = 3000
    chain = np.eye(size, k=-1)
    made = network("n", SpikeInput("in", [[2e-3]]), integrate_and_fire("f", size),
                   Connection("in", "f", np.eye(size, 1)), Connection("f", "f", chain))  # fmt: skip
    assert all(t.tolist() == [2e-3] for t in _spikes(made).values())


def _by_hand(trains, into, across, delay):
    """Integrators in exact fractions, on a clock of whole steps: at each tick, add all, then ask all, until silence."""
    size, ticks = len(into), round(STOP / STEP)
    v, found = [Fraction(0)] * size, [[] for _ in range(size)]
    arriving = [[Fraction(0)] * size for _ in range(ticks + delay + 1)]
    for line, train in enumerate(trains):
        for tick in train:
            for j in range(size):
                arriving[tick][j] += into[j][line]
    for tick in range(ticks + 1):
        v = [a + b for a, b in zip(v, arriving[tick], strict=True)]
        firing = [j for j in range(size) if v[j] >= 1]
        for j in firing:
            v[j] = Fraction(0)
            found[j].append(tick)
            for k in range(size):
                arriving[min(tick + delay, ticks + delay)][k] += across[k][j]
    return found


TENTHS = st.integers(-12, 12).map(lambda k: Fraction(k, 10))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_integrators_are_those_of_exact_fractions(data):
    """Weights in tenths: sums touch the threshold again and again, which no sum of floats does for certain."""
    lines, size, delay = (data.draw(st.integers(1, 4)) for _ in range(3))
    trains = [sorted(data.draw(st.sets(st.integers(1, 39), max_size=12))) for _ in range(lines)]
    into = [[data.draw(TENTHS) for _ in range(lines)] for _ in range(size)]
    across = [[data.draw(TENTHS) for _ in range(size)] for _ in range(size)]
    made = network(
        "n", SpikeInput("in", [np.array(t) * STEP for t in trains]), integrate_and_fire("f", size),
        Connection("in", "f", np.array(into, dtype=float)),
        Connection("f", "f", np.array(across, dtype=float), delay=delay * STEP),
    )  # fmt: skip
    found = _spikes(made, STOP + STEP / 2)
    assert [np.round(found[f"f.{j}"] / STEP).astype(int).tolist() for j in range(size)] == _by_hand(
        trains, into, across, delay
    )


@given(st.integers(0, 10**6), st.sampled_from([IDEAL, TIMED]))
@settings(max_examples=60, deadline=None)
def test_no_order_of_lines_or_neurons_or_connections_means_anything(seed, spiking):
    draw = np.random.default_rng(seed)
    lines, size = draw.integers(2, 7), draw.integers(2, 6)
    trains = [np.unique(draw.integers(1, 30, 8)) * STEP for _ in range(lines)]
    into, across, late = (draw.normal(0.0, 12e-3, shape) for shape in ((size, lines), (size, size), (size, size)))
    np.fill_diagonal(across, 0.0)
    across = np.tril(across)  # no loops at once
    bias, make = draw.choice([0.0, 0.9, 1.3], size), cuba_lif if seed % 2 else lif

    def run(order, neurons):
        made = network(
            "n", SpikeInput("in", [trains[k] for k in order]), make("f", int(size), bias=bias[neurons]),
            *draw.permutation([
                Connection("in", "f", into[np.ix_(neurons, order)]),
                Connection("f", "f", across[np.ix_(neurons, neurons)]),
                Connection("f", "f", late[np.ix_(neurons, neurons)], delay=2 * STEP),
            ]),
        )  # fmt: skip
        found = _spikes(made, STOP, spiking)
        return [found[f"f.{k}"] for k in np.argsort(neurons)]

    first = run(np.arange(lines), np.arange(size))
    for _ in range(3):
        other = run(draw.permutation(lines), draw.permutation(size))
        for a, b in zip(first, other, strict=True):
            assert b == pytest.approx(a, rel=1e-8)


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_lines_of_the_same_spikes_are_one_line_of_their_sum(seed):
    draw = np.random.default_rng(seed)
    train, weights = np.unique(draw.integers(1, 30, 12)) * STEP, draw.normal(10e-3, 15e-3, (3, 4))
    one, many = (
        network("n", SpikeInput("in", [train] * w.shape[1]), lif("f", 3, bias=0.5), Connection("in", "f", w))
        for w in (weights.sum(axis=1, keepdims=True), weights)
    )
    for a, b in zip(_spikes(one).values(), _spikes(many).values(), strict=True):
        assert b == pytest.approx(a, rel=1e-9)


def test_a_layer_adds_the_jumps_of_an_instant_too():
    neuron = LifParameters(10e-3, 1.0, 1.0, 0.0, 0.0, 0.0)
    for jumps in ([[1.1], [-0.5]], [[-0.5], [1.1]]):
        incoming = Spikes(np.array([0, 1]), np.array([2e-3, 2e-3]))
        assert len(feed_forward(neuron, incoming, np.array(jumps), 0.01).time) == 0
        assert feed_forward(neuron, incoming, 2 * np.array(jumps), 0.01).time.tolist() == [2e-3]
    # The drive itself is at the threshold at tau ln 2, when inhibition arrives; without a jump it spikes.
    at = 10e-3 * np.log(2.0)
    incoming = Spikes(np.array([0]), np.array([at]))
    assert len(feed_forward(neuron, incoming, np.array([[-0.5]]), at * 1.01, 2.0).time) == 0
    assert feed_forward(neuron, incoming, np.array([[0.0]]), at * 1.01, 2.0).time == pytest.approx([at], rel=1e-12)


def test_a_rest_at_the_threshold_is_never_above_it():
    made = network("n", lif("f", 1, tau=1e-3, bias=1.0))
    assert len(_spikes(made, 1.0)["f.0"]) == 0
