"""Weights, inputs and populations: what is no number is refused in one sentence, and nothing is dropped in silence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array, csr_array

from lapicque.analysis.networks.event_network import event_network
from lapicque.circuits import Constant, LapicqueError, QuantityError
from lapicque.circuits.networks import (
    Connection,
    SignalInput,
    SpikeInput,
    all_to_all,
    compose,
    from_matrix,
    lif,
    network,
    one_to_one,
    random_weights,
)

REFUSED = {
    "a complex weight": (lambda: Connection("A", "P", np.array([[0.5j]])), "complex128"),
    "a sparse complex weight": (lambda: Connection("A", "P", csr_array(np.array([[0.5j]]))), "complex128"),
    "a weight in words": (lambda: Connection("A", "P", [["a"]]), "real numbers"),
    "ragged weights": (lambda: Connection("A", "P", [[1, 2], [3]]), "rows of equal length"),
    "weights that are times": (lambda: from_matrix(np.array([["2020-01-01"]], "M8[D]")), "datetime64"),
    "a delay in volts": (lambda: Connection("A", "P", [[1]], delay="1V"), "'1V'.* in s, not in V"),
    "a spike area in volts": (lambda: network("n", lif("P", 1), spike_area="1V"), "in s, not in V"),
    "a weight in volts": (lambda: all_to_all(1, 1, "1V"), "not in V"),
    "weights in volts, one to one": (lambda: one_to_one(1, "1V"), "not in V"),
    "half a neuron": (lambda: random_weights(3, 4, 2.5), "fan_in is 2.5: give a whole number"),
    "a negative seed": (lambda: random_weights(3, 4, 2, seed=-1), "seed is -1"),
    "a spread that is no number": (lambda: random_weights(3, 4, 2, spread=float("nan")), "spread is nan"),
    "spikes in words": (lambda: SpikeInput("A", [["a"]]), "line 0 of input 'A'"),
    "ragged spikes": (lambda: SpikeInput("A", [[0.1], [[1], [1, 2]]]), "line 1 of input 'A'"),
    "one number for spikes": (lambda: SpikeInput("A", 5), "input 'A' are 5"),
    "a width of nothing": (lambda: SpikeInput("A", [[0.1]], width=0), "input 'A' is 0: it must be greater than 0"),
    "a width without end": (lambda: SpikeInput("A", [[0.1]], width=float("inf")), "input 'A' is inf"),
    "a width in volts": (lambda: SpikeInput("A", [[0.1]], width="1V"), "in s, not in V"),
    "a number for signals": (lambda: SignalInput("A", 5), "input 'A' are 5"),
    "a number for a signal": (lambda: SignalInput("A", (Constant(1.0), 3)), "line 1 of input 'A' is 3"),
    "no signals": (lambda: SignalInput("A", ()), "no lines"),
    "ragged tau": (lambda: lif("P", 2, tau=[[1, 2], [3]]), "tau of population 'P'"),
    "tau in volts": (lambda: lif("P", 2, tau=["20m", "20mV"]), "tau of neuron 1 in population 'P' is '20mV'"),
    "one in a list": (lambda: lif("P", 3, tau=[0.01]), "tau of population 'P' has one value in a list for 3 neurons"),
    "a complex bias": (lambda: lif("P", 1, bias=1j), "bias of population 'P'"),
    "a denormal tau": (lambda: lif("P", 1, tau=5e-324), "tau of neuron 0 in population 'P' is 4.94066e-324 s"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_number_is_refused_in_a_sentence(what):
    make, words = REFUSED[what]
    with pytest.raises(LapicqueError, match=words) as caught:
        make()
    assert "\n" not in str(caught.value)


@given(st.data())
def test_the_weight_that_is_not_finite_is_the_one_that_is_named(data):
    """Sparse matrices with zeros that are stored, in any order, in any form."""
    post, pre = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    table = np.zeros((post, pre))
    bad = (data.draw(st.integers(0, post - 1)), data.draw(st.integers(0, pre - 1)))
    table[bad] = data.draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    places = data.draw(st.permutations([(j, k) for j in range(post) for k in range(pre)]))
    rows, columns = zip(*places, strict=True)
    stored = coo_array(([table[p] for p in places], (rows, columns)), shape=table.shape)
    for matrix in (table, table.tolist(), stored, stored.tocsr(), stored.tocsc()):
        with pytest.raises(QuantityError, match=f"pre neuron {bad[1]} to post neuron {bad[0]} "):
            from_matrix(matrix)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(-2, 2)), max_size=30))
def test_weights_that_are_stored_twice_add_up_and_none_that_is_kept_is_zero(stored):
    dense = np.zeros((3, 4))
    for row, column, value in stored:
        dense[row, column] += value
    data, rows, columns = ([s[k] for s in stored] for k in (2, 0, 1))
    given_ = coo_array((np.array(data, float), (np.array(rows, int), np.array(columns, int))), shape=(3, 4))
    made = from_matrix(given_)
    assert np.array_equal(made.toarray(), dense)
    assert made.nnz == np.count_nonzero(dense)
    assert given_.nnz == len(stored)  # what was given stays as it was


def test_values_in_words_are_values():
    assert lif("P", 2, tau=["20m", "30 ms"]).tau_mem.tolist() == [20e-3, 30e-3]
    assert SpikeInput("A", [[0.1]], width="1m").width == 1e-3


def test_connections_between_the_same_two_add_up():
    one, other = np.array([[4e-3, 0.0], [1e-3, 9e-3]]), np.array([[8e-3, 15e-3], [-1e-3, 0.0]])

    def made(*weights, **more):
        return network("n", lif("a", 2, bias=1.5), lif("b", 2, bias=0.5),
                       *(Connection("a", "b", w, **more) for w in weights))  # fmt: skip

    for more in ({}, {"delay": "2m"}):
        both, whole = compose(made(one, other, **more)), compose(made(one + other, **more))
        assert both.circuit.elements == whole.circuit.elements
        found, wanted = (event_network(c, 0.1).spikes for c in (both, whole))
        assert sum(len(t) for t in found.values()) > 4
        assert all(np.array_equal(found[n], wanted[n]) for n in wanted)
    # With another delay each is one of its own.
    pair = (lif("a", 2, bias=1.5), lif("b", 2))
    late = network("n", *pair, Connection("a", "b", one), Connection("a", "b", other, 1e-3))
    assert len(compose(late).network.connections) == 2
