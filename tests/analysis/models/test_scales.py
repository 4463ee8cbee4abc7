"""The same circuit late in a long run, and at voltages of any size: a nonlinear one has all its digits there too."""

import numpy as np
import pytest

import lapicque as lq


def switched(current, leaks):
    """A capacitor that is reset within picoseconds; with a leak that is nothing its equations are nonlinear."""
    made = lq.Circuit("reset").add(
        lq.I("I1", "0", "m", current), lq.C("C1", "m", "0", "1p"), lq.S("S1", "m", "0", "m", "0", 0.5, 0.4, 10, "1e15"),
        lq.SpikeProbe("p", "m", "0", 0.5),
    )  # fmt: skip
    return made.add(lq.B("B1", "m", "0", "g*tanh(v)", {"v": "m"}, {"g": 1e-20})) if leaks else made


@pytest.mark.parametrize(("current", "stop"), [(5e-12, 100.0), (5e-11, 40.0), (5e-13, 100.0)])
def test_a_fast_reset_late_in_a_run_is_one_spike(current, stop):
    """Its length is 1e-13 of the time at which it is: the interval by hand, both exponentials."""
    linear, nonlinear = (lq.solve(switched(current, leaks), stop).spikes("p") for leaks in (False, True))
    top = 1e15 * current
    interval = 1e3 * np.log((top - 0.1) / (top - 0.9)) + 1e-11 * np.log(9)
    assert len(nonlinear) == len(linear) == int((stop - 1e3 * np.log(top / (top - 0.5))) / interval) + 1
    assert np.diff(linear) == pytest.approx(interval, rel=2e-12)  # measured 6e-13
    assert np.diff(nonlinear) == pytest.approx(interval, rel=2e-8)  # its leak takes up to 9e-9


@pytest.mark.parametrize(
    ("at", "width", "high", "rise"), [(1, 3e-9, 1 / 3, 3e-11), (3000, 1e-3, 1e-6, 1e-9), (1e5, 1e-3, 1e-6, 1e-9)]
)
def test_a_short_pulse_late_in_a_run_brings_its_charge(at, width, high, rise):
    circuit = lq.Circuit("pulse").add(
        lq.I("I1", "0", "m", lq.Pulse(0, high, at, width, rise)), lq.C("C1", "m", "0", "1n"), lq.Probe("m", "m"),
        lq.B("B1", "m", "0", "g*tanh(v)", {"v": "m"}, {"g": 1e-12}),
    )  # fmt: skip
    (value,) = lq.solve(circuit, at + 2 * width).voltage("m", "0", np.array([at + 2 * width]))
    assert value == pytest.approx(high * (width + rise) / 1e-9, rel=2e-3)


def exponential(size):
    return lq.Circuit("scaled").add(
        lq.I("I1", "0", "m", 2 * size), lq.C("C1", "m", "0", 1e-3), lq.R("R1", "m", "0", 1),
        lq.B("B1", "0", "m", "g*exp((v - t)/d)", {"v": "m"}, {"g": 0.02 * size, "t": size, "d": 0.1 * size}),
        lq.S("S1", "m", "0", "m", "0", 0.8 * size, 0.7 * size, 1e-3, 1e6),
        lq.SpikeProbe("p", "m", "0", 0.5 * size, True),
    )  # fmt: skip


def test_spikes_do_not_depend_on_the_unit_of_voltage():
    """Measured: 2e-11 of the time between 1 V and 1e-30 V."""
    volts = lq.solve(exponential(1.0), 0.02).spikes("p")
    assert len(volts) == 18
    for size in (1e3, 1e-6, 1e-9, 1e-12, 1e-20, 1e-30):
        assert lq.solve(exponential(size), 0.02).spikes("p") == pytest.approx(volts, rel=1e-10), size
