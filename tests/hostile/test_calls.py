"""Calls of the library with nonsense: each raises an error of ours, soon, and leaves no process behind."""

import inspect

import numpy as np
import pytest
import xarray

import lapicque as lq
from lapicque import analysis, circuits, netlists
from lapicque.circuits import Circuit, LapicqueError
from lapicque.circuits.library import build, ladder, lif_latch, rc_low_pass
from lapicque.circuits.networks.inputs import constant_input, from_raster, poisson
from lapicque.circuits.networks.network import Connection, Network, network
from lapicque.circuits.networks.populations import lif, population
from lapicque.circuits.networks.scale import scale_of
from lapicque.netlists.networks.network import prepare_network
from lapicque.netlists.networks.network_input import read_input
from lapicque.netlists.nir.reader import from_nir, read_nir

from .conftest import children, within

RC = rc_low_pass()
NEURON = lif_latch()
SOLVED = analysis.solve(RC, 1e-3)
AXIS = lq.grid({"R1": ["1k"]})
PARTS = lq.tolerance(RC, {"R1": "1%"})
FOUND = analysis.result(SOLVED, np.array([0, 1e-4]))
ONE = network("one", lif("P", 1))
TIMES = [
    "-1",
    0,
    -1.0,
    "nan",
    float("nan"),
    float("inf"),
    "1e400",
    "zzz",
    "",
    None,
    [1],
    {},
    b"1",
    "1k;2",
    "１m",
    object(),
]
THINGS = ["rc", None, 7, [], {}, object(), xarray.Dataset()]
NUMBERS = ["zzz", "", None, float("nan"), float("inf"), [], {}, object(), "1;2"]
NAMES = [None, 7, [], object(), "best", ""]
COUNTS = [-1, 1.5, float("nan"), "zzz", None, [], 10**15]

CALLS = {
    "solve": (
        analysis.solve,
        {"circuit": (RC, THINGS), "stop": (1e-3, TIMES), "rtol": (1e-8, [0, -1, "zzz", None, 2.0, np.nan])},
    ),
    "result": (
        analysis.result,
        {
            "solution": (SOLVED, THINGS),
            "times": (np.array([0, 1e-4]), ["zzz", None, [np.nan], [-1.0], [2.0], [[0.0]], object()]),
        },
    ),
    "compare": (
        analysis.compare,
        {
            "solution": (SOLVED, THINGS),
            "simulated": (analysis.result(SOLVED, np.array([0, 1e-4])), THINGS),
            "tolerance": (None, ["1", 7, -1.0]),
        },
    ),
    "explain": (analysis.explain, {"what": (None, [*THINGS, "", SOLVED, RC])}),
    "verify": (
        analysis.verify,
        {"what": (None, [*THINGS[1:], "nosuch", ""]), "engine": (None, []), "stop": (None, ["-1", "zzz", []])},
    ),
    "bode": (analysis.bode, {"circuit": (None, [*THINGS, NEURON])}),
    "fi_curve": (
        analysis.fi_curve,
        {
            "neuron": (lambda i: NEURON, [None, 7, "lifs", RC, lambda i: None, lambda i: RC]),
            "currents": ([2e-6], ["zzz", None, [], [np.nan], [np.inf], [[1e-6]], ["a"]]),
            "engine": (None, ["10m", 7, [], RC]),
            "stop": (0.1, ["-1", "zzz", [], np.nan, 0]),
        },
    ),
    "sweep": (
        lq.sweep,
        {
            "what": (RC, [*THINGS[1:], "nosuch", ""]),
            "runs": ({"R1": ["1k"]}, ["zzz", None, 7, {}, {"R1": []}, {"R1": ["zzz"]}, {"Q": [1]}, {"R1": [0]}]),
            "figures": ((), [["nosuch"], [7], 7, [["final"]]]),
            "stop": (1e-3, ["-1", "zzz", [], np.nan]),
            "common": (None, [7, {"Q": 1}, {"R1": "2k"}]),
            "workers": (1, [0, -1, 1.5, "zzz"]),
            "leg": ("model", [["model"], None, "", "ngspyce"]),
            "accuracy": ("fast", NAMES),
            "certify": (1, [*COUNTS[:-1], True]),
            "seed": (0, [*COUNTS[:-1], True]),
            "folder": (None, [3, True, "", "a\0b", b"x", ["x"]]),
        },
    ),
    "axis": (analysis.sweeps.grid, {"axes": ({"R1": [1]}, [{"R1": v} for v in (5, "1k", None, np.float64(3), [[1]])])}),
    "Sweep": (
        analysis.sweeps.Sweep,
        {
            "what": (RC, [*THINGS[1:], "nosuch"]),
            "design": (AXIS, THINGS),
            "analysis": (netlists.Transient(1e-3), THINGS),
            "figures": (("final",), ["final", None, 7, [None], []]),
            "timeout": (1.0, [0, -1, *NUMBERS]),
            "common": ((), [None, 7, "R1"]),
        },
    ),
    "latin_hypercube": (
        analysis.sweeps.latin_hypercube,
        {
            "ranges": ({"R1": (1, 2)}, [7, None, {"R1": 3}, {"R1": (1, 2, 3)}]),
            "runs": (2, COUNTS),
            "seed": (0, [-1, "a"]),
        },
    ),
    "listed": (analysis.sweeps.listed, {"runs": ([{"R1": 1}], [7, None, [], [7], [{"R1": 1}, {"C1": 1}]])}),
    "monte_carlo": (
        lq.monte_carlo,
        {
            "spreads": (PARTS, [7, None, ["a"], PARTS[0], PARTS * 2]),
            "runs": (2, COUNTS),
            "seed": (0, [-1, "a"]),
            "matched": ((), [7, [7]]),
        },
    ),
    "tolerance": (
        lq.tolerance,
        {"circuit": (RC, THINGS), "classes": ({"R1": "1%"}, [7, None, {"R1": None}, {7: 0.1}])},
    ),
    "corners": (analysis.sweeps.corners, {"groups": ({"n": PARTS}, [7, None, {"n": 7}, {"n": PARTS, "p": PARTS}])}),
    "Matched": (analysis.sweeps.Matched, {"names": (("R1",), []), "correlation": (0.5, [-1, 2, *NUMBERS])}),
    "yield_within": (
        analysis.sweeps.yield_within,
        {"result": (None, THINGS), "figure": ("final", []), "low": (0, []), "high": (1, [])},
    ),
    "spikes": (lq.spikes, {"result": (None, [*THINGS, SOLVED, FOUND])}),
    "draw": (lq.draw, {"what": (None, [*THINGS[1:], "nosuch"])}),
    "plot": (lq.plot, {"thing": (None, THINGS), "simulated": (None, [])}),
    "read": (lq.read, {"path": ("", ["", "nosuch.json", None, 7, "\0"])}),
    "find_rheobase": (
        analysis.find_rheobase,
        {
            "neuron": (lambda i: NEURON, [None, 7]),
            "silent": (0.0, [np.nan, "zzz", None, 5e-6]),
            "firing": (3e-6, [np.nan, "zzz", None, 1e-9]),
            "stop": (0.05, ["-1", None, np.nan]),
        },
    ),
    "euler": (
        analysis.euler,
        {
            "neuron": (analysis.parameters_of(NEURON), [None, 7, "lif"]),
            "current": (2e-6, [np.nan, "zzz", None]),
            "stop": (0.01, [-1, np.nan, "zzz", 1e30, None]),
            "dt": (1e-4, [0, -1, np.nan, "zzz", 1e-30, None]),
        },
    ),
    "population": (
        analysis.population,
        {
            "neuron": (analysis.parameters_of(NEURON), [None, 7]),
            "current": ([2e-6], ["zzz", [np.nan], None]),
            "stop": (0.01, [-1, np.nan, "zzz", None]),
        },
    ),
    "Tolerance": (
        analysis.Tolerance,
        {"spikes": (1e-3, [-1, np.nan, "zzz", None]), "waveform": (1e-3, [-1, np.nan, "zzz", None])},
    ),
    "write_report": (analysis.write_report, {"found": (None, THINGS), "path": ("r.html", [])}),
    "spike_times": (
        analysis.spike_times,
        {"probe": (None, THINGS), "time": (np.zeros(3), []), "waveform": (np.zeros(3), [])},
    ),
    "Transient": (netlists.Transient, {"stop": (1e-3, TIMES)}),
    "AC": (
        netlists.AC,
        {
            "source": ("V1", [None, 7, [], ""]),
            "start": (1.0, TIMES),
            "stop": (1e3, TIMES),
            "points": (20, [0, -1, 1.5, "zzz", None, 10**9]),
            "spacing": ("dec", [*NAMES, "log"]),
            "amplitude": (1.0, NUMBERS),
            "others": ((), [None, 7, "V2", ("V2",), (("V2", 1),), (("V2", "zzz", 0),), ((7, 1, 0),)]),
            "guess": ((), [None, 7, "out", {"out": "zzz"}, {"out": np.nan}]),
        },
    ),
    "NoiseSpectrum": (
        netlists.NoiseSpectrum,
        {
            "output": ("out", [None, 7, [], ""]),
            "start": (1.0, TIMES),
            "stop": (1e3, TIMES),
            "source": ("V1", [None, 7, []]),
            "points": (20, [0, -1, 1.5, "zzz", None, 10**9]),
            "spacing": ("dec", [*NAMES, "log"]),
            "guess": ((), [None, 7, "out", {"out": "zzz"}, {"out": np.nan}]),
        },
    ),
    "OperatingPoint": (netlists.OperatingPoint, {"guess": ((), [None, 7, "out", {"out": "zzz"}, {"out": np.nan}])}),
    "DCSweep": (
        netlists.DCSweep,
        {
            "source": ("V1", [None, 7, [], ""]),
            "start": (0.0, NUMBERS),
            "stop": (1.0, NUMBERS),
            "step": (0.1, [*NUMBERS, 0, -1, 1e-30]),
        },
    ),
    "Engine": (
        netlists.Engine,
        {
            "workers": (1, [0, *COUNTS]),
            "timeout": (60, [0, -1, np.nan, "zzz", None]),
            "memory": (1 << 30, [0, -1, "zzz", None]),
        },
    ),
    "simulate": (
        netlists.simulate,
        {
            "circuit": (RC, THINGS),
            "analysis": (
                netlists.Transient(1e-3),
                [
                    *THINGS,
                    "1m",
                    netlists.AC("nosuch", 1, 10),
                    netlists.AC("R1", 1, 10),
                    netlists.DCSweep("nosuch", 0, 1, 1),
                    netlists.NoiseSpectrum("nosuch", 1, 10),
                    netlists.NoiseSpectrum("out", 1, 10, "nosuch"),
                ],
            ),
            "accuracy": ("fast", NAMES),
            "save": ((), [("nosuch",), "nosuch", 7, None, (7,)]),
            "max_step": (None, [-1, 0, np.nan, "zzz", [], 1e-30]),
        },
    ),
    "netlist_text": (
        netlists.netlist_text,
        {"circuit": (RC, THINGS[:-1]), "analysis": (netlists.Transient(1e-3), THINGS), "accuracy": ("fast", NAMES)},
    ),
    "load": (netlists.load, {"path": (None, [None, 7, "", ".", "nosuch.nc", "/dev/null", "bad.nc", b"x", object()])}),
    "save": (netlists.save, {"result": (FOUND, THINGS[:-1]), "path": ("x.nc", [None, 7, ".", "nowhere/x.nc"])}),
    "build": (build, {"name": (None, [None, 7, [], "", "nosuch", "a" * 10**5]), "changes": ({}, [])}),
    "build rc": (
        lambda changes: build("rc", changes),
        {"changes": (None, [{"r": 0}, {"r": None}, {"r": []}, {"zzz": 1}, {7: 1}, [1], "r=1", 7])},
    ),
    "ladder": (ladder, {"n": (3, [0, -1, 1.5, "zzz", None, np.nan, 10**9])}),
    "Circuit": (Circuit, {"title": ("t", []), "elements": ((), [None, 7, "R1", ["R1"], [None], [7]])}),
    "R": (
        circuits.R,
        {
            "name": ("R1", [None, [], "", "R1\n.control"]),
            "plus": ("a", [None, "", "a\n", 1.5]),
            "minus": ("b", [None]),
            "value": (1e3, [*NUMBERS, 0, -1]),
        },
    ),
    "with_values": (RC.with_values, {"values": (None, [None, 7, "R1=1", {"R9": 1}, {"R1": "zzz"}, {"R1": 0}, {7: 7}])}),
    "parse": (
        circuits.parse,
        {"value": (None, ["", "zzz", None, [], {}, True, np.nan, "1,5", "10M", object(), "1" * 10**5])},
    ),
    "lif": (
        lif,
        {
            "name": ("P", [None, "", "a\n"]),
            "size": (1, [0, *COUNTS]),
            "tau": (1e-2, [0, *NUMBERS]),
            "v_threshold": (1.0, [*NUMBERS, -1]),
        },
    ),
    "population kind": (population, {"name": ("P", []), "kind": ("LIF", [None, 7, "nosuch"]), "size": (1, [])}),
    "Connection": (
        Connection,
        {
            "pre": ("P", []),
            "post": ("P", []),
            "weights": (np.ones((1, 1)), [None, "zzz", [[np.nan]], object(), np.ones((2, 2, 2))]),
            "delay": (0.0, [-1, *NUMBERS]),
        },
    ),
    "Network": (
        Network,
        {
            "title": ("t", []),
            "populations": ((lif("P", 1),), [None, (), 7, ("P",), (lif("P", 1), lif("P", 2))]),
            "inputs": ((), [7, ("in",)]),
            "connections": ((), [7, ("c",), (Connection("P", "Q", [[1]]),), (Connection("P", "P", np.ones((2, 2))),)]),
            "spike_area": (1.0, [0, -1, *NUMBERS]),
        },
    ),
    "poisson": (
        poisson,
        {
            "name": ("in", []),
            "lines": (1, [0, *COUNTS]),
            "rate": (10.0, [-1, *NUMBERS, 1e15]),
            "stop": (1.0, TIMES),
            "seed": (0, [-1, 1.5, "zzz"]),
            "dead": (0.0, [-1, 1.0]),
        },
    ),
    "constant_input": (constant_input, {"name": ("in", [None, ""]), "values": ([1.0], [None, 7, "zzz", [np.nan], []])}),
    "from_raster": (
        from_raster,
        {
            "name": ("in", []),
            "raster": (np.zeros((2, 2)), [None, 7, "zzz", [[2]], [[np.nan]], np.zeros(3)]),
            "dt": (1e-3, TIMES),
            "height_for_dt": (True, []),
        },
    ),
    "scale_of": (
        scale_of,
        {
            "network": (ONE, THINGS),
            "width": (None, [*TIMES[:9], 1.0]),
            "ohm": (1e6, [0, -1, "zzz", None, np.nan]),
            "swing": (1.0, [0, -1, "zzz", None, np.nan]),
            "weights": ("transconductance", NAMES),
            "series": ("", ["E7", 7, None]),
        },
    ),
    "prepare_network": (
        prepare_network,
        {
            "network": (ONE, THINGS),
            "stop": (1e-3, [*TIMES, 1e30]),
            "level": ("fast", NAMES),
            "scale": (None, ["1", 7]),
            "rate": (20.0, [-1, np.nan, "zzz", None]),
            "feedback": ("auto", NAMES),
            "window": (None, [-1, 0, np.nan, "zzz"]),
            "workers": (2, [0, *COUNTS]),
            "batch": (None, [-1, 1.5, "zzz"]),
            "drive_limit": (10, [0, -1, np.nan, "zzz", None]),
        },
    ),
    "read_nir": (read_nir, {"file": (None, [None, 7, "", ".", "nosuch.nir", "/dev/null", b"x", object()])}),
    "from_nir": (from_nir, {"graph": (None, THINGS)}),
    "read_input": (
        read_input,
        {"file": (None, [7, "", ".", "nosuch.csv", "/dev/null", object()]), "wanted": ({"in": 1}, [])},
    ),
}


def _cases():
    for name, (call, parameters) in CALLS.items():
        good = {p: g for p, (g, _) in parameters.items()}
        for parameter, (_, values) in parameters.items():
            for k, value in enumerate(values):
                yield pytest.param(call, {**good, parameter: value}, parameter, id=f"{name}-{parameter}-{k}")


@pytest.mark.parametrize(("call", "arguments", "parameter"), list(_cases()))
def test_a_call_with_nonsense_is_refused(call, arguments, parameter, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.nc").write_bytes(b"no NetCDF")
    processes = children()
    with within(), pytest.raises(LapicqueError) as caught:
        call(**arguments)
    words = str(caught.value)
    assert 10 < len(words) < 1200
    assert "\n" not in words.strip()
    assert children() <= processes
    assert [p.name for p in tmp_path.iterdir()] == ["bad.nc"]


def test_the_table_speaks_of_parameters_that_exist():
    for call, parameters in CALLS.values():
        inspect.signature(call).bind(**{p: g for p, (g, _) in parameters.items()})
