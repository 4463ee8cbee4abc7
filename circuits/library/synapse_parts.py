"""What synapses share: the event that drives them, and the bench on which one is looked at.

A synapse is a circuit with two ports, `pre` and `post`. At `pre` every spike arrives as an event: a pulse of 1 V that
lasts `width` seconds. At `post` sits the membrane.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..circuit import Circuit
from ..element import Element
from ..elements import C, G, Probe, R, V
from ..errors import DesignError, QuantityError
from ..stimuli import SpikeTrain
from ..units import Value, parse, show
from .leaky_integrator import membrane

R_BENCH, C_BENCH = 100e6, 100e-12
"""Membrane of a bench, ohms and farads."""
WIDTH = 20e-6
"""Seconds that an event lasts: short beside every time constant of a synapse."""
FIRST = 5e-3
"""When the first event of a bench comes, seconds."""
EDGE = 1 / 100
"""Rise and fall of an ideal event, in its width."""
ARRIVES = WIDTH * (1 + EDGE) / 2
"""How long after an ideal event begins it counts as one that takes no time, seconds: its middle."""


def event_source(times: Sequence[float], name: str = "V_pre", node: str = "pre", width: float = WIDTH) -> V:
    """An ideal pre neuron: a voltage source that makes an event at each of the times."""
    return V(name, node, "0", SpikeTrain(tuple(times), width, width, EDGE * width))


C_S = 1e-12
"""Farads of a synapse's capacitors; their voltage is its state, 1 V a spike."""


def stage(node: str, tau: float, width: float = WIDTH) -> tuple[Element, ...]:
    """A capacitor that an event at `pre` lifts by 1 V, and a resistor that lets it decay with tau."""
    return (
        G(f"G_{node}", "0", node, "pre", "0", C_S / width),
        C(f"C_{node}", node, "0", C_S),
        R(f"R_{node}", node, "0", tau / C_S),
    )


def bench(
    title: str, synapse: Circuit, times: Sequence[float] = (FIRST,), v_rest: Value = 0.0, probes: Sequence[Element] = ()
) -> Circuit:
    """A passive membrane (100 MOhm, 100 pF: 10 ms) with one synapse on it and an ideal pre neuron.

    Args:
        title: of the circuit.
        synapse: a circuit with the ports pre and post.
        times: of the pre spikes, seconds.
        v_rest: of the membrane, volts.
        probes: besides that of the membrane.
    """
    placed = synapse.with_nodes({"post": "mem"})
    parts = membrane(R_BENCH, C_BENCH, v_rest, 0.0)[1:]  # without the injected current
    return Circuit(title, (event_source(times), *placed.elements, *parts, Probe("mem", "mem"), *probes))


def unit_peak(tau_rise: float, tau_decay: float) -> float:
    """The factor that makes the highest value of e^(-t/tau_decay) - e^(-t/tau_rise) one (NEURON's Exp2Syn).

    Raises:
        DesignError: time constants that are equal (that is the alpha function) or in the wrong order.
    """
    if not tau_rise < tau_decay * (1 - 1e-6):
        raise DesignError(
            f"tau_rise {show(tau_rise, 's')} must be shorter than tau_decay {show(tau_decay, 's')}; two equal ones are "
            "the alpha synapse."
        )
    ratio = tau_decay / tau_rise
    return 1 / (ratio ** (-1 / (ratio - 1)) - ratio ** (-ratio / (ratio - 1)))


def listed(values: Sequence[Value] | Value) -> list[Value]:
    """A list of values; text may hold several, separated by commas, as on a command line."""
    if isinstance(values, str):
        return [part.strip() for part in values.split(",")]
    return [values] if isinstance(values, (int, float)) else list(values)


def positive(**values: Value) -> dict[str, float]:
    """Read values that must be greater than zero.

    Raises:
        QuantityError: one that is not; it is named.
    """
    found = {name: parse(value, name) for name, value in values.items()}
    for name, value in found.items():
        if not value > 0:
            raise QuantityError(f"{name} is {show(value)}: it must be greater than zero.")
    return found
