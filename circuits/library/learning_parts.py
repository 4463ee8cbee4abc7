"""What learning rules share: traces, a weight that events sample them onto, and the bench with ideal spikes.

Everything is a capacitor whose voltage is the quantity: 1 V of a trace is one spike, 1 V of the weight its full
range. Events are pulses of 1 V (`synapse_parts`); a jump is a current that flows while the event lasts.

Where spikes coincide, rules read the traces as they were just before: a pair of equal times changes nothing, as in
NEST's stdp_synapse, which discards such pairs. Therefore an event reads first, and a second event that follows it
(`<event>_late`) lifts the trace, by as much less as a trace that was lifted at once would have decayed since. Spikes
less than two events apart count as coincident, in part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from ..circuit import Circuit
from ..element import Element
from ..elements import B, C, G, Probe, R
from ..errors import CircuitError, DesignError, QuantityError
from ..units import Value, parse, show
from .synapse_parts import WIDTH, event_source, listed

C_L = 1e-9
"""Farads of every trace and weight."""
LATE = 1.02 * WIDTH
"""How long after an event its second one begins, seconds: when the edge of the first is over."""
STIFF = 20.0
"""How much faster than an event the rails pull a weight back."""
APART = 3.5 * WIDTH
"""Least distance of two spikes of one neuron, seconds: a spike's two events must be over."""


def trace(name: str, event: str, tau: float) -> tuple[Element, ...]:
    """A capacitor that every event lifts by 1 V, once its rules have read it, and a resistor that lets it decay."""
    return lifted(name, f"{event}_late", tau, math.exp(-LATE / tau))


def lifted(name: str, event: str, tau: float, height: float = 1.0) -> tuple[Element, ...]:
    """A capacitor that every event lifts by a height, and a resistor that lets it decay."""
    return (
        G(f"G_{name}", "0", name, event, "0", height * C_L / WIDTH),
        C(f"C_{name}", name, "0", C_L),
        R(f"R_{name}", name, "0", tau / C_L),
    )


def weight(start: Value) -> tuple[Element, ...]:
    """The weight's capacitor, and the rails at 0 and 1 that hold it within its range.

    Raises:
        QuantityError: a start outside 0..1.
    """
    w = parse(start, "weight")
    if not 0 <= w <= 1:
        raise QuantityError(f"weight starts at {w:g}: it lies between 0 and 1, the ends of its range.")
    rails = B("B_rails", "0", "w", "c*(Max(0, -w) - Max(0, w - 1))", {"w": "w"}, {"c": STIFF * C_L / WIDTH})
    return C("C_w", "w", "0", C_L, w), rails


def jump(name: str, node: str, event: str, law: str, inputs: dict[str, str], params: dict[str, Value]) -> B:
    """While the event lasts, a current that changes a node's voltage by the law's value in all."""
    scale = {"c": C_L / WIDTH}
    return B(
        name, "0", node, f"c*e*({law})", {"e": event, **inputs}, scale | {k: parse(v, k) for k, v in params.items()}
    )


def spikes(what: str, times: Sequence[Value] | Value) -> tuple[float, ...]:
    """Read spike times of one neuron.

    Raises:
        QuantityError: times out of order, or so close that their events touch.
    """
    found = tuple(parse(t, what) for t in listed(times))
    for a, b in pairwise(found):
        if not b - a > APART:
            raise QuantityError(
                f"{what} has spikes at {show(a, 's')} and {show(b, 's')}: they must rise and lie more than "
                f"{show(APART, 's')} apart, or their events touch."
            )
    return found


def bench(
    title: str, rule: Sequence[Element], pre: Sequence[float], post: Sequence[float], spec: dict[str, float]
) -> Circuit:
    """Ideal pre and post spikes on a rule; each train makes events at its node and, late, at `<node>_late`.

    Raises:
        CircuitError: a rule without a weight.
    """
    if not any(isinstance(e, C) and e.plus == "w" for e in rule):
        raise CircuitError(f"the rule of {title!r} has no weight: give it a capacitor at node 'w' (`weight`).")
    sources = []
    for node, times in (("pre", pre), ("post", post)):
        sources.append(event_source(times, f"V_{node}", node))
        if any(f"{node}_late" in e.nodes for e in rule):
            sources.append(event_source([t + LATE for t in times], f"V_{node}_late", f"{node}_late"))
    return Circuit(title, (*sources, *rule, Probe("w", "w", unit="1", low=-0.01, high=1.01)), spec)


def want_stable(a_plus: float, a_minus: float) -> None:
    """Refuse steps that take the weight over its whole range at once.

    Raises:
        DesignError: a step outside 0..1.
    """
    for name, a in (("a_plus", a_plus), ("a_minus", a_minus)):
        if not 0 <= a < 1:
            raise DesignError(f"{name} is {a:g}: a step of the weight lies between 0 and 1, its whole range.")
