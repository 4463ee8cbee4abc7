"""SPICE text: what a reader and ngspice expect of it."""

import re
import subprocess

import numpy as np
import pytest

from lapicque.circuits import (
    AM,
    FM,
    PWL,
    B,
    C,
    Circuit,
    CircuitError,
    Comparator,
    Constant,
    EndlessPulses,
    EquationError,
    Exponential,
    Noise,
    Probe,
    PulseTrain,
    R,
    Ramp,
    S,
    Sine,
    SpikeProbe,
    SpikeTrain,
    Step,
    UnknownNameError,
    V,
)  # fmt: skip
from lapicque.circuits.library import LIBRARY, build
from lapicque.netlists import AC, DCSweep, Job, OperatingPoint, Transient, netlist_text
from lapicque.netlists.spice.prepare import prepare

ANALYSES = [Transient("5m"), OperatingPoint(), AC("V1", 10, 1e4), DCSweep("V1", 0, 1, 0.1)]


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_every_netlist_is_clean(name):
    run = Transient(LIBRARY[name].stop)
    text = prepare(Job(build(name), run, max_step=run.stop / 1e4)).readable  # so that nothing is derived
    lines = text.splitlines()
    assert lines[0] == f"* {build(name).title}"
    assert lines[-1] == ".end"
    assert text.endswith(".end\n")
    assert text.isascii()
    # No engineering suffix anywhere: a number is digits, point, sign and exponent.
    cards = [re.sub(r"\s(I=|PWL).*", "", line) for line in lines if line[0] in "RCLVI"]
    for card in cards:
        for word in card.split()[3:]:
            assert re.fullmatch(r"(DC|IC=)?[-+0-9.e]*", word), card


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda a: type(a).__name__)
def test_runs_unchanged_with_ngspice_b(analysis, tmp_path):
    file = tmp_path / "rc.cir"
    file.write_text(netlist_text(build("rc"), analysis))
    run = subprocess.run(
        ["ngspice", "-b", str(file), "-r", str(tmp_path / "out.raw")], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0
    assert "aborted" not in run.stdout + run.stderr
    assert (tmp_path / "out.raw").exists()


def test_ngspice_b_and_the_engine_give_the_same(engine, tmp_path):
    circuit = build("lif")
    file = tmp_path / "lif.cir"
    text = netlist_text(circuit, Transient("20m"), "fast").replace(
        ".end\n", ".control\nrun\nset wr_singlescale\nset numdgt=16\nwrdata out.txt v(mem)\n.endc\n.end\n"
    )
    file.write_text(text)
    subprocess.run(["ngspice", "-b", str(file)], cwd=tmp_path, capture_output=True, check=False)
    written = np.loadtxt(tmp_path / "out.txt")
    result = engine.run(circuit, Transient("20m"), "fast")
    assert written[:, 0] == pytest.approx(result["time"].values, rel=1e-12)
    assert written[:, 1] == pytest.approx(result["mem"].values, rel=1e-9, abs=1e-12)


ODD = Circuit('막 전위 "quoted" `shell`').add(
    V("V 입력", "입력 노드", "0", Step()),
    R("R'leak'", "입력 노드", "time", "10k"),
    C("time", "time", "0", "1u"),
    R("x y", "time", "gnd node", 1e3),
    C("c2", "gnd node", "0", "1u"),
    Probe("막", "time"),
)


def test_odd_names_run_and_come_back(engine):
    result = engine.run(ODD, Transient("1m"))
    assert list(result.data_vars) == ["막"]
    assert result.attrs["title"] == ODD.title
    everything = engine.run(ODD.without("막"), Transient("1m"))
    assert set(everything.data_vars) == {"입력 노드", "v(time)", "gnd node"}


def test_a_title_cannot_smuggle_lines_in():
    text = netlist_text(Circuit("x\n.control\nshell touch /tmp/x\n.endc").add(*build("rc").elements), Transient("1m"))
    assert ".control" not in "\n".join(text.splitlines()[1:])


LAWS = [
    "tanh(v/0.3)*g", "exp(v)*g", "v**2*g", "v**3*g - v", "g/(1 + v**2)", "sqrt(v**2 + g)", "Max(v, g)", "Min(v, 0.1)",
    "Abs(v)*g", "sin(v)*cos(2*v)", "log(2 + v)", "atan(v)/3", "Piecewise((g*v, v > 0.2), (-v, True))", "1/(v + 3)",
    "(v + g)**4", "g*log(1 + exp(7*v))**2", "g*(v - 0.5)*(v + 0.25)", "2*v/7", "v**(-2)", "sinh(v) - cosh(v)",
    "exp(-v**2/2)",
]  # fmt: skip


@pytest.mark.parametrize("law", LAWS)
def test_laws_mean_the_same_to_ngspice_and_to_sympy(engine, law):
    """A real ngspice evaluates each law at positive and negative voltages; sympy says what it should be."""
    import sympy

    from lapicque.circuits.laws.law import expression

    for v in (-0.7, 0.4, 1.3):
        circuit = Circuit("law").add(
            V("V1", "a", "0", v), B("B1", "0", "out", law, {"v": "a"}, {"g": 0.37}), R("R1", "out", "0", 1)
        )
        found = float(engine.run(circuit, OperatingPoint(), "reference", save=("out",))["out"])
        value = expression(law).subs({s: {"v": v, "g": 0.37}[s.name] for s in expression(law).free_symbols})
        assert found == pytest.approx(float(sympy.N(value)), rel=1e-9, abs=1e-12)


def test_a_comparator_is_one_law_for_both(engine):
    circuit = Circuit("cmp").add(
        V("V1", "a", "0", 0.5001), V("V2", "b", "0", 0.5), Comparator("X1", "a", "b", "out", 0, 5, "1m", "1k"),
        R("R1", "out", "0", "9k"),
    )  # fmt: skip
    target = 5 * (1 + np.tanh(0.1)) / 2
    assert float(engine.run(circuit, OperatingPoint(), save=("out",))["out"]) == pytest.approx(0.9 * target, rel=1e-6)


def test_functions_that_a_law_cannot_have_are_refused():
    with pytest.raises(CircuitError, match="no function 'erf'"):
        B("B1", "out", "0", "erf(v)", {"v": "out"})


def test_laws_with_a_pole_at_the_start_are_refused():
    circuit = build("rc").add(B("B1", "out", "0", "log(v)", {"v": "out"}))
    with pytest.raises(EquationError, match="v_out is not finite at the start.*'C1'"):
        netlist_text(circuit, Transient("1m"))


def test_unknown_things_are_refused():
    with pytest.raises(UnknownNameError, match="accuracy 'best'"):
        netlist_text(build("rc"), Transient("1m"), "best")
    with pytest.raises(UnknownNameError, match="source 'V2'.*'V1'"):
        netlist_text(build("rc"), AC("V2", 1, 10))
    with pytest.raises(CircuitError, match="no ground"):
        netlist_text(Circuit("x").add(R("R1", "a", "b", 1), R("R2", "b", "a", 1)), Transient("1m"))


def test_switches_are_watched_through_a_gain():
    circuit = Circuit("s").add(
        V("V1", "a", "0", 1), R("R1", "a", "b", 1e3), C("C1", "b", "0", 1e-6), S("S1", "b", "0", "b", "0", 0.5, 0.1),
        SpikeProbe("p", "b", level=0.5),
    )  # fmt: skip
    text = netlist_text(circuit, Transient("1m"))
    gain = float(re.search(r"^Ewatch_1 watch_1 level_1 b 0 (\S+)$", text, re.MULTILINE).group(1))
    level = float(re.search(r"^Vlevel_1 level_1 0 DC (\S+)$", text, re.MULTILINE).group(1))
    half = float(re.search(r"VH=(\S+)", text).group(1))
    assert gain > 1e3
    assert level == pytest.approx(-0.5 * gain)
    assert half == pytest.approx(0.1 * gain)


SOURCES = {
    "step": Step(0.1, 1, "0.2m", "10u"), "ramp": Ramp(0, 1e3, "0.1m", "0.5m"), "sine": Sine(0.1, 1, 3e3, 0.7),
    "late sine": Sine(0.1, 1, 3e3, 0.7, "0.2m", 2e3), "exponential": Exponential(0.1, 1, "0.2m", "50u", "0.6m", "0.1m"),
    "exponential from 0": Exponential(0.1, 1, 0, "50u", "0.6m", "0.1m"), "am": AM(1, 0.5, 2e3, 9e3, "0.1m"),
    "fm": FM(0.1, 1, 9e3, 2, 1e3), "endless": EndlessPulses(0, 1, "0.1m", "1u", "3u", "50u", "0.1m"),
    "train": PulseTrain(0, 1, "0.1m", "0.1m", "0.3m", 3, "1u"),
    "spikes": SpikeTrain(["0.1m", "0.15m"], 1e-6, "0.1m", "1u"),
    "noise": Noise(1, "1m", "50u", 0, 4), "pwl": PWL(["0.1m", "0.4m"], [1, -1]), "constant": Constant(0.3),
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_ngspice_drives_what_the_stimulus_says(engine, name):
    """The source's own voltage, at ngspice's own time points, against the numerical form."""
    from lapicque.circuits.stimuli import evaluate

    result = engine.run(build("rc", {"drive": SOURCES[name]}), Transient("1m"), save=("in",))
    times = result["time"].values
    assert result["in"].values == pytest.approx(evaluate(SOURCES[name], times), rel=1e-9, abs=1e-9)
