"""Spikes of a network as labelled arrays, tables and Neo objects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...circuits.errors import LapicqueError
from ...netlists.files.whole import write_file
from ...netlists.networks.network import NetworkRun

if TYPE_CHECKING:
    import xarray


def network_dataset(run: NetworkRun) -> xarray.Dataset:
    """Everything that a run kept.

    Returns:
        `spike_time` (seconds) and `spike_neuron` (index into `neuron`) over `spike`, in order of time; `spike_count`
        and `delivered` (joules) over `neuron`; of each neuron whose membrane was kept, `v(P.k)` over `time(P.k)`.
    """
    import xarray

    network = run.prepared.composed.network
    names = [f"{p.name}.{k}" for p in network.populations for k in range(p.size)]
    number = {n: k for k, n in enumerate(names)}
    who = np.concatenate([np.zeros(0, int), *(np.full(len(t), number[n]) for n, t in run.spikes.items())])
    when = np.concatenate([np.zeros(0), *run.spikes.values()])
    order = np.lexsort((who, when))
    counts = np.bincount(who, minlength=len(names))
    delivered = [run.outcome.delivered.get(n, np.nan) for n in names]
    data: dict[str, Any] = {
        "spike_time": (("spike",), when[order], {"units": "s"}),
        "spike_neuron": (("spike",), who[order].astype(np.int64), {"units": "1"}),
        "spike_count": (("neuron",), counts, {"units": "1"}),
        "delivered": (("neuron",), delivered, {"units": "J", "long_name": "energy from supplies and synapses"}),
    }
    coords: dict[str, Any] = {"neuron": (("neuron",), names)}
    for node, (time, volts) in run.outcome.traces.items():
        name = node.rpartition(".")[0]
        coords[f"time({name})"] = ((f"time({name})",), time, {"units": "s"})
        data[f"v({name})"] = ((f"time({name})",), volts, {"units": "V"})
    scale = run.prepared.composed.scale
    about = {
        "title": network.title, "stop": run.prepared.stop, "spike_area": network.spike_area, "width": scale.width,
        "ohm": scale.ohm, "plan": "\n".join(run.prepared.plan.lines), "points": run.outcome.points,
        "volts": ", ".join(f"{n}: {v:g}" for n, v in scale.volts),
    }  # fmt: skip
    return xarray.Dataset(data, coords=coords, attrs=about)


def write_spikes(run: NetworkRun, path: str | Path) -> Path:
    """Write the spikes: `.nc` holds all of `network_dataset`, `.csv` a row a spike (time in seconds, neuron).

    Raises:
        LapicqueError: another ending, or a file that cannot be written.
    """
    from ...netlists.ngspice.results import save

    target, data = Path(path), network_dataset(run)
    if target.suffix == ".nc":
        return save(data, target)
    if target.suffix != ".csv":
        raise LapicqueError(f"cannot write {str(target)!r}: name a file that ends in .nc or .csv.")
    names = data["neuron"].values
    rows = (
        f"{t!r},{names[k]}"
        for t, k in zip(data["spike_time"].values.tolist(), data["spike_neuron"].values, strict=True)
    )
    return write_file(target, "\n".join(["time,neuron", *rows]) + "\n", "the spikes")


def to_neo(run: NetworkRun) -> Any:
    """The spikes as a Neo block: a segment with a spike train for every spiking neuron.

    Raises:
        LapicqueError: the package neo is not installed.
    """
    try:
        import neo
    except ImportError as error:
        raise LapicqueError("the package neo is not installed: pip install neo.") from error
    segment = neo.Segment(name="ngspice")
    for name, times in run.spikes.items():
        segment.spiketrains.append(neo.SpikeTrain(times, units="s", t_stop=run.prepared.stop, name=name))
    block = neo.Block(name=run.prepared.composed.network.title)
    block.segments.append(segment)
    return block
