"""Circuits out of books with nodes that are only given implicitly: a UJT oscillator, a rectifier bridge."""

import time

import numpy as np
import pytest

from lapicque.analysis import compare, solve
from lapicque.circuits import B, C, Circuit, Diode, EquationError, Probe, R, Sine, V
from lapicque.netlists import Engine, Transient

V_BB, UPPER, LOWER = 10.0, 2.4e3, 3.6e3


def oscillator():
    """A UJT as its equivalent circuit: two base resistors, a diode behind 20 ohms, and holes in the lower base.

    The holes follow the emitter current within 1 us and make the lower base conduct, 0.05 S at 20 mA.
    """
    return Circuit("unijunction").add(
        V("VBB", "vbb", "0", V_BB), R("RT", "vbb", "e", "20k"), C("CE", "e", "0", "100n"),
        R("RE", "e", "j", 20), Diode("DE", "j", "b", 1e-12, 1.5), R("RB2", "vbb", "b", UPPER),
        R("RB1", "b", "0", LOWER), B("BH", "0", "holes", "(ve - vj)/20", {"ve": "e", "vj": "j"}),
        R("RH", "holes", "0", "1k"), C("CH", "holes", "0", "1n"),
        B("BM", "b", "0", "0.05*vb*max(h, 0)", {"vb": "b", "h": "holes"}),
        Probe("e", "e"), Probe("b", "b"),
    )  # fmt: skip


def test_a_unijunction_oscillator_runs_both_ways_and_agrees():
    """Measured: waveforms 1.9e-5 of the swing, edges 8.6e-6 of the interval. A run of 5 periods takes some 4 s."""
    circuit = oscillator()
    with Engine(timeout=30) as engine:
        run = engine.run(circuit, Transient("8m"))
    verdict = compare(solve(circuit, "8m"), run)
    assert verdict.passed
    assert all(m.value < 4e-5 for m in verdict.metrics)
    # It fires where the diode begins to take its emitter above the divider, eta V_BB = 6 V.
    eta = LOWER / (LOWER + UPPER)
    assert 0.3 < float(run["e"].max()) - eta * V_BB < 0.6
    # Between two firings the emitter is a resistor and a capacitor, but for the end, where the diode takes some of it.
    t, e = run["time"].values, run["e"].values
    first = np.flatnonzero((e[:-1] < 5) & (e[1:] >= 5))[:2]
    floor = e[first[0] : first[1]].min()
    low = first[0] + int(np.argmin(e[first[0] : first[1]]))
    assert t[first[1]] - t[low] == pytest.approx(2e-3 * np.log((V_BB - floor) / (V_BB - 5)), rel=5e-3)


def bridge(*more):
    return Circuit("bridge").add(
        V("V1", "p", "m", Sine(0, 5, 50)), Diode("D1", "p", "out"), Diode("D2", "m", "out"), Diode("D3", "0", "p"),
        Diode("D4", "0", "m"), C("C1", "out", "0", "100u"), R("RL", "out", "0", "1k"), Probe("out", "out"), *more,
    )  # fmt: skip


def test_a_source_that_hangs_between_blocking_diodes_is_refused_at_once():
    """Its mean voltage is given by what is left of four saturation currents that cancel."""
    began = time.perf_counter()
    with pytest.raises(EquationError, match="v_p at nodes m, p .* implicit equation .* add a capacitor from there"):
        solve(bridge(), "40m")
    assert time.perf_counter() - began < 15


@pytest.mark.parametrize("more", [C("Cp", "p", "0", "1p"), R("Rp", "p", "0", "10Meg")], ids=["1p", "10Meg"])
def test_a_capacitor_or_a_leak_makes_the_bridge_run(more):
    """Measured: 4.1e-6 of the swing with either."""
    circuit = bridge(more)
    with Engine(timeout=30) as engine:
        run = engine.run(circuit, Transient("40m"))
    verdict = compare(solve(circuit, "40m"), run)
    assert verdict.passed
    assert all(m.value < 1.2e-5 for m in verdict.metrics)
