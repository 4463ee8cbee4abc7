"""Netlists of runs that failed are kept for a look: the newest few, in one folder."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

KEPT = 20
"""How many."""


def cache_folder() -> Path:
    """The user's folder for files that can be missed (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def keep(text: str) -> str:
    """Write a netlist to a file of its own.

    Returns:
        Its path; empty where no file can be written, for the error of the run matters more.
    """
    folder = cache_folder() / "lapicque" / "failed"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(prefix="run-", suffix=".cir", dir=folder)
        with os.fdopen(handle, "w") as file:
            file.write(text)
    except OSError:
        return ""
    _forget(folder)
    return path


def _forget(folder: Path) -> None:
    """Take the oldest away; another process may do the same."""
    ages: dict[Path, float] = {}
    for file in folder.glob("run-*.cir"):
        with contextlib.suppress(OSError):
            ages[file] = file.stat().st_mtime
    for file in sorted(ages, key=ages.__getitem__)[:-KEPT]:
        file.unlink(missing_ok=True)
