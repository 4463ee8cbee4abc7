"""Symbols: their lines end at their pins, arrows say what a transistor is, words fit the room they are given."""

from itertools import pairwise
from pathlib import Path

import matplotlib
import pytest
from attrs import field, frozen
from oracles.drawn import faults
from PIL import ImageFont

from lapicque.analysis.schematics.drawing import sheets_of
from lapicque.analysis.schematics.geometry import size
from lapicque.analysis.schematics.parts import part_of, parts_of
from lapicque.analysis.schematics.placed import DOWN, RIGHT, UP, Placed
from lapicque.analysis.schematics.symbols import DRAW, drawn
from lapicque.analysis.schematics.words import label
from lapicque.circuits import Bjt, Circuit, Comparator, Diode, E, Jfet, K, L, Mosfet, MosfetEkv, R, S, Step, V
from lapicque.circuits.element import Element, node_name
from lapicque.circuits.library import LIBRARY, build


@frozen
class Chip(Element):
    """An element that no symbol is known of."""

    inputs: tuple[str, ...] = field(converter=lambda names: tuple(map(node_name, names)))
    pins: tuple[str, ...] = ()

    KIND = "chip"
    TERMINALS = ()

    @property
    def nodes(self):
        return self.inputs


CHIP = Chip("X1", ("a", "b", "0", "vdd", "q"), ("set", "reset", "ground", "supply", "q"))


def _distance(point, a, b):
    (x, y), (x0, y0), (x1, y1) = point, a, b
    along = (x1 - x0) ** 2 + (y1 - y0) ** 2
    t = min(1, max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / along)) if along else 0
    return ((x - x0 - t * (x1 - x0)) ** 2 + (y - y0 - t * (y1 - y0)) ** 2) ** 0.5


SOME = ("rlc", "lif", "fitzhugh_nagumo", "lif_comparator", "op_amp_lif", "axon_hillock")
"""Circuits of the library which have all symbols but those of some transistors."""


def _every_symbol():
    found = {s.part.symbol: s.part for name in SOME for h in sheets_of(build(name)) for s in h.symbols}
    devices = (
        Bjt("Q1", "a", "b", "c"), Bjt("Q1", "a", "b", "c", "pnp"), Jfet("J1", "a", "b", "c"),
        Jfet("J1", "a", "b", "c", "p"), MosfetEkv("M1", "a", "b", "c", "d"), MosfetEkv("M1", "a", "b", "c", "d", "p"),
        CHIP,
    )  # fmt: skip
    coupled = parts_of(Circuit("coupled", (L("L1", "a", "0", 1), L("L2", "b", "0", 1), K("K1", "L1", "L2", 0.5))))
    return {**found, **{p.symbol: p for p in (*map(part_of, devices), *coupled)}}


def test_lines_of_every_symbol_end_at_its_pins():
    known = _every_symbol()
    assert set(DRAW) | {"comparator", "op-amp", "box"} == set(known)
    for part in known.values():
        for way in (DOWN, UP) if part.is_device else (DOWN, UP, RIGHT, (-1, 0)):
            placed = Placed(part, 7, 11, way)
            lines = [ab for s in drawn(placed).strokes for ab in pairwise(s.points)]
            room = placed.box
            for terminal, at in placed.pins.items():
                assert min(_distance(at, *ab) for ab in lines) < 1e-9, (part.symbol, way, terminal)
            for x, y in (p for ab in lines for p in ab):
                assert room.left - 1e-9 <= x <= room.right + 1e-9, (part.symbol, way)
                assert room.top - 1e-9 <= y <= room.bottom + 1e-9, (part.symbol, way)


@pytest.mark.parametrize(
    ("device", "terminal", "outwards"),
    [
        (Bjt("Q1", "c", "b", "e"), "emitter", True), (Bjt("Q1", "c", "b", "e", "pnp"), "emitter", False),
        (Mosfet("M1", "d", "g", "s"), "source", True), (Mosfet("M1", "d", "g", "s", "p"), "source", False),
        (MosfetEkv("M1", "d", "g", "s", "b"), "bulk", False), (MosfetEkv("M1", "d", "g", "s", "b", "p"), "bulk", True),
        (Jfet("J1", "d", "g", "s"), "gate", False), (Jfet("J1", "d", "g", "s", "p"), "gate", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("way", [DOWN, UP])
def test_arrows_of_transistors_say_what_they_are(device, terminal, outwards, way):
    """An npn's leaves at its emitter, an n channel's at its source or comes in at bulk and gate (IEEE 315)."""
    placed = Placed(part_of(device), 0, 0, way)
    (arrow,) = [s for s in drawn(placed).strokes if s.is_filled]
    tip, *back = arrow.points[:3]
    middle = tuple(sum(p[k] for p in back) / 2 for k in (0, 1))
    pin = placed.pins[terminal]
    far = lambda p: _distance(p, pin, pin)  # noqa: E731
    assert (far(tip) < far(middle)) == outwards
    ends = [t for t, _ in placed.part.pins[:2]]
    if terminal in ends:
        assert min(ends, key=lambda t: _distance(placed.pins[t], middle, middle)) == terminal


def test_words_take_no_more_room_than_they_were_given():
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    font = ImageFont.truetype(str(path), 120)
    lines = {line for name in LIBRARY for e in build(name).parts for line in label(e).split("\n")}
    assert len(lines) > 300
    for line in (*lines, *map(chr, range(33, 127)), "Ωµ²"):
        assert font.getlength(line) / 100 <= size(line)[0], line


def test_an_element_without_a_symbol_is_a_box_with_its_pins_named():
    part = part_of(CHIP)
    assert (part.symbol, part.left, part.right) == ("box", ("set", "reset", "ground"), ("supply", "q"))
    sources = (V("V1", "a", "0", Step()), V("Vdd", "vdd", "0", 5), R("R1", "vdd", "b", 1e3), R("R2", "q", "0", 1e3))
    (sheet,) = sheets_of(Circuit("odd", (*sources, CHIP)))
    assert not faults(sheet)
    unnamed = part_of(Chip("X1", ("a", "b", "a")))
    assert unnamed.pins == (("1", "a"), ("2", "b"), ("3", "a"))


@frozen
class Kept(Chip):
    """An element of which only its card's letter and its model are known."""

    letter: str = "m"
    model: str = ""
    definitions: tuple[str, ...] = ()


def test_a_kept_transistor_has_the_symbol_that_its_model_says():
    bsim = (".model other pmos level=54", ".model fast nmos level=54")
    for model, cards, symbol in (
        ("fast", bsim, "nmos"), ("other", bsim, "pmos"), ("sky130_fd_pr__pfet_01v8", (), "pmos"), ("odd", (), "box"),
    ):  # fmt: skip
        part = part_of(Kept("M1", ("out", "in", "0", "0"), ("d", "g", "s", "b"), "m", model, cards))
        assert part.symbol == symbol
        assert (part.node("d"), part.node("g"), part.node("s")) == ("out", "in", "0")
        assert part.words == f"M1\n{model}"
    apart = part_of(Kept("M1", ("out", "in", "s", "0"), ("d", "g", "s", "b"), "m", "fast", bsim))
    assert (apart.symbol, apart.node("b")) == ("nmos bulk", "0")
    assert part_of(Kept("D1", ("a", "c"), ("a", "c"), "d", "led")).symbol == "diode"


def test_a_switch_says_when_it_closes_in_the_voltage_it_sees():
    assert label(S("S1", "a", "b", "c", "0", 1.0, 0.5)) == "S1\nv(c)\non > 1.5 V\noff < 500 mV"
    assert label(S("S1", "a", "b", "0", "c", 1.0, 0.5)) == "S1\nv(c)\non < -1.5 V\noff > -500 mV"


def test_an_op_amp_of_sources_is_a_triangle_and_its_insides_come_on_demand():
    circuit = build("op_amp_lif")
    (op_amp,) = [s.part for h in sheets_of(circuit) for s in h.symbols if s.part.symbol == "op-amp"]
    assert (op_amp.name, dict(op_amp.pins)) == ("buf", {"plus": "mem", "minus": "out", "out": "out"})
    assert len(op_amp.stands_for) == 7
    opened = [s.part for h in sheets_of(circuit, folds=False) for s in h.symbols]
    assert sorted(p.name for p in opened) == sorted(e.name for e in circuit.parts)
    assert "op-amp" not in {p.symbol for p in opened}


def test_an_op_amp_is_only_one_where_nobody_looks_inside():
    circuit = build("op_amp_lif").add(R("R_probe", "buf_pole", "mem", 1e12))
    assert "op-amp" not in {s.part.symbol for h in sheets_of(circuit) for s in h.symbols}


def test_a_source_of_a_large_gain_is_an_op_amp_with_its_inputs_as_its_sign_says():
    for gain, plus in ((1e5, "p"), (-1e5, "m")):
        part = part_of(E("E1", "out", "0", "p", "m", gain))
        assert (part.symbol, part.node("plus"), part.node("out")) == ("op-amp", plus, "out")
    assert part_of(E("E1", "out", "0", "p", "m", 10)).symbol == "controlled voltage"
    assert part_of(Comparator("U1", "p", "m", "out")).symbol == "comparator"


def test_supplies_are_above_ground_below_and_inputs_on_the_left():
    parts = (
        V("V1", "in", "0", Step()), V("Vdd", "vdd", "0", 3), Mosfet("MP", "out", "in", "vdd", "p"),
        Mosfet("MN", "out", "in", "0"),
    )  # fmt: skip
    (sheet,) = sheets_of(Circuit("inverter", parts))
    at = {s.part.name: s.pins for s in sheet.symbols}
    assert at["MP"]["source"][1] < at["MP"]["drain"][1] < at["MN"]["drain"][1] < at["MN"]["source"][1]
    assert at["MP"]["gate"][0] == at["MN"]["gate"][0] > at["V1"]["plus"][0]
    assert {m.way for m in sheet.marks if m.kind == "rail"} == {UP}
    assert {m.way for m in sheet.marks if m.kind == "ground"} == {DOWN}


def test_junctions_that_a_mosfet_brings_along_come_on_demand():
    alone = Diode("M1#bs", "well", "0")
    circuit = Circuit(
        "inverter", (V("VDD", "vdd", "0", 3), R("R1", "vdd", "d", "1k"), Mosfet("M1", "d", "vdd", "0"), alone,
                     Diode("M1#bd", "0", "d"), Diode("M2#bd", "0", "d")),
    )  # fmt: skip
    shown = {s.part.name for h in sheets_of(circuit) for s in h.symbols}
    whole = {s.part.name for h in sheets_of(circuit, folds=False) for s in h.symbols}
    assert whole - shown == {"M1#bd"}  # nothing else ends at the well, and nobody has M2
    assert whole == {e.name for e in circuit.parts}
