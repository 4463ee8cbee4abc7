"""Couplings by 1: ngspice's own K card, the currents of the windings, and what contradicts itself."""

import numpy as np
import pytest
from oracles.decks import as_the_file_says

import lapicque as lq
from lapicque.netlists.ngspice.worker import simulate_texts
from lapicque.netlists.reading.deck import netlist_of
from lapicque.netlists.reading.source import NetlistError

DECK = """three windings, one turned round, in a subcircuit; as people write them for LTspice
.subckt tr a b c d e f
L1 a b 10m
L2 c d 40m
L3 e f 2.5m
K1 L1 L2 1
K2 L1 L3 -1
K3 L2 L3 -1
.ends
V1 in 0 SIN(0 10 1k)
R1 in p 10
X1 p 0 s 0 q 0 tr
R2 s 0 1k
C2 s 0 100n
R3 q 0 30
.tran 1u 3m
"""


def test_windings_do_what_ngspice_makes_of_them(tmp_path, engine):
    as_the_file_says(DECK, tmp_path, engine)
    circuit = lq.read(tmp_path / "deck.cir").add(*(lq.CurrentProbe(f"i{k}", f"X1.L{k}") for k in (1, 2, 3)))
    run = engine.run(circuit, lq.Transient("3m"), max_step=1e-6)
    ((raw, _),) = engine.result(engine.submit(simulate_texts, [DECK.replace("1u 3m", "1u 3m 0 1u") + ".end\n"]))
    grid = np.linspace(1e-5, 3e-3, 500)
    for k in (1, 2, 3):
        theirs = np.interp(grid, raw.vectors["time"], raw.vectors[f"l.x1.l{k}#branch"])
        assert np.interp(grid, run["time"], run[f"i{k}"]) == pytest.approx(theirs, abs=2e-3 * np.ptp(theirs)), k


def test_a_charged_transformer_falls_with_the_resistances_of_both_sides(engine):
    """One flux: L di/dt = -i (R1 || R2/n^2); the currents at the start add up to n times as much of the second."""
    text = "t\nL1 a 0 1m IC=0.1\nL2 b 0 4m IC=0.05\nK1 L1 L2 1\nR1 a 0 10\nR2 b 0 40\n.tran 1u 0.4m uic\n"
    deck = netlist_of(text.encode(), engine=engine)
    assert any("coupled by 1 (k1): an ideal transformer" in n for n in deck.notes)
    times = np.linspace(0, 0.4e-3, 41)
    exact = -(0.1 + 2 * 0.05) * 5 * np.exp(-5 * times / 1e-3)
    found = lq.solve(deck.circuit, "0.4m").voltage("a", "0", times)
    assert found == pytest.approx(exact, rel=1e-9)
    run = engine.run(deck.circuit, lq.Transient("0.4m"), "reference")
    assert np.interp(times[1:], run["time"], run["b"]) == pytest.approx(2 * exact[1:], rel=1e-4)


def test_a_winding_that_a_source_holds_is_the_inductance(engine):
    text = "t\nV1 b 0 SIN(0 1 1k)\nL1 a 0 1m\nL2 b 0 4m\nK1 L1 L2 1\nR1 a 0 10\n.tran 1u 1m\n"
    deck = netlist_of(text.encode(), engine=engine)
    times = np.linspace(0, 1e-3, 11)
    found = lq.solve(deck.circuit, "1m").voltage("a", "0", times)
    assert found == pytest.approx(0.5 * np.sin(2e3 * np.pi * times), abs=1e-9)


@pytest.mark.parametrize(
    "more",
    ["K1 L1 L2 1\nK2 L2 L3 0.5", "K1 L1 L2 1\nK2 L2 L3 1", "K1 L1 L2 1\nK2 L2 L3 1\nK3 L1 L3 -1"],
)
def test_what_is_no_transformer_is_refused_with_its_line(more, engine):
    text = f"t\nV1 a 0 1\nL1 a 0 1m\nL2 b 0 1m\nL3 c 0 1m\nR2 b 0 1\nR3 c 0 1\n{more}\n.tran 1u 1m\n"
    with pytest.raises(NetlistError, match=r":(8|9|10): .*(no transformer|couple each pair)"):
        netlist_of(text.encode(), engine=engine)
