"""A few figures of a firing neuron that are read off two runs: what can be afforded for many instances of a circuit."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np

from ...circuits.circuit import Circuit
from ...circuits.errors import DesignError
from ..characterise.bench import Bench, Observation, size_of
from ..characterise.subject import subject_of
from .sensitivities import Figures

FEWEST = 3
"""Spikes without which there is no late interval."""
INTERVALS = 9.0
"""Length of a run in the circuit's own late intervals: instances are slower."""


def measured_figures(bench: Bench) -> tuple[Figures, Mapping[str, str]]:
    """What is read off every instance, and the units.

    Args:
        bench: with the circuit in the middle on it; its journal keeps the runs of all instances.

    Returns:
        Late firing rates at two steady inputs, of which the greater is twice the other; the highest and the lowest
        voltage of the membrane between the last two spikes at the lesser; and where the membrane is not itself what
        the spike probe sees, its voltage at a spike. Instances begin where the middle rests.

    Raises:
        DesignError: it does not fire, or hardly.
    """
    if bench.fires_at is None:
        raise DesignError(f"{bench.subject.circuit.title!r} fires at no input up to {_size(bench, bench.tried)}.")
    most = 2 * bench.fires_at if bench.largest is None else min(2 * bench.fires_at, bench.largest)
    inputs = (most / 2, most)
    stops = [_stop(bench, i) for i in inputs]
    low, high = (f"rate at {_size(bench, i)}" for i in inputs)
    aside = bench.subject.probe.plus != bench.subject.membrane
    units = {low: "Hz", high: "Hz", "top": "V", "reset": "V"} | ({"at a spike": "V"} if aside else {})

    def figures(circuit: Circuit) -> Mapping[str, float]:
        own = attrs.evolve(bench, subject=subject_of(circuit, bench.subject.base), said=[], asked=set(), made=0)
        slow, quick = own.observe([own.step(i) for i in inputs], stops)
        begin, end = _late(slow)
        inside = slow.v[(slow.time >= begin) & (slow.time <= end)]
        before, last = _late(quick)
        rates = {low: 1 / (end - begin), high: 1 / (last - before)}
        at = {"at a spike": float(np.interp(end, slow.time, slow.v))} if aside else {}
        return {**rates, "top": float(inside.max()), "reset": float(inside.min()), **at}

    return figures, units


def _stop(bench: Bench, height: float) -> float:
    (seen,) = bench.observe([bench.step(height)], bench.horizon)
    begin, end = _late(seen)
    return min(bench.horizon, bench.lead + float(seen.spikes[0]) + INTERVALS * (end - begin))


def _late(seen: Observation) -> tuple[float, float]:
    """The last two spikes.

    Raises:
        DesignError: there are too few.
    """
    if len(seen.spikes) < FEWEST:
        raise DesignError(
            f"it fires {len(seen.spikes)} times in {seen.stop:.3g} s at a steady input: {FEWEST} are needed for a "
            "rate; give a longer run (--stop), or a larger input."
        )
    return float(seen.spikes[-2]), float(seen.spikes[-1])


def _size(bench: Bench, value: float) -> str:
    return size_of(value, bench.unit)
