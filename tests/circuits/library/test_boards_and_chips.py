"""Lu.i on its board, and the current-mode neuron of subthreshold transistors."""

import numpy as np
import pytest

from lapicque.analysis import solve
from lapicque.circuits import DesignError
from lapicque.circuits.library.dpi_neuron import dpi_neuron
from lapicque.circuits.library.lu_i import lu_i


def spikes(circuit, stop):
    return solve(circuit, stop).spikes(circuit.element("spike"))


def test_lu_is_output_pulse_is_15_ms():
    """Documentation of the board: a refractory period and output pulse of about 15 ms."""
    circuit = lu_i()
    solution = solve(circuit, 0.6)
    width = solution.spikes(circuit.element("end"))[0] - solution.spikes(circuit.element("spike"))[0]
    assert width == pytest.approx(22e3 * 1e-6 * np.log(2), rel=0.03)


def test_lu_i_without_pulses_is_a_leaky_integrator_with_a_threshold_of_half_its_supply():
    """T = t_ref + tau ln(RI/(RI - V_dd/2)) with R = 10 k of the synapse and 100 k of the leak in parallel."""
    r = 1 / (1 / 10e3 + 1 / 100e3)
    circuit = lu_i(current=300e-6, pulses=0.0)
    found = np.diff(spikes(circuit, 2.0))[-1]
    t_ref = 22e3 * 1e-6 * np.log(2)
    exact = t_ref + r * 22e-6 * np.log(r * 300e-6 / (r * 300e-6 - 1.25))
    assert found == pytest.approx(exact, rel=0.02)


def test_lu_is_weight_decides():
    assert len(spikes(lu_i(r_weight=470), 1.2)) > len(spikes(lu_i(r_weight="10k"), 1.2))
    with pytest.raises(DesignError, match="470"):
        lu_i(r_weight=100)


def test_the_current_mode_neuron_fires_faster_with_more_current():
    counts = [len(spikes(dpi_neuron(current=i), 0.12)) for i in (5e-12, 20e-12, 60e-12)]
    assert counts[0] == 0
    assert 0 < counts[1] < counts[2]


def test_its_feedback_runs_away_above_the_leak():
    """Below threshold the membrane current settles near i_thr (i_in/i_tau - 1); the spike is a hundred times more."""
    quiet, firing = dpi_neuron(current=8e-12), dpi_neuron()
    peaks = []
    for circuit in (quiet, firing):
        solution = solve(circuit, 0.1)
        current = solution.system.equations.currents["V_meter"]
        peaks.append(np.max(solution.values([current], np.linspace(0, 0.1, 200001))))
    assert peaks[0] < 10e-12
    assert peaks[1] > 1e-9


def test_currents_beyond_its_range():
    with pytest.raises(DesignError, match="not small beside i_spike"):
        dpi_neuron(current="1n")
    with pytest.raises(DesignError, match="weak inversion"):
        dpi_neuron(i_spike="1u")
