"""Circuits that store nothing follow their sources at every moment: resistors, op-amps, switches, laws."""

import numpy as np
import pytest

import lapicque as lq

SINE = lq.V("V1", "in", "0", lq.Sine(0, 2, "1k"))
TIMES = np.linspace(0, 3e-3, 997)


def driven(title, *elements):
    return lq.Circuit(title).add(SINE, lq.R("R1", "in", "m", "1k"), *elements)


def input_at(times):
    return 2 * np.sin(2e3 * np.pi * times)


@pytest.mark.parametrize(
    ("circuit", "node", "expected"),
    [
        (driven("divider", lq.R("R2", "m", "0", "3k")), "m", lambda v: 0.75 * v),
        (driven("inverting", lq.R("R2", "m", "out", "10k"), lq.OpAmp("A1", "0", "m", "out")), "out", lambda v: -10 * v),
        (
            driven("law", lq.B("B1", "m", "0", "g*v*abs(v)", {"v": "m"}, {"g": 1e-3})), "m",
            lambda v: np.sign(v) * (np.sqrt(1 + 4 * np.abs(v)) - 1) / 2,
        ),
    ],
)  # fmt: skip
def test_it_is_the_formula_and_ngspice_agrees(circuit, node, expected, engine):
    assert lq.solve(circuit, "3m").voltage(node, "0", TIMES) == pytest.approx(expected(input_at(TIMES)), abs=1e-9)
    found = lq.verify(circuit, engine, stop="3m")
    assert found.passed, str(found)


def test_a_switch_without_a_capacitor_turns_when_its_source_says(engine):
    """It closes where the sine passes 0.7 V of its 2 V."""
    circuit = driven(
        "switch", lq.S("S1", "m", "0", "in", "0", 0.5, 0.2, 10, "1G"), lq.SpikeProbe("p", "m", "0", 0.3, True)
    )
    first = np.arcsin(0.7 / 2) / (2e3 * np.pi)
    assert lq.solve(circuit, "3m").spikes("p") == pytest.approx(first + 1e-3 * np.arange(3), rel=1e-9)
    assert lq.verify(circuit, engine, stop="3m").passed


def test_its_frequency_response_is_flat(engine):
    made = driven("divider", lq.R("R2", "m", "0", "3k"), lq.Probe("m", "m"))
    found = lq.bode(made, engine)
    assert found.model == pytest.approx(0.75 + 0j, rel=1e-12)
    assert found.simulated == pytest.approx(0.75 + 0j, rel=1e-6)
