"""From model units to parts: how many volts a unit is, how large resistors are, how long a spike lasts."""

from __future__ import annotations

import math

import numpy as np
from attrs import field, frozen

from ..errors import DesignError, QuantityError
from ..units import Value, parse, show
from .network import Network
from .populations import Population

EVENT = 1 / 200
"""Length of a spike as a part of the shortest time constant, unless given."""
INTEGRATOR = 10e-3
"""Seconds that stand in for the time constant of a network of integrators, which have none."""


@frozen
class Scale:
    """How a network becomes a circuit.

    Attributes:
        width: how long a spike lasts, and the reset with it, seconds.
        ohm: leak resistor of a membrane, ohms; its capacitor is tau / ohm.
        volts: volts that one model unit of each population's membrane is, by name.
    """

    width: float = field(converter=lambda w: parse(w, "width"))
    ohm: float = field(converter=lambda r: parse(r, "ohm"), default=1e6)
    volts: tuple[tuple[str, float], ...] = ()

    def __attrs_post_init__(self) -> None:
        if not (self.width > 0 and self.ohm > 0):
            raise QuantityError(f"width {self.width} and ohm {self.ohm} must be greater than zero.")

    def volt(self, population: str) -> float:
        """Volts that one model unit of a population's membrane is."""
        return dict(self.volts)[population]


def scale_of(network: Network, width: Value | None = None, ohm: Value = 1e6, swing: Value = 1.0) -> Scale:
    """Choose the scale of a network.

    Args:
        network: what shall become a circuit.
        width: how long a spike lasts; a two-hundredth of the shortest time constant unless given.
        ohm: leak resistor of every membrane.
        swing: volts from reset to threshold.

    Raises:
        DesignError: a spike as long as a time constant, or longer than a delay.
    """
    shortest = network.shortest()
    tau = shortest if math.isfinite(shortest) else INTEGRATOR
    chosen = tau * EVENT if width is None else parse(width, "width")
    if not chosen < tau / 10:
        raise DesignError(
            f"a spike of {show(chosen, 's')} is too long beside the time constant of {show(tau, 's')}: "
            f"take a width below {show(tau / 10, 's')}."
        )
    for c in network.connections:
        if 0 < c.delay < 2 * chosen:
            raise DesignError(
                f"the delay from {c.pre!r} to {c.post!r} is {show(c.delay, 's')}: shorter than two spikes of "
                f"{show(chosen, 's')}; take a smaller width, or no delay."
            )
    return Scale(chosen, ohm, tuple((p.name, _volt(p, parse(swing, "swing"))) for p in network.populations))


def _volt(p: Population, swing: float) -> float:
    """The largest swing of a population's neurons becomes the wished one; without spikes a unit is a volt."""
    return swing / float(np.max(p.v_threshold - p.v_reset)) if p.spikes else 1.0
