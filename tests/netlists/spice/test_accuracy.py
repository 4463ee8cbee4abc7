import json

import attrs
import pytest

from lapicque.analysis import solve
from lapicque.circuits import C, Circuit, E, Probe, R, Step, V
from lapicque.circuits.library import build
from lapicque.netlists import ACCURACIES, Transient


def worst(engine, level, **run):
    circuit = build("rc")
    result = engine.run(circuit, Transient("5m"), level, **run)
    exact = solve(circuit, 5e-3).voltage("out", "0", result["time"].values)
    return float(abs(result["out"].values - exact).max()), result


def test_a_higher_accuracy_is_more_accurate_and_costs_more(engine):
    errors, points = zip(*((e, r.sizes["time"]) for e, r in (worst(engine, n) for n in ACCURACIES)), strict=True)
    assert errors[0] > errors[1] > errors[2]
    assert points[0] < points[1] < points[2]


def test_an_accuracy_of_one_s_own_is_recorded(engine):
    own = attrs.evolve(ACCURACIES["fast"], name="mine", reltol=1e-7)
    _, result = worst(engine, own, max_step=1e-5)
    assert result.attrs["accuracy"] == "mine"
    assert json.loads(result.attrs["options"])["reltol"] == 1e-7
    assert result.attrs["max_step"] == 1e-5
    assert "reltol=1e-07" in result.attrs["netlist"]


@pytest.mark.parametrize("name", ACCURACIES)
def test_the_longest_step_is_kept(engine, name):
    _, result = worst(engine, name)
    assert float(result["time"].diff("time").max()) <= result.attrs["max_step"] * (1 + 1e-9)


def test_an_op_amp_that_has_settled_is_stepped_over(engine):
    """A gain of 1e5 into a pole behind 1 kohm: at rest ngspice took steps of rounding for minutes."""
    circuit = Circuit("inverting").add(
        V("V1", "in", "0", Step(0, 1, "50u", "1u")), R("R1", "in", "n", "1k"), R("R2", "n", "o", "10k"),
        C("C2", "n", "o", "1n"), E("E1", "x", "0", "0", "n", 1e5), R("R3", "x", "y", "1k"), C("C1", "y", "0", "15.9u"),
        E("E2", "o", "0", "y", "0", 1), R("RL", "o", "0", "10k"), Probe("o", "o"),
    )  # fmt: skip
    run = engine.run(circuit, Transient("0.5m"), "standard")
    assert len(run.time) < 50_000  # 11,000 were measured
    assert float(run["o"][-1]) == pytest.approx(-10 / (1 + 11 / 1e5), rel=1e-5)
