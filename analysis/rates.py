"""f-I curves: the ideal formula, the circuit's own equations, and ngspice, at the same currents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ..circuits.arguments import KindError, brief, positive, row
from ..circuits.circuit import Circuit, want_circuit
from ..circuits.closed_forms.derivations import is_single_neuron
from ..circuits.closed_forms.lif_forms import IdealLif, ideal_lif
from ..circuits.elements import SpikeProbe
from ..circuits.equations.derive import derive
from ..circuits.errors import DesignError, QuantityError
from ..circuits.inputs import input_of
from ..circuits.library import circuit_of
from ..circuits.showing import html
from ..circuits.units import parse, show
from ..netlists.spice.analyses import Transient
from .models.model import solve
from .spikes import spike_times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..netlists.ngspice.engine import Engine

    Array = NDArray[np.float64]

INTERVALS = 4.5
"""Length of a run in ideal intervals: enough for three full ones."""
RTOL = 1e-8
"""Tolerance of the solver for neurons without a closed form: a rate needs no more."""


@frozen(eq=False, str=False, repr=False)
class FiCurve:
    """Firing rates in hertz; zero where the neuron does not fire.

    Attributes:
        rheobase: amperes; None where it was not looked for.
        currents: of the circuits, shape (points,).
        ideal: fine currents and the closed form there; None for neurons that have none.
        model: last interval of the circuit's equations, inverted.
        simulated: the same from ngspice, None where it was not run.
    """

    rheobase: float | None
    currents: Array
    ideal: tuple[Array, Array] | None
    model: Array
    simulated: Array | None

    def __str__(self) -> str:
        head = f"{'current':>12}  {'ideal/Hz':>10}  {'model/Hz':>10}  {'ngspice/Hz':>10}"
        return "\n".join([head, *map(self._row, range(len(self.currents)))])

    def __repr__(self) -> str:
        return f"<f-I curve>\n{self}"

    def _repr_html_(self) -> str:
        return html(self)

    def _row(self, k: int) -> str:
        current = self.currents[k]
        formula = f"{np.interp(current, *self.ideal):10.5g}" if self.ideal else f"{'-':>10}"
        simulated = f"{self.simulated[k]:10.5g}" if self.simulated is not None else f"{'-':>10}"
        return f"{show(float(f'{current:.4g}'), 'A'):>12}  {formula}  {self.model[k]:10.5g}  {simulated}"


def fi_curve(
    neuron: str | Circuit | Callable[[float], Circuit], currents: Sequence[float] | Array, engine: Engine | None = None,
    accuracy: str = "standard", progress: Callable[[], None] = lambda: None, stop: float = 0.1,
) -> FiCurve:  # fmt: skip
    """Measure the f-I curve of a neuron circuit.

    Args:
        neuron: a circuit with the role `input`, the name of one of the library, or a function from a current in amperes
            to a circuit.
        currents: where to measure; below the rheobase the rate is zero.
        engine: to run ngspice in; None leaves ngspice out.
        accuracy: of ngspice.
        progress: called after each current.
        stop: length of a run, seconds, for neurons without a closed form.

    Returns:
        Model, ngspice, and for LIF neurons the ideal formula.
    """
    from ..netlists.spice.prepare import Job

    points = row(currents, "currents", "np.linspace(0.9e-6, 5e-6, 8)")
    builder = builder_of(neuron)
    circuits = [_firing(builder, float(i)) for i in points]
    ideal = ideal_lif(derive(circuits[0])) if is_single_neuron(circuits[0]) else None
    stops = [stop] * len(points) if ideal is None else [_some_intervals(ideal, float(i)) for i in points]
    jobs = [Job(c, Transient(s), accuracy) for c, s in zip(circuits, stops, strict=True)]
    results = engine.run_many(jobs) if engine else None
    model, simulated = [], []
    for circuit, end in zip(circuits, stops, strict=True):
        probe = circuit.of_type(SpikeProbe)[0]
        model.append(_rate(solve(circuit, end, RTOL).spikes(probe)))
        if results is not None:
            result = next(results)
            simulated.append(_rate(spike_times(probe, result["time"].values, result[probe.name].values)))
        progress()
    closed, rheobase = (None, None) if ideal is None else _closed_form(ideal, points)
    return FiCurve(rheobase, points, closed, np.array(model), np.array(simulated) if engine else None)


def _some_intervals(ideal: IdealLif, current: float) -> float:
    return INTERVALS * min(ideal.interval_at(current), 10 * ideal.value(ideal.membrane.tau))


def _closed_form(ideal: IdealLif, points: Array) -> tuple[tuple[Array, Array], float]:
    rheobase = ideal.value(ideal.rheobase)
    fine = np.linspace(min(points.min(), rheobase), points.max(), 400)
    return (fine, np.array([1 / ideal.interval_at(float(i)) for i in fine])), rheobase


def find_rheobase(
    neuron: str | Circuit | Callable[[float], Circuit], silent: float, firing: float, stop: float, within: float = 1e-3
) -> float:
    """The smallest constant current that keeps a neuron firing, by bisection on its model.

    Args:
        neuron: as for `fi_curve`.
        silent: a current at which it does not fire on.
        firing: one at which it does.
        stop: length of each run, seconds; who fires in its second half, fires on.
        within: relative width at which to stop.

    Returns:
        Amperes, the upper end of the last bracket.
    """
    low, high = parse(silent, "silent"), parse(firing, "firing")
    stop = positive(stop, "stop", "0.1", unit="s")
    if not low < high:
        raise QuantityError(
            f"silent is {low:g} A and firing {high:g} A: the search goes from a smaller to a larger one."
        )
    within = positive(within, "within", "1e-3", unit="")
    builder = builder_of(neuron)
    while high - low > within * abs(high):
        middle = (low + high) / 2
        circuit = _firing(builder, middle)
        spikes = solve(circuit, stop, RTOL).spikes(circuit.of_type(SpikeProbe)[0])
        low, high = (low, middle) if (spikes > stop / 2).any() else (middle, high)
    return high


def builder_of(neuron: str | Circuit | Callable[[float], Circuit]) -> Callable[[float], Circuit]:
    """What makes a neuron circuit for an input current in amperes.

    Raises:
        DesignError: a circuit that does not say which source is its input.
    """
    if isinstance(neuron, (str, Circuit)):
        source = input_of(circuit_of(neuron))
        return lambda current: circuit_of(neuron, {source: current})
    if callable(neuron):
        return neuron
    raise KindError(
        f"neuron is {brief(neuron)}: give a circuit, a name, or a function of the current, lambda i: lif(current=i)."
    )


def _firing(neuron: Callable[[float], Circuit], current: float) -> Circuit:
    """The circuit for a current, with something that detects its spikes."""
    circuit = want_circuit(neuron(current))
    if not circuit.of_type(SpikeProbe):
        raise DesignError(f"{circuit.title!r} has no spike probe: a firing rate needs one.")
    return circuit


def _rate(spikes: Array) -> float:
    return float(1 / (spikes[-1] - spikes[-2])) if len(spikes) > 1 else 0.0
