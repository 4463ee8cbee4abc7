"""Find the ngspice shared library, which Debian installs without the name that PySpice looks for."""

from __future__ import annotations

import ctypes.util
import os
from pathlib import Path

from .errors import NgspiceMissingError

HOW_TO_GET = (
    "ngspice is not on this machine: install it with 'apt install ngspice libngspice0' (Debian, Ubuntu), "
    "'brew install ngspice' (macOS), or set NGSPICE_LIBRARY_PATH to the library file."
)
_FOLDERS = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib")


def find_library() -> str:
    """Locate libngspice.

    Returns:
        What the loader can open: a path, or a name that the loader resolves.

    Raises:
        NgspiceMissingError: none found; says how to get it.
    """
    named = os.environ.get("NGSPICE_LIBRARY_PATH")
    if named is not None:
        if not Path(named).exists():
            raise NgspiceMissingError(f"NGSPICE_LIBRARY_PATH is {named!r}, where there is no file. {HOW_TO_GET}")
        return named
    for folder in map(Path, _FOLDERS):
        for pattern in ("libngspice.so*", "*/libngspice.so*", "libngspice*.dylib"):
            if matches := sorted(folder.glob(pattern)):
                return str(matches[0])
    if found := ctypes.util.find_library("ngspice"):
        return found
    raise NgspiceMissingError(HOW_TO_GET)
