"""Schematics of LTspice: what is drawn is what the netlist by hand has."""

import itertools
import random

import numpy as np
import pytest

from lapicque.circuits.errors import LapicqueError
from lapicque.netlists import Engine, OperatingPoint, Transient
from lapicque.netlists.ngspice.worker import simulate_texts
from lapicque.netlists.reading.deck import read_netlist
from lapicque.netlists.reading.nets import joined
from lapicque.netlists.reading.schematic import cards_of_schematic
from lapicque.netlists.reading.source import NetlistError
from lapicque.netlists.reading.symbols import SYMBOLS, turned

FILTER = """Version 4
SHEET 1 880 680
WIRE 176 96 80 96
WIRE 320 96 256 96
WIRE 400 96 320 96
WIRE 80 144 80 96
WIRE 320 144 320 96
FLAG 80 224 0
FLAG 320 208 0
FLAG 400 96 out
FLAG 80 96 in
SYMBOL voltage 80 128 R0
WINDOW 123 0 0 Left 0
WINDOW 39 24 124 Left 2
SYMATTR InstName V1
SYMATTR Value PULSE(0 1 1m 1u 1u 5m 10m)
SYMATTR SpiceLine Rser=50
SYMBOL res 272 80 R90
WINDOW 0 0 56 VBottom 2
SYMATTR InstName R1
SYMATTR Value {r}
SYMBOL cap 304 144 R0
SYMATTR InstName C1
SYMATTR Value 100n
TEXT 72 260 Left 2 !.tran 0 20m 0 10u uic\\n.param\\n+ r=4k7
TEXT 72 300 Left 2 ;a comment !.op
"""


def sheet(*lines):
    return "\n".join(["Version 4", "SHEET 1 880 680", *lines, ""])


def texts(text, find=lambda name: None):
    return [c.text for c in cards_of_schematic(text, "s.asc", "s", find).cards]


def test_a_filter_is_its_netlist():
    cards = cards_of_schematic(FILTER, "s.asc", "s", lambda name: None).cards
    assert [(c.place.line, c.text) for c in cards] == [
        (12, "V1 in 0 PULSE(0 1 1m 1u 1u 5m 10m) Rser=50"), (18, "R1 out in {r}"), (22, "C1 out 0 100n"),
        (25, ".tran 0 20m 0 10u uic"), (25, ".param r=4k7"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    with Engine() as made:
        yield made


DRAWN = {
    "a filter": (FILTER, "V1 vin 0 PULSE(0 1 1m 1u 1u 5m 10m)\nRs vin in 50\nR1 in out 4.7k\nC1 out 0 100n\n"),
    "controlled sources, a switch and transistors": (
        sheet(
            "SYMBOL voltage 0 0 R0", "SYMATTR InstName V1", "SYMATTR Value SINE(2 2 200)", "FLAG 0 16 in",
            "FLAG 0 96 0",
            "SYMBOL e 200 0 R0", "SYMATTR InstName E1", "SYMATTR Value 2", "FLAG 200 16 e", "FLAG 200 96 0",
            "FLAG 152 32 in", "FLAG 152 80 0", "SYMBOL res 284 0 R0", "SYMATTR InstName R1", "SYMATTR Value 1k",
            "FLAG 300 16 e", "FLAG 300 96 0",
            "SYMBOL g2 400 0 M0", "SYMATTR InstName G1", "SYMATTR Value 1m", "FLAG 400 96 g", "FLAG 400 16 0",
            "FLAG 448 80 in", "FLAG 448 32 0", "SYMBOL res 484 0 R0", "SYMATTR InstName R2", "SYMATTR Value 1k",
            "FLAG 500 16 g", "FLAG 500 96 0",
            "SYMBOL sw 700 100 M180", "SYMATTR InstName S1", "SYMATTR Value m", "FLAG 700 84 in", "FLAG 700 4 s",
            "FLAG 652 20 in", "FLAG 652 68 0", "SYMBOL res 784 0 R0", "SYMATTR InstName R3", "SYMATTR Value 1k",
            "FLAG 800 16 s", "FLAG 800 96 0", "TEXT 0 200 Left 2 !.model m SW(RON=100 ROFF=1Meg VT=2 VH=-1.5)",
            "SYMBOL nmos 900 0 R0", "SYMATTR InstName M1", "SYMATTR Value n", "SYMATTR Value2 w=10u l=1u",
            "FLAG 948 0 d",
            "FLAG 900 80 in", "FLAG 948 96 0", "SYMBOL voltage 1100 0 R0", "SYMATTR InstName V2", "SYMATTR Value 5",
            "FLAG 1100 16 vdd", "FLAG 1100 96 0", "SYMBOL res 1032 -80 R90", "SYMATTR InstName R4", "SYMATTR Value 10k",
            "FLAG 936 -64 d", "FLAG 1016 -64 vdd", "TEXT 0 230 Left 2 !.model n NMOS(VTO=1 KP=50u)",
            "SYMBOL bv 1200 0 R180", "SYMATTR InstName B1", "SYMATTR Value V=V(in)**2", "FLAG 1200 -16 b",
            "FLAG 1200 -96 0", "SYMBOL res 1284 0 R0", "SYMATTR InstName R5", "SYMATTR Value 1k", "FLAG 1300 16 b",
            "FLAG 1300 96 0", "TEXT 0 260 Left 2 !.tran 10m",
        ),
        "V1 in 0 SIN(2 2 200)\nE1 e 0 in 0 2\nR1 e 0 1k\nG1 g 0 in 0 1m\nR2 g 0 1k\n"
        "B2 in s I=V(in,s)/exp(ln(1e4)+ln(1e-4)*(1.5*x(V(in))-2*x(V(in))*x(V(in))*x(V(in))))\nR3 s 0 1k\n"
        ".func x(v) {min(max((v-2)/3,-0.5),0.5)}\nM1 d in 0 0 n w=10u l=1u\nV2 vdd 0 5\nR4 d vdd 10k\n"
        ".model n NMOS(VTO=1 KP=50u)\nB1 b 0 V=V(in)*V(in)\nR5 b 0 1k\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_a_schematic_does_what_its_netlist_does(name, tmp_path, engine):
    """Measured: 3e-6 of the swing."""
    path = tmp_path / "drawn.asc"
    path.write_text(DRAWN[name][0])
    deck = read_netlist(path, engine=engine)
    stop = deck.stop
    ours = engine.run(deck.circuit, Transient(stop), "reference", max_step=stop / 20000)
    options = ".options reltol=1e-7 abstol=1e-15 vntol=1e-10 chgtol=1e-18 method=gear"
    uic = " uic" if deck.start != "operating point" else ""
    text = f"by hand\n{DRAWN[name][1]}{options}\n.tran {stop / 2000} {stop} 0 {stop / 20000}{uic}\n.end\n"
    ((raw, _),) = engine.result(engine.submit(simulate_texts, [text]))
    assert not raw.aborted, raw.said
    grid, compared = np.linspace(stop / 4000, stop, 4000), 0
    for n in (n for n in ours.data_vars if n.lower() in raw.vectors):
        a = np.interp(grid, raw.vectors["time"], raw.vectors[n.lower()])
        assert np.interp(grid, ours["time"], ours[n]) == pytest.approx(a, abs=3e-5 * max(np.ptp(a), 1e-3)), n
        compared += 1
    assert compared >= 2


@pytest.mark.parametrize("name", SYMBOLS)
@pytest.mark.parametrize("orientation", [f"{m}{t}" for m in "RM" for t in (0, 90, 180, 270)])
def test_every_symbol_in_every_orientation_has_its_pins_in_order(name, orientation):
    pins = SYMBOLS[name].pins
    places: dict[tuple[int, int], str] = {}
    for k, (x, y) in enumerate(turned(p, orientation) for p in pins):
        places.setdefault((320 + x, -160 + y), f"p{k}")
    flags = [f"FLAG {x} {y} {net}" for (x, y), net in places.items()]
    found = texts(sheet(f"SYMBOL {name} 320 -160 {orientation}", "SYMATTR InstName X9", "SYMATTR Value val", *flags))
    wanted = [f"p{pins.index(p)}" for p in pins]
    assert found[0].split()[:-1] == [f"{SYMBOLS[name].prefix}\u00a7X9", *wanted]


def test_orientations_are_those_of_ltspice():
    """Facts of its own example schematics: a switch turned by M180, a resistor by R90, an inductor by M0."""
    assert [turned(p, "M180") for p in SYMBOLS["sw"].pins] == [(0, -16), (0, -96), (-48, -80), (-48, -32)]
    assert [turned(p, "R90") for p in SYMBOLS["res"].pins] == [(-16, 16), (-96, 16)]
    assert [turned(p, "M0") for p in SYMBOLS["ind2"].pins] == [(-16, 16), (-16, 96)]


def walked(wires, points):
    """Groups by looking at every pair of a point and a wire, again and again."""
    groups = [{p} for p in {*points, *itertools.chain(*wires)}]
    for (x0, y0), (x1, y1) in wires:
        on = {
            (x, y) for group in groups for x, y in group
            if min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1)
            and (x - x0) * (y1 - y0) == (y - y0) * (x1 - x0)
        }  # fmt: skip
        touched = [g for g in groups if g & on]
        groups = [g for g in groups if not g & on] + [set().union(*touched)]
    return {frozenset(g) for g in groups}


@pytest.mark.parametrize("seed", range(60))
def test_nets_are_those_of_a_search_through_all_pairs(seed):
    """Random level, upright and slanted wires on a small grid, where they touch, cross and overlap."""
    random_ = random.Random(seed)

    def place():
        return random_.randrange(8), random_.randrange(8)

    wires = []
    for _ in range(random_.randrange(1, 14)):
        (x, y), (u, v) = place(), place()
        wires.append(random_.choice([((x, y), (u, y)), ((x, y), (x, v)), ((x, y), (u, v))]))
    points = [place() for _ in range(10)]
    nets = joined(wires, points)
    found = {}
    for p in {*points, *itertools.chain(*wires)}:
        found.setdefault(nets.of(p), set()).add(p)
    assert {frozenset(g) for g in found.values()} == walked(wires, points)


def test_wires_that_cross_are_not_joined():
    parts = ["SYMBOL res 84 0 R0", "SYMATTR InstName R1", "SYMATTR Value 1k", "FLAG 100 96 0"]
    cross = sheet(*parts, "WIRE 100 16 100 -100", "WIRE 0 -50 200 -50", "FLAG 0 -50 other", "FLAG 100 -100 mine")
    assert texts(cross)[0] == "R1 mine 0 1k"
    tee = cross.replace("FLAG 0 -50 other\n", "FLAG 0 -50 mine\n")
    assert texts(tee)[0] == "R1 mine 0 1k"


def test_nets_without_a_name_are_numbered_beside_those_with_one():
    part = ["SYMBOL res {} 0 R0", "SYMATTR InstName R{}", "SYMATTR Value 1k"]
    lines = [x.format(v) for k in range(3) for x, v in zip(part, (100 * k, k, ""), strict=True)]
    assert texts(sheet(*lines, "FLAG 116 16 N002")) == ["R0 N001 N003 1k", "R1 N002 N004 1k", "R2 N005 N006 1k"]


def test_models_that_ltspice_brings_are_there():
    cards = texts(sheet("SYMBOL diode 0 0 R0", "SYMATTR InstName D1", "SYMBOL diode 100 0 R0", "SYMATTR InstName D2"))
    assert cards == ["D1 N001 N002 D", "D2 N003 N004 D", ".model D D"]


OPAMP = """Version 4
SymbolType CELL
PIN -32 16 NONE 0
PINATTR PinName In-
PINATTR SpiceOrder 2
PIN -32 48 NONE 0
PINATTR PinName In+
PINATTR SpiceOrder 1
PIN 32 32 NONE 0
PINATTR PinName Out
PINATTR SpiceOrder 3
SYMATTR Prefix X
SYMATTR Value amp
SYMATTR Value2 gain=1k
SYMATTR ModelFile amp.lib
"""


def test_a_symbol_of_the_folder_is_a_subcircuit(tmp_path, engine):
    (tmp_path / "amp.asy").write_text(OPAMP)
    (tmp_path / "amp.lib").write_text(".subckt amp p n out gain=10\nE1 out 0 p n {gain}\n.ends\n")
    drawn = sheet(
        "SYMBOL mine\\\\amp 0 0 R0", "SYMATTR InstName U1", "FLAG -32 48 in", "FLAG -32 16 out", "FLAG 32 32 out",
        "SYMBOL voltage 100 0 R0", "SYMATTR InstName V1", "SYMATTR Value 1", "FLAG 100 16 in", "FLAG 100 96 0",
        "SYMBOL res 184 0 R0", "SYMATTR InstName R1", "SYMATTR Value 1k", "FLAG 200 16 out", "FLAG 200 96 0",
    )  # fmt: skip
    path = tmp_path / "follower.asc"
    path.write_text(drawn)
    circuit = read_netlist(path, engine=engine).circuit
    assert float(engine.run(circuit, OperatingPoint())["out"]) == pytest.approx(1000 / 1001, rel=1e-6)


def test_files_of_ltspice_are_read_whatever_their_letters(tmp_path, engine):
    text = FILTER.replace("100n", "0.1\u00b5")
    path = tmp_path / "s.asc"
    found = []
    for encoding in ("latin-1", "utf-8", "utf-16", "utf-16-le"):
        path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
        found.append(read_netlist(path, engine=engine).circuit)
    assert all(c == found[0] for c in found)
    assert found[0].element("C1").value == 1e-7


@pytest.mark.parametrize(
    ("lines", "line", "word"),
    [
        (["WIRE 0 0 a 0"], 3, "4 whole numbers"), (["WIRE 0 0"], 3, "4 whole numbers"), (["FLAG 0"], 3, "2 whole"),
        (["WIRE 0 0 99999999999 0"], 3, "whole numbers"), (["SYMATTR InstName R1"], 3, "above it"),
        (["SYMBOL wormhole 0 0 R0"], 3, "wormhole.asy"), (["SYMBOL res 0 0 R45"], 3, "R90"),
        (["SYMBOL res 0"], 3, "SYMBOL NAME X Y"), (["SYMBOL res 0 0 R0"], 3, "InstName"),
        (["SYMBOL res 0 0 R0", "SYMATTR InstName R1"], 3, "no value"), (["BUSTAP 0 0 1 1"], 3, "BUSTAP"),
        (["SYMBOL res 0 0 R0", "SYMATTR InstName R 1", "SYMATTR Value 1"], 3, "no name"),
        (["FLAG 0 0 a", "FLAG 0 0 b"], 4, "one name"), (["FLAG 0 0 a{b}"], 3, "no name of a net"),
        ([], 1, "no elements"),
        (["SYMBOL ../../etc/passwd 0 0 R0"], 3, "passwd.asy"), (["!shell touch x"], 3, "not known here"),
        (["WIRE 0 0 1 2"] * 200, 1, "neither level nor upright"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_line(lines, line, word):
    with pytest.raises(NetlistError) as refused:
        texts(sheet(*lines))
    assert f"s.asc:{line}:" in str(refused.value)
    assert word in str(refused.value)


ACTS = [
    "TEXT 0 0 Left 2 !.control\\nshell touch {mark}\\n.endc", "TEXT 0 0 Left 2 !shell touch {mark}",
    "TEXT 0 0 Left 2 !*#shell touch {mark}", "TEXT 0 0 Left 2 !R2 a 0 {{`touch {mark}`}}",
    "SYMBOL res 0 0 R0\nSYMATTR InstName R2\nSYMATTR Value 1k\\n.control\\nshell touch {mark}",
    "SYMBOL res 0 0 R0\nSYMATTR InstName .control\nSYMATTR Value 1k", "TEXT 0 0 Left 2 !.include {secret}",
    "TEXT 0 0 Left 2 !.lib {secret}", "TEXT 0 0 Left 2 !.lib ../secret.lib",
    "TEXT 0 0 Left 2 !.end\\nshell touch {mark}",
    "SYMBOL link 0 0 R0\nSYMATTR InstName U1",
    "SYMBOL voltage 0 0 R0\nSYMATTR InstName V2\nSYMATTR Value PWL file={secret}",
]  # fmt: skip


@pytest.mark.parametrize("how", ACTS)
def test_nothing_of_a_strangers_schematic_acts_or_leaks(how, tmp_path, engine):
    folder = tmp_path / "drawn"
    folder.mkdir()
    secret, mark = tmp_path / "secret.lib", tmp_path / "mark"
    secret.write_text("top-secret line one\nPIN 0 0 NONE 0\n")
    (folder / "link.asy").symlink_to(secret)
    path = folder / "s.asc"
    path.write_text(FILTER + how.format(mark=mark, secret=secret) + "\n")
    said = ""
    try:
        read_netlist(path, engine=engine)
    except LapicqueError as error:
        said = str(error)
    assert not mark.exists()
    assert "top-secret" not in said


def test_large_schematics_are_read_soon(tmp_path):
    """Forty thousand wires in one row, each joined with the next: seconds, not hours."""
    wires = [f"WIRE {k} 0 {k + 1} 0" for k in range(40_000)]
    part = ["SYMBOL res -16 -16 R0", "SYMATTR InstName R1", "SYMATTR Value 1k", "FLAG 40000 0 far", "FLAG 0 80 0"]
    assert texts(sheet(*wires, *part)) == ["R1 far 0 1k"]
    with pytest.raises(NetlistError, match="no more than"):
        texts(sheet(*wires, *wires))
