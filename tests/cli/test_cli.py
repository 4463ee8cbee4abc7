"""The command as its users call it."""

import json
import os
import subprocess
import sys

import pytest
from command import lapicque

import lapicque as lq
from lapicque.circuits import Circuit
from lapicque.circuits.library import LIBRARY, build
from lapicque.cli.main import VERBS


def in_a_process(*arguments, cwd=None, env=None):
    """The command in a process of its own."""
    code = "import sys; from lapicque.cli import main; sys.argv[0] = 'lapicque'; main()"
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
    )
    return run.returncode, run.stdout, run.stderr


def test_help_names_every_verb_and_each_verb_has_an_example():
    status, out, _ = in_a_process("--help")
    assert status == 0
    for verb in VERBS:
        assert verb in out
        assert f"Example: lapicque {verb}" in " ".join(lapicque(verb, "--help")[1].split())


HEAVY = ("sympy", "scipy", "matplotlib", "xarray", "numba", "PySpice", "pebble")


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from lapicque.cli.main import cli\n"
        "try: cli(['--help'])\nexcept SystemExit: pass\n"
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"
    code = (
        "import sys; from lapicque import circuits, netlists, analysis\n"
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_list():
    _, out, _ = lapicque("list")
    for name in LIBRARY:
        assert name in out


def test_derive_in_three_forms():
    assert "dv_out/dt = (V1 - v_out)/(C1*R1)" in lapicque("derive", "rc")[1]
    assert r"\frac{d v_{\text{out}}}{dt}" in lapicque("derive", "rc", "--latex")[1]
    body = json.loads(lapicque("derive", "lif", "--json")[1])
    assert [d["title"] for d in body] == ["Equations of lif_latch", "Ideal LIF neuron of lif_latch"]


def test_reduce_in_two_forms():
    status, out, _ = lapicque("reduce", "exponential_if")
    assert status == 0
    assert "exponential_if as a neuron: exponential IF" in out
    assert "Delta_T = 0.00200001" in out
    assert json.loads(lapicque("reduce", "exponential_if", "--json")[1])["title"] == "Reduction of exponential_if"
    assert lapicque("reduce", "exponential_if", "--drive", "0.1n")[0] == 2


def test_netlist_runs_in_ngspice(tmp_path):
    _, out, _ = lapicque("netlist", "lif", "--set", "R1=2.2Meg", "--stop", "1m", "--accuracy", "fast")
    assert "R1 mem 0 2200000.0" in out
    (tmp_path / "lif.cir").write_text(out)
    run = subprocess.run(
        ["ngspice", "-b", "lif.cir", "-r", "x.raw"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "aborted" not in run.stdout + run.stderr


def test_draw_a_netlist_and_what_is_inside(tmp_path):
    (tmp_path / "mine.cir").write_text("divider\nV1 in 0 5\nR1 in out 1k\nR2 out 0 2k\n.end\n")
    status, out, _ = lapicque("draw", "mine.cir", "--set", "R1=22k", "-o", "mine.pdf", cwd=tmp_path)
    assert (status, out) == (0, "drew mine.pdf\n")
    assert (tmp_path / "mine.pdf").read_bytes()[:5] == b"%PDF-"
    status, out, err = lapicque("draw", "op_amp_lif", "--inside")
    assert status == 0, err
    assert out.startswith("<svg")
    assert ">B_clamp_buf<" in out
    status, _, err = lapicque("draw", "rc", "-o", "rc.bmp", cwd=tmp_path)
    assert status == 2
    assert "ends in .svg or .png or .pdf" in err


def test_simulate_writes_and_draws(tmp_path):
    status, out, err = lapicque(
        "simulate", "lif", "--out", "lif.csv", "--plot", "lif.svg", "--accuracy", "fast", cwd=tmp_path
    )
    assert status == 0, err
    assert "spike: 6 spikes" in out
    header = (tmp_path / "lif.csv").read_text().splitlines()[0]
    assert header == "time,mem,spike"
    assert (tmp_path / "lif.svg").stat().st_size > 1000
    assert lapicque("simulate", "rc", "--out", "rc.nc", cwd=tmp_path)[0] == 0


def test_below_rheobase_no_spikes_is_the_right_answer():
    status, out, _ = lapicque("simulate", "lif", "--set", "current=0.5u", "--accuracy", "fast")
    assert status == 0
    assert "no spikes" in out
    assert "below the rheobase 1 uA, so none is right" in out


def test_verify_says_what_it_found_and_exits_by_it(tmp_path):
    status, out, err = lapicque("verify", "rc", "lif", "--report", "r.html", cwd=tmp_path)
    assert status == 0, out + err
    assert "agrees   rc_low_pass" in out
    assert "report: r.html" in out
    assert "\x1b" not in out + err
    status, out, _ = lapicque("verify", "rc", "lif", "--stop", "150m", "--tolerance", "1e-12")
    assert status == 1
    assert "DIFFERS  rc_low_pass" in out
    assert "drifts: nearly all of its" in out
    assert 'run ngspice at accuracy "reference", or for less time.' in out
    body = json.loads(lapicque("verify", "rc", "--json")[1])
    assert body["circuits"][0]["name"] == "rc_low_pass"


def test_fi():
    status, out, _ = lapicque("fi", "lif", "--points", "3", "--accuracy", "fast")
    assert status == 0
    assert "rheobase 1 uA" in out
    assert len(out.splitlines()) == 5


def test_fi_of_a_neuron_without_a_closed_form():
    status, out, _ = lapicque("fi", "nagumo", "--points", "3")
    assert status == 0
    assert "found on the model" in out
    assert len(out.splitlines()) == 5


def test_fi_of_a_circuit_of_ones_own(tmp_path):
    """Nothing says how long it must run, nor where it begins to fire: above 1 V over 1 Mohm."""
    parts = (
        lq.I("d", "0", "m", "2u"), lq.R("R", "m", "0", "1Meg"), lq.C("C", "m", "0", "10n"),
        lq.S("S", "m", "0", "m", "0", 0.505, 0.495, 100, "10G"), lq.SpikeProbe("sp", "m", "0", 0.5, True),
    )  # fmt: skip
    own = tmp_path / "own.json"
    own.write_text(lq.Circuit("own", parts, roles={"input": "d", "membrane": "m", "reset": "S"}).to_json())
    status, _, error = lapicque("fi", str(own))
    assert status != 0
    assert "--stop" in error
    status, out, _ = lapicque("fi", str(own), "--stop", "0.2", "--points", "3")
    assert status == 0
    assert float(out.split()[1]) == pytest.approx(1.0, rel=1e-2)
    status, _, error = lapicque("fi", str(own), "--stop", "0.2", "--set", "d=0.5u")
    assert status != 0
    assert "--set d=" in error


def test_energy():
    status, out, _ = lapicque("energy", "axon_hillock")
    assert status == 0
    assert "energy per spike" in out
    assert "V_dd" in out
    assert "Davies et al. 2018" in out


def test_a_warning_is_said(tmp_path):
    status, _, err = lapicque("simulate", "stdp", "--set", "pre=0.1,0.11", "--set", "post=0.105,0.115", "--stop", "0.2")
    assert status == 0
    assert "warning: r rises" in err


def test_closed_forms_are_derived_too():
    assert "Closed form: period" in lapicque("derive", "timer_555")[1]


def test_doctor_with_and_without_ngspice():
    status, out, _ = in_a_process("doctor")
    assert status == 0
    assert "proved good" in out
    status, out, _ = in_a_process("doctor", env={"NGSPICE_LIBRARY_PATH": "/nowhere"})
    assert status == 1
    assert "apt install" in out
    assert "work all the same" in out


def test_without_ngspice_the_rest_works():
    env = {"NGSPICE_LIBRARY_PATH": "/nowhere"}
    assert in_a_process("derive", "rc", env=env)[0] == 0
    assert in_a_process("netlist", "rc", env=env)[0] == 0
    status, out, _ = in_a_process("fi", "lif", "--points", "2", env=env)
    assert status == 0
    assert "model/Hz" in out
    status, _, err = in_a_process("simulate", "rc", env=env)
    assert status == 2
    assert err.startswith("Error: NGSPICE_LIBRARY_PATH")


def test_a_circuit_from_a_file(tmp_path):
    (tmp_path / "rc.json").write_text(build("rc").to_json())
    assert "dv_out/dt" in lapicque("derive", "rc.json", cwd=tmp_path)[1]
    (tmp_path / "pair.json").write_text(build("pre_post").to_json())
    assert "--stop" in lapicque("simulate", "pair.json", cwd=tmp_path)[2]
    assert lapicque("simulate", "rc.json", "--accuracy", "fast", cwd=tmp_path)[0] == 0
    assert lapicque("simulate", "rc.json", "--stop", "2m", "--set", "R1=1k", cwd=tmp_path)[0] == 0
    (tmp_path / "bad.json").write_text(Circuit("x").to_json().replace('"schema": 2', '"schema": 7'))
    assert "schema 7" in lapicque("derive", "bad.json", cwd=tmp_path)[2]
    assert "agrees   rc_low_pass" in lapicque("verify", "rc.json", "--stop", "2m", cwd=tmp_path)[1]
    assert "cannot read" in lapicque("derive", "absent.json", cwd=tmp_path)[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["verfy"], "Did you mean 'verify'"),
        (["derive", "lif_latc"], "Did you mean 'lif_latch'"),
        (["derive", "lif", "--set", "vth=1"], "Did you mean 'v_th'"),
        (["derive", "lif", "--set", "R1"], "NAME=VALUE"),
        (["derive", "lif", "--set", "R1=10M"], "milli or mega"),
        (["derive", "lif", "--set", "R1=-5"], "greater than zero"),
        (["derive", "lif", "--set", "v_th=9"], "out of reach of the supply"),
        (["netlist", "rc", "--stop", "0"], "greater than 0"),
        (["derive", "ladder", "--set", "n=abc"], "n is 'abc'"),
        (["derive", "ladder", "--set", "n=0"], "at least 1 stage"),
        (["derive", "lif", "--set", "current=abc"], "current is 'abc'"),
        (["simulate", "lif", "--stop", "1e9"], "more than"),
        (["netlist", "rc", "--accuracy", "best"], "accuracy 'best'"),
        (["simulate", "rc", "--out", "/nowhere/x.csv"], "cannot write"),
        (["simulate", "rc", "--out", "x.xls"], ".nc or .csv"),
        (["simulate", "rc", "--plot", "/nowhere/x.svg"], "cannot write"),
        (["verify", "rc", "--report", "/nowhere/x.html"], "there is no folder"),
        (["fi", "rc"], "it has no f-I curve"),
        (["fi", "schmitt"], "fires without any current"),
        (["verify", "unijunction", "--set", "r=3Meg"], "cannot fire"),
        (["derive", "izhikevich", "--set", "preset=tonic"], "Did you mean 'tonic spiking'"),
        (["simulate", "stdp", "--set", "pre=0.1,0.05"], "must rise"),
        (["fi", "lif", "--upto", "0.5"], "greater than 1"),
        (["verify", "rc", "--tolerance", "0"], "greater than 0"),
        (["verify", "rc", "--accuracy", "exact"], "accuracy 'exact'"),
    ],
)  # fmt: skip
def test_errors_are_one_paragraph(arguments, words):
    status, _, err = lapicque(*arguments)
    assert status == 2
    assert words in err
    assert "Traceback" not in err


def test_a_traceback_when_asked_for():
    assert "Traceback" in in_a_process("--traceback", "derive", "nothing")[2]


def test_no_output_replaces_an_input_or_another_output(tmp_path):
    """Whatever the names: through a link, through `..`, or twice the same."""
    (tmp_path / "rc.json").write_text(build("rc").to_json())
    held = (tmp_path / "rc.json").read_bytes()
    (tmp_path / "rc.nc").symlink_to("rc.json")
    (tmp_path / "hard.csv").hardlink_to(tmp_path / "rc.json")
    (tmp_path / "out.svg").symlink_to("out.csv")
    for words, said in (
        (("rc.json", "--out", "rc.nc"), "is an input and an output"),
        (("rc.json", "--out", "hard.csv"), "is an input and an output"),
        (("rc.json", "--out", "out.csv", "--plot", "out.svg"), "are one file"),
        (("rc.json", "--plot", "out.svg", "--out", "../" + tmp_path.name + "/out.csv"), "are one file"),
    ):
        status, _, err = lapicque("simulate", *words, "--stop", "1m", cwd=tmp_path)
        assert status == 2, words
        assert said in err, words
    assert (tmp_path / "rc.json").read_bytes() == held
    assert not (tmp_path / "out.csv").exists()


def test_a_pipe_is_no_circuit(tmp_path):
    """Nobody writes into it: reading would wait for ever."""
    os.mkfifo(tmp_path / "pipe.json")
    status, _, err = lapicque("derive", str(tmp_path / "pipe.json"))
    assert status == 2
    assert "no regular file" in err


@pytest.mark.parametrize(("words", "where", "status"), [
    ("--help", "> /dev/full", 2), ("list", "> /dev/full", 2), ("list", "2>&-", 0), ("nonsense", "2>&-", 2),
    ("list", ">&-", 0),
])  # fmt: skip
def test_outputs_that_are_full_or_closed(words, where, status):
    code = "import sys; from lapicque.cli import main; sys.argv[0] = 'lapicque'; main()"
    run = subprocess.run(f'{sys.executable} -c "{code}" {words} {where}', shell=True, capture_output=True, text=True)
    assert run.returncode == status
    assert "Traceback" not in run.stderr
    assert ("No space left" in run.stderr) == ("full" in where)
