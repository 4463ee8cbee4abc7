"""The level 1 MOSFET with the capacitances of its gate against ngspice's own device, and against Meyer's limits."""

import numpy as np
import pytest
from oracles.bias import ours, theirs

from lapicque.analysis import compare, solve
from lapicque.circuits import C, Circuit, CurrentProbe, MosfetMeyer, Probe, PulseTrain, R, V
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.equations.symbols import node_voltage, parameters, size_of
from lapicque.circuits.errors import NotDerivedError
from lapicque.netlists import Transient

RANDOM = np.random.default_rng(14)


def random_case():
    """A transistor at voltages in all regions, both directions of its current, and its bulk on either side."""
    polarity = str(RANDOM.choice(["n", "p"]))
    device = MosfetMeyer(
        "M1", "d", "g", "s", polarity, RANDOM.uniform(1e-6, 2e-5), RANDOM.uniform(0.5e-6, 5e-6),
        RANDOM.uniform(-0.5, 1), 10 ** RANDOM.uniform(-5, -4), RANDOM.choice([0.0, 0.04]), "b",
        RANDOM.choice([0.0, RANDOM.uniform(0.2, 0.8)]), RANDOM.uniform(0.5, 0.9), RANDOM.uniform(1e-3, 5e-3),
    )  # fmt: skip
    d, g, s, b = np.round(RANDOM.uniform((-2, -2, -2, -2), (2, 3, 2, 0.5)), 4) * (1 if polarity == "n" else -1)
    return device, {"d": float(d), "g": float(g), "s": float(s), "b": float(b)}


def test_many_transistors_carry_what_ngspices_do(engine):
    cases = [random_case() for _ in range(200)]
    mine, reference = ours(cases), theirs(engine, cases)
    np.testing.assert_allclose(mine, reference, rtol=1e-6, atol=1e-14)
    assert (np.abs(reference[:, 0]) > 1e-6).sum() > 100


@pytest.mark.parametrize(
    ("gate", "drain", "parts"),
    [
        (-3, 1, (0, 0, 1)), (2, 0, (0.5, 0.5, 0)), (2, 3, (2 / 3, 0, 0)), (0.7, 3, (2 / 3, 0, 0)),
        (0.4, 3, (2 / 21, 0, 3 / 7)),
    ],
)  # fmt: skip
def test_the_parts_of_the_oxide_are_meyers(gate, drain, parts):
    """Off: all to the bulk; even: a half each; saturated: two thirds to the source (Meyer 1971)."""
    device = MosfetMeyer("M1", "d", "g", "0", v_th=0.7, phi=0.7)
    numbers = parameters(Circuit("one", (device,))) | {node_voltage("d"): drain, node_voltage("g"): gate}
    volts = {n: node_voltage(n) for n in "dg0"}
    found = [float(size_of(p, 0, volts).subs(numbers)) / (1e-12 * device.c_ox) for p in device.parts()[1:]]
    assert found == pytest.approx(parts, abs=1e-9)


@pytest.mark.parametrize("polarity", ["n", "p"])
def test_an_inverter_turns_as_ngspices(engine, polarity):
    """Through 20 kohm, so that its gate is what makes it late; a second gate is its load."""
    sign = 1 if polarity == "n" else -1
    size = {"w": "8u", "l": "2u", "lam": 0.03, "gamma": 0.4, "phi": 0.7}
    circuit = Circuit("inverter").add(
        V("VDD", "vdd", "0", sign * 3), V("VIN", "in", "0", PulseTrain(0, sign * 3, "10n", "300n", rise="5n")),
        R("RG", "in", "g", "20k"), R("RD", "vdd", "d", "20k"),
        MosfetMeyer("M1", "d", "g", "0", polarity, ic_ds=sign * 3.0, **size),
        MosfetMeyer("M2", "vdd", "d", "0", polarity, ic_ds=sign * 3.0, ic_gs=sign * 3.0, **size),
        Probe("v_d", "d"), Probe("v_g", "g"), CurrentProbe("i_d", "M1"),
    )  # fmt: skip
    found = compare(solve(circuit, "500n"), engine.run(circuit, Transient("500n"), "reference"))
    worst = max(w.worst / w.swing for w in found.waveforms)
    assert worst < 2e-5, str(found)  # measured 4e-6, times 5
    assert Circuit.from_json(circuit.to_json()) == circuit


def test_a_node_that_only_a_vanishing_capacitance_holds_is_refused():
    circuit = Circuit("bare").add(
        V("VDD", "vdd", "0", 3), R("RG", "vdd", "g", "1k"), R("RD", "vdd", "d", "1k"), MosfetMeyer("M1", "d", "g", "0")
    )
    with pytest.raises(NotDerivedError, match=r"node 'd'.*'M1'.*CGDO"):
        derive(circuit)
    derive(circuit.add(C("C1", "d", "0", "1f")))
