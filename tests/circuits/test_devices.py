"""The laws of diode and transistor against ngspice's own devices, and against their published limits."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapicque.circuits import C, Circuit, Comparator, CurrentProbe, Diode, Mosfet, MosfetEkv, QuantityError, R, Ramp, V
from lapicque.circuits.devices import THERMAL_VOLTAGE
from lapicque.circuits.equations.symbols import device_current, node_voltage, parameters
from lapicque.netlists import OperatingPoint, Transient


def law(element, volts):
    """Current of a device from its law alone."""
    names = {n: node_voltage(n) for n in element.nodes}
    values = parameters(Circuit("d", (element,)))
    numbers = {s: volts[n] for n, s in names.items()} | values
    return float(device_current(element, names).subs(numbers))


@pytest.mark.parametrize("v", [-2.0, 0.1, 0.3, 0.5, 0.7])
def test_diode(engine, v):
    d = Diode("D1", "a", "0", 2.52e-9, 1.752)
    circuit = Circuit("d").add(V("V1", "a", "0", v), d, CurrentProbe("i", "V1"))
    found = -float(engine.run(circuit, OperatingPoint())["i"])
    assert found == pytest.approx(law(d, {"a": v, "0": 0.0}), rel=1e-6)


CORNERS = [(vg, vd) for vg in (0.0, 0.5, 0.9, 1.8, 3.3) for vd in (-1.0, 0.05, 0.4, 1.5, 3.3)]


@pytest.mark.parametrize("polarity", ["n", "p"])
@pytest.mark.parametrize(("vg", "vd"), CORNERS)
def test_mosfet_in_every_region(engine, polarity, vg, vd):
    """Cut-off, triode, saturation, and with drain and source changed round."""
    sign = 1 if polarity == "n" else -1
    m = Mosfet("M1", "d", "g", "0", polarity, 2e-6, 1e-6, 0.7, 1e-4, 0.05)
    circuit = Circuit("m").add(V("V1", "d", "0", sign * vd), V("V2", "g", "0", sign * vg), m, CurrentProbe("i", "V1"))
    found = -float(engine.run(circuit, OperatingPoint())["i"])
    assert found == pytest.approx(law(m, {"d": sign * vd, "g": sign * vg, "0": 0.0}), rel=1e-8, abs=1e-15)


@settings(max_examples=60)
@given(st.floats(0.1, 0.3), st.floats(0.0, 1.5), st.floats(0.0, 0.2))
def test_ekv_is_exponential_below_threshold(vg, vd, vs):
    """i_spec e^(kappa (v_g - v_th)/U_T) (e^(-v_s/U_T) - e^(-v_d/U_T)) (Enz et al. 1995), to sqrt(I/i_spec)."""
    m = MosfetEkv("M1", "d", "g", "s", "0", "n", 1e-6, 0.7, 0.6)
    u = THERMAL_VOLTAGE
    ideal = 1e-6 * math.exp(0.7 * (vg - 0.6) / u) * (math.exp(-vs / u) - math.exp(-vd / u))
    found = law(m, {"d": vd, "g": vg, "s": vs, "0": 0.0})
    size = 1e-6 * math.exp(0.7 * (vg - 0.6) / u) * max(math.exp(-vs / u), math.exp(-vd / u))
    assert found == pytest.approx(ideal, abs=1.1 * size * math.sqrt(size / 1e-6) + 1e-9 * size)


def test_ekv_is_a_square_law_far_above():
    """Saturated: i_spec ((v_p - v_s)/(2 U_T))^2."""
    m = MosfetEkv("M1", "d", "g", "0", "0", "n", 1e-6, 0.7, 0.6)
    found = law(m, {"d": 3.0, "g": 2.5, "0": 0.0})
    assert found == pytest.approx(1e-6 * (0.7 * 1.9 / (2 * THERMAL_VOLTAGE)) ** 2, rel=1e-6)


def test_a_p_channel_is_the_mirror(engine):
    n, p = (MosfetEkv("M1", "d", "g", "0", "0", k) for k in "np")
    volts = {"d": 0.4, "g": 0.45, "0": 0.0}
    mirrored = {k: -v for k, v in volts.items()}
    assert law(p, mirrored) == pytest.approx(-law(n, volts), rel=1e-12)
    circuit = Circuit("p").add(V("V1", "d", "0", -0.4), V("V2", "g", "0", -0.45), p, CurrentProbe("i", "V1"))
    assert float(engine.run(circuit, OperatingPoint())["i"]) == pytest.approx(-law(p, mirrored), rel=1e-6)


def test_bad_devices():
    with pytest.raises(QuantityError, match="greater than zero"):
        Diode("D1", "a", "b", i_s=0)
    with pytest.raises(QuantityError, match="'n' or 'p'"):
        Mosfet("M1", "d", "g", "s", "x")


def test_a_switchs_current_is_the_models(engine):
    """CurrentProbe on a switch: ngspice's own figure against the derived one, open and closed."""
    from lapicque.analysis import compare, solve
    from lapicque.circuits import C, S, Step
    from lapicque.netlists import Transient

    circuit = Circuit("s").add(
        V("V1", "a", "0", Step(0, 1, "0.1m", "1u")), R("R1", "a", "b", 1e3), C("C1", "b", "0", 1e-7),
        S("S1", "b", "0", "b", "0", 0.5, 0.2, 100.0, 1e7), CurrentProbe("i", "S1"),
    )  # fmt: skip
    found = compare(solve(circuit, 1e-3), engine.run(circuit, Transient(1e-3), "reference"))
    (wave,) = found.waveforms
    assert wave.swing > 1e-3
    # At the instant of switching the two may lie on two sides of the jump; everywhere else they agree.
    assert np.quantile(np.abs(wave.residual), 0.99) / wave.swing < 5e-5  # measured 1.7e-5, times 3


def test_an_exponent_that_overflows_is_named():
    from lapicque.analysis import solve
    from lapicque.circuits import C, EquationError

    circuit = Circuit("d").add(
        V("V1", "in", "0", 50.0), R("R1", "in", "a", 1e3), C("C1", "a", "0", 1e-9, 30.0), Diode("D1", "a", "0")
    )
    with pytest.raises(EquationError, match="equation of v_a overflows at 0 s"):
        solve(circuit, 1e-5)


@pytest.mark.parametrize("polarity", ["n", "p"])
@pytest.mark.parametrize("volts", [5.0, 30.0])
def test_a_transistor_that_is_off_has_no_junctions(engine, polarity, volts):
    """Its source far beyond its drain, a real bulk would conduct: the law has none, and so has ngspice's device."""
    ramp = Ramp(0, (volts if polarity == "n" else -volts) / 1e-3, 0, 1e-3)
    circuit = Circuit("off").add(V("V1", "in", "0", ramp), R("R1", "in", "x", "10k"), C("C1", "x", "0", "1n"))
    circuit = circuit.add(V("V2", "g", "0", 0), Mosfet("M1", "0", "g", "x", polarity=polarity))
    found = engine.run(circuit, Transient("1m"))
    t, tau = found["time"].values, 1e-5
    alone = ramp.slope * (t - tau * (1 - np.exp(-t / tau)))  # R and C by themselves
    np.testing.assert_allclose(found["x"].values, alone, atol=1e-5 * volts)


def test_parts_without_values_are_ordinary_ones():
    """A diode of 10 fA; a MOSFET of 1 um by 1 um, 0.1 mA/V2, 0.7 V, 2 % a volt; a comparator of 5 V, 1 mV, 1 kohm."""
    diode, mosfet, comparator = Diode("D1", "a", "0"), Mosfet("M1", "d", "g", "0"), Comparator("A1", "a", "b", "c")
    assert diode.values == {"i_s_D1": 1e-14, "n_D1": 1.0}
    assert mosfet.values == {"w_M1": 1e-6, "l_M1": 1e-6, "v_th_M1": 0.7, "kp_M1": 1e-4, "lam_M1": 0.02}
    assert comparator.values == {"v_low_A1": 0.0, "v_high_A1": 5.0, "v_s_A1": 1e-3, "r_out_A1": 1e3}
