"""Compiled functions that are kept: those of older sources are forgotten, and who waits for one is told."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numba.core.dispatcher import Dispatcher


def forget_stale(folder: Path) -> int:
    """Remove what numba keeps of a folder's functions, if a source in it is newer.

    Numba asks whether the file of a function has changed, not whether those of the functions have that it calls: after
    an update of some files it would go on with the old ones.

    Args:
        folder: with sources, and what is kept in `__pycache__`.

    Returns:
        How many files were removed.
    """
    kept = [p for p in (folder / "__pycache__").glob("*.nb?") if p.suffix in (".nbi", ".nbc")]
    with suppress(OSError):  # another process may remove them at this moment
        newest = max(p.stat().st_mtime for p in folder.glob("*.py"))
        if all(p.stat().st_mtime >= newest for p in kept):
            return 0
    for p in kept:
        with suppress(OSError):  # a folder that cannot be written is none that numba writes to
            p.unlink(missing_ok=True)
    return len(kept)


@cache
def say_if_it_compiles(function: Dispatcher) -> None:
    """Log one line before a first run that waits for the compiler; nothing where the machine code is kept.

    Python writes it to stderr where nobody has set up logging: on a terminal and in a notebook alike.
    """
    written, where = function.py_func, function.stats.cache_path
    if where is None:
        return
    stem = f"{Path(written.__code__.co_filename).stem}.{written.__qualname__}"
    if not any(Path(where).glob(f"{stem}-*.nbi")):
        _say()


@cache
def _say() -> None:
    """The line, once a process."""
    logging.getLogger("lapicque").warning(
        "lapicque compiles its solver for this machine, once: that takes up to a minute, later runs do without."
    )
