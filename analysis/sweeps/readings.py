"""What figures are read off: a run of ngspice, or a solution of the equations."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
from attrs import field, frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, Probe, SpikeProbe, V
from ...circuits.errors import DesignError
from ...circuits.numeric.numeric import node_expression
from ..measures import peak
from ..models.model import Solution
from ..models.series import Extreme, Series, series
from ..spikes import spike_times

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray
    from sympy import Expr

    from ..measured.reading import Figure as Measured
    from ..measured.runs import Task

    Array = NDArray[np.float64]


class Reading(Protocol):
    """One run."""

    def train(self, probe: SpikeProbe) -> Array:
        """Spike times of a probe, seconds."""
        ...

    @property
    def ends(self) -> tuple[float, float]:
        """First and last value of the first probe that no source holds."""
        ...

    @property
    def extremes(self) -> tuple[float, float]:
        """Its lowest and highest value."""
        ...

    @property
    def peak_time(self) -> float:
        """When it is farthest from its first value, seconds."""
        ...

    def first_passing(self, level: float, rising: bool) -> float:
        """When it first passes a level upwards or downwards, seconds; nan if it never does."""
        ...

    def measured(self) -> list[Measured]:
        """What the netlist measures."""
        ...


@frozen(eq=False, slots=False)
class OfNgspice:
    """A run of ngspice."""

    circuit: Circuit
    run: xarray.Dataset
    task: Task | None = None
    """Of a netlist, with what it measures."""

    def train(self, probe: SpikeProbe) -> Array:
        """Spike times of a probe, seconds."""
        return spike_times(probe, self.run["time"].values, self.run[probe.name].values)

    @property
    def ends(self) -> tuple[float, float]:
        """First and last value of the first probe that no source holds."""
        values = self._signal[1]
        return float(values[0]), float(values[-1])

    @property
    def extremes(self) -> tuple[float, float]:
        """Its lowest and highest value at ngspice's own times."""
        values = self._signal[1]
        return float(np.min(values)), float(np.max(values))

    @property
    def peak_time(self) -> float:
        """When it is farthest from its first value, seconds, by a parabola through three points."""
        return peak(*self._signal)[0]

    def first_passing(self, level: float, rising: bool) -> float:
        """When it first passes a level, seconds, on straight lines between ngspice's times; nan if it never does."""
        time, values = self._signal
        beyond = values - level if rising else level - values
        k = int(np.argmax(beyond >= 0))
        if k == 0:
            return np.nan
        return float(time[k - 1] - beyond[k - 1] * (time[k] - time[k - 1]) / (beyond[k] - beyond[k - 1]))

    @cached_property
    def _signal(self) -> tuple[Array, Array]:
        name = free_node(self.circuit).name
        if name not in self.run:  # without a probe all nodes are kept by their names
            raise _no_voltage(self.circuit)
        if not self.run.sizes:  # an operating point has one value
            return np.zeros(1), self.run[name].values.reshape(1)
        if "time" not in self.run.coords:
            raise DesignError("this figure is of runs over time: give a .meas for others, or run a transient.")
        return self.run["time"].values, self.run[name].values

    def measured(self) -> list[Measured]:
        """What the netlist measures; nothing where there is none."""
        return [] if self.task is None else self.task.figures(self.run)


@frozen(eq=False, slots=False)
class OfModel:
    """A solution of the equations."""

    circuit: Circuit
    solution: Solution
    _trains: dict[str, Array] = field(factory=dict)

    def train(self, probe: SpikeProbe) -> Array:
        """Spike times of a probe, seconds; looked for once."""
        if probe.name not in self._trains:
            self._trains[probe.name] = self.solution.spikes(probe)
        return self._trains[probe.name]

    @property
    def ends(self) -> tuple[float, float]:
        """First and last value of the first probe that no source holds."""
        first, last = self.solution.values([self._expression], np.array([0.0, self.solution.stop]))[0]
        return float(first), float(last)

    @property
    def extremes(self) -> tuple[float, float]:
        """Its lowest and highest value, in all that lies between any times."""
        low, high = self._extremes
        return low.value, high.value

    @property
    def peak_time(self) -> float:
        """When it is farthest from its first value, seconds."""
        low, high = self._extremes
        begin = self.ends[0]
        return high.time if high.value - begin >= begin - low.value else low.time

    def first_passing(self, level: float, rising: bool) -> float:
        """When it first passes a level upwards or downwards, seconds; nan if it never does."""
        return self._series.first_passing(level, rising)

    @cached_property
    def _expression(self) -> Expr:
        probe = free_node(self.circuit)
        return node_expression(self.solution.system.equations, probe.plus, probe.minus)

    @cached_property
    def _series(self) -> Series:
        return series(self.solution, self._expression)

    @cached_property
    def _extremes(self) -> tuple[Extreme, Extreme]:
        return self._series.extremes()

    def measured(self) -> list[Measured]:
        """A solution has no points to measure at.

        Raises:
            DesignError: always.
        """
        raise DesignError("measures of a netlist are read off runs of ngspice: sweep without the model.")


def free_node(circuit: Circuit) -> Probe:
    """The first probe that no source holds, or the first probe; where there is none, one at the first free node.

    Raises:
        DesignError: sources hold all nodes.
    """
    held = {e.plus for e in circuit.of_type(V)} | {GROUND}
    probes = circuit.of_type(Probe)
    nodes = [Probe(n, n) for n in circuit.outer_nodes if n not in held]
    found = [p for p in probes if p.plus not in held] or probes or nodes
    if not found:
        raise _no_voltage(circuit)
    return found[0]


def _no_voltage(circuit: Circuit) -> DesignError:
    return DesignError(f"{circuit.title!r} has no voltage that its sources do not hold: give it a probe.")
