"""The oracle itself, against formulas out of a textbook."""

import numpy as np
import pytest
from oracles.descriptor import descriptor, response

from lapicque.circuits import C, Circuit, L, R, V


@pytest.mark.parametrize("t", [0.1, 1.0, 3.0])
def test_a_series_resonator(t):
    circuit = Circuit("rlc").add(
        V("V1", "in", "0", 1), R("R1", "in", "a", 0.2), L("L1", "a", "b", 1), C("C1", "b", "0", 1)
    )
    system = descriptor(circuit)
    seen = dict(zip(system.rows, response(system, {"V1": ((0.0,), (1.0,))}, [t])[:, 0], strict=True))
    alpha, omega = 0.1, np.sqrt(0.99)
    decay = np.exp(-alpha * t)
    assert seen["v_b"] == pytest.approx(1 - decay * (np.cos(omega * t) + alpha / omega * np.sin(omega * t)), abs=1e-11)
    assert seen["i_C1"] == pytest.approx(decay * np.sin(omega * t) / omega, abs=1e-11)
    assert seen["i_V1"] == pytest.approx(-seen["i_R1"], abs=1e-12)


def test_a_capacitor_that_a_source_drives_takes_the_slope():
    circuit = Circuit("ramp").add(V("V1", "a", "0", 1), C("C1", "a", "0", 2))
    system = descriptor(circuit)
    seen = response(system, {"V1": ((0.0, 1.0, 2.0), (0.0, 0.0, 3.0))}, [0.5, 1.5, 3.0])
    assert seen[system.rows.index("i_C1")] == pytest.approx([0, 6, 0], abs=1e-9)
