"""Arrays from files of others: what a file says of itself is looked at before memory is given to it."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import numpy as np

from ...circuits.errors import LapicqueError

BYTES = 256 << 20
"""Most bytes of an array, and of a table as text."""


def read_npy(path: Path) -> np.ndarray:
    """The array of a `.npy` file.

    Raises:
        LapicqueError: too large, Python objects, cut off, or no such file.
    """
    with path.open("rb") as opened:
        return _checked(opened, str(path))


def read_npz(path: Path, wanted: Iterable[str]) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    """Those arrays of a `.npz` file that are wanted; the others are not unpacked.

    Args:
        path: of the file.
        wanted: names of arrays.

    Returns:
        The arrays that are there, by name, and the names of all.

    Raises:
        LapicqueError: no archive, or a wanted array that `read_npy` would refuse.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = tuple(n.removesuffix(".npy") for n in archive.namelist())
            found = {}
            for name in wanted:
                if f"{name}.npy" in archive.namelist():
                    with archive.open(f"{name}.npy") as opened:
                        found[name] = _checked(opened, f"{name} in {path}")
            return found, names
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise LapicqueError(f"cannot read {str(path)!r}: {error}.") from error


def _checked(opened: IO[bytes], what: str) -> np.ndarray:
    """An array whose header says that it is one of numbers, and not too large."""
    try:
        version = np.lib.format.read_magic(opened)
        reader = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
        shape, in_columns, kind = reader(opened)
    except Exception as error:  # NumPy reads the header with Python's own parser, whose errors are many
        raise LapicqueError(f"cannot read {what!r}: it is no array of NumPy's, or cut off.") from error
    if kind.kind not in "fiub":
        raise LapicqueError(f"cannot read {what!r}: it holds {kind}, and numbers are needed.")
    if math.prod(shape) * kind.itemsize > BYTES:
        raise LapicqueError(f"cannot read {what!r}: its shape is {shape}, more than {BYTES >> 20} MB.")
    size = math.prod(shape) * kind.itemsize
    data = opened.read(size)
    if len(data) < size:
        raise LapicqueError(f"cannot read {what!r}: it is cut off.")
    array: Any = np.frombuffer(data, dtype=kind)
    return array.reshape(shape, order="F" if in_columns else "C")


def read_table(path: Path) -> tuple[list[str], np.ndarray]:
    """The columns of a `.csv` file.

    Returns:
        Its header (empty where the first line is numbers), and the numbers, shape (rows, columns).

    Raises:
        LapicqueError: too large, no text, no numbers, rows of different lengths.
    """
    if path.stat().st_size > BYTES:
        raise LapicqueError(f"cannot read {str(path)!r}: it is larger than {BYTES >> 20} MB.")
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    head = [word.strip().lower() for word in lines[0].split(",")] if lines else []
    named = {"time", "line"} <= set(head)
    rows = [line for line in lines[1 if named else 0 :] if line.strip()]
    if not rows:
        return (head if named else []), np.zeros((0, len(head) if named else 0))
    return (head if named else []), np.loadtxt(rows, delimiter=",", ndmin=2, comments="#")
