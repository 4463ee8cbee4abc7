"""Neurons with a reset against the published equations with an instant one."""

import math

import pytest

from lapicque.analysis import Tolerance, compare, solve
from lapicque.analysis.targets.comparison import compare_target
from lapicque.circuits import DesignError, PulseTrain, QuantityError, UnknownNameError
from lapicque.circuits.library import build, target_of
from lapicque.circuits.library.adaptive_threshold import adaptive_threshold
from lapicque.circuits.library.adex import adex, exponential_if
from lapicque.circuits.library.izhikevich import PATTERNS, izhikevich
from lapicque.circuits.library.mat2 import mat2
from lapicque.circuits.library.resonate_and_fire import resonate_and_fire
from lapicque.netlists import Job, Transient


def against_target(name, stop, changes, within=2e-4):
    circuit = build(name, changes)
    return compare_target(target_of(name, changes), solve(circuit, stop), Tolerance(within, 1e-3))


LONG = ("tonic bursting", "class 1", "class 2", "bistability")
"""What happens in these happens within 200 ms."""


@pytest.mark.parametrize("name", list(PATTERNS))
def test_izhikevichs_twenty_patterns(name):
    """Every spike within a ten-thousandth of the interval of the published neuron's."""
    stop = PATTERNS[name].stop
    found = against_target("izhikevich", (200 if name in LONG else stop) * 1e-3, {"preset": name})
    assert len(found.spikes.pairs)
    assert not len(found.spikes.missing)
    assert not len(found.spikes.extra)
    assert found.spikes.worst / found.spikes.interval < 1e-4  # measured 7.3e-5


def test_tonic_spiking_as_published():
    """The third spike of a .02, b .2, c -65, d 6 at I = 14 from rest: 28.927 ms, by a solver that this file has not."""
    circuit = build("izhikevich")
    assert solve(circuit, 0.03).spikes(circuit.element("spike"))[2] == pytest.approx(28.927e-3, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "changes", "stop", "within"),  # measured 6.1e-5, 2.7e-4, 3.5e-6, 3.4e-6, 5.9e-5; a margin of 2 and more
    [
        ("adex", {"v_peak": 0}, 0.12, 2e-4),
        ("adex", {"t_ref": "2m", "v_reset": "-46m"}, 0.06, 5.4e-4),  # bursts: reset above v_t
        ("adex", {"v_rest": "-45m", "current": "0.1n", "b": "200p"}, 0.12, 1e-5),  # fires by itself
        ("exponential_if", {"t_ref": "3m", "v_peak": "-30m"}, 0.06, 1e-5),
        ("izhikevich", {"a": 0.1, "b": 0.25, "c": -60, "d": 2, "current": "10n"}, 0.06, 2e-4),
    ],
)
def test_parameters_that_published_models_have(name, changes, stop, within):
    found = against_target(name, stop, changes, within)
    assert len(found.spikes.pairs) >= 3
    assert found.passed, found.metrics


BURSTS = {"alpha_1": "-0.5m", "alpha_2": "0.35m", "omega": "26m"}
"""A threshold that a spike lowers: MAT2 bursts, at intervals of the refractory period."""


@pytest.mark.parametrize(
    ("changes", "within"),  # measured 2.7e-5, 7.2e-4, 5.5e-5, 1.1e-4, 1.8e-3; a margin of 2
    [
        ({"current": "1.2n"}, 5.4e-5),
        (BURSTS, 1.4e-3),  # the last of 20 spikes, each at the end of a refractory period
        ({"alpha_1": "10m", "alpha_2": "2u", "omega": "11m"}, 1.1e-4),
        ({"t_ref": "5m", "alpha_1": "10m", "tau_1": "3m"}, 2.2e-4),
        ({"alpha_1": 0, "alpha_2": 0, "current": "2n"}, 3.6e-3),  # above threshold all the time: the last of 50
    ],
)
def test_a_threshold_that_moves_without_a_reset(changes, within):
    found = against_target("mat2", 0.1, changes, within)
    assert len(found.spikes.pairs) >= 5
    assert found.passed, found.metrics


def test_mat2_as_published_without_a_solver():
    """First spike at tau ln(RI/(RI - omega)); the second where the decaying threshold meets the membrane."""
    circuit = mat2(current="1n")
    first, second = solve(circuit, 0.03).spikes(circuit.element("spike"))[:2]
    assert first == pytest.approx(5e-3 * math.log(50 / 31), abs=1e-7)  # a twentieth of the one-shot's length or more
    t = second - first
    threshold = 19e-3 + 37e-3 * math.exp(-t / 10e-3) + 2e-3 * math.exp(-t / 200e-3)
    assert 50e-3 * (1 - math.exp(-second / 5e-3)) == pytest.approx(threshold, rel=1e-4)


def test_patterns_in_ngspice(engine):
    names = ("phasic bursting", "inhibition-induced spiking")
    circuits = [*(izhikevich(n) for n in names), mat2(**BURSTS)]
    stops = [*(PATTERNS[n].stop * 1e-3 for n in names), 0.05]
    jobs = [Job(c, Transient(stop), "standard") for c, stop in zip(circuits, stops, strict=True)]
    for circuit, job, result in zip(circuits, jobs, engine.run_many(jobs), strict=True):
        (spikes,) = compare(solve(circuit, job.analysis.stop), result).spikes
        assert not len(spikes.missing)
        assert not len(spikes.extra)
        assert spikes.worst < 1e-3 * spikes.interval  # what `standard` promises; measured 6e-5


def test_a_resonator_fires_at_its_own_rhythm_only():
    own = resonate_and_fire()
    assert len(solve(own, 0.15).spikes(own.element("spike"))) == 1
    period = own.element("I1").stimulus.period
    for factor in (0.5, 0.7, 1.5):
        other = resonate_and_fire(current=PulseTrain(0, "1u", "2m", "1m", period * factor, 3, "10u"))
        assert not len(solve(other, 0.15).spikes(other.element("spike"))), factor


def test_what_cannot_work_is_refused():
    with pytest.raises(DesignError, match="200 times what the reset"):
        exponential_if(t_ref="1u")
    with pytest.raises(DesignError, match="cannot be negative"):
        adex(t_ref=-1e-3)
    with pytest.raises(DesignError, match="below the peak"):
        izhikevich(c=31)
    with pytest.raises(DesignError, match="greater than zero"):
        adex(delta_t=0)
    with pytest.raises(DesignError, match="below v_peak"):
        adex(v_reset="-30m")
    with pytest.raises(DesignError, match="above v_reset"):
        adaptive_threshold(v_reset="20m")
    with pytest.raises(DesignError, match="must not lower"):
        adaptive_threshold(alpha_1=-1e-3)
    with pytest.raises(DesignError, match="must be above rest"):
        mat2(omega=0)
    with pytest.raises(DesignError, match="published period is 2 ms"):
        mat2(t_ref=0)
    with pytest.raises(QuantityError, match="tau_2"):
        mat2(tau_2=0)
    with pytest.raises(DesignError, match="does not ring"):
        resonate_and_fire(r_l="1Meg")
    with pytest.raises(UnknownNameError, match="Did you mean 'tonic spiking'"):
        izhikevich("tonic spikes")


# a, b, c, d of figure1.m, the program of Izhikevich 2004 (IEEE Trans Neural Netw 15:1063), in the order of the figure.
FIGURE_1 = {
    "tonic spiking": (0.02, 0.2, -65, 6), "phasic spiking": (0.02, 0.25, -65, 6), "tonic bursting": (0.02, 0.2, -50, 2),
    "phasic bursting": (0.02, 0.25, -55, 0.05), "mixed mode": (0.02, 0.2, -55, 4),
    "spike frequency adaptation": (0.01, 0.2, -65, 8), "class 1": (0.02, -0.1, -55, 6), "class 2": (0.2, 0.26, -65, 0),
    "spike latency": (0.02, 0.2, -65, 6), "subthreshold oscillations": (0.05, 0.26, -60, 0),
    "resonator": (0.1, 0.26, -60, -1), "integrator": (0.02, -0.1, -55, 6), "rebound spike": (0.03, 0.25, -60, 4),
    "rebound burst": (0.03, 0.25, -52, 0), "threshold variability": (0.03, 0.25, -60, 4),
    "bistability": (0.1, 0.26, -60, 0), "depolarizing after-potential": (1, 0.2, -60, -21),
    "accommodation": (0.02, 1, -55, 4), "inhibition-induced spiking": (-0.02, -1, -60, 8),
    "inhibition-induced bursting": (-0.026, -1, -45, -2),
}  # fmt: skip
OURS = {"depolarizing after-potential": -18, "inhibition-induced bursting": 0}
"""d where the published pattern is a product of Euler's steps."""


def test_the_parameters_are_those_of_the_published_program():
    for name, (a, b, c, d) in FIGURE_1.items():
        p = PATTERNS[name]
        assert (p.a, p.b, p.c, p.d) == (a, b, c, OURS.get(name, d)), name
    assert set(PATTERNS) == set(FIGURE_1)
