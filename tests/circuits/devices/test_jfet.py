"""The junction field-effect transistor against ngspice's own, and against the square law."""

import numpy as np
import pytest
from oracles.bias import ours, theirs

from lapicque.analysis import compare, solve
from lapicque.circuits import C, Circuit, CurrentProbe, Jfet, Probe, PulseTrain, R, V
from lapicque.circuits.equations.derive import derive
from lapicque.netlists import Transient

BLOCKED = 6e-3
"""Part of a saturation current by which ngspice's blocking junctions differ from Shockley's."""
ROUNDING = 4e-16
RANDOM = np.random.default_rng(13)


def random_case():
    """A transistor with or without each of its extras; its gate to some 0.7 V above its channel."""
    polarity = str(RANDOM.choice(["n", "p"]))
    vto, pb = -RANDOM.uniform(0.5, 6), RANDOM.uniform(0.6, 1.2)
    device = Jfet(
        "J1", "d", "g", "s", polarity, vto, 10 ** RANDOM.uniform(-5, -2), RANDOM.choice([0.0, RANDOM.uniform(0, 0.1)]),
        RANDOM.choice([1.0, RANDOM.uniform(0.3, 1.5)]), 10 ** RANDOM.uniform(-16, -12),
        rd=RANDOM.choice([0.0, RANDOM.uniform(1, 100)]), rs=RANDOM.choice([0.0, RANDOM.uniform(1, 100)]), pb=pb,
    )  # fmt: skip
    sign = 1 if polarity == "n" else -1
    d, s = RANDOM.uniform(-5, 5, 2)
    g = min(d, s) + RANDOM.uniform(1.3 * vto, 0.7)
    return device, {"d": sign * d, "g": sign * g, "s": sign * s}


def test_a_thousand_transistors_carry_what_ngspices_do(engine):
    cases = [random_case() for _ in range(1000)]
    mine, reference = ours(cases), theirs(engine, cases)
    assert np.isfinite(mine).all()
    largest = np.abs(reference).max(axis=1)
    small = []
    for d, v in cases:
        conductance = sum(1 / r for r in (d.rd, d.rs) if r)
        small.append(2 * BLOCKED * d.i_s + 1e-19 + ROUNDING * max(map(abs, v.values())) * (conductance + d.beta))
    error = np.abs(mine - reference).max(axis=1) - np.array(small)
    assert (error <= 1e-6 * largest).all(), np.max(error / largest)
    assert (largest > 1e-7).sum() > 500


def test_it_saturates_as_the_square_law_says():
    """I_D = I_DSS (1 - V_GS / V_P)^2 with I_DSS = beta V_P^2 (Shichman and Hodges 1968)."""
    device = Jfet("J1", "d", "g", "s", vto=-3, beta=1e-3)
    for gs in (-2.5, -1.0, 0.0):
        ((d, _, _),) = ours([(device, {"d": 10.0, "g": gs, "s": 0.0})])
        assert d == pytest.approx(9e-3 * (1 - gs / -3) ** 2, rel=1e-9)


@pytest.mark.parametrize("polarity", ["n", "p"])
def test_a_follower_follows_as_ngspices(engine, polarity):
    """A source follower with the charges of its gate, driven by a pulse through 10 kohm."""
    sign = 1 if polarity == "n" else -1
    circuit = Circuit("follower").add(
        V("VDD", "vdd", "0", sign * 9), V("VIN", "in", "0", PulseTrain(0, sign * 2, "1u", "4u", rise="0.1u")),
        R("RG", "in", "g", "10k"), R("RS", "s", "0", "2.2k"), C("CL", "s", "0", "2n"),
        Jfet("J1", "vdd", "g", "s", polarity, -3, 1.3e-3, 2.25e-3, i_s=33e-15, cgs="2.4p", cgd="1.6p",
             ic_ds=sign * 9.0),
        Probe("v_s", "s"), Probe("v_g", "g"), CurrentProbe("i_d", "J1"),
    )  # fmt: skip
    found = compare(solve(circuit, "10u"), engine.run(circuit, Transient("10u"), "reference"))
    assert max(w.worst / w.swing for w in found.waveforms) < 1e-4, str(found)


def test_values_keep_the_structure():
    circuit = Circuit("j").add(
        V("V1", "d", "0", 5), R("R1", "d", "x", "1k"), Jfet("J1", "x", "0", "s", cgs="1p"), R("R2", "s", "0", "1k")
    )
    first, second = derive(circuit), derive(circuit.with_values({"J1.vto": -1, "beta_J1": 2e-3}))
    assert first.memo is second.memo
    assert Circuit.from_json(circuit.to_json()) == circuit
