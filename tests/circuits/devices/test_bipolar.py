"""The bipolar transistor by Gummel and Poon against ngspice's own, and against textbooks."""

import numpy as np
import pytest
from oracles.bias import ours, theirs

from lapicque.analysis import compare, solve
from lapicque.circuits import Bjt, C, Circuit, CurrentProbe, Probe, PulseTrain, QuantityError, R, Step, V
from lapicque.circuits.devices import THERMAL_VOLTAGE
from lapicque.circuits.equations.derive import derive
from lapicque.netlists import Transient

BLOCKED = 6e-3
"""Part of a saturation current by which ngspice's blocking junctions differ from Shockley's."""
ROUNDING = 4e-16
RANDOM = np.random.default_rng(12)
MODEL = {
    "i_s": 1e-14, "bf": 200, "br": 3, "vaf": 100, "ikf": 0.3, "rb": 10, "rc": 0.3, "re": 0.2, "cje": "25p", "cjc": "8p",
    "tf": "400p", "tr": "100n",
}  # fmt: skip
"""A transistor for switching, such as the 2N2222."""


EXTRAS = {
    "vaf": (20, 200), "var": (5, 50), "ikf": (1e-3, 1), "ikr": (1e-3, 1), "ise": (1e-16, 1e-12), "isc": (1e-16, 1e-12),
    "rb": (1, 200), "rc": (0.1, 20), "re": (0.1, 5),
}  # fmt: skip
"""What a transistor may have besides, and between which values."""
KINDS = [
    (polarity, [q for q in EXTRAS if RANDOM.random() < share])
    for polarity in ("npn", "pnp")
    for share in (0, 0.3, 0.6, 0.6, 0.9, 1)
]


def random_case():
    """A transistor with some of its extras, in all four regions, to some 100 mA."""
    polarity, has = KINDS[RANDOM.integers(len(KINDS))]
    i_s, nf, nr = 10 ** RANDOM.uniform(-17, -12), RANDOM.uniform(1, 1.3), RANDOM.uniform(1, 1.3)
    extras = {q: 10 ** RANDOM.uniform(*np.log10(EXTRAS[q])) for q in has}
    gains = {"bf": RANDOM.uniform(20, 400), "br": RANDOM.uniform(0.5, 20)}
    leaks = {"ne": RANDOM.uniform(1.3, 2), "nc": RANDOM.uniform(1.3, 2)}
    device = Bjt("Q1", "c", "b", "e", polarity, i_s, nf=nf, nr=nr, **gains, **leaks, **extras)
    sign = 1 if polarity == "npn" else -1
    be, bc = (
        RANDOM.uniform(0, n * THERMAL_VOLTAGE * np.log(0.1 / i_s)) if RANDOM.random() < 0.6 else RANDOM.uniform(-4, 0)
        for n in (nf, nr)
    )
    e = RANDOM.uniform(-1, 1)
    return device, {"c": e + sign * (be - bc), "b": e + sign * be, "e": e}


def test_a_thousand_transistors_carry_what_ngspices_do(engine):
    cases = [random_case() for _ in range(1000)]
    mine, reference = ours(cases), theirs(engine, cases)
    assert np.isfinite(mine).all()
    largest = np.abs(reference).max(axis=1)
    small = []
    for d, v in cases:
        conductance = sum(1 / r for r in (d.rb, d.rc, d.re) if r)
        small.append(2 * BLOCKED * (d.i_s + d.ise + d.isc) + 1e-19 + ROUNDING * max(map(abs, v.values())) * conductance)
    error = np.abs(mine - reference).max(axis=1) - np.array(small)
    assert (error <= 1e-6 * largest).all(), np.max(error / largest)
    assert (largest > 1e-6).sum() > 300


def test_the_law_of_ebers_and_moll_is_what_is_left_without_early_and_knee():
    """I_C = I_S (e^(V_BE/U_T) - e^(V_BC/U_T)) - I_S/beta_R (e^(V_BC/U_T) - 1) (Ebers and Moll 1954)."""
    device = Bjt("Q1", "c", "b", "e", i_s=1e-15, bf=150, br=4)
    for be, bc in ((0.6, -3.0), (0.6, 0.5), (-1.0, 0.55), (-1.0, -2.0)):
        ((c, b, e),) = ours([(device, {"c": be - bc, "b": be, "e": 0.0})])
        f, r = (1e-15 * np.expm1(x / THERMAL_VOLTAGE) for x in (be, bc))
        assert c == pytest.approx(f - r - r / 4, rel=1e-9)
        assert b == pytest.approx(f / 150 + r / 4, rel=1e-9)
        assert c + b + e == pytest.approx(0, abs=1e-12 * abs(c))


@pytest.mark.parametrize("polarity", ["npn", "pnp"])
@pytest.mark.parametrize(
    "extras", [{}, {"xcjc": 0.6, "var": 20, "ise": 1e-13}, {"xtf": 3, "vtf": 2, "itf": 1}], ids=str
)
def test_an_inverter_saturates_and_lets_go_as_ngspices(engine, polarity, extras):
    """Charges of both junctions and of the base; the storage time is that of tr."""
    sign = 1 if polarity == "npn" else -1
    circuit = Circuit("inverter").add(
        V("VCC", "vcc", "0", sign * 5), V("VIN", "in", "0", PulseTrain(0, sign * 3, "0.1u", "2u", rise="10n")),
        R("RB", "in", "b", "4.7k"), R("RC", "vcc", "c", "1k"), Bjt("Q1", "c", "b", "0", polarity, **(MODEL | extras)),
        C("C1", "c", "0", "10p", sign * 5.0), Probe("v_c", "c"), Probe("v_b", "b"), CurrentProbe("i_c", "Q1"),
    )  # fmt: skip
    circuit = circuit.with_values({"Q1.ic_ce": sign * 5.0})
    found = compare(solve(circuit, "4u"), engine.run(circuit, Transient("4u"), "reference"))
    assert max(w.worst / w.swing for w in found.waveforms) < 1e-4, str(found)
    assert min(w.swing for w in found.waveforms if w.unit == "V") > 0.6


def test_an_astable_multivibrator(engine):
    """Two transistors that switch each other: 0.69 R C a half period, about (Horowitz and Hill, chapter 7)."""
    part = {"i_s": 1e-14, "bf": 100, "cje": "20p", "cjc": "5p", "tf": "300p"}
    circuit = Circuit("astable").add(
        V("VCC", "vcc", "0", Step(0, 5, "1u", "1u")), R("RC1", "vcc", "k1", "1k"), R("RC2", "vcc", "k2", "1k"),
        R("RB1", "vcc", "b1", "47k"), R("RB2", "vcc", "b2", "51k"), C("C1", "k1", "b2", "1n"),
        C("C2", "k2", "b1", "1n"),
        Bjt("Q1", "k1", "b1", "0", **part), Bjt("Q2", "k2", "b2", "0", **part), Probe("v_c", "k1"), Probe("v_b", "b1"),
    )  # fmt: skip
    solution = solve(circuit, "200u")
    run = engine.run(circuit, Transient("200u"), "reference")
    c1 = run["v_c"].values
    assert ((c1[1:] > 2.5) & (c1[:-1] <= 2.5)).sum() >= 2
    found = compare(solution, run)
    assert max(w.worst / w.swing for w in found.waveforms) < 1e-4, str(found)


def test_values_and_refusals():
    q = Bjt("Q1", "c", "b", "e", **MODEL)
    circuit = Circuit("q").add(V("V1", "c", "0", 5), V("V2", "b", "0", 0.6), V("V3", "e", "0", 0), q)
    first, second = derive(circuit), derive(circuit.with_values({"Q1.bf": 90, "rb_Q1": 20}))
    assert first.memo is second.memo
    assert {s.name: v for s, v in second.parameters.items()}["bf_Q1"] == 90
    assert Circuit.from_json(circuit.to_json()) == circuit
    assert "vaf = 100 V" in str(circuit)
    with pytest.raises(QuantityError, match="'npn' or 'pnp'"):
        Bjt("Q1", "c", "b", "e", "n")
    with pytest.raises(QuantityError, match="xcjc"):
        Bjt("Q1", "c", "b", "e", xcjc=1.5)
