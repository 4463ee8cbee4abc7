"""The model as that which a result is held against: its signals at its own times and at those of the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.elements import V
from ...circuits.stimuli import corners
from ...circuits.stimuli import evaluate as stimulus_at
from ..models.model import Solution, signal_expressions
from .edges import INSTANT, Moments, own_times

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sympy import Expr

    Array = NDArray[np.float64]

SMALLEST_SWING = 1e-6
"""Least swing that a signal is judged by, as a part of the largest voltage (or current) of the circuit."""
STILL = 1e-9
"""What moves less than this part of it stands still, and"""
OF_THE_STILL = 1e-2
"""is judged by this part: nothing but the simulator's noise is left of it."""


@frozen(eq=False)
class Reference:
    """The model's signals at its own times and at those of the result (`at` says which of all these they are)."""

    solution: Solution
    expressions: dict[str, Expr]
    times: Array
    signals: dict[str, Array]
    at: NDArray[np.int_]
    bends: Array
    largest: dict[str, float]
    """The largest voltage and the largest current that there are, sources and states among them."""

    def swing(self, name: str, unit: str) -> float:
        """Of a signal, and no less than ngspice can tell beside the largest of its kind."""
        largest, own = self.largest[kind_of(unit)], float(np.ptp(self.signals[name][self.at]))
        return max(own, largest * (SMALLEST_SWING if own > STILL * largest else OF_THE_STILL))

    @property
    def moments(self) -> Moments:
        """When edges are the stimuli's doing: at their bends and at the start; always where nothing else decides."""
        system = self.solution.system
        bends = self.times if system.linear and not system.equations.switches else self.bends
        return Moments(bends, np.array(sorted(t.time for t in self.solution.transitions)))

    def of(self, name: str) -> Callable[[Array], Array]:
        """A signal at any times."""
        return lambda times: self.solution.values([self.expressions[name]], times)[0]

    def nearer_side(self, name: str, times: Array, values: Array) -> Array:
        """The model at the simulator's points; where a stimulus bends a signal may jump, and its nearer side counts.

        What a capacitor takes from a ramp, or an inductor puts across a cut, has two values at the corner.
        """
        rounding = INSTANT * times[-1]
        near = np.minimum(np.searchsorted(self.bends, times - rounding), len(self.bends) - 1)
        at = np.flatnonzero(np.abs(times - self.bends[near]) <= rounding)
        sided, evaluate = self.signals[name][self.at], self.of(name)
        for side in (-2, 2):
            other = evaluate(np.clip(times[at] + side * rounding, 0.0, times[-1]))
            sided[at] = np.where(np.abs(values[at] - other) < np.abs(values[at] - sided[at]), other, sided[at])
        return sided


def kind_of(unit: str) -> str:
    """Whether ngspice takes a unit for volts or for amperes."""
    return "A" if unit == "A" else "V"  # gates, weights and millivolts are volts to ngspice


def _largest(solution: Solution, signals: list[tuple[str, Array]], times: Array) -> dict[str, float]:
    equations = solution.system.equations
    rows = [*signals, *((s.unit, x) for s, x in zip(equations.states, solution.states(times), strict=True))]
    voltage_sources = {v.name for v in equations.circuit.of_type(V)}
    for source, stimulus in equations.inputs.items():
        if source.name in equations.circuit.sources:
            rows.append(("V" if source.name in voltage_sources else "A", stimulus_at(stimulus, times)))
    found = {"V": 0.0, "A": 0.0}
    for unit, row in rows:
        found[kind_of(unit)] = max(found[kind_of(unit)], float(np.max(np.abs(row), initial=0.0)))
    return found


def reference(solution: Solution, times: Array) -> Reference:
    """What a result at some times is held against.

    Args:
        solution: of a circuit's equations.
        times: of the result, seconds.
    """
    asked = signal_expressions(solution.system)
    expressions = {name: e for name, (e, _) in asked.items()}
    own = np.union1d(own_times(solution, times[0], times[-1]), times)
    rows = dict(zip(expressions, solution.values(list(expressions.values()), own), strict=True))
    largest = _largest(solution, [(asked[name][1], row) for name, row in rows.items()], times)
    every = (corners(s, float(times[-1]))[0] for s in solution.system.equations.inputs.values())
    bends = np.unique(np.concatenate([[0.0], *every]))
    return Reference(solution, expressions, own, rows, np.searchsorted(own, times), bends, largest)
