"""Drawings of every circuit: each pin at its node, dots where wires join, nothing over anything, nothing missing."""

import itertools
import random
import xml.etree.ElementTree as xml

import attrs
import pytest
from fuzz.case import make
from fuzz.kinds import KINDS
from oracles.drawn import faults

import lapicque as lq
from lapicque.analysis.plots.drawing import schematic
from lapicque.analysis.schematics.arrange import PAGE
from lapicque.analysis.schematics.drawing import sheets_of
from lapicque.analysis.schematics.geometry import short
from lapicque.analysis.schematics.picture import MARGIN, picture
from lapicque.circuits import (
    Bjt,
    C,
    Circuit,
    Comparator,
    Diode,
    Jfet,
    LapicqueError,
    Mosfet,
    MosfetBulk,
    MosfetEkv,
    R,
    Step,
    V,
)
from lapicque.circuits.library import LIBRARY, build
from lapicque.lessons.circuits import CIRCUITS, shown

BEYOND = 20
"""What the last part of a row, with the name of the node in the next row, may stand out."""


def _circuits():
    yield from ((name, build(name)) for name in LIBRARY)
    yield from ((f"course {name}", shown(name).make()) for name in CIRCUITS)


def _wrong(circuit):
    """All that is wrong with a drawing: of its rows, and what is drawn twice or not at all."""
    sheets = sheets_of(circuit)
    drawn = sorted(n for sheet in sheets for s in sheet.symbols for n in (s.part.stands_for or (s.part.name,)))
    found = [f for sheet in sheets for f in faults(sheet)]
    if drawn != sorted(e.name for e in circuit.parts):
        found.append("not every element is drawn once")
    boxes = [[*sheet.boxes(), *(w.box for w in sheet.wires)] for sheet in sheets]
    for above, below in itertools.pairwise(boxes):
        if max(b.bottom for b in above) >= min(b.top for b in below):
            found.append("a row runs into the next")
    page = picture(sheets)
    if page.width > PAGE + 2 * MARGIN + BEYOND:
        found.append(f"the page is {page.width:.0f} wide")
    for box in (b for row in boxes for b in row):
        inside = page.left < box.left and box.right < page.left + page.width
        if not (inside and page.top < box.top and box.bottom < page.top + page.height):
            found.append(f"{box.kind} {box.name!r} is outside of the page")
    return found


@pytest.mark.parametrize(("name", "circuit"), list(_circuits()), ids=lambda x: x if isinstance(x, str) else "")
def test_every_circuit_of_the_library_and_the_course(name, circuit):
    assert not _wrong(circuit)


def _random(seed):
    draw = random.Random(seed)
    nodes = [*(f"n{k}" for k in range(draw.randint(2, 9))), "0", "0", "vdd"]
    polarity = lambda *of: draw.choice(of)  # noqa: E731
    makers = [
        lambda n, a, b, *_: R(f"R_of_some_length_{n}", a, b, 1e3), lambda n, a, b, *_: C(f"C{n}", a, b, 1e-9),
        lambda n, *at: Mosfet(f"M{n}", *at[:3], polarity("n", "p")),
        lambda n, *at: MosfetEkv(f"M{n}", *at, polarity("n", "p")),
        lambda n, *at: MosfetBulk(f"M{n}", *at[:3], polarity("n", "p"), bulk=at[3]),
        lambda n, *at: Bjt(f"Q{n}", *at[:3], polarity("npn", "pnp")),
        lambda n, *at: Jfet(f"J{n}", *at[:3], polarity("n", "p")),
        lambda n, *at: Comparator(f"U{n}", *at[:3]), lambda n, a, b, *_: Diode(f"D{n}", a, b),
        lambda n, a, b, *_: V(f"V{n}", a, b, polarity(1.0, Step())),
    ]  # fmt: skip
    parts = [V("Vdd", "vdd", "0", draw.choice([5.0, -5.0]))]
    for n in range(draw.randint(3, 25)):
        parts.append(draw.choice(makers)(n, *(draw.choice(nodes) for _ in range(4))))
    return Circuit(f"random {seed}", parts)


@pytest.mark.parametrize("seed", range(25))
def test_any_net_of_anything(seed):
    assert not _wrong(_random(seed))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_circuits_of_every_kind(kind):
    for seed in range(2):
        assert not _wrong(make(kind, seed).circuit())


def test_long_chains_wrap_and_name_the_node_where_they_go_on():
    cable = [V("V1", "n0", "0", Step())]
    for k in range(20):
        cable += [R(f"Ra{k}", f"n{k}", f"n{k + 1}", 1e6), R(f"Rm{k}", f"n{k + 1}", "0", 1e9)]
    sheets = sheets_of(Circuit("cable", cable))
    assert not _wrong(Circuit("cable", cable))
    assert len(sheets) > 1
    for row, then in itertools.pairwise(sheets):
        (sign,) = [m for m in row.marks if m.kind == "tag"]
        assert sign.node in then.homes


def test_a_node_with_very_many_parts_goes_on_in_further_rows():
    star = Circuit("star", [V("V1", "m", "0", Step()), *(R(f"R{k}", "m", "0", 1e3) for k in range(60))])
    assert not _wrong(star)
    assert all("m" in sheet.homes for sheet in sheets_of(star))


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_files_are_the_same_every_time_whatever_names_are(ending, tmp_path):
    nodes = ("뉴런", "$x$", "<a&b>", r"\\alpha", "x" * 300)
    parts = [V('V"1"', nodes[0], "0", 1.0)]
    parts += [R(f"저항_{k}$", a, b, 1e3) for k, (a, b) in enumerate(itertools.pairwise(nodes))]
    odd = Circuit("odd", [*parts, C("<&>", nodes[-1], "0", 1e-9)])
    assert not [f for sheet in sheets_of(odd) for f in faults(sheet)]
    assert short("x" * 300) != short("x" * 150 + "y" + "x" * 149)
    first, again = (lq.draw(odd).save(tmp_path / f"{k}.{ending}").read_bytes() for k in "ab")
    assert first == again
    assert first.startswith({"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF-"}[ending])
    if ending == "svg":
        words = {t.text for t in xml.fromstring(first.decode()).iter("{http://www.w3.org/2000/svg}text")}
        assert {"뉴런", "$x$", "<a&b>", 'V"1"', "저항_0$", short("x" * 300)} <= words


def test_a_drawing_of_another_ending_is_refused(tmp_path):
    with pytest.raises(LapicqueError, match=r"ends in \.svg, \.png, \.pdf"):
        lq.draw("rc").save(tmp_path / "rc.jpg")


def test_a_fault_would_be_found():
    (sheet,) = sheets_of(build("axon_hillock"))
    assert not faults(sheet)
    for k in range(len(sheet.wires)):
        fewer = attrs.evolve(sheet, wires=sheet.wires[:k] + sheet.wires[k + 1 :])
        assert faults(fewer), sheet.wires[k]
    for k in range(len(sheet.symbols)):
        aside = [s.moved(1, 0) if j == k else s for j, s in enumerate(sheet.symbols)]
        assert faults(attrs.evolve(sheet, symbols=aside)), sheet.symbols[k].part.name


def test_the_svg_is_the_same_every_time_and_holds_every_word():
    circuit = build("axon_hillock")
    text = schematic(circuit)
    assert text == schematic(build("axon_hillock"))
    words = {t.text for t in xml.fromstring(text).iter("{http://www.w3.org/2000/svg}text")}
    assert {e.name for e in circuit.parts} | {n for n in circuit.nodes if n != "0"} <= words
