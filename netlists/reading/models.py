"""`.model` cards."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import frozen

from ...circuits.errors import CircuitError
from .numbers import number


@frozen
class Model:
    """Kind and values of a model, in lower case."""

    name: str
    kind: str
    values: Mapping[str, str]
    loose: tuple[str, ...] = ()
    """Words that are no value."""

    def value(self, key: str, default: float) -> float:
        """A value, or what it is where it is not given.

        Raises:
            CircuitError: it is no number.
        """
        if key not in self.values:
            return default
        found = number(self.values[key])
        if found is None:
            raise CircuitError(f"{key}={self.values[key]} of the model {self.name!r} is no number.")
        return found

    def only(self, *known: str) -> None:
        """Refuse values that would change what an element does.

        Raises:
            CircuitError: names those that are not known, but for those that are 0.
        """
        if other := [f"{k}={v}" for k, v in self.values.items() if k not in known and number(v) != 0]:
            raise CircuitError(f"{', '.join(other)} of the model {self.name!r} is not known here yet.")


def model_of(card: str) -> Model:
    """Read a `.model` card of a flat deck.

    >>> model_of(".model dmod d(is=1e-14 n=1.5)").values["n"]
    '1.5'
    """
    found = re.fullmatch(r"\.model\s+(\S+)\s+([a-z]+)\s*\(?(.*?)\)?\s*", card)
    if not found:
        raise CircuitError(f"{card!r} is no model.")
    pairs = re.sub(r"\s*=\s*", "=", found[3].replace(",", " ")).split()
    values = dict(p.split("=", 1) for p in pairs if "=" in p)
    return Model(found[1], found[2], values, tuple(p for p in pairs if "=" not in p))
