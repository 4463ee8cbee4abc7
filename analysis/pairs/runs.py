"""A circuit's run as waveforms of all its nodes: by its equations, or by ngspice where they are implicit or absent."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from ...circuits.circuit import Circuit
from ...circuits.element import GROUND
from ...circuits.elements import PROBES, SpikeProbe
from ...circuits.equations.derive import derive
from ...circuits.errors import EquationError, unknown
from ...circuits.numeric.numeric import node_expression
from ...circuits.sampled import crossings
from ...netlists.spice.analyses import Transient
from ..models.model import Solution, solve
from ..models.series import series

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

    from ...netlists.ngspice.engine import Engine

    Array = NDArray[np.float64]

EVEN = 4001
"""Times spread evenly over a run, besides"""
INSIDE = np.array([0.0, 0.03, 0.15, 0.4, 0.7, 1.0])
"""places in each of the pieces of a solution,"""
MOST_PIECES = 20_000
"""of no more than so many."""
STILL = 1e-12
"""A node that moves by no more than this part of its voltage does so by rounding."""


@frozen(eq=False)
class Run:
    """What a circuit does.

    Attributes:
        circuit: that was run.
        stop: seconds.
        solution: of its equations; None where ngspice ran it.
        dataset: of ngspice; None where the equations were solved.
        times: at which it is known best, seconds.
    """

    circuit: Circuit
    stop: float
    solution: Solution | None
    dataset: xarray.Dataset | None
    times: Array = field(repr=False)

    @property
    def by(self) -> str:
        """Who ran it."""
        return "equations" if self.solution is not None else "ngspice"

    def voltage(self, plus: str, minus: str, times: Array) -> Array:
        """v(plus, minus) at times within the run, volts."""
        self._check(plus, minus)
        if self.solution is not None:
            return self.solution.voltage(plus, minus, times)
        return self._read(plus, times) - self._read(minus, times)

    def _read(self, node: str, times: Array) -> Array:
        assert self.dataset is not None
        if node == GROUND:
            return np.zeros(len(times))
        return np.interp(times, self.dataset["time"].values, self.dataset[node].values)

    def extremes(self, plus: str, minus: str = GROUND) -> tuple[float, float]:
        """Lowest and highest v(plus, minus), volts: of a solution between all times, of ngspice at its own."""
        if self.solution is None:
            values = self.voltage(plus, minus, self.times)
            return float(np.min(values)), float(np.max(values))
        self._check(plus, minus)
        low, high = series(self.solution, node_expression(self.solution.system.equations, plus, minus)).extremes()
        return low.value, high.value

    def rises(self, node: str, level: float | None = None) -> Array:
        """When a node rises through a level, seconds: the middle between its lowest and highest value unless given."""
        low, high = self.extremes(node) if level is None else (level, level)
        middle = (low + high) / 2
        if level is None and high - low <= STILL * max(abs(low), abs(high)):
            return np.zeros(0)
        if self.solution is not None:
            self._check(node)
            return self.solution.spikes(SpikeProbe("rises", node, GROUND, middle))
        return crossings(self.times, self.voltage(node, GROUND, self.times), middle, False)

    def _check(self, *nodes: str) -> None:
        for node in nodes:
            if node != GROUND and node not in self.circuit.nodes:
                raise unknown("node", node, self.circuit.nodes)


def run_of(circuit: Circuit, stop: float, engine: Engine | None) -> Run:
    """Run a circuit.

    Args:
        circuit: any.
        stop: seconds.
        engine: for what has no equations; one of its own unless given.

    Raises:
        LapicqueError: neither way goes.
    """
    bare = circuit.without(*(p.name for kind in PROBES for p in circuit.of_type(kind)))
    try:
        solution = None if derive(bare).unknowns and engine is not None else solve(bare, stop)
    except EquationError:
        solution = None
    if solution is None:  # implicit equations have no compiled solver: a class would wait for hours
        dataset = _simulated(bare, stop, engine)
        return Run(bare, stop, None, dataset, dataset["time"].values)
    return Run(bare, stop, solution, None, _known_best(solution))


@lru_cache(maxsize=1)
def run_of_reference(circuit: Circuit, stop: float, engine: Engine | None) -> Run:
    """The same, kept while one circuit is held against many others."""
    return run_of(circuit, stop, engine)


def _simulated(circuit: Circuit, stop: float, engine: Engine | None) -> xarray.Dataset:
    from ...netlists.ngspice.engine import simulate

    if engine is None:
        return simulate(circuit, Transient(stop), "reference")
    return engine.run(circuit, Transient(stop), "reference")


def _known_best(solution: Solution) -> Array:
    ends = solution.spans[:MOST_PIECES]
    inside = ends[:, :1] + np.diff(ends, axis=1) * INSIDE
    bends = [t for s in solution.system.equations.inputs.values() for t in s.breakpoints()[0] if t < solution.stop]
    return np.unique(np.concatenate([np.linspace(0.0, solution.stop, EVEN), inside.ravel(), bends[:MOST_PIECES]]))


def time_constants(circuit: Circuit) -> tuple[float, ...]:
    """Time constants at the start, longest first, seconds; of a circuit that switches only the longest of its own.

    Raises:
        LapicqueError: the circuit has no equations.
    """
    from ...circuits.closed_forms.transfer import numeric_poles
    from ...circuits.runs.timescales import longest_own

    equations = derive(circuit)
    if equations.is_linear and not equations.switches:
        sizes = np.abs(numeric_poles(equations)) if equations.states else np.zeros(0)
        return tuple((1 / sizes[sizes > 0]).tolist())
    longest = longest_own(equations)
    return () if longest is None else (longest,)
