"""Edges are judged in time: an astable without any probe agrees; a late, a missing and an extra edge do not."""

import numpy as np
import pytest

from lapicque.analysis import Tolerance, compare, result, solve
from lapicque.circuits import (
    C,
    Circuit,
    Comparator,
    CurrentProbe,
    Diode,
    Probe,
    PulseTrain,
    R,
    Ramp,
    S,
    Sine,
    SpikeProbe,
    Step,
    V,
)
from lapicque.netlists import Transient, simulate

STOP = "10m"


def op_amp_astable(*more):
    """RC ln(3) each way for a divider of one half (a textbook's relaxation oscillator)."""
    return Circuit("astable").add(
        Comparator("U1", "p", "m", "out", v_low=-5, v_high=5, v_s="1m", r_out="1k"),
        R("R1", "out", "p", "100k"), R("R2", "p", "0", "100k"), R("R3", "out", "m", "100k"),
        C("C1", "m", "0", "10n", 0.1), C("C_out", "out", "0", "10p"), C("C_p", "p", "0", "1p"), *more,
    )  # fmt: skip


def switch_astable():
    return Circuit("relaxation").add(
        V("V1", "vdd", "0", 5), R("R_load", "vdd", "out", "1k"), R("R1", "out", "m", "100k"), C("C1", "m", "0", "10n"),
        C("C_out", "out", "0", "10p", 5), S("S1", "out", "0", "m", "0", 2.0, 1.0, 10, 1e9),
    )  # fmt: skip


@pytest.fixture(scope="module")
def astable(engine):
    return solve(op_amp_astable(), STOP), engine.run(op_amp_astable(), Transient(STOP))


def figure(found, name):
    return next(m for m in found.metrics if m.name == name)


def test_an_astable_agrees_without_a_probe(astable):
    found = compare(*astable)
    assert found.passed, found.verdict
    edges = next(w.edges for w in found.waveforms if w.signal == "out")
    assert np.diff(edges.reference[1:]) == pytest.approx(np.log(3) * 1e-3, rel=5e-3)
    assert edges.worst < 5e-8  # 1.8e-5 of an interval of 2.2 ms
    assert any(n.startswith("out has 9 edges") and "judged there in time" in n for n in found.notes)


def test_the_figure_is_that_of_a_spike_probe(engine):
    watched = op_amp_astable(SpikeProbe("up", "out", level=0.0), SpikeProbe("down", "out", level=0.0, falling=True))
    found = compare(solve(watched, STOP), engine.run(watched, Transient(STOP)))
    plain = compare(solve(op_amp_astable(), STOP), engine.run(op_amp_astable(), Transient(STOP)))
    spikes = max(s.worst for s in found.spikes)
    edges = next(w.edges for w in plain.waveforms if w.signal == "out")
    assert edges.worst == pytest.approx(spikes, rel=0.1)


def test_a_switched_astable_agrees(engine):
    found = compare(solve(switch_astable(), STOP), engine.run(switch_astable(), Transient(STOP)))
    assert found.passed, found.verdict
    assert next(w for w in found.waveforms if w.signal == "out").worst < 1e-3  # of 5 V; measured 2.5e-4


def test_a_late_edge_is_told_by_its_time(astable):
    solution, simulated = astable
    late = simulated.assign_coords(time=simulated["time"] + np.where(simulated["time"] > 5e-3, 22e-6, 0.0))
    late = late.isel(time=late["time"].values <= 10e-3)
    late = late.assign_coords(time=np.append(late["time"].values[:-1], 10e-3))
    found = compare(solution, late, Tolerance(1e-3, 1e-1))
    assert not found.passed
    assert figure(found, "out: edge time error").value == pytest.approx(1e-2, rel=0.02)
    assert "edge time error" in found.verdict


def test_no_tolerance_lets_a_missing_edge_pass(astable):
    solution, simulated = astable
    cut = simulated.copy(deep=True)
    times, out = simulated["time"].values, cut["out"].values
    high = np.flatnonzero((out > -4.8) & (times > 2e-3) & (times < 4.4e-3))
    out[high] = -4.8
    found = compare(solution, cut, Tolerance(1e9, 1e9))
    assert not found.passed
    assert figure(found, "out: missing edges").value == 2


def test_an_extra_pulse_is_a_waveform_error(astable):
    solution, simulated = astable
    wrong = simulated.copy(deep=True)
    out = wrong["out"].values
    times = wrong["time"].values
    out[(times > 3.0e-3) & (times < 3.05e-3)] *= -1
    found = compare(solution, wrong)
    assert figure(found, "out: waveform error").value > 0.9


def test_what_moves_smoothly_has_no_edges(engine):
    low_pass = Circuit("rc").add(
        V("V1", "in", "0", Sine(frequency=1e3)), R("R1", "in", "out", "10k"), C("C1", "out", "0", "10n")
    )
    found = compare(solve(low_pass, STOP), engine.run(low_pass, Transient(STOP)))
    assert found.passed
    assert found.notes == ()
    assert not any(len(w.edges.reference) for w in found.waveforms)


def test_a_shape_is_not_excused_by_a_long_run(engine):
    def low_pass(r):
        return Circuit("rc").add(V("V1", "in", "0", Step(at="1m")), R("R1", "in", "out", r), C("C1", "out", "0", "1n"))

    assert not compare(solve(low_pass("10k"), "20m"), engine.run(low_pass("10.1k"), Transient("20m"))).passed


def test_an_oscillation_far_from_its_start_has_its_own_interval(engine):
    """It rises once through the middle of all that it does, and ever after stays above."""
    circuit = Circuit("sawtooth").add(
        V("V1", "in", "0", 5), R("R1", "in", "x", "57k"), C("C1", "x", "0", "17n"),
        S("S1", "x", "0", "x", "0", 1.98, 0.54, 150, 57e9),
    )  # fmt: skip
    found = compare(solve(circuit, "30m"), engine.run(circuit, Transient("30m")))
    assert found.passed, found.verdict
    period = 57e3 * 17e-9 * np.log((5 - 1.44) / (5 - 2.52))
    edges = next(w.edges for w in found.waveforms if w.signal == "x")
    assert edges.interval == pytest.approx(period, rel=0.02)


def closing(late=0.0):
    """A switch that closes while its stimulus rises: the source's current jumps by 3 mA."""
    return Circuit("closing").add(
        V("V1", "in", "0", Step(0, 5, "1m", "1m")), R("R1", "in", "x", "10k"), C("C1", "x", "0", "10n"),
        S("S1", "in", "x", "in", "0", 2.5 + late, 0.02, 200, 1e12), CurrentProbe("i", "V1"),
    )  # fmt: skip


def test_a_small_oscillation_above_its_start_has_its_own_interval(engine):
    """From 0 V to between 2.44 and 2.94 V, 283 times in the run: all of it would be one edge of the whole run."""
    circuit = Circuit("relaxation").add(
        V("V1", "in", "0", 5), R("R1", "in", "x", "87.6k"), C("C1", "x", "0", "1.18n"),
        S("S1", "x", "0", "x", "0", 2.69, 0.25, 97, 1e11),
    )  # fmt: skip
    found = compare(solve(circuit, "3.25m"), engine.run(circuit, Transient("3.25m")))
    (signal,) = [w for w in found.waveforms if w.signal == "x"]
    assert found.passed
    # Between the levels: tau ln((5 - 2.44) / (5 - 2.94)), and 97 ohm's tau ln(2.94 / 2.44).
    exact = 87.6e3 * 1.18e-9 * np.log(2.56 / 2.06) + 97 * 1.18e-9 * np.log(2.94 / 2.44)
    assert signal.edges.interval == pytest.approx(exact, rel=0.01)


def test_a_jump_while_a_stimulus_rises_is_judged_in_time(engine):
    """Some picoseconds between the two runs are no error of the jump's whole height; a hundredth of the run is one."""
    found = compare(solve(closing(), STOP), engine.run(closing(), Transient(STOP)))
    assert found.passed, found.verdict
    assert next(w.edges for w in found.waveforms if w.signal == "i").missing == 0
    late = engine.run(closing(0.4), Transient("1u")).attrs["circuit"]
    wrong = compare(solve(closing(0.4), STOP), engine.run(closing(), Transient(STOP)).assign_attrs(circuit=late))
    assert not wrong.passed


def test_what_ngspice_does_not_tell_from_nothing_is_no_error(engine):
    """Reverse currents of a femtoampere: their last digits are below `abstol`; a nanovolt more is an error."""
    diode = Circuit("reverse").add(
        V("V1", "in", "0", Step(-0.8, -0.4, "1u", "0.2u")), R("R1", "in", "p", "300k"),
        Diode("D1", "p", "out", 7e-16, 2.0), R("R2", "out", "0", "30k"), C("C1", "out", "0", "4p"),
        CurrentProbe("i", "V1"),
    )  # fmt: skip
    result = engine.run(diode, Transient("1.4u"))
    assert compare(solve(diode, "1.4u"), result).passed
    assert not compare(solve(diode, "1.4u"), result.assign(i=result["i"] + 1e-12)).passed


def test_what_a_switch_lets_go_while_a_stimulus_ramps_is_judged_in_time():
    """The pulse that closes the switch ramps still when the capacitor is empty: 20 ps late is 0.3 % of its height."""
    pulse = PulseTrain(0, 4, "0.7u", "1.4u", "2.9u", 3, "6.7n")
    circuit = Circuit("let go").add(
        V("V1", "a", "0", 1), R("R1", "a", "x", "5Meg"), C("C1", "x", "0", "2.6p", 0.8), V("V2", "g", "0", pulse),
        S("S1", "x", "0", "g", "0", v_t=0.02, v_h=0.01, r_on=3.1e3, r_off=1.6e9), Probe("x", "x"),
    )  # fmt: skip
    verdict = compare(solve(circuit, "7u"), simulate(circuit, Transient("7u")))
    assert verdict.passed, verdict.verdict
    assert any("x has 3 edges" in note for note in verdict.notes)


def test_a_blocking_diode_is_compared_as_far_as_ngspice_has_its_law():
    """A leak of 0.1 nA is 0.23 % off there, of which nothing is ours: the model has the exponential to rounding."""
    circuit = Circuit("leak").add(
        V("V1", "in", "0", Ramp(-0.76, 58, "0.8m", "5.9m")), R("R1", "in", "k", "17k"),
        Diode("D1", "k", "x", 9.85e-11, 2), R("R2", "x", "0", "20k"), C("C1", "x", "0", "41n"), CurrentProbe("i", "R1"),
    )  # fmt: skip
    solution, run = solve(circuit, "6.7m"), simulate(circuit, Transient("6.7m"))
    assert compare(solution, run).passed
    u_t = 1.38064852e-23 * 300.15 / 1.6021766208e-19
    last, across = float(run["i"][-1]), -0.76 + 58 * 5.9e-3
    assert last == pytest.approx(9.85e-11 * np.expm1(across / (2 * u_t)), rel=4.1e-3)
    assert last == pytest.approx(-9.85e-11 * (1 + (6 * u_t / (np.e * across)) ** 3), rel=1e-4)
    assert abs(float(result(solution, np.array([6.7e-3]))["i"][0] / last) - 1) > 1e-3
