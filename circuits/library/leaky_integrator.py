"""The leaky integrator: the passive membrane, driven by a current."""

from __future__ import annotations

from ..circuit import Circuit
from ..elements import C, Element, I, Probe, R, V
from ..roles import NEURON
from ..stimuli import Pulse, Stimulus
from ..units import Value, parse


def leaky_integrator(
    r: Value = "100k", c: Value = "100n", v_rest: Value = 0.0, current: Stimulus | Value | None = None
) -> Circuit:
    """Membrane capacitor and leak resistor to the rest voltage.

    Args:
        r: leak, ohms.
        c: membrane capacitance, farads.
        v_rest: volts; the membrane starts there.
        current: injected current; 10 uA for 20 ms from 5 ms on unless given.
    """
    source = Pulse(0, "10u", "5m", "20m", "1u") if current is None else current
    return Circuit("leaky_integrator", membrane(r, c, v_rest, source), roles=NEURON).add(Probe("mem", "mem"))


def membrane(
    r: Value, c: Value, v_rest: Value, current: Stimulus | Value, start: Value | None = None
) -> tuple[Element, ...]:  # fmt: skip
    """The elements of a membrane: injected current I1, leak R1 to rest, capacitor C1 (at `start`, or at rest)."""
    rest = parse(v_rest, "v_rest")
    node = "rest" if rest else "0"
    leak = (V("V_rest", "rest", "0", rest),) if rest else ()
    return (
        I("I1", "0", "mem", current),
        *leak,
        R("R1", "mem", node, r),
        C("C1", "mem", "0", c, rest if start is None else start),
    )
