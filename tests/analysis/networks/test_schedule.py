"""Schedules by hand, and bounds that no schedule can pass."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapicque.analysis.networks.schedule import Cluster, PartCosts, Work, exchange, largest_cores, predicted, simulated
from lapicque.circuits import QuantityError


def _costs(part=10e-3, main=0.0, spike=16.0):
    return PartCosts(np.array([part]), main, spike)


def test_equal_parts_on_a_free_main_process_take_turns():
    # 12 parts of 10 ms: messages of 1, 2, 3, 4 and 2 parts on two cores: 10 + 30 + 20 and 20 + 40 ms, by hand.
    assert simulated(_costs(), Cluster(1, 2), Work(12, 1, 0.0)) == pytest.approx(60e-3)
    assert predicted(_costs(), Cluster(1, 2), Work(12, 1, 0.0)) == pytest.approx(60e-3)
    assert simulated(_costs(), Cluster(1, 1), Work(12, 3, 0.0)) == pytest.approx(360e-3)


def test_a_main_process_that_is_too_slow_sets_the_pace():
    costs = _costs(part=1e-3, main=1e-3)
    assert largest_cores(costs) == pytest.approx(1.0)
    # The last message of up to 16 parts is still to be run when the main process is done.
    found = simulated(costs, Cluster(1, 64), Work(1000, 1, 0.0))
    assert 1.0 <= found <= 1.0 + 17e-3
    assert predicted(costs, Cluster(1, 64), Work(1000, 1, 0.0)) == pytest.approx(1.0)


def test_nodes_wait_for_each_other_and_for_the_wire():
    cluster = Cluster(8, 1, latency=1e-4, bandwidth=1e6)
    # Three rounds of latency, and seven eighths of 1000 spikes of 16 bytes at 1 MB/s.
    assert exchange(_costs(), cluster, Work(8, 1, 1000.0)) == pytest.approx(3e-4 + 14e-3)
    assert simulated(_costs(), cluster, Work(8, 5, 1000.0)) == pytest.approx(5 * (10e-3 + 3e-4 + 14e-3))


@given(
    st.lists(st.floats(1e-4, 1e-1), min_size=1, max_size=20), st.integers(1, 6), st.integers(1, 3), st.integers(1, 80),
    st.integers(0, 99),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_no_schedule_beats_its_work_and_none_is_worse_than_one_core(seconds, cores, nodes, parts, seed):
    costs, work = PartCosts(np.array(seconds), 1e-4, 0.0), Work(parts, 2, 0.0)
    found = simulated(costs, Cluster(nodes, cores, latency=0.0), work, seed)
    assert found >= 2 * min(seconds) * np.ceil(parts / (nodes * cores)) * (1 - 1e-9)
    assert found <= 2 * parts * (max(seconds) + 1e-4) * (1 + 1e-9)


def test_the_same_seed_gives_the_same_schedule():
    costs = PartCosts(np.array([1e-3, 5e-3, 20e-3]), 1e-4, 16.0)
    first, second, other = (simulated(costs, Cluster(2, 4), Work(500, 2, 100.0), seed) for seed in (1, 1, 2))
    assert first == second != other


@pytest.mark.parametrize(
    "make",
    [lambda: PartCosts(np.array([]), 0.0, 0.0), lambda: PartCosts(np.array([0.0]), 0.0, 0.0), lambda: Cluster(0, 1)],
)
def test_figures_that_cannot_be(make):
    with pytest.raises(QuantityError):
        make()
