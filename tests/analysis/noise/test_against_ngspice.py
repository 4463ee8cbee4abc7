"""Spectra of the equations against ngspice's noise analysis: what is linear or a transistor; measured: 4e-10."""

import numpy as np
import pytest

import lapicque as lq
from lapicque.analysis.noise.budget import noise
from lapicque.netlists import OperatingPoint

LINEAR = (
    "rc", "rc_high_pass", "rlc", "ladder", "leaky_integrator", "cable", "branching", "psp_charge", "psp_exponential",
    "psp_alpha", "psp_double_exponential", "psp_delayed", "resistor_summing", "gap_pair",
)  # fmt: skip
AT_REST = (
    "lif_switch",
    "lif_latch",
    "lif_comparator",
    "op_amp_lif",
    "lu_i",
    "adex",
    "hodgkin_huxley",
    "resonate_and_fire",
)
TOLERANCE = 1e-8


@pytest.mark.parametrize("name", [*LINEAR, *AT_REST])
def test_library(name, engine):
    circuit = lq.build(name, {"I1": 0} if name in AT_REST else {})
    for probe in circuit.of_type(lq.Probe)[-1:]:
        found = noise(circuit, probe.name, engine, points=1)
        assert found.agreement < TOLERANCE
        for element in found.simulated["element"].values:
            theirs = found.simulated["contributions"].sel(element=element).values
            ours = sum(v**2 for n, v in found.contributions.items() if n.rpartition(" ")[0] == element)
            np.testing.assert_allclose(np.sqrt(ours), theirs, rtol=TOLERANCE, atol=1e-7 * found.output.max())


@pytest.mark.parametrize("name", ["axon_hillock"])
def test_transistors_about_the_point_that_ngspice_finds(name, engine):
    """The neuron leaves that point; what is linear about it is the same in both."""
    circuit = lq.build(name)
    point = engine.run(circuit, OperatingPoint(), save=tuple(n for n in circuit.nodes if n != "0"))
    for probe in circuit.of_type(lq.Probe):
        guess = {n: float(point[n]) for n in circuit.nodes if n != "0"}
        found = noise(circuit, probe.name, engine, points=1, guess=guess)
        assert found.agreement < TOLERANCE
        assert "unstable" in found.why_none


MEYER = {"w": "10u", "l": "1u", "v_th": 0.7, "kp": "1e-4", "lam": 0.02, "gamma": 0.4, "c_ox": 3e-3}
AMPLIFIER = lq.Circuit("amplifier").add(
    lq.V("VDD", "vdd", "0", 3), lq.V("V1", "in", "0", 1.0), lq.R("R1", "in", "g", "10k"),
    lq.MosfetMeyer("M1", "out", "g", "tail", **MEYER), lq.R("R2", "vdd", "out", "20k"), lq.R("R3", "tail", "0", "1k"),
    lq.Diode("D1", "out", "d", rs="200", cjo="1p", tt="1n"), lq.R("R4", "d", "0", "30k"), lq.C("C1", "out", "0", "1p"),
    lq.C("C2", "tail", "0", "1p"), lq.C("C3", "d", "0", "1p"), lq.C("C4", "g", "0", "1f"), lq.Probe("out", "out"),
)  # fmt: skip
BIPOLAR = lq.Circuit("bipolar").add(
    lq.V("VCC", "vcc", "0", 5), lq.V("V1", "in", "0", 0.9), lq.R("R1", "in", "b", "1k"),
    lq.Bjt("Q1", "c", "b", "e", rb=100, rc=20, re=2, cje="1p", cjc="1p", bf=80, vaf=50, ise=1e-14, isc=1e-15),
    lq.R("R2", "vcc", "c", "1k"), lq.R("R3", "e", "0", 100), lq.C("C1", "c", "0", "1p"), lq.C("C2", "e", "0", "1p"),
    lq.C("C3", "b", "0", "1p"), lq.Probe("out", "c", "e"),
)  # fmt: skip
JUNCTION = lq.Circuit("junction").add(
    lq.V("VCC", "vcc", "0", 5), lq.V("V1", "g", "0", -0.5),
    lq.Jfet("J1", "d", "g", "s", vto=-2, beta=1e-3, rd=10, rs=20),
    lq.R("R2", "vcc", "d", "1k"), lq.R("R3", "s", "0", 100), lq.C("C1", "d", "0", "1p"), lq.C("C2", "s", "0", "1p"),
    lq.Mosfet("M1", "p", "p", "vcc", "p"), lq.R("R4", "p", "d", "50k"), lq.C("C3", "p", "0", "1p"),
    lq.Probe("out", "p"),
)  # fmt: skip


@pytest.mark.parametrize("circuit", [AMPLIFIER, BIPOLAR, JUNCTION], ids=lambda c: c.title)
def test_devices(circuit, engine):
    """Channels with bulk and gate charges, one with its gate at its drain, both junctions of a bipolar transistor."""
    found = noise(circuit, "out", engine, start=1e2, stop=1e9, points=1)
    assert found.agreement < 5e-12  # measured 5e-13
    theirs = {str(m) for m in found.simulated["mechanism"].values}
    assert theirs <= set(found.contributions), theirs ^ set(found.contributions)


def test_a_resistor_by_a_law_is_named_as_silent(tmp_path, engine):
    """As kits write theirs: `noisy=1` is read, and what makes no noise is said."""
    file = tmp_path / "law.cir"
    file.write_text("* law\nV1 a 0 1\nR1 a b r='1k*(1+0.1*v(a,b))' noisy=1\nR2 b 0 1k\nC1 b 0 1n\n.tran 1u 1m\n.end\n")
    found = noise(lq.read(file), "b", engine, points=1)
    assert found.quiet == ("R1",)
    assert list(found.shares) == ["R2 thermal"]
    assert found.agreement < TOLERANCE
