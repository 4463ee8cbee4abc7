"""Circuits in which a node is only given by an implicit equation: a diode behind a resistor."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from lapicque.analysis import compare, result, solve
from lapicque.circuits import B, C, Circuit, Diode, E, EquationError, I, Mosfet, Probe, R, Sine, V
from lapicque.circuits.equations.derive import derive
from lapicque.netlists import Transient, simulate

U_T = 1.38064852e-23 * 300.15 / 1.6021766208e-19


def clipper():
    return Circuit("clipper").add(
        V("V1", "in", "0", Sine(0, 2, 1e3)), R("R1", "in", "a", "1k"), Diode("D1", "a", "0"), Diode("D2", "0", "a"),
        R("R2", "a", "out", "10k"), C("C1", "out", "0", "10n"), Probe("a", "a"), Probe("out", "out"),
    )  # fmt: skip


def rectifier():
    return Circuit("rectifier").add(
        V("V1", "in", "0", Sine(0, 5, 50)), R("Rs", "in", "a", 10), Diode("D1", "a", "out", 1e-12, 1.5),
        C("C1", "out", "0", "100u"), R("RL", "out", "0", "1k"), Probe("out", "out"),
    )  # fmt: skip


def test_a_clipper_against_a_root_finder_inside_an_integrator():
    """The oracle brackets the clipped node at every slope that it gives."""

    def junction(t, out):
        u = 2 * np.sin(2e3 * np.pi * t)

        def left(a):
            diodes = 1e-14 * (np.expm1(a / U_T) - np.expm1(-a / U_T))
            return diodes + (a - out) / 10e3 + (a - u) / 1e3

        return brentq(left, -2.5, 2.5, xtol=1e-15, rtol=1e-14)

    run = solve_ivp(
        lambda t, v: [(junction(t, v[0]) - v[0]) / 1e-4], (0, 2e-3), [0.0], method="DOP853", rtol=1e-10, atol=1e-13,
        max_step=2e-5, dense_output=True,
    )  # fmt: skip
    times = np.linspace(1e-5, 2e-3, 60)
    found = result(solve(clipper(), "2m"), times)
    out = run.sol(times)[0]
    assert found["out"].values == pytest.approx(out, abs=1e-8)
    assert found["a"].values == pytest.approx([junction(t, v) for t, v in zip(times, out, strict=True)], abs=1e-8)


@pytest.mark.parametrize(("circuit", "stop"), [(clipper(), 2e-3), (rectifier(), 40e-3)], ids=["clipper", "rectifier"])
def test_ngspice_and_the_model_agree(circuit, stop):
    """Measured 5e-8 (clipper) and 3e-6 (rectifier) of the swing."""
    run = simulate(circuit, Transient(stop))
    verdict = compare(solve(circuit, stop), run)
    assert verdict.passed
    assert all(m.value < 2e-5 for m in verdict.metrics if "waveform" in m.name)
    assert len(run["time"]) < 30_000


def test_the_derivation_says_what_it_leaves_to_numbers():
    equations = derive(clipper())
    assert [z.symbol.name for z in equations.unknowns] == ["v_a"]
    assert not equations.is_linear
    kept = [s for s in equations.derivation.steps if s.law == "implicit equation"]
    assert len(kept) == 1
    assert "left to numbers" in kept[0].why


def test_a_latch_without_capacitors_is_refused():
    """v / 10k = 1 mA tanh(10 v) has three solutions; nothing says which."""
    latch = Circuit("latch").add(
        V("V1", "in", "0", 0), R("R0", "in", "a", "20k"), R("R1", "a", "0", "20k"),
        B("B1", "0", "a", "1e-3*tanh(10*v)", {"v": "a"}), R("R2", "a", "x", "1Meg"), C("C1", "x", "0", "1n"),
    )  # fmt: skip
    with pytest.raises(EquationError, match=r"v_a at node a .* may be .* at the start: add a capacitor"):
        solve(latch, "1m")


def test_a_fold_that_a_run_comes_to_is_refused():
    """A ramp takes the only solution of v / 1k = u / 1k + 1 mA tanh(4 v) to where it ends: dv/du is infinite there."""
    fold = Circuit("fold").add(
        V("V1", "in", "0", Sine(-5, 6, 100, 1.5 * np.pi)), R("R1", "in", "a", "1k"),
        B("B1", "0", "a", "1e-3*tanh(4*v)", {"v": "a"}), R("R2", "a", "x", "1Meg"), C("C1", "x", "0", "1n"),
    )  # fmt: skip
    with pytest.raises(EquationError, match="implicit equation and .* two solutions meet"):
        solve(fold, "10m")


def test_a_run_that_leaves_a_solution_for_another_is_refused():
    """A Schmitt trigger without a capacitor: from 0.2 V to 1 V its output may be 0 or 5 V, and memory says which."""
    trigger = Circuit("trigger").add(
        I("I1", "0", "m", "190u"), R("R1", "m", "0", "10k"), C("C1", "m", "0", "100n"), R("R2", "m", "p", "1.6k"),
        R("R3", "o", "p", "10k"), R("R4", "o", "0", 1),
        B("B1", "0", "o", "min(5, max(0, 1e8*(v - 0.86207)))", {"v": "p"}), B("B2", "m", "0", "1e-2*v", {"v": "o"}),
    )  # fmt: skip
    with pytest.raises(EquationError, match="may be .* on the way|two solutions meet"):
        solve(trigger, "4m")


def mirror():
    return Circuit("mirror").add(
        V("Vd", "vdd", "0", 5), I("Ir", "0", "x", "10u"), Mosfet("M1", "x", "x", "0", w="10u"),
        Mosfet("M2", "y", "x", "0", w="20u"), R("R1", "vdd", "y", "100k"), C("C1", "y", "0", "10p", 5),
        Probe("x", "x"), Probe("y", "y"),
    )  # fmt: skip


def test_a_current_mirror_has_one_answer_though_nothing_conducts_where_it_is_looked_for_first():
    """Below threshold the square law and its slope are zero: that is no solution for a current."""
    x = brentq(lambda x: 5e-4 * (1 + 0.02 * x) * (x - 0.7) ** 2 - 10e-6, 0.7, 2)
    y = brentq(lambda y: 1e-3 * (1 + 0.02 * y) * (x - 0.7) ** 2 - (5 - y) / 1e5, 0, 5)
    solution = solve(mirror(), "20u")
    found = result(solution, np.array([0.0, 20e-6]))
    assert found["x"].values == pytest.approx([x, x], rel=1e-9)
    assert found["y"].values[-1] == pytest.approx(y, rel=1e-6)
    assert compare(solution, simulate(mirror(), Transient("20u"))).passed


def test_a_logarithmic_amplifier():
    """An exponential behind a gain of 1e5 is flat, or overflows, nearly everywhere that one may begin."""
    circuit = Circuit("log").add(
        I("I1", "0", "n", "1u"), Diode("D1", "n", "o"), E("E1", "o", "0", "0", "n", 1e5), R("R1", "o", "f", "1k"),
        C("C1", "f", "0", "10n"), Probe("f", "f"),
    )  # fmt: skip
    expected = -U_T * np.log1p(1e-6 / 1e-14) * 1e5 / (1e5 + 1)
    assert result(solve(circuit, "1m"), np.array([1e-3]))["f"].values[0] == pytest.approx(expected, rel=1e-5)


def test_a_differential_pair_without_a_capacitor_at_its_tail():
    """The difference of the currents is k/2 v sqrt(4 I / k - v^2) (Gray and Meyer 2009, section 3.5)."""
    k, tail = 1e-3, 40e-6
    circuit = Circuit("pair").add(
        V("Vd", "vdd", "0", 5), V("Vg", "g", "0", 2), V("Vi", "h", "0", Sine(2, 0.1, 1e3)), I("It", "s", "0", tail),
        Mosfet("M1", "a", "g", "s", w="10u", lam=0), Mosfet("M2", "b", "h", "s", w="10u", lam=0),
        R("R1", "vdd", "a", "50k"), R("R2", "vdd", "b", "50k"), C("C1", "a", "0", "1f", 4), C("C2", "b", "0", "1f", 4),
        Probe("d", "a", "b"),
    )  # fmt: skip
    times = np.linspace(1e-4, 2e-3, 39)
    v = 0.1 * np.sin(2e3 * np.pi * times)
    found = result(solve(circuit, "2m"), times)["d"].values
    assert found == pytest.approx(50e3 * k / 2 * v * np.sqrt(4 * tail / k - v**2), abs=1e-4)
