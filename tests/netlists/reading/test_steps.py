"""What `.step` cards of LTspice and PSpice vary, and what a netlist asks for besides."""

import math

import pytest

from lapicque.circuits import Constant
from lapicque.circuits.errors import LapicqueError
from lapicque.netlists import AC, DCSweep, OperatingPoint, Transient
from lapicque.netlists.reading.deck import Asked, netlist_of
from lapicque.netlists.reading.source import NetlistError

DECK = """t
V1 a 0 {{high}}
I2 0 b SIN(0 1m 1k)
R1 a b {{r}}
C1 b 0 1u
D1 b 0 d
Q1 a b 0 q
.model d D(IS=1e-14 N=1)
.model q NPN BF=200 ; and a comment
.param high=5
.tran 10u 5m
{cards}
.end
"""


def read(engine, *cards, **changes):
    return netlist_of(DECK.format(cards="\n".join(cards)).encode(), "deck.cir", Asked(parameters=changes), engine)


STEPS = [
    (".step param r 1k 4k 1k", "r", (1e3, 2e3, 3e3, 4e3)),
    (".STEP PARAM r LIST 1k 2k 5k", "r", (1e3, 2e3, 5e3)),
    (".step param r list 1k, 2k", "r", (1e3, 2e3)),
    (".step lin param r 4k 1k -1.5k", "r", (4e3, 2.5e3, 1e3)),
    (".step dec param r 1k 100k 2", "r", (1e3, 10**3.5, 1e4, 10**4.5, 1e5)),
    (".step oct param r 1k 4k 1", "r", (1e3, 2e3, 4e3)),
    (".step param r dec 1k 10k 1", "r", (1e3, 1e4)),
    (".step param r {high*200} 2k 500", "r", (1e3, 1.5e3, 2e3)),
    (".step V1 0 1 0.5", "V1", (0, 0.5, 1)),
    (".step D d(N) 1 2 0.5", "d.N", (1, 1.5, 2)),
    (".step NPN q(VAF) 50 100 25", "q.VAF", (50, 75, 100)),
]


def test_steps_are_read(engine):
    deck = read(engine, *(card for card, _, _ in STEPS))
    assert [s.name for s in deck.asks.steps] == [name for _, name, _ in STEPS]
    for step, (_, _, values) in zip(deck.asks.steps, STEPS, strict=True):
        assert step.values == pytest.approx(values, rel=1e-12)
    assert not deck.notes
    assert not deck.aside


def test_what_is_stepped_has_its_first_value_unless_the_file_says_another(engine):
    """A parameter that only a step knows, one that has a value, and parameters of models that have one or none."""
    cards = (".step param r 1k 4k 1k", ".step param high 1 3 1", ".step D d(N) 2 3 1", ".step NPN q(VAF) 50 99 25")
    deck = read(engine, *cards)
    assert [deck.circuit.element("R1").value, deck.circuit.element("V1").stimulus] == [1e3, Constant(5)]
    assert [deck.circuit.element("D1").n, deck.circuit.element("Q1").vaf] == [1, 50]
    d, q = (s.key for s in deck.asks.steps[2:])
    other = read(engine, *cards, r=2e3, **{d: 1.5, q: 75.0}).circuit
    assert [other.element("R1").value, other.element("D1").n, other.element("Q1").vaf] == [2e3, 1.5, 75]
    assert other.element("Q1").bf == 200


ODD = [
    (".step temp 0 100 20", "27 degrees"),
    (".step I2 0 1 0.1", "step a parameter"),
    (".step zz 0 1 0.1", "zz"),
    (".step param r 1k 4k -1k", "do not lead"),
    (".step dec param r 0 4k 3", "above 0"),
    (".step param r", "FROM TO"),
    (".step param r 1 2 1e-9", "more than 10,000"),
    (".step param r file=values.txt", "a file"),
    (".ac dec 10 1 1k", "AC 1"),
    (".dc V1 0 1e999 1", "1e999"),
    (".step V1 0 1e999 1", "1e999"),
    (".dc temp 0 100 10", "27 degrees"),
    (".dc R1 0 1 0.1", "no independent source"),
    (".dc dec V1 1 10 3", "by dec"),
    (".dc V1 0 5", "FROM TO STEP"),
    (".meas tran x find v(nobody) at=1m", "nobody"),
    (".meas tran x when v(b)", "no value"),
    (".meas tran x find system(1) at=1m", "system"),
    (".meas tran x find abs(v(a),v(b)) at=1m", "number of values"),
    (".meas tran x find min(v(a)) at=1m", "number of values"),
    (".meas tran x", "not known here as a measure"),
    (".meas noise x find v(b) at=1", "noise"),
    (".meas tran x find v(b) at=zz", "zz"),
    (".meas tran x find i(Q1) at=1m", "0 V in series"),
    (".meas tran x when v(b)=1 rise=0", "crossings"),
    (".meas tran x when v(b)=1 rise=1 fall=1", "one crossing"),
    (".meas tran x trig v(b)=1", "targ"),
]


def test_what_is_not_understood_is_named_and_the_rest_is_read(engine):
    deck = read(engine, ".param r=1k", *(card for card, _ in ODD))
    assert [c.text for c in deck.aside] == [card for card, _ in ODD]
    for k, (note, (card, why)) in enumerate(zip(deck.notes, ODD, strict=True), 13):
        assert f"deck.cir:{k}: set aside {card}: " in note
        assert why in note
    assert deck.analyses == (Transient("5m"),)
    assert not deck.asks.measures
    assert not deck.asks.steps


def test_a_step_of_a_model_that_is_not_there_is_refused_with_its_line(engine):
    with pytest.raises(NetlistError, match=r"deck.cir:12: there are 0 models 'm'"):
        read(engine, ".step D m(N) 1 2 1", ".param r=1k")


def test_an_expression_that_ngspice_does_not_know_is_refused_with_its_card(engine):
    with pytest.raises(LapicqueError, match=r"\.nodeset v\(b\)=\{nobody\}"):
        read(engine, ".nodeset v(b)={nobody}", ".param r=1k")


def test_analyses_are_read_with_their_expressions(engine):
    text = DECK.format(
        cards=".param r=1k lo=10\n.op\n.ac oct {lo/2} {lo} 1meg\n.dc V1 0 {high} 'high/5'\n"
        ".nodeset v(B)={high/5} v(x)=1"
    )
    text = text.replace("{high}\nI2", "{high} AC 2 90\nI2").replace("1k)", "1k) AC 0.1")
    tran, ac, dc, op = netlist_of(text.encode(), engine=engine).analyses
    guess = (("b", 1.0),)
    assert (tran, dc, op) == (Transient("5m"), DCSweep("V1", 0, 5, 1, guess), OperatingPoint(guess))
    assert ac == AC("V1", 10, 1e6, 5, "oct", 2, ac.phase, (("I2", 0.1, 0.0),), guess)
    assert ac.phase == pytest.approx(math.pi / 2)
