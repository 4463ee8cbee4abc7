"""NIR graphs: linear maps against numpy by hand, whole graphs there and back, and files that are wrong."""

from pathlib import Path

import h5py
import nir
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapicque.circuits import CircuitError, LapicqueError, QuantityError
from lapicque.circuits.networks import Connection, SpikeInput, cuba_lif, lif, network, poisson
from lapicque.netlists.nir.linear import linear_map
from lapicque.netlists.nir.reader import from_nir, read_nir
from lapicque.netlists.nir.writer import to_nir, write_nir

DATA = Path(__file__).parents[2] / "data"


def _lif(size, **values):
    full = {"tau": 1e-2, "r": 1.0, "v_leak": 0.0, "v_threshold": 1.0, "v_reset": 0.0, **values}
    return nir.LIF(**{k: np.full(size, v, dtype=float) for k, v in full.items()})


def _graph(*nodes):
    return nir.NIRGraph.from_list(*nodes, type_check=False)


def _convolved(weight, image, stride, padding, dilation, groups):
    """Cross-correlation by its definition, one output at a time."""
    c_out, c_in, kh, kw = weight.shape
    padded = np.pad(image, ((0, 0), (padding, padding), (padding, padding)))
    h = (padded.shape[1] - dilation * (kh - 1) - 1) // stride + 1
    w = (padded.shape[2] - dilation * (kw - 1) - 1) // stride + 1
    out = np.zeros((c_out, h, w))
    for o in range(c_out):
        first = (o // (c_out // groups)) * c_in
        for y in range(h):
            for x in range(w):
                rows = y * stride + dilation * np.arange(kh)
                columns = x * stride + dilation * np.arange(kw)
                patch = padded[first : first + c_in][:, rows][:, :, columns]
                out[o, y, x] = np.sum(weight[o] * patch)
    return out


@given(st.integers(1, 2), st.integers(0, 2), st.integers(1, 2), st.sampled_from([1, 2]), st.integers(0, 1000))
@settings(max_examples=40)
def test_a_convolution_is_its_definition(stride, padding, dilation, groups, seed):
    draw = np.random.default_rng(seed)
    weight, bias = draw.normal(size=(4, 3, 2, 3)), draw.normal(size=4)
    image = draw.normal(size=(3 * groups, 6, 7))
    node = nir.Conv2d((6, 7), weight, stride, padding, dilation, groups, bias)
    matrix, own, shape = linear_map("conv", node, image.shape)
    exact = _convolved(weight, image, stride, padding, dilation, groups) + bias[:, None, None]
    assert shape == exact.shape
    assert np.allclose(matrix @ image.ravel() + own, exact.ravel())


def test_pools_sums_and_scales():
    image = np.arange(2 * 4 * 4, dtype=float).reshape(2, 4, 4)
    two = np.array([2, 2])
    matrix, _, shape = linear_map("p", nir.SumPool2d(two, two, np.array([0, 0])), image.shape)
    blocks = image.reshape(2, 2, 2, 2, 2).sum(axis=(2, 4))
    assert (matrix @ image.ravel()).reshape(shape).tolist() == blocks.tolist()
    mean, _, _ = linear_map("p", nir.AvgPool2d(two, two, np.array([0, 0])), image.shape)
    assert (mean @ image.ravel()).tolist() == (blocks / 4).ravel().tolist()
    scale, _, _ = linear_map("s", nir.Scale(np.arange(3.0)), (3,))
    assert (scale @ np.ones(3)).tolist() == [0, 1, 2]
    flat, _, shape = linear_map("f", nir.Flatten({"input": np.array([2, 4, 4])}, 0, -1), image.shape)
    assert shape == (32,)
    assert (flat @ image.ravel()).tolist() == image.ravel().tolist()
    line = nir.Conv1d(5, np.array([[[1.0, -1.0]]]), 1, 0, 1, 1, np.zeros(1))
    matrix, _, shape = linear_map("c", line, (1, 5))
    assert (matrix @ np.array([0.0, 1.0, 4.0, 9.0, 16.0])).tolist() == [-1, -3, -5, -7]


def test_linear_nodes_melt_into_weights_and_biases():
    w1, b1, w2, b2 = np.array([[1.0, 2.0], [3.0, -4.0]]), np.array([0.1, -0.2]), np.array([[2.0, 1.0]]), np.array([0.5])
    graph = _graph(nir.Affine(w1, b1), nir.Scale(np.array([2.0, 1.0])), nir.Affine(w2, b2), _lif(1))
    model = from_nir(graph)
    (connection,) = model.connections
    assert connection.weights.toarray() == pytest.approx(w2 @ np.diag([2.0, 1.0]) @ w1)
    assert model.populations[0].bias == pytest.approx(w2 @ np.diag([2.0, 1.0]) @ b1 + b2)
    assert model.inputs == {"input": 2}


def test_channels_of_different_delays_go_different_ways():
    model = from_nir(_graph(nir.Delay(np.array([1e-3, 2e-3, 1e-3])), nir.Linear(np.array([[1.0, 2.0, 3.0]])), _lif(1)))
    ways = {c.delay: c.weights.toarray().tolist() for c in model.connections}
    assert ways == {1e-3: [[1.0, 0.0, 3.0]], 2e-3: [[0.0, 2.0, 0.0]]}


@pytest.mark.parametrize(
    "node",
    [
        nir.I(np.full(2, 3.0)),
        nir.IF(np.full(2, 3.0), np.full(2, 1.0), np.full(2, 0.0)),
        nir.LI(np.full(2, 1e-2), np.full(2, 2.0), np.full(2, 0.5)),
        nir.CubaLI(np.full(2, 1e-3), np.full(2, 1e-2), np.full(2, 2.0), np.full(2, 0.1), w_in=np.full(2, 3.0)),
        nir.Threshold(np.full(2, 0.7)),
    ],
)
def test_every_primitive_with_a_state_has_a_population(node):
    (made,) = from_nir(_graph(nir.Linear(np.eye(2)), node)).populations
    assert made.kind == type(node).__name__
    assert made.size == 2


def test_the_published_recurrent_graph():
    model = read_nir(DATA / "braille_noDelay_bias_zero.nir")
    assert {p.name: p.size for p in model.populations} == {"lif1.lif": 38, "lif2": 7}
    assert [(c.pre, c.post) for c in model.connections if c.pre == c.post] == [("lif1.lif", "lif1.lif")]
    late = read_nir(DATA / "braille_noDelay_bias_zero.nir", loop_delay=1e-4)
    assert {(c.pre, c.post): c.delay for c in late.connections} == {
        ("lif1.lif", "lif1.lif"): 1e-4, ("input", "lif1.lif"): 0.0, ("lif1.lif", "lif2"): 0.0,
    }  # fmt: skip
    assert "1e-04 s" in late.notes[0] or "0.0001 s" in late.notes[0]


def test_graphs_inside_graphs_are_opened():
    inner = _graph(nir.Affine(np.array([[2.0]]), np.array([0.3])), _lif(1))
    outer = nir.NIRGraph(
        {"in": nir.Input({"input": np.array([1])}), "sub": inner, "w": nir.Linear(np.array([[5.0]])), "b": _lif(1),
         "out": nir.Output({"output": np.array([1])})},
        [("in", "sub"), ("sub", "w"), ("w", "b"), ("b", "out")],
        type_check=False,
    )  # fmt: skip
    model = from_nir(outer)
    assert {(c.pre, c.post): c.weights.toarray().item() for c in model.connections} == {
        ("in", "sub.lif"): 2.0,
        ("sub.lif", "b"): 5.0,
    }
    assert [w.source for w in model.outputs["out"]] == ["b"]


def test_networks_go_there_and_back(tmp_path):
    made = network(
        "n",
        poisson("in", 3, 10, 1),
        lif("a", 2, tau=[1e-2, 2e-2], bias=[0.1, 0.2], v_reset=-0.1),
        cuba_lif("b", 2, tau_syn=3e-3, w_in=2.0),
        Connection("in", "a", [[1.0, 0.0, 2.0], [0.0, -1.0, 0.0]]),
        Connection("a", "b", [[1.0, 2.0], [3.0, 4.0]], delay=2e-3),
        Connection("b", "b", [[0.0, 1.0], [1.0, 0.0]], delay=1e-3),
    )
    again = read_nir(write_nir(made, tmp_path / "n.nir")).network(made.inputs, made.spike_area)
    for p in made.populations:
        other = again.population(p.name)
        for value in ("tau_mem", "r", "v_leak", "v_threshold", "v_reset", "w_in", "bias"):
            assert getattr(other, value) == pytest.approx(getattr(p, value), nan_ok=True)
    before = {(c.pre, c.post, c.delay): c.weights.toarray().tolist() for c in made.connections}
    after = {(c.pre, c.post, c.delay): c.weights.toarray().tolist() for c in again.connections}
    assert after == before
    with pytest.raises(CircuitError, match="has a bias and no connection"):
        to_nir(network("n", lif("a", 1, bias=1.0)))


def test_a_file_that_is_cut_off_or_newer_or_none(tmp_path):
    whole = (DATA / "lif_norse.nir").read_bytes()
    for size in (len(whole) // 2, 100, 0):
        (tmp_path / "cut.nir").write_bytes(whole[:size])
        with pytest.raises(LapicqueError, match="cut off"):
            read_nir(tmp_path / "cut.nir")
    with pytest.raises(LapicqueError, match="no such file"):
        read_nir(tmp_path / "absent.nir")
    newer = tmp_path / "newer.nir"
    newer.write_bytes(whole)
    with h5py.File(newer, "r+") as file:
        del file["version"]
        file["version"] = "9.1.0"
    with pytest.raises(LapicqueError, match=r"written by NIR 9\.1\.0.*update"):
        read_nir(newer)
    odd = tmp_path / "odd.nir"
    with h5py.File(odd, "w") as file:
        file["data"] = 1
    with pytest.raises(LapicqueError, match="without a NIR graph"):
        read_nir(odd)
    broken = tmp_path / "broken.nir"
    broken.write_bytes(whole)
    with h5py.File(broken, "r+") as file:
        del file["node/nodes/1/tau"]
    with pytest.raises(LapicqueError, match="cannot read the NIR graph"):
        read_nir(broken)


def test_wrong_numbers_are_named_with_their_node():
    bad = np.eye(2)
    bad[1, 0] = np.nan
    with pytest.raises(CircuitError, match=r"'linear' \(Linear\): weight \[1, 0\] is nan"):
        from_nir(_graph(nir.Linear(bad), _lif(2)))
    with pytest.raises(CircuitError, match=r"'linear_1' \(Linear\) takes an input of shape \(3,\), and gets \(2,\)"):
        from_nir(_graph(nir.Linear(np.eye(2)), nir.Linear(np.ones((2, 3))), _lif(2)))
    with pytest.raises(CircuitError, match="has 3 inputs, and 'linear' gives 2"):
        from_nir(_graph(nir.Linear(np.eye(2)), _lif(3)))
    with pytest.raises(LapicqueError, match=r"node 'lif' \(LIF\).*tau of neuron 0.*greater than zero"):
        from_nir(_graph(nir.Linear(np.eye(2)), _lif(2, tau=-1.0)))
    with pytest.raises(CircuitError, match="no neurons"):
        from_nir(_graph(nir.Linear(np.eye(2))))
    with pytest.raises(CircuitError, match="delay 1 is -1"):
        from_nir(_graph(nir.Delay(np.array([0.0, -1.0])), _lif(2)))


def test_a_cycle_without_state_is_named():
    graph = nir.NIRGraph(
        {"in": nir.Input({"input": np.array([1])}), "a": nir.Linear(np.eye(1)), "b": nir.Linear(np.eye(1)),
         "n": _lif(1), "out": nir.Output({"output": np.array([1])})},
        [("in", "a"), ("a", "b"), ("b", "a"), ("b", "n"), ("n", "out")],
        type_check=False,
    )  # fmt: skip
    with pytest.raises(CircuitError, match=r"(b -> a -> b|a -> b -> a) is a loop without state"):
        from_nir(graph)


def test_inputs_must_fit():
    model = read_nir(DATA / "lif_norse.nir")
    with pytest.raises(QuantityError, match="missing"):
        model.network([], 1.0)
    with pytest.raises(QuantityError, match="has 1 lines, 2 are given"):
        model.network([SpikeInput("input", ([0.1], [0.2]))], 1.0)


def test_norse_and_sinabs_write_single_numbers_for_a_layer_and_sinabs_counts_in_steps():
    norse, sinabs = read_nir(DATA / "from_norse.nir"), read_nir(DATA / "from_sinabs.nir", time_unit=1e-3)
    for one, two in zip(norse.populations, sinabs.populations, strict=True):
        assert one.size == two.size
        assert np.allclose(one.tau_mem, 20e-3)
        assert np.allclose(two.tau_mem, 20e-3)
    for one, two in zip(norse.connections, sinabs.connections, strict=True):
        assert np.allclose(one.weights.toarray(), two.weights.toarray())


def test_snntorch_writes_a_decay_of_nine_tenths_as_ten_steps():
    model = read_nir(DATA / "from_snntorch.nir")
    assert [p.size for p in model.populations] == [4, 2]
    assert np.allclose(model.populations[0].tau_mem, 1e-4 / 0.1)
    assert np.allclose(model.populations[0].r, 10)


def test_single_numbers_take_the_size_of_what_they_hear_in_loops_too():
    one = {
        k: np.array(v) for k, v in {"tau": 1e-2, "r": 1.0, "v_leak": 0.0, "v_threshold": 1.0, "v_reset": 0.0}.items()
    }
    nodes = {
        "input": nir.Input(np.array([3])), "w": nir.Linear(np.ones((4, 3))), "lif": nir.LIF(**one),
        "back": nir.Linear(np.ones((4, 4))), "out": nir.Output(np.array([4])),
    }  # fmt: skip
    edges = [("back", "lif"), ("input", "w"), ("w", "lif"), ("lif", "back"), ("lif", "out")]
    model = from_nir(nir.NIRGraph(nodes, edges, type_check=False))
    assert model.populations[0].size == 4
    assert {(c.pre, c.weights.shape) for c in model.connections} == {("input", (4, 3)), ("lif", (4, 4))}


def test_another_unit_of_time_scales_rates_and_delays():
    graph = _graph(nir.Affine(np.ones((1, 1)), np.zeros(1)), nir.Delay(np.array([2.0])), nir.IF(np.ones(1), np.ones(1)))
    model = from_nir(graph, time_unit=1e-3)
    assert model.populations[0].r == pytest.approx([1000.0])
    assert model.connections[0].delay == pytest.approx(2e-3)
    with pytest.raises(QuantityError, match="time_unit is 0"):
        from_nir(graph, time_unit=0.0)
