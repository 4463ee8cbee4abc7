"""Exact flow against scipy, defective and singular modes included; crossings against brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from lapicque.analysis.crossings import panels, upward
from lapicque.analysis.flow import Flow, basis, phi1, phi2
from lapicque.analysis.inputs import Drive
from lapicque.circuits.numeric import Mode

EMPTY = np.zeros(0)


def drive(value, slope, sines=()):
    index, amplitude, omega, phase = (
        (np.array(x) for x in zip(*sines, strict=True)) if sines else (np.zeros(0, int), EMPTY, EMPTY, EMPTY)
    )
    return Drive(np.array(value, float), np.array(slope, float), index, amplitude, omega, phase)


MODES = {
    "decays": [[-1.0, 0.2], [0.1, -30.0]],
    "ringing": [[-0.5, 4.0], [-4.0, -0.5]],
    "integrator": [[0.0, 1.0], [0.0, -2.0]],
    "two integrators": [[0.0, 1.0], [0.0, 0.0]],
    "equal time constants": [[-2.0, 1.0], [0.0, -2.0]],
    "nearly equal": [[-2.0, 1.0], [0.0, -2.0 - 1e-9]],
    "growing": [[0.3, 0.0], [1.0, -1.0]],
    "tiny leak": [[-1e-12, 1.0], [0.0, -3.0]],
}
DRIVES = {
    "constant": drive([1.0, -2.0], [0, 0]),
    "ramp": drive([0.5, 0.0], [2.0, -1.0]),
    "sine": drive([0.1, 0.0], [0, 0], [(0, 1.5, 3.0, 0.4), (1, 0.3, 7.0, -1.0)]),
}


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("kind", DRIVES)
def test_flow_against_scipy(name, kind):
    a, b, c = np.array(MODES[name]), np.array([[1.0, 0.0], [0.3, 2.0]]), np.array([0.2, 0.0])
    d = DRIVES[kind]
    flow = Flow(basis(Mode(a, b, c)), np.array([0.7, -0.4]), d)
    t = np.linspace(0, 3, 31)
    run = solve_ivp(
        lambda s, x: a @ x + b @ d.at(np.array([s]))[:, 0] + c, (0, 3), flow.start, method="DOP853",
        rtol=1e-13, atol=1e-14, t_eval=t,
    )  # fmt: skip
    assert flow.states(t) == pytest.approx(run.y, rel=1e-9, abs=1e-10)


@given(st.floats(-50, 3))
def test_phi_functions_against_many_digits(z):
    import mpmath

    mpmath.mp.dps = 90
    z = 0.0 if abs(z) < 1e-30 else z  # below that even ninety digits cancel
    exact = mpmath.mpf(z)
    one = (mpmath.exp(exact) - 1) / exact if z else mpmath.mpf(1)
    two = (mpmath.exp(exact) - 1 - exact) / exact**2 if z else mpmath.mpf(1) / 2
    assert float(phi1(np.array(z))) == pytest.approx(float(one), rel=1e-14)
    assert float(phi2(np.array(z))) == pytest.approx(float(two), rel=1e-13)


rates = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=4)
weights = st.lists(st.floats(-2, 2), min_size=5, max_size=5)


@given(rates, weights)
def test_no_crossing_of_a_sum_of_exponentials_is_missed(speeds, factors):
    def function(t):
        total = np.full(np.shape(t), factors[-1])
        for speed, factor in zip(speeds, factors, strict=False):
            total = total + factor * np.exp(-speed * np.asarray(t))
        return total

    length = 1.0
    found = list(upward(function, panels(-np.array(speeds), EMPTY, length)))
    fine = np.unique(np.concatenate([[0], *(np.geomspace(1e-9, length, 4000), np.linspace(0, length, 4000))]))
    values = function(fine)
    scale = np.max(np.abs(factors)) + 1e-300
    clear = np.flatnonzero((values[:-1] < -1e-9 * scale) & (values[1:] > 1e-9 * scale))
    for k in clear:
        assert any(fine[k] <= t <= fine[k + 1] for t in found)
    for t in found:
        assert abs(function(t)) <= 1e-9 * scale


def test_two_crossings_between_two_samples():
    """A bump of width 1e-4 between times that any sampling at 1e-2 would step over."""

    def function(t):
        t = np.asarray(t)
        return 2.0 * np.exp(-3000 * t) - 2.0 * np.exp(-4000 * t) - 0.2

    found = list(upward(function, panels(np.array([-3000.0, -4000.0]), EMPTY, 1.0)))
    fine = np.linspace(0, 2e-3, 2_000_001)
    v = function(fine)
    rising = fine[:-1][(v[:-1] < 0) & (v[1:] >= 0)]
    assert found == pytest.approx(list(rising), abs=2e-9)


def test_ringing_is_resolved_over_many_periods():
    def function(t):
        return np.sin(2 * np.pi * 50 * np.asarray(t)) - 0.5

    found = list(upward(function, panels(np.array([314j, -314j]), EMPTY, 1.0)))
    assert found == pytest.approx([(1 / 12 + k) / 50 for k in range(50)], abs=1e-12)
