"""What a run that leaves its model's range, or starts where it cannot, is told."""

import numpy as np
import pytest

from lapicque.analysis import solve
from lapicque.circuits import C, Circuit, CircuitError, Probe, QuantityError, R, V
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.library import build
from lapicque.circuits.runs.validity import left_ranges
from lapicque.netlists import Transient


def circuit(**bounds):
    return Circuit("c").add(
        V("V1", "a", "0", 1.0), R("R1", "a", "b", 1e3), C("C1", "b", "0", 1e-9), Probe("b", **bounds)
    )


def test_a_range_that_is_left_is_named_with_its_reason():
    probed = circuit(plus="b", low=0.0, high=0.5, why="the amplifier saturates")
    said = left_ranges(probed, {"b": np.array([0.0, 0.7])})
    assert said == "b rises to 700 mV, above 500 mV: the amplifier saturates."
    assert "does not hold" in left_ranges(circuit(plus="b", low=0.1), {"b": np.array([0.0, 0.7])})
    assert not left_ranges(probed, {"b": np.array([0.0, 0.5])})
    with pytest.raises(QuantityError, match="must be below high"):
        circuit(plus="b", low=1, high=0)


def test_a_window_longer_than_the_pairing_interval_is_said(engine):
    from lapicque.analysis import verify

    lone = verify("stdp", engine)
    dense = verify("stdp", engine, changes={"pre": (0.1, 0.11, 0.12), "post": (0.105, 0.115, 0.125)})
    assert not lone.notes
    assert any("not the window of one" in n for n in dense.notes)
    assert dense.passed


def test_initial_conditions_that_do_not_match(engine):
    loop = Circuit("loop").add(
        C("C1", "a", "0", 1e-9, 1.0), C("C2", "a", "b", 1e-9, 0.3), C("C3", "b", "0", 1e-9, 0.7), R("R1", "b", "0", 1e3)
    )
    assert solve(loop, 1e-6)
    wrong = loop.with_values({"C2.ic": 0.0})
    assert derive(wrong)  # its equations are what they are
    with pytest.raises(CircuitError, match=r"starts at .*, but the capacitors .* put .* across it at time 0"):
        solve(wrong, 1e-6)
    with pytest.raises(CircuitError, match="across it at time 0"):
        engine.run(build("axon_hillock", {"C_out.ic": 1.0}), Transient(1e-6))
