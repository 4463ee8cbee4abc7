"""Where rounding keeps steps short a run is made with a looser tolerance and says so; where spikes do, it is not."""

import pytest

import lapicque as lq
from lapicque.analysis.models import smooth

BRIDGE = """Bridge rectifier
.model d1n4007 D(IS=7.02767n RS=0.0341512 N=1.80803 BV=1000 IBV=5e-08 CJO=1e-11 VJ=0.7 M=0.5 FC=0.5 TT=1e-07)
V1 ac1 ac2 SIN(0 17 50)
D1 ac1 out d1n4007
D2 ac2 out d1n4007
D3 0 ac1 d1n4007
D4 0 ac2 d1n4007
C1 out 0 470u
RL out 0 220
Rg ac2 0 1Meg
.tran 50u 25m
.end
"""


def test_a_bridge_of_real_diodes(tmp_path):
    """Leads of 34 mohm beside a leak of 1 Mohm: slopes of 1e13 V/s that cancel."""
    file = tmp_path / "bridge.cir"
    file.write_text(BRIDGE)
    circuit = lq.read(file)
    solution = lq.solve(circuit, "25m")
    assert solution.loosened == 1e-7
    assert "rounding in its equations" in solution.said
    assert len(solution.pieces) < 100_000
    found = lq.compare(solution, lq.simulate(circuit, lq.Transient("25m")))
    assert found.passed
    assert max(w.worst / w.swing for w in found.waveforms) < 1e-5  # measured 1.3e-6


@pytest.mark.parametrize("name", ["adex", "hodgkin_huxley", "lif_comparator"])
def test_spikes_are_no_rounding(name, monkeypatch):
    """Asked as soon as it has 100 steps, a run of a neuron goes on as it was."""
    neuron = lq.build(name)
    before = lq.solve(neuron, "0.1")
    monkeypatch.setattr(smooth, "MANY", 100)
    asked = lq.solve(neuron, "0.1")
    assert len(asked.pieces) > 100
    assert asked.loosened is None
    assert lq.spikes(asked)["spike"] == pytest.approx(lq.spikes(before)["spike"], rel=1e-12)
