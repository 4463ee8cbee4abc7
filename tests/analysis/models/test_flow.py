"""Exact flow against scipy, defective and singular modes included; crossings against brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from lapicque.analysis import result, solve
from lapicque.analysis.models import flow as flow_module
from lapicque.analysis.models.crossings import panels, upward
from lapicque.analysis.models.flow import Basis, Flow, basis, phi1, phi2
from lapicque.analysis.models.inputs import Drive
from lapicque.circuits import B, C, Circuit, CurrentProbe, I, Probe, R, S, Sine, V
from lapicque.circuits.numeric.numeric import Mode

EMPTY = np.zeros(0)


def drive(value, slope, sines=()):
    index, amplitude, omega, phase, decay = (
        (np.array(x) for x in zip(*sines, strict=True)) if sines else (np.zeros(0, int), EMPTY, EMPTY, EMPTY, EMPTY)
    )
    return Drive(np.array(value, float), np.array(slope, float), index, amplitude, omega, phase, decay)


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
    "sine": drive([0.1, 0.0], [0, 0], [(0, 1.5, 3.0, 0.4, 0.0), (1, 0.3, 7.0, -1.0, 0.0)]),
    "damped": drive([0.1, 0.0], [0, 0], [(0, 1.5, 3.0, 0.4, 0.7), (1, 0.3, 0.0, 1.5, 2.0), (0, 1.0, 0.0, 0.3, 30.0)]),
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


def test_equal_branches_of_a_tree_have_an_orthogonal_basis():
    """A binary tree of 63 compartments has equal time constants many times over; its basis is sound for all that."""
    n = 63
    g, c = np.full(n, 1e-9), np.geomspace(1e-12, 1e-11, 6)[np.log2(np.arange(1, n + 1)).astype(int)]
    a = np.diag(g)
    for k in range(2, n + 1):
        i, j = k - 1, k // 2 - 1
        a[[i, j], [i, j]] += 1e-7
        a[[i, j], [j, i]] -= 1e-7
    mode = Mode(-a / c[:, None], np.eye(n)[:, :1] / c[0], np.zeros(n))
    made = basis(mode)
    assert made.vectors is not None
    flow = Flow(made, np.linspace(-1, 1, n), drive([1e-9], [1e-7]))
    times = np.array([1e-6, 1e-4, 3e-3, 0.1])
    exact = Flow(Basis(mode, made.rates, None, None), flow.start, flow.drive).states(times)
    assert flow.states(times) == pytest.approx(exact, rel=1e-10, abs=1e-13)


def test_many_times_of_a_mode_without_an_eigenbasis_need_little_memory(monkeypatch):
    """No matrix exponential stays when its times are done: a tenth of what all of them at once would take."""
    import tracemalloc

    monkeypatch.setattr(flow_module, "AT_ONCE", 5_000)
    n = 20
    chain = Mode(np.diag(np.ones(n - 1), 1), np.zeros((n, 1)), np.zeros(n))
    flow = Flow(basis(chain), np.ones(n), drive([0.0], [0.0]))
    times = np.linspace(0, 0.5, 200)
    flow.states(times[:2])
    tracemalloc.start()
    states = flow.states(times)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert flow.basis.vectors is None
    assert states[0] == pytest.approx(np.exp(times), rel=1e-13)  # the sum of t^k / k! to k = 19
    assert peak < 0.4 * 8 * 200 * (n + 2) ** 2


def test_what_only_integrates_leaves_nothing_that_relaxes():
    """v = v_0 + I t / C, in closed form: the mode keeps all of it."""
    parts = (I("I1", "0", "a", "2u"), C("C1", "a", "0", "1u", ic=0.25), Probe("a", "a"))
    solution = solve(Circuit("ramp", parts), 1.0)
    t = np.array([0.0, 0.3, 1.0])
    assert solution.voltage("a", "0", t) == pytest.approx(0.25 + 2 * t, rel=1e-12)


def test_rates_are_the_slopes_of_the_states():
    """By central differences, with inputs that move."""
    mode = Mode(np.array([[-3.0, 1.0], [0.5, -2.0]]), np.array([[1.0], [0.3]]), np.array([0.2, -0.1]))
    none = np.zeros(0)
    flow = Flow(
        basis(mode),
        np.array([1.0, -1.0]),
        Drive(np.array([0.5]), np.array([2.0]), none.astype(int), none, none, none, none),
    )
    s, h = np.linspace(0.1, 2, 7), 1e-5
    slopes = (flow.states(s + h) - flow.states(s - h)) / (2 * h)
    assert flow.rates(s) == pytest.approx(slopes, rel=1e-8)


@pytest.mark.parametrize("size", [1e-4, 1.0, 1e4])
def test_a_cycle_that_no_scale_makes_symmetric_is_followed_as_it_is(size):
    """a12 a23 a31 is not a13 a32 a21: resistors and capacitors alone have no such matrix, controlled sources have."""
    a = size * np.array([[-3.0, 1.0, 0.2], [0.3, -2.0, 0.9], [0.8, 0.1, -4.0]])
    mode, none = Mode(a, np.zeros((3, 0)), np.zeros(3)), np.zeros(0)
    flow = Flow(basis(mode), np.array([1.0, -0.5, 2.0]), Drive(none, none, none.astype(int), none, none, none, none))
    for s in (0.3 / size, 2.0 / size):
        assert flow.states(np.array([s]))[:, 0] == pytest.approx(expm(a * s) @ flow.start, rel=1e-10)


@pytest.mark.parametrize("frequency", [50.0, 1e3])
def test_a_capacitor_across_a_sine_carries_its_slope(frequency):
    """i = C dV/dt = 2 pi f C A cos(2 pi f t + phase)."""
    parts = (V("V1", "a", "0", Sine(0.2, 1.5, frequency, 0.4)), C("C1", "a", "0", "2u", 0.2 + 1.5 * np.sin(0.4)))
    other = (R("R2", "a", "b", "1k"), C("C2", "b", "0", "1u"), CurrentProbe("i", "C1"))
    t = np.linspace(0, 2 / frequency, 50)[1:]
    run = result(solve(Circuit("loop", (*parts, *other)), 2 / frequency), t)
    omega = 2 * np.pi * frequency
    assert run["i"].values == pytest.approx(2e-6 * 1.5 * omega * np.cos(omega * t + 0.4), rel=1e-9, abs=1e-9)


def test_a_linear_law_with_a_constant_in_it_pulls_towards_it():
    """C v' = -g (v - e): v = e (1 - e^(-g t / C)), and a switch beside it watches the same voltage."""
    law = B("B1", "a", "0", "g*(v - e)", {"v": "a"}, {"g": 1e-3, "e": 2.5})
    parts = (law, C("C1", "a", "0", "1u"), S("S1", "a", "b", "a", "0", 2.0, 0.1, 1e9, 1e12), R("R1", "b", "0", 1e9))
    solution = solve(Circuit("pulled", (*parts, Probe("a", "a"))), 5e-3)
    t = np.array([0.5e-3, 1e-3, 4e-3])
    assert solution.voltage("a", "0", t) == pytest.approx(2.5 * (1 - np.exp(-t / 1e-3)), rel=1e-5)
    assert [c.time for c in solution.transitions] == pytest.approx([1e-3 * np.log(2.5 / 0.4)], rel=1e-5)
