"""Whether a circuit that was read back is the one that was written, element by element; and what to try it on."""

import attrs
import numpy as np
import pytest

import lapicque as lq
from lapicque.circuits.circuit import Circuit
from lapicque.circuits.elements import LAWS, B, Comparator, I, MosfetEkv, OpenCollector, V, Varactor
from lapicque.circuits.equations.symbols import link_current, node_voltage, parameters
from lapicque.circuits.smooth_stimuli import SMOOTH
from lapicque.circuits.stimuli import EndlessPulses

ROUNDING = 1e-9
"""Of a law's numbers: sums and products in another order, and exponentials of them."""


def law(element, names, volts):
    """A law's current at node voltages, by the name that a node has in the first circuit."""
    symbols = {n: node_voltage(n) for n in element.nodes}
    at = {s: volts[names.get(n, n)] for n, s in symbols.items() if n != "0"}
    numbers = parameters(Circuit("law", (element,)))
    return float(link_current(element, symbols).xreplace({**numbers, **at}))


def ends_of(element):
    if isinstance(element, (Comparator, OpenCollector)):
        return (element.out, "0")
    if isinstance(element, MosfetEkv):
        return (element.drain, element.source)
    return element.nodes[:2] if isinstance(element, B) else element.nodes


def same_source(one, other):
    if isinstance(one, (*SMOOTH, EndlessPulses)):
        assert type(one) is type(other)
        assert attrs.astuple(other) == pytest.approx(attrs.astuple(one), rel=1e-14)
        return
    (times, values), (others, theirs) = one.breakpoints(), other.breakpoints()
    grid = np.union1d(times, others)
    assert np.interp(grid, others, theirs) == pytest.approx(np.interp(grid, times, values), rel=1e-14)


def same(circuit, back):
    """Hold each element against the one that was read back in its place."""
    nodes = {}
    for a, b in zip(circuit.parts, back.parts, strict=True):
        for x, y in zip(ends_of(a), b.nodes[: len(ends_of(a))], strict=True):
            assert nodes.setdefault(y, x) == x, (a, b)
    assert len(set(nodes.values())) == len(nodes)
    random = np.random.default_rng(3)
    for a, b in zip(circuit.parts, back.parts, strict=True):
        if isinstance(a, LAWS):
            volts = dict(zip(circuit.nodes, random.normal(scale=0.1, size=len(circuit.nodes)), strict=True))
            assert law(b, nodes, volts) == pytest.approx(law(a, {}, volts), rel=ROUNDING, abs=1e-300)
            continue
        assert type(a) is type(b)
        if isinstance(a, (V, I)):
            same_source(a.stimulus, b.stimulus)
        values = {q: getattr(b, q) for q in b.QUANTITIES}
        assert {q: getattr(a, q) for q in a.QUANTITIES} == pytest.approx(values, rel=1e-15)
        if isinstance(a, Varactor):
            assert [b.at(v) for v in (-2, 0.1, 1)] == pytest.approx([a.at(v) for v in (-2, 0.1, 1)], rel=1e-14)
        for form in ("polarity", "closed"):
            assert getattr(a, form, None) == getattr(b, form, None)


DRIVES = {
    "late and damped sine": lq.Sine(0.1, 2, 3e3, 0.4, "1m", 200), "exponential": lq.Exponential(0, 1, "1m", "2m", "9m"),
    "AM": lq.AM(1, 0.5, 100, "1k", "1m"), "FM": lq.FM(0, 1, "1k", 2, 100),
    "pulses": lq.EndlessPulses(0, 1, "1m", "1u", "2u", "1m", "5m"),
}  # fmt: skip
DEVICES = {
    "diode": lq.Diode("D1", "a", "b", 2e-14, 1.1, rs=2, cjo="4p", vj=0.7, m=0.4, tt="5n", bv=40, ibv="1m", ic=0.3),
    "npn": lq.Bjt("Q1", "a", "b", "0", bf=150, vaf=80, rb=20, cje="5p", tf="0.4n"),
    "pnp": lq.Bjt("Q1", "0", "b", "a", "pnp", ikf=0.1, cjc="4p", xcjc=0.5),
    "jfet": lq.Jfet("J1", "a", "b", "0", lam=0.01, rs=10, cgs="3p", b=1.1),
    "mosfet": lq.MosfetBulk("M1", "a", "b", "0", bulk="0", gamma=0.4),
    "varactor": lq.Varactor("C1", "a", "b", "c_0*(1 + tanh(v)**2)", {"c_0": "3n"}),
    "charged varactor": lq.Varactor("C1", "b", "0", "1n*exp(v/2)", ic=-0.7),
    "gate": lq.MosfetMeyer("M1", "a", "b", "0", gamma=0.4),
}


def driven(stimulus):
    """A source with a load."""
    return Circuit("driven", (lq.V("V1", "a", "0", stimulus), lq.R("R1", "a", "0", 1)))


def held(device):
    """A device with a way to ground for each of its nodes."""
    around = (lq.V("V1", "a", "0", 5), lq.R("R1", "a", "b", "1Meg"), lq.R("R2", "b", "0", "1Meg"))
    return Circuit("held", (*around, device))
