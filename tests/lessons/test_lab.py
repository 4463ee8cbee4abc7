"""The lab's netlists: what the sliders' formulas give is what is written for those values."""

import re

import numpy as np
import pytest

from lapicque.analysis.models.model import result, solve
from lapicque.circuits import LapicqueError, SpikeProbe
from lapicque.lessons import lab
from lapicque.lessons.lab import LAB, NUMBER, template
from lapicque.lessons.plays.kinds import curves, evaluate


def filled(made, values):
    """The netlist for values, from the template."""
    text, numbers = template(made)
    return re.sub(r"<<(\d+)>>", lambda m: repr(float(evaluate(numbers[m[1]], values))), text)


@pytest.mark.parametrize("name", sorted(LAB))
def test_a_filled_template_is_the_netlist_for_those_values(name):
    made = LAB[name]()
    draw = np.random.default_rng(3)
    for _ in range(5):
        values = {s.name: float(draw.uniform(s.low, s.high)) for s in made.play.sliders}
        ours, theirs = filled(made, values), made.netlist(values)
        assert NUMBER.sub("#", ours) == NUMBER.sub("#", theirs)
        for a, b in zip(NUMBER.findall(ours), NUMBER.findall(theirs), strict=True):
            assert float(a) == pytest.approx(float(b), rel=1e-9)


@pytest.mark.parametrize("name", ["rc", "ladder", "hh"])
def test_the_derived_curve_is_the_solved_circuit(name):
    made = LAB[name]()
    values = made.play.starts
    x, curve = made.play.grid(), curves(made.play, values)[0]
    solved = np.asarray(result(solve(made.make(values), x[-1]), x)[made.vector].values)
    swing = np.ptp(solved)
    # The ladder takes its source's rise of 1 us as a step; HH has fixed steps of 10 us.
    limit = {"rc": 1e-9, "ladder": 2e-5, "hh": 5e-3}[name]
    assert np.max(np.abs(curve - solved)) < limit * swing


@pytest.mark.parametrize("name", ["lif", "pre_post"])
def test_the_ideal_curve_fires_as_often_as_the_circuit(name):
    made = LAB[name]()
    for values in ({}, {"I1": 0.8e-6} if name == "lif" else {"jump": 0.3}):
        values = made.play.starts | values
        circuit, x = made.make(values), made.play.grid()
        y = curves(made.play, values)[0]
        falls = int(np.sum(np.diff(y) < -0.25))
        assert falls == len(solve(circuit, x[-1]).spikes(circuit.of_type(SpikeProbe)[0]))


def test_a_number_that_does_not_follow_in_a_straight_line_is_an_error(monkeypatch):
    made = LAB["rc"]()
    bent = lab.LabCircuit(made.name, made.title, lambda p: made.make({**p, "R1": p["R1"] ** 2}), made.step, made.vector,
                          made.play)  # fmt: skip
    with pytest.raises(LapicqueError, match="does not follow R1 in a straight line"):
        template(bent)
    both = lab.LabCircuit(made.name, made.title, lambda p: made.make({**p, "R1": p["R1"] + 1e9 * p["C1"]}), made.step,
                          made.vector, made.play)  # fmt: skip
    with pytest.raises(LapicqueError, match="follows two sliders"):
        template(both)
