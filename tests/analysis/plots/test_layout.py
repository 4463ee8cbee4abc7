"""Drawings of every circuit: ground down, supplies up, every element once, and nothing over anything."""

import re
from pathlib import Path

import matplotlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageFont

from lapicque.analysis.plots.drawing import _symbol, schematic
from lapicque.analysis.plots.layout import CHARACTER, Box, label, layout, size
from lapicque.circuits import Bjt, C, Circuit, I, Jfet, R, V
from lapicque.circuits.library import LIBRARY, build
from lapicque.lessons.circuits import CIRCUITS, shown

PIXELS = 48
"""Of a unit, in the SVG that is written."""


def _crossings(placed):
    """Pairs of things that overlap, and wires through what is not theirs."""
    boxes = placed.boxes()
    found = [(a.kind, a.name, b.kind, b.name) for k, a in enumerate(boxes) for b in boxes[k + 1 :] if a.meets(b)]
    for name, x0, y0, x1, y1 in placed.wires():
        wire = Box("wire", name, min(x0, x1) - 1e-6, min(y0, y1) - 1e-6, max(x0, x1) + 1e-6, max(y0, y1) + 1e-6)
        found += [("wire", name, b.kind, b.name) for b in boxes
                  if wire.meets(b) and not (b.name == name and b.kind in ("symbol", "flag"))]  # fmt: skip
    return found


def _circuits():
    yield from ((name, build(name)) for name in LIBRARY)
    yield from ((f"course {name}", shown(name).make()) for name in CIRCUITS)


@pytest.mark.parametrize(("name", "circuit"), list(_circuits()), ids=lambda x: x if isinstance(x, str) else "")
def test_nothing_overlaps_and_nothing_is_missing(name, circuit):
    placed = layout(circuit)
    assert not _crossings(placed)
    drawn = [u.element.name for u in placed.uprights] + [b.element.name for b in placed.bridges]
    flagged = {re.search(r"\((.+)\)\n", words)[1] for words in placed.flags.values()}
    assert len(drawn) == len(set(drawn))
    assert {*drawn} | flagged == {e.name for e in circuit.parts}
    assert all(u.supply in placed.flags for u in placed.uprights if u.supply)


@given(st.integers(2, 6), st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_any_net_of_resistors_can_be_drawn(count, seed):
    import random

    draw = random.Random(seed)
    nodes = [f"node_{k}" for k in range(count)]
    parts = [I("I1", "0", nodes[0], "1u")]
    for k in range(draw.randint(count, 12)):
        a, b = draw.sample([*nodes, "0", "supply"], 2)
        parts.append(R(f"R_long_name_{k}", a, b, 4.7e3 * (k + 1)))
    parts += [C(f"C{k}", n, "0", 1e-9) for k, n in enumerate(nodes)]
    if any("supply" in p.nodes for p in parts):
        parts.append(V("V_supply", "supply", "0", 5.0))
    assert not _crossings(layout(Circuit("net", parts)))


def test_words_take_no_more_room_than_they_were_given():
    font = ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"), 12)
    lines = {line for name in LIBRARY for e in build(name).parts for line in label(e).split("\n")}
    assert len(lines) > 300
    for line in lines:
        assert font.getlength(line) / PIXELS <= CHARACTER * len(line) + 0.3, line


def test_a_divider_stands_on_its_supply():
    placed = layout(shown("divider").make())
    assert [(u.element.name, bool(u.supply)) for u in placed.uprights] == [("R2", False), ("R1", True)]
    assert placed.flags == {"in": "in (V1)\n5 V"}


def test_a_signal_is_no_supply():
    placed = layout(build("rc"))
    assert not placed.flags
    assert [b.element.name for b in placed.bridges] == ["R1"]
    bridge = placed.bridges[0]
    assert bridge.x_a < bridge.x_b  # from left to right


def test_the_drawing_holds_every_word():
    for name in ("lif", "hh", "axon_hillock"):
        circuit = build(name)
        text = schematic(circuit)
        for e in circuit.parts:
            assert label(e).split("\n")[0] in text
    assert size("ab\nabc") == pytest.approx((3 * CHARACTER + 0.05, 0.54))


@pytest.mark.parametrize(
    ("device", "at_emitter", "outwards"),
    [
        (Bjt("Q1", "c", "b", "0"), True, True), (Bjt("Q1", "0", "b", "c", "pnp"), True, False),
        (Jfet("Q1", "c", "b", "0"), False, False), (Jfet("Q1", "0", "b", "c", "p"), False, True),
    ],
)  # fmt: skip
def test_arrows_of_transistors_say_what_they_are(device, at_emitter, outwards):
    """An npn's arrow leaves the base at the emitter, a pnp's enters there; an n channel's points in (IEC 60617)."""
    import schemdraw.elements as parts

    symbol = _symbol(parts, device)
    (arrow,) = [s for s in symbol.segments if getattr(s, "arrow", None)]
    tail, tip = arrow.path
    third = max(y for s in symbol.segments for _, y in s.path)  # where base and gate are
    assert (abs(tip[1] - third) > abs(tail[1] - third)) == (outwards if at_emitter else not outwards)
    if at_emitter:
        outer = min(tail, tip, key=lambda p: p[1])
        begins = outer[0] < 0.5  # near the first end of the symbol, which a pnp begins with
        assert begins == (device.polarity == "pnp")
