"""Edges in several parts, closer to each other than a result is late: each is paired; one left out is missed."""

import numpy as np
import pytest

from lapicque.analysis import compare, solve
from lapicque.analysis.agreement.edges import Moments, find_edges
from lapicque.circuits import C, Circuit, R, V
from lapicque.circuits.bipolar import Bjt
from lapicque.netlists import Transient

PERIOD, LATE = 1e-3, 4e-8
STILL = Moments(np.zeros(1), np.zeros(0))


def in_parts(times):
    """Up by 0.9 in 20 ns, down by 0.01 in 1 ns, up by 0.11 in 1 ns; 10 ns of damped ringing; down slowly."""
    s = np.mod(times, PERIOD) - PERIOD / 4
    rise = np.interp(s, [0, 20e-9, 22e-9, 23e-9, 26e-9, 27e-9], [0, 0.9, 0.9, 0.89, 0.89, 1.0])
    rings = np.where(s > 30e-9, 0.1 * np.exp(-np.maximum(s - 30e-9, 0.0) / 4e-9) * np.sin((s - 30e-9) / 0.5e-9), 0.0)
    return (rise + rings) * np.interp(s, [PERIOD / 4, PERIOD / 2], [1.0, 0.0])


@pytest.fixture(scope="module")
def times():
    fine = np.linspace(-1e-7, 3e-7, 8001)
    return np.unique(np.concatenate([np.linspace(0, 6e-3, 601), *(fine + (k + 0.25) * PERIOD for k in range(6))]))


def found(times, values):
    return find_edges(in_parts, (times, in_parts(times)), (times, values), STILL, 1e-3, np.inf)


def test_parts_closer_than_the_result_is_late_are_found_and_are_as_late(times):
    edges = found(times, in_parts(times - LATE))
    assert len(edges.reference) > 100  # the parts, and every ring that is higher than a thousandth
    assert np.diff(edges.reference).min() < LATE / 10
    assert edges.missing == 0
    assert edges.late == pytest.approx(np.full(len(edges.late), LATE), abs=1e-10)  # measured 2e-13


def test_a_part_that_the_result_has_not_is_missing(times):
    values = in_parts(times - LATE)
    third = np.abs(times - 2.25e-3) < 2e-7
    values[third] = np.minimum(values[third], 0.9)
    edges = found(times, values)
    assert edges.missing >= 1
    assert np.abs(edges.reference[np.isnan(edges.late)] - 2.25e-3).max() < 1e-7


@pytest.fixture(scope="module")
def astable(engine):
    """Two transistors, crosswise coupled: not all capacitors can start at what they say, since C1 has a volt."""
    like = {"i_s": 1e-15, "bf": 100, "cje": "5p", "cjc": "3p"}
    circuit = Circuit("astable").add(
        V("VCC", "vcc", "0", 5), R("R1", "vcc", "c1", "1k"), R("R2", "vcc", "b2", "47k"), R("R3", "vcc", "b1", "47k"),
        R("R4", "vcc", "c2", "1k"), C("C1", "c1", "b2", "100n", 1), C("C2", "c2", "b1", "100n"),
        Bjt("Q1", "c1", "b1", "0", **like), Bjt("Q2", "c2", "b2", "0", **like),
    )  # fmt: skip
    return solve(circuit, "15m"), engine.run(circuit, Transient("15m"))


def test_an_astable_of_two_transistors_agrees(astable):
    verdict = compare(*astable)
    assert verdict.passed, verdict.verdict  # measured: waveforms 1e-4 of a swing, edges 1e-5 of an interval
    assert all(len(w.edges.reference) > 4 for w in verdict.waveforms if w.signal != "vcc")


def test_junctions_in_a_loop_with_charged_capacitors_start_as_those_say(astable):
    solution, simulated = astable
    for node, start in {"c1": 0.0, "b2": -1.0, "b1": 0.0, "c2": 0.0}.items():
        assert solution.voltage(node, "0", np.zeros(1))[0] == pytest.approx(start, abs=1e-9)
        first = float(simulated[node].values[0])  # after 2e-11 s, in which the bases rise by some 20 mV
        assert first == pytest.approx(start, abs=0.1)


def test_a_missing_edge_of_it_is_found(astable):
    solution, simulated = astable
    cut = simulated.copy(deep=True)
    t, c1 = simulated["time"].values, cut["c1"].values
    c1[(t > 1e-3) & (t < 5e-3)] = 0.03
    verdict = compare(solution, cut)
    assert next(m for m in verdict.metrics if m.name == "c1: missing edges").value >= 1
    assert not verdict.passed
