"""Extremes and crossings of the model between all sampled times, against formulas and another solver's dense output."""

import numpy as np
import pytest
from oracles.published_neurons import HH_START, hodgkin_huxley
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, minimize_scalar

import lapicque as lq
from lapicque.analysis.models.series import series
from lapicque.circuits.library import build
from lapicque.circuits.numeric.numeric import node_expression

PEAK = ("highest", "lowest", "peak_time", "rise_time")


def on_model(circuit, figures, stop):
    """Figures of one run of a sweep on the model."""
    (name,) = [e.name for e in circuit.of_type(lq.R)]
    swept = lq.sweep(circuit, {name: [circuit.element(name).value]}, figures, stop, leg="model", certify=0, workers=1)
    assert not swept.failures
    return [float(swept[f].values.item()) for f in figures]


def rung(resistance, at, rise):
    """A series RLC under a ramp of `rise` seconds, as a difference of two ramp responses; L 10 mH, C 100 nF."""
    ind, cap = 10e-3, 100e-9
    decay, omega = resistance / 2 / ind, np.sqrt(1 / ind / cap - (resistance / 2 / ind) ** 2)

    def ramp(s):
        s = np.maximum(s, 0.0)
        lag = resistance * cap  # the particular solution is s - RC; the rest rings with v(0) = 0 and v'(0) = 0
        ringing = lag * np.cos(omega * s) + (decay * lag - 1) / omega * np.sin(omega * s)
        return s - lag + np.exp(-decay * s) * ringing

    return lambda t: (ramp(t - at) - ramp(t - at - rise)) / rise


@pytest.mark.parametrize(("resistance", "stop"), [(100, "2m"), (100, "20m"), (100, 1), (5, "50m"), (5, 1)])
def test_a_ringing_step_is_as_high_in_a_run_of_any_length(resistance, stop):
    """Measured: heights and the time of the top to 1e-12 of themselves; rise times to 3e-12."""
    circuit = build("rlc", {"R1": resistance})
    exact = rung(resistance, 100e-6, 1e-6)
    top = minimize_scalar(lambda t: -exact(t), bounds=(150e-6, 250e-6), method="bounded", options={"xatol": 1e-14})
    last = exact(lq.circuits.units.parse(stop, "stop"))
    up = [brentq(lambda t, p=p: exact(t) - p * last, 101e-6, top.x, xtol=1e-18) for p in (0.1, 0.9)]
    highest, lowest, when, rise = on_model(circuit, PEAK, stop)
    assert highest == pytest.approx(-top.fun, rel=1e-9)
    assert lowest == pytest.approx(0, abs=1e-12)
    assert when == pytest.approx(top.x, rel=1e-7)
    assert rise == pytest.approx(up[1] - up[0], rel=1e-9)


def under_a_sine(frequency, tau, t):
    """An RC low pass that rests until a sine of 1 V begins."""
    turning = 2 * np.pi * frequency * tau
    late, size = np.arctan(turning), 1 / np.hypot(1, turning)
    return size * (np.sin(turning * t / tau - late) + np.sin(late) * np.exp(-t / tau))


def lowest_of(function, times):
    """The least value of a function, and where: the bottoms next to the lowest valleys of its values at some times."""
    values = function(times)
    valleys = 1 + np.flatnonzero((np.diff(values)[:-1] <= 0) & (np.diff(values)[1:] >= 0))
    found = [(values[0], times[0]), (values[-1], times[-1])]
    for k in valleys[np.argsort(values[valleys])][:60]:
        bottom = minimize_scalar(function, bounds=times[[k - 1, k + 1]], method="bounded", options={"xatol": 1e-15})
        found.append((bottom.fun, bottom.x))
    return min(found)


@pytest.mark.parametrize(("frequency", "stop"), [(20e3, 0.1), (23456.7, 2e-3), (997.0, 1.0)])
def test_a_sine_is_not_looked_at_in_step_with_itself(frequency, stop):
    """2000 periods of 20 kHz fall on 2001 even times, and looked like nothing. Measured: 4e-12 of the swing."""
    parts = (lq.V("V1", "in", "0", lq.Sine(0, 1, frequency)), lq.R("R1", "in", "out", "1k"))
    circuit = lq.Circuit("low pass", (*parts, lq.C("C1", "out", "0", "100n"), lq.Probe("out", "out")))
    early = np.linspace(0, min(stop, 60e-4), int(200 * frequency * min(stop, 60e-4)))  # 60 tau: then it repeats itself
    least, _ = lowest_of(lambda t: under_a_sine(frequency, 1e-4, t), early)
    most, when = lowest_of(lambda t: -under_a_sine(frequency, 1e-4, t), early)
    highest, lowest, peak_time = on_model(circuit, PEAK[:3], stop)
    swing = -most - least
    assert highest == pytest.approx(-most, abs=1e-9 * swing)
    assert lowest == pytest.approx(least, abs=1e-9 * swing)
    assert peak_time == pytest.approx(when, rel=1e-6)


def test_a_value_that_jumps_counts_on_both_sides():
    """1 mA through a switch, 10 kohm until its capacitor of 1 uF is at 0.6 V and 1 kohm then: v is 10 V + 0.6 V before
    the jump, 1 V + 0.6 V after it, and no sample in the second piece is as high, or at 5 V."""
    parts = (
        lq.I("I1", "0", "a", "1m"),
        lq.S("S1", "a", "c", "c", "0", "0.5", "0.1", "1k", "10k"),
        lq.C("C1", "c", "0", "1u"),
        lq.Probe("a", "a"),
    )
    solution = lq.solve(lq.Circuit("jumps", parts), "0.8m")
    found = series(solution, node_expression(solution.system.equations, "a", "0"))
    low, high = found.extremes()
    closes = next(t.time for t in solution.transitions)
    assert closes == pytest.approx(0.6e-3, rel=1e-12)
    assert high == pytest.approx((10.6, closes), rel=1e-12)
    assert low == pytest.approx((1.6, closes), rel=1e-12)
    assert found.first_passing(5.0, rising=False) == pytest.approx(closes, rel=1e-12)
    assert np.isnan(found.first_passing(5.0))


def nagumo(t, y):
    """FitzHugh 1961 with a 0.7, b 0.8, phi 0.08, driven by 0.5."""
    v, w = y
    return [v - v**3 / 3 - w + 0.5, 0.08 * (v + 0.7 - 0.8 * w)]


@pytest.mark.parametrize(
    ("circuit", "field", "start", "stop", "volt"),
    [
        (build("hodgkin_huxley", {"current": 6.3e-6}), hodgkin_huxley(6.3), HH_START, 40.0, 1e-3),
        (build("fitzhugh_nagumo", {"time": "1m"}), nagumo, (-1, -0.6), 100.0, 1.0),
    ],
)
def test_a_smooth_neuron_is_as_high_as_in_another_solver(circuit, field, start, stop, volt):
    """Against DOP853 with its own dense output. Measured: heights to 7e-9 of the swing, times to 1e-7 ms."""
    exact = solve_ivp(field, (0, stop), start, "DOP853", rtol=1e-12, atol=1e-13, dense_output=True, max_step=0.02)
    times = np.linspace(0, stop, 4001)
    least, _ = lowest_of(lambda t: exact.sol(t)[0], times)
    most, when = lowest_of(lambda t: -exact.sol(t)[0], times)
    capacitor = circuit.of_type(lq.C)[0]
    swept = lq.sweep(
        circuit, {capacitor.name: [capacitor.value]}, PEAK[:3], stop * 1e-3, leg="model", certify=0, workers=1
    )
    highest, lowest, peak_time = (swept[f].values.item() for f in PEAK[:3])
    swing = -most - least
    assert highest / volt == pytest.approx(-most, abs=2e-8 * swing)
    assert lowest / volt == pytest.approx(least, abs=2e-8 * swing)
    assert peak_time * 1e3 == pytest.approx(when, abs=5e-7)
