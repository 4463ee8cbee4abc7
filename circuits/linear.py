"""Resistor, capacitor, inductor, and the coupling of two inductors."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from attrs import field, frozen

from .element import Element, node_name, si
from .errors import CircuitError, QuantityError


@frozen
class R(Element):
    """Resistor, ohms."""

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    value: float = field(converter=si)

    KIND = "resistor"
    QUANTITIES = {"value": "Ω"}
    POSITIVE = frozenset({"value"})


@frozen
class C(Element):
    """Capacitor, farads, with its voltage at the start of a transient."""

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    value: float = field(converter=si)
    ic: float = field(converter=si, default=0.0)

    KIND = "capacitor"
    QUANTITIES = {"value": "F", "ic": "V"}
    POSITIVE = frozenset({"value"})


@frozen
class L(Element):
    """Inductor, henries, with its current (plus to minus) at the start of a transient."""

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    value: float = field(converter=si)
    ic: float = field(converter=si, default=0.0)

    KIND = "inductor"
    QUANTITIES = {"value": "H", "ic": "A"}
    POSITIVE = frozenset({"value"})


@frozen
class K(Element):
    """Coupling of two inductors by a factor below 1: their mutual inductance is M = value * sqrt(L_first * L_second).

    v_first = L_first di_first/dt + M di_second/dt, and the other way round. The dots of the windings are at their plus
    ends; a value below 0 turns one of them round. It has no nodes of its own.
    """

    first: str = field(converter=node_name)
    second: str = field(converter=node_name)
    value: float = field(converter=si)

    KIND = "coupling of inductors"
    TERMINALS = ()
    QUANTITIES = {"value": ""}
    FORM = ("first", "second")

    def __attrs_post_init__(self) -> None:
        if self.first.casefold() == self.second.casefold():
            raise CircuitError(f"coupling {self.name!r} names {self.first!r} twice: name two inductors.")
        if not abs(self.value) < 1:
            raise QuantityError(
                f"coupling {self.name!r} of {self.first!r} and {self.second!r} is {self.value:g}: it must be between "
                "-1 and 1, both excluded. Real windings leak: 0.999 is a tight transformer."
            )

    @property
    def inductors(self) -> tuple[str, str]:
        """The two that it couples."""
        return self.first, self.second

    def renamed(self, name: str, nodes: Mapping[str, str], sensors: Mapping[str, str]) -> Element:
        """Give the coupling another name and the inductors' new names."""
        first, second = (sensors.get(n, n) for n in self.inductors)
        return attrs.evolve(self, name=name, first=first, second=second)
