"""What is read off each run of a sweep: named figures, each a number with a unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.arguments import KindError, brief
from ...circuits.circuit import Circuit
from ...circuits.elements import SpikeProbe
from ...circuits.errors import DesignError, unknown
from ...circuits.inputs import spikes_of
from .readings import Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Figure = Callable[[Circuit, Reading], float]


def _probe(circuit: Circuit) -> SpikeProbe:
    return spikes_of(circuit)[-1]


def _train(circuit: Circuit, run: Reading) -> Array:
    return run.train(_probe(circuit))


def spikes(circuit: Circuit, run: Reading) -> float:
    """How many spikes there are."""
    return float(len(_train(circuit, run)))


def first_spike(circuit: Circuit, run: Reading) -> float:
    """When the first spike comes, seconds; nan without one."""
    train = _train(circuit, run)
    return float(train[0]) if len(train) else np.nan


def interval(circuit: Circuit, run: Reading) -> float:
    """The last inter-spike interval, seconds; nan with fewer than two spikes."""
    train = _train(circuit, run)
    return float(train[-1] - train[-2]) if len(train) > 1 else np.nan


def rate(circuit: Circuit, run: Reading) -> float:
    """One over the last interval, hertz; 0 with fewer than two spikes."""
    last = interval(circuit, run)
    return 1 / last if last > 0 else 0.0


def final(circuit: Circuit, run: Reading) -> float:
    """The last value of the first probe that no source holds."""
    return run.ends[1]


def highest(circuit: Circuit, run: Reading) -> float:
    """Its largest value."""
    return run.extremes[1]


def lowest(circuit: Circuit, run: Reading) -> float:
    """Its smallest value."""
    return run.extremes[0]


def peak_time(circuit: Circuit, run: Reading) -> float:
    """When it is farthest from where it began, seconds."""
    return run.peak_time


def rise_time(circuit: Circuit, run: Reading) -> float:
    """From 10 % to 90 % of the way from its first to its last value, seconds; nan if it does not get there."""
    first, last = run.ends
    if first == last:
        return np.nan
    times = [run.first_passing(first + part * (last - first), last > first) for part in (0.1, 0.9)]
    return times[1] - times[0]


FIGURES: dict[str, tuple[Figure, str]] = {
    "spikes": (spikes, "1"), "first_spike": (first_spike, "s"), "interval": (interval, "s"), "rate": (rate, "Hz"),
    "final": (final, "V"), "highest": (highest, "V"), "lowest": (lowest, "V"), "peak_time": (peak_time, "s"),
    "rise_time": (rise_time, "s"),
}  # fmt: skip


@frozen
class MeasureFigure:
    """A measure of a netlist (`.meas`) as a figure.

    Attributes:
        name: of the measure.
        unit: of its value.
    """

    name: str
    unit: str

    def __call__(self, circuit: Circuit, run: Reading) -> float:
        """Its value; nan where the run does not show it."""
        return next(f.value for f in run.measured() if f.name == self.name)


OF_SPIKES = frozenset(["spikes", "first_spike", "interval", "rate"])


def label(figure: str | MeasureFigure) -> str:
    """What a figure is called in a result."""
    return figure.name if isinstance(figure, MeasureFigure) else figure


def named(figures: Iterable[str | MeasureFigure]) -> tuple[str | MeasureFigure, ...]:
    """Names of figures as a tuple; that there are such figures is the matter of `check_figures`.

    Raises:
        KindError: no list of them.
    """
    if not isinstance(figures, (list, tuple)):
        raise KindError(f"figures is {brief(figures)}: give a list of names, such as ['interval'].")
    return tuple(figures)


def check_figures(names: Iterable[str | MeasureFigure], circuit: Circuit) -> None:
    """Make sure that figures can be read off runs of a circuit, before there are any.

    Raises:
        UnknownNameError: a figure that does not exist.
        DesignError: a figure of spikes where nothing detects them, or none at all.
    """
    asked = list(names)
    for name in asked:
        figure(name)
        if name in OF_SPIKES:
            _probe(circuit)
    if not asked:
        raise DesignError(f"no figure is read off the runs: name some of {', '.join(FIGURES)}.")


def figure(name: str | MeasureFigure) -> tuple[Figure, str]:
    """Find a figure and its unit by name; a measure of a netlist is one by itself.

    Raises:
        UnknownNameError: there is none of that name.
    """
    if isinstance(name, MeasureFigure):
        return name, name.unit
    if not isinstance(name, str) or name not in FIGURES:
        raise unknown("figure", name, FIGURES)
    return FIGURES[name]
