"""Closed forms against textbook formulas, sympy's own Laplace transform and scipy at 1e-10."""

import itertools

import numpy as np
import pytest
import sympy
from scipy.integrate import solve_ivp
from sympy import Symbol

from lapicque.circuits import PWL, C, Circuit, EquationError, I, R, Sine, Step, UnknownNameError
from lapicque.circuits.closed_forms.first_order import first_order
from lapicque.circuits.closed_forms.responses import AMPLITUDE, PERIOD, WIDTH, response
from lapicque.circuits.closed_forms.transfer import (
    LAPLACE,
    OMEGA,
    cutoff,
    frequency_response,
    impedance,
    modes,
    numeric_poles,
    transfer,
)  # fmt: skip
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.equations.symbols import TIME
from lapicque.circuits.library import build, ladder

R1, C1, L1 = (Symbol(n, positive=True) for n in ("R1", "C1", "L1"))


def test_rc_time_constant_cutoff_transfer_impedance():
    equations = derive(build("rc"))
    form = first_order(equations, "v_out")
    assert form.tau == R1 * C1
    assert transfer(equations, "V1", "out").h == 1 / (1 + LAPLACE * R1 * C1)
    assert cutoff(equations, "V1", "out") == 1 / (2 * sympy.pi * R1 * C1)
    membrane = derive(build("leaky_integrator"))
    # Z = R / (1 + s R C): Horowitz and Hill, The Art of Electronics, 3rd ed., section 1.7.
    assert sympy.simplify(impedance(membrane, "I1") - R1 / (1 + LAPLACE * R1 * C1)) == 0
    high = transfer(derive(build("rc_high_pass")), "V1", "out").h
    assert sympy.simplify(high - LAPLACE * R1 * C1 / (1 + LAPLACE * R1 * C1)) == 0


def test_rlc_transfer_and_poles():
    h = transfer(derive(build("rlc")), "V1", "out")
    assert sympy.simplify(h.h - 1 / (LAPLACE**2 * L1 * C1 + LAPLACE * R1 * C1 + 1)) == 0
    for pole in h.poles():
        assert sympy.simplify(h.denominator.subs(LAPLACE, pole)) == 0


VALUES = {"R1": 2.0, "C1": 0.7, "L1": 0.9}
A, W, T, OM = 1.7, 0.4, 0.9, 2.3
DRIVES = {
    "constant": lambda t: A,
    "step": lambda t: A,
    "pulse": lambda t: A * (t < W),
    "ramp": lambda t: A * t,
    "sine": lambda t: A * np.sin(OM * t),
    "spikes": lambda t: A * any(k * T <= t < k * T + W for k in range(3)),
}
BENDS = {"pulse": [W], "spikes": sorted([k * T for k in range(1, 3)] + [k * T + W for k in range(3)])}


@pytest.mark.parametrize("kind", sorted(DRIVES))
@pytest.mark.parametrize("name", ["rc", "rlc", "rc_high_pass", "leaky_integrator"])
def test_responses_against_scipy(name, kind):
    circuit = build(name, {k: v for k, v in VALUES.items() if k in build(name).values})
    equations = derive(circuit)
    source, node = ("I1", "mem") if name == "leaky_integrator" else ("V1", "out")
    starts = {s.symbol: 0.3 + 0.2 * k for k, s in enumerate(equations.states)}
    formula = response(equations, kind, source, node).expression
    symbols = {AMPLITUDE: A, WIDTH: W, PERIOD: T, OMEGA: OM, **equations.parameters}
    symbols |= {Symbol(f"{s.name}_0", real=True): v for s, v in starts.items()}
    closed = sympy.lambdify(TIME, formula.subs(symbols).evalf(), "numpy")
    times = np.linspace(0.013, 3.0, 37)
    found = np.array([complex(closed(t)) for t in times])
    expected = integrate(equations, source, node, DRIVES[kind], BENDS.get(kind, []), list(starts.values()), times)
    assert np.max(np.abs(found - expected)) < 1e-10


def integrate(equations, source, node, drive, bends, start, times):
    """The same equations by scipy, restarted at every jump of the input."""
    u = next(s for s in equations.inputs if s.name == source)
    arguments = (*equations.symbols, u)
    rhs = sympy.lambdify(arguments, [f.subs(equations.parameters) for f in equations.rhs])
    read = sympy.lambdify(arguments, equations.voltages[node].subs(equations.parameters))
    edges = [0.0, *bends, times[-1]]
    result, x = np.empty(len(times)), np.array(start)
    for a, b in itertools.pairwise(edges):
        inside = (times >= a) & (times <= b)
        run = solve_ivp(
            lambda t, y, a=a, b=b: rhs(*y, drive(min(max(t, a), b - 1e-12 if b in bends else b))), (a, b), x,
            method="DOP853", rtol=1e-13, atol=1e-14, t_eval=np.unique([*times[inside], b]),
        )  # fmt: skip
        for k in np.flatnonzero(inside):
            state = run.y[:, np.searchsorted(run.t, times[k])]
            result[k] = read(*state, drive(times[k]))
        x = run.y[:, -1]
    return result


def test_step_response_of_rc_is_the_textbook_one():
    """Horowitz and Hill, section 1.4: V = V_in (1 - e^(-t/RC))."""
    found = response(derive(build("rc")), "step", "V1", "out").expression.subs(Symbol("v_out_0", real=True), 0)
    assert sympy.simplify(found - AMPLITUDE * (1 - sympy.exp(-TIME / (R1 * C1)))) == 0


@pytest.mark.parametrize("n", [1, 2, 3, 10, 50])
def test_ladder_poles(n):
    """Uniform RC ladder, driven at one end, open at the other: -4/(RC) sin^2((2k - 1) pi / (4n + 2)).

    Put v_j = sin((2k - 1) pi j / (2n + 1)) into RC v_j' = v_(j-1) - 2 v_j + v_(j+1): it vanishes at j = 0, where the
    source stands still, and is the same at n and n + 1, where nothing flows on; its rate is the formula.
    """
    poles = np.sort(np.real(numeric_poles(derive(ladder(n, "1k", "1u")))))
    k = np.arange(1, n + 1)
    expected = np.sort(-4 / 1e-3 * np.sin((2 * k - 1) * np.pi / (4 * n + 2)) ** 2)
    assert poles == pytest.approx(expected, rel=1e-9)


def test_ladder_modes_make_its_step_response():
    equations = derive(ladder(4, 1, 1))
    poles, residues, direct = modes(equations, "V1", "out")
    t = np.linspace(0, 30, 50)
    step = np.real(residues @ (np.expm1(poles[:, None] * t) / poles[:, None])) + direct
    rhs = sympy.lambdify((*equations.symbols, *equations.inputs), [f.subs(equations.parameters) for f in equations.rhs])
    run = solve_ivp(lambda t, x: rhs(*x, 1.0), (0, 30), np.zeros(4), rtol=1e-12, atol=1e-13, t_eval=t)
    assert np.max(np.abs(step - run.y[-1])) < 1e-10


def test_frequency_response_of_numbers_is_the_formula():
    equations = derive(build("rlc"))
    f = np.geomspace(10, 1e6, 50)
    h = sympy.lambdify(LAPLACE, transfer(equations, "V1", "out").h.subs(equations.parameters))
    assert frequency_response(equations, "V1", f, "out") == pytest.approx(h(2j * np.pi * f), rel=1e-9)


def test_what_has_no_closed_form_says_so():
    smooth = derive(build("lif_comparator"))
    with pytest.raises(EquationError, match="not linear"):
        transfer(smooth, "I1", "mem")
    with pytest.raises(EquationError, match="no first-order closed form.*v_ref"):
        first_order(smooth, "v_mem")
    with pytest.raises(EquationError, match="no closed form"):
        first_order(smooth, "v_y", {Symbol("v_mem", real=True): sympy.Integer(0)})
    with pytest.raises(EquationError, match="order 3"):
        transfer(derive(ladder(3)), "V1", "out").poles()
    with pytest.raises(UnknownNameError, match="kind of response"):
        response(derive(build("rc")), "stepp", "V1", "out")
    with pytest.raises(UnknownNameError, match="source"):
        transfer(derive(build("rc")), "V2", "out")
    with pytest.raises(UnknownNameError, match="node"):
        transfer(derive(build("rc")), "V1", "outt")


def test_first_order_form_of_a_membrane_with_two_resistors():
    """Two resistors in parallel: tau = C R1 R2 / (R1 + R2)."""
    circuit = Circuit("m").add(I("I1", "0", "a", 1), R("R1", "a", "0", 1), R("R2", "a", "0", 1), C("C1", "a", "0", 1))
    tau = first_order(derive(circuit), "v_a").tau
    assert sympy.simplify(tau - C1 * R1 * Symbol("R2", positive=True) / (R1 + Symbol("R2", positive=True))) == 0


def test_closed_form_waveforms_against_the_model():
    from lapicque.analysis import solve
    from lapicque.analysis.models.closed_form import closed_form_waveform
    from lapicque.circuits import Probe

    drive = PWL([0, 1e-4, 3e-4, 5e-4, 5.1e-4], [0.2, 1, -1, 0.5, 0])
    for name in ("rc", "rc_high_pass", "rlc", "ladder"):
        circuit = build(name, {"drive": drive})
        probe = circuit.of_type(Probe)[0]
        times = np.linspace(0, 1e-3, 200)
        exact = closed_form_waveform(derive(circuit), probe, times)
        assert np.max(np.abs(exact - solve(circuit, 1e-3).voltage("out", "0", times))) < 1e-9
    with pytest.raises(EquationError, match="sine"):
        closed_form_waveform(derive(build("rc", {"drive": Sine()})), probe, times)


def test_step_has_no_hidden_default():
    assert Step().breakpoints() == ((0.0, 1e-9), (0.0, 1.0))


@pytest.mark.parametrize("name", ["rc_low_pass", "leaky_integrator"])
def test_the_last_step_of_the_named_form_is_the_textbook_s_solution(name):
    """x = x_inf + (x_0 - x_inf) e^(-t/tau): it begins at x_0, ends at x_inf, and has x' = (x_inf - x)/tau."""
    equations = derive(build(name))
    form = first_order(equations, equations.symbols[0].name)
    x, solved = form.derivation.steps[-1].after
    symbols = {s.name: s for s in solved.free_symbols}
    t, tau, end = symbols["t"], symbols["tau"], symbols[f"{x.name}_inf"]
    start = symbols[f"{x.name}_0"]
    assert sympy.simplify(solved.subs(t, 0) - start) == 0
    assert sympy.simplify(solved.diff(t) - (end - solved) / tau) == 0
    assert form.derivation.steps[-1].before in [s.after for s in form.derivation.steps]
