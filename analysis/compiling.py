"""Who waits for the compiler is told."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numba.core.dispatcher import Dispatcher


@cache
def say_if_it_compiles(function: Dispatcher, what: str) -> None:
    """Log one line before a first run that waits for the compiler; nothing where the machine code is kept.

    Args:
        function: that is called next.
        what: it runs, such as "circuits that switch".

    Python writes it to stderr where nobody has set up logging: on a terminal and in a notebook alike.
    """
    written, where = function.py_func, function.stats.cache_path
    if where is None:
        return
    stem = f"{Path(written.__code__.co_filename).stem}.{written.__qualname__}"
    if not any(Path(where).glob(f"{stem}-*.nbi")):
        _say(what)


@cache
def _say(what: str) -> None:
    """The line, once a process."""
    logging.getLogger("lapicque").warning(
        f"lapicque compiles its solver of {what} for this machine, once: that takes up to a minute, later runs do "
        "without."
    )
