"""A neuron on millivolts is followed like one on volts; a reset that ends at a crawl is told where spikes are late."""

import math

import numpy as np
import pytest

import lapicque as lq
from lapicque.analysis import Tolerance, compare, solve
from lapicque.circuits import C, Circuit, I, R, S, SpikeProbe, V
from lapicque.netlists import Transient

RC, DISCHARGES = 10e-3, 100 * 100e-9


def neuron(volt, rail):
    """Rest at -70, threshold at -50.1, reset to -64.9 by 100 ohms to a rail; in thousandths of `volt` volts."""
    k = volt
    return Circuit("on millivolts").add(
        I("drive", "0", "u", 1e-6 * k), V("rest", "e", "0", -0.07 * k), R("leak", "u", "e", "100k"),
        C("cell", "u", "0", "100n", -0.07 * k), V("rail", "r", "0", rail * k),
        S("reset", "u", "r", "u", "0", -0.0575 * k, 0.0074 * k, 100, "1T"), SpikeProbe("ap", "u", "0", -0.06 * k, True),
    )  # fmt: skip


def interval(rail):
    """Charging towards +30 mV by RC, discharging towards where the rail and what still charges leave it."""
    r = 1 / (1 / 100e3 + 1 / 100)
    end = (1e-6 - 0.07 / 100e3 + rail / 100) * r
    charge = RC * math.log((0.03 + 0.0649) / (0.03 + 0.0501))
    return charge + r * 100e-9 * math.log((-0.0501 - end) / (-0.0649 - end))


@pytest.mark.parametrize(("rail", "standard", "finest"), [(-0.0655, 1e-4, 5e-6), (-0.07, 2.5e-5, 1e-6)])
def test_intervals_are_as_exact_on_millivolts_as_on_volts(engine, rail, standard, finest):
    """Measured: 6.8e-5 and 2.7e-6, 1.3e-5 and 4.6e-7; before, on millivolts, up to fifteen times as much."""
    for accuracy, limit in (("standard", standard), ("reference", finest)):
        runs = [engine.run(neuron(volt, rail), Transient("20m"), accuracy) for volt in (1, 10)]
        found = [float(np.diff(lq.spikes(run)["ap"]).mean()) / interval(rail) - 1 for run in runs]
        assert found == pytest.approx([0, 0], abs=limit)
        assert found[0] == pytest.approx(found[1], abs=limit / 100)


def test_a_switch_that_opens_at_a_crawl_is_told(engine):
    """The rail at -65 mV leaves the membrane 5 uV below where its reset ends; at -65.5 mV it passes there quickly."""
    strict = Tolerance(1e-7, 1e-7)
    crawling, quick = (
        compare(solve(neuron(1, rail), "20m"), engine.run(neuron(1, rail), Transient("20m")), strict)
        for rail in (-0.065, -0.0655)
    )
    assert "Switch 'reset' opens where its control crawls at 510 mV a second" in crawling.verdict
    assert not quick.passed
    assert "crawls" not in quick.verdict
