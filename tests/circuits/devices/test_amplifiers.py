"""Ideal op-amps and comparators with open collector against textbook circuits."""

import numpy as np
import pytest
from sympy import Symbol, symbols

import lapicque as lq
from lapicque.analysis import compare, solve
from lapicque.circuits.closed_forms.transfer import LAPLACE, transfer
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.errors import EquationError
from lapicque.netlists import DCSweep, OperatingPoint, Transient
from lapicque.netlists.dialects.kicad import kicad_text
from lapicque.netlists.reading.deck import netlist_of
from lapicque.netlists.spice.plain import plain_text

SALLEN_KEY = lq.Circuit("Sallen-Key").add(
    lq.V("V1", "in", "0", lq.Step(0, 1, "10u")), lq.R("R1", "in", "a", "10k"), lq.R("R2", "a", "b", "10k"),
    lq.C("C1", "a", "out", "20n"), lq.C("C2", "b", "0", "10n"), lq.OpAmp("A1", "b", "out", "out"),
    lq.Probe("out", "out"), lq.CurrentProbe("i", "A1"),
)  # fmt: skip
INTEGRATOR = lq.Circuit("integrator").add(
    lq.V("V1", "in", "0", 1), lq.R("R1", "in", "m", "1k"), lq.C("C1", "m", "out", "1u"),
    lq.OpAmp("A1", "0", "m", "out"), lq.Probe("out", "out"),
)  # fmt: skip


def test_the_low_pass_of_sallen_and_key():
    """Sallen and Key 1955: H = 1 / (1 + s C2 (R1 + R2) + s^2 R1 R2 C1 C2)."""
    r1, r2, c1, c2 = symbols("R1 R2 C1 C2", positive=True)
    expected = 1 / (1 + LAPLACE * c2 * (r1 + r2) + LAPLACE**2 * r1 * r2 * c1 * c2)
    assert (transfer(derive(SALLEN_KEY), "V1", "out").h - expected).simplify() == 0


def test_inputs_are_equal_and_take_no_current():
    """The output of an integrator falls by V t / (R C), and its op-amp takes the current of the input."""
    steps = derive(INTEGRATOR).derivation.steps
    (ideal,) = (s for s in steps if s.law == "ideal op-amp")
    assert ideal.after == (0, Symbol("v_m", real=True))
    (value,) = solve(INTEGRATOR, 1e-3).voltage("out", "0", np.array([1e-3]))
    assert value == pytest.approx(-1.0, rel=1e-12)


def test_both_legs_and_the_operating_point_agree(engine):
    solution, run = solve(SALLEN_KEY, 2e-3), engine.run(SALLEN_KEY, Transient(2e-3))
    assert compare(solution, run)
    still = engine.run(SALLEN_KEY.with_values({"V1": 0.7}), OperatingPoint())
    assert still["out"] == pytest.approx(0.7, rel=1e-9)
    assert still["i"] == pytest.approx(0.0, abs=1e-12)


def test_the_frequency_response_in_three_ways(engine):
    found = lq.bode(SALLEN_KEY, engine)

    def expected(frequencies):
        s = 2j * np.pi * frequencies
        return 1 / (1 + s * 1e-8 * 2e4 + s**2 * 1e8 * 2e-16)

    assert found.formula == pytest.approx(expected(found.frequencies), rel=1e-9)
    assert found.simulated == pytest.approx(expected(found.simulated_frequencies), rel=1e-6)


def test_what_an_ideal_op_amp_delivers_is_what_the_rest_takes(engine):
    account = lq.energy(SALLEN_KEY, engine, "2m")
    assert account.imbalance < 1e-4


@pytest.mark.parametrize(
    "other",
    [
        (lq.C("C1", "in", "m", "1n"), lq.R("R1", "m", "out", "1k")),  # a differentiator
        (lq.R("R1", "in", "m", "1k"), lq.R("R2", "m", "0", "1k"), lq.R("R3", "out", "0", "1k")),  # no feedback
    ],
)
def test_without_feedback_at_every_moment_there_is_no_output(other):
    circuit = lq.Circuit("none").add(lq.V("V1", "in", "0", lq.Step()), *other, lq.OpAmp("A1", "0", "m", "out"))
    with pytest.raises(EquationError, match=r"ideal op-amp 'A1' makes its inputs equal.*lq.op_amp"):
        derive(circuit)


def test_it_reads_back_and_is_a_symbol_of_kicad():
    back = netlist_of(plain_text(SALLEN_KEY, Transient(1e-3)).encode()).circuit
    assert back.of_type(lq.OpAmp) == (lq.OpAmp("E_A1", "b", "out", "out"),)
    assert back.of_type(lq.E) == ()
    assert '(part "OPAMP")' in kicad_text(SALLEN_KEY)


def test_the_macromodel_is_an_integrator_with_a_gain(engine):
    """With a gain A and a band f the pole of its loop is 1 / (R C (1 + A)), which 1 ms hardly shows."""
    circuit = lq.Circuit("real").add(
        *INTEGRATOR.without("A1").elements, *lq.op_amp("A1", "0", "m", "out", offset=0, low=-5, high=5),
        lq.C("C2", "out", "0", "1p"),
    )  # fmt: skip
    (value,) = solve(circuit, 1e-3).voltage("out", "0", np.array([1e-3]))
    assert value == pytest.approx(-1.0, abs=1e-3)
    with pytest.raises(lq.QuantityError, match="gbw of A1"):
        lq.op_amp("A1", "a", "b", "c", gbw=0)


def test_an_open_collector_pulls_down_and_lets_go(engine):
    """A divider of pull-up and transistor, half-way at equal inputs; the pull-up's supply need not be its own."""
    made = lq.Circuit("LM393").add(
        lq.V("V1", "p", "0", 0), lq.V("V2", "up", "0", 12), lq.R("R1", "up", "y", "10k"),
        lq.OpenCollector("U1", "p", "0", "y", "1m", 100), lq.Probe("y", "y"), lq.C("C1", "y", "0", "1n"),
    )  # fmt: skip
    still = engine.run(made, DCSweep("V1", "-5m", "5m", "0.1m"))
    share = (1 - np.tanh(still["sweep"].values / 1e-3)) / 200
    assert still["y"].values == pytest.approx(12 / (1 + 1e4 * share), rel=1e-5)
    stepped = made.with_values({"V1": lq.Pulse(-5e-3, 5e-3, "5u", "20u", "100n")})
    assert compare(solve(stepped, 4e-5), engine.run(stepped, Transient(4e-5)))
