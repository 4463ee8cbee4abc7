"""RC low pass and high pass: the passive membrane and its mirror."""

from __future__ import annotations

from ..circuit import Circuit
from ..elements import C, Probe, R, V
from ..stimuli import Step, Stimulus
from ..units import Value


def rc_low_pass(r: Value = "10k", c: Value = "100n", drive: Stimulus | Value | None = None, v0: Value = 0.0) -> Circuit:
    """Resistor in series, capacitor to ground.

    Args:
        r: ohms.
        c: farads.
        drive: what the source does; a 1 V step at 1 ms unless given.
        v0: capacitor voltage at the start.
    """
    source = Step(0, 1, "1m", "1u") if drive is None else drive
    return Circuit("rc_low_pass", roles={"input": "V1"}).add(
        V("V1", "in", "0", source), R("R1", "in", "out", r), C("C1", "out", "0", c, v0), Probe("out", "out")
    )


def rc_high_pass(r: Value = "10k", c: Value = "100n", drive: Stimulus | Value | None = None) -> Circuit:
    """Capacitor in series, resistor to ground.

    Args:
        r: ohms.
        c: farads.
        drive: what the source does; a 1 V step at 1 ms unless given.
    """
    source = Step(0, 1, "1m", "1u") if drive is None else drive
    return Circuit("rc_high_pass", roles={"input": "V1"}).add(
        V("V1", "in", "0", source), C("C1", "in", "out", c), R("R1", "out", "0", r), Probe("out", "out")
    )
