"""From model units to parts: how many volts a unit is, how large resistors are, how long a spike lasts."""

from __future__ import annotations

import math

import numpy as np
from attrs import field, frozen

from ..arguments import positive, want
from ..errors import DesignError, QuantityError, unknown
from ..units import Value, parse, show
from .network import Network
from .populations import Population

EVENT = 1 / 200
"""Length of a spike as a part of the shortest time constant, unless given."""
TRANSCONDUCTANCE, RESISTOR, CHARGE = WEIGHTS = ("transconductance", "resistor", "charge")
"""What weights can be made of (`wiring`)."""
SERIES = ("E3", "E6", "E12", "E24", "E48", "E96", "E192")
INTEGRATOR = 10e-3
"""Seconds that stand in for the time constant of a network of integrators, which have none."""


@frozen
class Scale:
    """How a network becomes a circuit.

    Attributes:
        width: how long a spike lasts, and the reset with it, seconds.
        ohm: leak resistor of a membrane, ohms; its capacitor is tau / ohm.
        volts: volts that one model unit of each population's membrane is, by name.
        weights: what weights are made of: "transconductance", "resistor" or "charge".
        series: E series that the parts of the weights come from, such as "E24"; "" for any value.
    """

    width: float = field(converter=lambda w: parse(w, "width"))
    ohm: float = field(converter=lambda r: parse(r, "ohm"), default=1e6)
    volts: tuple[tuple[str, float], ...] = ()
    weights: str = TRANSCONDUCTANCE
    series: str = ""

    def __attrs_post_init__(self) -> None:
        if not (self.width > 0 and self.ohm > 0):
            raise QuantityError(f"width {self.width} and ohm {self.ohm} must be greater than zero.")
        if self.weights not in WEIGHTS:
            raise unknown("part for weights", self.weights, WEIGHTS)
        want(self.series, str, "series", "give a name such as 'E24', or ''")
        if self.series and self.series not in SERIES:
            raise unknown("E series", self.series, SERIES)
        if self.series and self.weights == TRANSCONDUCTANCE:
            raise DesignError(
                f"transconductances come in no series, and {self.series} was asked: make the weights of resistors or "
                "of charge."
            )

    def volt(self, population: str) -> float:
        """Volts that one model unit of a population's membrane is."""
        return dict(self.volts)[population]


def scale_of(
    network: Network, width: Value | None = None, ohm: Value = 1e6, swing: Value = 1.0,
    weights: str = TRANSCONDUCTANCE, series: str = "",
) -> Scale:  # fmt: skip
    """Choose the scale of a network.

    Args:
        network: what shall become a circuit.
        width: how long a spike lasts; a two-hundredth of the shortest time constant unless given.
        ohm: leak resistor of every membrane.
        swing: volts from reset to threshold.
        weights: what they are made of: "transconductance", "resistor" or "charge".
        series: E series of resistors, or of the capacitors of charges, such as "E24"; any value unless given.

    Raises:
        UnknownNameError: other weights, another series.
        DesignError: a spike as long as a time constant, or longer than a delay; a series of transconductances.
    """
    shortest = want(network, Network, "network", "make one with `network(...)` or `read_nir`").shortest()
    swing = positive(swing, "swing", "1.0", unit="V")
    tau = shortest if math.isfinite(shortest) else INTEGRATOR
    chosen = tau * EVENT if width is None else positive(width, "width", "100u", unit="s")
    if not chosen < tau / 10:
        raise DesignError(
            f"a spike of {show(chosen, 's')} is too long beside the time constant of {show(tau, 's')}: "
            f"take a width below {show(tau / 10, 's')}."
        )
    for c in network.connections:
        if 0 < c.delay < 2 * chosen:
            raise DesignError(
                f"the delay from {c.pre!r} to {c.post!r} is {show(c.delay, 's')}: shorter than two spikes of "
                f"{show(chosen, 's')}. Take a longer delay, or none, or shorter spikes: a scale of "
                f"scale_of(network, width={c.delay / 2:.3g}), on the command line --width {c.delay / 2:.3g}."
            )
    volts = tuple((p.name, _volt(p, swing)) for p in network.populations)
    return Scale(chosen, ohm, volts, weights, series)


def _volt(p: Population, swing: float) -> float:
    """The largest swing of a population's neurons becomes the wished one; without spikes a unit is a volt."""
    return swing / float(np.max(p.v_threshold - p.v_reset)) if p.spikes else 1.0
