"""Capacitors by a law: what their equations say, and whether ngspice, other words and files say the same."""

import numpy as np
import pytest
from oracles.decks import as_the_file_says, swings

import lapicque as lq
from lapicque.analysis.pairs.likeness import compare_circuits
from lapicque.circuits import CircuitError, QuantityError
from lapicque.netlists.ngspice.worker import simulate_texts
from lapicque.netlists.reading.deck import Asked, netlist_of
from lapicque.netlists.spice.accuracy import accuracy
from lapicque.netlists.spice.spice import netlist

C_0, SLOPE, R = 1e-7, 0.3, 1e3
LAW = "c_0*(1 + a*v)"
"""Farads; discharged through a resistor, ln v + a v falls by 1/(R c_0) a second: from dv/dt = -v/(R c_0 (1 + a v))."""


def discharging(ic=1.0):
    return lq.Circuit("discharge").add(
        lq.Varactor("C1", "out", "0", LAW, {"c_0": C_0, "a": SLOPE}, ic), lq.R("R1", "out", "0", R),
        lq.CurrentProbe("i", "C1"), lq.Probe("out", "out"),
    )  # fmt: skip


@pytest.mark.parametrize("ic", [1.0, -0.8])
def test_a_discharge_is_that_of_its_implicit_formula(engine, ic):
    circuit, times = discharging(ic), np.linspace(0, 0.4e-3, 101)
    run = engine.run(circuit, lq.Transient("0.4m"), "reference")
    assert run["i"].to_numpy()[1:] == pytest.approx(-run["out"].to_numpy()[1:] / R, rel=1e-4)
    ours = lq.solve(circuit, "0.4m").voltage("out", "0", times)
    for t, v in ((times, ours), (run["time"].to_numpy(), run["out"].to_numpy())):
        left = np.log(np.abs(v)) + SLOPE * v + t / (R * C_0)
        assert left == pytest.approx(np.log(abs(ic)) + SLOPE * ic, abs=3e-6)  # 7e-7 was measured in ngspice


def test_its_small_signals_see_the_capacitance_at_rest(engine):
    biased = lq.Circuit("biased").add(
        lq.V("V1", "in", "0", 2), lq.R("R1", "in", "out", R), lq.Probe("out", "out"),
        lq.Varactor("C1", "out", "0", LAW, {"c_0": C_0, "a": SLOPE}),
    )  # fmt: skip
    found = engine.run(biased, lq.AC("V1", "10", "1Meg", 10))
    s = 2j * np.pi * found["frequency"].to_numpy()
    wanted = 1 / (1 + s * R * C_0 * (1 + 2 * SLOPE))
    assert found["out"].to_numpy() == pytest.approx(wanted, rel=1e-6)


DECK = """as people write them
V1 in 0 SIN(0.2 1 1k)
R1 in out 1k
C1 out 0 C='1e-7*(1+0.3*v(out))'
C2 0 out Q='1e-7*(v(0,out)+0.1*v(0,out)*v(0,out)*v(0,out))'
.subckt vc a b c0=1n
Cq a b C='c0*(1+tanh(v(a,b)))' m=2
.ends
X1 out in vc c0=20n
C4 in out C={if(v(in)>v(out),10n,10n+2n*(v(in)-v(out))**2)}
R4 out 0 10k
.tran 1u 2m
"""


def test_cards_of_c_and_q_do_what_ngspice_makes_of_them(tmp_path, engine):
    as_the_file_says(DECK, tmp_path, engine)
    made = lq.read(tmp_path / "deck.cir")
    assert [e.name for e in made.of_type(lq.Varactor)] == ["C1", "C2", "X1.Cq", "C4"]
    assert made.element("X1.Cq").at(0.5) == pytest.approx(2 * 20e-9 * (1 + np.tanh(0.5)))
    assert made.element("C2").at(-2) == pytest.approx(1e-7 * (1 + 0.3 * 4))
    assert lq.compare(lq.solve(made, "1m"), lq.simulate(made, lq.Transient("1m"))).passed


def test_what_ngspice_is_given_reads_back_and_json_too(engine):
    circuit = discharging(0.7)
    text = netlist(circuit, lq.Transient("1m"), accuracy("standard")).text
    back = netlist_of(text.encode(), engine=engine).circuit.of_type(lq.Varactor)
    (found,) = [(c.minus, c.ic, c.at(-1), c.at(2)) for c in back]
    assert found == ("0", 0.7, pytest.approx(7e-8), pytest.approx(1.6e-7))
    assert lq.Circuit.from_json(circuit.to_json()) == circuit


def test_the_charge_of_ltspice(engine):
    deck = netlist_of(
        b"t\nC1 a b Q=1n*x+0.2n*x*x\nR1 a b 1k\nR2 b 0 1k\n.tran 1m\n", asked=Asked(dialect="ltspice"), engine=engine
    )
    assert deck.circuit.element("C1").at(0.5) == pytest.approx(1e-9 + 0.4e-9 * 0.5)


def test_ngspice_itself_begins_it_without_charge_with_uic_and_that_is_said(engine):
    text = "t\nC1 out 0 C='1u*(1+v(out))'\nR1 out 0 1k\n.ic v(out)=1\n.tran 1u 1m uic\n"
    ((raw, _),) = engine.result(engine.submit(simulate_texts, [swings(text, 1e-3)]))
    assert np.abs(raw.vectors["out"]).max() < 1e-3
    deck = netlist_of(text.encode(), engine=engine)
    assert any("'C1' begins as .ic says; with uic ngspice itself begins it without charge" in n for n in deck.notes)


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("C1 a 0 C='1n*(1+v(b))'", "depends on v(b): only its own voltage, v(a,0)"),
        ("C1 a b C='1n*(1+v(a))'", "depends on v(a) and v(b): only its own voltage, v(a,b)"),
        ("C1 a 0 C='1n*(1+i(V1)*v(a))'", "depends on the current of v1"),
        ("C1 a 0 C='1n*(1+v(a))' ic=1", "ic=1 behind a law: ngspice loses it"),
        ("C1 a 0 C='1n*v(a)'", "has 0 F at its start"),
        ("L1 a 0 L='1m*(1+i(V1)**2)'", "an inductance by a law has no equations here"),
        ("bc__x a 0 I=v(a)", "names that begin so are taken by the reader"),
    ],
)  # fmt: skip
def test_what_has_no_equations_is_refused_by_line(engine, card, words):
    with pytest.raises(lq.LapicqueError) as error:
        netlist_of(f"t\nV1 b 0 1\nR1 a b 1k\n{card}\n.tran 1u 1m\n".encode(), engine=engine)
    assert words.casefold() in str(error.value).casefold()
    assert ":4" in str(error.value) or "line 4" in str(error.value)


def test_a_law_has_its_own_voltage_and_named_values_only():
    with pytest.raises(CircuitError, match="uses w: v is its own voltage"):
        lq.Varactor("C1", "a", "0", "1n*(1 + w)")
    with pytest.raises(CircuitError, match="'v' is taken"):
        lq.Varactor("C1", "a", "0", "1n*(1 + v)", {"v": 1})
    with pytest.raises(QuantityError, match="must be above zero"):
        lq.Varactor("C1", "a", "0", "1n*v", ic=-1)


def test_two_of_another_law_are_told_apart():
    other = discharging().with_values({"a_C1": 0.31})
    assert "C(-2.9 V) of C1 is 10.1 nF, not 13 nF" in compare_circuits(discharging(), other).verdict
    assert compare_circuits(discharging(), discharging()).same
