"""What netlists of strangers taught: brackets alone, transients in control blocks, short periods, triangles, chance."""

import numpy as np
import pytest

from lapicque.circuits import PWL, Constant
from lapicque.circuits.straight_stimuli import EndlessPulses
from lapicque.netlists import Transient
from lapicque.netlists.ngspice.worker import simulate_texts
from lapicque.netlists.reading.deck import Asked, netlist_of, read_netlist
from lapicque.netlists.reading.source import NetlistError

CLOSE = 1e-2
"""Of the swing; 6e-3 was measured, at tolerances of ngspice's own."""
LTSPICE = Asked(dialect="ltspice")


def read(text, engine, asked=LTSPICE):
    return netlist_of(f"t\n{text}\n".encode(), asked=asked, engine=engine)


def test_a_bracket_alone_and_a_period_that_ends_while_the_pulse_is_high(tmp_path, engine):
    """ngspice takes the bracket for a comment, and jumps back at the end of the period; seen behind a low-pass."""
    text = """as strangers write
.model d D (
+ IS=2e-14
+ N=1.2
)
V1 in 0 PULSE(0 5 0.1m 0.2m 0.1m 1m 1m)
R1 in out 1k
D1 out 0 d
C1 out 0 200n
.tran 1u 4m 0 1u
"""
    ((raw, _),) = engine.result(engine.submit(simulate_texts, [f"{text}.end\n"]))
    path = tmp_path / "deck.cir"
    path.write_text(text)
    deck = read_netlist(path, engine=engine)
    ours = engine.run(deck.circuit, Transient(deck.stop))
    grid = np.linspace(1e-6, deck.stop, 4000)
    theirs = np.interp(grid, raw.vectors["time"], raw.vectors["out"])
    assert np.interp(grid, ours["time"], ours["out"]) == pytest.approx(theirs, abs=CLOSE * np.ptp(theirs))


def test_the_jump_back_is_an_edge(engine):
    deck = read("V1 a 0 PULSE(5 0 1m 1n 2n 1 2m)\nR1 a 0 1k\n.tran 1u 9m", engine, Asked())
    stimulus = deck.circuit.element("V1").stimulus
    assert isinstance(stimulus, EndlessPulses)
    assert stimulus.at_times([2.9e-3, 3.1e-3, 4.9e-3]) == pytest.approx([0, 0, 0])
    assert stimulus.at_times([3e-3 - 1e-9]) == pytest.approx([5])
    counted = read("V1 a 0 PULSE(-1 1 1u 1n 1n 2m 1m 2)\nR1 a 0 1k\n.tran 1u 3m", engine, Asked())
    times, values = counted.circuit.element("V1").stimulus.breakpoints()
    assert np.interp([1.5e-3, 2.5e-3], times, values) == pytest.approx([1, -1])  # as ngspice 39 runs it


def test_a_pulse_of_no_width_is_a_triangle_in_ltspice(engine):
    deck = read("V1 a 0 PULSE(0 1 0 .5m .5m 0 1m)\nR1 a 0 1k\n.tran 3m", engine)
    times = np.linspace(0, 3e-3, 301)
    wanted = np.interp(times % 1e-3, [0, 0.5e-3, 1e-3], [0, 1, 0])
    assert deck.circuit.element("V1").stimulus.at_times(times) == pytest.approx(wanted, abs=1e-5)
    with pytest.raises(NetlistError, match="no width"):
        read("V1 a 0 PULSE(0 1 0 .5m .5m 0 1m)\nR1 a 0 1k\n.tran 1u 3m", engine, Asked())


def test_sources_come_up_with_startup(engine):
    deck = read(
        "V1 a 0 5\nI1 0 a DC 1m\nV2 b 0 {2*v} AC 1\n.param v=3\nR1 a 0 1k\nR2 b 0 1k\n.tran 0 1m 0 1u startup", engine
    )
    assert deck.start == "operating point"
    for name, value in (("V1", 5), ("I1", 1e-3), ("V2", 6)):
        assert deck.circuit.element(name).stimulus == PWL((0, 20e-6), (0, value))
    with pytest.raises(NetlistError, match="startup with a source that has a shape"):
        read("V1 a 0 SINE(0 1 1k)\nR1 a 0 1k\n.tran 1m startup", engine)


def test_a_transient_of_a_control_block(engine):
    block = ".control\ntran 10u 3m uic\nplot v(a)\ntran 1u 9m\n.endc"
    deck = read(f"V1 a 0 5\nR1 a 0 1k\n{block}", engine, Asked())
    assert (deck.stop, deck.start) == (3e-3, "initial conditions")
    assert ".control block" in deck.notes[0]
    other = read(f"V1 a 0 5\nR1 a 0 1k\n.tran 1u 1m\n{block}", engine, Asked())
    assert (other.stop, other.notes) == (1e-3, ())
    assert read(f"V1 a 0 5\nR1 a 0 1k\n{block.replace('3m uic', '$x')}", engine, Asked()).stop == 9e-3


def test_nodes_of_schematics(engine):
    """PSpice's `$N_0001`; `$` begins a comment elsewhere."""
    deck = read("C_C1 0 $N_0001 10n\nV_V1 $N_0002 0 DC 0V AC 50mV\nR_R1 $N_0002 $N_0001 10k", engine, Asked())
    assert deck.dialect.name == "pspice"
    assert set(deck.circuit.nodes) == {"0", "N_0001", "N_0002"}


def test_a_temperature_that_nothing_feels(engine):
    text = "V1 a 0 5\nR1 a b 1k\nC1 b 0 1n\n.temp = 20\n"
    assert read(text, engine).circuit.element("V1").stimulus == Constant(5)
    with pytest.raises(NetlistError, match="temp=20 is not known"):
        read(f"{text}J1 a b 0 j\n.model j NJF", engine)


@pytest.mark.parametrize(
    "card",
    [
        "R2 a 0 {agauss(1k,10,3)}",
        "B1 a 0 I={limit(V(a),0,1)}",
        ".param x={unif(1k,0.1)}\nR2 a 0 {x}",
        ".func f(x) {gauss(x,0.1,1)}\nR2 a 0 {f(1k)}",
        ".param x={aunif(1k,10)}\nR2 a 0 {x}",
        ".param x={limit(1k,10)}\nR2 a 0 {x}",
        ".func f(t) {limit(t-1,0,1)}\nB1 a 0 I={f(V(a))*1m}",
    ],
)
def test_what_ngspice_draws_anew_at_each_reading_is_refused(card, engine):
    with pytest.raises(NetlistError, match="random number"):
        read(f"V1 a 0 1\nR1 a 0 1k\n{card}", engine, Asked())
    off = ".param off=0 x={1k+off*agauss(0,10,1)} y={off*agauss(0,10,1)}\nR2 a 0 {x}\nC2 a 0 1n ic={y}"  # as kits do
    assert read(f"V1 a 0 1\nR1 a 0 1k\n{off}", engine, Asked()).circuit.element("R2").value == 1000
    own = ".func limit(x,a,b) {min(max(x,a),b)}\nB1 a 0 I={limit(V(a),0,1)}"
    assert read(f"V1 a 0 1\nR1 a 0 1k\n{own}", engine, Asked()).circuit.element("B1")


def test_comments_that_look_like_brackets_do_not_hide_cards(tmp_path, engine):
    path = tmp_path / "deck.cir"
    path.write_text("t\nV1 a 0 1\n) R2 a 0 1\nR1 a 0 1k\n")
    with pytest.raises(NetlistError, match="deck.cir:3"):
        read_netlist(path, engine=engine)


def test_an_inductor_between_nodes_that_are_held_begins_without_current(engine):
    """As in ngspice: what holds the node takes the 50 mA."""
    text = "V1 a 0 5\nR1 a b 100\nL1 b 0 500m\nC1 b 0 10u\n.ic V(b)=0\n.tran 10u 5m"
    deck = read(text, engine, Asked())
    assert deck.start == "operating point"
    assert deck.circuit.element("L1").ic == 0
    assert deck.circuit.element("C1").ic == pytest.approx(0, abs=1e-9)


def test_many_transistors_with_leads_run_without_equations(engine):
    """Five are not derived in minutes; ngspice follows them by itself. Each inverts: every second collector is low."""
    model = ".model q NPN(BF=100 RB=10 RC=1 CJE=4p CJC=3p TF=0.3n)"
    chain = "".join(f"Q{k} c{k} b{k} 0 q\nRC{k} v c{k} 1k\nRB{k} c{k - 1} b{k} 10k\n" for k in range(1, 6))
    deck = read(f"V1 v 0 5\nV2 c0 0 PULSE(0 5 1u 1n 1n 5u 20u)\n{chain}{model}\n.tran 10n 4u", engine, Asked())
    run = engine.run(deck.circuit, Transient(deck.stop))
    last = {k: float(run[f"c{k}"][-1]) for k in range(1, 6)}
    assert all(last[k] < 0.3 for k in (1, 3, 5))
    assert all(last[k] > 4 for k in (2, 4))


def test_what_has_both_ends_on_one_node_is_left_out_and_said(engine):
    """An amplifier whose input is grounded: ngspice takes its input resistance and does nothing with it."""
    text = "V1 a 0 1\nX1 0 a b amp\n.subckt amp p m o\nE1 o 0 p m 2\nRP p 0 1g\nRM m 0 1g\n.ends\nR1 b 0 1k"
    deck = read(text, engine, Asked())
    assert [e.name for e in deck.circuit.parts] == ["V1", "X1.E1", "X1.RM", "R1"]
    assert deck.notes == ("left out, with both ends on one node: X1.RP on '0'",)


def as_ngspice_runs(text, engine, nodes, close):
    """Whether our run of a netlist and ngspice's own are the same at some nodes; ngspice gets the text as it is."""
    ((raw, _),) = engine.result(engine.submit(simulate_texts, [f"{text}\n.options reltol=1e-6\n.end\n"]))
    deck = netlist_of(text.encode(), asked=Asked(), engine=engine)
    ours = engine.run(deck.circuit, Transient(deck.stop))
    grid = np.linspace(deck.stop / 1000, deck.stop, 2000)
    for node in nodes:
        theirs = np.interp(grid, raw.vectors["time"], raw.vectors[node.lower()])
        assert np.interp(grid, ours["time"], ours[node]) == pytest.approx(theirs, abs=close * np.ptp(theirs)), node
    return deck


def test_laws_read_currents_of_elements_that_are_laws(engine):
    """E with a law, a resistor with one, and plain E and H, which ngspice measures by themselves; 1e-5 was measured."""
    text = """currents of laws
.subckt s a b
Et a m value={0.5*v(a,b)*v(b)}
Rm m b 1k
Gx 0 x value={i(Et)*i(Et)*1e6}
Rx x 0 1k
.ends
V1 1 0 SIN(2 1 1k)
X1 1 2 s
R2 2 0 1k
Et t 0 1 0 2
Rt t 0 500
R3 1 q R={1k+v(1)}
Cq q 0 1u
Hh h 0 V1 10
Rh h 0 50
B1 p 0 V=i(R3)*1k+i(Et)*10+i(Hh)*3
Rp p 0 1k
.tran 2u 3m 0 2u"""
    deck = as_ngspice_runs(text, engine, ("X1.x", "p"), 1e-4)
    assert not [n for n in deck.circuit.nodes if "b__" in n]


def test_ngspice_chooses_between_cards(engine):
    """The branch that its condition names, as ngspice runs it; what it reads in all of them is refused."""
    text = """choices
.param k={k} a=1
V1 in 0 SIN(0 1 1k)
.if (k > 1 && a == 1)
R1 in out 1k
.model dd d(is=1e-12)
.elseif (k == 0)
R1 in out 2k
.model dd d(is=1e-13)
.else
L1 in out 2m
.model dd d(is=1e-15)
.endif
D1 out 0 dd
C1 out 0 {{k==0?3u:2u}}
.tran 2u 2m 0 2u"""
    first = as_ngspice_runs(text.format(k=2), engine, ("out",), 1e-4)
    second = as_ngspice_runs(text.format(k=0), engine, ("out",), 1e-4)
    assert [d.circuit.element("R1").value for d in (first, second)] == [1000, 2000]
    assert netlist_of(text.format(k=1).encode(), engine=engine).circuit.element("L1").value == 2e-3
    for card in (".param c=1u", ".temp 85", ".tran 1u 1m"):
        with pytest.raises(NetlistError, match="whatever|no card to choose"):
            read(f"V1 a 0 1\n.if (1)\n{card}\n.endif\nR1 a 0 1k", engine, Asked())
    with pytest.raises(NetlistError, match="in a subcircuit"):
        read("V1 a 0 1\nX1 a s\n.subckt s p q=1\n.if (q)\nR1 p 0 1k\n.endif\n.ends", engine, Asked())


def test_other_names_of_parameters(engine):
    """CCS, VA, IK and JS are CJS, VAF, IKF and IS to ngspice."""
    text = """other names
V1 s 0 PULSE(0 5 1u 10n 10n 5u 20u)
VC v 0 5
RB s b 10k
RC v c 1k
Q1 c b 0 q
.model q npn(bf=80 rb=100 ccs=20p tf=0.3n cje=3p cjc=2p va=50 ik=5m)
R2 c d 1k
D1 d 0 dd
.model dd d(js=1e-12 cj0=5p)
.tran 10n 12u 0 10n"""
    as_ngspice_runs(text, engine, ("c", "d"), 2e-3)  # 3e-4 was measured, at edges


def test_what_only_asks_or_sets_options_is_set_aside(engine):
    deck = read("V1 a 0 1\nV2 gnd 0 0\nR1 a 0 1k\n.pss 1k 1m 1 50\n.sp lin 2 1 2\n.optionms post", engine, Asked())
    assert deck.dialect.name == "hspice"
    assert [c.word for c in deck.aside] == [".pss", ".sp", ".optionms"]
    assert deck.notes == ("left out, with both ends on one node: V2 on '0'",)
    with pytest.raises(NetlistError, match="scale=2 is not known"):
        read("V1 a 0 1\nR1 a 0 1k\n.optionms scale=2", engine, Asked())


def test_pulses_that_fill_their_period(engine):
    """19 + 1 + 0.01 us are not quite 20.01 us in doubles."""
    deck = read("V1 a 0 PULSE(0 6 0 19u 1u 10n 20.01u)\nR1 a 0 1k\n.tran 1u 100u", engine, Asked())
    assert deck.circuit.element("V1").stimulus.at_times([9.5e-6, 20.01e-6, 29.51e-6]) == pytest.approx([3, 0, 3])


def test_files_of_another_machine(tmp_path, engine):
    """A library that a program names in each netlist is set aside; paths of a machine mean the file that is here."""
    (tmp_path / "my models.lib").write_text(".model d1 d(is=1e-14)\n")
    main = tmp_path / "main.net"
    cards = "V1 a 0 1\nD1 a 0 d1\n.lib C:\\Users\\me too\\my models.lib\n.backanno"
    main.write_text(f"* t.asc\n{cards}\n")
    deck = read_netlist(main, engine=engine)
    assert deck.dialect.name == "ltspice"
    assert deck.circuit.element("D1")
    assert "'my models.lib' is the one beside the netlist" in deck.notes[-1]
    main.write_text('t\nV1 a 0 1\nR1 a 0 1\n.lib "nom.lib"\n.probe\n')
    assert [c.word for c in read_netlist(main, engine=engine).aside] == [".lib", ".probe"]
    main.write_text("t\nV1 a 0 1\nR1 a 0 1\n.include C:\\else\\where.lib\n")
    with pytest.raises(NetlistError, match="there is no file"):
        read_netlist(main, engine=engine)
    (tmp_path.parent / "secret.lib").write_text("R9 a 0 1\n")
    (tmp_path / "linked.lib").symlink_to(tmp_path.parent / "secret.lib")
    main.write_text("t\nV1 a 0 1\nR1 a 0 1\n.include C:\\else\\linked.lib\n")
    with pytest.raises(NetlistError, match="there is no file|outside"):
        read_netlist(main, engine=engine)


@pytest.mark.parametrize(
    ("card", "why"),
    [
        (".options rshunt=2k", "a resistor from each node to ground"), (".opt post gshunt = 1m", "gshunt=1m"),
        (".options cshunt=1n", "cshunt=1n"), (".options defad=1u defas=1u", "defad=1u"),
        ("V2 b 0 PULSE(0 1 0 1n 1n 1u 2u) 5", "'5' behind PULSE"), ("V2 b 0 SIN(0 1 1k) 5", "'5' behind SIN"),
        ("V2 b 0 PULSE(0 1 0 1n 1n 1u 2u -1)", "-1 times"), ("V2 b 0 PULSE(0 1 0 1n 1n 1u 2u 2.5)", "2.5 times"),
    ],
)  # fmt: skip
def test_what_ngspice_would_add_to_a_circuit_is_refused(card, why, engine):
    """Each gives another run in ngspice, by 0.1 of the swing and more, than without it."""
    with pytest.raises(NetlistError, match=why):
        read(f"V1 a 0 1\nR1 a b 1k\nC1 b 0 1n\n{card}\n.tran 1n 10u", engine, Asked())


def test_shunts_as_weak_as_ngspice_s_own_are_set_aside(engine):
    assert read("V1 a 0 1\nR1 a 0 1k\n.options rshunt=1e12 gshunt=1e-15 defas=0\n.tran 1n 10u", engine).aside
