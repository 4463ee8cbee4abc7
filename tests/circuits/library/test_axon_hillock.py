import numpy as np
import pytest

from lapicque.analysis import compare, solve
from lapicque.circuits import DesignError
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.library.axon_hillock import axon_hillock
from lapicque.netlists import Transient


def test_derived_equations_against_ngspices_own_transistors(engine):
    """The model knows the square law only; ngspice runs its level 1 device."""
    circuit = axon_hillock()
    found = compare(solve(circuit, 1.2e-3), engine.run(circuit, Transient(1.2e-3), "reference"))
    for spikes in found.spikes:
        assert not len(spikes.missing)
        assert spikes.worst / spikes.interval < 6e-7  # measured 2.0e-7, times 3; asked are 1e-4


def test_its_rate_is_linear_in_the_current():
    """Mead 1989: f = I / (C_fb V_dd) as long as the pulse is short beside the interval."""
    rates = []
    currents = np.array([0.2e-9, 0.4e-9, 0.8e-9])
    for i in currents:
        circuit = axon_hillock(current=i)
        rates.append(1 / np.diff(solve(circuit, 4e-12 / i * 0.6).spikes(circuit.element("spike")))[-1])
    assert np.array(rates) / currents == pytest.approx(1 / (60e-15 * 3.3), rel=0.05)


def test_a_reset_that_the_input_overpowers():
    with pytest.raises(DesignError, match="stay high; raise v_pw"):
        axon_hillock(current="100n")
    with pytest.raises(DesignError, match="cannot switch"):
        axon_hillock(v_dd=1.2)


def test_its_loop_of_capacitors_becomes_four_states():
    assert [s.symbol.name for s in derive(axon_hillock()).states] == ["v_mem", "v_x", "v_y", "v_C_fb"]
