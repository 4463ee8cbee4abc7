"""Netlists that are read again for each value of a step: an RC, whose figures are known, at each."""

import math

import numpy as np
import pytest
import xarray
from click.testing import CliRunner

from lapicque.analysis.sweeps.executors import Processes
from lapicque.analysis.sweeps.plan import Sweep
from lapicque.analysis.sweeps.run import run_sweep
from lapicque.analysis.sweeps.variants import measures_of, variants
from lapicque.circuits.errors import CircuitError, DesignError, UnknownNameError
from lapicque.cli.verb_simulate import command as simulate
from lapicque.cli.verb_sweep import command as sweep
from lapicque.netlists.reading.chosen import steps_of
from lapicque.netlists.reading.deck import Asked, read_netlist
from lapicque.netlists.reading.own import read_varied

RC = """rc
.param tau=1m r=1k
V1 in 0 PULSE(0 {high} 0 1n 1n 1 2)
R1 in out {r}
C1 out 0 {tau/r}
.tran 10u {tau*10}
.step param tau list 1m 2m 5m
.step param high 1 3 2
.meas tran rise trig v(out) val={high*0.1} rise=1 targ v(out) val={high*0.9} rise=1
.meas tran settled find v(out) at={tau*3}
.meas tran half when v(out)='high/2'
.meas tran never when v(out)=9
"""


def swept(text, folder, engine, kind=None, figures=(), leg="ngspice"):
    path = folder / "deck.cir"
    path.write_text(text)
    nominal = read_netlist(path, engine=engine)

    def read(values):
        own = {k: v for k, v in values.items() if k in nominal.parameters}
        others = {k: v for k, v in values.items() if k not in own}
        return read_varied(str(path), Asked(parameters=own), others, engine)

    runs, design = variants(read, steps_of(nominal, kind, None), kind)
    executor = Processes(2)
    try:
        plan = Sweep(runs, design, runs.first.analysis, figures or measures_of(runs.first), leg=leg)
        return run_sweep(plan, executor)
    finally:
        executor.close()


def test_parameters_on_which_several_values_hang_are_stepped(tmp_path, engine):
    """The capacitor, the length of the run, and the places of measures follow tau; the pulse follows high."""
    found = swept(RC, tmp_path, engine)
    assert found["rise"].dims == ("tau", "high")
    tau, high = np.meshgrid([1e-3, 2e-3, 5e-3], [1.0, 3.0], indexing="ij")
    wanted = {"rise": tau * math.log(9), "settled": high * (1 - math.exp(-3)), "half": tau * math.log(2)}
    for name, values in wanted.items():
        assert found[name].values == pytest.approx(values, rel=1e-5), name
    assert not found["failed"].any()
    assert np.isnan(found["never"]).all()
    assert [found[n].attrs["units"] for n in ("rise", "settled", "tau")] == ["s", "V", ""]


def test_a_run_on_the_model_ends_when_its_netlist_says(tmp_path, engine):
    found = swept(RC, tmp_path, engine, figures=("final",), leg="model")
    assert found["final"].values == pytest.approx(np.array([[1.0, 3.0]] * 3) * (1 - math.exp(-10)), rel=1e-6)


AMPLIFIER = """a transistor, its current by hand
VG g 0 DC 1 AC 1
VD s 0 5
RD s d {rd}
M1 d g 0 0 n W=10u L=1u
.model n NMOS(VTO=0.7 KP=100u)
.ac lin 1 1 1
.dc VD 4 5 1 VG 1 1.2 0.2
.op
.step NMOS n(KP) list 50u 100u
.step param rd list 1k 10k
.meas ac gain find vm(d) at=1
.meas dc current find par('(v(s)-v(d))/rd') at=5
"""


def test_models_and_parameters_in_other_analyses(tmp_path, engine):
    """gm = KP W/L (VGS - VTO) and ID = KP/2 W/L (VGS - VTO)^2, in saturation."""
    kp, rd = np.meshgrid([50e-6, 100e-6], [1e3, 10e3], indexing="ij")
    gain = swept(AMPLIFIER, tmp_path, engine)
    assert gain["gain"].values == pytest.approx(kp * 10 * 0.3 * rd, rel=1e-6)
    final = swept(AMPLIFIER, tmp_path, engine, "op", ("final",))
    assert final["final"].values == pytest.approx(5 - kp / 2 * 10 * 0.09 * rd, rel=1e-6)
    nested = swept(AMPLIFIER, tmp_path, engine, "dc")["current"].sel({"n.KP": 1e-4, "rd": 1e3})
    assert nested.dims == ("VG",)
    assert nested.values == pytest.approx(0.5e-3 * np.array([0.3, 0.5]) ** 2, rel=1e-6)


def test_a_parameter_that_changes_more_than_values_is_refused(tmp_path, engine):
    text = "t\nV1 a 0 1\nR1 a b {n}\nR2 b 0 1k\n.op\n.step param n -1 1 2\n"
    with pytest.raises(CircuitError, match=r"with n = 1 the circuit of 't' is another one: 'R1'"):
        swept(text, tmp_path, engine, figures=("final",))


@pytest.fixture
def at_the_door(tmp_path):
    """A verb on a file, in this process."""
    path = tmp_path / "rc.cir"
    path.write_text(RC.replace(".step param high 1 3 2", ".param high=1"))

    def run(verb, *words):
        found = CliRunner().invoke(verb, [str(path), *words], catch_exceptions=False)
        return found.exit_code, found.stdout, found.stderr

    return run


def test_a_file_with_steps_is_swept_without_further_words(at_the_door):
    status, out, said = at_the_door(sweep)
    assert status == 0, said
    assert "it steps tau: 1m, 2m, 5m" in said
    table = [line.split() for line in out.splitlines()[:4]]
    assert table[0] == ["tau", "rise", "settled", "half", "never"]
    assert [row[0] for row in table[1:]] == ["1m", "2m", "5m"]
    assert [float(row[1]) for row in table[1:]] == pytest.approx([2.19722, 4.39445, 10.9861], rel=1e-5)


def test_parameters_are_varied_beside_elements(at_the_door):
    status, out, said = at_the_door(sweep, "--vary", "tau=1m,2m", "--vary", "R1=1k,2k", "--figure", "half")
    assert status == 0, said
    halves = [float(line.split()[-2]) * (1e-3 if line.endswith("ms") else 1e-6) for line in out.splitlines()[1:5]]
    assert halves == pytest.approx(np.array([1, 2, 2, 4]) * 1e-3 * math.log(2), rel=1e-5)


@pytest.mark.parametrize("how", [["--tolerance", "R1=5%", "--runs", "4"], ["--sample", "tau=1m:2m", "--runs", "4"]])
def test_measures_are_figures_of_sweeps_of_every_kind(at_the_door, tmp_path, how):
    """An RC reaches half of its way after R C ln 2."""
    status, out, said = at_the_door(sweep, *how, "--figure", "half", "--out", str(tmp_path / "some.nc"))
    assert status == 0, said
    found = xarray.load_dataset(tmp_path / "some.nc", engine="h5netcdf")
    tau = found["R1"].values * 1e-6 if "R1" in found.coords else found["tau"].values
    assert len(set(tau)) == 4
    assert found["half"].values == pytest.approx(tau * math.log(2), rel=1e-5)
    assert "half:" in out


def test_who_asks_for_what_is_not_read_off_hears_it_at_once(at_the_door):
    ranges = ("--vary", "R1=1k,2k")
    with pytest.raises(DesignError, match="'half' is a measure of a netlist"):
        at_the_door(sweep, *ranges, "--figure", "half", "--with", "model")
    with pytest.raises(UnknownNameError, match="Did you mean 'half'"):
        at_the_door(sweep, *ranges, "--figure", "halv")


def test_simulate_runs_the_first_value_and_reads_its_measures_off(at_the_door):
    status, out, said = at_the_door(simulate)
    assert status == 0, said
    assert "this run: tau = 1m" in said
    assert "rise     2.19722 ms" in out
    assert "never    not found: v(out) does not reach 9" in out
