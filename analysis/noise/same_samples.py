"""One neuron with the same samples of noise in ngspice and on its own equations, spike by spike."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.arguments import want, whole
from ...circuits.inputs import spikes_of
from ...netlists.spice.analyses import Transient
from ..models.model import solve
from ..spikes import spike_times
from .jitter import Jitter, with_noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...netlists.ngspice.engine import Engine

    Array = NDArray[np.float64]

COARSE = 1e-2
"""Samples are this part of the time constant apart: ngspice takes some ten steps between two."""


@frozen(eq=False)
class SameSamples:
    """Spike times of both, seconds."""

    model: Array
    simulated: Array

    @property
    def worst(self) -> float:
        """Largest difference, seconds; infinite where they have not equally many."""
        same = len(self.model) == len(self.simulated) > 0
        return float(np.abs(self.model - self.simulated).max()) if same else inf


def same_samples(
    found: Jitter, engine: Engine, intervals: int = 20, seed: int = 0, accuracy: str = "standard"
) -> SameSamples:
    """Run both.

    Args:
        found: of `jitter`.
        engine: to run ngspice in.
        intervals: how many there are about.
        seed: of the samples.
        accuracy: of ngspice.
    """
    from ...netlists.ngspice.engine import Engine

    want(engine, Engine, "engine", "make one, `with Engine() as engine`")
    stop = (whole(intervals, "intervals", 1, 100_000) + 0.5) * found.mean
    circuit = with_noise(found, stop, COARSE * found.passage.tau, seed)
    probe = spikes_of(circuit)[0]
    ours = solve(circuit, stop).spikes(probe)
    run = engine.run(circuit, Transient(stop), accuracy)
    theirs = spike_times(probe, run["time"].values, run[probe.name].values)
    return SameSamples(np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float))
