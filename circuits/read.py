"""Circuits from files."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .arguments import want
from .circuit import Circuit
from .errors import LapicqueError

LARGEST = 64 << 20
"""Bytes of the largest file that is read as a circuit."""


def read(path: str | Path) -> Circuit:
    """Read a circuit from a file.

    Args:
        path: of JSON text, as `Circuit.to_json` writes it.

    Raises:
        KindError: no path.
        LapicqueError: no such file, no regular file, too large, no text.
        CircuitError: text that is no circuit; says where.
        QuantityError: a value that cannot be read.
    """
    return Circuit.from_json(_text(path))


def bytes_of(path: str | Path, called: str) -> bytes:
    """The bytes of a regular file.

    Args:
        path: of the file.
        called: its name in messages.

    Raises:
        LapicqueError: no such file, no regular file, or too large.
    """
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise LapicqueError(f"cannot read {called!r}: it is no regular file.")
        if found.st_size > LARGEST:
            raise LapicqueError(f"{called!r} is larger than {LARGEST >> 20} MB: that is no circuit.")
        with open(path, "rb") as file:
            return file.read(LARGEST)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise LapicqueError(f"cannot read {called!r}: {why}.") from error


def _text(path: str | Path) -> str:
    want(path, (str, Path), "path", "give the name of a file, such as 'rc.json'")
    try:
        return bytes_of(path, str(path)).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LapicqueError(f"cannot read {str(path)!r}: it is no text in UTF-8.") from error
