"""Our law of a MOSFET with a bulk against ngspice's own device, at many points of operation."""

import numpy as np
import pytest

from lapicque.analysis.models.model import signal_expressions, solve
from lapicque.circuits.circuit import Circuit
from lapicque.circuits.elements import C, CurrentProbe, MosfetBulk, R, V
from lapicque.netlists import OperatingPoint

POINTS = np.random.default_rng(5)
CASES = [
    (polarity, *np.round(POINTS.uniform((-3.3, -3.3, -3.3, -1.5), (3.3, 3.3, 3.3, 1.5)), 3).tolist())
    for polarity in "np"
    for _ in range(20)
]
"""Polarity; drain, gate, source and bulk against ground, volts: both directions and both signs of the bulk."""


def transistor(polarity, drain, gate, source, bulk):
    v_th = 0.6 if polarity == "n" else -0.6
    return Circuit("one", (
        V("VD", "d", "0", drain), V("VG", "g", "0", gate), V("VS", "s", "0", source), V("VB", "b", "0", bulk),
        MosfetBulk("M1", "d", "g", "s", polarity, "5u", "1u", v_th, "80u", 0.03, "b", 0.45, 0.7),
        R("R1", "0", "c", "1k"), C("C1", "c", "0", "1n"), CurrentProbe("i", "VD"),
    ))  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_law_is_that_of_the_device(case, engine):
    """To what ngspice's conductances of its own (gmin, 1e-12 S) carry away: volts times it, and rounding."""
    circuit = transistor(*case)
    theirs = float(engine.run(circuit, OperatingPoint())["i"])
    solution = solve(circuit, "1m")
    current, _ = signal_expressions(solution.system)["i"]
    ours = float(solution.values([current], np.array([1e-3]))[0, 0])
    assert ours == pytest.approx(theirs, rel=1e-6, abs=2e-11)
