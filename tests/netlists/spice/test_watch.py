"""When ngspice's switches change: at the instant that the control's own slope says."""

import numpy as np
import pytest

from lapicque.circuits import PWL, C, Circuit, CurrentProbe, R, S, V
from lapicque.netlists import Transient, simulate


@pytest.mark.parametrize("start", [-0.3, 0.0, 0.05])
def test_a_switch_closes_on_time_wherever_its_control_starts(start):
    """From below both levels or from between them, where ngspice does not refine its steps by itself."""
    ramp = PWL(times=[0, "10m"], values=[start, 0.2])
    circuit = Circuit("ramp").add(V("V1", "in", "0", 5), R("R1", "in", "x", "10k"), C("C1", "x", "0", "100n"))
    circuit = circuit.add(V("V2", "g", "0", ramp), S("S1", "x", "0", "g", "0", v_t=0, v_h=0.1, r_on=1e3))
    found = simulate(circuit.add(CurrentProbe("i", "S1")), Transient("10m"))
    closes = 10e-3 * (0.1 - start) / (0.2 - start)  # the ramp alone says so
    before, after = found["time"].values[np.argmax(found["i"].values > 1e-4) + np.array([-1, 0])]
    assert before <= closes + 1e-8
    assert after >= closes - 1e-8
    assert after - before < 1e-7


def test_a_switch_that_is_beyond_its_level_closes_at_once():
    circuit = Circuit("at once").add(V("V1", "in", "0", 5), R("R1", "in", "x", "10k"), C("C1", "x", "0", "100n", ic=1))
    circuit = circuit.add(R("R2", "x", "g", "1Meg"), C("C2", "g", "0", "1p", ic=1))
    found = simulate(circuit.add(S("S1", "x", "0", "g", "0", v_t=0.5, v_h=0.1, r_on=1e3)), Transient("1m"))
    tau, end = 100e-9 / (1 / 10e3 + 1 / 1e3), 5 / 11
    times = found["time"].values
    # 1e-5 of it is what C2 takes
    np.testing.assert_allclose(found["x"].values, end + (1 - end) * np.exp(-times / tau), atol=6e-5)
