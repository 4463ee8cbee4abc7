"""Late and damped sines, exponentials, AM, FM and endless pulses: the model against a general solver, and ngspice."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import lapicque as lq
from lapicque.circuits import AM, FM, B, C, Circuit, E, EndlessPulses, Exponential, I, R, S, Sine, V
from lapicque.circuits.stimuli import corners, evaluate

STOP = 5e-3
STIMULI = {
    "late and damped": Sine(1, 2, 800, 0.4, 0.7e-3, 300), "growing still": Sine(0, 1, 50, 1, 0, 2e3),
    "exponential": Exponential(0, 2, 0.3e-3, 0.2e-3, 2.1e-3, 0.7e-3),
    "tau of the circuit": Exponential(0, 2, 0, 1e-4, 2e-3, 1e-4),
    "am": AM(1, 0.5, 200, 1e3, 0.4e-3), "am of one frequency": AM(1, 0.5, 200, 200, 0.4e-3),
    "fm": FM(0.1, 1, 1e3, 2, 200), "pulses": EndlessPulses(0, 1, 1e-4, 1e-5, 2e-5, 4e-4, 9e-4),
}  # fmt: skip


def rc(stimulus):
    return Circuit("rc").add(V("V1", "in", "0", stimulus), R("R1", "in", "out", "1k"), C("C1", "out", "0", "100n"))


def solved(slopes, start, stimulus, times):
    """A general solver from corner to corner, at the tightest tolerance that doubles allow."""
    ends = [*(t for t in corners(stimulus, STOP)[0] if 0 < t < STOP), STOP]
    x, begin, found = np.array(start, dtype=float), 0.0, np.full((len(start), len(times)), np.nan)
    for end in ends:
        run = solve_ivp(
            lambda t, x: slopes(float(evaluate(stimulus, t)), x), (begin, end), x, "DOP853", dense_output=True,
            rtol=3e-14, atol=1e-14, max_step=2e-5,
        )  # fmt: skip
        here = (times >= begin) & (times <= end)
        found[:, here], x, begin = run.sol(times[here]), run.y[:, -1], end
    return found


@pytest.mark.parametrize("name", STIMULI)
def test_linear_circuits_follow_exactly(name):
    """Measured: 2e-13 of the swing, which is the solver's; with a sum that is kept for ever 5e-14."""
    s, times = STIMULI[name], np.linspace(0, STOP, 401)
    simple = lq.solve(rc(s), STOP)
    assert simple.states(times)[0] == pytest.approx(solved(lambda u, x: (u - x) / 1e-4, [0], s, times)[0], abs=1e-11)
    twice = rc(s).add(E("E1", "b", "0", "out", "0", 1), R("R2", "b", "c", "1k"), C("C2", "c", "0", "100n"))
    wanted = solved(lambda u, x: np.array([u - x[0], x[0] - x[1]]) / 1e-4, [0, 0], s, times)
    assert lq.solve(twice, STOP).states(times) == pytest.approx(wanted, abs=1e-9)  # no eigenbasis: by expm
    integrator = Circuit("i").add(
        I("I1", "0", "a", s), C("C1", "a", "0", "1m"), R("R1", "b", "0", 1), C("C2", "b", "0", 1)
    )
    wanted = solved(lambda u, x: np.array([u / 1e-3, -x[1]]), [0, 0], s, times)
    assert lq.solve(integrator, STOP).states(times) == pytest.approx(wanted, abs=1e-10)


@pytest.mark.parametrize("name", STIMULI)
def test_laws_follow_to_the_tolerance_of_their_solver(name):
    s, times = STIMULI[name], np.linspace(0, STOP, 401)
    found = lq.solve(rc(s).add(B("B1", "out", "0", "1e-4*tanh(u)", {"u": "out"})), STOP).states(times)[0]
    wanted = solved(lambda u, x: ((u - x) / 1e3 - 1e-4 * np.tanh(x)) / 1e-7, [0], s, times)[0]
    assert found == pytest.approx(wanted, abs=3e-8)


@pytest.mark.parametrize("name", STIMULI)
def test_ngspice_agrees(name):
    s = STIMULI[name]
    looped = rc(s).add(
        C("C3", "in", "y", "10n", float(evaluate(s, 0.0))), C("C4", "y", "0", "10n"), R("R5", "y", "0", "5k")
    )
    switched = rc(s).add(
        S("S1", "out", "x", "out", "0", 0.5, 0.1, 1e3, 1e9), C("C2", "x", "0", "50n"), R("R2", "x", "0", "10k")
    )
    for circuit in (looped, switched):
        compared = lq.compare(lq.solve(circuit, STOP), lq.simulate(circuit, lq.Transient(STOP)))
        assert compared.passed, str(compared)


def test_endless_pulses_go_on_in_whatever_run():
    s = STIMULI["pulses"]
    for stop in (2e-3, 9e-3):
        ngspice = lq.simulate(rc(s), lq.Transient(stop))
        assert lq.compare(lq.solve(rc(s), stop), ngspice).passed
        assert np.sum(np.diff(np.sign(ngspice["in"].values - 0.5)) > 0) == np.ceil((stop - 1e-4) / 9e-4)


def test_a_circuit_with_each_of_them_survives_its_json():
    for s in STIMULI.values():
        assert Circuit.from_json(rc(s).to_json()) == rc(s)
