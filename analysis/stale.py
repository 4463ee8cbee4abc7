"""Compiled functions that were kept of older sources."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


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
