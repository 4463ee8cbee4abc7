"""Results as labelled arrays: building them from vectors, and NetCDF out and in."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import attrs
import numpy as np

from ...circuits.arguments import want
from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, C, Composite, CurrentProbe, Opaque, Probe, R, S, SpikeProbe
from ...circuits.errors import LapicqueError
from ...circuits.probes import signal_name
from ...circuits.runs.ties import ties
from ...circuits.runs.validity import left_ranges
from ...circuits.serialize import to_json
from ..files.netcdf_names import with_own_names, with_stored_names
from ..files.whole import write_file
from ..spice.analyses import AC, DCSweep, NoiseSpectrum, OperatingPoint, Transient
from ..spice.devices import ammeter
from ..spice.spice import Netlist
from .noise_results import noise_dataset

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

AXES = {Transient: ("time", "s"), AC: ("frequency", "Hz"), DCSweep: ("sweep", "V"), OperatingPoint: (None, "")}
_AXIS_VECTORS = ("time", "frequency", "v-sweep", "i-sweep")


Signal = tuple[tuple[tuple[str, float], ...], str]
"""(ngspice vector, factor) pairs whose sum is the signal, and its unit."""


def signals(circuit: Circuit, netlist: Netlist) -> dict[str, Signal]:
    """Which vectors make which of our signals.

    Returns:
        Our name to its vectors and unit. Probes give the names; nodes that were asked for, or all of a
        circuit without probes, give their own.
    """
    nodes = netlist.names.nodes
    found: dict[str, Signal] = {}
    for probe in (*circuit.of_type(Probe), *circuit.of_type(SpikeProbe)):
        found[probe.name] = (_difference(nodes, probe.plus, probe.minus, 1.0), getattr(probe, "unit", "V"))
    for current in circuit.of_type(CurrentProbe):
        element = circuit.element(current.sensor)
        if isinstance(element, R):
            found[current.name] = (_difference(nodes, element.plus, element.minus, 1 / element.value), "A")
        elif isinstance(element, (S, C)):
            found[current.name] = (((f"@{netlist.names.elements[element.name].lower()}[i]", 1.0),), "A")
        else:
            names = netlist.names
            metered = isinstance(element, (Composite, Opaque))
            full = (ammeter(element, names) if metered else names.elements[element.name]).lower()
            found[current.name] = (((f"{full}#branch", 1.0),), "A")
    for node in netlist.kept:
        own = (_difference(nodes, node, GROUND, 1.0), "V")
        if found.get(node, ("",))[0] != own[0]:
            found[signal_name(node, found)] = own
    return found


def _difference(nodes: dict[str, str], plus: str, minus: str, factor: float) -> tuple[tuple[str, float], ...]:
    pairs = ((nodes[plus], factor), (nodes[minus], -factor))
    return tuple((name, f) for name, f in pairs if name != "0")


def dataset(circuit: Circuit, netlist: Netlist, vectors: dict[str, NDArray[Any]], version: str) -> xarray.Dataset:
    """Name the vectors as the circuit does.

    Args:
        circuit: what was simulated.
        netlist: its text.
        vectors: what ngspice gave, lower-case names.
        version: ngspice's version.

    Returns:
        Signals over `time`, `frequency` or `sweep`, units in their attributes; how they were made in the
        attributes of the dataset.
    """
    import xarray

    if isinstance(netlist.analysis, NoiseSpectrum):
        return noise_dataset(circuit, netlist.names, netlist.analysis, vectors).assign_attrs(
            provenance(circuit, netlist, version)
        )
    axis, unit = AXES[type(netlist.analysis)]
    if "i-sweep" in vectors:
        unit = "A"
    made: dict[str, Any] = {}
    points = len(next(iter(vectors.values())))
    for name, (parts, signal_unit) in signals(circuit, netlist).items():
        if all(len(vectors.get(v, ())) for v, _ in parts):
            data = sum((vectors[v] * f for v, f in parts), np.zeros(points))
            made[name] = ((axis,), data, {"units": signal_unit}) if axis else ((), data[-1], {"units": signal_unit})
    coords = {}
    if axis:
        key = next((v for v in _AXIS_VECTORS if v in vectors), None)
        coords = {axis: ((axis,), np.real(vectors[key]), {"units": unit})} if key else {}
    left = left_ranges(circuit, {name: data for name, (_, data, _) in made.items()})
    said = " ".join(filter(None, [ties(circuit) if isinstance(netlist.analysis, Transient) else "", left]))
    attributes = {**provenance(circuit, netlist, version), **({"warning": said} if said else {})}
    return xarray.Dataset(made, coords=coords, attrs=attributes)


def provenance(circuit: Circuit, netlist: Netlist, version: str) -> dict[str, Any]:
    """How a result was made, as plain attributes that NetCDF can hold."""
    return {
        "title": circuit.title,
        "simulator": version,
        "accuracy": netlist.accuracy.name,
        "options": json.dumps(attrs.asdict(netlist.accuracy), sort_keys=True),
        "analysis": json.dumps({"type": type(netlist.analysis).__name__, **attrs.asdict(netlist.analysis)}),
        "max_step": netlist.max_step if netlist.max_step is not None else float("nan"),
        "netlist": netlist.readable,
        "circuit": to_json(circuit, indent=None),
        "versions": json.dumps(versions(), sort_keys=True),
    }


@cache
def versions() -> dict[str, str]:
    """Versions of what takes part in a result."""
    packages = {p: metadata.version(p) for p in ("lapicque", "PySpice", "numpy", "scipy", "sympy")}
    return {"python": platform.python_version(), **packages}


def save(result: xarray.Dataset | Labelled, path: str | Path) -> Path:
    """Write a result as NetCDF (complex signals as pairs of real ones).

    Args:
        result: of `simulate`, or of a sweep.
        path: of the file.

    Raises:
        KindError: something else.
        LapicqueError: the file cannot be written.
    """
    split = in_pairs(with_stored_names(_labelled(result).copy()))
    # In memory first: HDF5 ends the process when the disk is full.
    whole = BytesIO()
    split.to_netcdf(whole, engine="h5netcdf")
    return write_file(path, whole.getvalue())


class Labelled(Protocol):
    """What holds a dataset, as the result of a sweep does."""

    @property
    def data(self) -> xarray.Dataset:
        """All that there is to be kept."""
        ...


def _labelled(result: object) -> xarray.Dataset:
    """The dataset that is meant."""
    import xarray

    held = getattr(result, "data", None)
    if not isinstance(result, xarray.Dataset) and isinstance(held, xarray.Dataset):
        return held
    advice = "it is what `simulate` or a sweep gave"
    if isinstance(getattr(result, "spikes", None), Mapping):
        advice = "of the run of a network keep its spike times, `numpy.savez('spikes.npz', **run.spikes)`"
    return want(result, xarray.Dataset, "result", advice)


def load(path: str | Path) -> xarray.Dataset:
    """Read what `save` wrote.

    Raises:
        LapicqueError: the file is not there or is no result.
    """
    import xarray

    try:
        with xarray.open_dataset(
            want(path, (str, Path), "path", "give the name of a file"), engine="h5netcdf"
        ) as opened:
            result = opened.load()
    except (OSError, ValueError, RuntimeError, KeyError, AttributeError) as error:
        if isinstance(error, LapicqueError):
            raise
        why = " ".join(str(error).split())[:300]
        raise LapicqueError(f"cannot read {str(path)!r}: {why}.") from error
    return with_own_names(_of_pairs(result))


def in_pairs(result: xarray.Dataset) -> xarray.Dataset:
    """Complex signals as two real ones, each of which says of which signal it is a part."""
    names = [str(n) for n in result.data_vars if np.iscomplexobj(result[n])]
    pairs = {}
    for name in names:
        for part, values in (("re", np.real(result[name])), ("im", np.imag(result[name]))):
            stored = f"{name}__{part}"
            while stored in result or stored in pairs:  # a node may have that very name
                stored += "_"
            pairs[stored] = values.assign_attrs(result[name].attrs, complex_of=name, complex_part=part)
    return result.drop_vars(names).assign(pairs)


def _of_pairs(result: xarray.Dataset) -> xarray.Dataset:
    parts: dict[str, dict[str, str]] = {}
    for stored, values in result.data_vars.items():
        if "complex_of" in values.attrs:
            parts.setdefault(values.attrs["complex_of"], {})[values.attrs["complex_part"]] = str(stored)
    whole = {}
    for name, part in parts.items():
        attributes = {k: v for k, v in result[part["re"]].attrs.items() if k not in ("complex_of", "complex_part")}
        whole[name] = result[part["re"]] + 1j * result[part["im"]]
        whole[name].attrs = attributes
    return result.drop_vars([stored for part in parts.values() for stored in part.values()]).assign(whole)
