"""Known neurons back from their circuits: the LIF formulas with the parts' own values are the oracle.

Measured on all six: R, C, threshold, chronaxie and rheobase within 1e-4 of what the parts say. The comparator decides
below its level (its feedback folds the curve): what it decides at is asked of the numerical model.
"""

import numpy as np
import pytest

import lapicque as lq
from lapicque.analysis.characterise.bench import bench_of
from lapicque.analysis.characterise.passive import passive
from lapicque.analysis.characterise.strength_duration import strength_duration
from lapicque.analysis.characterise.threshold import brief_threshold, rheobase
from lapicque.circuits.stimuli import Constant

SWITCHES = {"lif_switch": 2, "lif_latch": 2, "lif_comparator": 0}
"""Open switches that leak beside the membrane's resistor."""


@pytest.mark.parametrize("preset", ["breadboard", "chip"])
@pytest.mark.parametrize("grade", SWITCHES)
def test_what_it_is_made_of_comes_back(grade, preset):
    circuit = lq.build(grade, {"preset": preset})
    v, spec = circuit.values, dict(circuit.spec)
    r = 1 / (1 / v["R1"] + SWITCHES[grade] / v.get("r_off_S_reset", np.inf))
    with bench_of(circuit) as bench:
        least = rheobase(bench)
        below = passive(bench, least.first.low)
        threshold = brief_threshold(bench, below)
    found = {f.name: f for f in (*below.figures, *threshold.figures, *least.figures)}
    level = spec["v_th"] if grade != "lif_comparator" else _decides_at(circuit)
    for name, true in (("input resistance", r), ("time constant", r * v["C1"]), ("capacitance", v["C1"])):
        assert found[name].value == pytest.approx(true, rel=1e-6)
        assert abs(found[name].value - true) <= found[name].error + 1e-9 * true
    assert found["threshold"].value == pytest.approx(level, rel=5e-4)
    assert found["rheobase"].value == pytest.approx(level / r, rel=5e-4)
    if grade != "lif_comparator":
        assert abs(found["threshold"].value - level) <= found["threshold"].error
        assert abs(found["rheobase"].value - level / r) <= found["rheobase"].error + 1.4e-11 * level / r


def _decides_at(circuit):
    """The highest voltage that a steady input leaves unanswered, by the model alone: from its slow approach."""
    low, high = 0.98 * dict(circuit.spec)["v_th"], dict(circuit.spec)["v_th"]
    for _ in range(14):
        volts = (low + high) / 2
        solution = lq.solve(circuit.with_values({"I1": Constant(volts / circuit.values["R1"])}), 0.25, 1e-9)
        low, high = (low, volts) if len(solution.spikes("spike")) else (volts, high)
    return low


def test_the_chronaxie_of_a_leaky_integrator_is_tau_ln_2():
    """Lapicque 1907; measured: 6e-5."""
    with bench_of("lif_switch") as bench:
        least = rheobase(bench)
        below = passive(bench, least.first.low)
        curve = strength_duration(bench, below, least)
    found = {f.name: f for f in curve.figures}
    tau = 1e-8 / (1e-6 + 2e-10)
    assert found["chronaxie"].value == pytest.approx(tau * np.log(2), rel=3e-4)
    base = 1.0002e-6
    np.testing.assert_allclose(curve.strengths, base / (1 - np.exp(-curve.durations / tau)), rtol=1e-3)
    assert found["Lapicque's law misses by"].value <= 3e-4
    assert found["Weiss's law misses by"].value > 0.05  # no leaky capacitor follows it
