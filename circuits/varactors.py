"""A capacitor whose capacitance depends on its own voltage, by a law of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

import attrs
from attrs import field, frozen

from .arguments import numbers
from .composite import Composite, Depletion, Parts
from .element import node_name, si, symbol_name
from .errors import CircuitError, QuantityError
from .laws.grammar import CONSTANTS
from .laws.law import canonical, expression, law_names
from .units import show

OWN = "v"
"""What a law calls the voltage of its capacitor, plus above minus."""


@frozen
class Varactor(Composite):
    """Capacitor of `law` farads: C(v) dv/dt flows from plus to minus, v is the voltage of plus over minus.

    The law is a sympy expression, or its text, of `v` and of the names in `params` (name to value); it must stay above
    zero. Its charge is the integral of the law: whoever has a charge q(v) gives its slope. `ic` is its voltage at the
    start.
    """

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    law: str = field(converter=canonical)
    params: tuple[tuple[str, float], ...] = field(converter=partial(numbers, example='{"c_0": "1n"}'), default=())
    ic: float = field(converter=si, default=0.0)

    KIND = "voltage-dependent capacitor"
    QUANTITIES = {"ic": "V"}
    STARTS = ("ic",)

    def __attrs_post_init__(self) -> None:
        given = {k for k, _ in self.params}
        if fixed := sorted(given & {*CONSTANTS, OWN, "ic"}):
            raise CircuitError(f"{fixed[0]!r} is taken in the law of {self.name!r}: give that name another spelling.")
        if missing := sorted(law_names(self.law) - given - {OWN}):
            raise CircuitError(
                f"the law of {self.name!r} uses {', '.join(missing)}: {OWN} is its own voltage, every other name needs "
                "a value in params."
            )
        if not self.at(self.ic) > 0:
            raise QuantityError(
                f"{self.name!r} has {show(self.at(self.ic), 'F')} at its start, {show(self.ic, 'V')}: a capacitance "
                "must be above zero."
            )

    def at(self, volts: float) -> float:
        """Its capacitance at a voltage, farads; not a number where the law has none."""
        from sympy import Float, Symbol

        known = {Symbol(k, real=True): Float(x) for k, x in (*self.params, (OWN, volts))}
        found: Any = expression(self.law).xreplace(known)
        return float(found) if found.is_real else float("nan")

    @cached_property
    def form(self) -> tuple[object, ...]:
        """What of the values the form of the equations depends on."""
        return (self.law, *(k for k, _ in self.params))

    @property
    def values(self) -> dict[str, float]:
        """Parameter name (`c_0_C1`) to value in SI units."""
        return {symbol_name(self.name, k): x for k, x in (*self.params, ("ic", self.ic))}

    @property
    def in_equations(self) -> dict[str, float]:
        """The values in its law."""
        return dict(self.params)

    def parts(self) -> Parts:
        """Its capacitance."""
        size = self.at(self.ic)
        return (Depletion(f"{self.name}#c", self.plus, self.minus, size, self.ic, owner=self, law="law"),)

    def started(self, volts: Mapping[str, float]) -> Varactor:
        """The same with `ic` as its nodes are."""
        a, b = self.plus, self.minus
        return attrs.evolve(self, ic=volts[a] - volts[b]) if a in volts and b in volts else self
