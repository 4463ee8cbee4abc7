"""The diode with all that its model has, against ngspice's own and against formulas."""

import numpy as np
import pytest
from oracles.bias import ours, theirs

from lapicque.analysis import compare, solve
from lapicque.circuits import C, Circuit, CurrentProbe, Diode, Probe, PulseTrain, QuantityError, R, Sine, V
from lapicque.circuits.devices import THERMAL_VOLTAGE
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.errors import NotDerivedError
from lapicque.netlists import Transient

BLOCKED = 6e-3
"""Part of i_s by which ngspice's blocking junction differs from Shockley's, at most (3 n U_T / (e v))^3."""
ROUNDING = 4e-16
"""Part of a voltage that its last digit is: a small resistance makes a current of it."""
RANDOM = np.random.default_rng(11)


def random_case():
    """A diode with or without each of its extras, at a voltage that no exponential makes large."""
    i_s, n = 10 ** RANDOM.uniform(-15, -8), RANDOM.uniform(1, 2)
    rs = RANDOM.choice([0.0, 10 ** RANDOM.uniform(-1, 3)])
    bv, ibv = RANDOM.choice([0.0, RANDOM.uniform(2, 8)]), 10 ** RANDOM.uniform(-6, -2)
    high = n * THERMAL_VOLTAGE * np.log(0.1 / i_s)  # 100 mA
    low = -bv - 0.05 if bv else -10.0
    device = Diode("D1", "plus", "minus", i_s, n, rs=rs, bv=bv, ibv=ibv)
    v = RANDOM.uniform(low, high) if RANDOM.random() < 0.7 else RANDOM.uniform(0, high)
    return device, {"plus": v, "minus": 0.0}


def test_a_thousand_diodes_carry_what_ngspices_do(engine):
    cases = [random_case() for _ in range(1000)]
    mine, reference = ours(cases), theirs(engine, cases)
    assert np.isfinite(mine).all()
    small = [BLOCKED * d.i_s + 2e-20 + (ROUNDING * abs(v["plus"]) / d.rs if d.rs else 0) for d, v in cases]
    error = np.abs(mine - reference) - np.array(small)[:, None]
    assert (error <= 1e-6 * np.abs(reference)).all(), np.max(error)
    assert np.ptp(np.log10(np.abs(reference[:, 0]))) > 10


@pytest.mark.parametrize(
    "extras",
    [
        {"rs": 2, "cjo": "10p"}, {"rs": 20, "cjo": "100p", "tt": "50n", "bv": 1.5}, {"cjo": "1n", "vj": 0.6, "m": 0.3},
        {"rs": 0.568, "n": 1.752, "i_s": "2.52n", "cjo": "4p", "m": 0.4, "tt": "20n"},
    ],
)  # fmt: skip
def test_a_diode_that_is_switched_stores_what_ngspices_stores(engine, extras):
    """Measured: 3e-8 to 4e-7 of the swing."""
    pulse = PulseTrain(-3, 3, "1u", "4u", rise="50n")
    circuit = Circuit("switched").add(
        V("V1", "in", "0", pulse), R("R1", "in", "a", "1k"), Diode("D1", "a", "0", **extras), Probe("v", "a"),
        CurrentProbe("i", "D1"),
    )  # fmt: skip
    found = compare(solve(circuit, "10u"), engine.run(circuit, Transient("10u"), "reference"))
    assert max(w.worst / w.swing for w in found.waveforms) < 1e-4, str(found)


def test_a_capacitance_beside_capacitors_and_sources_is_no_state_of_its_own(engine):
    """Two junctions and a capacitor in a loop with a source: their currents follow from the slopes of the others."""
    circuit = Circuit("loop").add(
        V("V1", "in", "0", Sine(1, 0.5, "100k")), Diode("D1", "0", "in", cjo="50p"), C("C1", "in", "x", "20p"),
        Diode("D2", "0", "x", cjo="30p", vj=0.7), R("R1", "x", "0", "50k"), Probe("x", "x"), CurrentProbe("i", "V1"),
        CurrentProbe("i2", "D2"),
    )  # fmt: skip
    equations = derive(circuit)
    assert len(equations.states) == 1
    found = compare(solve(circuit, "30u"), engine.run(circuit, Transient("30u"), "reference"))
    assert max(w.worst / w.swing for w in found.waveforms) < 1e-4, str(found)


def test_the_capacitance_is_that_of_the_formula():
    """An abrupt junction: C = cjo / sqrt(1 - v / vj); above vj / 2 the tangent of that (Vladimirescu 1994, 3.2)."""
    circuit = Circuit("c").add(
        V("V1", "in", "0", 0), R("R1", "in", "a", "1k"), Diode("D1", "a", "0", cjo="10p", vj=0.8)
    )
    equations = derive(circuit)
    (rate,), (state,) = equations.rhs, equations.symbols
    numbers = dict(equations.parameters) | dict.fromkeys(equations.inputs, 0.0)
    for v in (-5.0, -0.3, 0.2, 0.39, 0.5):
        slope = float(rate.subs(numbers | {state: v}))
        current = -v / 1e3 - 1e-14 * np.expm1(v / THERMAL_VOLTAGE)
        edge = min(v, 0.4)
        formula = 10e-12 * ((1 - edge / 0.8) ** -0.5 + 0.5 / 0.8 * (1 - 0.5) ** -1.5 * (v - edge))
        assert current / slope == pytest.approx(formula, rel=1e-9)


def test_a_charge_that_only_an_implicit_equation_holds_is_refused():
    circuit = Circuit("t").add(
        V("V1", "in", "0", 1), R("R1", "in", "a", "1k"), Diode("D1", "a", "0", tt="1n"), C("C1", "in", "0", "1p")
    )
    with pytest.raises(NotDerivedError, match="'D1' is charged by it.*CJO"):
        derive(circuit)


def test_values_of_a_diode_keep_the_structure_and_what_is_zero_is_absent():
    circuit = Circuit("d").add(
        V("V1", "in", "0", 1), R("R1", "in", "a", "1k"), Diode("D1", "a", "0", rs=1, cjo="1p"), C("C1", "a", "0", "1n")
    )
    first, second = derive(circuit), derive(circuit.with_values({"D1.rs": 5, "cjo_D1": "3p"}))
    assert first.memo is second.memo
    assert second.parameters != first.parameters
    assert {s.name for s in first.parameters} >= {"rs_D1", "cjo_D1"}
    assert "rs_D1" not in {s.name for s in derive(circuit.with_values({"D1.rs": 0})).parameters}
    assert Circuit.from_json(circuit.to_json()) == circuit
    with pytest.raises(QuantityError, match="must not be less than zero"):
        Diode("D1", "a", "0", rs=-1)
    with pytest.raises(QuantityError, match="between 0 and 1"):
        Diode("D1", "a", "0", m=1.2)
