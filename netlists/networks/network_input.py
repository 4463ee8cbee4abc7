"""Files with what enters a network: rasters (a row each time step) and lists of events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from attrs import frozen

from ...circuits.arguments import want
from ...circuits.errors import LapicqueError, QuantityError
from ...circuits.networks.inputs import SpikeInput, from_raster
from ...circuits.units import parse, show
from ..files.arrays import read_npy, read_npz, read_table

DT = 1e-4
"""Time step of a raster unless given, seconds: that of NIR's paper."""

SHOWN = 10
"""Arrays of a file that an error names."""


@frozen(eq=False)
class InputFile:
    """What a file held.

    Attributes:
        inputs: one for each input of the network.
        stop: end of what the file describes, seconds.
        height_for_dt: the file is a raster, whose ones are naturally of height 1 for a time step.
        notes: what was assumed.
    """

    inputs: tuple[SpikeInput, ...]
    stop: float
    height_for_dt: bool
    notes: tuple[str, ...]


def read_input(
    file: str | Path | None, wanted: dict[str, int], dt: float = DT, columns: tuple[int, ...] = (),
    meaning: str = "auto",
) -> InputFile:  # fmt: skip
    """Read the input of a network.

    Args:
        file: `.csv` with the header `time,line` (seconds, from 0) is a list of events; any other `.csv`, and `.npy`, is
            a raster of 0 and 1 of shape (steps, lines); `.npz` holds rasters by the input's name, or `times` and
            `lines`. None: nothing enters.
        wanted: name of each input to its number of lines.
        dt: time step of a raster, seconds.
        columns: of a raster, those that are lines; the first ones unless given.
        meaning: "area": a spike is a pulse as short as the network's; "height": it has height 1 for dt; "auto":
            height for rasters, area for events.

    Raises:
        LapicqueError: no such file, an ending that is not known, no numbers.
        QuantityError: values other than 0 and 1, times that are not in order, another number of lines.
    """
    if file is None:
        silent = tuple(SpikeInput(n, tuple(np.zeros(0) for _ in range(k))) for n, k in wanted.items())
        return InputFile(silent, 0.0, meaning == "height", ("no input: the network is left to itself",))
    path = Path(want(file, (str, Path), "file", "give the name of a file, or None"))
    if not path.is_file():
        raise LapicqueError(f"cannot read {str(path)!r}: there is no such file.")
    if not wanted:
        raise QuantityError(f"this network has no input: nothing of {path.name} could enter it.")
    if not parse(dt, "dt") > 0:
        raise QuantityError(f"dt is {dt}: a time step must be greater than zero.")
    content = _content(path, wanted)
    if {"times", "lines"} <= content.keys():
        return _events(content["times"], content["lines"], wanted, dt, meaning)
    return _rasters(path, content, wanted, dt, columns, meaning)


def _content(path: Path, wanted: dict[str, int]) -> dict[str, np.ndarray]:
    """Arrays by name: `times` and `lines`, or a raster for each input."""
    first = next(iter(wanted))
    try:
        if path.suffix == ".npy":
            return {first: read_npy(path)}
        if path.suffix == ".npz":
            return _chosen(path, *read_npz(path, (*wanted, "times", "lines")), wanted)
        if path.suffix == ".csv":
            head, table = read_table(path)
            if not head:
                return {first: table}
            return {"times": table[:, head.index("time")], "lines": table[:, head.index("line")]}
    except LapicqueError:
        raise
    except (OSError, ValueError, EOFError, IndexError) as error:
        raise LapicqueError(
            f"cannot read {str(path)!r}: {error}. A .csv is a raster of numbers, or has the header time,line."
        ) from error
    raise LapicqueError(f"cannot read {str(path)!r}: give a file that ends in .csv, .npy or .npz.")


def _chosen(
    path: Path, found: dict[str, np.ndarray], names: tuple[str, ...], wanted: dict[str, int]
) -> dict[str, np.ndarray]:
    missing = [name for name in wanted if name not in found]
    if missing and not {"times", "lines"} <= found.keys():
        there = ", ".join(names[:SHOWN]) or "nothing"
        raise QuantityError(f"{path.name} has no raster for input {missing[0]!r}; it has {there}.")
    return found if missing else {name: found[name] for name in wanted}


def _events(times: np.ndarray, lines: np.ndarray, wanted: dict[str, int], dt: float, meaning: str) -> InputFile:
    if len(wanted) != 1:
        raise QuantityError(f"a list of events is for one input; this network has {', '.join(map(repr, wanted))}.")
    name, size = next(iter(wanted.items()))
    times, lines = np.asarray(times, dtype=float), np.asarray(lines, dtype=float)
    if times.ndim != 1 or times.shape != lines.shape:
        raise QuantityError(f"times has shape {times.shape} and lines {lines.shape}: each event has one of both.")
    if not len(times):
        raise QuantityError("the list of events is empty: leave --input away where nothing enters.")
    if (odd := np.flatnonzero(~np.isfinite(times))).size:
        raise QuantityError(f"event {odd[0]} is at {times[odd[0]]}: give finite times in seconds.")
    if (odd := np.flatnonzero((lines != np.round(lines)) | (lines < 0) | (lines >= size))).size:
        raise QuantityError(f"event {odd[0]} is on line {lines[odd[0]]:g}: {name!r} has lines 0 to {size - 1}.")
    trains = tuple(np.asarray(times[lines == k], dtype=float) for k in range(size))
    width = dt if meaning == "height" else None
    stop = float(np.max(times, initial=0.0))
    return InputFile((SpikeInput(name, trains, width),), stop, meaning == "height", ())


def _rasters(
    path: Path, tables: dict[str, np.ndarray], wanted: dict[str, int], dt: float, columns: tuple[int, ...], meaning: str
) -> InputFile:
    inputs, notes, steps = [], [f"rows of {path.name} are {show(dt, 's')} apart"], 0
    for name, size in wanted.items():
        table = np.asarray(tables[name], dtype=float) if name in tables else np.zeros(0)
        if table.ndim == 0 or not table.size:
            raise QuantityError(f"{path.name} has no raster for input {name!r}: a row each time step is needed.")
        table = table.reshape(len(table), -1)
        chosen = list(columns) or list(range(size))
        if len(chosen) != size or not all(0 <= k < table.shape[1] for k in chosen):
            raise QuantityError(
                f"input {name!r} has {size} lines; {path.name} has {table.shape[1]} columns"
                + (f", of which {len(chosen)} were chosen." if columns else "; choose with columns.")
            )
        if table.shape[1] > size and not columns:
            notes.append(f"{path.name} has {table.shape[1]} columns: the first {size} are the input")
        inputs.append(from_raster(name, table[:, chosen], dt, meaning != "area"))
        steps = max(steps, len(table))
    return InputFile(tuple(inputs), steps * dt, meaning != "area", tuple(notes))
