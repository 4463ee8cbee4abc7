"""Files of others: NIR, CSV, NPY and NPZ that are broken, too large or contradict themselves."""

import io
import itertools
import zipfile
from types import SimpleNamespace

import h5py
import nir
import numpy as np
import pytest

from lapicque.circuits.errors import LapicqueError
from lapicque.netlists.networks.network_input import read_input
from lapicque.netlists.nir.reader import from_nir, read_nir

from .conftest import refused, within

LIF = {"type": "LIF", "tau": [0.02] * 3, "r": [1.0] * 3, "v_leak": [0.0] * 3, "v_threshold": [1.0] * 3}
CONV = {"type": "Conv2d", "weight": np.ones((1, 1, 2, 2)), "stride": 1, "padding": 0, "dilation": 1, "groups": 1,
        "bias": [0.0], "input_shape": [3, 4]}  # fmt: skip


def write(file, nodes, edges, version="1.0.6"):
    """A NIR file, by hand."""
    with h5py.File(file, "w") as opened:
        opened["version"] = version
        _graph(opened.create_group("node"), nodes, edges)


def _graph(group, nodes, edges):
    group["type"] = "NIRGraph"
    group.create_group("nodes")
    for name, values in nodes.items():
        where = group["nodes"].create_group(name)
        if "nodes" in values:
            _graph(where, values["nodes"], values["edges"])
            continue
        for key, value in values.items():
            where[key] = value
    group["edges"] = np.array(edges, dtype=object) if edges else np.zeros((0, 2), "S1")
    if edges:
        del group["edges"]
        group.create_dataset("edges", data=edges, dtype=h5py.string_dtype())


def net(between=None, lif=None, shape=(2,), edges=None):
    """Input, one node without state, neurons, output."""
    nodes = {
        "in": {"type": "Input", "shape": np.array(shape)},
        "w": {"type": "Linear", "weight": np.ones((3, 2))} if between is None else between,
        "lif": {**LIF, **(lif or {})},
        "out": {"type": "Output", "shape": np.array([3])},
    }
    return nodes, edges or [("in", "w"), ("w", "lif"), ("lif", "out")]


def image(**changes):
    """A convolution over an image of 3 by 4, which leaves 2 by 3."""
    nodes, edges = net({**CONV, **changes}, {k: [v[0]] * 6 for k, v in LIF.items() if k != "type"}, (1, 3, 4))
    return nodes, edges


def test_the_writer_of_this_test_writes_what_is_read(tmp_path):
    write(tmp_path / "a.nir", *net())
    assert read_nir(tmp_path / "a.nir").inputs == {"in": 2}
    write(tmp_path / "b.nir", *image())
    assert [p.size for p in read_nir(tmp_path / "b.nir").populations] == [6]


VALUES = {
    "weights with nan": {"between": {"type": "Linear", "weight": np.full((3, 2), np.nan)}},
    "infinite weights": {"between": {"type": "Linear", "weight": np.full((3, 2), np.inf)}},
    "words as weights": {"between": {"type": "Linear", "weight": "heavy"}},
    "weights of one dimension": {"between": {"type": "Linear", "weight": np.ones(6)}},
    "weights of no size": {"between": {"type": "Linear", "weight": np.ones((0, 2))}},
    "weights of another shape": {"between": {"type": "Linear", "weight": np.ones((3, 5))}},
    "a single weight": {"between": {"type": "Linear", "weight": 1.0}},
    "no weights": {"between": {"type": "Linear"}},
    "bias of another shape": {"between": {"type": "Affine", "weight": np.ones((3, 2)), "bias": np.ones(4)}},
    "bias with nan": {"between": {"type": "Affine", "weight": np.ones((3, 2)), "bias": np.full(3, np.nan)}},
    "scale of another size": {"between": {"type": "Scale", "scale": np.ones(7)}},
    "negative delay": {"between": {"type": "Delay", "delay": -np.ones(2)}},
    "delay of nan": {"between": {"type": "Delay", "delay": np.full(2, np.nan)}},
    "a node that nobody knows": {"between": {"type": "Quantum", "weight": 1.0}},
    "a node without a type": {"between": {"weight": 1.0}},
    "a number as type": {"between": {"type": 7, "weight": 1.0}},
    "an array as type": {"between": {"type": np.arange(3), "weight": 1.0}},
    "tau of 0": {"lif": {"tau": [0.0] * 3}},
    "tau below 0": {"lif": {"tau": [-0.02] * 3}},
    "tau of nan": {"lif": {"tau": [np.nan] * 3}},
    "tau as words": {"lif": {"tau": "slow"}},
    "tau as complex numbers": {"lif": {"tau": np.full(3, 1j)}},
    "taus for others": {"lif": {"tau": [0.02] * 5}},
    "threshold of nan": {"lif": {"v_threshold": [np.nan] * 3}},
    "threshold below reset": {"lif": {"v_threshold": [-1.0] * 3}},
    "reset above threshold": {"lif": {"v_reset": [2.0] * 3}},
    "infinite r": {"lif": {"r": [np.inf] * 3}},
    "no neurons": {"lif": {"tau": np.zeros(0), "r": np.zeros(0), "v_leak": np.zeros(0), "v_threshold": np.zeros(0)}},
    "a trillion inputs": {"shape": (10**12,)},
    "a trillion inputs, in factors": {"shape": (10**4, 10**4, 10**4)},
    "more inputs than integers": {"shape": (2**62, 4)},
    "minus two inputs": {"shape": (-2,)},
    "no inputs": {"shape": (0,)},
    "two and a half inputs": {"shape": (2.5,)},
    "inputs of nan": {"shape": (float("nan"),)},
    "an edge from nowhere": {"edges": [("nobody", "lif"), ("lif", "out")]},
    "an edge to nowhere": {"edges": [("in", "w"), ("w", "nobody")]},
    "edges of three": {"edges": [("in", "w", "lif")]},
    "a loop of one": {"edges": [("in", "w"), ("w", "w"), ("w", "lif")]},
    "a line into 3 neurons": {"edges": [("in", "lif"), ("lif", "out")]},
    "everything to everything": {"edges": [(a, b) for a in ("in", "w", "lif") for b in ("w", "lif", "out")]},
    "an input that hears": {"edges": [("in", "w"), ("w", "lif"), ("lif", "in"), ("lif", "out")]},
}  # fmt: skip
IMAGES = {
    "stride of 0": {"stride": 0}, "stride below 0": {"stride": -1}, "three strides": {"stride": [1, 1, 1]},
    "stride of a half": {"stride": 0.5}, "dilation of 0": {"dilation": 0}, "giant dilation": {"dilation": 10**9},
    "padding below 0": {"padding": -1}, "giant padding": {"padding": 10**6}, "padding as a word": {"padding": "much"},
    "no groups": {"groups": 0}, "two groups": {"groups": 2}, "groups of words": {"groups": "many"},
    "kernel larger than the image": {"weight": np.ones((1, 1, 9, 9))},
    "weights of an image of 5": {"weight": np.ones((1, 5, 2, 2))},
    "a flat kernel": {"weight": np.ones((1, 1, 2))}, "bias of another size": {"bias": np.ones(9)},
    "a pool with a window of 0": {"type": "SumPool2d", "kernel_size": 0},
    "a giant pool": {"type": "AvgPool2d", "kernel_size": 10**6},
    "flatten the fifth dimension": {"type": "Flatten", "start_dim": 5, "end_dim": 7},
    "flatten backwards": {"type": "Flatten", "start_dim": 2, "end_dim": 0},
    "flatten by words": {"type": "Flatten", "start_dim": "first", "end_dim": "last"},
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_a_graph_with_a_wrong_value_is_refused(yard, name):
    write(yard / "bad.nir", *net(**VALUES[name]))
    refused(yard, "snn", "bad.nir", "--stop", "1m", "--explain")


@pytest.mark.parametrize("name", IMAGES)
def test_a_convolution_with_a_wrong_value_is_refused(yard, name):
    write(yard / "bad.nir", *image(**IMAGES[name]))
    refused(yard, "snn", "bad.nir", "--stop", "1m", "--explain")


def _empty(opened):
    pass


def _array_as_version(opened):
    del opened["version"]
    opened["version"] = np.arange(4)


def _group_as_version(opened):
    del opened["version"]
    opened.create_group("version")


def _newer_version(opened):
    del opened["version"]
    opened["version"] = "99999999999999999999.1"


def _node_is_an_array(opened):
    del opened["node"]
    opened["node"] = np.arange(4)


def _no(name):
    def change(opened):
        del opened[name]

    return change


def _put(name, value):
    def change(opened):
        if name in opened:
            del opened[name]
        opened[name] = value

    return change


def _terabytes(opened):
    del opened["node/nodes/w/weight"]
    opened.create_dataset("node/nodes/w/weight", (10**7, 10**6), "f4", chunks=(1000, 1000), compression="gzip")


def _link_inside(opened):
    opened["node/nodes/lif/deeper"] = opened["node"]


STRUCTURES = {
    "an array as version": _array_as_version, "a group as version": _group_as_version,
    "a newer version": _newer_version,
    "the graph is an array": _node_is_an_array, "no graph": _no("node"), "no nodes": _no("node/nodes"),
    "no edges": _no("node/edges"), "no type": _no("node/type"), "no tau": _no("node/nodes/lif/tau"),
    "no threshold": _no("node/nodes/lif/v_threshold"), "no shape": _no("node/nodes/in/shape"),
    "numbers as edges": _put("node/edges", np.arange(6).reshape(3, 2)), "one edge": _put("node/edges", b"in"),
    "a link to a file": _put("node/nodes/w/weight", h5py.ExternalLink("/etc/hostname", "/")),
    "a link to a place": _put("node/nodes/w/weight", h5py.SoftLink("/node/nodes/lif/tau")),
    "terabytes out of kilobytes": _terabytes, "a graph within itself": _link_inside,
    "a record as weights": _put("node/nodes/w/weight", np.zeros(3, [("a", "f4"), ("b", "i4")])),
    "a node that is an array": _put("node/nodes/w", np.arange(3)),
}  # fmt: skip


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_file_of_another_structure_is_refused(yard, name):
    write(yard / "bad.nir", *net())
    with h5py.File(yard / "bad.nir", "r+") as opened:
        STRUCTURES[name](opened)
    refused(yard, "snn", "bad.nir", "--stop", "1m", "--explain")


@pytest.mark.parametrize("part", [0, 1, 8, 100, 0.2, 0.5, 0.8, 0.95])
def test_a_file_that_is_cut_off_is_refused(yard, part):
    write(yard / "bad.nir", *net())
    whole = (yard / "bad.nir").read_bytes()
    (yard / "bad.nir").write_bytes(whole[: part if isinstance(part, int) else int(part * len(whole))])
    refused(yard, "snn", "bad.nir", "--stop", "1m", "--explain")


def test_graphs_within_graphs_without_end_are_refused(yard):
    nodes, edges = net()
    for _ in range(300):
        nodes, edges = {"inner": {"nodes": nodes, "edges": edges}}, []
    write(yard / "bad.nir", nodes, edges)
    refused(yard, "snn", "bad.nir", "--stop", "1m", "--explain")


@pytest.mark.parametrize("kind", ["weights", "neurons", "a loop of weights"])
def test_a_chain_of_three_thousand_layers_needs_no_deep_calls(kind):
    one = np.ones(1)
    neuron = nir.LIF(tau=0.02 * one, r=one, v_leak=0 * one, v_threshold=one, v_reset=0 * one)
    single = nir.LIF(*(np.array(v) for v in (0.02, 1.0, 0.0, 1.0, 0.0)))
    names = [f"l{k}" for k in range(3000)]
    layers = dict.fromkeys(names, single if kind == "neurons" else nir.Linear(np.ones((1, 1))))
    nodes = {"in": nir.Input({"input": np.array([1])}), **layers, "lif": neuron}
    edges = list(itertools.pairwise(["in", *names, "lif"]))
    if kind == "a loop of weights":
        edges.append((names[-1], names[0]))
    graph = SimpleNamespace(nodes=nodes, edges=edges)
    with within():
        if kind == "a loop of weights":
            with pytest.raises(LapicqueError, match="is a loop without state"):
                from_nir(graph)
        else:
            assert len(from_nir(graph).populations) == (3001 if kind == "neurons" else 1)


class Actor:
    """What a pickle would do when it is loaded."""

    def __reduce__(self):
        return (open, ("acted", "w"))


def _npy(array, **options):
    out = io.BytesIO()
    np.save(out, array, **options)
    return out.getvalue()


def _header(text, version=b"\x01\x00", data=b""):
    raw = text.encode("latin1") + b"\n"
    return b"\x93NUMPY" + version + len(raw).to_bytes(2, "little") + raw + data


def _npz(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return out.getvalue()


def _says(shape, kind="<f8"):
    return _header(repr({"descr": kind, "fortran_order": False, "shape": shape}))


RASTER = np.zeros((4, 3))
INPUTS = {
    "empty.csv": b"", "blank.csv": b"\n\n\n", "text.csv": b"hello world", "ragged.csv": b"0,1,0\n1,0\n",
    "nan.csv": b"nan,0,1\n", "two.csv": b"0,2,0\n", "narrow.csv": b"0,1\n", "binary.csv": bytes(range(256)),
    "utf16.csv": "0,1,0\n".encode("utf-16"), "nul.csv": b"0,1,0\n\0,0,0\n", "semicolon.csv": b"0;1;0\n",
    "complex.csv": b"1+2j,0,0\n",
    "head.csv": b"time,line\n", "half.csv": b"time,line\n0.1\n", "early.csv": b"time,line\n-1,0\n",
    "late.csv": b"time,line\n1,0\n0.5,0\n", "never.csv": b"time,line\nnan,0\n", "forever.csv": b"time,line\ninf,0\n",
    "nobody.csv": b"time,line\n0.1,77\n", "between.csv": b"time,line\n0.1,0.5\n", "twice.csv": b"time,line\n1,0\n1,0\n",
    "minus.csv": b"time,line\n0.1,-1\n", "words.csv": b"time,line\nnoon,first\n", "more.csv": b"time,line\n1,2,3\n",
    "empty.npy": b"", "scalar.npy": _npy(np.float64(1)), "none.npy": _npy(np.zeros((0, 3))),
    "text.npy": _npy(np.array(["a", "b"])), "objects.npy": _npy(np.array([Actor()], dtype=object), allow_pickle=True),
    "nan.npy": _npy(RASTER * np.nan), "halves.npy": _npy(RASTER + 0.5), "narrow.npy": _npy(RASTER[:, :2]),
    "complex.npy": _npy(RASTER * 1j), "records.npy": _npy(np.zeros(3, [("a", "f4")])), "cut.npy": _npy(RASTER)[:-9],
    "giant.npy": _says((10**12, 3)), "overflow.npy": _says((2**62, 8)), "minus.npy": _says((-1, 3)),
    "code.npy": _header("__import__('os').system('touch acted')"), "deep.npy": _header("(" * 5000),
    "version.npy": _header("{}", b"\x09\x00"), "no dict.npy": _header("[1, 2]"), "kind.npy": _says((4, 3), "nonsense"),
    "times.npy": _npy(np.array([1, 2], "M8[s]")),
    "empty.npz": b"", "no archive.npz": b"PK\x03\x04nonsense", "none.npz": _npz(),
    "other.npz": _npz(other=_npy(RASTER)),
    "objects.npz": _npz(input=_npy(np.array([Actor()], dtype=object), allow_pickle=True)),
    "giant.npz": _npz(input=_says((10**12, 3))), "bomb.npz": _npz(input=_says((10**9, 3)) + bytes(10**7)),
    "no array.npz": _npz(input=b"hello"), "half.npz": _npz(times=_npy(np.zeros(3)), lines=_npy(np.zeros(2))),
    "one.npz": _npz(times=_npy(np.zeros(3))), "nan.npz": _npz(times=_npy(np.full(1, np.nan)), lines=_npy(np.zeros(1))),
    "scalars.npz": _npz(times=_npy(np.float64(1)), lines=_npy(np.float64(0))), "no.txt": b"0,1,0\n", "no": b"0,1,0\n",
}  # fmt: skip


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_that_is_none_is_refused(yard, name):
    (yard / name).write_bytes(INPUTS[name])
    refused(yard, "snn", "net3.nir", "--input", name, "--dt", "1m", "--explain")


def test_arrays_that_nobody_asked_for_are_not_unpacked(tmp_path):
    """A third of a gigabyte out of a third of a megabyte, beside the raster that is wanted."""
    with zipfile.ZipFile(tmp_path / "in.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("input.npy", _npy(RASTER))
        with archive.open("other.npy", "w", force_zip64=True) as opened:
            opened.write(_says((40, 10**6)))
            for _ in range(40):
                opened.write(bytes(8 * 10**6))
    with within(1):
        found = read_input(tmp_path / "in.npz", {"input": 3}, 1e-3)
    assert found.stop == pytest.approx(4e-3)


def test_a_graph_within_a_graph_is_not_harmed_by_the_look_at_it(tmp_path):
    nodes, edges = net()
    write(tmp_path / "a.nir", {"inner": {"nodes": nodes, "edges": edges}, "in": nodes["in"], "out": nodes["out"]},
          [("in", "inner"), ("inner", "out")])  # fmt: skip
    assert [p.size for p in read_nir(tmp_path / "a.nir").populations] == [3]
