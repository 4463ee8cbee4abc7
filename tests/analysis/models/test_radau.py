"""Compiled steps against solutions that are known, and against textbook algebra."""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from lapicque.analysis.models.banded import factor, solve
from lapicque.analysis.models.radau import radau
from lapicque.analysis.models.radau_steps import FINISHED, STUCK, _guess, advance, kept
from lapicque.analysis.models.radau_work import Drive, Limits, Shape, Task, work
from lapicque.circuits.numeric.machine import machine_code

METHOD = radau()
NONE = np.zeros(0)


def run(slopes, x, start, end, rtol=1e-11, longest=np.inf, h=0.0, method=METHOD, ends=FINISHED):
    """Steps of x' = slopes(x, ..., u), where u is the time."""
    symbols, u = sympy.symbols(list("xyz"))[: len(x)], sympy.Symbol("u")
    rhs = [sympy.sympify(s, {"u": u}) for s in slopes]
    jacobian = [f.diff(s) for f in rhs for s in symbols]
    groups = [symbols, [u], [], []]
    f, j = (machine_code(groups, e) for e in (rhs, jacobian))
    n = len(x)
    place = np.arange(n * n)
    shape = Shape(place // n, place % n, np.arange(n), n - 1, n - 1)
    drive = Drive(start, np.array([start]), np.ones(1), np.zeros(0, np.int64), NONE, NONE, NONE, NONE)
    x, times = np.array(x, dtype=float), np.zeros((5000, 2))
    coefficients = np.zeros((5000, n, len(method.c) + 1))
    limits = Limits(end, longest, rtol, rtol / 100)
    task = Task(drive, NONE, NONE, method, shape, work(n, 1, n * n, method), limits)
    made, status, _ = advance(f.address, j.address, task, x, start, h, times, coefficients)
    assert status == ends
    return times[:made], coefficients[:made], x


def values(times, coefficients, t):
    k = np.searchsorted(times[:, 1], t)
    begin, end = times[k].T
    y = (2 * t - begin - end) / (end - begin)
    return np.einsum("kno,ko->nk", coefficients[k], y[:, None] ** np.arange(coefficients.shape[2]))


@pytest.mark.parametrize("rate", [1.0, 1e3, 1e6, 1e9])
def test_a_smooth_solution_beside_a_fast_one(rate):
    """Prothero and Robinson 1974: x' = -rate (x - cos t) - sin t has the solution cos t, however large the rate."""
    times, coefficients, _ = run([f"-{rate!r} * (x - cos(u)) - sin(u)"], [1.0], 0.0, 10.0)
    t = np.linspace(0.01, 9.99, 500)
    assert np.max(np.abs(values(times, coefficients, t) - np.cos(t))) < 1e-10
    assert len(times) < 60


@pytest.mark.parametrize("stages", [3, 5])
def test_order_at_the_end_and_between(stages):
    """Equal steps: the end of order 2 s - 1, the polynomial of order s + 1 (Hairer and Wanner 1996, IV.5)."""
    method, errors = radau(stages), []
    for count in (2, 4):
        h = 2.0 / count
        times, coefficients, x = run(["-x + sin(u)"], [1.0], 0.0, 2.0, 1e-1, h, h, method)
        assert len(times) == count
        t = (times[:, 0] + times[:, 1]) / 2
        exact = [1.5 * np.exp(-s) + (np.sin(s) - np.cos(s)) / 2 for s in (2.0, t)]
        errors.append([abs(x[0] - exact[0]), np.max(np.abs(values(times, coefficients, t) - exact[1]))])
    orders = np.log2(np.array(errors[0]) / errors[1])
    assert orders[0] == pytest.approx(2 * stages - 1, abs=0.5)
    assert orders[1] == pytest.approx(stages + 1, abs=0.5)


def test_an_oscillator_that_relaxes():
    """van der Pol with mu = 1000, a reference solution of the stiff test set (Hairer and Wanner 1996, section IV.10).


    x'' = ((1 - x^2) x' - x) / 1e-6 in time scaled by mu; x(1) and x(2) as published with the test set.
    """
    slopes = ["y", "((1 - x**2) * y - x) / 1e-6"]
    times, _, x = run(slopes, [2.0, 0.0], 0.0, 2.0)
    assert x[0] == pytest.approx(1.706167732170483, rel=1e-8)
    assert x[1] == pytest.approx(-0.8928097010247975, rel=1e-8)
    assert len(times) < 1500


def test_what_blows_up_stands_still_there():
    times, _, _ = run(["x**2"], [1.0], 0.0, 2.0, ends=STUCK)
    assert times[-1, 1] == pytest.approx(1.0, rel=1e-9)
    times, coefficients, _ = run(["x**2"], [1.0], 0.0, 0.999)
    t = np.linspace(0.1, 0.99, 50)
    assert values(times, coefficients, t)[0] == pytest.approx(1 / (1 - t), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 9), below=st.integers(0, 8), above=st.integers(0, 8), seed=st.integers(0, 2**32 - 1),
    imaginary=st.booleans(),
)  # fmt: skip
def test_banded_matrices_are_solved(n, below, above, seed, imaginary):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(n, n)) + (1j * rng.normal(size=(n, n)) if imaginary else 0)
    i, j = np.indices((n, n))
    a[(i - j > below) | (j - i > above)] = 0
    b = rng.normal(size=n) + 0 * a[0]
    made, rows, found = a.copy(), np.zeros(n, np.int64), b.copy()
    if not factor(made, rows, below, above) or np.linalg.cond(a) > 1e10:
        return
    solve(made, rows, below, above, found)
    assert np.max(np.abs(a @ found - b)) < 1e-13 * np.linalg.cond(a) * (1 + np.max(np.abs(found)))


@pytest.mark.parametrize("ratio", [1.0, 0.4])
def test_the_guess_of_a_step_continues_the_one_before(ratio):
    """From the stages of a polynomial of degree s, the next stages are those of the same polynomial."""
    method, s = METHOD, len(METHOD.c)
    room, h = work(1, 1, 1, method), 0.5
    polynomial = np.polynomial.Polynomial(np.random.default_rng(3).normal(size=s + 1))
    x, before, coefficients = np.array([polynomial(0.0)]), np.zeros((s + 1, 1)), np.zeros((1, s + 1))
    room.z[0] = polynomial(method.c * h) - polynomial(0.0)
    assert kept(method, room, x, before, coefficients)
    assert x[0] == pytest.approx(polynomial(h))
    middle = np.linspace(-1, 1, 9)
    written = np.polynomial.polynomial.polyval(middle, coefficients[0])
    assert written == pytest.approx(polynomial((middle + 1) / 2 * h))
    _guess(method, room, before, ratio)
    assert room.z[0] == pytest.approx(polynomial(h + ratio * h * method.c) - polynomial(h), rel=1e-7, abs=1e-9)
