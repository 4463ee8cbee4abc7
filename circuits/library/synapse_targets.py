"""What the targets of synapses share: the passive membrane that they are looked at on, and the spikes that arrive."""

from __future__ import annotations

from collections.abc import Sequence

from ..units import parse
from .synapse_parts import ARRIVES, C_BENCH, R_BENCH, WIDTH
from .target import Drive, Kick, Match, Quantity, Target, Texts

MILLI, PICO = 1e-3, 1e-12
"""Papers count in milliseconds, millivolts, picoamperes and nanosiemens."""
EXP2SYN = "Destexhe, Mainen and Sejnowski 1994, J Comput Neurosci 1:195; NEURON's Exp2Syn"
TWO_DECAYS: Texts = (("A", "-A/tau_1"), ("B", "-B/tau_2"))
TWO_KICKS: Texts = (("A", "A + 1"), ("B", "B + 1"))
PEAK_AT_ONE: Texts = (
    ("t_p", "tau_1*tau_2/(tau_2 - tau_1)*log(tau_2/tau_1)"),
    ("f", "1/(exp(-t_p/tau_2) - exp(-t_p/tau_1))"),
)
"""Two exponentials, the faster one taken off, with a factor that makes the peak of f (B - A) one."""


SHORT = "an event lasts 20 us where the paper's spike takes no time; in second order, (width/tau)^2/24"


def arrivals(times: Sequence[float], after: float = ARRIVES) -> tuple[float, ...]:
    """When ideal events count, milliseconds."""
    return tuple((t + after) / MILLI for t in times)


def on_membrane(
    source: str, current: str, equations: Texts, kicks: Texts, times: Sequence[float], quantities: dict[str, float],
    *matches: Match, v_rest: float = 0.0, definitions: Texts = (), drives: tuple[Drive, ...] = (),
    start: dict[str, str] | None = None, after: float = ARRIVES, steps: tuple[Texts, ...] = (), because: str = SHORT,
) -> Target:  # fmt: skip
    """A synapse on the bench's membrane: C_m dV/dt = -(V - E_L)/R_m + I, in ms, mV, pA, pF.

    Args:
        source: of the synapse's equations.
        current: I of the state, pA.
        equations: of the synapse's own state.
        kicks: what a spike that arrives does to it.
        times: of the spikes, seconds.
        quantities: parameters.
        matches: probes besides that of the membrane.
        v_rest: mV.
        definitions: shorthands.
        drives: other inputs.
        start: state at time 0; 0 unless given.
        after: when an event counts after it begins, seconds.
        steps: more of what a spike does, in this order, after `kicks`.
        because: what the circuit does otherwise.
    """
    membrane = ("V", f"(-(V - E_L)/R_m + {current})/C_m")
    first = {"V": "E_L", **(start or {})}
    values = {"E_L": v_rest, "R_m": R_BENCH / 1e9, "C_m": C_BENCH / PICO, **quantities}
    every = (membrane, *equations)
    when = arrivals(times, after)
    return Target(
        source, MILLI, every, tuple((name, first.get(name, "0")) for name, _ in every),
        tuple(Quantity(name, value) for name, value in values.items()), definitions, drives,
        kicks=tuple(Kick(when, then) for then in (kicks, *steps) if then) if when else (), lasting=2 * WIDTH,
        matches=(Match("mem", "V", MILLI), *matches), because=because if when else "",
    )  # fmt: skip


def milli(value: object, name: str) -> float:
    """A value in thousandths of its SI unit."""
    return parse(value, name) / MILLI  # type: ignore[arg-type]


def pico(value: object, name: str) -> float:
    """A value in picoamperes or picofarads."""
    return parse(value, name) / PICO  # type: ignore[arg-type]
