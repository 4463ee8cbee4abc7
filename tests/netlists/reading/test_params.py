"""Other values of a netlist's own parameters."""

import pytest

from lapicque.circuits.errors import LapicqueError, UnknownNameError
from lapicque.netlists.reading.deck import Asked, read_netlist

DECK = """t
.param tau=1m, r = {1k*2} c='tau/r' ; a comma, an expression, quotes
.param big = {r > 1k ? 2 : 3}
.subckt s a b
.param tau=7
R1 a b {tau}
.ends
R1 a 0 {r}
C1 a 0 {c}
R2 a 0 {big}
X1 a 0 s
"""


@pytest.fixture
def deck(tmp_path):
    path = tmp_path / "deck.cir"
    path.write_text(DECK)
    return path


def values(deck, engine, **changes):
    return read_netlist(deck, Asked(parameters=changes), engine).circuit.values


def test_what_follows_from_a_parameter_follows_its_new_value(deck, engine):
    one = values(deck, engine)
    assert (one["R1"], one["C1"], one["R2"], one["X1.R1"]) == (2000.0, 0.5e-6, 2.0, 7.0)
    other = values(deck, engine, tau=3e-3, r=500.0)
    assert (other["R1"], other["C1"], other["R2"], other["X1.R1"]) == (500.0, 6e-6, 3.0, 7.0)
    assert values(deck, engine, c=1e-9)["C1"] == 1e-9


def test_a_parameter_that_is_not_there_is_refused(deck, engine):
    with pytest.raises(UnknownNameError, match="tau"):
        values(deck, engine, tao=1.0)


@pytest.mark.parametrize("card", [".param", ".param x", ".param x=", ".params = 3"])
def test_a_card_without_name_and_value_is_refused(card, tmp_path, engine):
    path = tmp_path / "deck.cir"
    path.write_text(f"t\nR1 a 0 1k\n{card}\n")
    with pytest.raises(LapicqueError, match="deck.cir:3"):
        read_netlist(path, engine=engine)
