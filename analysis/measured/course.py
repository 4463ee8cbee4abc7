"""A run as numbers over what it goes over, and expressions of its signals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from ...circuits.elements import GROUND
from ...circuits.errors import LapicqueError
from ...circuits.laws.grammar import Name, Node, Number, read
from ...circuits.probes import signal_name
from ...netlists.reading.expressions_in import CHOICE, MANY
from ...netlists.reading.measure import Atom, Measure, Signal

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Values = NDArray[Any]

AXES = {"tran": "time", "ac": "frequency", "dc": "sweep"}
"""What the results of analyses are over."""


class NotThere(LapicqueError):
    """A run does not show what a measure speaks of."""


@frozen(eq=False)
class Course:
    """A run, as measures look at it.

    Attributes:
        run: its signals.
        axis: name of what they are over.
        since: from where on measures count, in the unit of the axis.
        earlier: measures that were read before, by name in lower case.
    """

    run: xarray.Dataset
    axis: str
    since: float = 0.0
    earlier: Mapping[str, float] = field(factory=dict)

    @property
    def places(self) -> Array:
        """Where the run has values: times, frequencies, or values of what was swept."""
        return self.run[self.axis].values[self._kept]

    @property
    def unit(self) -> str:
        """Of the places."""
        return str(self.run[self.axis].attrs["units"])

    @property
    def _kept(self) -> NDArray[np.bool_]:
        places = self.run[self.axis].values
        return places >= self.since if self.since else np.ones(len(places), dtype=bool)

    def of(self, signal: Signal, measure: Measure) -> Values:
        """Values of an expression at all places; real ones.

        Raises:
            NotThere: the run has not kept what it needs, or a measure that it needs was not found.
        """
        known: dict[str, Any] = {a.name: self._atom(a, measure) for a in signal.atoms}
        for name in signal.earlier:
            if name not in self.earlier:
                raise NotThere(f"it needs {name!r}, which was not found")
            known[name] = self.earlier[name]
        with np.errstate(all="ignore"):
            value = _evaluated(read(signal.law), known, measure.degrees)
        values = np.broadcast_to(np.asarray(value), self.places.shape)
        return real(values, measure)

    def _atom(self, atom: Atom, measure: Measure) -> Values:
        if atom.kind == "x":
            return self.places
        if atom.kind == "i":
            values = self._kept_signal(atom.signal)
        else:
            plus, minus = (0.0 if n == GROUND else self._kept_signal(n) for n in atom.of)
            values = np.asarray(plus - minus)
        if atom.part == "p":
            return _phase(values, measure.degrees)
        return _FUNCTIONS[atom.part](values) if atom.part else values

    def _kept_signal(self, name: str) -> Values:
        found = next((n for n in (name, signal_name(name, self.run.data_vars), f"v({name})") if n in self.run), None)
        if found is None:
            raise NotThere(f"the run has not kept {name!r}")
        return self.run[found].values[self._kept]


def real(values: Values, measure: Measure) -> Values:
    """What a complex value means as a whole: ngspice takes its real part, LTspice its magnitude."""
    if not np.iscomplexobj(values):
        return values
    return np.abs(values) if measure.sizes else np.real(values)


def _phase(value: Values, degrees: bool) -> Values:
    return np.angle(value, deg=degrees)


def _decibels(value: Values) -> Values:
    return 20 * np.log10(np.abs(value))


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": np.abs, "mag": np.abs, "m": np.abs, "db": _decibels, "re": np.real, "r": np.real, "im": np.imag,
    "img": np.imag, "i": np.imag, "sqrt": np.sqrt, "exp": np.exp, "ln": np.log, "log": np.log, "log10": np.log10,
    "min": np.minimum, "max": np.maximum, "sin": np.sin, "cos": np.cos, "tan": np.tan, "atan": np.arctan,
    "tanh": np.tanh, "pow": np.power, "^": np.power, "neg": np.negative, "/": np.divide, "<": np.less,
    "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
    "+": np.add, "*": np.multiply, "and": np.logical_and, "or": np.logical_or, "not": np.logical_not,
}  # fmt: skip


def _evaluated(node: Node, known: Mapping[str, Any], degrees: bool) -> Any:
    """The value of an expression; how many values a function takes was asked when it was read."""
    if isinstance(node, Number):
        return float(node.value)
    if isinstance(node, Name):
        return np.pi if node.name == "pi" else known[node.name]
    args = [_evaluated(a, known, degrees) for a in node.args]
    if node.function in ("ph", "p"):
        return _phase(args[0], degrees)
    if node.function == CHOICE:
        pairs = zip(args[-3::-2], args[-2::-2], strict=True)
        return reduce(lambda no, pair: np.where(np.asarray(pair[0]) != 0, pair[1], no), pairs, args[-1])
    if node.function in MANY:
        return reduce(_FUNCTIONS[node.function], args) * 1
    return _FUNCTIONS[node.function](*args) * 1  # a comparison is 1 or 0
