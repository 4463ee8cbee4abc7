"""Operating points that are some, against Newton's method on the dense laws, and those that are none."""

import numpy as np
import pytest

from lapicque.circuits import Bjt, C, Circuit, Diode, G, I, L, Mosfet, R, V
from lapicque.circuits.errors import CircuitError
from lapicque.circuits.library import build
from lapicque.netlists import AC, DCSweep, OperatingPoint, SimulationError

THERMAL = 1.380649e-23 * 300.15 / 1.602176634e-19


def newton(residual, start):
    """Solve residual(x) = 0 with a slope by differences; damped."""
    x = np.array(start, dtype=float)
    for _ in range(200):
        f = residual(x)
        slope = np.array([(residual(x + 1e-7 * e) - f) / 1e-7 for e in np.eye(len(x))]).T
        x = x - np.clip(np.linalg.solve(slope, f), -0.05, 0.05)
    assert np.abs(residual(x)).max() < 1e-12
    return x


INVERTER = Circuit("loaded inverter").add(
    V("VDD", "vdd", "0", 3), V("V1", "in", "0", 1.1),
    Mosfet("M1", "out", "in", "0", v_th=0.7, kp=1e-4, w=10, l=1, lam=0),
    R("R1", "vdd", "out", "10k"), R("R2", "out", "a", "2k"), Diode("D1", "a", "0", i_s=1e-14), L("L1", "a", "b", "1m"),
    R("R3", "b", "0", "47k"), C("C1", "out", "0", "1n"),
)  # fmt: skip


def inverter_laws(x):
    out, a = x
    over = 1.1 - 0.7
    drain = 1e-3 / 2 * (over**2 - max(0, over - out) ** 2)
    return np.array([
        (out - 3) / 10e3 + (out - a) / 2e3 + drain,
        (a - out) / 2e3 + 1e-14 * (np.exp(a / THERMAL) - 1) + a / 47e3,
    ])  # fmt: skip


def test_against_newton(engine):
    out, a = newton(inverter_laws, [1.0, 0.5])
    found = engine.run(INVERTER, OperatingPoint())
    assert (float(found["out"]), float(found["a"]), float(found["b"])) == pytest.approx((out, a, a), rel=1e-5)
    engine.run(INVERTER, AC("V1", 1, 1e6, 2))
    swept = engine.run(INVERTER, DCSweep("V1", 0.5, 1.5, 0.1))
    assert float(swept["out"][6]) == pytest.approx(out, rel=1e-5)


def test_gates_at_rest_have_one(engine):
    """No current flows through a transistor that is on, whose voltage is right to ngspice's tolerance alone."""
    for supply in (1.2, 2.0, 2.5, 3.3, 5.0):
        pairs = [
            Mosfet(f"M{k}{x}", x, y, node, kind, v_th=0.7, kp=1e-4, w=2e-6, l=1e-6)
            for x, y in (("a", "b"), ("b", "a"))
            for k, node, kind in ((1, "vdd", "p"), (2, "0", "n"))
        ]
        latch = Circuit(
            "latch", (V("VDD", "vdd", "0", supply), *pairs, R("R1", "a", "0", 1e12), R("R2", "b", "0", 1e12))
        )
        for guess in ({"a": supply, "b": 0}, {"a": 0, "b": supply}):
            found = engine.run(latch, OperatingPoint(guess))
            assert [float(found[n]) for n in guess] == pytest.approx(list(guess.values()), abs=1e-5)


@pytest.mark.parametrize(("elements", "analysis", "words"), [
    ((V("V1", "a", "0", 1), L("L1", "a", "0", "1m")), OperatingPoint(), "1 V stands across inductor 'L1'"),
    ((I("I1", "0", "a", "1u"), C("C1", "a", "0", "1n")), OperatingPoint(), "node 'a' has no DC path to ground"),
    ((I("I1", "0", "a", "1u"), C("C1", "a", "0", "1n")), DCSweep("I1", 0, 1e-6, 1e-7), "'I1', 'C1' meet there"),
    ((V("V1", "b", "0", 1), C("C1", "a", "0", "1n"), C("C2", "a", "b", "1n")), OperatingPoint(), "node .a. has no"),
    ((V("V1", "b", "0", 1), C("C1", "a", "0", "1n"), G("G1", "0", "a", "b", "0", "1u")), OperatingPoint(), "1 .A"),
    ((V("V1", "b", "0", 1), C("C1", "a", "b", "1n"), C("C2", "a", "0", "1n"), R("R1", "d", "0", 1),
      Mosfet("M1", "d", "a", "0")), AC("V1", 1, 1e3), "node .a. has no"),
])  # fmt: skip
def test_what_is_no_operating_point_is_refused(engine, elements, analysis, words):
    with pytest.raises(SimulationError, match=words):
        engine.run(Circuit("moving").add(*elements), analysis)


@pytest.mark.parametrize("analysis", [OperatingPoint(), DCSweep("V1", 0, 1, 0.1)])
def test_a_loop_of_inductors_has_many(engine, analysis):
    """ngspice 39 looks for one of them by a transient without end; one resistor in the loop makes it one."""
    rest = V("V1", "in", "0", 1), R("R1", "in", "a", 10), V("VA", "b", "c", 0), R("R2", "c", "0", 10)
    loop = Circuit("loop").add(*rest, L("L1", "a", "b", "1m", 0.1), L("L2", "a", "c", "2m"))
    with pytest.raises(CircuitError, match="inductor 'L2' closes a loop of inductors"):
        engine.run(loop, analysis)
    alone = Circuit("alone").add(*rest, L("L1", "a", "b", "1m", 0.1), L("L2", "a", "d", "2m"), R("R3", "d", "c", 1))
    assert engine.run(alone, analysis)["c"].values.flat[-1] == pytest.approx(0.5)


def test_a_neuron_has_one_below_its_rheobase_only(engine):
    below = engine.run(build("lif"), DCSweep("I1", 0, 0.9e-6, 0.3e-6))
    assert float(below["mem"][-1]) == pytest.approx(0.9, rel=1e-3)
    with pytest.raises(SimulationError, match="no operating point at .*flow into node 'mem'.*run a transient"):
        engine.run(build("lif"), DCSweep("I1", 0, 2e-6, 1e-7))


def test_linear_circuits_need_none_for_their_response(engine):
    response = engine.run(Circuit("coil").add(I("I1", "0", "a", 1), L("L1", "a", "0", "1m")), AC("I1", 1e3, 1e4, 1))
    assert response["a"].values == pytest.approx(2j * np.pi * 1e-3 * response["frequency"].values)


def test_transistors_with_all_their_resistances(engine):
    """The collector resistance of either kind: ngspice 39 gives no voltage of the node behind it."""
    lead = {"i_s": "1f", "bf": 100, "rb": 10, "re": 2, "rc": 100, "cjc": "3p"}
    npn, pnp = Bjt("Q1", "c", "b", "0", **lead), Bjt("Q2", "d", "a", "0", polarity="pnp", **lead)
    sources = (V("VB", "b", "0", 0.75), V("VA", "a", "0", -0.75), V("VC", "p", "0", 12), V("VD", "m", "0", -12))
    stage = Circuit("pair", (*sources, R("RC", "p", "c", "1k"), R("RD", "m", "d", "1k"), npn, pnp))
    point = engine.run(stage, OperatingPoint())
    assert float(point["c"]) == pytest.approx(-float(point["d"]), rel=1e-9)
    assert 1 < float(point["c"]) < 11  # neither off nor saturated
