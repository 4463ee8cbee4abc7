"""Series RLC: two energy stores, so it can ring."""

from __future__ import annotations

from ..circuit import Circuit
from ..elements import C, CurrentProbe, L, Probe, R, V
from ..stimuli import Step, Stimulus
from ..units import Value


def rlc(r: Value = "100", l: Value = "10m", c: Value = "100n", drive: Stimulus | Value | None = None) -> Circuit:  # noqa: E741
    """Resistor, inductor and capacitor in series; the output is the capacitor's voltage.

    Args:
        r: ohms.
        l: henries.
        c: farads.
        drive: what the source does; a 1 V step at 0.1 ms unless given.
    """
    source = Step(0, 1, "100u", "1u") if drive is None else drive
    return Circuit("rlc", roles={"input": "V1"}).add(
        V("V1", "in", "0", source),
        R("R1", "in", "a", r),
        L("L1", "a", "out", l),
        C("C1", "out", "0", c),
        Probe("out", "out"),
        CurrentProbe("i_L1", "L1"),
    )
