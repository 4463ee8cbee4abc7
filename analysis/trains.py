"""Spike trains of any result: of ngspice and of the equations alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..circuits.arguments import KindError, brief
from ..circuits.circuit import Circuit
from ..circuits.inputs import spikes_of
from ..netlists.networks.network import NetworkRun
from .models.model import Solution
from .spikes import spike_times

if TYPE_CHECKING:
    import numpy as np
    import xarray
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def spikes(result: Solution | xarray.Dataset | NetworkRun) -> dict[str, Array]:
    """Spike times by spike probe, or by neuron.

    Args:
        result: of `simulate` (or read back with `load`), of `solve`, or of `run_network`.

    Returns:
        Name of each spike probe, or spiking neuron of a network (`P.k`), to its spike times, seconds, shape (spikes,).

    Raises:
        KindError: something else.
        DesignError: the circuit has no spike probe.
    """
    import xarray

    if isinstance(result, NetworkRun):
        return result.spikes
    if isinstance(result, Solution):
        return {p.name: result.spikes(p) for p in spikes_of(result.system.equations.circuit)}
    if isinstance(result, xarray.Dataset) and "circuit" in result.attrs and "time" in result.coords:
        probes, time = spikes_of(Circuit.from_json(result.attrs["circuit"])), result["time"].values
        return {p.name: spike_times(p, time, result[p.name].values) for p in probes if p.name in result}
    raise KindError(
        f"the result is {brief(result)}: give what `simulate` or `solve` gave of a transient, or `run_network`."
    )
