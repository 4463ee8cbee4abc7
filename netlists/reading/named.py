"""Which names are those of files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

ENDINGS = frozenset({".cir", ".sp", ".net", ".ckt", ".spice", ".spi", ".asc", ".json", ".py"})
"""Of files with circuits: netlists, schematics, JSON, Python."""


def is_own(name: str) -> bool:
    """Whether a name is that of a file, or of standard input (`-`), rather than of a circuit of the library."""
    path, _, _ = split(name)
    if name == "-" or path.suffix.lower() in ENDINGS:
        return True
    with suppress(OSError, ValueError):  # too long for a file, or with a zero in it
        return path.is_file()
    return False


def split(name: str) -> tuple[Path, str, str]:
    """Path, what is asked for in it, and the name without that.

    >>> split("cells.py:fast")[1:], split("rc.cir")[1:]
    (('fast', 'cells.py'), ('', 'rc.cir'))
    """
    head, colon, tail = name.rpartition(":")
    if colon and head.lower().endswith(".py"):
        return Path(head), tail, head
    return Path(name), "", name
