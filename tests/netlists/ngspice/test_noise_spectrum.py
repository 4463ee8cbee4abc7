"""ngspice's noise analysis in the circuit's own names, against the formulas of Johnson, Nyquist and Schottky."""

import numpy as np
import pytest

from lapicque.circuits import C, Circuit, CurrentProbe, Diode, E, I, Opaque, Probe, QuantityError, R, S, V
from lapicque.circuits.errors import CircuitError, UnknownNameError
from lapicque.netlists import NoiseSpectrum

K_T = 1.38064852e-23 * 300.15
Q_E = 1.6021766208e-19


def test_resistor_and_switch_at_a_capacitor(engine):
    """4kT r parallel to c is a low pass; between names that SPICE cannot take."""
    two = Circuit("two").add(
        V("빛", "none", "0", 1), R("R leak", "none", "mem", "100k"), C("C1", "mem", "0", "1n"),
        S("S1", "mem", "0", "none", "0", 0.5, 0.1, r_on="300k", closed=True), E("E1", "out", "0", "mem", "0", 2),
        R("load", "out", "0", "1k"), Probe("twice", "0", "out"),
    )  # fmt: skip
    found = engine.run(two, NoiseSpectrum("twice", 1, "1G"))
    f, both = found["frequency"].values, 75e3
    square = 4 * K_T * both / (1 + (2 * np.pi * f * both * 1e-9) ** 2) * 4
    np.testing.assert_allclose(found["output"], np.sqrt(square), rtol=1e-6)
    np.testing.assert_allclose(found["contributions"].sel(element="R leak"), np.sqrt(square * 0.75), rtol=1e-6)
    np.testing.assert_allclose(found["contributions"].sel(element="S1"), np.sqrt(square * 0.25), rtol=1e-6)
    np.testing.assert_allclose(found["input"], np.sqrt(4 * K_T * both) * 100 / 75, rtol=1e-6)
    np.testing.assert_allclose(found["output_total"], 2 * np.sqrt(K_T / 1e-9), rtol=1e-3)
    np.testing.assert_allclose(found["output_total"], np.sqrt((found["totals"] ** 2).sum()), rtol=1e-6)
    assert list(found["element"]) == ["R leak", "S1", "load"]
    assert float(found["contributions"].sel(element="load").max()) == 0.0
    assert found["input"].attrs["source"] == "빛"


def test_shot_and_flicker(engine):
    """2 q I and KF I^AF / f of a diode that only ngspice knows, beside one of ours with a resistance in series."""
    current, kf, i_s = 1e-6, 1e-14, 1e-14
    card = f".model dk d (is={i_s} kf={kf} af=1.5)"
    diodes = Circuit("diodes").add(
        I("I1", "0", "a", current), Opaque("D kept", "d", ("a", "0"), "dk", definitions=(card,)),
        I("I2", "0", "b", current),
        Diode("D own", "b", "0", i_s, rs="5k", cjo=1e-15, ic=0.4),
    )  # fmt: skip
    kept, own = engine.run_many([_job(diodes, NoiseSpectrum(n, 10, "10k", source="I1", points=3)) for n in ("a", "b")])
    slope, f = K_T / Q_E / (current + i_s), kept["frequency"].values
    square = slope**2 * (2 * Q_E * current + kf * current**1.5 / f)
    np.testing.assert_allclose(kept["output"], np.sqrt(square), rtol=1e-5)
    np.testing.assert_allclose(
        kept["parts"].sel(mechanism="D kept junction"), slope * np.sqrt(2 * Q_E * current), rtol=1e-5
    )
    np.testing.assert_allclose(own["output"], np.sqrt(slope**2 * 2 * Q_E * current + 4 * K_T * 5e3), rtol=1e-5)
    np.testing.assert_allclose(own["parts"].sel(mechanism="D own rs"), np.sqrt(4 * K_T * 5e3), rtol=1e-5)


def _job(circuit, analysis):
    from lapicque.netlists.spice.prepare import Job

    return Job(circuit, analysis)


RC = Circuit("rc").add(R("R1", "a", "0", "1k"), I("I1", "0", "a", 0), CurrentProbe("i", "R1"))
STILL = Circuit("still").add(R("R1", "a", "0", "1k"), C("C1", "a", "0", "1n"))


@pytest.mark.parametrize(
    ("circuit", "asked", "kind", "words"),
    [
        (STILL, ("a", 1, 10), CircuitError, "no source"),
        (RC, ("i", 1, 10), CircuitError, "is a current"),
        (RC, ("0", 1, 10), CircuitError, "is ground"),
        (RC, ("b", 1, 10), UnknownNameError, "probe or node"),
        (RC, ("a", 1, 10, "V7"), UnknownNameError, "source 'V7'"),
    ],
)
def test_what_makes_no_sense_is_said(engine, circuit, asked, kind, words):
    with pytest.raises(kind, match=words):
        engine.run(circuit, NoiseSpectrum(*asked))


def test_frequencies_are_checked():
    with pytest.raises(QuantityError, match="0 < start < stop"):
        NoiseSpectrum("a", 10, 10)


def test_flicker_of_a_kit_s_transistor(engine):
    """BSIM4 calls its parts otherwise; flicker noise falls as 1/f, its channel's does not."""
    card = ".model nm nmos (level=14 version=4.5 vth0=0.4 toxe=4e-9)"
    m = Opaque("M kept", "m", ("d", "g", "0", "0"), "nm", {"w": 1e-6, "l": 1e-6}, definitions=(card,))
    stage = Circuit("stage").add(V("VDD", "p", "0", 2), V("VG", "g", "0", 0.8), R("R1", "p", "d", "1k"), m)
    found = engine.run(stage, NoiseSpectrum("d", 1, 1e4, source="VG", points=1))
    flicker = found["parts"].sel(mechanism="M kept flicker").values
    np.testing.assert_allclose(flicker[1:] / flicker[:-1], 10**-0.5, rtol=1e-3)
    np.testing.assert_allclose(found["contributions"].sel(element="R1"), found["contributions"].sel(element="R1")[0])
    np.testing.assert_allclose(found["output"], np.sqrt((found["contributions"] ** 2).sum("element")), rtol=1e-6)
