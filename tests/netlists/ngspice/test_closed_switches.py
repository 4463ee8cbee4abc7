"""Small signals see switches as the operating point has them: ngspice alone takes each for an open one."""

import pytest

from lapicque.circuits import C, Circuit, R, S, V
from lapicque.netlists import AC


@pytest.mark.parametrize(("volts", "closed"), [(1.0, False), (0.5, True), (0.5, False), (0.2, True)])
def test_divider_of_a_switch(engine, volts, closed):
    divider = Circuit("divider").add(
        V("V1", "in", "0", volts), R("R1", "in", "mem", "100k"), C("C1", "mem", "0", "1p"),
        S("S1", "mem", "0", "in", "0", 0.5, 0.1, r_on="300k", r_off="1T", closed=closed),
    )  # fmt: skip
    found = engine.run(divider, AC("V1", 1, 10, 1), save=("mem",))
    is_closed = closed if volts == 0.5 else volts > 0.5
    assert abs(found["mem"].values[0]) == pytest.approx(0.75 if is_closed else 1.0, rel=1e-6)
    assert '"S"' in found.attrs["circuit"]  # what was asked about, not what was written
