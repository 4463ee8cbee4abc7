"""Causes are what they are called: each one follows the element that makes it."""

import numpy as np
import pytest

from lapicque.analysis import explain, solve
from lapicque.analysis.plots.shown import plot
from lapicque.circuits import B, C, Circuit, Comparator, DesignError, I, QuantityError, R, S, Sine, SpikeProbe, V
from lapicque.circuits.library import build


def causes(name, changes):
    why = explain(solve(build(name, changes), 0.12))
    assert abs(why.unexplained) <= 1e-6 * abs(why.total) + 1e-18
    assert why.model - why.ideal == pytest.approx(why.total)
    return {c.name: c.seconds for c in why.causes}


def test_a_slower_reset_switch_takes_longer_to_discharge():
    one, two = (causes("lif_latch", {"t_ref": 0, "r_on": r}) for r in (50, 100))
    assert two["finite discharge time"] == pytest.approx(2 * one["finite discharge time"], rel=0.02)


def test_discharge_time_is_the_textbook_one():
    """From v_th down to v_open = 0.01 v_th through R_on: R_on C ln 100, the input current aside."""
    found = causes("lif_switch", {"t_ref": 0, "current": "1.1u"})
    assert found["finite discharge time"] == pytest.approx(100 * 10e-9 * np.log(100), rel=0.02)


def test_a_leakier_open_switch_costs_more():
    one, two = (causes("lif_switch", {"r_off": r}) for r in ("10G", "5G"))
    assert two["leak of the open switch"] == pytest.approx(2 * one["leak of the open switch"], rel=0.01)


def test_a_higher_opening_level_shortens_the_interval():
    one, two = (causes("lif_latch", {"t_ref": 0, "margin": m}) for m in (0.01, 0.02))
    assert two["reset level not reached"] < one["reset level not reached"] < 0
    assert two["reset level not reached"] == pytest.approx(2 * one["reset level not reached"], rel=0.05)


def test_a_shifted_threshold_is_named():
    shifted = build("lif_latch").with_values({"v_t_S_set": 1.0475})  # closes at 1.05 instead of 1.0
    found = {c.name: c.seconds for c in explain(solve(shifted, 0.12)).causes}
    assert found["threshold offset"] == pytest.approx(1e-2 * np.log((2 - 1.0) / (2 - 1.05)), rel=1e-2)


def test_a_wrong_refractory_capacitor_is_named():
    wrong = build("lif_latch").with_values({"C_ref": "1.1n"})
    found = {c.name: c.seconds for c in explain(solve(wrong, 0.12)).causes}
    assert found["refractory capacitor"] == pytest.approx(0.1 * 2e-3, rel=0.01)


def test_a_slower_latch_is_a_comparator_delay():
    slow = build("lif_latch", {"t_ref": 0, "c_latch": "2n"})
    fast = build("lif_latch", {"t_ref": 0, "c_latch": "1n"})
    delays = [
        next(c.seconds for c in explain(solve(c, 0.12)).causes if c.name == "comparator delay") for c in (fast, slow)
    ]
    assert delays[1] == pytest.approx(2 * delays[0], rel=0.05)


def test_the_solver_s_error_is_the_last_cause():
    circuit = build("lif_latch")
    solution = solve(circuit, 0.06)
    spikes = solution.spikes(circuit.element("spike"))
    why = explain(solution, spikes + 1e-6 * np.arange(len(spikes)))
    assert why.causes[-1].name == "solver error"
    assert why.causes[-1].seconds == pytest.approx(1e-6, rel=1e-6)
    assert abs(why.unexplained) < 1e-12


def test_what_cannot_be_explained_says_why():
    with pytest.raises(DesignError, match="ngspice gave 1 spikes"):
        explain(solve(build("lif"), 0.06), np.array([1e-3]))
    with pytest.raises(DesignError, match="fired 0 times"):
        explain(solve(build("lif", {"current": "0.5u"}), 0.1))
    with pytest.raises(DesignError, match="changes over time"):
        explain(solve(build("lif", {"current": Sine("2u", "0.1u", 50)}), 0.1))
    with pytest.raises(DesignError, match="not specified"):
        explain(solve(build("rc"), 0.01))


def own(**more):
    parts = (
        I("dr", "0", "so", "2.2u"), R("lk", "so", "0", "820k"), C("cl", "so", "0", "6.8n"),
        S("sh", "so", "0", "so", "0", 0.6, 0.2, "10k", "10G"), B("law", "so", "0", "1n*v", {"v": "so"}),
        SpikeProbe("sp", "so", "0", 0.6, True),
    )  # fmt: skip
    return Circuit("own", parts, **more)


SPEC = {"v_th": 0.8, "v_reset": 0.4, "t_ref": 0}
ROLES = {"input": "dr", "membrane": "so", "reset": "sh"}


@pytest.mark.parametrize(("spec", "roles", "said"), [
    ({}, ROLES, "spec="),
    ({"v_th": 0.8, "v_reset": 0.4}, ROLES, "t_ref missing"),
    *((SPEC, {r: who for r, who in ROLES.items() if r != role}, f'"{role}"') for role in ROLES),
    (SPEC, {**ROLES, "reset": "law"}, "a nonlinear current source, and no comparator"),
])  # fmt: skip
def test_what_is_missing_is_said_before_anything_is_run(spec, roles, said):
    """Also without stop: the length of the run is not what is missing."""
    with pytest.raises(DesignError) as error:
        explain(own(spec=spec, roles=roles))
    assert said in str(error.value)
    assert "stop" not in str(error.value)


def test_a_circuit_is_explained_for_a_run_of_a_length_of_ones_own():
    neuron = own(spec=SPEC, roles=ROLES)
    assert explain(neuron, stop="12m").model == pytest.approx(explain(solve(neuron, "12m")).model, rel=1e-12)
    with pytest.raises(QuantityError, match="stop"):
        explain(solve(neuron, "12m"), stop="12m")


def test_a_picture_names_ngspice_only_where_it_ran():
    neuron = own(spec=SPEC, roles=ROLES)
    solution = solve(neuron, "20m")
    spikes = solution.spikes(neuron.element("sp"))
    for why, last in ((explain(solution), "circuit, model"), (explain(solution, spikes), "ngspice")):
        (axis,) = plot(why).axes
        assert axis.get_yticklabels()[-1].get_text() == last
        assert why.interval == pytest.approx(why.model)


LAW = "g*a*(1+tanh((b-0.2)/0.01))"
RESETS = {
    "switch": S("rst", "u", "0", "h", "0", 0.2, 0.1, 100, "1T"),
    "law": B("rst", "u", "0", LAW, {"a": "u", "b": "h"}, {"g": "1m"}),
    "law the other way round": B("rst", "0", "u", f"-{LAW}", {"a": "u", "b": "h"}, {"g": "1m"}),
}


def decided_by_a_comparator(reset, *more, **roles):
    """A comparator without feedback at 1 V; its output leads through 10 k and 100 n to what resets the membrane."""
    parts = (
        I("dr", "0", "u", "1u"), R("lk", "u", "0", "2Meg"), C("cl", "u", "0", "10n"), V("th", "ref", "0", 1),
        Comparator("cmp", "u", "ref", "q", 0, 5, "1m", "1k"), C("cq", "q", "0", "10n"),
        R("rh", "q", "h", "10k"), C("ch", "h", "0", "100n"), reset, SpikeProbe("sp", "q", "0", 2.5), *more,
    )  # fmt: skip
    who = {"input": "dr", "membrane": "u", "reset": "rst", "set": "cmp", "refractory": "h", **roles}
    return Circuit("own", parts, {"v_th": 1, "v_reset": 0, "t_ref": 0}, {r: n for r, n in who.items() if n})


@pytest.mark.parametrize("reset", RESETS)
def test_a_comparator_without_feedback_decides_where_its_inputs_meet(reset):
    solution = solve(decided_by_a_comparator(RESETS[reset]), "60m")
    why = explain(solution)
    found = {c.name: c.seconds for c in why.causes}
    first = solution.spikes(SpikeProbe("sp", "q", "0", 2.5))[0]
    assert found["comparator delay"] == pytest.approx(first - 20e-3 * np.log(2), rel=5e-3)  # from 0 V to 1 V of 2 V
    assert found["threshold offset"] == pytest.approx(0, abs=1e-12)
    assert abs(why.unexplained) <= 1e-6 * why.total  # measured 1e-9
    level = 0.1 if reset == "switch" else 0.2  # where the switch opens; where the law draws half
    times = solution.spikes(SpikeProbe("let_go", "h", "0", level, True))
    spikes = solution.spikes(SpikeProbe("sp", "q", "0", 2.5))
    released = times[(times > spikes[-2]) & (times < spikes[-1])]
    assert found["refractory capacitor"] == pytest.approx(released[0] - spikes[-2], rel=1e-6)


def test_a_switch_needs_no_refractory_node():
    why = explain(solve(decided_by_a_comparator(RESETS["switch"], refractory=None), "60m"))
    named = explain(solve(decided_by_a_comparator(RESETS["switch"]), "60m"))
    found, other = ({c.name: c.seconds for c in w.causes} for w in (why, named))
    assert found["finite discharge time"] == other["refractory capacitor"] > 1e-3
    assert abs(why.unexplained) <= 1e-6 * why.total


def test_a_role_that_does_not_fit_a_comparator_is_said():
    idle = (Comparator("idle", "ref", "0", "x", 0, 5, "1m", "1k"), C("cx", "x", "0", "10n"))
    with pytest.raises(DesignError, match="'idle', which decides in 'own', does not compare node 'u'"):
        explain(solve(decided_by_a_comparator(RESETS["switch"], *idle, set="idle"), "60m"))
    with pytest.raises(DesignError, match="does not fall to half of its most while node 'x'"):
        explain(solve(decided_by_a_comparator(RESETS["law"], *idle, refractory="x"), "60m"))
