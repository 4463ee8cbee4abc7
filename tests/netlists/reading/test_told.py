"""What people tell of a circuit besides its cards: spikes and roles, in a file's comments or on the command line."""

from math import log

import pytest
from command import lapicque

import lapicque as lq
from lapicque.analysis.measured.runs import run_as_asked
from lapicque.circuits.elements import Comparator, SpikeProbe
from lapicque.netlists import Transient
from lapicque.netlists.reading.deck import netlist_of, read_netlist
from lapicque.netlists.reading.source import NetlistError
from lapicque.netlists.reading.told import with_spikes
from lapicque.netlists.spice.plain import plain_text

OSCILLATOR = """a switch that discharges
I1 0 Mem 1.5u
C1 Mem 0 10n ic=0
R1 Mem 0 1meg
S1 Mem 0 Mem 0 sw
.model sw sw vt=0.5 vh=0.49 ron=100 roff=1e9
.tran 10u 100m uic
"""
DRAWN = """Version 4
SHEET 1 880 680
WIRE 0 0 96 0
FLAG 0 80 0
FLAG 96 64 0
FLAG 0 0 Mem
SYMBOL current 0 0 R0
SYMATTR InstName I1
SYMATTR Value 1u
SYMBOL cap 80 0 R0
SYMATTR InstName C1
SYMATTR Value 10n
TEXT 0 200 Left 2 !.tran 10m uic
TEXT 0 240 Left 2 ;lapicque: spike mem=1
"""


def told(*lines):
    title, _, rest = OSCILLATOR.partition("\n")
    return "\n".join([title, *lines, rest]).encode()


def interval(current):
    """Of the relaxation between 0.01 and 0.99 V, by the exponentials of both of its RC circuits."""
    total = 0.0
    for switch, start, end in ((1e9, 0.01, 0.99), (100.0, 0.99, 0.01)):
        r = 1 / (1e-6 + 1 / switch)
        total += r * 10e-9 * log((r * current - start) / (r * current - end))
    return total


def test_a_netlist_says_what_its_spikes_are_and_has_an_fi_curve(tmp_path):
    (tmp_path / "own.cir").write_bytes(told())
    status, _, said = lapicque("fi", "own.cir", cwd=tmp_path)
    assert status == 2
    assert "--spike mem=0.5" in said
    command = lapicque("fi", "own.cir", "--points", 3, "--spike", "mem=0.9", cwd=tmp_path)
    (tmp_path / "own.cir").write_bytes(told("* lapicque: spike mem=0.9"))
    assert command == lapicque("fi", "own.cir", "--points", 3, cwd=tmp_path)
    status, out, _ = command
    assert status == 0
    *_, found = (line.replace("uA", "").split() for line in out.splitlines())
    rate = 1 / interval(float(found[0]) * 1e-6)
    assert [float(x) for x in found[2:]] == pytest.approx([rate, rate], rel=1e-4)


def test_the_lines_make_probes_and_roles():
    spikes = ("*lapicque : Spike MEM = 900m", "** Lapicque: spike mem,0=0.1 falling")
    circuit = netlist_of(told(*spikes, "* lapicque: role membrane=mem input=i1")).circuit
    assert circuit.of_type(SpikeProbe) == (
        SpikeProbe("spike", "Mem", "0", 0.9),
        SpikeProbe("spike_Mem", "Mem", "0", 0.1, falling=True),
    )
    assert dict(circuit.roles) == {"membrane": "Mem", "input": "I1"}


def test_a_schematic_says_it_in_a_comment():
    (probe,) = netlist_of(DRAWN.encode(), "drawn.asc").circuit.of_type(SpikeProbe)
    assert (probe.plus, probe.level) == ("Mem", 1.0)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("* lapicque: spike", "is no spike"),
        ("* lapicque: spike mem", "NODE=LEVEL"),
        ("* lapicque: spike mem=", "NODE=LEVEL"),
        ("* lapicque: spike mem=high", "level of a spike at Mem"),
        ("* lapicque: spike mem=10ms", "level of a spike at Mem"),
        ("* lapicque: spike mem=1 downwards", "is no spike"),
        ("* lapicque: spike memb=1", "Did you mean 'Mem'"),
        ("* lapicque: role", "is no role"),
        ("* lapicque: role input", "is no role"),
        ("* lapicque: role inputs=I1", "is no role"),
        ("* lapicque: role input=I7", "element 'I7'"),
        ("* lapicque: role input=R1", "I1"),
        ("* lapicque: roles input=I1", "a line for lapicque is"),
        ("* lapicque:", "a line for lapicque is"),
    ],
)
def test_a_line_that_tells_nothing_is_refused_with_its_place(line, words):
    with pytest.raises(NetlistError, match="own.cir:2") as refused:
        netlist_of(told(line), "own.cir")
    assert words in str(refused.value)


def test_the_command_line_goes_before_the_file(tmp_path):
    (tmp_path / "own.cir").write_bytes(told("* lapicque: spike mem=0.9"))
    _, out, _ = lapicque("simulate", "own.cir", "--spike", "Mem=0.5 falling", "--stop", "20m", cwd=tmp_path)
    (line,) = (x for x in out.splitlines() if x.startswith("spike: "))
    first = 1e-2 * log(1.5 / (1.5 - 0.99))
    assert float(line.split(" at ")[1].split(",")[0].split()[0]) * 1e-3 == pytest.approx(first, rel=1e-3)
    for verb in ("simulate", "netlist", "fi", "characterise", "energy", "verify", "sweep"):
        status, _, said = lapicque(verb, "lif", "--spike", "mem=0.5", cwd=tmp_path)
        assert status == 2, verb
        assert "of a file" in said


def test_a_sweep_of_a_netlist_is_told_its_spikes(tmp_path):
    text = told().decode().replace("R1 Mem 0 1meg", ".param r=1meg\nR1 Mem 0 {r}")
    (tmp_path / "own.cir").write_text(text)
    asked = ("sweep", "own.cir", "--vary", "r=1meg,2meg", "--figure", "interval", "--spike", "mem=0.9")
    status, out, said = lapicque(*asked, cwd=tmp_path)
    assert status == 0, said
    assert f"{1e3 * interval(1.5e-6):.2f}"[:4] in out


def test_a_circuit_of_the_library_keeps_spikes_and_roles_in_a_plain_netlist(engine):
    for name in ("lif_latch", "lif_switch", "lif_comparator", "axon_hillock", "adex"):
        circuit = lq.build(name)
        back = netlist_of(plain_text(circuit, Transient(1.0)).encode(), engine=engine).circuit
        ours, theirs = ([(p.level, p.falling) for p in c.of_type(SpikeProbe)] for c in (circuit, back))
        assert ours == theirs
        laws = {e.name for e in circuit.of_type(Comparator)}
        assert {r for r, n in circuit.roles if n not in laws} == dict(back.roles).keys()


def test_a_probe_finds_a_name_that_is_free():
    circuit = lq.Circuit("c").add(lq.I("spike", "0", "a", 1), lq.R("spike_a", "a", "0", 1))
    names = [p.name for p in with_spikes(circuit, ["a=1", "a=2"]).of_type(SpikeProbe)]
    assert names == ["spike_2", "spike_3"]


def test_what_a_file_measures_is_found_beside_its_spikes(tmp_path, engine):
    more = (
        ".meas tran load max v(a)",
        ".meas tran top max v(r1)",
        "Ra Mem a 1meg",
        "Ca a 0 1p",
        "Cb R1 Mem 1p",
        "Rb R1 a 1k",
    )
    (tmp_path / "own.cir").write_bytes(told("* lapicque: spike mem=0.9", *more))
    run, figures = run_as_asked(read_netlist(tmp_path / "own.cir", engine=engine), engine)
    assert not [f.why for f in figures if f.why]
    assert {"Mem", "a", "v(R1)", "spike"} <= set(run.data_vars)
    assert figures[0].value == pytest.approx(float(run["a"].max()), rel=1e-3)
