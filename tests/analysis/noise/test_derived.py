"""Derived noise against dense matrices, equipartition, and the formulas of the text books."""

import numpy as np
import pytest

import lapicque as lq
from lapicque.analysis.noise.budget import noise
from lapicque.analysis.noise.small_signal import small_signal
from lapicque.analysis.noise.symbolic import noise_formula
from lapicque.analysis.noise.variance import variances
from lapicque.circuits.errors import EquationError

K_T = 1.38064852e-23 * 300.15
Q_E = 1.6021766208e-19


def random_network(rng, nodes):
    """An RC network: every node has a capacitor to ground, one pair has one between them, and resistors anywhere."""
    c, g, elements = np.zeros((nodes, nodes)), np.zeros((nodes, nodes)), []

    def stamp(matrix, i, j, value):
        matrix[i, i] += value
        if j >= 0:
            matrix[j, j] += value
            matrix[i, j] -= value
            matrix[j, i] -= value

    def name(j):
        return f"n{j}" if j >= 0 else "0"

    pairs = []
    for i in range(nodes):
        others = [(i, -1), (i, int(rng.integers(-1, nodes)))] + ([(i, i - 1)] if i else [])
        for kind in "CR":
            for a, b in others:
                if a == b or (kind == "C" and b >= 0 and (a, b) != (1, 0)):
                    continue
                value = 10 ** rng.uniform(-12, -9) if kind == "C" else 10 ** rng.uniform(3, 7)
                label = f"{kind}{len(elements)}"
                elements.append(getattr(lq, kind)(label, name(a), name(b), value))
                stamp(c if kind == "C" else g, a, b, value if kind == "C" else 1 / value)
                if kind == "R":
                    pairs.append((label, a, b, value))
    return lq.Circuit("random").add(*elements), c, g, pairs


@pytest.mark.parametrize("seed", range(6))
def test_random_networks(seed):
    """Spectrum by (G + jwC)^-1 for every resistor; covariance kT C^-1, which no resistor changes."""
    rng = np.random.default_rng(seed)
    circuit, c, g, pairs = random_network(rng, 1 + seed % 3)
    n = len(c) - 1
    plus, minus = (f"n{n}", "n0") if n and seed % 2 else (f"n{n}", "0")
    system = small_signal(circuit, [(plus, minus)])
    look = np.eye(n + 1)[n] - (np.eye(n + 1)[0] if minus != "0" else 0)
    for f in 10 ** rng.uniform(0, 8, 5):
        back = np.linalg.solve(g + 2j * np.pi * f * c, look)
        wanted = {r: 4 * K_T / v * abs(back[a] - (back[b] if b >= 0 else 0)) ** 2 for r, a, b, v in pairs}
        got = system.densities * np.abs(system.response(np.array([f]))[0, : len(pairs)]) ** 2
        np.testing.assert_allclose(got, [wanted[o.element] for o in system.origins], rtol=1e-9, atol=1e-60)
    np.testing.assert_allclose(variances(system).sum(), K_T * look @ np.linalg.solve(c, look), rtol=1e-9)


def test_equipartition_of_an_inductor_and_any_resistance():
    """Half kT in the inductor too: its current has kT/L, seen as a voltage across a resistor without noise (a law)."""
    for r in ("1", "1k", "1Meg"):
        tank = lq.Circuit("tank").add(
            lq.R("R1", "a", "0", r), lq.L("L1", "a", "b", "1m"), lq.V("V1", "b", "0", 0), lq.H("H1", "i", "0", "V1", 1),
            lq.C("C1", "a", "0", "1n"), lq.R("R2", "i", "0", "1k"),
        )  # fmt: skip
        system = small_signal(tank, [("i", "0"), ("a", "0")])
        k = [o.element for o in system.origins].index("R1")
        np.testing.assert_allclose(variances(system, 1)[k], K_T / 1e-9, rtol=1e-9)
        np.testing.assert_allclose(variances(system, 0)[k], K_T / 1e-3, rtol=1e-9)


def test_formulas():
    """kT/C by symbols; of two random circuits formula and numbers are the same."""
    from sympy import Symbol

    steps = noise_formula(lq.build("rc"), "out")
    assert str(steps.variance) == "kT/C1"
    assert str(steps.spectrum) == "4*R1*kT/(C1**2*R1**2*omega**2 + 1)"
    assert [s.law for s in steps.derivation.steps] == ["thermal noise", "transfer", "output", "sum", "integral"]
    two = lq.Circuit("two").add(
        lq.R("R1", "a", "0", "10k"), lq.C("C1", "a", "0", "1n"), lq.G("G1", "b", "0", "a", "0", "2m"),
        lq.R("R2", "b", "0", "3k"), lq.C("C2", "b", "0", "5n"), lq.L("L1", "b", "c", "1m"), lq.R("R3", "c", "0", "50"),
    )  # fmt: skip
    formula, system = noise_formula(two, "b"), small_signal(two, [("b", "0")])
    values = {Symbol(s.name): v for s, v in lq.derive(two).parameters.items()} | {Symbol("kT"): K_T}
    plain = {s: values[Symbol(s.name)] for s in formula.variance.free_symbols}
    np.testing.assert_allclose(float(formula.variance.subs(plain)), variances(system).sum(), rtol=1e-9)
    f = 12345.0
    plain |= {s: 2 * np.pi * f for s in formula.spectrum.free_symbols if s.name == "omega"}
    got = (system.densities * np.abs(system.response(np.array([f]))[0, :3]) ** 2).sum()
    np.testing.assert_allclose(float(formula.spectrum.subs(plain)), got, rtol=1e-9)


def test_integral_between_two_frequencies():
    """Of a low pass: kT/C 2/pi (atan f2/fc - atan f1/fc)."""
    rc = noise(lq.build("rc"), points=2)
    c, fc = 1e-7, 1 / (2 * np.pi * 1e4 * 1e-7)
    for low, high in ((fc / 10, fc), (fc, 3 * fc), (1e-3, 1e9)):
        wanted = K_T / c * 2 / np.pi * (np.arctan(high / fc) - np.arctan(low / fc))
        assert rc.within(low, high)["R1 thermal"] == pytest.approx(wanted, rel=1e-7)
    assert rc.equals_kt_over_c == "C1"
    assert rc.capacitance == pytest.approx(c, rel=1e-9)
    np.testing.assert_allclose(rc.referred, np.sqrt(4 * K_T * 1e4), rtol=1e-9)


def test_channels_that_ngspice_takes_for_silent():
    """Potassium channels: 4kTg; a transistor far below threshold: 2q times its currents in both directions."""
    hh = lq.build("hh", {"I1": 0})
    alone, counted = noise(hh, points=1), noise(hh, points=1, also=["B_K", "B_Na"])
    system = counted.system
    names = [o.name for o in system.origins]
    density = system.densities[names.index("B_K channels")]
    from lapicque.circuits.equations.symbols import link_current, node_voltage

    law = link_current(hh.element("B_K"), {n: node_voltage(n) for n in hh.element("B_K").nodes})
    volts = {node_voltage(n): v for n, v in system.voltages.items()}
    here = float(law.subs(volts | lq.derive(hh).parameters))
    driving = system.voltages["mem"] - (-77e-3)
    assert density == pytest.approx(4 * K_T * here / driving, rel=1e-6)
    np.testing.assert_allclose(counted.output, alone.output, rtol=1e-12)
    assert counted.rms > alone.rms
    follower = lq.Circuit("ekv").add(
        lq.V("V1", "g", "0", 0.2), lq.V("V2", "d", "0", 0.03), lq.MosfetEkv("M1", "s", "g", "d", u_t=K_T / Q_E),
        lq.R("R1", "s", "0", "1G"), lq.C("C1", "s", "0", "1p"),
    )  # fmt: skip
    weak = small_signal(follower, [("s", "0")], ["M1"])
    v, u_t = weak.voltages, K_T / Q_E
    ends = 100e-9 * np.exp(0.7 * (v["g"] - 0.5) / u_t) * (np.exp(-v["s"] / u_t) + np.exp(-v["d"] / u_t))
    assert weak.densities[0] == pytest.approx(2 * Q_E * ends, rel=1e-2)  # the next order of the small currents


NAGUMO = lq.build("nagumo", {"I1": 0})


@pytest.mark.parametrize(
    ("circuit", "words", "options"),
    [
        (lq.build("lif"), "open and close for ever", {}),
        (lq.build("axon_hillock"), "came to no rest", {}),
        (lq.build("rc"), "only laws", {"also": "R1"}),
        (NAGUMO, "no conductance", {"also": [NAGUMO.of_type(lq.B)[0].name]}),
        (lq.build("rc"), "node of the guess", {"guess": {"nix": 1}}),
    ],
)
def test_what_has_no_noise_is_said(circuit, words, options):
    with pytest.raises(lq.LapicqueError, match=words):
        noise(circuit, **options)


def test_no_variance_is_said():
    """White noise past all that stores; a charge that lasts for ever; a point that the circuit leaves."""
    divider = lq.Circuit("divider").add(lq.V("V1", "a", "0", 1), lq.R("R1", "a", "b", 1e3), lq.R("R2", "b", "0", 1e3))
    assert "infinite" in noise(divider, "b").why_none
    np.testing.assert_allclose(noise(divider, "b").density, np.sqrt(4 * K_T * 500), rtol=1e-12)
    lasting = lq.Circuit("lasting").add(
        lq.R("R1", "a", "0", 1e3),
        lq.C("C1", "a", "0", 1e-9),
        lq.G("G1", "b", "0", "a", "0", 1e-3),
        lq.C("C2", "b", "0", 1e-9),
    )
    assert "lasts for ever" in noise(lasting, "b").why_none
    assert noise(lasting, "a").equals_kt_over_c == "C1"
    with pytest.raises(EquationError, match="unstable"):
        variances(small_signal(lq.build("axon_hillock"), [("mem", "0")], guess={"mem": 1.6, "x": 1.5, "out": 1.6}))
