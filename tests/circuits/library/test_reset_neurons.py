"""Neurons with a reset against ideal ones: the published equations with an instant reset, solved by another solver."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from lapicque.analysis import compare, solve
from lapicque.circuits import DesignError, PulseTrain, UnknownNameError
from lapicque.circuits.library.adaptive_threshold import adaptive_threshold
from lapicque.circuits.library.adex import adex, exponential_if
from lapicque.circuits.library.izhikevich import PATTERNS, izhikevich
from lapicque.circuits.library.resonate_and_fire import resonate_and_fire
from lapicque.netlists import Job, Transient


def ideal_spikes(f, start, stop, peak, reset):
    """Spikes of an ideal neuron: at the peak the state becomes reset(state)."""

    def event(t, y):
        return y[0] - peak

    event.terminal, event.direction = True, 1
    t, y, spikes = 0.0, start, []
    while t < stop:
        run = solve_ivp(f, (t, stop), y, events=event, rtol=1e-9, atol=1e-10, max_step=stop / 400)
        if run.status != 1:
            break
        t, y = run.t[-1], reset(run.y[:, -1])
        spikes.append(t)
    return np.array(spikes)


def step(t, at, high):
    return np.interp(t, [at, at + 0.01], [0, high])


def test_exponential_if():
    def f(t, y):
        return [(-(y[0] + 65) + 2 * np.exp((y[0] + 55) / 2) + 20e-3 * step(t, 5, 800)) / 12]

    exact = ideal_spikes(f, [-65.0], 80, -40, lambda y: [-60.0])
    circuit = exponential_if()
    found = solve(circuit, 0.08).spikes(circuit.element("spike")) * 1e3
    # The reset takes 3e-4 of the membrane's time constant, and a little of the interval with it.
    assert found == pytest.approx(exact, abs=0.01 * len(exact))


def test_adex():
    """Brette and Gerstner 2005, in mV, ms, pA, nS, pF."""

    def f(t, y):
        v, w = y
        dv = (-30 * (v + 70.6) + 60 * np.exp((v + 50.4) / 2) - w + step(t, 5, 1000)) / 281
        return [dv, (4 * (v + 70.6) - w) / 144]

    exact = ideal_spikes(f, [-70.6, 0.0], 200, -40, lambda y: [-70.6, y[1] + 80.5])
    circuit = adex()
    found = solve(circuit, 0.2).spikes(circuit.element("spike")) * 1e3
    assert len(found) == len(exact) == 8
    assert np.diff(found) == pytest.approx(np.diff(exact), rel=4e-3)  # measured 1.3e-3
    assert (np.diff(np.diff(found)) > 0).all()  # it adapts


@pytest.mark.parametrize("name", list(PATTERNS))
def test_izhikevichs_twenty_patterns(name):
    """Same spikes as the ideal neuron with an instant reset; in bursts the 15 us that each reset takes add up."""
    p = PATTERNS[name]
    times, currents = np.array(p.input).T

    def f(t, y):
        v, u = y
        return [
            0.04 * v**2 + p.linear * v + p.constant - u + np.interp(t, times, currents),
            p.a * (p.b * (v - p.rest) - p.decay * u),
        ]

    u_0 = p.b * (p.v_0 - p.rest) if p.u_0 is None else p.u_0
    exact = ideal_spikes(f, [p.v_0, u_0], p.stop, 30, lambda y: [p.c, y[1] + p.d])
    circuit = izhikevich(name)
    found = solve(circuit, p.stop * 1e-3).spikes(circuit.element("spike")) * 1e3
    assert len(exact) >= 1
    # A reset takes 5 us of 30, which a train of n spikes adds up: the last may fall beyond the end of the run.
    assert abs(len(found) - len(exact)) <= (len(exact) > 10)
    count = min(len(found), len(exact))
    assert found[0] == pytest.approx(exact[0], abs=2e-3)
    assert found[:count] == pytest.approx(exact[:count], rel=0.025)  # measured 8.3e-3


def test_all_patterns_in_ngspice(engine):
    circuits = [izhikevich(n) for n in PATTERNS]
    jobs = [Job(c, Transient(p.stop * 1e-3), "reference") for c, p in zip(circuits, PATTERNS.values(), strict=True)]
    for circuit, job, result in zip(circuits, jobs, engine.run_many(jobs), strict=True):
        (spikes,) = compare(solve(circuit, job.analysis.stop), result).spikes
        assert not len(spikes.missing)
        assert not len(spikes.extra)
        assert spikes.worst < 1e-6  # the microsecond that is allowed; measured 4e-7


def test_adaptive_threshold_moves_away():
    """Event by event: between spikes everything is an exponential (tau 5 ms; thresholds 10 and 200 ms)."""
    from scipy.optimize import brentq

    tau, drive, a1, a2, t, v0, spikes = 5e-3, 25e-3, 0.0, 0.0, 0.0, 0.0, []
    while True:

        def gap(s, v0=v0, a1=a1, a2=a2):
            v = drive + (v0 - drive) * np.exp(-s / tau)
            return v - 15e-3 - a1 * np.exp(-s / 10e-3) - a2 * np.exp(-s / 0.2)

        s = np.linspace(1e-6, 0.2, 20000)
        above = np.flatnonzero(gap(s) > 0)
        if not len(above):
            break
        wait = brentq(gap, s[max(above[0] - 1, 0)], s[above[0]])
        t += wait
        if t > 0.2:
            break
        spikes.append(t)
        a1, a2, v0 = a1 * np.exp(-wait / 10e-3) + 5e-3, a2 * np.exp(-wait / 0.2) + 2e-3, 0.0
    circuit = adaptive_threshold()
    found = solve(circuit, 0.2).spikes(circuit.element("spike"))
    assert len(found) == len(spikes) >= 6
    assert found == pytest.approx(spikes, rel=4e-3)  # measured 1.3e-3


def test_a_resonator_fires_at_its_own_rhythm_only():
    own = resonate_and_fire()
    assert len(solve(own, 0.15).spikes(own.element("spike"))) == 1
    period = own.element("I1").stimulus.period
    for factor in (0.5, 0.7, 1.5):
        other = resonate_and_fire(current=PulseTrain(0, "1u", "2m", "1m", period * factor, 3, "10u"))
        assert not len(solve(other, 0.15).spikes(other.element("spike"))), factor


def test_what_cannot_work_is_refused():
    with pytest.raises(DesignError, match="overflows"):
        exponential_if(v_peak=0.1)
    with pytest.raises(DesignError, match="greater than zero"):
        adex(delta_t=0)
    with pytest.raises(DesignError, match="below v_t"):
        adex(v_reset="-45m")
    with pytest.raises(DesignError, match="above v_reset"):
        adaptive_threshold(v_reset="20m")
    with pytest.raises(DesignError, match="must not lower"):
        adaptive_threshold(alpha_1=-1e-3)
    with pytest.raises(DesignError, match="does not ring"):
        resonate_and_fire(r_l="1Meg")
    with pytest.raises(UnknownNameError, match="Did you mean 'tonic spiking'"):
        izhikevich("tonic spikes")
