"""Where circuits are cut: only where nothing is loaded."""

import numpy as np
import pytest

from lapicque.circuits import C, Circuit, Delay, E, F, G, I, R, S, V
from lapicque.circuits.library import build
from lapicque.circuits.networks import Connection, compose, lif, network, poisson, random_weights
from lapicque.netlists.networks.partition import Tap, partition


def _cell(name, reads="in"):
    return [
        G(f"{name}.G", "0", f"{name}.mem", reads, "0", 1e-6),
        C(f"{name}.C", f"{name}.mem", "0", 1e-9),
        R(f"{name}.R", f"{name}.mem", "0", 1e6),
    ]


def _parts(*elements):
    return partition(Circuit("c", (V("V1", "in", "0", 1.0), *elements)))


def test_what_only_reads_is_cut_and_comes_later():
    p = _parts(*_cell("b", "a.mem"), *_cell("a"))
    assert [sorted(q.nodes) for q in p.parts] == [["b.mem"], ["a.mem"]]
    assert p.stages == ((1,), (0,))
    assert p.feeds_back == (False, False)
    assert p.read == {"a.mem"}


def test_a_resistor_between_two_neurons_keeps_them_together():
    p = _parts(*_cell("a"), *_cell("b"), R("gap", "a.mem", "b.mem", 1e6))
    assert len(p.parts) == 1


@pytest.mark.parametrize(
    "bridge",
    [
        C("x", "a.mem", "b.mem", 1e-12),
        S("x", "a.mem", "b.mem", "in", "0", 0.5, 0.1),
        G("x", "a.mem", "b.mem", "in", "0", 1e-9),
    ],
)
def test_whatever_conducts_between_two_neurons_keeps_them_together(bridge):
    assert len(_parts(*_cell("a"), *_cell("b"), bridge).parts) == 1


def test_a_common_supply_loads_nobody_but_a_supply_with_a_resistance_does():
    legs = [R("a.L", "a.mem", "vdd", 1e6), R("b.L", "b.mem", "vdd", 1e6)]
    ideal = _parts(*_cell("a"), *_cell("b"), *legs, V("V2", "vdd", "0", 1.0))
    assert len(ideal.parts) == 2
    real = _parts(*_cell("a"), *_cell("b"), *legs, V("V2", "far", "0", 1.0), R("R2", "far", "vdd", 10.0))
    assert len(real.parts) == 1


def test_a_supply_whose_current_is_read_ties_its_users_together():
    legs = [R("a.L", "a.mem", "vdd", 1e6), R("b.L", "b.mem", "vdd", 1e6), V("V2", "vdd", "0", 1.0)]
    mirror = [F("c.F", "0", "c.mem", "V2", 1.0), C("c.C", "c.mem", "0", 1e-9), R("c.R", "c.mem", "0", 1e6)]
    assert len(_parts(*_cell("a"), *_cell("b"), *legs, *mirror).parts) == 1


def test_a_buffer_unloads():
    follower = E("buf", "x", "0", "a.mem", "0", 1.0)
    p = _parts(*_cell("a"), follower, R("b.Rx", "x", "b.mem", 1e5), C("b.C", "b.mem", "0", 1e-9))
    assert [sorted(q.nodes) for q in p.parts] == [["a.mem"], ["b.mem"]]
    assert p.stages == ((0,), (1,))
    assert "buf" in {e.name for e in p.parts[1].elements}


def test_loops_are_found_and_their_shortest_delay():
    there = Delay("T1", "late", "0", "a.mem", "0", 3e-3)
    back = Delay("T2", "later", "0", "b.mem", "0", 2e-3)
    p = _parts(*_cell("a", "later"), *_cell("b", "late"), there, back)
    assert p.stages == ((0, 1),)
    assert p.feeds_back == (True,)
    assert p.delay_within(0) == 2e-3
    own = _parts(*_cell("a", "late"), there)
    assert own.feeds_back == (True,)
    assert own.delay_within(0) == 3e-3


def test_merged_parts_keep_what_is_between_them():
    there = Delay("T1", "late", "0", "a.mem", "0", 3e-3)
    p = _parts(*_cell("a"), *_cell("b", "late"), *_cell("c", "b.mem"), there)
    whole = p.merged([0, 1, 2])
    names = {e.name for e in whole.elements}
    assert {"T1", "c.G", "b.G"} <= names
    assert [t.plus for taps in whole.drives.values() for t in taps] == ["in"]


def test_neurons_of_the_library_come_apart_at_their_synapses():
    p = partition(build("several_pre_real"))
    assert len(p.parts) == 3
    assert p.stages[-1] == (next(k for k, q in enumerate(p.parts) if "mem" in q.nodes),)
    assert len(partition(build("lif")).parts) == 1
    assert len(partition(build("axon_hillock")).parts) == 1


def test_every_neuron_of_a_network_is_a_part_and_every_weight_a_tap():
    made = network(
        "n",
        poisson("in", 5, 10, 1),
        lif("a", 6),
        lif("b", 4),
        Connection("in", "a", random_weights(6, 5, 3, 1.0)),
        Connection("a", "b", random_weights(4, 6, 2, -1.0)),
    )
    p = partition(compose(made).circuit)
    assert len(p.parts) == 10
    assert [len(g) for g in p.generations] == [6, 4]
    assert sum(len(list(q.taps)) for q in p.parts) == made.synapses
    inside = {"in", "call", "x", "out", "q"}
    assert all({n.rpartition(".")[2] for n in q.nodes} == inside for q in p.parts)


def test_elements_are_neither_lost_nor_doubled():
    circuit = compose(
        network("n", poisson("in", 3, 10, 1), lif("a", 4), Connection("in", "a", random_weights(4, 3, 2, 1.0)))
    ).circuit
    p = partition(circuit)
    owned = [e.name for es in p.members for e in es]
    held = [e.name for e in (*circuit.of_type(V), *circuit.of_type(E))]
    assert sorted(owned + held) == sorted(e.name for e in circuit.parts)
    assert not np.intersect1d(owned, held).size


def test_a_sources_only_circuit_has_no_parts_that_matter():
    assert partition(Circuit("c", [V("V1", "a", "0", 1.0), R("R1", "a", "0", 1.0), I("I1", "a", "0", 1.0)])).parts == ()


def test_a_resistor_into_a_virtual_ground_is_a_drive_and_one_into_a_membrane_is_a_load():
    bridge = (E("E_axon", "axon", "0", "a.mem", "0", 2.0), R("R_w", "axon", "b.sum", 4e3),
              V("V_sum", "b.sum", "0", 0.0), F("F_sum", "0", "b.mem", "V_sum", 1.0))  # fmt: skip
    found = _parts(*_cell("a"), *_cell("b"), *bridge)
    part = found.parts[found.owner["b.mem"]]
    assert found.owner["a.mem"] != found.owner["b.mem"]
    assert part.drives["0", "b.sum"] == [Tap("a.mem", "0", 0.0, 2.0 / 4e3)]
    assert not part.inputs
    loaded = _parts(*_cell("a"), *_cell("b"), R("R_w", "a.mem", "b.mem", 4e3))
    assert loaded.owner["a.mem"] == loaded.owner["b.mem"]
