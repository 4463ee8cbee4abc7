"""What every element of a circuit has: a name, nodes and values; the symbol of an element is its name.

Every class says in class variables all that the rest of the library needs to know of its shape: which
fields are nodes (`TERMINALS`), which are values and in which unit (`QUANTITIES`), which of the values
physics wants positive (`POSITIVE`), and which other fields shape the equations (`FORM`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
from attrs import field, frozen

from .errors import CircuitError, QuantityError, with_article
from .units import LARGEST, Value, parse, show

GROUND = "0"
LONGEST = 1000
"""Characters of a name; sympy sorts by the number at its end, and Python reads none of more than 4,300 digits."""
_NO_NAME = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and halves of characters."""


def node_name(text: object) -> str:
    """Read a name of a node or element; anything visible will do, and numbers as people count nodes."""
    if not isinstance(text, (str, int)) or isinstance(text, bool):
        raise CircuitError(
            f"{with_article(type(text).__name__)} is no name: give a string such as 'out', or a whole number."
        )
    name = str(text)
    if not name.strip() or _NO_NAME.search(name):
        raise CircuitError(f"{name!r} is not a name: give at least one visible character and no control characters.")
    if len(name) > LONGEST:
        raise CircuitError(f"the name {name[:40]!r}... has {len(name):,} characters: give one of at most {LONGEST:,}.")
    return name


def _number(value: Value, element: Element, attribute: attrs.Attribute[Any]) -> float:
    what = f"{attribute.name} of {element.KIND} {element.name!r}"
    return parse(value, what, element.QUANTITIES.get(attribute.name))


if TYPE_CHECKING:

    def si(value: Value) -> float:
        """Read a value; what type checkers see of the converter below."""
        ...
else:
    si = attrs.Converter(_number, takes_self=True, takes_field=True)


@frozen
class Element:
    """What every element has: its name. Not for use by itself."""

    name: str = field(converter=node_name)

    KIND: ClassVar[str] = ""
    TERMINALS: ClassVar[tuple[str, ...]] = ("plus", "minus")
    QUANTITIES: ClassVar[dict[str, str]] = {}
    POSITIVE: ClassVar[frozenset[str]] = frozenset()
    FORM: ClassVar[tuple[str, ...]] = ()

    def __attrs_post_init__(self) -> None:
        for quantity in self.POSITIVE:
            value = getattr(self, quantity)
            if not value > 0:
                unit = self.QUANTITIES[quantity]
                raise QuantityError(
                    f"{quantity} of {self.KIND} {self.name!r} is {show(value, unit)}: it must be greater than zero."
                )
            if value * LARGEST < 1:
                raise QuantityError(
                    f"{quantity} of {self.KIND} {self.name!r} is {value!r}: it must be {1 / LARGEST:g} or more; what "
                    "is as small as that divides by nothing."
                )

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """All nodes that the element touches, in the order of its terminals."""
        return tuple(getattr(self, t) for t in self.TERMINALS)

    @property
    def values(self) -> dict[str, float]:
        """Parameter name (`R1`, `r_on_S1`) to value in SI units."""
        return {symbol_name(self.name, q): getattr(self, q) for q in self.QUANTITIES}

    def renamed(self, name: str, nodes: Mapping[str, str], sensors: Mapping[str, str]) -> Element:
        """Give the same element another name and other nodes.

        Args:
            name: the new name.
            nodes: old node to new node; nodes that are absent stay.
            sensors: old to new names of the voltage sources that controlled sources sense.
        """
        changes: dict[str, Any] = {t: nodes.get(getattr(self, t), getattr(self, t)) for t in self.TERMINALS}
        return attrs.evolve(self, name=name, **changes)


def symbol_name(element: str, quantity: str) -> str:
    """Name of the symbol of a value: the element's own name for its main value.

    >>> symbol_name("R1", "value"), symbol_name("S1", "r_on")
    ('R1', 'r_on_S1')
    """
    return element if quantity in ("value", "stimulus", "gain") else f"{quantity}_{element}"
