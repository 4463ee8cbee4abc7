"""555, unijunction, Schmitt inverter, op-amp neuron: textbook periods, and values with which they cannot work."""

import numpy as np
import pytest

from lapicque.analysis import solve
from lapicque.circuits import DesignError
from lapicque.circuits.library import build, entry
from lapicque.circuits.library.op_amp_lif import op_amp_lif
from lapicque.circuits.library.schmitt import schmitt
from lapicque.circuits.library.timer_555 import timer_555
from lapicque.circuits.library.unijunction import unijunction


def interval(circuit, stop):
    return np.diff(solve(circuit, stop).spikes(circuit.element("spike")))[-1]


@pytest.mark.parametrize(("r_a", "r_b", "c"), [(47e3, 10e3, 100e-9), (10e3, 100e3, 10e-9), (1e6, 1e3, 1e-6)])
def test_555(r_a, r_b, c):
    """Data sheet of the NE555: f = 1.44 / ((R_A + 2 R_B) C); 1.44 is 1/ln 2 to three digits."""
    period = (r_a + 2 * r_b) * c / 1.44
    assert interval(timer_555(r_a, r_b, c), 6 * period) == pytest.approx(period, rel=5e-3)


def test_a_current_makes_the_555_fire_faster():
    slow, fast = (interval(timer_555(current=i), 0.03) for i in (0.0, 50e-6))
    assert fast < 0.8 * slow


def test_unijunction():
    """T = RC ln((V_BB - V_v)/(V_BB - V_p)) with eta = 0.65, and the discharge; by hand for the default parts."""
    rise = 100e3 * 100e-9 * np.log((10 - 1.5) / (10 - 7.0))
    assert interval(unijunction(), 0.06) == pytest.approx(rise + 67 * 100e-9 * np.log(7 / 1.5), rel=2e-3)


def test_schmitt():
    period = 1e-3 * np.log(2.38 / 1.4 * (4.5 - 1.4) / (4.5 - 2.38))
    assert interval(schmitt(), 8e-3) == pytest.approx(period, rel=2e-3)


@pytest.mark.parametrize("name", ["timer_555", "unijunction", "schmitt", "axon_hillock", "op_amp_lif"])
def test_the_size_of_the_approximation_is_not_wider_than_it_must_be(name):
    """A limit that is a hundred times what is seen says nothing."""
    from lapicque.analysis.measures import measured
    from lapicque.analysis.models.model import result
    from lapicque.circuits.library.predictions import number

    found = entry(name)
    circuit = build(name)
    solution = solve(circuit, found.stop)
    run = result(solution, np.linspace(0, found.stop, 200001)[1:])
    trains = {p.name: solution.spikes(p) for p in circuit.elements if p.KIND == "spike probe"}
    for p in found.predictions(circuit):
        error = abs(measured(p, run, trains) / number(p.formula, circuit) - 1)
        assert error <= number(p.within, circuit)
        assert number(p.within, circuit) < max(30 * error, 1e-3), p.name


IMPOSSIBLE = [
    (timer_555, {"current": "2m"}, "the timer sticks"),
    (unijunction, {"r": "3Meg"}, "cannot fire: at its peak point .* take r below"),
    (unijunction, {"r": "1k"}, "never lets go"),
    (unijunction, {"v_bb": 1.5}, "cannot fire"),
    (schmitt, {"v_high": 5.0}, "cannot reach"),
    (schmitt, {"v_low": 2.5}, "in this order"),
    (op_amp_lif, {"v_th": 4.99}, "out of reach"),
]


@pytest.mark.parametrize(("builder", "changes", "words"), IMPOSSIBLE)
def test_what_cannot_work_is_refused(builder, changes, words):
    with pytest.raises(DesignError, match=words):
        builder(**changes)


def test_an_op_amp_with_less_bandwidth_is_later():
    """The follower lags the membrane by 1/(2 pi GBW): at 10 kHz 16 us, at 1 MHz nothing to speak of."""
    first = {g: solve(c := op_amp_lif(gbw=g, hysteresis=0.1), 0.01).spikes(c.element("spike"))[0] for g in (1e4, 1e6)}
    assert first[1e4] - first[1e6] == pytest.approx(1 / (2 * np.pi * 1e4), rel=0.1)


def test_an_offset_shifts_the_threshold():
    """dv/dt at threshold is (I - v/R)/C = 100 V/s: a millivolt is 10 us."""
    times = [solve(c := op_amp_lif(offset=o), 0.01).spikes(c.element("spike"))[0] for o in (0.0, 2e-3)]
    assert times[0] - times[1] == pytest.approx(20e-6, rel=0.02)
