"""Sweeps on the model: the same figures as ngspice's, a certificate that says how far off, and what it promises."""

import attrs
import numpy as np
import pytest
from oracles import published_neurons as published
from oracles.published_neurons import crossings

import lapicque as lq
from lapicque.analysis import solve
from lapicque.analysis.sweeps.certificate import certificates, certified, certify, draw
from lapicque.analysis.sweeps.executors import Processes
from lapicque.analysis.sweeps.labelled import failures
from lapicque.analysis.sweeps.plan import Sweep
from lapicque.analysis.sweeps.run import run_sweep
from lapicque.analysis.sweeps.store import SweepStopped
from lapicque.analysis.sweeps.worker import RTOL
from lapicque.circuits.errors import UnknownNameError
from lapicque.circuits.library import build
from lapicque.circuits.library.morris_lecar import morris_lecar
from lapicque.netlists import OperatingPoint, Transient
from lapicque.netlists.ngspice.errors import NgspiceMissingError

ALL = ("interval", "spikes", "first_spike", "rate", "final", "highest", "lowest", "peak_time")


def design(runs, seed=3):
    return lq.monte_carlo(lq.tolerance(build("lif_latch"), {"R": "5%", "C": "5%"}), runs, seed)


def test_every_figure_of_a_neuron_is_that_of_ngspice():
    model, ngspice = (lq.sweep("lif_latch", design(4), ALL, leg=leg, certify=0) for leg in ("model", "ngspice"))
    assert model.data.attrs["engine"] == "model"
    assert ngspice.data.attrs["engine"] == "ngspice"
    swing = 1.0
    for name in ("interval", "first_spike"):
        assert model[name].values == pytest.approx(ngspice[name].values, rel=1e-5)
    assert (model["spikes"].values == ngspice["spikes"].values).all()
    for name in ("final", "highest", "lowest"):
        assert model[name].values == pytest.approx(ngspice[name].values, abs=3e-3 * swing), name


def test_figures_of_a_response_are_those_of_the_formula():
    """An RC step: 63 % at tau, 10 to 90 % in tau ln 9."""
    parts = (lq.V("V1", "a", "0", lq.Step(0, 1, "1m", "1n")), lq.R("R1", "a", "b", "1k"), lq.C("C1", "b", "0", "1u"))
    rc = lq.Circuit("rc", (*parts, lq.Probe("b", "b")))
    swept = lq.sweep(rc, {"R1": ["1k", "2k"]}, ("rise_time", "final"), "30m", leg="model", certify=1)
    assert swept["rise_time"].values == pytest.approx(np.array([1e-3, 2e-3]) * np.log(9), rel=1e-3)
    assert swept["final"].values == pytest.approx([1, 1], abs=1e-6)
    (rise, final) = certificates(swept.data)
    assert 0 < rise.part < 1
    assert rise.largest < 1e-6
    assert final.unlike == 0


def test_the_certificate_says_what_was_measured():
    swept = lq.sweep("lif_latch", design(12), ("interval",), leg="model", certify=5, seed=4)
    drawn = np.isfinite(swept["interval_ngspice"].values)
    assert drawn.sum() == 5
    off = np.abs(swept["interval"].values - swept["interval_ngspice"].values)[drawn]
    (certificate,) = certificates(swept.data)
    assert certificate.largest == pytest.approx(off.max())
    assert certificate.part == pytest.approx(0.05 ** (1 / 5))  # 1 - p^n = 95 %
    assert "differ by" in repr(swept)
    again = lq.sweep("lif_latch", design(12), ("interval",), leg="model", certify=5, seed=4)
    assert (np.isfinite(again["interval_ngspice"].values) == drawn).all()


def test_the_promise_of_a_certificate_holds_in_ninety_five_of_a_hundred_trials():
    """The share of a population within the largest of n draws, for differences of any shape (Wilks 1941)."""
    rng, kept = np.random.default_rng(0), []
    for trial in range(400):
        population = rng.pareto(1.5, 2000) if trial % 2 else np.abs(rng.normal(size=2000))
        drawn = rng.choice(population, 20, replace=False)
        kept.append(np.mean(population <= drawn.max()) >= 0.05 ** (1 / 20))
    assert 0.92 <= np.mean(kept) <= 0.98


def test_the_promise_holds_for_real_runs_whose_figures_in_ngspice_are_all_known():
    """300 runs by both; of 200 draws of 20, as many as the promise says have a bound that holds for so many of all."""
    runs, count, trials = 300, 20, 200
    spreads = lq.tolerance(build("lif_switch"), {"R": "E24", "C": "E12"})
    drawn_values = lq.monte_carlo(spreads, runs, 5)
    model, ngspice = (
        lq.sweep("lif_switch", drawn_values, ("first_spike",), "12m", "fast", leg=leg, certify=0)["first_spike"].values
        for leg in ("model", "ngspice")
    )
    off, kept = np.abs(model - ngspice), 0
    assert np.isfinite(off).all()
    assert len(np.unique(off)) > 0.9 * runs  # two simulators do differ, and by something else in each run
    for seed in range(trials):
        few = draw(runs, count, seed)
        said = certify("first_spike", "s", model[few], ngspice[few], runs)
        kept += np.mean(off <= said.largest) >= said.part
    wanted = 0.95
    assert kept >= trials * wanted - 3 * np.sqrt(trials * wanted * (1 - wanted))


def test_where_all_runs_were_done_in_ngspice_nothing_is_left_to_confidence():
    swept = lq.sweep("rc", {"R1": ["1k", "2k"]}, ("final",), "2m", leg="model", certify=20)
    (certificate,) = certificates(swept.data)
    assert (certificate.runs, certificate.part) == (2, 1.0)
    assert "these are all" in str(certificate)


NAN, INF = np.nan, np.inf


@pytest.mark.parametrize(
    ("model", "ngspice", "failed", "compared", "unlike", "neither"),
    [
        ([1, 2, 3], [1, 2, 4], [0, 0, 0], 3, 0, 0),
        ([0, 0, 0], [0, 0, 0], [0, 0, 0], 3, 0, 0),  # no spikes in either is a count that agrees
        ([NAN, 2, NAN], [1, 2, NAN], [0, 0, 0], 1, 1, 1),
        ([NAN] * 3, [NAN] * 3, [0, 0, 0], 0, 0, 3),
        ([NAN, 2, 3], [NAN, 2, NAN], [1, 0, 1], 1, 0, 0),
        ([INF, INF, 3], [INF, 2, -INF], [0, 0, 0], 0, 2, 1),
    ],
)
def test_only_what_both_have_is_compared(model, ngspice, failed, compared, unlike, neither):
    """The bound is Wilks' of the runs that were compared: 1 - p^m = 95 %; and there is none where m is 0."""
    said = certify("interval", "s", np.array(model, float), np.array(ngspice, float), 99, np.array(failed, bool))
    assert (said.compared, said.unlike, said.neither, said.failed) == (compared, unlike, neither, sum(failed))
    words = str(said)
    assert ("%" in words) == ("differ by" in words) == (compared > 0)
    assert ("not compared" in words) == (compared < 3)
    if compared:
        assert 1 - said.part**compared == pytest.approx(0.95)
        assert ("of all (" in words) == (compared == 3)
        assert ("in which both have it (" in words) == (compared < 3)
    else:
        assert np.isnan(said.largest)


def test_the_promise_holds_for_the_runs_in_which_both_have_the_figure():
    """Runs that fail or lack the figure, as many as by chance: the bound is one for the others, in 95 of 100 draws."""
    rng, kept = np.random.default_rng(1), []
    for _ in range(1000):
        off = rng.pareto(1.5, 500)
        off[rng.random(500) < 0.6] = np.nan
        drawn = draw(500, 20, int(rng.integers(2**31)))
        said = certify("interval", "s", off[drawn], np.where(np.isnan(off[drawn]), np.nan, 0.0), 500)
        if said.compared:
            kept.append(np.mean(off[np.isfinite(off)] <= said.largest) >= said.part)
    assert 0.93 <= np.mean(kept) <= 0.97


def test_nothing_is_certified_where_nobody_spikes():
    """10 uA in 2 kohm are 20 mV at most, below the probe's 5 V: no run has an interval, all have 0 spikes."""
    parts = (lq.I("I1", "0", "m", "10u"), lq.R("R1", "m", "0", "1k"), lq.C("C1", "m", "0", "100n"))
    quiet = lq.Circuit("quiet", (*parts, lq.SpikeProbe("s", "m", "0", 5.0)))
    swept = lq.sweep(quiet, {"R1": ["1k", "1.5k", "2k"]}, ("interval", "spikes"), "5m", leg="model", certify=2)
    interval, spikes = certificates(swept.data)
    assert (interval.compared, interval.neither, interval.part) == (0, 2, 0.0)
    assert "differ" not in str(interval)
    assert (spikes.compared, spikes.largest) == (2, 0.0)


def test_why_a_run_failed_in_ngspice_is_said():
    """The certificate counts it as failed, not as agreement, and its number is that of the sweep."""
    plan = Sweep("lif_latch", design(3), Transient(4.0), ("spikes",), "reference", leg="model")
    executor = Processes(1)
    try:
        done = run_sweep(plan, executor)
        hasty = attrs.evolve(plan, timeout=1e-3)  # ngspice takes seconds
        result = certified(hasty, done, executor, 2, seed=1)
    finally:
        executor.close()
    drawn = np.flatnonzero(result["error_ngspice"].values != "")
    assert drawn.tolist() == draw(3, 2, 1).tolist()
    assert failures(result) == [f"in ngspice, run {k}: no result after 0.001 s; its worker was stopped" for k in drawn]
    (said,) = certificates(result)
    assert (said.failed, said.compared) == (2, 0)


def test_a_sweep_on_the_model_needs_no_ngspice(tmp_path, monkeypatch):
    """1 mA through R after many time constants; what does need ngspice says so before it leaves anything."""
    monkeypatch.setenv("NGSPICE_LIBRARY_PATH", "/nowhere/libngspice.so")
    parts = (lq.I("I1", "0", "b", "1m"), lq.R("R1", "b", "0", "1k"), lq.C("C1", "b", "0", "1u"), lq.Probe("b", "b"))
    rc, axis = lq.Circuit("rc", parts), {"R1": ["1k", "3k"]}
    swept = lq.sweep(rc, axis, stop="0.1", leg="model", certify=0)
    assert swept["final"].values == pytest.approx([1.0, 3.0])
    for leg, words in (("model", "certify=0"), ("ngspice", "install it")):
        with pytest.raises(NgspiceMissingError, match=words):
            lq.sweep(rc, axis, stop="0.1", leg=leg, certify=1, folder=tmp_path / "runs")
        assert not (tmp_path / "runs").exists()


def test_what_the_model_did_is_kept_where_ngspice_turns_out_to_be_none(tmp_path, monkeypatch):
    monkeypatch.setenv("NGSPICE_LIBRARY_PATH", str(tmp_path / "fake.so"))
    (tmp_path / "fake.so").write_text("no library")
    with pytest.raises(SweepStopped, match="fake.so") as caught:
        lq.sweep("rc", {"R1": ["1k", "2k"]}, ("final",), "2m", leg="model", certify=1)
    assert caught.value.partial is not None
    assert np.isfinite(caught.value.partial["final"].values).all()


def test_what_the_model_cannot_sweep_is_refused():
    with pytest.raises(lq.DesignError, match="transients"):
        Sweep("rc", lq.grid({"R1": ["1k"]}), OperatingPoint(), ("final",), leg="model")
    with pytest.raises(UnknownNameError, match="ngspice"):
        lq.sweep("rc", {"R1": ["1k"]}, leg="ngspyce")


def test_a_run_that_fails_says_so_and_the_others_go_on():
    """Above 1 Mohm the leak cannot hold the membrane below its threshold; a negative one is refused."""
    swept = lq.sweep("lif_latch", lq.grid({"R1": [1e6, -1.0]}), ("interval",), stop="30m", leg="model", certify=0)
    assert np.isfinite(swept["interval"].values).tolist() == [True, False]
    assert "R1" in swept.failures[0]


def test_what_was_run_on_the_model_is_not_taken_for_ngspice(tmp_path):
    plans = [Sweep("rc", lq.grid({"R1": ["1k"]}), Transient(1e-3), ("final",), leg=leg) for leg in ("model", "ngspice")]
    assert plans[0].fingerprint != plans[1].fingerprint
    executor = Processes(1)
    try:
        result = run_sweep(plans[0], executor, tmp_path / "runs")
        with pytest.raises(lq.LapicqueError):
            run_sweep(plans[1], executor, tmp_path / "runs", resume=True)
        assert certified(plans[0], result, executor, 5)["final_ngspice"].shape == (1,)
    finally:
        executor.close()


ADEX = {"v_reset": "-48.5m", "b": 0, "a": "2n", "tau_w": "30m", "current": 0.9e-9}
HH = {"current": 6.3e-6}


@pytest.mark.parametrize(("name", "values", "stop"), [("adex", ADEX, 0.3), ("hodgkin_huxley", HH, 0.2)])
def test_intervals_are_right_to_a_hundred_millionth_and_late_spikes_gather_their_errors(name, values, stop):
    """Against steps of a ten thousandth of a sweep's tolerance: what docs/how_to/sweep.md and RTOL say."""
    circuit = build(name, values)
    ((fine,), (swept,)) = (lq.spikes(lq.solve(circuit, stop, rtol)).values() for rtol in (1e-12, RTOL))
    assert len(fine) == len(swept) > 5
    intervals = np.diff(fine)
    assert np.diff(swept) == pytest.approx(intervals, rel=1e-8)
    assert np.max(np.abs(swept - fine)) < 1.3e-7 * np.mean(intervals)


IRREGULAR = {
    "c": "100p", "r": 1 / 12e-9, "v_rest": "-60m", "v_t": "-50m", "delta_t": "2m", "v_peak": 0, "v_reset": "-48m",
    "a": "-11n", "tau_w": "130m", "b": "30p", "current": lq.Step(0, 160e-12, 5e-3, 1e-5),
}  # fmt: skip
BURSTING = IRREGULAR | {
    "r": 1 / 10e-9, "v_rest": "-65m", "v_reset": "-47m", "a": "-10n", "tau_w": "90m",
    "current": lq.Step(0, 110e-12, 5e-3, 1e-5),
}  # fmt: skip


def test_what_a_sweep_says_of_bursts_and_of_chaos():
    """Patterns of Naud et al. 2008, 0.4 s: in bursts 1e-7 of an interval; chaos multiplies the errors of its own."""
    errors = {}
    for name, values in (("bursting", BURSTING), ("irregular", IRREGULAR)):
        circuit = build("adex", values)
        ((fine,), (swept,)) = (lq.spikes(lq.solve(circuit, 0.4, rtol)).values() for rtol in (1e-12, RTOL))
        assert len(fine) == len(swept) > 10
        errors[name] = np.abs(np.diff(swept) / np.diff(fine) - 1)
    assert errors["bursting"].max() < 2e-7
    assert errors["irregular"][:4].max() < 1e-8
    assert errors["irregular"][-4:].max() > 100 * errors["irregular"][:4].max()


def test_the_steps_of_a_sweep_against_published_neurons_in_another_solver():
    """RTOL has no other judge that is not ours. Measured: an interval off by 8.6e-10 of itself, a spike by 3.4e-9."""
    squid = crossings(published.hodgkin_huxley(6.3), published.HH_START, 200, 0, 1e-13)
    barnacle = crossings(published.morris_lecar, [-60, 0.015], 500, -5, 1e-13)
    for circuit, exact in ((build("hodgkin_huxley", HH), squid), (morris_lecar("class 2"), barnacle)):
        found = solve(circuit, 0.2 if exact is squid else 0.5, RTOL).spikes(circuit.element("spike")) * 1e3
        assert np.diff(found) == pytest.approx(np.diff(exact), rel=2e-9)
        assert np.max(np.abs(found - exact)) < 1e-8 * np.mean(np.diff(exact))


@pytest.mark.parametrize(("name", "stop"), [("adex", "120m"), ("hodgkin_huxley", "60m"), ("izhikevich", "60m")])
def test_spikes_of_a_sweep_are_right_to_a_ten_millionth_of_an_interval(name, stop):
    """A sweep takes longer steps than a run of its own; here against steps of a thousandth of its tolerance."""
    values = [build(name).element("C1").value * part for part in (0.97, 1.02)]
    swept = lq.sweep(name, {"C1": values}, ("interval", "spikes"), stop, leg="model", certify=0)
    for c, interval, spikes in zip(values, swept["interval"].values, swept["spikes"].values, strict=True):
        circuit = build(name, {"C1": c})
        (train,) = lq.spikes(lq.solve(circuit, stop, 1e-12)).values()
        assert len(train) == spikes > 2
        assert interval == pytest.approx(np.diff(train)[-1], rel=1e-7)
