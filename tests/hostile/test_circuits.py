"""Circuits of others, as JSON and in Python: they are refused, run nothing, and take no time."""

import copy
import json
import subprocess
import sys

import pytest

from lapicque.circuits import B, C, Circuit, I, LapicqueError, PulseTrain, R, V
from lapicque.circuits.library import build
from lapicque.netlists import Transient, load, save, simulate

from .conftest import children, refused, within

GOOD = json.loads(build("rc").to_json())
STEP = {"type": "Step", "at": 1e-3, "high": 1.0, "low": 0.0, "rise": 1e-6}
LAWS = [
    "__import__('os').system('touch acted')",
    "open('acted', 'w')",
    "u.__class__",
    "(lambda: u)()",
    "[u for u in [1]]",
    "e\uff56al('1')",
    "c\uff48r(65)",
    "u.\uff53ubs(u,1)",
    "9**9**9**9",
    "factorial(10**9)",
    "binomial(10**8,10**7)",
    "bernoulli(100000)",
    "1e400*u",
    "(" * 5000 + "u" + ")" * 5000,
    "u" + "+u" * 200_000,
    "u**1e9",
    "nosuch(u)",
    "u +",
    "",
    "u;u",
    "u\n.control\nshell touch acted\n.endc",
    "`touch acted`",
    "u if",
    "import os",
    "'u'",
    '"u"',
    "u[0]",
    "@u",
    "zoo",
    "u*w",
    "u==",
    "f'{u}'",
    "exec(u)",
    "1/0",
    "\x00",
    "u # comment",
    "u ** -u ** u ** u ** u ** u ** 10**9",
]


def changed(path, value):
    """The good circuit with one thing changed; `path` is of keys and numbers."""
    body = copy.deepcopy(GOOD)
    place = body
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return body


def with_law(law):
    b = {"type": "B", "name": "B1", "plus": "out", "minus": "0", "law": law, "inputs": [["u", "out"]], "params": []}
    return {**GOOD, "elements": [*GOOD["elements"], b]}


R1 = GOOD["elements"][1]
BODIES = {
    "nothing": None,
    "a number": 7,
    "a list": [],
    "words": "rc",
    "an empty object": {},
    "no schema": {"elements": [], "title": "t"},
    "a newer schema": changed(["schema"], 99),
    "schema as words": changed(["schema"], "1"),
    "no elements": changed(["elements"], []),
    "elements of none": changed(["elements"], None),
    "elements as words": changed(["elements"], "R1"),
    "elements as an object": changed(["elements"], {"R1": R1}),
    "an element of none": changed(["elements", 1], None),
    "an element as words": changed(["elements", 1], "R1"),
    "an element without a type": changed(["elements", 1], {k: v for k, v in R1.items() if k != "type"}),
    "a type that nobody knows": changed(["elements", 1, "type"], "Flux"),
    "a number as type": changed(["elements", 1, "type"], 7),
    "a list as type": changed(["elements", 1, "type"], []),
    "an unknown field": changed(["elements", 1, "colour"], "red"),
    "no value": changed(["elements", 1], {k: v for k, v in R1.items() if k != "value"}),
    "value 0": changed(["elements", 1, "value"], 0),
    "value below 0": changed(["elements", 1, "value"], -5),
    "value null": changed(["elements", 1, "value"], None),
    "value as a list": changed(["elements", 1, "value"], [1]),
    "value as words": changed(["elements", 1, "value"], "much"),
    "value true": changed(["elements", 1, "value"], True),
    "a value with a tail": changed(["elements", 1, "value"], "1k;C1=2"),
    "node null": changed(["elements", 1, "plus"], None),
    "node as a list": changed(["elements", 1, "plus"], ["in"]),
    "an empty node": changed(["elements", 1, "plus"], ""),
    "a node with a command": changed(["elements", 1, "plus"], "in\n.control\nshell touch acted\n.endc"),
    "a name with a command": changed(["elements", 1, "name"], "R1\n.include /etc/passwd"),
    "name null": changed(["elements", 1, "name"], None),
    "twins": changed(["elements", 1, "name"], "C1"),
    "no ground": changed(["elements", 2, "minus"], "far"),
    "a source on itself": changed(["elements", 0, "minus"], "in"),
    "stimulus null": changed(["elements", 0, "stimulus"], None),
    "stimulus as words": changed(["elements", 0, "stimulus"], "Step"),
    "a stimulus that nobody knows": changed(["elements", 0, "stimulus"], {"type": "Bang"}),
    "a stimulus with an unknown field": changed(["elements", 0, "stimulus"], {**STEP, "loud": 1}),
    "a rise of 0": changed(["elements", 0, "stimulus"], {**STEP, "rise": 0}),
    "a stimulus of nan": changed(["elements", 0, "stimulus"], {**STEP, "high": "nan"}),
    "a billion pulses": changed(["elements", 0, "stimulus"], {"type": "PulseTrain", "count": 10**9}),
    "spec as a list": changed(["spec"], [1]),
    "spec of words": changed(["spec"], {"v_th": "high"}),
    "a law with two names for one": with_law("u*gm"),
}
TEXTS = {
    "empty": b"",
    "blank": b"  \n",
    "binary": bytes(range(256)),
    "half": json.dumps(GOOD).encode()[:100],
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "utf16": json.dumps(GOOD).encode("utf-16"),
    "latin1": b'{"title": "\xe9"}',
    "nan": json.dumps(changed(["elements", 1, "value"], float("nan"))).encode(),
    "infinity": b'{"schema": 1, "title": "t", "elements": Infinity}',
    "a long number": b"1" * 10**5,
    "two documents": b"{}{}",
    "a comment": b"// circuit\n{}",
    "a nul": b"\x00",
}


@pytest.mark.parametrize("name", BODIES)
def test_a_circuit_file_that_is_wrong_is_refused(yard, name):
    (yard / "bad.json").write_text(json.dumps(BODIES[name]))
    refused(yard, "derive", "bad.json")


@pytest.mark.parametrize("name", TEXTS)
def test_a_circuit_file_that_is_no_json_is_refused(yard, name):
    (yard / "bad.json").write_bytes(TEXTS[name])
    refused(yard, "derive", "bad.json")


@pytest.mark.parametrize("law", LAWS, ids=lambda law: repr(law[:40]).encode("ascii", "backslashreplace").decode())
def test_a_law_that_is_none_is_refused(yard, law):
    (yard / "bad.json").write_text(json.dumps(with_law(law)))
    refused(yard, "derive", "bad.json")


CIRCUITS = {
    "no parts": lambda: Circuit("t", ()),
    "no ground": lambda: Circuit("t", [R("R1", "a", "b", 1), C("C1", "a", "b", 1)]),
    "a loop of sources": lambda: Circuit("t", [V("V1", "a", "0", 1), V("V2", "a", "0", 2), C("C1", "a", "0", 1)]),
    "sources against each other": lambda: Circuit("t", [I("I1", "a", "0", 1), I("I2", "0", "a", 2)]),
    "a part by itself": lambda: Circuit("t", [V("V1", "a", "0", 1), C("C1", "a", "0", 1), R("R1", "x", "y", 1)]),
    "a dangling part": lambda: Circuit("t", [V("V1", "a", "0", 1), C("C1", "a", "0", 1), R("R1", "a", "y", 1)]),
    "twins of case": lambda: Circuit("t", [R("R1", "a", "0", 1), R("r1", "a", "0", 1), C("C1", "a", "0", 1)]),
    "a law of something else": lambda: Circuit("t", [B("B1", "a", "0", "x+y", {"x": "a"}), C("C1", "a", "0", 1)]),
    "a law of a far node": lambda: Circuit("t", [B("B1", "a", "0", "x", {"x": "far"}), C("C1", "a", "0", 1)]),
    "a billion pulses": lambda: Circuit("t", [V("V1", "a", "0", PulseTrain(count=10**9)), C("C1", "a", "0", 1)]),
}


@pytest.mark.parametrize("name", CIRCUITS)
def test_a_circuit_that_cannot_be_is_refused_before_it_is_run(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    processes = children()
    with within(), pytest.raises(LapicqueError) as caught:
        simulate(CIRCUITS[name](), Transient(1e-3))
    assert 15 < len(str(caught.value)) < 1200
    assert children() <= processes
    assert not list(tmp_path.iterdir())


def test_names_that_are_paths_reach_a_file_and_come_back(tmp_path, engine):
    names = ("a/b", ".", "100%", "x%2Fy", "ground/0")
    parts = [
        V("V1", names[0], "0", 1.0),
        *(R(f"R{k}", names[0], n, 1e3) for k, n in enumerate(names[1:])),
        *(C(f"C{k}", n, "0", 1e-9) for k, n in enumerate(names[1:])),
    ]
    run = engine.run(Circuit("slashes", parts), Transient(1e-5), "fast")
    again = load(save(run, tmp_path / "x.nc"))
    assert set(map(str, again.data_vars)) == set(map(str, run.data_vars))
    for n in run.data_vars:
        assert again[n].values.tolist() == run[n].values.tolist()


def test_a_process_that_reads_a_hostile_file_leaves_nothing(tmp_path):
    (tmp_path / "bad.json").write_text(json.dumps(with_law(LAWS[0])))
    code = "import sys; from lapicque.cli import main; sys.argv[0] = 'lapicque'; main()"
    call = [sys.executable, "-c", code, "simulate", "bad.json", "--out", "x.nc"]
    run = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path, timeout=20)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["bad.json"]
