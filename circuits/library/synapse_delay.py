"""A synapse behind an axon: what takes time before an event arrives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..circuit import Circuit
from ..elements import Probe, SpikeProbe
from ..errors import CircuitError
from ..units import Value, parse
from .entry import Entry
from .events import event
from .synapse_current import exponential_synapse
from .synapse_parts import WIDTH, bench
from .synapse_targets import milli, on_membrane, pico
from .target import Match, Target


def delayed(synapse: Circuit, delay: Value, width: Value = WIDTH, apart: Value | None = None) -> Circuit:
    """A synapse whose events arrive later: the same ports, with a chain of one-shots before `pre`.

    Args:
        synapse: with the ports pre and post, driven by events.
        delay: from an event at `pre` to the one that drives the synapse, seconds; 0 leaves the synapse as it is.
        width: of the events, seconds.
        apart: spikes that follow each other sooner while they are delayed become one; a hundred widths unless given.

    Raises:
        CircuitError: a synapse without events: it passes on a membrane's voltage, which no one-shot can delay.
        QuantityError: a delay that is negative, or too short or too long for one-shots.
    """
    if dict(synapse.spec).get("direct") or "pre" not in synapse.nodes:
        raise CircuitError(f"{synapse.title!r} is not driven by events at a port pre: only events can be delayed.")
    if delay == 0:
        return synapse
    begins = SpikeProbe("begins", "in", level=0.5)
    late = synapse.with_nodes({"pre": "arrived"})
    axon = event(begins, width, delay, apart)
    made = Circuit(f"delayed_{synapse.title}", late.elements, synapse.spec)
    return made.instance("axon", axon, {"in": "pre", "out": "arrived"})


def psp_delayed(weight: Value = "20p", tau: Value = "5m", delay: Value = "5m") -> Circuit:
    """An exponential synapse behind an axon, on a passive membrane: three spikes are on their way at once.

    Args:
        weight: amperes a spike.
        tau: of the synapse, seconds.
        delay: of the axon, seconds.
    """
    made = delayed(exponential_synapse(weight, tau), delay)
    return bench("psp_delayed", made, SPIKES, probes=[Probe("s", "s", unit="1")])


SPIKES = (5e-3, 7.2e-3, 9.4e-3)
"""Pre spikes of the bench, seconds: nearer to each other than the delay."""


def _target(given: Mapping[str, Any]) -> Target:
    values = {"w": pico(given["weight"], "weight"), "tau_syn": milli(given["tau"], "tau")}
    times = [t + parse(given["delay"], "delay") for t in SPIKES]
    return on_membrane(
        "Rotter and Diesmann 1999, Biol Cybern 81:381; NEST's iaf_psc_exp, with a delay of the connection", "I",
        (("I", "-I/tau_syn"),), (("I", "I + w"),), times, values, Match("s", "I/w"), after=WIDTH / 2,
        because="a one-shot takes its input over within some tens of nanoseconds; an event lasts 20 us",
    )  # fmt: skip


ENTRY = Entry(
    "psp_delayed", psp_delayed, "synapse", "a delay: several spikes are on their way at once", 80e-3, target=_target
)
