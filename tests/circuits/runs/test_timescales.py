"""Time constants against the textbook's, of circuits small enough to work out by hand."""

import math

import numpy as np
import pytest

from lapicque.circuits import B, C, Circuit, Comparator, Diode, EquationError, I, L, R, S, Sine, Step, V
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.library import build
from lapicque.circuits.runs.excited import excited
from lapicque.circuits.runs.timescales import time_scales


def scales(*parts):
    return time_scales(derive(Circuit("t").add(*parts)))


def rc(source, r=1e3, c=1e-6):
    return V("V1", "in", "0", source), R("R1", "in", "a", r), C("C1", "a", "0", c)


def test_one_time_constant():
    found = scales(*rc(1.0))
    assert found.slow == pytest.approx(1e-3)
    assert found.fast is None


def test_the_longest_of_two():
    """Two equal stages of a ladder: tau / ((3 -+ sqrt 5) / 2)."""
    found = scales(*rc(1.0), R("R2", "a", "b", 1e3), C("C2", "b", "0", 1e-6))
    assert found.slow == pytest.approx(1e-3 * 2 / (3 - math.sqrt(5)))


@pytest.mark.parametrize(("frequency", "slow"), [(1e3, 1 / (2e3 * math.pi)), (10.0, 1e-3)])
def test_a_sine_that_is_faster(frequency, slow):
    assert scales(*rc(Sine(0, 1, frequency))).slow == pytest.approx(slow)


@pytest.mark.parametrize(("r", "slow"), [(20.0, 1e-4), (1e3, None)])
def test_what_oscillates_counts_by_its_own_period(r, slow):
    """L 10 mH, C 1 uF: critical at 200 ohm; below, sqrt(LC) over root(1 - ...) is sqrt(LC) in all, as |rate| is."""
    found = scales(V("V1", "in", "0", 1.0), R("R1", "in", "a", r), L("L1", "a", "b", 1e-2), C("C1", "b", "0", 1e-6))
    damped = r / 2e-2
    longest = 1 / (damped - math.sqrt(max(damped**2 - 1e8, 0))) if slow is None else slow
    assert found.slow == pytest.approx(longest)


def test_an_integrator_has_a_second():
    assert scales(I("I1", "0", "a", 1e-6), C("C1", "a", "0", 1e-6)).slow == 1.0
    assert scales(*rc(1.0), I("I1", "0", "b", 1e-6), C("C2", "b", "0", 1.0)).slow == 1.0


def test_who_starts_closed_is_stepped_like_who_starts_open():
    """10 nF over 1 Mohm, and 1 kohm while a switch is closed: it is open for most of the run, whoever begins."""
    parts = [R("R1", "a", "0", 1e6), I("I1", "0", "a", "2u"), C("C1", "a", "0", 1e-8)]
    for closed in (False, True):
        switch = S("S1", "a", "0", "a", "0", 0.55, 0.45, "1k", "1G", closed)
        assert scales(*parts, switch).slow == pytest.approx(10e-3, rel=2e-3)


def test_a_node_that_only_switches_drive_keeps_the_time_constant_of_the_closed_one():
    """Pulled up by one and down by the other, never by none: opening what starts closed would leave it without any."""
    up = S("S1", "a", "vdd", "b", "0", -0.5, 0.1, 1e3, 1e9, True)
    down = S("S2", "a", "0", "b", "0", 0.5, 0.1, 1e3, 1e9)
    parts = (
        V("V1", "vdd", "0", 1.0),
        R("R1", "b", "0", 1e4),
        C("C2", "b", "0", 1e-6),
        up,
        down,
        C("C1", "a", "0", 1e-6),
    )
    slow = scales(*parts).slow
    assert slow == pytest.approx(1e-3, rel=1e-3)


def test_with_switches_the_shortest_that_is_not_parasitic():
    """3 ms and 1 ms count, 10 us does not; 1 ms through an open switch of 1 Gohm is its leak's 1000 s."""
    parts = [
        *rc(1.0, 3e3), R("R2", "in", "b", 1e3), C("C2", "b", "0", 1e-6), R("R3", "in", "c", 10),
        C("C3", "c", "0", 1e-6), C("C4", "d", "0", 1e-6), S("S1", "d", "0", "a", "0", 10, 0.1, 1.0, 1e9),
    ]  # fmt: skip
    assert scales(*parts).slow == pytest.approx(1e-3)
    closed = S("S1", "d", "0", "a", "0", -10, 0.1, 500.0, 1e9, closed=True)
    assert scales(*parts[:-1], closed).slow == pytest.approx(0.5e-3)


def test_the_fastest_state_that_a_law_charges():
    """A comparator's pole, and a law's conductance on its own capacitor; a diode is no such law."""
    found = scales(*rc(1.0), Comparator("U1", "a", "0", "out", r_out=1e3), C("C2", "out", "0", 1e-9))
    assert found.fast == pytest.approx(1e-6)
    law = B("B1", "a", "0", "g*v", {"v": "a"}, {"g": 1e-2})
    assert scales(*rc(1.0), law).fast == pytest.approx(1e-6 / (1e-3 + 1e-2))
    assert scales(*rc(1.0), Diode("D1", "a", "0")).fast is None


def test_a_pole_at_the_start_is_said():
    with pytest.raises(EquationError, match="'C1' another ic"):
        scales(*rc(1.0), B("B1", "a", "0", "1e-6/v", {"v": "a"}))


def modes(circuit, tolerance=1e-6):
    return excited(derive(circuit), tolerance)


def test_what_moves_at_the_start():
    """A step from 0 on moves both modes of a ladder; where all is at rest nothing moves."""
    ladder = Circuit("l").add(*rc(1.0), R("R2", "a", "b", 1e3), C("C2", "b", "0", 1e-6))
    both = [1e-3 * 2 / (3 + s * math.sqrt(5)) for s in (1, -1)]
    assert modes(ladder) == pytest.approx(both)
    assert modes(ladder.with_values({"ic_C1": 1.0, "ic_C2": 1.0})) == ()
    assert modes(ladder.with_values({"V1": Step(0.0, 1.0, "1m")})) == ()


def test_a_mode_that_is_not_excited_is_none():
    """Equal stages driven alike move together; their difference, which is five times as fast, does not."""
    pair = Circuit("p").add(
        V("V1", "in", "0", 1.0), R("R1", "in", "a", 1e3), R("R2", "in", "b", 1e3), C("C1", "a", "0", 1e-6),
        C("C2", "b", "0", 1e-6), R("R3", "a", "b", 500),
    )  # fmt: skip
    assert modes(pair) == pytest.approx([1e-3])
    apart = pair.with_values({"ic_C1": 0.1})
    assert modes(apart) == pytest.approx([1e-3 / 5, 1e-3])


def test_what_rises_from_the_start_on_excites_too():
    slow_rise = Circuit("r").add(*rc(Step(0.0, 1.0, 0, "1m")))
    assert modes(slow_rise) == pytest.approx([1e-3])


def test_scales_of_the_library_are_those_of_their_parts():
    circuit = build("leaky_integrator")
    values = circuit.values
    assert time_scales(derive(circuit)).slow == pytest.approx(values["R1"] * values["C1"])
    assert np.isfinite(time_scales(derive(build("lif_comparator"))).fast)
