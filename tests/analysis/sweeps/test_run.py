"""Sweeps on real processes and a real cluster: the same numbers whatever happens to those who do the work."""

import contextlib
import hashlib
import json
import multiprocessing
import os
import signal

import numpy as np
import pytest
from attrs import evolve

from lapicque.analysis.sweeps import (
    Matched,
    Spread,
    Sweep,
    grid,
    listed,
    monte_carlo,
    run_sweep,
    sampled_sensitivities,
    symbolic_sensitivities,
    tolerance,
    yield_within,
)
from lapicque.analysis.sweeps.certificate import run_certified
from lapicque.analysis.sweeps.driver import TRIES
from lapicque.analysis.sweeps.executors import Cluster, ClusterLost, Processes
from lapicque.analysis.sweeps.labelled import failures
from lapicque.analysis.sweeps.quick import sweep
from lapicque.analysis.sweeps.statistics import interval_sensitivities
from lapicque.analysis.sweeps.store import Store, StoreError, SweepStopped
from lapicque.circuits import B, C, Circuit, LapicqueError, Probe, QuantityError, R, UnknownNameError
from lapicque.circuits.errors import DesignError
from lapicque.circuits.library import build
from lapicque.netlists import Transient


def _sweep(runs=24, **more):
    design = monte_carlo(tolerance(build("lif"), {"R1": "E24", "C1": "E12"}), runs, seed=3)
    return Sweep("lif_latch", design, Transient("40m"), ("interval", "spikes"), "fast", **more)


@pytest.fixture(scope="module")
def calm():
    """What one undisturbed worker finds."""
    executor = Processes(1)
    result = run_sweep(_sweep(), executor)
    executor.close()
    assert np.isfinite(result["interval"].values).all()
    return result


@pytest.fixture
def two():
    executor = Processes(2)
    yield executor
    executor.close()


def _same(a, b):
    return a["interval"].values.tolist() == b["interval"].values.tolist() and not b["failed"].any()


def _workers(others):
    return [p.pid for p in multiprocessing.active_children() if p not in others]


def test_the_number_of_workers_does_not_matter(calm, two):
    assert _same(calm, run_sweep(_sweep(), two))


def test_an_rc_grid_is_the_formula(two):
    made = Sweep("rc_low_pass", grid({"R1": ["1k", "5k"], "C1": ["10n", "50n", "100n"]}), Transient("1.5m"), ("final",))
    result = run_sweep(made, two)
    assert result["final"].dims == ("R1", "C1")
    r, c = np.meshgrid(result["R1"], result["C1"], indexing="ij")
    # A step of 1 V at 1 ms that rises in 1 us: 1 - exp(-t / RC), half a rise later.
    source = build("rc").element("V1").stimulus
    since = 1.5e-3 - source.at - source.rise / 2
    assert 0.4e-3 < since < 0.5e-3
    assert result["final"].values == pytest.approx(1 - np.exp(-since / (r * c)), abs=1e-5)


def test_a_circuit_of_ones_own_can_be_swept(two):
    made = Sweep(build("rc"), listed([{"R1": "1k"}, {"R1": "2k"}]), Transient("4m"), ("rise_time",))
    result = run_sweep(made, two)
    # 2.2 time constants from 10 % to 90 %.
    tau = result["R1"].values * build("rc").element("C1").value
    assert result["rise_time"].values == pytest.approx(np.log(9) * tau, rel=1e-2)


def test_a_killed_worker_costs_nothing(calm):
    others = multiprocessing.active_children()
    executor, killed = Processes(2), []

    def murder(runs):
        if len(killed) < 2:
            killed.append(_workers(others)[0])
            os.kill(killed[-1], signal.SIGKILL)

    result = run_sweep(_sweep(), executor, advance=murder)
    executor.close()
    assert len(killed) == 2
    assert _same(calm, result)


def test_a_stopped_worker_is_replaced(calm):
    others = multiprocessing.active_children()
    executor, stopped = Processes(2), []

    def stop(runs):
        if not stopped:
            stopped.append(_workers(others)[0])
            os.kill(stopped[0], signal.SIGSTOP)

    result = run_sweep(_sweep(timeout=10.0), executor, advance=stop)
    executor.close()
    assert stopped
    assert _same(calm, result)


class Enough(Exception):
    """Somebody pressed Control-C."""


def test_a_sweep_that_was_stopped_goes_on_where_it_was(calm, two, tmp_path):
    seen = []

    def interrupt(runs):
        seen.append(runs)
        if sum(seen) > 8:
            raise Enough

    with pytest.raises(Enough):
        run_sweep(_sweep(), two, tmp_path / "s.runs", advance=interrupt)
    counted = []
    result = run_sweep(_sweep(), two, tmp_path / "s.runs", resume=True, advance=counted.append)
    assert counted[0] >= 8
    assert sum(counted) == 24
    assert _same(calm, result)


def test_a_file_that_is_cut_off_is_found_and_done_again(calm, two, tmp_path):
    run_sweep(_sweep(), two, tmp_path)
    files = sorted(tmp_path.glob("batch-*.json"))
    files[0].write_bytes(files[0].read_bytes()[:-30])
    body = json.loads(files[1].read_text())
    body["runs"][0]["values"][0] = 1.0
    files[1].write_text(json.dumps(body))
    files[2].write_bytes(b"")
    assert _same(calm, run_sweep(_sweep(), two, tmp_path, resume=True))


def test_results_of_another_sweep_are_not_mixed_in(two, tmp_path):
    run_sweep(_sweep(4), two, tmp_path)
    with pytest.raises(StoreError, match="another sweep"):
        run_sweep(_sweep(5), two, tmp_path, resume=True)
    with pytest.raises(StoreError, match="say resume"):
        run_sweep(_sweep(4), two, tmp_path)


@pytest.mark.parametrize(("held", "words"), [("0.0.9", "lapicque 0.0.9"), (None, "older version")])
def test_results_of_another_version_are_not_mixed_in(two, tmp_path, held, words):
    """The head is that of a sweep by another version: its fingerprint is over all that it says."""
    run_sweep(_sweep(4), two, tmp_path)
    said = json.loads((tmp_path / "sweep.json").read_text())
    del said["fingerprint"], said["schema"]
    assert hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest() == _sweep(4).fingerprint
    said = {k: v for k, v in said.items() if k != "lapicque"} | ({"lapicque": held} if held else {})
    said["fingerprint"] = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    (tmp_path / "sweep.json").write_text(json.dumps(said))
    with pytest.raises(StoreError, match=words):
        run_sweep(_sweep(4), two, tmp_path, resume=True)


def test_results_of_two_versions_of_ngspice_are_not_mixed(two, tmp_path):
    """What was done by another ngspice stays as it is, and both are named."""
    first = run_sweep(_sweep(4), two, tmp_path, only=(0, 1))
    here = first.attrs["simulator"]
    assert here.startswith("ngspice-")
    store = Store(tmp_path, _sweep(4).fingerprint)
    held, _ = store.read()
    store.remove(file.name for file in tmp_path.glob("batch-*.json"))
    store.append([evolve(r, simulator="ngspice-12") for r in held.values()])
    with pytest.raises(SweepStopped, match=rf"2 of 4 runs are done, by ngspice-12.* there is {here}") as stopped:
        run_sweep(_sweep(4), two, tmp_path, resume=True)
    assert stopped.value.partial is not None
    assert stopped.value.partial.attrs["simulator"] == "ngspice-12"
    assert np.array_equal(stopped.value.partial["interval"], first["interval"], equal_nan=True)
    assert {r.simulator for r in store.read()[0].values()} == {"ngspice-12"}


def test_the_fingerprint_knows_the_tolerance_of_the_model(monkeypatch):
    before = _sweep(4, leg="model").fingerprint
    monkeypatch.setattr("lapicque.analysis.sweeps.plan.RTOL", 1e-6)
    assert _sweep(4, leg="model").fingerprint != before


@pytest.mark.parametrize("head", [None, "[]", "{", "[" * 100_000, '{"fingerprint": 1}'])
def test_batches_tell_their_sweep_without_the_file_that_says_which(two, tmp_path, head):
    """Whether sweep.json is gone or something else: the runs of one sweep never become those of another."""
    run_sweep(_sweep(4), two, tmp_path)
    (tmp_path / "sweep.json").unlink()
    if head is not None:
        (tmp_path / "sweep.json").write_text(head)
    with pytest.raises(StoreError, match="another sweep"):
        run_sweep(_sweep(5), two, tmp_path, resume=True)


@pytest.mark.parametrize("head", [None, "", "[]", "[" * 100_000])
def test_a_sweep_goes_on_when_only_its_head_is_gone_or_damaged(calm, two, tmp_path, head):
    run_sweep(_sweep(), two, tmp_path)
    (tmp_path / "sweep.json").unlink()
    if head is not None:
        (tmp_path / "sweep.json").write_text(head)
    (tmp_path / "batch-0000099-deadbeef.json").mkdir()
    assert _same(calm, run_sweep(_sweep(), two, tmp_path, resume=True))


def test_a_disk_that_fills_up_loses_nothing(calm, two, tmp_path, monkeypatch):
    """The real thing where we may mount a small disk; a folder that goes away otherwise."""
    import subprocess

    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = (
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", disk], capture_output=True).returncode == 0
    )
    try:
        target = disk / "s.runs" if mounted else tmp_path / "file" / "s.runs"
        if not mounted:
            (tmp_path / "file").write_text("")
        with pytest.raises(StoreError, match=r"No space left|Not a directory") as caught:
            run_sweep(_sweep(), two, target)
        if mounted:
            partial = caught.value.partial
            there = ~partial["missing"].values
            assert there.any()
            assert partial["interval"].values[there].tolist() == calm["interval"].values[there].tolist()
            subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
            assert _same(calm, run_sweep(_sweep(), two, target, resume=True))
    finally:
        if mounted:
            subprocess.run(["umount", disk], check=True)


def test_a_run_that_never_converges_is_recorded_and_the_rest_goes_on(two):
    """A current that grows with e^(voltage): with a large enough factor it blows up before the run ends."""
    circuit = Circuit("blow-up", [
        B("B1", "0", "v", "g*exp(20*x)", {"x": "v"}, {"g": 1e-9}), C("C1", "v", "0", 1e-9), R("R1", "v", "0", 1e9),
        Probe("v", "v"),
    ])  # fmt: skip
    made = Sweep(circuit, listed([{"g_B1": g} for g in (1e-12, 1e-6, 2e-12)]), Transient("10m"), ("final",))
    result = run_sweep(made, two)
    assert result["failed"].values.tolist() == [False, True, False]
    assert np.isfinite(result["final"].values[[0, 2]]).all()
    assert "run 1" in failures(result)[0]
    assert "netlist is kept in" in failures(result)[0]
    assert ".tran" in str(result["netlist"].values[1])
    assert TRIES == 3


def test_a_run_that_takes_too_long_is_recorded_and_the_rest_goes_on(two):
    """Two spikes, and twenty thousand: milliseconds and minutes."""
    design = listed([{"C1": "10n"}, {"C1": "1p"}, {"C1": "11n"}])
    made = Sweep("lif_switch", design, Transient("20m"), ("spikes",), "fast", {"t_ref": 0}, timeout=3.0)
    result = run_sweep(made, two)
    assert result["failed"].values.tolist() == [False, True, False]
    assert "no result after 3 s" in failures(result)[0]


def test_runs_that_failed_are_done_again_when_asked(two, tmp_path):
    """A run of a thousand spikes has too little time at first."""
    design = listed([{"C1": "10n"}, {"C1": "20p"}])

    def run(timeout, **how):
        made = Sweep("lif_switch", design, Transient("20m"), ("spikes",), "fast", {"t_ref": 0}, timeout=timeout)
        return run_sweep(made, two, tmp_path / "s.runs", **how)["failed"].values.tolist()

    assert run(0.1) == [False, True]
    assert run(600.0, resume=True) == [False, True]
    assert run(600.0, resume=True, retry=True) == [False, False]
    assert run(0.1, resume=True) == [False, False]


def test_the_first_bad_value_is_said_before_anything_runs():
    with pytest.raises(UnknownNameError, match="R7"):
        Sweep("rc_low_pass", listed([{"R7": 1.0}]), Transient("1m"), ("final",))
    with pytest.raises(UnknownNameError, match="interval"):
        Sweep("rc_low_pass", listed([{"R1": 1.0}]), Transient("1m"), ("intervals",))
    with pytest.raises(QuantityError, match="finite"):
        listed([{"R1": float("nan")}])


OWN_NAMES = ("final", "failed", "missing", "error", "netlist", "run", "label", "final_ngspice", "error_ngspice")


def _named(name):
    parts = (R(name, "a", "0", 1e3), C("C1", "a", "0", 1e-6, 1.0), Probe("a", "a"))
    return Circuit("mine", parts)


@pytest.mark.parametrize("name", OWN_NAMES)
def test_what_has_the_name_of_a_column_is_refused_before_anything_runs(name):
    """Both ways: every variable of a result that was certified is refused as a parameter."""
    for design in (grid({name: [1e3]}), listed([{name: 1e3}])):
        with pytest.raises(DesignError, match=f"{name}_1"):
            Sweep(_named(name), design, Transient("1m"), ("final",), leg="model")


def test_the_names_that_a_result_keeps_are_those_that_are_refused(two):
    made = Sweep(_named("R1"), listed([{"R1": 1e3}]), Transient("1m"), ("final",), leg="model")
    kept = {str(n) for n in run_certified(made, two, 1).variables}
    assert kept - {"R1"} <= set(OWN_NAMES) | {"failed_ngspice", "missing_ngspice", "netlist_ngspice"}


def test_an_element_called_as_a_figure_that_is_not_read_off_can_vary(two):
    """exp(-t / RC) from 1 V."""
    made = Sweep(_named("interval"), grid({"interval": [1e3, 2e3]}), Transient("1m"), ("final",), leg="model")
    assert run_sweep(made, two)["final"].values == pytest.approx(np.exp([-1.0, -0.5]))


@pytest.mark.parametrize("wrong", [{"certify": -1}, {"certify": 2.5}, {"seed": -1}, {"leg": ["model"]}])
def test_arguments_are_looked_at_before_the_first_run(wrong, tmp_path):
    """The folder is made for the first run: it is not there."""
    with pytest.raises(LapicqueError):
        sweep("rc", {"R1": ["1k"]}, ("final",), "1m", folder=tmp_path / "runs", **{"leg": "model", **wrong})
    assert not (tmp_path / "runs").exists()


def test_parts_that_vary_in_step_have_no_sensitivities_of_their_own(two):
    parts = tolerance(build("rc"), {"R1": "1%", "C1": "1%"})
    made = Sweep(
        "rc", monte_carlo(parts, 8, 0, [Matched(("R1", "C1"), 1.0)]), Transient("2m"), ("rise_time",), leg="model"
    )
    with pytest.raises(QuantityError, match="R1, C1 vary in step"):
        sampled_sensitivities(run_sweep(made, two), "rise_time")


def test_sensitivities_of_the_runs_are_those_of_the_formula(calm):
    derived = {s.name: s.value for s in interval_sensitivities(build("lif"))}
    for s in sampled_sensitivities(calm, "interval"):
        # A linear fit over 5 and 10 %: what it leaves out is of second order.
        assert s.value == pytest.approx(derived[s.name], abs=0.02)
    rc = {s.name: s.value for s in symbolic_sensitivities("1/(R1*C1)", build("rc"))}
    assert rc == {"R1": pytest.approx(-1.0), "C1": pytest.approx(-1.0)}


def test_yield_counts_and_its_interval_is_that_of_the_books(calm):
    values = calm["interval"].values
    found = yield_within(calm, "interval", np.median(values), 1.0)
    assert found.good == 12
    assert found.part == 0.5
    # Clopper and Pearson for 12 of 24.
    assert (found.low, found.high) == (pytest.approx(0.2912, abs=2e-4), pytest.approx(0.7088, abs=2e-4))
    with pytest.raises(UnknownNameError, match="interval"):
        yield_within(calm, "intervall")


@pytest.fixture
def cluster():
    made = Cluster("local", 2, silence=10.0)
    yield made
    made.close()


def _a_worker(cluster):
    """The process of one that works now: one that imports for long may have been replaced since the beginning."""
    return next(iter(cluster.client.run(os.getpid).values()))


def test_dask_gives_the_same_numbers_and_survives_a_killed_worker(calm, cluster):
    killed = []

    def murder(runs):
        if not killed:
            killed.append(_a_worker(cluster))
            os.kill(killed[0], signal.SIGKILL)

    assert _same(calm, run_sweep(_sweep(), cluster, advance=murder))


def test_dask_survives_a_worker_that_hangs(calm, cluster):
    stopped = []

    def stop(runs):
        if not stopped:
            stopped.append(_a_worker(cluster))
            os.kill(stopped[0], signal.SIGSTOP)

    try:
        assert _same(calm, run_sweep(_sweep(timeout=10.0), cluster, advance=stop))
    finally:
        with contextlib.suppress(ProcessLookupError):  # its nanny has ended it
            os.kill(stopped[0], signal.SIGKILL)


def test_a_scheduler_that_is_gone_is_said_and_what_was_done_is_kept(calm, two, tmp_path):
    import psutil

    made = Cluster("local", 2)
    port = int(made.client.scheduler.address.rsplit(":", 1)[1])
    scheduler = next(
        p for p in psutil.Process().children(recursive=True)
        if any(c.laddr.port == port and c.status == psutil.CONN_LISTEN for c in p.net_connections())
    )  # fmt: skip
    seen = []

    def murder(runs):
        seen.append(runs)
        if sum(seen) >= 4 and scheduler.is_running():
            scheduler.kill()
            scheduler.wait()

    with pytest.raises(ClusterLost, match=r"scheduler is gone: \d+ of 24 runs are kept in .*resume"):
        run_sweep(_sweep(), made, tmp_path / "s.runs", advance=murder)
    made.close()
    counted = []
    assert _same(calm, run_sweep(_sweep(), two, tmp_path / "s.runs", resume=True, advance=counted.append))
    assert counted[0] >= 4


def test_spreads_know_their_deviation():
    assert Spread("a", 1.0, 0.3).sigma == pytest.approx(0.1)
    assert Spread("a", 1.0, 0.3, uniform=True).sigma == pytest.approx(0.3 / np.sqrt(3))
