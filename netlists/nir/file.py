"""Opening a NIR file of somebody else: looked through before anything of it is read."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...circuits.arguments import want
from ...circuits.errors import LapicqueError

if TYPE_CHECKING:
    import h5py

BYTES = 256 << 20
"""Most bytes of all arrays together, unpacked: a compressed file of a few kilobytes may say that it holds terabytes."""
ENTRIES = 1_000_000
"""Most groups and arrays of a file."""
DEPTH = 64
"""Most graphs inside graphs: three levels of groups each, and readers that call themselves."""


def open_graph(file: str | Path) -> Any:
    """Read a NIR file.

    Args:
        file: HDF5 as `nir.write` makes it.

    Returns:
        A `nir.NIRGraph`.

    Raises:
        LapicqueError: no such file, cut off, of a newer version, too large, or with links that lead out of it.
    """
    import nir

    path = Path(want(file, (str, Path), "file", "give the name of a NIR file"))
    if not path.is_file():
        raise LapicqueError(f"cannot read {str(path)!r}: there is no such file.")
    written = _looked_through(path)
    if _release(written) > _release(nir.__version__):
        raise LapicqueError(
            f"{str(path)!r} was written by NIR {written}; NIR {nir.__version__} is installed here and cannot know what "
            "changed: update the package nir."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is wrong with a shape is said by us, with the node's name
            return nir.read(path, type_check=False)
    except Exception as error:  # whatever a stranger's file makes of somebody else's reader
        why = " ".join(str(error).split())[:300]
        raise LapicqueError(
            f"cannot read the NIR graph in {str(path)!r}: {type(error).__name__}: {why}; written by NIR {written}."
        ) from error


def _looked_through(path: Path) -> str:
    """The version that wrote the file, whose content is as it should be."""
    import h5py

    try:
        with h5py.File(path, "r") as opened:
            if "node" not in opened:
                raise LapicqueError(f"{str(path)!r} is an HDF5 file without a NIR graph.")
            _check(opened, path)
            return _version(opened, path)
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        if isinstance(error, LapicqueError):
            raise
        raise LapicqueError(f"cannot read {str(path)!r}: it is no HDF5 file, or is cut off ({error}).") from error


def _check(opened: h5py.File, path: Path) -> None:
    """Size, kind and place of all that is in a file, without reading it."""
    import h5py

    waiting: list[tuple[Any, int]] = [(opened, 0)]
    seen: set[Any] = set()
    total, entries = 0, 0
    while waiting:
        group, depth = waiting.pop()
        if depth > 3 * DEPTH:
            raise LapicqueError(f"cannot read {str(path)!r}: graphs lie in more than {DEPTH} graphs.")
        for name in group:
            entries += 1
            if entries > ENTRIES:
                raise LapicqueError(f"cannot read {str(path)!r}: it has more than {ENTRIES:,} entries.")
            where = f"{group.name.rstrip('/')}/{name}"[:200]
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise LapicqueError(f"cannot read {str(path)!r}: {where!r} is a link to another place.")
            found = group[name]
            if isinstance(found, h5py.Group):
                if found.id in seen:
                    raise LapicqueError(f"cannot read {str(path)!r}: {where!r} is there under two names.")
                seen.add(found.id)
                waiting.append((found, depth + 1))
            else:
                total += _bytes(found, where, path)
            if total > BYTES:
                raise LapicqueError(
                    f"cannot read {str(path)!r}: with {where!r}, which has shape {getattr(found, 'shape', ())}, its "
                    f"arrays take more than {BYTES >> 20} MB."
                )


def _bytes(found: Any, where: str, path: Path) -> int:
    """Bytes of an array of numbers or words that lies in this file."""
    import h5py

    if not isinstance(found, h5py.Dataset) or found.external or found.is_virtual:
        raise LapicqueError(f"cannot read {str(path)!r}: {where!r} is no array that lies in this file.")
    if found.dtype.kind not in "fiubSO" or (found.dtype.kind == "O" and not h5py.check_string_dtype(found.dtype)):
        raise LapicqueError(f"cannot read {str(path)!r}: {where!r} holds {found.dtype}, neither numbers nor words.")
    return int(found.size or 0) * found.dtype.itemsize


def _version(opened: h5py.File, path: Path) -> str:
    if "version" not in opened:
        return "0"
    value: Any = opened["version"]
    text = value[()] if getattr(value, "shape", None) == () else None
    if isinstance(text, (bytes, str)):
        return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    raise LapicqueError(f"cannot read {str(path)!r}: its version is no word such as 1.0.")


def _release(version: str) -> tuple[int, int]:
    numbers = [int(part[:9]) for part in version.split(".")[:2] if part.isascii() and part.isdigit()]
    major, minor, *_ = (*numbers, 0, 0)
    return major, minor
