"""f-I curves: the ideal formula, the circuit's own equations, and ngspice, at the same currents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ..circuits.circuit import Circuit
from ..circuits.elements import SpikeProbe
from ..circuits.equations import derive
from ..circuits.lif_forms import ideal_lif
from ..netlists.analyses import Transient
from .model import solve
from .spikes import spike_times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..netlists.engine import Engine

    Array = NDArray[np.float64]

INTERVALS = 4.5
"""Length of a run in ideal intervals: enough for three full ones."""


@frozen(eq=False)
class FiCurve:
    """Firing rates in hertz; zero where the neuron does not fire.

    Attributes:
        rheobase: amperes.
        currents: of the circuits, shape (points,).
        ideal: fine currents and the closed form there.
        model: last interval of the circuit's equations, inverted.
        simulated: the same from ngspice, None where it was not run.
    """

    rheobase: float
    currents: Array
    ideal: tuple[Array, Array]
    model: Array
    simulated: Array | None


def fi_curve(
    neuron: Callable[[float], Circuit], currents: Sequence[float] | Array, engine: Engine | None = None,
    accuracy: str = "standard", progress: Callable[[], None] = lambda: None,
) -> FiCurve:  # fmt: skip
    """Measure the f-I curve of a neuron circuit.

    Args:
        neuron: builds the circuit for a current in amperes.
        currents: where to measure; below the rheobase the rate is zero.
        engine: to run ngspice in; None leaves ngspice out.
        accuracy: of ngspice.
        progress: called after each current.

    Returns:
        All three curves.
    """
    from ..netlists.engine import Job

    points = np.asarray(currents, dtype=float)
    ideal = ideal_lif(derive(neuron(float(points[0]))))
    tau = ideal.value(ideal.membrane.tau)
    circuits = [neuron(float(i)) for i in points]
    stops = [INTERVALS * min(ideal.interval_at(float(i)), 10 * tau) for i in points]
    futures = (
        engine.run_many([Job(c, Transient(s), accuracy) for c, s in zip(circuits, stops, strict=True)])
        if engine
        else None
    )
    model, simulated = [], []
    for circuit, stop in zip(circuits, stops, strict=True):
        probe = circuit.of_type(SpikeProbe)[0]
        model.append(_rate(solve(circuit, stop).spikes(probe)))
        if futures is not None:
            result = next(futures)
            simulated.append(_rate(spike_times(probe, result["time"].values, result[probe.name].values)))
        progress()
    rheobase = ideal.value(ideal.rheobase)
    fine = np.linspace(min(points.min(), rheobase), points.max(), 400)
    rates = np.array([1 / ideal.interval_at(float(i)) for i in fine])
    return FiCurve(rheobase, points, (fine, rates), np.array(model), np.array(simulated) if engine else None)


def _rate(spikes: Array) -> float:
    return float(1 / (spikes[-1] - spikes[-2])) if len(spikes) > 1 else 0.0
