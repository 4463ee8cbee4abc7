"""The netlist for KiCad: every pin of every part is in the net that is its node, names and values survive quoting."""

import re

import pytest
from oracles.reads_back import DEVICES, held

import lapicque as lq
from lapicque.circuits import library
from lapicque.netlists.dialects.kicad import kicad_text

TOKEN = re.compile(r'\(|\)|"(?:[^"\\]|\\.)*"|[^\s()"]+')


def parsed(text):
    """An s-expression as nested lists."""
    stack = [[]]
    for token in TOKEN.findall(text):
        if token == "(":
            stack.append([])
        elif token == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(re.sub(r"\\(.)", r"\1", token[1:-1]) if token[0] == '"' else token)
    ((whole,),) = stack
    return whole


def part(tree, name):
    return next(x for x in tree if isinstance(x, list) and x[0] == name)


def read(circuit):
    """Parts by their references, and nets by names: sets of (reference, pin)."""
    tree = parsed(kicad_text(circuit))
    assert tree[:2] == ["export", ["version", "E"]]
    parts = {part(c, "ref")[1]: c for c in part(tree, "components")[1:]}
    nets = {part(n, "name")[1]: {(part(x, "ref")[1], part(x, "pin")[1]) for x in n[3:]} for n in part(tree, "nets")[1:]}
    return parts, nets


@pytest.mark.parametrize("name", ["lif_latch", "axon_hillock", "op_amp_lif", "rlc"])
def test_every_pin_is_in_a_net(name):
    circuit = library.build(name)
    parts, nets = read(circuit)
    assert len(parts) == len(circuit.parts)
    assert len(nets) == len(circuit.nodes)
    assert "GND" in nets
    pins = [pin for net in nets.values() for pin in net]
    assert len(pins) == len(set(pins))
    assert {ref for ref, _ in pins} == parts.keys()


def test_a_circuit_by_hand():
    """KiCad's diode has its cathode at pin 1; a transistor's pins are C, B, E."""
    circuit = lq.Circuit('a "title" \\').add(
        lq.V("V1", "in", "0", 5), lq.R("load", "in", "out", "10k"), lq.Diode("D1", "out", "0"),
        lq.Bjt("Q1", "in", "out", "0"), lq.B("B1", "out", "0", "1e-3*tanh(v)", {"v": "in"}),
    )  # fmt: skip
    parts, nets = read(circuit)
    assert nets == {
        "in": {("V1", "1"), ("R_load", "1"), ("Q1", "1")},
        "out": {("R_load", "2"), ("D1", "2"), ("Q1", "2"), ("B1", "1")},
        "GND": {("V1", "2"), ("D1", "1"), ("Q1", "3"), ("B1", "2")},
    }
    assert part(parts["R_load"], "value")[1] == "10k"
    assert "v(in)" in part(parts["B1"], "value")[1]
    assert part(part(parts["Q1"], "libsource"), "part")[1] == "NPN"


@pytest.mark.parametrize(("what", "symbol"), [("pnp", "PNP"), ("jfet", "NJFET"), ("mosfet", "NMOS"), ("diode", "D")])
def test_devices_have_their_symbols(what, symbol):
    device = DEVICES[what]
    parts, _ = read(held(device))
    assert part(part(parts[device.name], "libsource"), "part")[1] == symbol
