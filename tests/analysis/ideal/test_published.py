"""A published exact solution, reproduced by the circuit's equations and by ngspice."""

from pathlib import Path

import numpy as np
import pytest

from lapicque.analysis import solve, spike_times
from lapicque.circuits import PWL
from lapicque.circuits.library import build
from lapicque.netlists import Transient

DT, EDGE = 1e-4, 1e-9
TABLE = np.loadtxt(Path(__file__).parents[2] / "data" / "nir_lif_exact.csv", delimiter=",")


def neuron():
    """r = 1 becomes 1 Mohm and one unit of input 1 uA, so that volts are the paper's numbers."""
    corners = [(0.0, 0.0)]
    for k in np.flatnonzero(TABLE[:, 0]):
        start, end = k * DT, (k + 1) * DT
        corners += [(start, 0.0), (start + EDGE, 1e-6), (end, 1e-6), (end + EDGE, 0.0)]
    times, values = zip(*sorted(dict(corners).items()), strict=True)
    return build(
        "lif",
        {"r": "1Meg", "c": "2.5n", "v_th": 0.1, "t_ref": 0, "r_on": 10, "r_off": 1e13, "margin": 1e-3,
         "current": PWL(times, values), "c_latch": "10p"},
    )  # fmt: skip


def test_the_model_reproduces_the_published_solution():
    solution = solve(neuron(), 0.1)
    spikes = solution.spikes(neuron().element("spike"))
    # A row is the end of its step: a spike in row k lies between k and k + 1 steps.
    assert np.floor(spikes / DT).tolist() == np.flatnonzero(TABLE[:, 2]).tolist()
    found = solution.voltage("mem", "0", np.arange(1, 1001) * DT)
    assert np.max(np.abs(found - TABLE[:, 1])) < 1.5e-4  # the opening level of the reset is 0.1 mV


def test_ngspice_reproduces_it_too(engine):
    result = engine.run(neuron(), Transient(0.1))
    times = result["time"].values
    spikes = spike_times(neuron().element("spike"), times, result["spike"].values)
    assert np.floor(spikes / DT).tolist() == np.flatnonzero(TABLE[:, 2]).tolist()
    found = np.interp(np.arange(1, 1001) * DT, times, result["mem"].values)
    assert found == pytest.approx(TABLE[:, 1], abs=1.5e-4)
