"""Pre to post: three spikes of a pre neuron take the post neuron over its threshold."""

from __future__ import annotations

from ..circuit import Circuit
from ..elements import G, I, Probe, SpikeProbe
from ..errors import QuantityError
from ..stimuli import SpikeTrain
from ..units import Value, parse
from .lif_latch import lif_latch


def pre_post(jump: Value = 0.45, first: Value = "2m", gap: Value = "2m", count: Value = 3, **post: object) -> Circuit:
    """An ideal pre neuron on a real post neuron: charge packets into the membrane.

    Each spike lifts the membrane by about `jump`; between spikes it leaks; the third of the default ones
    takes it over the threshold, it is reset, and a spike leaves.

    Args:
        jump: lift by one spike, volts (its charge is jump times C1).
        first: time of the first spike, seconds.
        gap: time between spikes, seconds.
        count: number of pre spikes.
        **post: values of the post neuron, see `lif_latch`.
    """
    number = parse(count, "count")
    if number != int(number) or not 0 <= number <= 100_000:
        raise QuantityError(f"count is {count}: give a whole number of spikes, at most 100,000.")
    times = [parse(first, "first") + k * parse(gap, "gap") for k in range(int(number))]
    return several_pre([times], [jump], title="pre_post", **post)


def several_pre(
    times: list[list[float]] | None = None, jumps: list[Value] | None = None, title: str = "several_pre", **post: object
) -> Circuit:
    """Several ideal pre neurons on one post neuron, each with its own strength.

    Args:
        times: spike times of each pre neuron, seconds; three neurons that fire one after the other unless given.
        jumps: lift by one spike of each, volts.
        title: of the circuit.
        **post: values of the post neuron, see `lif_latch`.

    Raises:
        QuantityError: not one jump for each pre neuron.
    """
    times = [[2e-3, 12e-3], [4e-3, 13e-3], [6e-3, 14e-3]] if times is None else times
    jumps = [0.3, 0.4, 0.5] if jumps is None else jumps
    if len(times) != len(jumps):
        raise QuantityError(f"{len(jumps)} jumps for {len(times)} pre neurons: give one for each.")
    neuron = lif_latch(**{"current": 0.0, **post})  # type: ignore[arg-type]
    capacitance = neuron.values["C1"]
    width = 1e-2 * neuron.values["R1"] * capacitance
    sources = [
        I(f"I_pre{k}", "0", "mem", SpikeTrain(spikes, parse(jump) * capacitance, width, width / 100))
        for k, (spikes, jump) in enumerate(zip(times, jumps, strict=True), 1)
    ]
    return Circuit(title, (*sources, *neuron.elements), neuron.spec, neuron.roles)


def pre_post_real(weight: Value = "620u", current: Value = "10u", **post: object) -> Circuit:
    """A real neuron circuit as pre: its latch drives a transconductance that charges the post membrane.

    Args:
        weight: transconductance of the synapse, siemens.
        current: input of the pre neuron, amperes.
        **post: values of the post neuron, see `lif_latch`.
    """
    return several_pre_real([weight], [current], title="pre_post_real", **post)


def several_pre_real(
    weights: list[Value] | None = None,
    currents: list[Value] | None = None,
    title: str = "several_pre_real",
    **post: object,
) -> Circuit:
    """Several real neuron circuits as pre on one post neuron.

    Args:
        weights: transconductance of each synapse, siemens.
        currents: input of each pre neuron, amperes.
        title: of the circuit.
        **post: values of the post neuron, see `lif_latch`.

    Raises:
        QuantityError: not one current for each weight.
    """
    weights = ["400u", "500u"] if weights is None else weights
    currents = ["4u", "6u"] if currents is None else currents
    if len(weights) != len(currents):
        raise QuantityError(f"{len(currents)} currents for {len(weights)} weights: give one for each.")
    neuron = lif_latch(**{"current": 0.0, **post})  # type: ignore[arg-type]
    circuit = Circuit(title, (), neuron.spec, neuron.roles)
    for k, (weight, current) in enumerate(zip(weights, currents, strict=True), 1):
        pre = lif_latch(current=current)
        circuit = circuit.instance(f"pre{k}", pre.without("mem", "spike"), {})
        circuit = circuit.add(G(f"w{k}", "0", "mem", f"pre{k}.latch", "0", weight))
        circuit = circuit.add(Probe(f"pre{k}", f"pre{k}.mem"), SpikeProbe(f"spike_pre{k}", f"pre{k}.latch", "0", 2.5))
    return circuit.add(*neuron.elements)
