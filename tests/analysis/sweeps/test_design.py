"""Which runs a sweep has: grids, hypercubes, tolerances, mismatch, corners."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapicque.analysis.sweeps import (
    Matched,
    Spread,
    corners,
    grid,
    latin_hypercube,
    listed,
    mismatch,
    monte_carlo,
    tolerance,
)
from lapicque.circuits import LapicqueError, QuantityError, UnknownNameError
from lapicque.circuits.library import build


def test_a_grid_has_every_combination():
    made = grid({"R1": ["1k", "2k"], "C1": ["1n", "2n", "3n"]})
    assert made.runs == 6
    assert made.of(4) == {"R1": 2000.0, "C1": pytest.approx(2e-9)}
    with pytest.raises(QuantityError, match="at least one"):
        grid({"R1": []})
    with pytest.raises(QuantityError, match="more than 1,000,000"):
        grid({"a": np.ones(2000), "b": np.ones(2000)})


def test_a_list_has_the_same_parameters_in_every_run():
    assert listed([{"R1": 1}, {"R1": 2}]).values.tolist() == [[1], [2]]
    with pytest.raises(QuantityError, match="run 1"):
        listed([{"R1": 1}, {"C1": 2}])


@given(st.integers(1, 40), st.integers(0, 100), st.booleans())
def test_a_latin_hypercube_hits_every_layer_once(runs, seed, logarithmic):
    made = latin_hypercube({"a": (1.0, 10.0), "b": ("1k", "1Meg")}, runs, seed, logarithmic)
    for k, (low, high) in enumerate([(1.0, 10.0), (1e3, 1e6)]):
        values = made.values[:, k]
        unit = np.log(values / low) / np.log(high / low) if logarithmic else (values - low) / (high - low)
        assert sorted(np.floor(unit * runs).astype(int).tolist()) == list(range(runs))
    assert (
        made.values.tolist()
        == latin_hypercube({"a": (1.0, 10.0), "b": ("1k", "1Meg")}, runs, seed, logarithmic).values.tolist()
    )


def test_ranges_must_rise():
    with pytest.raises(QuantityError, match="must rise"):
        latin_hypercube({"a": (2, 1)}, 3)
    with pytest.raises(QuantityError, match="above 0"):
        latin_hypercube({"a": (0, 1)}, 3, logarithmic=True)


def test_tolerance_classes_are_those_of_the_series():
    # IEC 60063:2015, table of series and tolerances.
    circuit = build("rc")
    for name, percent in {"E6": 20, "E12": 10, "E24": 5, "E48": 2, "E96": 1, "E192": 0.5}.items():
        (spread,) = tolerance(circuit, {"R1": name})
        assert spread.half == pytest.approx(spread.nominal * percent / 100)
    assert tolerance(circuit, {"R": "1%"}) == tolerance(circuit, {"R1": 0.01})
    assert {s.name for s in tolerance(build("lif"), {"R": "E24"})} == {"R1", "R_ref"}
    with pytest.raises(UnknownNameError, match="E24"):
        tolerance(circuit, {"R1": "E25"})
    with pytest.raises(UnknownNameError, match="R2"):
        tolerance(circuit, {"R2": "E24"})
    with pytest.raises(QuantityError, match="between 0 and 1"):
        tolerance(circuit, {"R1": "200%"})


@pytest.mark.parametrize("uniform", [False, True])
def test_random_parts_stay_within_their_tolerance_and_have_its_spread(uniform):
    values = monte_carlo([Spread("a", 10.0, 1.0, uniform)], 20_000, seed=1).values[:, 0]
    assert np.max(np.abs(values - 10)) <= 1.0
    # A normal cut at three sigma has a standard deviation of 0.98658 sigma; a uniform one half / sqrt 3.
    expected = 1 / np.sqrt(3) if uniform else 0.98658 / 3
    assert np.std(values) == pytest.approx(expected, rel=0.02)
    assert np.mean(values) == pytest.approx(10.0, abs=0.01)


def test_a_run_has_the_same_parts_however_many_runs_there_are():
    spreads = [Spread("a", 1.0, 0.1), Spread("b", 2.0, 0.1)]
    assert monte_carlo(spreads, 5, 7).values.tolist() == monte_carlo(spreads, 50, 7).values[:5].tolist()
    assert monte_carlo(spreads, 5, 7).values.tolist() != monte_carlo(spreads, 5, 8).values.tolist()


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9, 1.0])
def test_matched_parts_vary_together(correlation):
    spreads = [Spread(n, 1.0, 0.3) for n in "abc"]
    values = monte_carlo(spreads, 8000, 2, [Matched(("a", "b"), correlation)]).values
    found = np.corrcoef(values.T)
    assert found[0, 1] == pytest.approx(correlation, abs=0.03)
    assert abs(found[0, 2]) < 0.04
    assert np.std(values[:, 1]) == pytest.approx(0.98658 * 0.1, rel=0.03)


@pytest.mark.parametrize("correlation", [0.3, 0.5, 0.9, 1.0])
def test_matched_parts_are_correlated_as_asked_whatever_their_spread(correlation):
    """20,000 runs tell 0.5 from the 0.4826 of uniform parts that share half of their deviates' variance; of a uniform
    and a normal part integrals over the bivariate normal distribution are known."""
    spreads = [Spread(n, 1.0, 0.3, uniform=n in "ab") for n in "abcd"]
    found = np.corrcoef(monte_carlo(spreads, 20_000, 3, [Matched(tuple("abcd"), correlation)]).values.T)
    error = 3 * (1 - correlation**2) / np.sqrt(20_000)
    assert found[0, 1] == pytest.approx(correlation, abs=error + 1e-12)
    assert found[2, 3] == pytest.approx(correlation, abs=error + 3e-4)
    mixed = np.sqrt(3 / np.pi) * np.sqrt(2 * correlation * np.sin(np.pi * correlation / 6))  # normal without a cut
    assert found[:2, 2:].ravel() == pytest.approx(np.full(4, mixed), abs=error + 4e-3)


def test_matching_is_checked():
    spreads = [Spread("a", 1.0, 0.1), Spread("b", 1.0, 0.1)]
    with pytest.raises(UnknownNameError, match="c"):
        monte_carlo(spreads, 1, 0, [Matched(("a", "c"), 0.5)])
    with pytest.raises(QuantityError, match="two matched groups"):
        monte_carlo(spreads, 1, 0, [Matched(("a",), 0.5), Matched(("a", "b"), 0.5)])
    with pytest.raises(QuantityError, match="0 to 1"):
        Matched(("a",), 1.5)


def test_larger_transistors_match_better():
    # Pelgrom 1989: sigma(V_th) = A / sqrt(W L).
    circuit = build("axon_hillock")
    transistor = next(e for e in circuit.elements if e.KIND == "MOSFET")
    spread = {s.name: s for s in mismatch(circuit, a_vth=3.5e-9)}[f"v_th_{transistor.name}"]
    assert spread.sigma == pytest.approx(3.5e-9 / np.sqrt(transistor.w * transistor.l))
    with pytest.raises(QuantityError, match="no transistor"):
        mismatch(build("rc"))


def test_corners_are_all_ends():
    made = corners({"n": [Spread("a", 1.0, 0.1), Spread("b", 2.0, 0.2)], "p": [Spread("c", 3.0, 0.3)]})
    assert made.labels[0] == "nominal"
    assert made.values[0].tolist() == [1.0, 2.0, 3.0]
    ends = {tuple(np.round(v, 3)) for v in made.values[1:].tolist()}
    assert ends == {(a, b, c) for a, b in ((0.9, 1.8), (1.1, 2.2)) for c in (2.7, 3.3)}


@pytest.mark.parametrize("wrong", [("R1", "x", 1.0), ("R1", 1e3, None), ("R1", 1e3, -1.0), (7, 1e3, 1.0)])
def test_a_spread_that_is_none_is_refused(wrong):
    with pytest.raises(LapicqueError, match=r"spread|half"):
        Spread(*wrong)
    assert Spread("R1", "10k", "500").sigma == pytest.approx(500 / 3)
