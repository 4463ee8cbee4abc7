"""What figures are read off: a run of ngspice, or a solution of the equations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from attrs import field, frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, Probe, SpikeProbe, V
from ...circuits.errors import DesignError
from ..models.model import Solution
from ..spikes import spike_times

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

    from ..measured.reading import Figure as Measured
    from ..measured.runs import Task

    Array = NDArray[np.float64]

EVEN = 2001
"""Times spread evenly over a solution, besides"""
INSIDE = np.array([0.0, 0.03, 0.15, 0.4, 0.7, 1.0])
"""places in each of its pieces."""


class Reading(Protocol):
    """One run."""

    def train(self, probe: SpikeProbe) -> Array:
        """Spike times of a probe, seconds."""
        ...

    def signal(self) -> tuple[Array, Array]:
        """Times and values of the first probe that no source holds."""
        ...

    def measured(self) -> list[Measured]:
        """What the netlist measures."""
        ...


@frozen(eq=False)
class OfNgspice:
    """A run of ngspice."""

    circuit: Circuit
    run: xarray.Dataset
    task: Task | None = None
    """Of a netlist, with what it measures."""

    def train(self, probe: SpikeProbe) -> Array:
        """Spike times of a probe, seconds."""
        return spike_times(probe, self.run["time"].values, self.run[probe.name].values)

    def signal(self) -> tuple[Array, Array]:
        """Times and values of the first probe that no source holds."""
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


@frozen(eq=False)
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

    def signal(self) -> tuple[Array, Array]:
        """Times and values of the first probe that no source holds: even times, and some in every piece."""
        probe = free_node(self.circuit)
        ends = np.array([(p.start, p.end) for p in self.solution.pieces])
        inside = ends[:, :1] + np.diff(ends, axis=1) * INSIDE
        times = np.unique(np.concatenate([np.linspace(0.0, self.solution.stop, EVEN), inside.ravel()]))
        return times, self.solution.voltage(probe.plus, probe.minus, times)

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
