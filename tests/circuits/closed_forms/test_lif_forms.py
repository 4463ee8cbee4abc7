"""The ideal neuron against its textbook formula, and the circuit's cycle against the automaton's run."""

import math

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy import Symbol

from lapicque.analysis import phase_order, solve
from lapicque.circuits import DesignError, EquationError
from lapicque.circuits.closed_forms.cycle import cycle
from lapicque.circuits.closed_forms.first_order import first_order
from lapicque.circuits.closed_forms.lif_forms import ideal_lif, psp, spikes_to_threshold
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.library import build

GRADES = ["lif_switch", "lif_latch", "lif_comparator"]


@pytest.mark.parametrize("grade", GRADES)
@given(v_rest=st.floats(-0.2, 2.5), v_reset=st.floats(-0.3, 0.3), swing=st.floats(0.5, 2.0), over=st.floats(0.01, 2.0))
def test_interval_and_rheobase(grade, v_rest, v_reset, swing, over):
    """T = t_ref + tau ln((R I - (V_r - E)) / (R I - (V_th - E))); rheobase (V_th - E) / R.

    Source: Burkitt 2006, "A review of the integrate-and-fire neuron model", Biol Cybern 95:1-19, section 2.
    """
    v_th = v_reset + swing
    r, c, t_ref = 1e6, 1e-8, 2e-3
    rheobase = (v_th - v_rest) / r
    changes = {"v_rest": v_rest, "v_reset": v_reset, "v_th": v_th, "current": 0.0, "margin": 0.05}
    circuit = build(grade, changes | ({"feedback": 0.02} if grade == "lif_comparator" else {}))
    ideal = ideal_lif(derive(circuit))
    assert ideal.value(ideal.rheobase) == pytest.approx(rheobase, rel=1e-12)
    drive = r * rheobase + over * swing
    expected = t_ref + r * c * math.log((drive - (v_reset - v_rest)) / (drive - (v_th - v_rest)))
    assert ideal.interval_at(drive / r) == pytest.approx(expected, rel=1e-9)
    assert ideal.interval_at(rheobase - 1e-3 * swing / r) == math.inf
    many = ideal.intervals_at(np.array([drive / r, rheobase - 1e-3 * swing / r]))
    assert many == pytest.approx([expected, math.inf], rel=1e-9)


def test_formulas_are_the_textbook_ones_symbol_by_symbol():
    ideal = ideal_lif(derive(build("lif", {"v_rest": -0.07, "current": "2u"})))
    r1, c1 = Symbol("R1", positive=True), Symbol("C1", positive=True)
    i1, rest = Symbol("I1", real=True), Symbol("V_rest", real=True)
    v_th, v_r, t_ref = Symbol("v_th", real=True), Symbol("v_reset", real=True), Symbol("t_ref", nonnegative=True)
    expected = t_ref + r1 * c1 * sympy.log((r1 * i1 - (v_r - rest)) / (r1 * i1 - (v_th - rest)))
    assert sympy.simplify(ideal.interval - expected) == 0
    assert sympy.simplify(ideal.rate - 1 / expected) == 0
    assert sympy.simplify(ideal.rheobase - (v_th - rest) / r1) == 0


def test_every_step_of_the_ideal_neuron_follows_from_the_one_before():
    """With numbers for all symbols, what a step ends in satisfies what it starts from."""
    ideal = ideal_lif(derive(build("lif", {"v_rest": -0.07})))
    steps = {(s.law, s.subject): s for s in ideal.derivation.steps}
    names = {s.name: s for step in ideal.derivation.steps for side in step.after for s in side.free_symbols}
    solved = steps[("substitution", "v_mem")].after[1]
    named_left, named_right = steps[("named form", "v_mem")].after
    values = {names["tau"]: 0.7, names["v_mem_inf"]: 1.3, names["v_mem_0"]: 0.2}
    curve = solved.subs(values)
    rate = names["dv_mem/dt"]
    residual = (
        (named_left - named_right).subs(values).subs({rate: sympy.diff(curve, names["t"]), names["v_mem"]: curve})
    )
    assert sympy.simplify(residual) == 0
    for subject in ("exp(-t_th/tau)", "t_th"):
        step = steps[("solve", subject)]
        unknown = names["t_th"]
        numbers = {s: v for s, v in ideal.numbers.items() if s != unknown}
        (before,) = sympy.solve((step.before[0] - step.before[1]).subs(numbers), unknown)
        after = step.after[1] if subject == "t_th" else sympy.solve(step.after[0] - step.after[1], unknown)[0]
        assert float(before) == pytest.approx(float(after.subs(numbers)), rel=1e-12)


SETS = [
    {}, {"t_ref": 0}, {"preset": "chip"}, {"v_rest": -0.1, "v_reset": 0.2, "v_th": 1.1, "t_ref": 0, "r_off": "50Meg"},
    {"current": "1.05u"}, {"current": "10u", "t_ref": "0.5m", "margin": 0.03},
    {"c": "22n", "r": "470k", "current": "4u"},
]  # fmt: skip


@pytest.mark.parametrize("grade", ["lif_switch", "lif_latch"])
@pytest.mark.parametrize("changes", SETS, ids=str)
def test_cycle_in_closed_form_is_the_automaton_s_own(grade, changes):
    circuit = build(grade, changes)
    solution = solve(circuit, 0.15)
    spikes = solution.spikes(circuit.element("spike"))
    order, start = phase_order(solution)
    assert cycle(derive(circuit), order).interval(start) == pytest.approx(np.diff(spikes)[-1], rel=1e-10)


def test_cycle_of_the_switch_is_the_two_phase_formula():
    """T = tau ln((I R - V_r)/(I R - V_th)) + tr ln((V_th - I Rp)/(V_r - I Rp)), Rp = R || R_on, tr = Rp C."""
    circuit = build("lif_switch", {"t_ref": 0, "r_off": 1e18, "current": "3u"})
    solution = solve(circuit, 0.1)
    order, start = phase_order(solution)
    r, c, i, v_th, v_r = 1e6, 1e-8, 3e-6, 1.0, 0.01
    rp = r * 100 / (r + 100)
    expected = r * c * math.log((i * r - v_r) / (i * r - v_th)) + rp * c * math.log((v_th - i * rp) / (v_r - i * rp))
    assert cycle(derive(circuit), order).interval(start) == pytest.approx(expected, rel=1e-11)


def test_a_silent_neuron_has_no_cycle():
    with pytest.raises(DesignError, match="fired 0 times"):
        phase_order(solve(build("lif", {"current": "0.5u"}), 0.1))
    with pytest.raises(EquationError, match="no switches.*solved numerically"):
        phase_order(solve(build("lif_comparator"), 0.01))
    with pytest.raises(DesignError, match="not specified"):
        ideal_lif(derive(build("rc")))


def test_psp_of_one_spike_and_spikes_to_threshold():
    circuit = build("leaky_integrator", {"current": 0.0})
    membrane = first_order(derive(circuit), "v_mem")
    q, w = Symbol("Q", positive=True), Symbol("w", positive=True)
    current = next(s for s in derive(circuit).inputs if s.name == "I1")
    peak, short = psp(membrane, current, q, w)
    assert sympy.simplify(short - q / Symbol("C1", positive=True)) == 0
    r, c, charge, width = 1e5, 1e-7, 4.5e-9, 1e-3
    numbers = {Symbol("R1", positive=True): r, Symbol("C1", positive=True): c, q: charge, w: width}
    # Charging by a constant current from rest: V = I R (1 - e^(-w/RC)).
    assert float(peak.subs(numbers)) == pytest.approx(charge / width * r * (1 - math.exp(-width / (r * c))), rel=1e-12)


@given(jump=st.floats(0.05, 0.9), gap=st.floats(1e-4, 2e-2))
def test_number_of_spikes_to_threshold_against_counting(jump, gap):
    tau, swing = 1e-2, 1.0
    v, count = 0.0, 0
    while count < 3000:
        count += 1
        v += jump
        if v >= swing:
            break
        v *= math.exp(-gap / tau)
    peak = jump / (1 - math.exp(-gap / tau))
    formula = spikes_to_threshold(*map(sympy.Float, (jump, gap, tau, swing)))
    if abs(peak - swing) > 1e-6:
        assert float(formula) == (count if peak > swing else math.inf)
