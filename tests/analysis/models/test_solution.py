"""What a solution is asked: within its run and by name; and what `solve` says of its arguments and of steep laws."""

import numpy as np
import pytest

from lapicque.analysis import result, solve
from lapicque.circuits import B, C, Circuit, Probe, R, S, SpikeProbe, V
from lapicque.circuits.arguments import KindError
from lapicque.circuits.closed_forms.responses import response
from lapicque.circuits.closed_forms.transfer import frequency_response, numeric_poles
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.errors import EquationError, QuantityError, UnknownNameError


def smooth(law: str = "1e-6*v-1e-6*v^3", ic: float = 0.1) -> Circuit:
    return Circuit("smooth").add(
        C("C1", "x", "0", "1u", ic=ic), B("B1", "0", "x", law, {"v": "x"}), Probe("x", "x"),
        SpikeProbe("up", "x", "0", 0.5),
    )  # fmt: skip


def linear() -> Circuit:
    return Circuit("linear").add(V("V1", "a", "0", 1), R("R1", "a", "x", 1), C("C1", "x", "0", 1), Probe("x", "x"))


@pytest.mark.parametrize("circuit", [smooth(), linear()], ids=["smooth", "linear"])
@pytest.mark.parametrize("times", [[-0.1, 1.0], [0.0, 3.1], [np.nan], [[0.0, 1.0]], 0.1])
def test_no_accessor_answers_outside_the_run(circuit, times):
    solution = solve(circuit, 3)
    for ask in (solution.states, lambda t: solution.voltage("x", "0", t), lambda t: result(solution, t)):
        with pytest.raises(QuantityError, match="times"):
            ask(times)
    assert solution.states([0.0, 3 * (1 + 1e-12)]).shape == (1, 2)  # rounding is no other time
    assert solution.states(np.zeros(0)).shape == (1, 0)


def test_spikes_of_a_probe_are_those_of_its_name():
    circuit = smooth()
    solution = solve(circuit, 3)
    assert solution.spikes("up") == solution.spikes(circuit.element("up"))
    # v' = v - v^3: v / sqrt(1 - v^2) grows as e^t
    assert solution.spikes("up") == pytest.approx([np.log(0.5 / np.sqrt(0.75) * np.sqrt(0.99) / 0.1)], rel=1e-9)
    with pytest.raises(UnknownNameError, match="up"):
        solution.spikes("upp")
    with pytest.raises(KindError, match="SpikeProbe"):
        solution.spikes(3)


def test_a_tolerance_may_be_text():
    assert solve(smooth(), 1, "1n").states([1.0]) == pytest.approx(solve(smooth(), 1, 1e-9).states([1.0]), rel=1e-15)
    with pytest.raises(QuantityError, match="rtol"):
        solve(smooth(), 1, "2")


@pytest.mark.parametrize("ic", [5e-324, -1e-310, 1e-250])
def test_the_smallest_numbers_are_initial_conditions_like_others(ic):
    assert solve(smooth(ic=ic), 1).states([1.0])[0, 0] == pytest.approx(np.e * ic, rel=1e-6, abs=2e-323)


@pytest.mark.parametrize("law", ["sqrt(abs(v))", "sgn(v)*abs(v)^0.25", "v/sqrt(abs(v))"])
def test_a_law_that_is_infinitely_steep_where_it_starts_is_not_said_to_grow(law):
    with pytest.raises(EquationError, match=r"infinitely steep|overflows") as said:
        solve(smooth(f"1e-6*({law})", 0.0), 2)
    assert "grows without bound" not in str(said.value)


def test_what_switches_has_no_response_in_closed_form():
    switched = derive(linear().add(S("S1", "x", "0", "x", "0", 0.5, 0.2, 1, "1G")))
    for ask in (
        lambda: response(switched, "step", "V1", "x"), lambda: numeric_poles(switched),
        lambda: frequency_response(switched, "V1", np.ones(1), "x"),
    ):  # fmt: skip
        with pytest.raises(EquationError, match="'S1'"):
            ask()
