"""Any synapse between any two neurons."""

from __future__ import annotations

from ..circuit import Circuit
from ..errors import CircuitError, unknown
from ..inputs import spikes_of
from ..units import Value, parse
from .entry import Entry
from .events import event, ports_of


def join(
    pre: Circuit, synapse: Circuit, post: Circuit, delay: Value = 0.0, width: Value = "20u", membrane: str = "mem",
    apart: Value | None = None,
) -> Circuit:  # fmt: skip
    """Put a synapse between two neurons.

    The spike of the pre neuron, as its own spike probe sees it, becomes an event, after a delay; the event drives the
    synapse. Synapses without events (gap junction, resistor, graded) go straight to the pre neuron's membrane.

    Args:
        pre: a neuron with a spike probe.
        synapse: with the ports pre and post.
        post: a neuron.
        delay: from spike to event, seconds.
        width: of an event, seconds; the synapse must be built for the same.
        membrane: node of the membranes; of the pre neuron's only for synapses without events.
        apart: spikes that follow each other sooner while they are delayed become one event, seconds; a hundred
            widths unless given.

    Returns:
        One circuit, with the parts under `pre.`, `syn.` and `post.`.

    Raises:
        DesignError: a pre neuron without a spike probe.
        CircuitError: a synapse without its ports.
        UnknownNameError: a membrane node that a neuron has not.
    """
    _want_ports(synapse)
    direct = dict(synapse.spec).get("direct")
    for neuron in (pre, post) if direct else (post,):
        if membrane not in neuron.nodes:
            raise unknown(f"node of {neuron.title!r}", membrane, neuron.nodes)
    title = f"{pre.title} to {post.title}"
    made = Circuit(title).instance("pre", pre, {}).instance("post", post, {})
    if direct:
        return made.instance("syn", synapse, {"pre": f"pre.{membrane}", "post": f"post.{membrane}"})
    see, w = spikes_of(pre)[0], parse(width, "width")
    made = made.instance("event", event(see, w, delay, apart), ports_of(see, "pre.", "event"))
    return made.instance("syn", synapse, {"pre": "event", "post": f"post.{membrane}"})


def _want_ports(synapse: Circuit) -> None:
    for port in ("pre", "post"):
        if port not in synapse.nodes:
            raise CircuitError(f"{synapse.title!r} has no node {port!r}: a synapse has the ports pre and post.")


def hodgkin_huxley_to_adex(weight: Value = "2n", tau: Value = "5m", delay: Value = "2m") -> Circuit:
    """A Hodgkin-Huxley neuron drives an AdEx neuron through an exponential synapse with a delay.

    Args:
        weight: amperes a spike.
        tau: of the synapse, seconds.
        delay: of the axon, seconds.
    """
    from .adex import adex
    from .hodgkin_huxley import hodgkin_huxley
    from .synapse_current import exponential_synapse

    return join(hodgkin_huxley(), exponential_synapse(weight, tau), adex(current=0.0), delay)


ENTRY = Entry(
    "hodgkin_huxley_to_adex", hodgkin_huxley_to_adex, "network", "any synapse joins any neuron, after a delay", 80e-3
)
