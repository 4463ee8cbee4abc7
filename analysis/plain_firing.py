"""Firing of circuits that have no equations, from runs of ngspice alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..circuits.circuit import Circuit
from ..circuits.elements import Opaque, SpikeProbe
from ..circuits.errors import DesignError
from ..netlists.spice.analyses import Transient
from .firing import STEADY, Firing, told
from .spikes import spike_times

if TYPE_CHECKING:
    import xarray

    from ..netlists.ngspice.engine import Engine


def is_plain_run(circuit: Circuit) -> bool:
    """Whether ngspice alone can run a circuit: it has a device that nobody else knows."""
    return bool(circuit.of_type(Opaque))


def want_engine(circuit: Circuit, engine: Engine | None, stop: float | None) -> tuple[Engine, float]:
    """An engine and a length of run, which circuits without equations need.

    Raises:
        DesignError: there is none.
    """
    name = circuit.of_type(Opaque)[0].name
    if engine is None:
        raise DesignError(f"only ngspice knows what {name!r} of {circuit.title!r} does: install it, give an engine.")
    if stop is None:
        raise DesignError(
            f"how long {circuit.title!r} must run does not follow from equations, since {name!r} has none: give stop, "
            "such as stop='1m' or --stop 1m."
        )
    return engine, stop


def firing_in(circuit: Circuit, run: xarray.Dataset, stop: float) -> Firing:
    """The rate that a run of ngspice tells; who moves no more in its second half has come to rest.

    Args:
        circuit: with a spike probe, the first of which counts.
        run: a transient of it.
        stop: its length, seconds.
    """
    probe = circuit.of_type(SpikeProbe)[0]
    time = run["time"].values
    late = time > stop / 2
    resting = all(np.ptp(v.values[late]) <= STEADY * np.ptp(v.values) for v in run.data_vars.values())
    return told(spike_times(probe, time, run[probe.name].values), stop, bool(resting))


def late_spikes(circuit: Circuit, engine: Engine, stop: float, accuracy: str) -> int:
    """How often a circuit fires in the second half of a run of ngspice."""
    probe = circuit.of_type(SpikeProbe)[0]
    run = engine.run(circuit, Transient(stop), accuracy)
    return int((spike_times(probe, run["time"].values, run[probe.name].values) > stop / 2).sum())
