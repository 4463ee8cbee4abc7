"""Probes: what of a circuit is recorded, where spikes are seen, and within which range it means something."""

from __future__ import annotations

from collections.abc import Container, Mapping

import attrs
from attrs import field, frozen

from .element import GROUND, Element, node_name, si
from .errors import CircuitError, QuantityError
from .units import Value, parse, show

AXES = frozenset({"time", "frequency", "sweep"})
"""What a result's signals are given over."""


def signal_name(node: str, taken: Container[str]) -> str:
    """What a node's voltage is called in a result: like the node, or `v(time)` where that name is taken."""
    name = node
    while name in taken or name in AXES:
        name = f"v({name})"
    return name


def _check_name(probe: Element) -> None:
    if probe.name in AXES:
        raise CircuitError(f"{probe.KIND} {probe.name!r} has the name of an axis of results: give it another name.")


def _bound(value: Value | None) -> float | None:
    return None if value is None else parse(value, "a bound of a probe")


@frozen
class Probe(Element):
    """A voltage to be recorded, v(plus, minus).

    `unit` says what one volt stands for: "V", or "1" for a gate, a weight and other pure numbers that a capacitor
    holds as a voltage. `low` and `high` bound the range in which the circuit's model means something; a run that
    leaves it says so, and `why`.
    """

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name, default=GROUND)
    unit: str = "V"
    low: float | None = field(converter=_bound, default=None)
    high: float | None = field(converter=_bound, default=None)
    why: str = ""

    KIND = "voltage probe"
    FORM = ("unit",)

    def __attrs_post_init__(self) -> None:
        _check_name(self)
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise QuantityError(f"probe {self.name!r}: low {show(self.low)} must be below high {show(self.high)}.")


@frozen
class CurrentProbe(Element):
    """The current through a voltage source (V, E, H), resistor, inductor, capacitor or switch, plus to minus, to be
    recorded."""

    sensor: str = field(converter=node_name)

    KIND = "current probe"
    FORM = ("sensor",)
    TERMINALS = ()

    def __attrs_post_init__(self) -> None:
        _check_name(self)

    def renamed(self, name: str, nodes: Mapping[str, str], sensors: Mapping[str, str]) -> Element:
        """Give the probe another name and the probed element's new name."""
        return attrs.evolve(self, name=name, sensor=sensors.get(self.sensor, self.sensor))


@frozen
class SpikeProbe(Element):
    """A spike detector: spike times are where v(plus, minus) crosses the level upwards (or downwards)."""

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name, default=GROUND)
    level: float = field(converter=si, default=0.0)
    falling: bool = False

    KIND = "spike probe"
    QUANTITIES = {"level": "V"}

    def __attrs_post_init__(self) -> None:
        _check_name(self)


PROBES = (Probe, CurrentProbe, SpikeProbe)
