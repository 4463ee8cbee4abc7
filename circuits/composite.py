"""Composites: one element to people and to SPICE, several simpler ones in the equations.

A composite says in class variables which of its terminals have a resistance in series (`SERIES`), and which of its
values mean nothing without others (`NEEDS`): what is zero is absent from the equations. `parts` takes it apart into
branches, each with a law that is written in the composite's own parameters. In the netlist it stays one device.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import attrs
from attrs import field, frozen

from .element import Element, symbol_name
from .errors import QuantityError
from .linear import C, R
from .units import show

Parts = tuple[Element, ...]


@frozen
class Composite(Element):
    """What composites share. Not for use by itself."""

    SERIES: ClassVar[dict[str, tuple[str, str, str]]] = {}
    """Terminal to the resistance in series with it, the letter of the node behind it, and ngspice's word for that."""
    NEEDS: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Quantity to those of which at least one must not be zero for it to mean something."""
    CHARGES: ClassVar[tuple[str, ...]] = ()
    """Quantities without which it stores no charge."""
    STARTS: ClassVar[tuple[str, ...]] = ()
    """Quantities that are voltages at the start, and may be negative."""
    FORM: ClassVar[tuple[str, ...]] = ("form",)

    def __attrs_post_init__(self) -> None:
        Element.__attrs_post_init__(self)
        for quantity in self.NEEDS:
            if quantity not in self.STARTS and (value := getattr(self, quantity)) < 0:
                unit = self.QUANTITIES[quantity]
                raise QuantityError(
                    f"{quantity} of {self.KIND} {self.name!r} is {show(value, unit)}: it must not be less than zero."
                )

    def has(self, quantity: str) -> bool:
        """Whether a quantity means something: what it needs is not zero."""
        needs = self.NEEDS.get(quantity)
        return needs is None or any(getattr(self, q) != 0 for q in needs)

    @cached_property
    def form(self) -> tuple[object, ...]:
        """What of the values the form of the equations depends on."""
        return (getattr(self, "polarity", ""), *(q for q in self.QUANTITIES if self.has(q)))

    @property
    def is_plain(self) -> bool:
        """Whether it is one branch in the equations too."""
        return False

    @property
    def values(self) -> dict[str, float]:
        """Parameter name to value in SI units, of what means something."""
        return {symbol_name(self.name, q): getattr(self, q) for q in self.QUANTITIES if self.has(q)}

    @property
    def in_equations(self) -> dict[str, float]:
        """Quantities that are parameters of the equations, with their values."""
        return {q: getattr(self, q) for q in self.QUANTITIES if self.has(q) and q not in self.STARTS}

    @property
    def saturation(self) -> float:
        """The saturation currents of its junctions together, amperes."""
        return sum(getattr(self, q) for q in ("i_s", "ise", "isc") if hasattr(self, q))

    def inner(self, terminal: str) -> str:
        """The node behind the resistance of a terminal; the terminal's own where there is none."""
        outer = getattr(self, terminal)
        if terminal not in self.SERIES:
            return outer
        quantity, letter, _ = self.SERIES[terminal]
        return f"{self.name}#{letter}" if getattr(self, quantity) else outer

    @property
    def inner_nodes(self) -> dict[str, str]:
        """Nodes inside, and what ngspice calls them behind the name of the device."""
        behind = {t: word for t, (quantity, _, word) in self.SERIES.items() if getattr(self, quantity)}
        return {self.inner(t): word for t, word in behind.items()}

    def resistances(self) -> tuple[Branch, ...]:
        """The resistances in series with terminals, as branches."""
        found = [(q, t) for t, (q, _, _) in self.SERIES.items() if getattr(self, q)]
        return tuple(Branch(f"{self.name}#{q}", (getattr(self, t), self.inner(t)), self, q) for q, t in found)

    def parts(self) -> Parts:
        """The elements that it consists of in the equations."""
        raise NotImplementedError(type(self).__name__)  # no ABC: asking what is one would take three times as long

    def outside(self) -> Parts:
        """The same, its resistances in series as resistors of their own: every node is one of the circuit's."""
        series = [(q, t) for t, (q, _, _) in self.SERIES.items() if getattr(self, q)]
        made = [R(f"{self.name}#{q}", getattr(self, t), self.inner(t), getattr(self, q)) for q, t in series]
        changes: dict[str, Any] = {t: self.inner(t) for _, t in series} | {q: 0.0 for q, _ in series}
        return (*made, attrs.evolve(self, **changes))

    def without_charges(self) -> Composite:
        """The same, storing nothing."""
        none: dict[str, Any] = dict.fromkeys(self.CHARGES, 0.0)
        return attrs.evolve(self, **none)

    def started(self, volts: Mapping[str, float]) -> Composite:
        """The same, its charges at the start as the voltages of its nodes say, as far as they are known."""
        return self


@frozen
class Branch(Element):
    """A branch of a composite in the equations: `law` names its law, `terminals` are its ends and what it reads."""

    terminals: tuple[str, ...]
    owner: Composite
    law: str

    KIND = "branch of a device"
    FORM = ("law_form",)

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Its two ends, then the nodes that its law reads."""
        return self.terminals

    @property
    def law_form(self) -> tuple[object, ...]:
        """What its law depends on besides values."""
        return (type(self.owner).__name__, self.law, self.owner.form)


@frozen
class Charge(Branch):
    """A charge that the voltages of some nodes make: its slope is the current of the branch.

    It is no state: what it depends on must be states, or follow from states and inputs.
    """

    KIND = "charge of a device"


@frozen
class Depletion(C):
    """A capacitor whose capacitance depends on its own voltage: a junction's depletion layer, or that of a `Varactor`.

    Of a junction its plus is the p side, its value the capacitance at 0 V, farads; of a varactor that at the start.
    """

    owner: Composite = field(kw_only=True)
    law: str = field(kw_only=True)

    KIND = "capacitance of a device"
    FORM = ("law_form",)

    @property
    def law_form(self) -> tuple[object, ...]:
        """What its law depends on besides values."""
        return (type(self.owner).__name__, self.law, self.owner.form)


def is_part(element: Element) -> bool:
    """Whether an element is a part of a device in the equations."""
    return isinstance(element, (Branch, Depletion))
