"""Resistor, capacitor, inductor."""

from __future__ import annotations

from attrs import field, frozen

from .element import Element, node_name, si


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
