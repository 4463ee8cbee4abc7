"""Sweeps on the model: the same figures as ngspice's, a certificate that says how far off, and what it promises."""

import numpy as np
import pytest

import lapicque as lq
from lapicque.analysis.sweeps.certificate import Certificate, certificates, certified, certify, draw
from lapicque.analysis.sweeps.executors import Processes
from lapicque.analysis.sweeps.run import Sweep, run_sweep
from lapicque.circuits.errors import UnknownNameError
from lapicque.circuits.library import build
from lapicque.netlists import OperatingPoint, Transient

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


def test_a_figure_that_only_one_has_is_counted():
    said = Certificate("interval", "s", 20, 2, 1e-6, 0.0)
    assert "2 have it in one of the two only" in str(said)


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
