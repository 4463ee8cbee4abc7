"""Errors that add up are told from errors that do not."""

import numpy as np

from lapicque.analysis import compare, solve
from lapicque.analysis.agreement.drift import Train, adds_up, grows
from lapicque.circuits import C, Circuit, Probe, R, S, V
from lapicque.circuits.stimuli import Constant
from lapicque.netlists import Transient, simulate


def relaxation(resistor: float, probe: bool = True) -> Circuit:
    """A capacitor that charges from 6 V and is discharged between 0.8 and 1.6 V, ever again."""
    circuit = Circuit("relaxation").add(V("V1", "in", "0", stimulus=Constant(6.0)))
    circuit = circuit.add(R("R1", "in", "x", value=resistor)).add(C("C1", "x", "0", value=1e-7))
    circuit = circuit.add(S("S1", "x", "0", "x", "0", v_t=1.2, v_h=0.4, r_on=3.5e3, r_off=1e12))
    return circuit.add(Probe("probe", "x")) if probe else circuit


def test_a_clock_that_is_slow_drifts_and_one_that_trembles_does_not():
    steady = np.arange(1, 101) * 1e-5
    trembling = np.random.default_rng(3).normal(size=100) * 1e-3
    assert adds_up([Train("slow", steady, 1.0)]).startswith("slow drifts: nearly all of its 100 events")
    assert "1e-05 of an interval" in adds_up([Train("slow", steady, 1.0)])
    assert adds_up([Train("trembling", trembling, 1.0)]) == ""
    assert adds_up([Train("few", steady[:9], 1.0)]) == ""
    anew = np.concatenate([steady, steady])
    assert "anew drifts" in adds_up([Train("anew", anew, 1.0)])
    assert adds_up([Train("exact", np.zeros(100), 1.0)]) == ""
    one_step = np.where(np.arange(100) < 50, 0.0, 1e-3)
    assert adds_up([Train("a slip", one_step + trembling / 10, 1.0)]) == ""


def test_a_residual_grows_or_does_not():
    times, moments = np.linspace(0, 1, 1001), np.linspace(0.02, 0.98, 25)
    wave = np.sin(500 * times)
    assert "grows over 25 changes of switches" in grows("x", times, times * wave, moments)
    assert grows("x", times, wave, moments) == ""
    assert grows("x", times, times * wave, moments[:5]) == ""


def test_what_differs_because_of_drift_says_so_and_what_to_do():
    """A model whose resistor is 2e-5 too large stands for a simulator that is a little slow."""
    stop = 0.3
    found = compare(solve(relaxation(226520 * (1 + 2e-5)), stop), simulate(relaxation(226520), Transient(stop), "fast"))
    assert not found.passed
    assert "adds up" in found.verdict
    assert 'at accuracy "reference"' in found.verdict


def test_a_wrong_part_is_no_drift_where_nothing_recurs():
    circuit = Circuit("rc").add(V("V1", "in", "0", stimulus=Constant(1.0)))
    parts = C("C1", "x", "0", value=1e-6), Probe("probe", "x")
    right, wrong = (circuit.add(R("R1", "in", "x", value=r), *parts) for r in (1e3, 1.1e3))
    found = compare(solve(wrong, 5e-3), simulate(right, Transient(5e-3)))
    assert not found.passed
    assert found.drift == ""
