"""A comparison that cannot be fooled: each kind of disagreement is found and fails."""

import numpy as np
import pytest

import lapicque as lq
from lapicque.analysis import Tolerance, compare, solve
from lapicque.analysis.comparison import Comparison
from lapicque.analysis.spikes import compare_spikes, spike_times
from lapicque.circuits import (
    PWL,
    C,
    Circuit,
    CurrentProbe,
    F,
    LapicqueError,
    Probe,
    QuantityError,
    R,
    SpikeProbe,
    Step,
    V,
)
from lapicque.circuits.library import build
from lapicque.netlists import OperatingPoint, Transient

TRAIN = np.arange(1, 11) * 1e-2


def metrics(found):
    return {m.name: m for m in found.metrics}


def test_equal_trains():
    found = compare_spikes("s", TRAIN, TRAIN, 0.12)
    assert (len(found.pairs), len(found.missing), len(found.extra), found.worst) == (10, 0, 0, 0.0)
    assert found.van_rossum == pytest.approx(0, abs=1e-6)  # the square root of rounding
    assert found.spike_distance == pytest.approx(0, abs=1e-12)


def test_a_missing_and_an_extra_spike_are_seen():
    missing = compare_spikes("s", TRAIN, np.delete(TRAIN, 4), 0.12)
    assert missing.missing == pytest.approx([TRAIN[4]])
    extra = compare_spikes("s", TRAIN, np.sort([*TRAIN, 0.0333]), 0.12)
    assert extra.extra == pytest.approx([0.0333])
    both = compare_spikes("s", TRAIN, np.array([]), 0.12)
    assert len(both.missing) == 10


def test_bias_jitter_and_interval_error():
    shifted = compare_spikes("s", TRAIN, TRAIN + 1e-5, 0.12)
    assert shifted.bias == pytest.approx(1e-5)
    assert shifted.jitter == pytest.approx(0, abs=1e-15)
    late = TRAIN.copy()
    late[3] += 2e-4
    assert compare_spikes("s", TRAIN, late, 0.12).isi_error == pytest.approx(2e-4)


def test_no_tolerance_lets_a_missing_spike_pass(engine):
    circuit = build("lif")
    solution, result = solve(circuit, 60e-3), engine.run(circuit, Transient(60e-3))
    assert compare(solution, result).passed
    cut = result.copy(deep=True)
    times = result["time"].values
    (third,) = list(spike_times(circuit.element("spike"), times, result["spike"].values))[2:3]
    cut["spike"].values[np.abs(times - third) < 1e-3] = 0.0
    found = compare(solution, cut, Tolerance(1e9, 1e9))
    assert not found.passed
    assert metrics(found)["spike: missing spikes"].value == 1


def test_a_late_spike_train_fails_its_limit(engine):
    circuit = build("lif")
    solution, result = solve(circuit, 60e-3), engine.run(circuit, Transient(60e-3))
    time = result["time"]
    late = result.assign_coords(time=time + 4e-3 * time * (1 - time / solution.stop))  # both ends stay where they are
    assert not metrics(compare(solution, late))["spike: spike time error"].passed


def test_a_waveform_error_is_found_at_its_time(engine):
    circuit = build("rc")
    solution, result = solve(circuit, 8e-3), engine.run(circuit, Transient(8e-3))
    wrong = result.copy(deep=True)
    k = result.sizes["time"] // 2
    wrong["out"].values[k] += 0.01
    (wave,) = compare(solution, wrong).waveforms
    assert wave.at == float(result["time"][k])
    assert wave.worst == pytest.approx(0.01, rel=1e-3)
    assert not compare(solution, wrong).passed
    assert compare(solution, wrong, Tolerance(1, 0.1)).passed


def test_a_current_that_jumps_where_a_stimulus_bends_has_two_sides_there(engine):
    """A capacitor across a source takes C dV/dt: 10 uA, then -20 uA; at a corner both are right."""
    ramps = PWL(times=["0.1m", "1.1m", "1.6m"], values=[0, 10, 0])
    circuit = Circuit("ramps").add(V("V1", "in", "0", ramps), C("C1", "in", "0", "1n"), R("R1", "in", "x", "1k"))
    circuit = circuit.add(C("C2", "x", "0", "10n"), CurrentProbe("i", "V1"))
    found = compare(solve(circuit, "3m"), engine.run(circuit, Transient("3m")))
    assert found.passed
    assert metrics(found)["i: waveform error"].value < 1e-4


def test_what_is_not_a_number_does_not_pass(engine):
    circuit = build("rc")
    wrong = engine.run(circuit, Transient(8e-3)).copy(deep=True)
    wrong["out"].values[5] = np.nan
    assert not compare(solve(circuit, 8e-3), wrong).passed


def rc(node="out", r="10k", *more):
    return Circuit("rc").add(V("V1", "in", "0", Step()), R("R1", "in", node, r), C("C1", node, "0", "100n"), *more)


def test_circuits_with_other_signals_are_not_compared(engine):
    run = engine.run(rc("b"), Transient("5m"))
    with pytest.raises(LapicqueError, match="does not hold 'a'"):
        compare(solve(rc("a"), "5m"), run)
    with pytest.raises(LapicqueError, match="does not hold 'p'"):
        compare(solve(rc("a", "10k", Probe("p", "a")), "5m"), engine.run(rc("a"), Transient("5m")))
    with pytest.raises(LapicqueError, match="holds 'b', which"):
        compare(solve(rc("in2", "10k", Probe("in", "in")), "5m"), run)
    with pytest.raises(LapicqueError, match="no time axis"):
        compare(solve(rc(), "5m"), engine.run(rc(), OperatingPoint()))


def test_waveforms_may_be_left_out_spikes_may_not(engine):
    found = compare(solve(rc(), "5m"), engine.run(rc(), Transient("5m"), save=("out",)))
    assert (found.passed, [w.signal for w in found.waveforms]) == (True, ["out"])
    spiking = rc("out", "10k", SpikeProbe("s", "out", level=0.5))
    with pytest.raises(LapicqueError, match="does not hold 's'"):
        compare(solve(spiking, "5m"), engine.run(spiking, Transient("5m"), save=("in",)))


def test_what_compared_nothing_has_not_passed():
    assert not Comparison((), (), ()).passed


def test_a_tolerance_is_positive():
    with pytest.raises(QuantityError):
        Tolerance(0, 1)


def test_spike_times_are_between_the_points():
    rising, falling = SpikeProbe("s", "a", level=0.5), SpikeProbe("s", "a", level=0.5, falling=True)
    t, v = np.array([0.0, 1, 2, 3, 4]), np.array([0, 1, 0, 0.25, 1.25])
    assert spike_times(rising, t, v) == pytest.approx([0.5, 3.25])
    assert spike_times(falling, t, v) == pytest.approx([1.5])


def test_a_small_current_is_not_judged_by_the_volts_beside_it(engine):
    """Nanoamperes beside 1 V: a resistor that is one per cent off is seen in its current."""

    def leak(r):
        return rc("out", "10k", R("R2", "out", "0", r), CurrentProbe("i", "R2"))

    run = engine.run(leak("101Meg"), Transient("8m"))
    found = compare(solve(leak("100Meg"), "8m"), run[["i"]])
    assert not found.passed
    assert metrics(found)["i: waveform error"].value == pytest.approx(1 / 101, rel=0.05)


def test_noise_on_what_stands_still_is_no_difference(engine):
    """A node that no current reaches, beside 1 V: ngspice leaves a millionth of that on it."""
    quiet = Circuit("quiet").add(
        *rc().elements,
        V("V2", "a", "0", 0.0),
        R("R4", "a", "0", "1k"),
        F("F1", "b", "0", "V2", 2.0),
        R("R3", "b", "0", "1k"),
    )
    run = engine.run(quiet, Transient("5m")).copy(deep=True)
    run["b"].values[:] += 1e-7
    assert compare(solve(quiet, "5m"), run).passed
    run["b"].values[:] += 1e-3
    assert not compare(solve(quiet, "5m"), run).passed


def test_runs_of_different_length_are_not_compared(engine):
    circuit = build("rc")
    result = engine.run(circuit, Transient("2m"))
    for other in (
        result.isel(time=slice(0, 50)),
        result.isel(time=[0]),
        result.isel(time=[]),
        result.isel(time=slice(None, None, -1)),
    ):
        with pytest.raises(LapicqueError, match=r"same time|rising time"):
            compare(solve(circuit, "2m"), other)


@pytest.mark.parametrize("name", ["rc", "lif", "stdp", "nagumo", "psp_exponential"])
def test_compare_and_verify_have_one_limit(engine, name):
    """The same run cannot agree in one and differ in the other; each says which limits those are."""
    verified = lq.verify(name, engine, curves=False)
    compared = lq.compare(verified.solution, verified.simulated)
    assert [(m.name, m.limit) for m in compared.metrics] == [(m.name, m.limit) for m in verified.comparison.metrics]
    assert compared.limits == verified.comparison.limits
    assert f"{compared.limits.waveform:g} of a swing, what accuracy 'standard' promises" in repr(compared)
    given = lq.compare(verified.solution, verified.simulated, lq.Tolerance(waveform=0.5))
    assert "0.5 of a swing, as given" in str(given)
