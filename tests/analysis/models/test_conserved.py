"""Charge, flux and sums that nothing takes away, over a thousand million time constants."""

import numpy as np
import pytest

from lapicque.analysis import solve
from lapicque.circuits import C, Circuit, G, I, L, Pulse, R, S, Sine, Step, V
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.numeric.numeric import numeric

TAU = 1e3 * 1e-9 * 3e-9 / 4e-9
LONG = 1e9 * TAU


def island(*more):
    """Two capacitors, no path to ground but themselves, joined by a resistor."""
    return Circuit("island").add(
        C("C1", "a", "0", "1n", 1), C("C2", "b", "0", "3n", "0.1"), R("R1", "a", "b", "1k"), *more
    )


def test_a_floating_island_keeps_its_charge():
    seen = solve(island(), LONG)
    times = np.array([1e4, 1e7, 1e9]) * TAU
    assert seen.voltage("a", "0", times) == pytest.approx([1.3 / 4] * 3, rel=1e-15)
    assert seen.voltage("b", "0", times) == pytest.approx([1.3 / 4] * 3, rel=1e-15)


def test_against_many_digits():
    """The same with a source behind a capacitor, in 60 digits: x' = A x + B u by mpmath's own exponential."""
    import mpmath

    circuit = island(V("V1", "in", "0", 0.7), C("C3", "in", "a", "0.47n", "-0.3"))
    system = numeric(derive(circuit))
    seen = solve(circuit, LONG)
    with mpmath.workdps(60):
        c1, c2, c3, r = (mpmath.mpf(x) for x in ("1e-9", "3e-9", "0.47e-9", "1e3"))
        a = mpmath.matrix([[-1 / (r * (c1 + c3)), 1 / (r * (c1 + c3))], [1 / (r * c2), -1 / (r * c2)]])
        v0 = seen.voltage("a", "0", np.zeros(1))[0], seen.voltage("b", "0", np.zeros(1))[0]
        for periods in (1, 1e5, 1e9):
            t = periods * TAU
            x = mpmath.expm(a * mpmath.mpf(t)) * mpmath.matrix(list(map(mpmath.mpf, v0)))
            found = seen.voltage("a", "0", np.array([t]))[0]
            assert found == pytest.approx(float(x[0]), rel=2e-15)
    assert len(system.equations.states) == 2


def test_what_flows_in_is_counted_and_nothing_else():
    pulse = I("I1", "0", "a", Pulse(0, "1u", "1m", "1m", "1u"))
    seen = solve(island(pulse), LONG)
    charge = 1e-9 + 0.3e-9 + 1e-6 * 1.001e-3
    assert seen.voltage("b", "0", np.array([LONG])) == pytest.approx([charge / 4e-9], rel=1e-13)


def test_a_sine_into_an_island_leaves_no_trend():
    seen = solve(island(I("I1", "0", "a", Sine(0, "1u", 1e3, np.pi / 2))), LONG)
    t = 1e9 * TAU - (1e9 * TAU) % 1e-3
    mean = 0.5 * (seen.voltage("b", "0", np.array([t])) + seen.voltage("b", "0", np.array([t - 0.5e-3])))
    assert mean == pytest.approx([1.3 / 4], abs=1e-6)


def test_a_loop_of_inductors_keeps_its_flux():
    circuit = Circuit("flux").add(
        L("L1", "a", "0", "1m", 1), L("L2", "a", "0", "3m", 0.5), R("R1", "a", "0", "1k"), C("C1", "a", "0", "1p")
    )
    times = np.array([1e-3, 10.0, 1e3])
    seen = solve(circuit, 1e3)
    # The difference of the fluxes stays: L1 i1 - L2 i2 = -0.5 mWb, and at the end i1 = -i2.
    currents = seen.values([seen.system.equations.currents["L1"], seen.system.equations.currents["L2"]], times)
    assert currents[0] == pytest.approx([-0.125] * 3, rel=1e-12)
    assert currents[1] == pytest.approx([0.125] * 3, rel=1e-12)


def test_integrators_in_a_row_beside_something_fast():
    """Constant, line and parabola: G into C into G into C, with a parasitic at 1 ps."""
    circuit = Circuit("row").add(
        V("V1", "in", "0", 1), R("R1", "in", "p", 1), C("C0", "p", "0", "1p"), G("G1", "0", "a", "p", "0", 1e-3),
        C("C1", "a", "0", 1e-3), G("G2", "0", "b", "a", "0", 1e-3), C("C2", "b", "0", 1e-3),
    )  # fmt: skip
    seen = solve(circuit, 10)
    assert seen.voltage("a", "0", np.array([1.0, 10.0])) == pytest.approx([1 - 1e-12, 10 - 1e-12], rel=1e-14)
    assert seen.voltage("b", "0", np.array([1.0, 10.0])) == pytest.approx([0.5 - 1e-12, 50 - 1e-11], rel=1e-13)


def test_an_island_that_a_switch_joins():
    """Open, it keeps its charge; closed, charge is shared. Resistances of 1e12 ohms leak, and are seen to."""
    circuit = Circuit("joined").add(
        C("C1", "a", "0", "1n", 1), R("R1", "a", "b", 100), C("C2", "b", "0", "1n"),
        V("V1", "g", "0", Step(0, 1, 100, 1e-6)), S("S1", "b", "c", "g", "0", 0.5, 0.1, 1e3, 1e12),
        C("C3", "c", "0", "2n"),
    )  # fmt: skip
    seen = solve(circuit, 200)
    gone = 0.5 * (1 - np.exp(-99.9 / (1e12 * 1e-9)) * 1)
    assert seen.voltage("c", "0", np.array([99.9]))[0] == pytest.approx(gone / 2, rel=0.01)
    total = 2e-9 * seen.voltage("b", "0", np.array([150.0]))[0] + 2e-9 * seen.voltage("c", "0", np.array([150.0]))[0]
    assert total == pytest.approx(1e-9, rel=1e-14)
