"""Two circuits: what must be the same is, what differs is named, whatever the names and the order."""

import random
import re

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lapicque as lq
from lapicque.analysis.pairs.costs import Weights
from lapicque.analysis.pairs.curves import alike, curve
from lapicque.analysis.pairs.expectations import held, read_expectation
from lapicque.analysis.pairs.isomorphism import isomorphism
from lapicque.analysis.pairs.likeness import by_structure
from lapicque.analysis.pairs.parts import parts_of
from lapicque.analysis.pairs.reduced import reduced
from lapicque.analysis.pairs.runs import run_of
from lapicque.circuits.library import LIBRARY

EXACT = Weights(1e-9)
RC = lq.Circuit(
    "rc", (lq.V("V1", "in", "0", lq.Step()), lq.R("R1", "in", "out", "10k"), lq.C("C1", "out", "0", "100n"))
)
SMALL = ("rc", "rlc", "ladder", "lif_switch", "lif_latch", "lif_comparator", "morris_lecar", "timer_555", "schmitt",
         "axon_hillock", "nagumo", "dpi_neuron")  # fmt: skip


def shuffled(circuit, seed):
    """The same circuit with other names, in another order, its resistors and capacitors turned round."""
    chance = random.Random(seed)
    nodes = {n: n if n == "0" else f"n{k}" for k, n in enumerate(chance.sample(circuit.nodes, len(circuit.nodes)))}
    names = {e.name: f"{type(e).__name__}_{k}" for k, e in enumerate(chance.sample(circuit.parts, len(circuit.parts)))}
    parts = [e.renamed(names[e.name], nodes, names) for e in circuit.parts]
    parts = [
        lq.R(e.name, e.minus, e.plus, e.value) if isinstance(e, lq.R) and chance.random() < 0.5 else e for e in parts
    ]
    return lq.Circuit("other", tuple(chance.sample(parts, len(parts))))


@pytest.mark.parametrize("name", [n for n in LIBRARY if len(lq.build(n).parts) < 60])
def test_every_circuit_is_itself_with_other_names(name):
    circuit = lq.build(name)
    assert isomorphism(parts_of(circuit), parts_of(shuffled(circuit, 7)), 1e-9, np.inf) is not None


@settings(max_examples=40)
@given(st.sampled_from(SMALL), st.integers(0, 10**6), st.data())
def test_one_changed_value_is_the_only_edit(name, seed, data):
    circuit = lq.build(name)
    values = {k: v for k, v in circuit.values.items() if v and k in {e.name for e in circuit.parts}}
    which = data.draw(st.sampled_from(sorted(values)))
    found = by_structure(circuit, shuffled(circuit.with_values({which: 1.37 * values[which]}), seed), EXACT)
    assert not found.same
    assert len(found.edits) == 1, found.edits
    assert found.edits[0].kind in ("value", "unit")
    assert f"(that is {which})" in found.edits[0].words or values_of_twins(circuit, which)


def values_of_twins(circuit, which):
    """Whether another part could stand for it: the same kind, value and ends, so that names alone tell them apart."""
    one = circuit.element(which)
    return any(
        type(e) is type(one) and e.name != which and e.value == one.value for e in circuit.parts if hasattr(e, "value")
    )


@settings(max_examples=30)
@given(st.sampled_from(SMALL), st.integers(0, 10**6), st.data())
def test_one_part_that_is_missing_is_the_only_edit(name, seed, data):
    circuit = lq.build(name)
    which = data.draw(st.sampled_from([e.name for e in circuit.parts if type(e).__name__ in "RC"]))
    found = by_structure(circuit, shuffled(circuit.without(which), seed), EXACT)
    kind = type(circuit.element(which)).__name__
    assert [e.kind for e in found.edits] == ["missing"], found.edits
    assert type(circuit.element(found.edits[0].names[0])).__name__ == kind


def changed(circuit, how, chance):
    """The circuit with one random change."""
    parts = list(circuit.parts)
    k = chance.randrange(len(parts))
    if how == "extra":
        return [*parts, lq.R("Rnew", *chance.sample(circuit.nodes, 2), "4.7k")]
    if how == "turned":
        k = chance.choice([k for k, e in enumerate(parts) if type(e).__name__ in ("V", "I", "G", "E", "B", "Diode")])
        parts[k] = attrs.evolve(parts[k], plus=parts[k].minus, minus=parts[k].plus)
        return parts
    pin = chance.choice(parts[k].TERMINALS)
    others = [n for n in circuit.nodes if n not in parts[k].nodes]
    parts[k] = attrs.evolve(parts[k], **{pin: chance.choice(others)})
    return parts


@pytest.mark.parametrize("how", ["moved", "turned", "extra"])
@pytest.mark.parametrize("name", [n for n in SMALL if n not in ("ladder", "dpi_neuron")])
def test_one_change_of_the_wiring_is_one_edit(name, how):
    """Any edit that is as small will do: a part that is moved beside another may be told as that other's move."""
    chance = random.Random(f"{name} {how}")
    for _ in range(3):
        circuit = lq.build(name)
        other = shuffled(lq.Circuit("x", changed(circuit, how, chance)), chance.randrange(10**6))
        found = by_structure(circuit, other, EXACT)
        assert not found.same
        assert len(found.edits) == 1, found.verdict


def test_series_and_parallel_are_the_textbook_s():
    """100 random rows of resistors with others beside each other behind them: R = sum + 1 / sum of 1/R is left."""
    chance = random.Random(3)
    for _ in range(100):
        ohms = [chance.uniform(1, 1e6) for _ in range(chance.randint(2, 6))]
        ends = ["in", *(f"m{k}" for k in range(len(ohms) - 1)), "out"]
        row = [lq.R(f"R{k}", *chance.sample(ends[k : k + 2], 2), r) for k, r in enumerate(ohms)]
        beside = [lq.R(f"P{k}", *chance.sample(["out", "0"], 2), r) for k, r in enumerate(ohms)]
        source = lq.V("V1", "in", "0", 1)
        found = reduced(parts_of(lq.Circuit("x", (*row, *beside, source)))).parts
        (left,) = [p for p in found if p.kind == "resistor"]
        assert set(left.pins) == {"in", "0"}
        assert left.values["value"] == pytest.approx(sum(ohms) + 1 / sum(1 / r for r in ohms), rel=1e-12)


def test_stores_in_series_keep_their_charge():
    both = (lq.C("Ca", "a", "m", "1u", "0.3"), lq.C("Cb", "0", "m", "3u", "-0.2"), lq.R("R1", "a", "0", "1k"))
    one = lq.Circuit("one", (lq.C("C", "a", "0", "0.75u", "0.5"), lq.R("R1", "a", "0", "1k")))
    found = lq.compare_circuits(one, lq.Circuit("two", both))
    assert found.same, found.verdict
    assert "Ca and Cb in series" in found.how
    assert not lq.compare_circuits(one.with_values({"C.ic": "0.1"}), lq.Circuit("two", both)).same


def test_a_diode_has_a_direction_and_a_resistor_none():
    parts = (lq.V("V1", "a", "0", lq.Sine(0, 10, 1e3)), lq.R("R1", "a", "b", "1k"), lq.C("C1", "b", "0", "1u"))
    ways = [lq.Circuit("x", (*parts, lq.Diode("D1", *ends))) for ends in (("b", "0"), ("0", "b"))]
    assert lq.compare_circuits(ways[0], ways[0].without("R1").add(lq.R("R", "b", "a", "1k"))).same
    found = lq.compare_circuits(*ways, stop="2m")
    assert [(e.kind, e.names) for e in found.edits] == [("polarity", ("D1",))]
    assert "v(b) differs most" in found.effects[0]


def test_equal_transfer_functions_are_the_same():
    """R and C with the same product give the same low-pass; the edits are told all the same."""
    found = lq.compare_circuits(RC, RC.with_values({"R1": "1k", "C1": "1u"}))
    assert found.same
    assert "equations" in found.how
    assert {n for e in found.edits for n in e.names} == {"R1", "C1"}
    assert not lq.compare_circuits(RC, RC.with_values({"R1": "1k", "C1": "1.001u"})).same


def test_a_diode_that_never_conducts_does_nothing():
    """One that does is an edit with an effect."""
    parts = (lq.V("V1", "in", "0", lq.Step()), lq.R("R1", "in", "out", "10k"), lq.C("C1", "out", "0", "100n"))
    dry = lq.Circuit("dry", (*parts, lq.Diode("D1", "0", "out", 1e-18)))
    found = lq.compare_circuits(lq.Circuit("rc", parts), dry, stop="5m")
    assert found.same
    assert "in what they do for 5 ms" in found.how
    unsure = lq.compare_circuits(
        lq.Circuit("d", (*parts, lq.Diode("D2", "out", "0"))), dry.add(lq.R("R2", "out", "0", 1))
    )
    assert not unsure.same
    assert unsure.verdict.startswith("cannot say: ")
    assert "--stop" in unsure.unseen
    wet = lq.Circuit("wet", (*parts, lq.Diode("D1", "out", "0", 1e-9)))
    found = lq.compare_circuits(lq.Circuit("rc", parts), wet, stop="5m")
    assert not found.same
    assert [e.kind for e in found.edits] == ["extra"]


def test_the_largest_difference_is_where_the_formula_says():
    """exp(-t/1.2 ms) - exp(-t/1 ms) is largest at t = ln(1.2) 6 ms = 1.094 ms, where it is 0.0670."""
    said = lq.compare_circuits(RC, RC.with_values({"R1": "12k"}), stop="8m").effects[0]
    volts, time = re.search(r"by ([0-9.]+) mV at ([0-9.]+) ms", said).groups()
    assert float(time) == pytest.approx(6 * np.log(1.2), abs=0.005)
    assert float(volts) == pytest.approx(66.98, abs=0.1)


def test_nodes_with_exchanged_names_are_the_same_and_said():
    crossed = RC.with_nodes({"in": "x"}).with_nodes({"out": "in"}).with_nodes({"x": "out"})
    found = lq.compare_circuits(RC, crossed)
    assert found.same
    assert "'in' is where the first circuit has 'out'" in " ".join(found.notes)


def test_sources_are_their_curves():
    pulse = lq.PulseTrain(0, 1, 0, "1m", "2m", 3)
    corners = lq.PWL(*pulse.breakpoints())
    assert alike(curve(pulse), curve(corners), 1e-9)
    longer = lq.PulseTrain(0, 1, 0, "1m", "2m", 5)
    assert alike(curve(pulse), curve(longer), 1e-9, 5e-3)
    assert not alike(curve(pulse), curve(longer), 1e-9, 9e-3)
    assert alike(curve(lq.Sine(0, 1, 50, 0)), -curve(lq.Sine(0, -1, 50, 0)), 1e-9)
    assert not alike(curve(lq.Sine(0, 1, 50, 0)), curve(lq.Sine(0, -1, 50, 0)), 1e-9)
    assert alike(curve(lq.Sine(0, 1, 50, np.pi)), curve(lq.Sine(0, -1, 50, 0)), 1e-9)


FIGURES = {  # of an RC of 1 ms with a step of 1 V, and of an RLC that rings
    "tau=1m": True, "tau=1.02m": False, "fc=159.155": True, "v(out)@5m=0.99326": True, "v(out)@1m=0.63212": True,
    "v(in,out)@1m=0.36788": True, "v(out)@1m=0.5": False, "max(out)=0.99909": True, "min(out)=0": True,
    "tau2=1m": False, "spikes(out)=1": True, "first(out)=0.6923m": True, "spikes(out>2)=0": True,
    "v(nobody)@1m=1": False, "f0=100": False,
}  # fmt: skip


@pytest.mark.parametrize("text", FIGURES)
def test_figures_are_the_textbook_s(text):
    """1 - exp(-t/tau); the middle of 0 and 1 - exp(-7) is passed at -tau ln(1 - 0.49954) = 0.6923 ms."""
    (found,) = held([read_expectation(text)], run_of(RC, 7e-3, None), RC, 1e-3)
    assert found.passed is FIGURES[text], str(found)
    assert text.split("=")[0] in str(found)


def test_a_sine_in_step_with_an_even_grid_is_seen():
    """2000 periods of 20 kHz in an RC of 0.1 ms: steady between -+0.079327 V, and 0.141456 V at the first top."""
    parts = (lq.V("V1", "in", "0", lq.Sine(0, 1, 20e3)), lq.R("R1", "in", "out", "1k"), lq.C("C1", "out", "0", "100n"))
    circuit = lq.Circuit("low pass", parts)
    asked = ["max(out)=0.141456", "min(out)=-0.0793267", "spikes(out>0.13)=1", "spikes(0)=0"]
    found = held([read_expectation(a) for a in asked], run_of(circuit, 0.1, None), circuit, 1e-5)
    assert all(f.passed for f in found), list(map(str, found))


def test_figures_of_spikes_are_those_of_the_ideal_neuron():
    """T = tau ln(I R / (I R - v_th)) + t_ref with tau = 10 ms, I R = 2 V, v_th = 1 V, t_ref = 2 ms."""
    neuron = lq.build("lif")
    interval = 10e-3 * np.log(2) + 2e-3
    asked = [f"interval={interval}", f"rate={1 / interval}", f"f(spike)={1 / interval}", "first=6.9315m", "spikes=6"]
    found = held([read_expectation(a) for a in asked], run_of(neuron, 60e-3, None), neuron, 0.01)
    assert all(f.passed for f in found), list(map(str, found))


def test_a_ringing_circuit_has_its_frequency():
    rlc = lq.build("rlc")
    henries, farads = (rlc.of_type(kind)[0].value for kind in (lq.L, lq.C))
    text = f"f0={1 / (2 * np.pi * np.sqrt(henries * farads))}"
    assert held([read_expectation(text)], run_of(rlc, 1e-3, None), rlc, 1e-6)[0].passed
