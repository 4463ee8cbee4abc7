"""Netlists as people write them: what ngspice makes of the file as it came is what our circuit does."""

import numpy as np
import pytest
from oracles.decks import as_the_file_says

from lapicque.analysis.models.model import signal_expressions
from lapicque.circuits import AM, FM, EndlessPulses, Exponential, Sine, Step
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.numeric.numeric import numeric
from lapicque.circuits.runs.returning import returning
from lapicque.netlists import Engine, Transient
from lapicque.netlists.reading.deck import read_netlist
from lapicque.netlists.reading.source import NetlistError

DECKS = {
    "parameters, functions, units and comments": """RC of mine
* a comment
.param tau=1m r={1k*2}
.func double(x) {2*x}
V1 in 0 PULSE(0 5 1m 10u 10u 5m 10m)
R1 in out {r} ; inline
C1 out gnd 'tau/r'   $ and another
R2 out 0 {double(5k)}
+ ; a continuation of nothing
.tran 10u 20m
.end
""",
    "subcircuits in subcircuits": """nested
V1 in 0 SIN(0 1 200)
X1 in out 0 chain PARAMS: r=2k
.subckt chain a b g r=1k
X1 a m g half r={r}
X2 m b g half r={r*2}
.ends chain
.subckt half a b g r=1k
.param c={1u/10}
R1 a b {r}
C1 b g {c}
.ends
.tran 10u 20m
""",
    "sources": """SIN with delay and damping, EXP, AM, SFFM, PULSE
V1 a 0 SIN(0.5 2 1k 0.3m 400 30)
R1 a a1 1k
C1 a1 0 100n
V9 k 0 PWL(0 0 0.2m 0 0.21m 1 0.3m 2 2.13m 1)
R9 k 0 1k
V2 b 0 EXP(0 2 0.21m 0.2m 2.13m 0.5m)
R2 b b1 1k
C2 b1 0 50n
V3 c 0 EXP(1 -1 0.2m 60u 0.3m 80u)
R3 c c1 1k
C3 c1 0 50n
V4 d 0 AM(1 0.5 300 2k 0.2m)
R4 d d1 1k
C4 d1 0 50n
I5 0 e SFFM(0.1m 1m 1k 3 200)
R5 e 0 1k
C5 e 0 50n
V6 f 0 PULSE(0 1 0.1m 10u 30u 0.3m 0.7m)
R6 f f1 1k
C6 f1 0 50n
V7 g 0 PULSE(0 1 0.1m 10u 30u 0.3m 0.7m 3)
R7 g g1 1k
C7 g1 0 50n
V8 h 0 PULSE(2 1 0.2m 10u)
R8 h h1 1k
C8 h1 0 50n
.tran 10u 5m
""",
    "controlled sources": """E F G H
V1 in 0 PULSE(0 1 1m 10u 20u 4m 10m)
VS a b 0
R1 in a 1k
C1 b 0 1u
E1 e 0 b 0 3
RE e 0 1k
F1 0 f VS 2
RF f 0 1k
G1 0 g b in 1m
RG g 0 2k
H1 h 0 VS 500
RH h 0 1k
.tran 10u 20m
""",
    "laws": """B sources, VALUE, POLY
V1 in 0 SIN(0 2 200)
R1 in out 1k
C1 out 0 100n
B1 0 bi I = 1m*tanh(V(in)) + 0.1m*V(in,out)**2
RB bi 0 1k
B2 bv 0 V = abs(V(in)) + (V(out) > 0.5 ? 2*V(out)-0.5 : if(V(out) < -0.5, -V(out)-1, V(out)))
R2 bv 0 1k
E1 e 0 VALUE={V(in)*V(out)/2}
R3 e 0 1k
G1 0 g POLY(2) in 0 out 0 0.1m 1m 2m 0 0.5m
R4 g 0 1k
.tran 10u 10m
""",
    "currents in laws, and a resistor with a law": """i()
V1 in 0 SIN(1 0.5 300)
VS in a 0
R1 a out R={1k*(1+V(out)*V(out))}
C1 out 0 200n
B1 0 s I = 3*I(VS)
RS s 0 1k
.tran 10u 10m
""",
    "initial conditions with uic": """start
.ic V(a)=2 V(b)=0.5
R1 a b 1k
C1 a 0 1u
C2 b 0 1u IC=-1
L1 b c 10m IC=1m
R2 c 0 100
.tran 10u 5m uic
""",
    "the operating point": """start
V1 in 0 DC 0 PULSE(3 5 1m 10u 10u 1 2)
R1 in out 1k
C1 out 0 1u
L1 out x 10m
R2 x 0 2k
.tran 10u 5m
""",
    "MOSFETs with bulk": """inverter
.model nm NMOS(LEVEL=1 VTO=0.7 KP=110u GAMMA=0.4 LAMBDA=0.04 PHI=0.7)
.model pm PMOS(LEVEL=1 VTO=-0.7 KP=50u GAMMA=0.57 LAMBDA=0.05 PHI=0.8)
VDD vdd 0 3.3
VIN in 0 SIN(1.5 1.5 500)
MP out in vdd vdd pm W=4u L=1u
MN out in s 0 nm W=2u L=1u
RS s 0 10k
C1 out 0 1n
.tran 10u 4m
""",
    "diodes, areas": """rectifier
.model d D(IS=2e-14 N=1.2)
V1 in 0 SIN(0 3 500)
R1 in a 100
D1 a out d area=3
C1 out 0 1u
R2 out 0 5k
.tran 10u 4m
""",
    "a negative resistance, MEG and M": """suffixes
V1 in 0 PWL(0 0 1m 1 3m -1)
R1 in out 1MEG
R2 out 0 -3MEG
C1 out 0 1nF
R3 in x 500M
R4 x 0 0.5ohm
.tran 10u 4m
""",
}


@pytest.mark.parametrize("what", DECKS)
def test_our_circuit_does_what_ngspice_makes_of_the_file(what, tmp_path, engine):
    as_the_file_says(DECKS[what], tmp_path, engine)


@pytest.mark.parametrize(
    ("card", "word"),
    [
        (".option scale = 1u", "scale=1u"),
        ("D1 a 0 d\n.model d D(IS=1e-14 ISR=1p)", "isr=1p"), ("D1 a 0 d temp=50\n.model d D", "temp=50"),
        ("G1 a 0 a 0 1m m=2", "m=2"), ("V2 a 0 EXP(0 1)", "EXP"),
        ("M1 a a 0 0 n\n.model n NMOS(LEVEL=3)", "level 3"), ("C2 a 0 1u foo=3", "foo=3"),
        ("R2 a 0 1k 2k", "'2k'"), ("E1 b 0 a 0 2 3", "polynomial"), ("S1 a 0 a 0 s maybe\n.model s SW", "maybe"),
        ("V2 b 0 SIN(0 1 1k 0 0 0 5)", "first 6"), ("V2 b 0 PULSE(0 1 0 1n 1n 1m 2m 3 4)", "first 8"),
        ("V2 b 0 PULSE(0 1 0 1n 0.2m 0.4m 0.5m)", "shorter"), ("V2 b 0 PULSE(0 1 0 1n 1n 0 2m)", "no width"),
    ],
)  # fmt: skip
def test_what_would_change_the_circuit_is_refused_with_its_line(card, word, tmp_path, engine):
    path = tmp_path / "deck.cir"
    path.write_text(f"t\nV1 a 0 1\nR1 a 0 1k\n{card}\n.end\n")
    with pytest.raises(NetlistError, match="deck.cir:4") as refused:
        read_netlist(path, engine=engine)
    assert word in str(refused.value)


@pytest.mark.parametrize(
    ("card", "stimulus"),
    [
        ("EXP(1 -1)", Exponential(1, -1, 1e-5, 1e-5, 2e-5, 1e-5)), ("PULSE(2 1 0.2m)", Step(2, 1, 2e-4, 1e-5)),
        ("SIN(1 2)", Sine(1, 2, 200)), ("SFFM(0 1 1k)", FM(0, 1, 1e3, 0, 200)),
        ("PULSE(0 1 0 0 0 1m 3m)", EndlessPulses(0, 1, 0, 1e-5, 1e-5, 1e-3, 3e-3)),
        ("AM(1 0 0 1k)", AM(1, 0, 200, 1e3)),
    ],
)  # fmt: skip
def test_what_a_source_does_not_say_is_taken_from_the_transient(card, stimulus, tmp_path, engine):
    """Defaults of the ngspice manual, section 4.1: TSTEP for edges and time constants, 1/TSTOP for frequencies."""
    path = tmp_path / "deck.cir"
    path.write_text(f"t\nV1 a 0 {card}\nR1 a 0 1k\n.tran 10u 5m\n")
    assert read_netlist(path, engine=engine).circuit.element("V1").stimulus == stimulus


def test_what_only_asks_is_set_aside(tmp_path, engine):
    path = tmp_path / "deck.cir"
    path.write_text(
        "t\nV1 a 0 1\nR1 a 0 1k\n.temp 27\n.options reltol=1e-5 temp=27\n.ac dec 10 1 1k\n.meas tran x max v(a)\n"
    )
    words = [c.word for c in read_netlist(path, engine=engine).aside]
    assert words == [".temp", ".options", ".ac"]  # nothing moves in its response


def test_a_table_is_straight_lines(tmp_path, engine):
    """ngspice by itself rounds the corners of a table over a tenth of its pieces; LTspice and PSpice do not."""
    path = tmp_path / "table.cir"
    path.write_text(
        "t\nV1 in 0 PWL(0 -2 4m 2)\nE1 t 0 TABLE {V(in)} = (-1,-2) (0,0) (1.5,1)\nR1 t 0 1k\n.tran 1u 4m uic\n"
    )
    deck = read_netlist(path, engine=engine)
    found = engine.run(deck.circuit, Transient(deck.stop), "reference")
    wanted = np.interp(found["in"], [-1, 0, 1.5], [-2, 0, 1])
    assert found["t"].values == pytest.approx(wanted, abs=1e-9)


@pytest.fixture(scope="module")
def engine():
    with Engine() as made:
        yield made


def test_what_is_not_quite_what_ngspice_makes_of_it_is_noted(tmp_path, engine):
    path = tmp_path / "deck.cir"
    path.write_text(
        "t\nV1 in 0 PWL(0 -2 4m 2)\nE1 t 0 TABLE {V(in)} = (-1,-2) (1.5,1)\nR1 t 0 1k\n"
        "S1 t 0 in 0 bare\n.model bare SW(VT=1 RON=1k)\nS2 t 0 in 0 wide\n.model wide SW(VT=1 VH=0.1 RON=1k)\n"
    )
    switches, table = read_netlist(path, engine=engine).notes
    assert "bare" in switches
    assert "1e-06" in switches
    assert f"{path}:3" in table


def test_elements_keep_their_names(tmp_path, engine):
    """A source with a law of its own beside one that becomes one, here and in a subcircuit; and where its card is."""
    path = tmp_path / "deck.cir"
    path.write_text(
        "t\nV1 a 0 1\nBE1 b 0 I=v(a)*1m\nE1 c 0 VALUE={v(a)}\nBhill b 0 I=v(b)*1m\nRb b 0 1k\nRc c 0 1k\n"
        ".subckt s p\nBg p 0 I=v(p)*1m\nG g 0 VALUE={v(p)}\nRg g 0 1k\n.ends\nX1 a s\n"
    )
    names = [e.name for e in read_netlist(path, engine=engine).circuit.parts]
    assert [n for n in names if "#" not in n] == ["V1", "BE1", "E1", "Bhill", "Rb", "Rc", "X1.Bg", "X1.G", "X1.Rg"]
    path.write_text(path.read_text().replace("VALUE={v(p)}", "VALUE={v(p)*time}"))
    with pytest.raises(NetlistError, match="deck.cir:10"):
        read_netlist(path, engine=engine)


def test_what_an_element_is_made_of_is_no_signal(tmp_path, engine):
    """A voltage by a law is a current through an ohm, and a source of its voltage: its inside is nobody's node."""
    path = tmp_path / "deck.cir"
    path.write_text(
        "t\nV1 in 0 SIN(0 1 1k)\nVS in a 0\nR1 a 0 1k\nB1 b 0 V=v(in)**2+i(VS)*1k\nR2 b 0 1k\n.tran 1u 1m uic\n"
    )
    circuit = read_netlist(path, engine=engine).circuit
    found = engine.run(circuit, Transient("0.1m"), "fast")
    assert set(found) == {"in", "a", "b"}
    assert set(signal_expressions(numeric(derive(circuit)))) == {"in", "a", "b"}


def test_a_law_inside_a_subcircuit_shows_no_node_that_nobody_wrote(tmp_path, engine):
    amplifier = ".subckt amp p m o\nE1 o 0 VALUE={5*tanh(V(p,m))}\n.ends"
    cards = "X1 p m out amp", amplifier, "V1 p 0 1", "R1 out m 1k", "C1 m 0 1n", ".tran 1u 1m uic"
    (tmp_path / "deck.cir").write_text("\n".join(["op-amp", *cards]))
    assert set(read_netlist(tmp_path / "deck.cir", engine=engine).circuit.outer_nodes) == {"0", "p", "m", "out"}


def test_a_latch_between_diodes_is_looked_at_without_a_warning(tmp_path, engine, recwarn):
    cards = (
        "I1 0 thr 1u", "C1 thr 0 10n ic=0", "S1 thr 0 q 0 sw", ".model sw sw(vt=2.5 vh=0.5 ron=10 roff=100Meg)",
        "Bs 0 q I='1m*((0.5>V(thr)) - (V(thr)>2))'", "Cq q 0 1n ic=5", "V1 v 0 5", "D1 q v dl", "D2 0 q dl",
        ".model dl d(is=1e-12 n=0.1)", ".tran 1u 5m uic",
    )  # fmt: skip
    (tmp_path / "deck.cir").write_text("\n".join(["latch", *cards]))
    returning(read_netlist(tmp_path / "deck.cir", engine=engine).circuit)
    assert not [w for w in recwarn if issubclass(w.category, RuntimeWarning)]
