"""Netlists with diodes, bipolar and field-effect transistors as people and their programs write them."""

import numpy as np
import pytest
from oracles.decks import as_the_file_says

from lapicque.analysis.models.model import solve
from lapicque.circuits.devices import THERMAL_VOLTAGE
from lapicque.netlists import OperatingPoint
from lapicque.netlists.ngspice.worker import simulate_texts
from lapicque.netlists.reading.deck import read_netlist
from lapicque.netlists.reading.source import NetlistError

CLOSE = 1e-4
"""Of the swing."""
DECKS = {
    "a rectifier with a diode as LTspice has it": """1N4148
.model D1N4148 D(Is=2.52n Rs=.568 N=1.752 Cjo=4p M=.4 tt=20n Iave=200m Vpk=75)
V1 in 0 SIN(0 3 100k)
R1 in a 100
D1 a out D1N4148
C1 out 0 1n
R2 out 0 5k
.tran 10n 30u
""",
    "diodes with areas, in their places and by name": """areas
.model d D(IS=1e-14 RS=10 CJO=2p TT=1n BV=4 IBV=1m)
V1 in 0 PULSE(-6 3 1u 0.1u 0.1u 3u 10u)
R1 in a 1k
D1 a 0 d 3
R2 in b 1k
D2 b 0 d area=2 m=2
.tran 10n 8u
""",
    "an amplifier with a 2N2222": """common emitter
.model 2N2222 NPN(IS=1E-14 VAF=100 BF=200 IKF=0.3 XTB=1.5 BR=3 CJC=8E-12 CJE=25E-12 TR=100E-9 TF=400E-12
+ ITF=1 VTF=2 XTF=3 RB=10 RC=.3 RE=.2 Vceo=30 Icrating=800m)
VCC vcc 0 12
VIN in 0 SIN(0 20m 20k)
C1 in b 1u
R1 vcc b 47k
R2 b 0 10k
RC vcc c 4.7k
RE e 0 1k
Q1 c b e 2N2222
CL c 0 100p
.tran 0.1u 100u
""",
    "a pair of other polarities, with a substrate that does nothing": """complementary followers
.model qn NPN(IS=1e-15 BF=150 CJE=10p CJC=4p TF=0.3n)
.model qp PNP(IS=1e-15 BF=100 VAF=60 CJE=10p CJC=4p TF=0.3n)
VP vp 0 9
VM vm 0 -9
VIN in 0 SIN(0 3 10k)
RI in b 1k
RP vp cp 10
RM vm cm 10
Q1 cp b o 0 qn 2
Q2 cm b o qp area=2
RL o 0 1k
CL o 0 1n
.tran 1u 200u
""",
    "a JFET follower": """source follower
.model j2 NJF(VTO=-3 BETA=1.3m LAMBDA=2.25m IS=33f RD=1 RS=1 CGS=2.4p CGD=1.6p B=0.8 BETATCE=-.5)
VDD vdd 0 15
VIN in 0 PULSE(0 2 1u 0.1u 0.1u 4u 20u)
RG in g 10k
J1 vdd g s j2 2
RS s 0 2.2k
CL s 0 20p
.tran 10n 10u
""",
    "MOSFETs with resistances and capacitances of their junctions": """inverter
.model nm NMOS(LEVEL=1 VTO=0.7 KP=110u LAMBDA=0.04 RD=50 RS=20 CBD=2p CBS=1p PB=0.9 MJ=0.4)
.model pm PMOS(LEVEL=1 VTO=-0.7 KP=50u LAMBDA=0.05 RSH=30 CJ=0.4m MJ=0.5)
VDD vdd 0 3.3
VIN in 0 PULSE(0 3.3 0.1u 20n 20n 0.4u 1u)
RIN in g 1k
MP out g vdd vdd pm W=40u L=1u AD=400p AS=400p NRD=2 NRS=1
MN out g 0 0 nm W=20u L=1u
C1 out 0 1p
.tran 1n 1u
""",
    "MOSFETs with the walls of their junctions, whose area says what they carry": """inverter
.model nm NMOS(LEVEL=1 VTO=0.7 KP=110u LAMBDA=0.04 CJ=0.5m CJSW=0.3n MJ=0.4 MJSW=0.3 PB=0.9 JS=1e-5 XJ=0.2u)
.model pm PMOS(LEVEL=1 VTO=-0.7 KP=50u CJ=0.4m CJSW=0.3n MJSW=0.5 UO=200 NSUB=1e16)
VDD vdd 0 3.3
VIN in 0 PULSE(0 3.3 0.1u 20n 20n 0.4u 1u)
RIN in g 1k
MP out g vdd vdd pm W=8u L=1u AD=400p AS=400p PD=1m PS=100u M=2
MN out g 0 0 nm W=4u L=1u AD=200p AS=200p PD=500u
C1 out 0 1p
.tran 1n 1u
""",
    "a switch that begins as it is told": """uic
.model q NPN(BF=120 CJE=5p CJC=3p TF=0.2n)
VCC vcc 0 5
V1 in 0 PULSE(0 5 0.2u 10n 10n 1u 4u)
RB in b 10k
RC vcc c 1k
Q1 c b 0 q
C1 c 0 10p IC=5
.ic V(c)=5
.tran 1n 3u uic
""",
}


@pytest.mark.parametrize("what", DECKS)
def test_our_circuit_does_what_ngspice_makes_of_the_file(what, tmp_path, engine):
    as_the_file_says(DECKS[what], tmp_path, engine, CLOSE)


SMALL = """junctions at rest, forward and reverse
.model qn NPN(IS=1e-15 CJE=1p CJC=0.5p RC=100 CJS=3p VJS=0.6 MJS=0.4 XTB=1.5 TNOM=27 EG=1.11 KF=1e-12 IRB=1m PTF=30)
.model qp PNP(IS=1e-15 CJE=1p CJC=0.5p RB=50 CJS=2p MJS=0.33 ISS=1e-15 NS=1.2 TIKF1=1m)
.model dd D(CJO=2p CJSW=1p TNOM=27 XTI=3 TRS1=1m)
.model nm NMOS(VTO=0.7 KP=110u CJ=1m CJSW=1n MJ=0.4 MJSW=0.3 PB=0.9 XJ=0.2u)
.model pm PMOS(VTO=-0.7 KP=50u CBD=1p CJ=1m CJSW=2n UO=200 NSUB=1e16)
V1 in 0 2 AC 1
R1 in a 10k
Q1 a 0 x1 s1 qn 2
RX1 x1 0 1k
RS1 s1 0 5k
R2 in b 1k
Q2 0 b x2 qp area=3 m=2
RX2 x2 0 1k
R3 in c 10k
Q3 c 0 x3 qn
RX3 x3 0 1k
V4 in4 0 -2 AC 1
RS4 in4 s4 10k
Q4 0 d x4 s4 qp
RX4 x4 0 1k
R4 d 0 5k
R5 in e 10k
D1 0 e dd
R6 in f 10k
M1 f 0 x5 0 nm W=2u L=1u AD=500p AS=500p PD=1m
RX5 x5 0 1k
RB7 in h 20k
M2 g 0 0 h pm W=2u L=1u AD=500p PD=800u PS=500u M=2
R7 g 0 5k
.ac dec 5 1meg 1g
"""


def test_small_signals_see_the_capacitances_of_the_file(tmp_path, engine):
    """Areas, perimeters, gradings and substrates at one bias point each; 2e-12 was measured."""
    path = tmp_path / "deck.cir"
    path.write_text(SMALL)
    deck = read_netlist(path, engine=engine)
    ((raw, _),) = engine.result(engine.submit(simulate_texts, [f"{SMALL}.options gmin=1e-21\n.end\n"]))
    assert not raw.aborted, raw.said
    ours = engine.run(deck.circuit, deck.analyses[0], "reference")
    for n in ("a", "s1", "b", "c", "d", "s4", "e", "f", "g", "h"):
        theirs = raw.vectors[n]
        assert np.ptp(np.abs(theirs)) > 0.01, n
        assert np.max(np.abs(ours[n].values - theirs)) <= 1e-7, n


NO_CURRENT = """junctions that store and do not carry, far forward, and one of 1e-36 A; a node and a part of one name
V1 in 0 -3
R1 in b 10k
Q1 c1 b e qp
R4 c1 b 1k
R5 e b 1k
C1 c1 b 1p
V2 up 0 3
R2 up k 10k
M1 d 0 0 k nm AD=1n AS=1n PD=1m PS=1m
R6 d 0 1k
R3 up a 1k
D1 a 0 led 2
.model qp PNP(CJS=3p VJS=.6 MJS=.4)
.model nm NMOS(IS=0 CJ=1m CJSW=1n)
.model led D(IS=1e-36 N=1.2)
.tran 10n 1u
"""


def test_what_carries_nothing_carries_nothing_far_forward(tmp_path, engine):
    """No current through 10 kohm; Shockley's law of the diode, of which ngspice by itself makes one of 1e-28 A."""
    path = tmp_path / "deck.cir"
    path.write_text(NO_CURRENT)
    circuit = read_netlist(path, engine=engine).circuit
    model = [solve(circuit, "1u").voltage(n, "0", np.array([1e-6]))[0] for n in ("b", "k", "a")]
    run = engine.run(circuit, OperatingPoint(), "reference")
    for b, k, a in (model, [float(run[n].values.ravel()[-1]) for n in ("b", "k", "a")]):
        assert (b, k) == pytest.approx((-3, 3), rel=1e-9)
        assert 2e-36 * np.exp(a / (1.2 * THERMAL_VOLTAGE)) == pytest.approx((3 - a) / 1e3, rel=1e-5)


@pytest.mark.parametrize(
    ("card", "word"),
    [
        ("Q1 a a 0 q\n.model q NPN(RB=10 RBM=1)", "rbm=1"), ("Q1 a a 0 q\n.model q NPN(IKF=1 NKF=0.4)", "nkf=0.4"),
        ("Q1 a a 0 q\n.model q NPN(TF=1n PTF=30)", "ptf=30"), ("Q1 a a 0 q\n.model q NPN(LEVEL=4)", "level 4"),
        ("Q1 a a 0 q 0\n.model q NPN", "area"), ("Q1 a a 0 q areab=2\n.model q NPN", "areab=2"),
        ("J1 a 0 0 j\n.model j NJF(ISR=1p)", "isr=1p"), ("J1 a 0 0 j\n.model j NJF(LEVEL=2)", "level 2"),
    ],
)  # fmt: skip
def test_what_would_change_a_device_is_refused_with_its_line(card, word, tmp_path, engine):
    path = tmp_path / "deck.cir"
    path.write_text(f"t\nV1 a 0 1\nR1 a 0 1k\n{card}\n.end\n")
    with pytest.raises(NetlistError, match="deck.cir:4") as refused:
        read_netlist(path, engine=engine)
    assert word in str(refused.value)
