"""Files at the door of the verbs: netlists, JSON, Python, standard input."""

from functools import partial

import command
import pytest

import lapicque as lq

RC = """RC of mine
.param tau=1m r=10k
V1 in 0 PULSE(0 1 0 1u 1u 5m 10m)
R1 in out {r}
C1 out gnd {tau/r}
.control
plot v(out)
.endc
.tran 10u 20m
.end
"""
CELLS = """from lapicque.circuits import C, Circuit, R, Step, V


def rc(r="1k"):
    return Circuit("rc", (V("V1", "a", "0", Step()), R("R1", "a", "b", r), C("C1", "b", "0", "1u")))


def _hidden():
    return 1
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rc.cir").write_text(RC)
    (tmp_path / "lif").write_text(RC)
    (tmp_path / "cells.py").write_text(CELLS)
    (tmp_path / "broken.cir").write_text(RC.replace("R1 in out {r}", "R1 in out {nobody}"))
    (tmp_path / "bad.py").write_text("x = 1\nraise ValueError('no')\n")
    (tmp_path / "fault.py").write_text("def f():\n    return 1 / 0\n\n\ndef g(r):\n    return r\n")
    return tmp_path


@pytest.fixture
def lapicque(folder):
    """The command, called in the folder."""
    return partial(command.lapicque, cwd=folder)


def test_a_netlist_is_derived_written_and_run(folder, lapicque):
    status, out, said = lapicque("derive", "rc.cir")
    assert status == 0
    assert "KCL, node out" in out
    assert said.count("read rc.cir: 1 x voltage source, 1 x resistor, 1 x capacitor") == 1
    assert ".control (6)" in said
    assert "operating point" in said
    status, out, _ = lapicque("simulate", "rc.cir", "--set", "R1=20k")
    assert status == 0
    assert "to 0.02 s" in out
    assert "C_C1 out 0 1e-07" in lapicque("netlist", "rc.cir")[1].replace("C1 out", "C_C1 out")


def test_a_netlist_agrees_with_its_own_equations(folder, lapicque):
    status, out, _ = lapicque("verify", "rc.cir", "--stop", "10m")
    assert status == 0, out
    assert "agrees" in out


def test_where_nothing_says_what_a_spike_is_none_are_counted(folder, lapicque):
    status, out, said = lapicque("energy", "rc.cir", "--accuracy", "fast")
    assert status == 0, said
    assert "RC of mine: 20 ms; it has no spike probe; to have them counted, --spike" in out
    assert "RC of mine: 2 spikes in 20 ms" in lapicque("energy", "rc.cir", "--spike", "out=0.5")[1]


def test_standard_input_is_read_once(folder, lapicque):
    status, out, said = lapicque("simulate", "-", given=RC)
    assert status == 0, said
    assert "RC of mine" in out


def test_a_file_wins_over_a_circuit_of_the_library_and_says_so(folder, lapicque):
    status, out, said = lapicque("derive", "lif")
    assert status == 0
    assert "RC of mine" in out
    assert "the file is taken" in said


def test_a_function_of_a_python_file_takes_its_arguments(folder, lapicque):
    status, out, _ = lapicque("netlist", "cells.py:rc", "--set", "r=5k", "--set", "C1=2u", "--stop", "1m")
    assert status == 0
    assert "R1 a b 5000.0" in out
    assert "C1 b 0 2e-06" in out
    assert lapicque("derive", "cells.py")[0] == 0
    assert lapicque("verify", "cells.py", "--set", "r=5k")[0] == 0


def test_arguments_of_a_function_are_swept(folder, lapicque):
    """From 10 % to 90 % an RC takes R C ln 9."""
    how = ("--figure", "rise_time", "--stop", "80m")
    status, out, said = lapicque("sweep", "cells.py:rc", "--vary", "r=1k,2k", "--vary", "C1=1u,2u", *how)
    assert status == 0, said
    times = [float(line.split()[-2]) for line in out.splitlines()[1:5]]
    assert times == pytest.approx([2.19722, 4.39445, 4.39445, 8.7889], rel=1e-4)
    status, _, said = lapicque("sweep", "cells.py:rc", "--vary", "rr=1k,2k", *how)
    assert status == 2
    assert "Did you mean 'r'" in said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("broken.cir", "broken.cir:4"), ("gone.cir", "gone.cir"), ("cells.py:nobody", "nobody"), ("gone.py", "gone.py"),
        ("fault.py:f", "fault.py:2 stops with ZeroDivisionError: division by zero"),
        ("fault.py:g", "g of 'fault.py' needs r: give --set r="),
        ("bad.py", "bad.py:2 stops with ValueError: no"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_place(folder, lapicque, name, words):
    status, _, said = lapicque("derive", name)
    assert status == 2
    assert words in said
    assert "Traceback" not in said


def test_a_netlists_own_parameters_are_set(folder, lapicque):
    """tau is in the capacitor, r in both: the deck is resolved anew."""
    for words, given in ((("rc.cir",), None), (("-",), RC)):
        status, out, said = lapicque("netlist", *words, "--set", "tau=2m", "--set", "r=20k", given=given)
        assert status == 0, said
        assert "R1 in out 20000.0" in out
        assert "C1 out 0 1e-07" in out
        assert "for --set: r, tau" in said
    assert "C1 out 0 5e-07" in lapicque("netlist", "rc.cir", "--set", "tau=5m", "--set", "R1=1k")[1]
    status, _, said = lapicque("netlist", "rc.cir", "--set", "tao=2m")
    assert status != 0
    assert "tau" in said


def test_files_are_included_from_folders_that_are_named(folder, lapicque):
    (folder / "parts").mkdir()
    (folder / "deck").mkdir()
    (folder / "parts" / "c.inc").write_text("C1 out 0 1u\n")
    (folder / "deck" / "rc.cir").write_text("t\n.include c.inc\nV1 in 0 1\nR1 in out 1k\n")
    status, _, said = lapicque("netlist", "deck/rc.cir")
    assert status != 0
    assert "c.inc" in said
    status, out, said = lapicque("netlist", "deck/rc.cir", "--include", "parts")
    assert status == 0, said
    assert "C1 out 0 1e-06" in out


def test_a_plain_netlist_reads_back_and_says_what_it_is_worth(folder, lapicque):
    status, plain, said = lapicque("netlist", "lif_switch", "--dialect", "plain")
    assert status == 0
    assert " SW(VT=" in plain
    assert ".options" not in plain
    assert "spikes, up to" in said
    assert "spikes, up to" in plain.splitlines()[1]
    status, again, _ = lapicque("netlist", "-", "--dialect", "plain", given=plain)
    assert status == 0
    cards = [[line for line in text.splitlines() if not line.startswith("*")] for text in (plain, again)]
    assert cards[0] == cards[1]


def test_a_dialect_is_told_or_said_and_folders_are_named(folder, lapicque):
    (folder / "parts").mkdir()
    (folder / "parts" / "part.lib").write_text(".subckt part a b\nR1 a b 1k\n.ends\n")
    text = "t\nV1 a 0 1\n.lib part.lib\nX1 a b part\nC1 b 0 1u Rser=2\n.tran 10m uic\n"
    (folder / "lt.net").write_text(text)
    status, _, said = lapicque("derive", "lt.net", "--include", "parts")
    assert status == 0, said
    assert "taken for ltspice: it has Rser= or Cpar=, .tran TIME" in said
    status, _, said = lapicque("derive", "lt.net", "--include", "parts", "--read-as", "hspice")
    assert status != 0
    assert "lt.net:3" in said
    assert "did you mean" in lapicque("derive", "lt.net", "--read-as", "ltspic")[2].lower()


def test_who_runs_nothing_needs_no_operating_point(folder, lapicque):
    """A current into a gate: there is no operating point, but a drawing, equations, and what to do."""
    text = "t\nI1 0 mem 1n\nC1 mem 0 1p\nM1 out mem 0 0 n\nR1 out 0 1k\n.model n nmos\n.tran 1u 1m\n"
    (folder / "integrates.cir").write_text(text)
    assert lapicque("draw", "integrates.cir")[0] == 0
    assert "dv_mem/dt = I1/C1" in lapicque("derive", "integrates.cir")[1]
    status, _, said = lapicque("simulate", "integrates.cir")
    assert status != 0
    assert "with uic behind .tran it begins from .ic and IC=" in " ".join(said.split())
    (folder / "integrates.cir").write_text(text.replace("1m\n", "1m uic\n"))
    assert lapicque("simulate", "integrates.cir")[0] == 0


def test_who_derives_much_is_told(folder, lapicque):
    many = "".join(f"R{k} a 0 1k\n" for k in range(2001))
    (folder / "many.cir").write_text(f"t\nI1 0 a 1\n{many}C1 a 0 1n\n.tran 1u 1m uic\n")
    assert "2003 elements: every step of their equations may take minutes" in lapicque("derive", "many.cir")[2]


def test_a_plot_does_not_wait_for_equations_that_only_iteration_solves(folder):
    cards = "V1 in 0 SIN(0 5 1k)", "R1 in a 1k", "D1 a out d", ".model d d(is=1e-14)", "C1 out 0 1u", "R2 out 0 10k"
    (folder / "peak.cir").write_text("\n".join(["peak", *cards, ".tran 10u 3m uic"]))
    status, out, said = command.lapicque("simulate", "peak.cir", "--plot", "peak.svg", cwd=folder)
    assert status == 0, said
    assert "drew peak.svg" in out
    assert "without the model: its equations are implicit" in said


def test_a_neuron_model_is_shown_and_written(tmp_path):
    model = lq.NeuronModel("10n", lq.Leak("1u", -0.07), 1.0, 0.1)
    (tmp_path / "cell.json").write_text(model.to_json())
    assert "LIF neuron" in command.lapicque("model", "cell.json", cwd=tmp_path)[1]
    assert "class Neuron" in command.lapicque("model", "cell.json", "--to", "pytorch", cwd=tmp_path)[1]
    assert command.lapicque("model", "cell.json", "--to", "circuit", "-o", "c.json", cwd=tmp_path)[0] == 0
    assert lq.read(tmp_path / "c.json") == lq.circuit_of_model(model)
    for wrong in (["--to", "nir"], ["--to", "brian2", "-o", "c.json"], ["-o", "x.py"]):
        assert command.lapicque("model", "cell.json", *wrong, cwd=tmp_path)[0] == 2
    code, _, said = command.lapicque("model", "c.json", cwd=tmp_path)
    assert code == 2
    assert "neuron model" in said
