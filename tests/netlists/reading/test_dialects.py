"""Netlists as users of LTspice, PSpice, HSPICE and KiCad write them, against the same by hand in ngspice's words."""

import numpy as np
import pytest

from lapicque.circuits import Exponential, UnknownNameError
from lapicque.netlists import Engine, Transient
from lapicque.netlists.ngspice.worker import session, simulate_texts
from lapicque.netlists.reading.calls import reworded
from lapicque.netlists.reading.deck import Asked, netlist_of, read_netlist
from lapicque.netlists.reading.dialects import dialect_of
from lapicque.netlists.reading.source import NetlistError
from lapicque.netlists.reading.summary import summary

TIGHT = ".options reltol=1e-7 abstol=1e-15 vntol=1e-10 chgtol=1e-18 method=gear"
CLOSE = 1e-4
"""Of the swing; 6e-5 was measured, where straight lines between time points meet a kink."""

LTSPICE = """* C:\\Users\\me\\Documents\\LTspiceXVII\\Draft1.asc
V1 in 0 PULSE(0 5 1m 10\u00b5 10\u00b5 2m 4m) Rser=50
C1 in mid 1\u00b5 Rser=10 Rpar=100Meg Cpar=1n IC=0
R1 mid 0 4k7
L1 mid N001 10m Rser=3 Rpar=10k
R2 N001 0 {r}
B1 out 0 V=limit(V(mid)*3,-2,4) + V(N001)**3 tripdv=1 tripdt=1u
R3 out 0 1k
B2 0 pulled I=uramp(V(mid)-0.5)*1m + table(V(in),0,0,2,1m,5,1.5m) + if(V(in)>2.3,0.2m,0) + 0.1m*buf(V(in)/5)
R4 pulled 0 {double(500)}
B3 sq 0 V=pwr(V(mid),1.5) + pwrs(V(mid),0.5) + V(mid)**1.5
R5 sq 0 1k
.param r=220
.func double(x)={x*2}
.model D D
.lib C:\\Users\\me\\Documents\\LTspiceXVII\\lib\\cmp\\standard.dio
.tran 0 10m 0 10u uic
.backanno
.end
"""
LTSPICE_BY_HAND = """by hand
V1 vin 0 PULSE(0 5 1m 10u 10u 2m 4m)
RV1 vin in 50
C1 in c1x 1u IC=0
RC1 c1x mid 10
RC1p in mid 100meg
CC1p in mid 1n
R1 mid 0 4.7k
L1 mid l1x 10m
RL1 l1x N001 3
RL1p mid N001 10k
R2 N001 0 220
B1 out 0 V=min(max(V(mid)*3,-2),4) + V(N001)*V(N001)*V(N001)
R3 out 0 1k
B2 0 pulled I=max(V(mid)-0.5,0)*1m + pwlin(V(in)) + ternary_fcn(V(in)>2.3,0.2m,0) + 0.1m*ternary_fcn(V(in)>2.5,1,0)
R4 pulled 0 1k
B3 sq 0 V=exp(1.5*ln(abs(V(mid))+1e-30)) + sgn(V(mid))*sqrt(abs(V(mid)))
+ + ternary_fcn(V(mid)>0,V(mid)*sqrt(abs(V(mid))),0)
R5 sq 0 1k
.func pwlin(x) {min(x,2)*0.5m + max(x-2,0)*0.5m/3}
.tran 10u 10m uic
"""
PSPICE = """* source FILTER
.PARAM r=1k
V_V1 in 0 SIN 0 2 200
X_U1 in out FILT PARAMS: c=100n
E_LIM lim 0 VALUE {LIMIT(V(out)*2,-1,1)}
R_R1 lim 0 {r}
E_TAB tab 0 TABLE {V(out)} ( (-1,-2) (0,0) (1,5) )
R_R2 tab 0 1k
G_PW 0 pw VALUE {1m*PWR(V(out),1.5)+1m*V(out)**3}
R_R3 pw 0 1k
S_S1 in sw out 0 SMOOTH
R_R4 sw 0 1k
.model SMOOTH VSWITCH(RON=10 ROFF=100k VON=0.8 VOFF=-0.8)
.SUBCKT FILT a b PARAMS: c=1u
R1 a b 2k
C1 b 0 {c}
.ENDS
.TRAN 10u 10m 0 10u
.PROBE
.END
"""
PSPICE_BY_HAND = """by hand
V1 in 0 SIN(0 2 200)
R1 in out 2k
C1 out 0 100n
B1 lim 0 V=min(max(V(out)*2,-1),1)
R2 lim 0 1k
B2 tab 0 V=2*min(max(V(out)+1,0),1)-2+5*min(max(V(out),0),1)
R3 tab 0 1k
B3 0 pw I=1m*abs(V(out))*sqrt(abs(V(out)))+1m*V(out)*V(out)*V(out)
R4 pw 0 1k
B4 in sw I=V(in,sw)/exp(ln(1000)+ln(1e-4)*(1.5*x(V(out))-2*x(V(out))*x(V(out))*x(V(out))))
R5 sw 0 1k
.func x(v) {min(max(v/1.6,-0.5),0.5)}
.tran 10u 10m
"""
HSPICE = """a cell, for HSPICE
.option post accurate
.param vdd=3.3 wn='2u*2' cl='10f*100'
.global vdd
Vdd vdd 0 vdd
Vin in 0 pulse(0 'vdd' 1n 0.1n 0.1n 4n 10n) $ a comment
.subckt inv a y wn=2u
Mp y a vdd vdd pm w='2*wn' l=1u
Mn y a 0 0 nm w=wn l=1u
.ends
X1 in y inv wn=wn
Cl y 0 'cl'
E1 e 0 vol='2*v(y)**2-pwr(v(in)-1,1.5)'
Re e 0 1k
.model nm nmos level=1 vto=0.7 kp=110u lambda=0.04
.model pm pmos level=1 vto=-0.7 kp=50u lambda=0.05
.tran 10p 20n
.probe tran v(y)
.measure tran d trig v(in) val='vdd/2' rise=1 targ v(y) val='vdd/2' fall=1
.end
"""
HSPICE_BY_HAND = """by hand
Vdd vdd 0 3.3
Vin in 0 pulse(0 3.3 1n 0.1n 0.1n 4n 10n)
Mp y in vdd vdd pm w=8u l=1u
Mn y in 0 0 nm w=4u l=1u
Cl y 0 1p
B1 e 0 V=2*v(y)*v(y)-(v(in)-1)*sqrt(abs(v(in)-1))
Re e 0 1k
.model nm nmos level=1 vto=0.7 kp=110u lambda=0.04
.model pm pmos level=1 vto=-0.7 kp=50u lambda=0.05
.tran 10p 20n
"""
KICAD = """.title KiCad schematic
.include "models.lib"
R1 Net-_C1-Pad1_ /in 1k
C1 Net-_C1-Pad1_ GND 100n
XU1 Net-_C1-Pad1_ /out buffer
R2 /out GND 10k
V1 /in GND SIN(0 1 500)
.tran 10u 5m
.end
"""
KICAD_BY_HAND = """by hand
R1 a in 1k
C1 a 0 100n
E1 out 0 a 0 2
R2 out 0 10k
V1 in 0 SIN(0 1 500)
.tran 10u 5m
"""
DECKS = {
    "ltspice": (LTSPICE, LTSPICE_BY_HAND, {}), "pspice": (PSPICE, PSPICE_BY_HAND, {}),
    "hspice": (HSPICE, HSPICE_BY_HAND, {}),
    "ngspice": (KICAD, KICAD_BY_HAND, {"Net-_C1-Pad1_": "a", "/in": "in", "/out": "out"}),
}  # fmt: skip


def in_mode(mode, text):
    """In a worker: run a text in one of ngspice's compatibility modes."""
    session().exec_command(f"set ngbehavior={mode}")
    return simulate_texts([text])


def run_by_ngspice(engine, text, stop, mode=""):
    tail = f".tran {stop / 2000} {stop} 0 {stop / 20000}{' uic' if 'uic' in text else ''}\n{TIGHT}\n.end\n"
    body = "\n".join(
        x for x in text.splitlines() if not x.lower().startswith((".tran", ".end\n")) and x.lower() != ".end"
    )
    task = (
        engine.submit(in_mode, mode, f"{body}\n{tail}") if mode else engine.submit(simulate_texts, [f"{body}\n{tail}"])
    )
    ((raw, _),) = engine.result(task)
    assert not raw.aborted, raw.said
    return raw.vectors


def agree(ours, theirs, stop, called):
    grid = np.linspace(stop / 4000, stop, 4000)
    compared = 0
    for n in ours.data_vars:
        if (name := called.get(n, n).lower()) in theirs:
            a = np.interp(grid, theirs["time"], theirs[name])
            b = np.interp(grid, ours["time"], ours[n])
            assert np.max(np.abs(a - b)) <= CLOSE * max(np.ptp(a), 1e-3), n
            compared += 1
    return compared


@pytest.mark.parametrize("name", DECKS)
def test_a_netlist_does_what_it_does_by_hand(name, tmp_path, engine):
    text, by_hand, called = DECKS[name]
    (tmp_path / "models.lib").write_text(".subckt buffer a y\nE1 y 0 a 0 2\n.ends\n")
    path = tmp_path / "deck.cir"
    path.write_bytes(text.encode("latin-1"))
    deck = read_netlist(path, engine=engine)
    assert deck.dialect.name == name
    ours = engine.run(deck.circuit, Transient(deck.stop), "reference", max_step=deck.stop / 20000)
    assert agree(ours, run_by_ngspice(engine, by_hand, deck.stop), deck.stop, called) >= 3
    assert any(f"taken for {name}" in line for line in summary("deck.cir", deck)) == (name != "ngspice")


def test_ngspice_itself_reads_a_netlist_of_pspice_so(tmp_path):
    """In its mode for PSpice, the file as it came, but for the VSWITCH and x**3, which is |x|**3 to ngspice."""
    text = "\n".join(x for x in PSPICE.splitlines() if not x.startswith(("S_", "R_R4", ".model", ".PROBE")))
    text = text.replace("+1m*V(out)**3", "")
    path = tmp_path / "deck.cir"
    path.write_text(text + "\n")
    with Engine() as engine:
        deck = read_netlist(path, Asked(dialect="pspice"), engine)
        ours = engine.run(deck.circuit, Transient(deck.stop), "reference", max_step=deck.stop / 20000)
        theirs = run_by_ngspice(engine, text, deck.stop, "psa")
    assert agree(ours[["in", "out", "lim", "pw"]], theirs, deck.stop, {}) == 4


SWITCHES = {
    "VSWITCH(RON=10 ROFF=100k VON=0.8 VOFF=-0.8)": ("pspice", -0.8, 0.8, 10, 1e5),
    "VSWITCH(RON=10 VON=-1 VOFF=1)": ("pspice", 1, -1, 10, 1e6), "VSWITCH(RON=2)": ("pspice", 0, 1, 2, 1e6),
    "SW(RON=1 ROFF=1Meg VT=0.2 VH=-0.5)": ("ltspice", -0.3, 0.7, 1, 1e6),
}  # fmt: skip
SWEPT = "t\nV1 c 0 PWL(0 -2 1 2)\nV2 a 0 1\nS1 a b c 0 m\n.model m {}\nR1 b 0 100\n.tran 1m 1 uic\n"


@pytest.mark.parametrize("model", SWITCHES)
def test_a_smooth_switch_has_the_resistance_of_the_manual(model, engine):
    """PSpice A/D Reference Guide: Rs = exp(Lm + 3 Lr (V - Vm)/(2 Vd) - 2 Lr (V - Vm)^3/Vd^3) between both voltages."""
    dialect, off, on, r_on, r_off = SWITCHES[model]
    deck = netlist_of(SWEPT.format(model).encode(), asked=Asked(dialect=dialect), engine=engine)
    found = engine.run(deck.circuit, Transient(1), "reference")
    v, middle, width = found["c"].values, (on + off) / 2, on - off
    l_m, l_r = np.log(np.sqrt(r_on * r_off)), np.log(r_on / r_off)
    between = np.exp(l_m + 3 * l_r * (v - middle) / (2 * width) - 2 * l_r * (v - middle) ** 3 / width**3)
    is_on, is_off = (v - on) * np.sign(width) >= 0, (v - off) * np.sign(width) <= 0
    wanted = np.where(is_on, r_on, np.where(is_off, r_off, between))
    assert 100 / found["b"].values - 100 == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def test_a_switch_of_level_2_is_never_quite_on_or_off(engine):
    """LTspice's help, S device: g = exp(A atan((V - Vt)/|Vh|) + B)."""
    text = SWEPT.format("SW(level=2 RON=1 ROFF=1Meg VT=0.2 VH=-0.5)")
    deck = netlist_of(text.encode(), asked=Asked(dialect="ltspice"), engine=engine)
    found = engine.run(deck.circuit, Transient(1), "reference")
    g = np.exp(np.log(1e6) / np.pi * np.arctan((found["c"].values - 0.2) / 0.5) - np.log(1e6) / 2)
    assert 100 / found["b"].values - 100 == pytest.approx(1 / g, rel=1e-6)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("t\n.tran 10m\n", "ltspice"), ("t\n.backanno\n", "ltspice"), ("t\nC1 a 0 1u Rser=1\n", "ltspice"),
        ("* C:\\x\\Draft2.asc\nR1 a 0 1\n", "ltspice"), ("t\n.probe\n", "pspice"),
        ("t\n.model s VSWITCH(RON=1)\n", "pspice"), ('t\n.lib "x.lib"\n', "pspice"), ("t\n.option post\n", "hspice"),
        ("t\n.tran 1u 10m\n.print tran v(a)\n.options reltol=1e-5\nE1 a 0 b 0 2\n", "ngspice"), ("", "ngspice"),
    ],
)  # fmt: skip
def test_a_dialect_is_told_by_its_words(text, name):
    told = dialect_of(text)
    assert told.name == name
    assert told.why
    assert dialect_of(text, "HSPICE").name == "hspice"


def test_what_ltspice_adds_or_means_by_itself_is_known(engine):
    text = "t\nV1 a 0 EXP(0 1 0 1m 5m 2m)\nL1 a b 1m\nL2 b c 1m Rser=0\nR1 c 0 1k\n"
    deck = netlist_of(text.encode(), engine=engine, asked=Asked(dialect="ltspice"))
    assert deck.circuit.element("V1").stimulus == Exponential(0, 1, 0, 1e-3, 5e-3, 2e-3)
    assert "here L1 have none" in deck.notes[0]
    with pytest.raises(NetlistError, match="-:2"):
        netlist_of(text.replace(" Rser=0", "").encode(), engine=engine, asked=Asked(dialect="ngspice"))


@pytest.mark.parametrize(("dialect", "end"), [("ltspice", 2.02e-3), ("pspice", 2.02e-3), ("ngspice", 1e-3)])
def test_times_with_a_plus_count_from_the_one_before(dialect, end, engine):
    """In LTspice and PSpice; for ngspice it is a sign."""
    pairs = "PWL(0 +0 {t} 1 +10u +2 +1m 2 +{2*t/200} -1)" if dialect != "ngspice" else "PWL(0 +0 +0.5m 1 +1m 2)"
    text = f"t\n.param t=1m\nV1 a 0 {pairs} AC 1\nR1 a 0 1k\n.tran 1u 10m\n"
    deck = netlist_of(text.encode(), asked=Asked(dialect=dialect), engine=engine)
    times, values = deck.circuit.element("V1").stimulus.breakpoints()
    assert times[-1] == pytest.approx(end, rel=1e-12)
    assert tuple(values)[1:3] == (1, 2)


def test_an_unknown_dialect_is_refused():
    with pytest.raises(UnknownNameError, match="ltspice"):
        dialect_of("", "ltspic")


@pytest.mark.parametrize(
    ("dialect", "card", "word"),
    [
        ("ltspice", "B1 a 0 V=V(b)^2", "exclusive or"), ("pspice", "E1 a 0 VALUE {V(b)^2}", "exclusive or"),
        ("ltspice", "B1 a 0 V=idt(V(b))", "capacitor"), ("ltspice", "B1 a 0 I=ddt(V(b))", "capacitor"),
        ("ltspice", "B1 a 0 V=white(1e3*time)", "noise"), ("ltspice", "B1 a 0 V=V(b) laplace=1/(1+s)", "filter"),
        ("pspice", "E1 a 0 LAPLACE {V(b)} {1/(1+s)}", "filter"), ("ltspice", ".tran 10m steady", "steady"),
        ("ltspice", "A1 a 0 0 0 0 0 b 0 SCHMITT", "'A'"), ("ltspice", "I1 a 0 1 Rser=3", "rser="),
        ("ltspice", "L1 a 0 flux=1u*x", "flux="), ("ltspice", ".ic I(L1)=1m", "IC= behind"),
        ("ltspice", "V2 b 0 PULSE(0 1 0 0 0 1m 2m)", "edges"),
        ("pspice", "S1 a 0 b 0 m\n.model m VSWITCH(VT=1 VH=0.1)", "VSWITCH with"),
        ("hspice", "E1 a 0 vol='v(b)**v(a)'", "jumps in HSPICE"), ("ltspice", "B1 a 0 V=table(V(b),1,2,3)", "pairs"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_its_line(dialect, card, word, engine):
    text = f"t\nV1 b 0 1\nR1 a 0 1k\nR2 b 0 1k\n{card}\n.end\n"
    with pytest.raises(NetlistError, match=r"-:[56]:") as refused:
        netlist_of(text.encode(), asked=Asked(dialect=dialect), engine=engine)
    assert word in str(refused.value)


@pytest.mark.parametrize("word", ["limit(0,{},1)", "table({},0,0,1,1,2,2)", "hypot({},1)"])
def test_calls_in_calls_do_not_double_for_ever(word, engine):
    law = "V(b)"
    for _ in range(48):
        law = word.format(law)
    with pytest.raises(NetlistError, match=r"-:3: .*longer than"):
        netlist_of(f"t\nV1 b 0 1\nB1 a 0 V={law}\nR1 a 0 1k\n".encode(), engine=engine, asked=Asked(dialect="ltspice"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("limit(limit(x,0,1),2,3)", "A(A(x;0;1);2;3)"),
        ("v(limit)+mylimit(1,2)", "v(limit)+mylimit(1,2)"),
        ("limit(x,0", "limit(x,0"),
        ("1+LIMIT( a , (b,c) , d)*2", "1+A(a;(b,c);d)*2"),
    ],
)
def test_calls_are_reworded_inside_each_other(text, wanted):
    assert reworded(text, {"limit": lambda args: f"A({';'.join(args)})"}) == wanted


@pytest.fixture(scope="module")
def engine():
    with Engine() as made:
        yield made


def test_a_resistance_in_thousandths_is_said(engine):
    text = "t\nV1 a 0 1\nR1 a b 1M\nR2 b 0 R=2.2Mohm\nR3 b 0 1Meg\nR4 b 0 3m\nRM1M b 0 1k\n.op\n"
    (note,) = netlist_of(text.encode(), engine=engine).notes
    assert note == "M is a thousandth in SPICE, so milliohms here: R1 1M, R2 2.2Mohm; a million is Meg."
