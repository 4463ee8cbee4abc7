"""A control that only reaches its level changes no switch, and the result warns of it; one that goes beyond does."""

import numpy as np
import pytest

from lapicque.analysis import compare, result, solve
from lapicque.analysis.trains import spikes
from lapicque.circuits import B, C, Circuit, I, R, S, Sine, SpikeProbe, Step, V
from lapicque.circuits.library import LIBRARY, build
from lapicque.circuits.runs.ties import ties
from lapicque.netlists import Transient, simulate

SINE = Sine(0.5, 0.5, 1e3)
LAWS = {"linear": (), "nonlinear": (B("B1", "out", "0", "1e-6*v**3", {"v": "out"}),)}


def watched(stimulus, *more, level=1.0):
    """A switch that pulls `out` down once `in` goes beyond the level."""
    return Circuit("watched").add(
        V("V1", "in", "0", stimulus), V("V2", "vdd", "0", 2.5), R("R1", "vdd", "out", "10k"), C("C1", "out", "0", "1n"),
        S("S1", "out", "0", "in", "0", level - 0.1, 0.1, 100, 1e9), *more,
    )  # fmt: skip


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("stimulus", [Step(0, 1, "1m", "10u"), SINE], ids=["rests on it", "touches it"])
def test_reaching_a_level_changes_nothing(stimulus, law):
    solution = solve(watched(stimulus, *LAWS[law]), "5m")
    assert solution.transitions == []
    assert "S1 closes above 1 V, exactly a value of V1" in result(solution, np.array([1e-3])).attrs["warning"]


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("stimulus", [Step(0, 1, "1m", "10u"), SINE], ids=["step", "sine"])
def test_going_beyond_a_level_does(stimulus, law):
    solution = solve(watched(stimulus, *LAWS[law], level=1 - 1e-6), "5m")
    assert solution.transitions
    assert "warning" not in result(solution, np.array([1e-3])).attrs


def test_a_charge_that_ends_at_the_level_never_gets_beyond():
    charging = Circuit("charging").add(
        V("V1", "in", "0", Step(0, 1)), R("R1", "in", "m", "1k"), C("C1", "m", "0", "1n"), R("R2", "in", "out", "1k"),
        S("S1", "out", "0", "m", "0", 0.75, 0.25, 100, 1e9),
    )  # fmt: skip
    assert solve(charging, "1m").transitions == []  # a thousand time constants: v(m) is 1 V to the last digit
    assert "exactly a value of V1" in ties(charging)


def test_levels_that_meet_are_named():
    two = watched(Sine(0, 2, 1e3)).add(S("S2", "out", "0", "in", "0", 1.2, 0.2, 100, 1e9))
    assert "S1 closes above 1 V, where S2 opens below" in ties(two)


def test_the_result_of_ngspice_warns_too(engine):
    run = engine.run(watched(SINE), Transient("5m"))
    assert "exactly a value of V1" in run.attrs["warning"]


@pytest.mark.parametrize("name", LIBRARY)
def test_no_circuit_of_the_library_hangs_on_a_tie(name):
    assert ties(build(name)) == ""


def test_a_probe_whose_level_is_only_touched_is_named_in_the_result():
    """Peaks of a sine of 1 V: some of them reach 1 V and some are a rounding below."""
    parts = V("V1", "a", "0", Sine(0, 1, "1k")), R("R1", "a", "b", "1k"), C("C1", "b", "0", "1n")
    touched = Circuit("touched").add(*parts, SpikeProbe("t", "a", level=1.0))
    assert "t counts crossings of 1 V, exactly a value of V1" in ties(touched)
    assert "exactly a value of V1" in simulate(touched, Transient("5m")).attrs["warning"]
    assert ties(Circuit("crossed").add(*parts, SpikeProbe("t", "a", level=0.99))) == ""
    assert ties(Circuit("filtered").add(*parts, SpikeProbe("t", "b", level=1.0))) == ""


def relaxing(level, falling=False, opens=0.01):
    """1 Mohm and 2 uA on 10 nF: the switch closes above 1 V and discharges until it opens."""
    return Circuit("relaxing").add(
        I("d", "0", "m", "2u"), R("R", "m", "0", "1Meg"), C("C", "m", "0", "10n"),
        S("S1", "m", "0", "m", "0", (1 + opens) / 2, (1 - opens) / 2, 100, "10G"),
        SpikeProbe("sp", "m", "0", level, falling),
    )  # fmt: skip


@pytest.mark.parametrize(("level", "falling", "said"), [
    (1.0, False, "S1 closes above"), (0.01, True, "S1 opens below"),
])  # fmt: skip
def test_a_probe_at_the_level_of_the_switch_that_turns_its_voltage_is_named(engine, level, falling, said):
    """Rounding decides: the model and ngspice need not count the same, and what differs is not left without a word."""
    touched = relaxing(level, falling)
    run, solution = engine.run(touched, Transient("50m")), solve(touched, "50m")
    assert said in run.attrs["warning"]
    assert "between those of S1, such as 505 mV" in run.attrs["warning"]
    compared = compare(solution, run)
    assert compared.passed or said in repr(compared)


def test_a_probe_between_the_levels_of_a_switch_counts_alike(engine):
    """The level that is proposed; each cycle once: 50 ms of tau ln 1.99 and some discharge are 7 cycles."""
    for falling in (False, True):
        inside = relaxing(0.505, falling)
        run, solution = engine.run(inside, Transient("50m")), solve(inside, "50m")
        assert ties(inside) == ""
        counts = [len(spikes(x)["sp"]) for x in (run, solution)]
        assert counts == [7, 7]
        assert compare(solution, run).passed


def test_a_probe_where_nothing_turns_is_not_named():
    """The level at which a switch closes is passed on the way down; who pulls elsewhere turns nothing."""
    assert ties(relaxing(1.0, falling=True)) == ""
    elsewhere = watched(Step(0, 2, "1m", "10u")).add(SpikeProbe("sp", "in", "0", 1.0))
    assert ties(elsewhere) == ""
