"""`lapicque noise`: what it prints, and what it refuses."""

import pytest
from command import lapicque


def test_formula_table_and_plot(tmp_path):
    drawn = tmp_path / "noise.svg"
    status, out, _ = lapicque("noise", "rc", "--steps", "--points", "2", "--plot", str(drawn))
    assert status == 0
    assert "v_rms**2 = kT/C1" in out
    assert "noise of rc_low_pass at out: 203.6 nV rms" in out  # sqrt(k 300.15 K / 100 nF)
    assert "that is kT/C of C1" in out
    assert "R1 thermal   100.0000 %" in out
    assert drawn.read_text().lstrip().startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lif",), "open and close for ever"),
        (("rc", "--probe", "nosuch"), "nosuch"),
        (("rc", "--also", "R1"), "is counted anyhow"),
        (("rc", "--from", "10", "--to", "1"), "0 < start < stop"),
        (("lif", "--set", "I1=0", "--steps"), "no readable formula"),
    ],
)
def test_refused(arguments, words):
    status, _, error = lapicque("noise", *arguments)
    assert status == 2
    assert words in error


def test_jitter(tmp_path):
    drawn = tmp_path / "intervals.svg"
    status, out, _ = lapicque("jitter", "lif_switch", "--density", "10n", "--intervals", "200", "--plot", str(drawn))
    assert status == 0
    assert "jitter 431.3 us rms" in out
    assert "643.7 nV of it thermal" in out
    assert "spikes, " in out  # equally many on the equations and in ngspice
    assert drawn.exists()
    status, _, error = lapicque("jitter", "hh")
    assert status == 2
    assert "not specified as an LIF neuron" in error
