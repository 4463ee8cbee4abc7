"""Laws that lead back to where they jump: ngspice is given a width there, and says so in its netlist."""

import numpy as np
import pytest

from lapicque.analysis import compare, solve
from lapicque.circuits import B, C, Circuit, I, Probe, R
from lapicque.circuits.library import build
from lapicque.circuits.runs.returning import _jumping, returning
from lapicque.netlists import Engine, Transient


def held(law):
    return Circuit("held").add(
        I("I1", "0", "a", "2u"), R("R1", "a", "0", "500k"), C("C1", "a", "0", "1n"),
        B("B1", "a", "0", law, {"v": "a"}), Probe("a", "a"),
    )  # fmt: skip


@pytest.mark.parametrize("level", ["fast", "standard", "reference"])
def test_a_current_that_holds_its_own_node_at_a_level(level):
    """1 V (1 - e^(-t/tau)) up to 0.5 V, then held there. Measured: 2.2e-5, 3.6e-6, 5.7e-8; a run takes 0.2 s."""
    circuit = held("50e-6 if v > 0.5 else 0")
    with Engine(timeout=20) as engine:
        run = engine.run(circuit, Transient("3m"), level)
    a = np.interp([1e-4, 2.9e-3], run["time"], run["a"])
    assert a == pytest.approx([1 - np.exp(-0.2), 0.5], abs=3e-5 if level == "fast" else 2e-6)
    verdict = compare(solve(circuit, "3m"), run)
    limit = {"fast": 4.5e-5, "standard": 8e-6, "reference": 1.2e-7}[level]
    assert all(m.value < limit for m in verdict.metrics)
    assert len(run["time"]) < 15_000
    assert "lead back to where they jump" in run.attrs["netlist"]


@pytest.mark.parametrize(
    "law",
    [
        "50e-6*Heaviside(v - 0.5)", "0 if v <= 0.5 else 50e-6", "1e-6*sign(v - 0.2)", "4e-6*floor(4*v)",
        "4e-6*ceiling(4*v - 1)", "1e-6*sign(v - 0.2) + 5e-6*Heaviside(v - 0.3)", "50e-6*sign(0.5 - v)*-1",
    ],
)  # fmt: skip
def test_every_kind_of_jump_is_held(law):
    """Where two jumps are passed before the node is held, the first is found to a step's tolerance: measured 2.6e-5."""
    circuit = held(law)
    with Engine(timeout=20) as engine:
        run = engine.run(circuit, Transient("3m"))
    verdict = compare(solve(circuit, "3m"), run)
    assert verdict.passed
    assert all(m.value < 8e-5 for m in verdict.metrics)


def test_a_jump_that_leads_away_keeps_its_edge():
    with Engine(timeout=20) as engine:
        text = engine.run(held("-1e-6*sign(v - 0.2)"), Transient("1m")).attrs["netlist"]
    assert "sgn" in text
    assert "tanh" not in text


def test_a_jump_that_is_felt_through_a_resistor_only_is_held():
    """The law feeds a node without a capacitor; what it reads is behind it."""
    circuit = Circuit("behind").add(
        I("I1", "0", "a", "2u"), R("R1", "a", "b", "100k"), R("R2", "b", "0", "400k"), C("C1", "b", "0", "1n"),
        B("B1", "a", "0", "50e-6*Heaviside(v - 0.5)", {"v": "b"}), Probe("b", "b"),
    )  # fmt: skip
    with Engine(timeout=20) as engine:
        run = engine.run(circuit, Transient("3m"))
    assert compare(solve(circuit, "3m"), run).passed
    assert run["b"].values[-1] == pytest.approx(0.5, abs=4e-6)


def test_a_level_may_be_a_parameter():
    circuit = Circuit("level").add(
        I("I1", "0", "a", "2u"), R("R1", "a", "0", "500k"), C("C1", "a", "0", "1n"),
        B("B1", "a", "0", "i if v > level else 0", {"v": "a"}, {"i": 50e-6, "level": 0.5}), Probe("a", "a"),
    )  # fmt: skip
    with Engine(timeout=20) as engine:
        assert compare(solve(circuit, "1m"), engine.run(circuit, Transient("1m"))).passed


def test_a_series_about_a_singularity_is_no_jump():
    """The gates of a cable have hundreds of these: they must cost no derivation (38 s for a cable)."""
    assert returning(build("hodgkin_huxley")) == {}
    assert not any(_jumping(e) for e in build("hodgkin_huxley").of_type(B))
