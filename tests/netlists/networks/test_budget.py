"""A run that takes many times its estimate is halted in ngspice, and what it saw is said."""

import numpy as np
import pytest

from lapicque.circuits.networks.network import Connection, network
from lapicque.circuits.networks.populations import lif
from lapicque.netlists import SimulationTimeout
from lapicque.netlists.networks import budget
from lapicque.netlists.networks.budget import Budget, seen_rates
from lapicque.netlists.networks.network import prepare_network, run_network
from lapicque.netlists.networks.network_run import NetworkOutcome, Run, _held, run_requests
from lapicque.netlists.spice.accuracy import accuracy

TAU, BIAS = 10e-3, 40.0
WIDTH = TAU / 200
RATE = 1 / (TAU * np.log(BIAS / (BIAS - 1)) + WIDTH)
"""Of a neuron with this bias, from the textbook's interval and the length of its spike."""


def _busy():
    """Three neurons that hear each other and fire at 3.3 kHz, where 1 Hz is expected."""
    return network("busy", lif("a", 3, tau=TAU, bias=BIAS), Connection("a", "a", 1e-6 * np.ones((3, 3))))


def test_a_matrix_that_takes_five_times_its_estimate_is_halted_and_says_its_rates(engine, monkeypatch):
    monkeypatch.setattr(budget, "LEAST", 0.0)
    prepared = prepare_network(_busy(), 1.0, "fast", rate=1.0, feedback="matrix")
    with pytest.raises(SimulationTimeout, match=r"were expected, for 1 Hz\. Until .* of 1 s .*--rate") as caught:
        run_network(prepared, engine, "fast")
    said = float(str(caught.value).split("rates were a ")[1].split(" Hz")[0])
    assert said == pytest.approx(RATE, rel=0.02)


def test_parts_that_take_too_long_together_are_stopped(engine, monkeypatch):
    monkeypatch.setattr(budget, "LEAST", 0.0)
    many = network("apart", lif("a", 150, tau=TAU, bias=BIAS))  # ten times what fits, and ten times what is seen
    prepared = prepare_network(many, 0.1, "fast", rate=100.0, batch=1)
    with pytest.raises(SimulationTimeout, match=r"rates were a 3\.3") as caught:
        run_network(prepared, engine, "fast")
    assert 0 < len(caught.value.partial.spikes) < 150


def test_a_run_that_may_be_halted_is_the_same_run(engine):
    prepared = prepare_network(_busy(), 3e-3, "fast", rate=3e3)
    parts = prepared.partition

    def spikes(limit):
        run = Run(parts, engine, accuracy("fast"), 3e-3, parts.read, frozenset(), _held(parts), limit)
        request = run.request(run.prepare_together(range(len(parts.parts))), {})
        (_, found), *_ = run_requests(run, iter([request]), NetworkOutcome(3e-3, {}, {}, {}, {}))
        return found

    free, watched = spikes(Budget()), spikes(Budget(100.0, 1.0))
    assert free.points == watched.points
    assert {n: t.tolist() for n, t in free.spikes.items()} == {n: t.tolist() for n, t in watched.spikes.items()}


def test_rates_are_those_of_the_time_that_was_seen():
    spikes = {"a.0.spike": np.arange(4.0), "a.1.spike": np.arange(2.0)}
    assert seen_rates(spikes, {"a.0.spike": 4.0, "a.1.spike": 2.0, "b.0.spike": 1.0}) == {"a": 1.0, "b": 0.0}
