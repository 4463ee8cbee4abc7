"""The parts that follow from a network's arrays are those that are proved of its elements, one by one."""

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapicque.circuits import Step
from lapicque.circuits.errors import CircuitError
from lapicque.circuits.networks import (
    Connection,
    SignalInput,
    SpikeInput,
    compose,
    cuba_lif,
    integrate_and_fire,
    leaky,
    lif,
    network,
    scale_of,
    threshold,
)
from lapicque.netlists.networks import network_pieces
from lapicque.netlists.networks.network_pieces import partition_network
from lapicque.netlists.networks.partition import partition
from lapicque.netlists.networks.plan import plan
from lapicque.netlists.networks.reading import Links, order_of

KINDS = (lif, cuba_lif, integrate_and_fire, leaky, threshold)
WEIGHTS = ("transconductance", "resistor", "charge")
STOP = 0.1


def _populations(draw, kinds):
    """A few neurons of some kinds; what differs between neurons of one population gives their cells other elements."""
    made = []
    for name in "pq"[: draw(st.integers(1, 2))]:
        size, kind = draw(st.integers(1, 3)), draw(st.sampled_from(kinds))
        some = st.lists(st.sampled_from([0.0, 0.1, 0.5]), min_size=size, max_size=size)
        values = {"bias": [2.5 * v for v in draw(some)]}
        if kind in (lif, cuba_lif):
            values |= {"v_leak": draw(some), "v_reset": [-v for v in draw(some)]}
        if kind is not integrate_and_fire and kind is not threshold:
            values["tau"] = [0.02 + v for v in draw(some)]
        made.append(kind(name, size, **values))
    return made


@st.composite
def networks(draw):
    """A small network of any shape, and a scale with weights of any parts."""
    weights = draw(st.sampled_from(WEIGHTS))
    populations = _populations(draw, KINDS[:3] if weights == "charge" else KINDS)
    trains = [np.array([2e-3, 30e-3][:k]) for k in draw(st.lists(st.integers(0, 2), min_size=1, max_size=3))]
    inputs = [SpikeInput("in", tuple(trains))]
    if weights != "charge":
        inputs.append(SignalInput("sig", (Step(0.0, 0.5, 1e-2),)))
    connections = []
    for pre in (*inputs, *populations):
        for post in populations:
            signs = draw(st.lists(st.integers(-1, 1), min_size=pre.size * post.size, max_size=pre.size * post.size))
            matrix = np.reshape(signs, (post.size, pre.size)) * np.arange(1, len(signs) + 1).reshape(post.size, -1)
            bare = pre in populations and not (pre.has_state and post.has_state)
            for delay in draw(st.sampled_from([(5e-3,)] if bare else [(), (0.0,), (5e-3,), (0.0, 3.5e-3)])):
                connections.append(Connection(pre.name, post.name, matrix * 1e-3, delay))
    made = network("n", *inputs, *populations, *connections, spike_area=1e-3)
    return compose(made, scale_of(made, width=50e-6, weights=weights))


def _words(part):
    """All that a part is, in its order."""
    return part.elements, part.nodes, [*part.drives.items()], [*part.inputs.items()], part.probes


@settings(max_examples=60, deadline=None)
@given(networks(), st.data())
def test_the_arrays_give_the_parts_that_are_proved_of_the_elements(composed, data):
    proved, found = partition(composed.circuit), partition_network(composed)
    assert len(found.parts) == len(proved.parts)
    for k, part in enumerate(proved.parts):
        assert _words(found.parts[k]) == _words(part)
    assert found.owner == proved.owner
    assert found.read == proved.read
    assert found.members == proved.members
    for what in ("stages", "generations", "feeds_back"):
        assert getattr(found, what) == getattr(proved, what)
    delays = [[p.delay_within(s) for s in range(len(p.stages))] for p in (found, proved)]
    assert delays[0] == delays[1]
    some = data.draw(st.sets(st.sampled_from(range(len(proved.parts))), min_size=1))
    assert _words(found.merged(some)) == _words(proved.merged(some))


@settings(max_examples=60, deadline=None)
@given(networks(), st.sampled_from([1.0, 500.0]))
def test_the_arrays_give_the_costs_that_are_read_off_the_elements(composed, rate):
    proved, found = partition(composed.circuit), partition_network(composed)
    a, b = proved.pieces.figures, found.pieces.figures
    for what in ("size", "switches", "moves", "taps", "others"):
        assert getattr(a, what).tolist() == getattr(b, what).tolist(), what
    assert a.shortest == pytest.approx(b.shortest, rel=1e-12)
    named = [{v.plus: k for k, v in enumerate(p.pieces.sources)} for p in (proved, found)]
    for name, k in named[1].items():
        assert a.hears.toarray()[:, named[0][name]].tolist() == b.hears.toarray()[:, k].tolist()
    # Of an integrator that pours packets into itself the proof cannot tell whether it rests: it has no steady state.
    if composed.scale.weights != "charge":
        assert a.rests.tolist() == b.rests.tolist()
        assert plan(proved, STOP, rate=rate).lines == plan(found, STOP, rate=rate).lines


@given(st.integers(1, 12), st.data())
def test_the_order_is_that_of_networkx(count, data):
    pairs = data.draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=30))
    source, reader = (np.array([p[k] for p in pairs], dtype=np.intp) for k in (0, 1))
    found = order_of(count, Links(reader, source, np.zeros(len(pairs))))
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(pairs)
    condensed = networkx.condensation(graph)
    wanted = [
        {frozenset(condensed.nodes[s]["members"]) for s in g} for g in networkx.topological_generations(condensed)
    ]
    assert [{frozenset(found.stages[s]) for s in g} for g in found.generations] == wanted
    assert [s for g in found.generations for s in g] == list(range(len(found.stages)))
    for s, members in enumerate(found.stages):
        assert list(members) == sorted(members)
        assert all(found.stage_of[k] == s for k in members)
        assert found.feeds_back[s] == (len(members) > 1 or graph.has_edge(members[0], members[0]))


def test_a_matrix_of_too_many_elements_is_refused_with_the_way_out(monkeypatch):
    monkeypatch.setattr(network_pieces, "LARGEST", 100)
    found = partition_network(compose(network("n", lif("a", 20))))
    with pytest.raises(CircuitError, match=r"20 neurons in one matrix are about .* elements; 100 are the most: run"):
        found.merged(range(20))


def test_a_neuron_that_is_not_there_is_an_index_error():
    parts = partition_network(compose(network("n", lif("a", 3)))).parts
    assert [sorted(p.nodes)[0] for p in parts[1:]] == ["a.1.call", "a.2.call"]
    with pytest.raises(IndexError):
        parts[3]
