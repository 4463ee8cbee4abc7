"""Weights as parts, with their sign: transconductances, resistors into a virtual ground, or packets of charge.

Here are their values, in arrays; `wires.py` makes elements of them. A resistor between a buffered output and a neuron's
node would load the membrane. So every neuron has two nodes that ideal amplifiers hold at 0 V, `excite` and `inhibit`;
resistors end there, and current mirrors hand what arrives to the neuron, the second one with the other sign: the pair
of columns of a resistive crossbar (Prezioso et al. 2015, Nature 521:61). A packet is a capacitor that is full at rest
and is emptied into the same nodes while a spike lasts: the stray-insensitive switched capacitor (Gregorian and Temes
1986, Analog MOS Integrated Circuits). Its charge is C times 1 V, however long the spike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen

from ..errors import DesignError
from ..stimuli import EDGE
from ..units import show
from .cell_rows import Cells
from .cells import VDD, membrane_node
from .inputs import SignalInput, SpikeInput
from .network import Connection, Network
from .populations import Population
from .scale import CHARGE, RESISTOR, TRANSCONDUCTANCE, Scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

POUR = 20
"""Time constants of a packet within a spike: what stays behind is exp(-20)."""
ON, OFF, FILL, FULL = 0.7, 0.3, 0.4, 0.2
"""Volts of a spike at which a packet begins and ends to be poured, ends and begins to be filled: never both at once."""


def output_ending(network: Network, source: str) -> str:
    """What follows `P.k` in the name of the node that neuron k of P, or line k of an input, drives others with."""
    found = network.source(source)
    if not isinstance(found, Population):
        return ""
    return ".out" if found.spikes or found.kind == "Threshold" else f".{membrane_node(found)}"


def spike_length(network: Network, scale: Scale, source: str) -> float:
    """How long a spike lasts on a source's output, seconds; one that triggers a packet is as short as any."""
    found = network.source(source)
    given = found.width if isinstance(found, SpikeInput) and scale.weights != CHARGE else None
    return given or scale.width


def per_volt(network: Network, scale: Scale, source: str) -> float:
    """What one volt on a source's output is to the equations of its targets, in model units."""
    found = network.source(source)
    if isinstance(found, SignalInput) or (isinstance(found, Population) and found.kind == "Threshold"):
        return 1.0
    if network.is_spiking(source):
        return network.spike_area / spike_length(network, scale, source)
    return 1 / scale.volt(source)


def arrival(network: Network, scale: Scale, source: str) -> tuple[float, float]:
    """How a spike's charge reaches its targets: seconds after the spike that it begins, and how long it takes.

    A packet decays exponentially; the rectangle of the same centre is two time constants long.
    """
    length = spike_length(network, scale, source)
    line = isinstance(network.source(source), SpikeInput)
    if scale.weights == CHARGE:
        return (ON * EDGE * length if line else 0.0), 2 * length / POUR
    return (EDGE / 2 * length if line else 0.0), length


def siemens(network: Network, scale: Scale, c: Connection, cells: Cells) -> Array:
    """Amperes for a volt of every weight of a connection, with sign, in the order of its matrix."""
    units = np.repeat(cells.units, np.diff(c.weights.indptr))
    return np.asarray(c.weights.data * per_volt(network, scale, c.pre) * units, dtype=float)


@frozen(eq=False)
class Parts:
    """What the weights of a connection are made of.

    Attributes:
        kind: of part, in the plural.
        unit: of the values.
        values: of each weight, without sign, in the order of the matrix.
    """

    kind: str
    unit: str
    values: Array


def weight_parts(network: Network, scale: Scale, c: Connection, cells: Cells) -> Parts:
    """The parts of a connection's weights.

    Raises:
        DesignError: packets of charge for what does not spike, or for input spikes too close to each other.
    """
    size = np.abs(siemens(network, scale, c, cells))
    if scale.weights == TRANSCONDUCTANCE:
        return Parts("transconductances", "S", size)
    if scale.weights == RESISTOR:
        return Parts("resistors", "Ω", 1 / size)
    _check_packets(network, scale, c)
    return Parts("capacitors", "F", size * spike_length(network, scale, c.pre) / VDD)


def _check_packets(network: Network, scale: Scale, c: Connection) -> None:
    if not network.is_spiking(c.pre):
        raise DesignError(
            f"{c.pre!r} drives {c.post!r} with a voltage, and packets of charge are for spikes: take resistors or "
            "transconductances as weights."
        )
    found = network.source(c.pre)
    for line, times in enumerate(found.trains if isinstance(found, SpikeInput) else ()):
        gap = np.diff(times)
        if len(gap) and gap.min() < 1.5 * scale.width:
            k = int(np.argmin(gap))
            apart = show(float(f"{gap[k]:.3g}"), "s")
            raise DesignError(
                f"spikes {k} and {k + 1} on line {line} of input {c.pre!r} are {apart} apart: a "
                f"packet of charge needs 1.5 spikes of {show(scale.width, 's')} to be filled again; take a smaller "
                "width, or resistors as weights."
            )


def as_built(network: Network, scale: Scale, cells: dict[str, Cells]) -> Network:
    """The network that parts of the scale's E series make: every weight is that of the nearest part."""
    if not scale.series:
        return network
    made = []
    for c in network.connections:
        wished = weight_parts(network, scale, c, cells[c.post])
        ratio = nearest(wished.values, scale.series) / wished.values
        if scale.weights == RESISTOR:
            ratio = 1 / ratio
        weights = c.weights.copy()
        weights.data = weights.data * ratio
        made.append(evolve(c, weights=weights))
    return evolve(network, connections=tuple(made))


def nearest(values: Array, series: str) -> Array:
    """The values of an E series that are nearest by ratio."""
    import eseries

    decade = np.array(eseries.series(getattr(eseries, series)), dtype=float)
    decade = np.concatenate([decade / decade[0], [10.0]])
    logs = np.log10(values)
    power = np.floor(logs)
    k = np.argmin(np.abs((logs - power)[:, None] - np.log10(decade)), axis=1)
    return decade[k] * 10.0**power
