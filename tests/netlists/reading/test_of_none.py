"""What a card or a start cannot be, each with what to do."""

import pytest

from lapicque.analysis.schematics import drawing
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.errors import CircuitError
from lapicque.circuits.runs.starts import check_starts
from lapicque.netlists.reading import deck
from lapicque.netlists.reading.own import read, read_own
from lapicque.netlists.reading.source import NetlistError


@pytest.mark.parametrize("many", ["0", "-2"])
@pytest.mark.parametrize("card", ["R2 b 0 1k", "C2 b 0 1n", "L2 b 0 1m"])
def test_none_in_parallel(tmp_path, card, many):
    path = tmp_path / "none.cir"
    path.write_text(f"none\nV1 a 0 1\nR1 a b 1k\n{card} m={many}\n.tran 1u 1m\n")
    with pytest.raises(NetlistError, match=f":4: [RCLrcl]2 has m={many}, so many in parallel: give more than 0"):
        read(path)


def test_a_supply_that_ic_does_not_name(tmp_path):
    """ngspice begins there with charges that the supply contradicts; with the supply named both agree."""
    path = tmp_path / "divider.cir"
    text = "divider\nVDD vdd 0 1.8\nC1 a 0 1n\nC2 vdd a 1n\nR1 a 0 1k\n.ic v(a)=0.5{}\n.tran 1n 1u uic\n"
    path.write_text(text.format(""))
    with pytest.raises(CircuitError, match="put 1.3 V across it at time 0.*not name is at 0 V.*name it there"):
        check_starts(derive(read(path)))
    path.write_text(text.format(" v(vdd)=1.8"))
    check_starts(derive(read(path)))


def test_starts_of_nodes_that_are_not_there_are_told(tmp_path):
    """A slip in a name would begin the run elsewhere, without a word; ground is at 0 V whatever a card says."""
    path = tmp_path / "slip.cir"
    path.write_text(
        "slip\nV1 a 0 1\nR1 a b 1k\nC1 b 0 1n\n.ic v(bb)=0.5 v(b)=0.25 v(gnd)=3\n.nodeset v(y)=1\n.tran 1u 1m\n"
    )
    found = read_own(path)
    assert found.notes == (".ic of no node of the circuit: 'bb'", ".nodeset of no node of the circuit: 'y'")
    assert found.circuit.element("C1").ic == pytest.approx(0.25)


def test_who_waits_for_many_laws_is_told(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(deck, "MANY", 1)
    monkeypatch.setattr(drawing, "MANY", 2)
    path = tmp_path / "many.cir"
    path.write_text("many\nV1 a 0 1\nR1 a b 1k\nD1 b 0 d\nD2 b 0 d\n.model d d\n.tran 1u 1m\n")
    drawing.picture_of(read(path))
    assert [r.message.split(";")[0].split(":")[0] for r in caplog.records] == [
        "2 nonlinear elements",
        "4 elements are drawn",
    ]
