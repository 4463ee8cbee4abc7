"""Couplings of inductors: read, written, run in ngspice by its own K card, and accounted for."""

import numpy as np
import pytest
from scipy.linalg import expm

import lapicque as lq
from lapicque.analysis.pairs.likeness import compare_circuits
from lapicque.circuits.errors import CircuitError
from lapicque.netlists.dialects.kicad import kicad_text
from lapicque.netlists.dialects.ltspice import ltspice_text
from lapicque.netlists.dialects.xyce import xyce_text
from lapicque.netlists.networks.partition import partition
from lapicque.netlists.reading.deck import Asked, netlist_of, read_netlist
from lapicque.netlists.reading.source import NetlistError
from lapicque.netlists.spice.analyses import Transient
from lapicque.netlists.spice.plain import plain_text

DECK = """a transformer in a subcircuit, its card before its inductors
.subckt tr p q s params: kk=0.5
Kx L1 L2 {kk}
L1 p q 1m IC=0.1
L2 s q 4m IC=-0.02
.ends
V1 in 0 SIN(0 1 1k)
Rs in A 5
X1 A 0 B tr params: kk={0.9+0.05}
RL B 0 50
.tran 1u 3m uic
"""


@pytest.fixture(scope="module")
def circuit(engine):
    return netlist_of(DECK.encode(), engine=engine).circuit


def test_a_coupling_in_a_subcircuit_has_the_names_of_its_instance(circuit):
    (k,) = circuit.of_type(lq.K)
    assert (k.name, k.first, k.second, k.value) == ("X1.Kx", "X1.L1", "X1.L2", pytest.approx(0.95))


def test_model_and_ngspice_agree_with_the_exponential_of_the_inductance_matrix(circuit, engine):
    """At `reference` ngspice is 3.5e-6 of the swing off the model; the model is 1e-8 V off a matrix exponential."""
    probed = circuit.add(lq.Probe("B", "B"), lq.CurrentProbe("first", "X1.L1"))
    run, model = engine.run(probed, Transient(3e-3), "reference"), lq.solve(probed, 3e-3)
    found = lq.compare(model, run)
    assert found.passed
    assert max(m.value for m in found.metrics if "waveform" in m.name) < 1e-5
    m = 0.95 * np.sqrt(1e-3 * 4e-3)
    inductances, w = np.array([[1e-3, m], [m, 4e-3]]), 2e3 * np.pi
    # i' = -L^-1 R i + L^-1 (sin, 0), and the sine by two states of its own
    a = np.zeros((4, 4))
    a[:2, :2] = -np.linalg.solve(inductances, np.diag([5.0, 50.0]))
    a[:2, 2] = np.linalg.solve(inductances, [1.0, 0.0])
    a[2, 3], a[3, 2] = w, -w
    times = np.linspace(1e-4, 3e-3, 7)
    exact = np.array([expm(a * t) @ [0.1, -0.02, 0, 1] for t in times])
    assert model.voltage("B", "0", times) == pytest.approx(-50 * exact[:, 1], abs=1e-8)


def test_the_account_of_energy_is_even(circuit, engine):
    """What both windings hold together is i^T L i / 2."""
    account = lq.energy(circuit, engine, 3e-3)
    assert account.imbalance < 1e-6
    assert set(account.stored) == {"X1.L1 + X1.L2"}


def test_written_netlists_read_back(circuit, engine):
    for text, dialect in (
        (plain_text(circuit, Transient(3e-3)), "ngspice"),
        (ltspice_text(circuit, Transient(3e-3)), "ltspice"),
        (xyce_text(circuit, Transient(3e-3)), "ngspice"),
    ):
        again = netlist_of(text.encode(), "again.cir", Asked(dialect=dialect), engine).circuit
        assert compare_circuits(circuit, again).same, dialect
        assert " 0.95" in text
    assert "0.95" in kicad_text(circuit)


def test_a_card_of_three_inductors_couples_each_pair(engine):
    text = "three\nV1 a 0 1\nR1 a x 1\nL1 x 0 1\nL2 b 0 1\nR2 b 0 1\nL3 c 0 1\nR3 c 0 1\nK1 L1 L2 L3 0.8\n.tran 1m 1\n"
    circuit = netlist_of(text.encode(), engine=engine).circuit
    pairs = [(k.first, k.second, k.value) for k in circuit.of_type(lq.K)]
    assert pairs == [("L1", "L2", 0.8), ("L1", "L3", 0.8), ("L2", "L3", 0.8)]


@pytest.mark.parametrize(("card", "words"), [
    ("K1 L1 L2 1.5", "'l1' and 'l2' is 1.5: it must be between -1 and 1"),
    ("K1 L1 L9 0.5", "K1 couples inductors, and l9 is none: there is none of that name"),
    ("K1 L1 R1 0.5", "R1 is none: it is a resistor"),
    ("K1 L1 L3 0.5", "L3 is kept as a device that only ngspice knows"),
    ("K1 L1 L2", "needs the names of two inductors and a factor"),
])  # fmt: skip
def test_what_couples_nothing_is_refused_with_its_line(tmp_path, engine, card, words):
    path = tmp_path / "k.cir"
    body = "V1 y 0 1\nR1 y 0 1k\nL1 y 0 1\nL2 y 0 1\nL3 y 0 coil\n.model coil L(IND=1m)\n"
    path.write_text(f"t\n{body}{card}\n.tran 1 1\n")
    with pytest.raises(NetlistError, match=rf"k\.cir:8: .*{words}"):
        read_netlist(path, Asked(keep=True), engine)


def test_other_couplings_make_other_circuits(circuit):
    """A factor, a dot, and a winding that is coupled with another one; series windings stay what they are."""
    turned = circuit.with_nodes({}).without("X1.L2").add(lq.L("X1.L2", "0", "B", "4m", 0.02))
    for other, words in (
        (circuit.with_values({"X1.Kx": 0.9}), "900m, not 950m"),
        (circuit.without("X1.Kx"), "X1.Kx is missing"),
        (turned, "X1.L2"),
    ):
        found = compare_circuits(circuit, other)
        assert not found.same
        assert words in found.verdict
    with pytest.raises(CircuitError, match=r"'X1.Kx' couples inductors: parts of a network"):
        partition(circuit)


def test_a_drawing_says_who_is_coupled_with_whom(circuit):
    words = lq.draw(circuit)._repr_svg_()
    assert "0.95 with X1.L2" in words
    assert "0.95 with X1.L1" in words
