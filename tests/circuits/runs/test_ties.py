"""A control that only reaches its level changes no switch, and the result warns of it; one that goes beyond does."""

import numpy as np
import pytest

from lapicque.analysis import result, solve
from lapicque.circuits import B, C, Circuit, R, S, Sine, SpikeProbe, Step, V
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
