"""What the library says of each of its circuits: an entry, and the closed forms that it is held against."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from attrs import field, frozen

from ..circuit import Circuit
from .target import Target


@frozen
class Prediction:
    """A closed form that a run of the circuit is measured against.

    Attributes:
        name: what is predicted, in words.
        measure: how it is read off a run: "interval", "first spike", "width", "peak", "peak time", "highest", "final",
            "ratio" (of the final values of two probes) or "delay" (between the first spikes of two probes).
        probes: names of the probes that are looked at.
        formula: text of names of parameters and of sources (their value at the start).
        within: text of the relative size of the approximation, of the same names.
        because: what the approximation leaves out.
        source: of the formula.
        argument: how one gets there: pairs of words and an equation as text.
        since: seconds, from which times are counted; or text, of the same names.
    """

    name: str
    measure: str
    probes: tuple[str, ...]
    formula: str
    within: str
    because: str
    source: str
    argument: tuple[tuple[str, str], ...] = ()
    since: str = "0"


def _none(circuit: Circuit) -> tuple[Prediction, ...]:
    return ()


@frozen
class Entry:
    """A circuit of the library.

    `kind` says what it can be asked: "linear" (closed forms, Bode plot), "neuron" (intervals, f-I curve), "cable",
    "synapse", "network" (spikes from other spikes) or "learning" (weights). `stop` is how long to run it where
    `run_length` finds no better. `currents` are those of its f-I curve, for neurons whose rheobase has no closed
    form. `predictions` gives the closed forms for a circuit as built, `target` the published equations for arguments of
    the builder, defaults included.
    """

    name: str
    build: Callable[..., Circuit]
    kind: str
    shows: str
    stop: float
    currents: tuple[float, ...] = ()
    predictions: Callable[[Circuit], tuple[Prediction, ...]] = field(default=_none)
    target: Callable[[Mapping[str, Any]], Target] | None = None

    def arguments(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All arguments of the builder: the given ones, and its defaults."""
        bound = inspect.signature(self.build).bind(**given)
        bound.apply_defaults()
        return dict(bound.arguments)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names that the builder takes."""
        from .lif_parts import BREADBOARD

        names = [n for n, p in inspect.signature(self.build).parameters.items() if p.kind is not p.VAR_KEYWORD]
        takes_neuron = len(names) < len(inspect.signature(self.build).parameters)
        return (*names, *(BREADBOARD if takes_neuron else ()))
