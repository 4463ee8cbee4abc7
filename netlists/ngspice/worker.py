"""The inside of a worker process: limits, no folder, one ngspice session that stays warm."""

from __future__ import annotations

import os
import resource
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .errors import NgspiceMissingError
from .failures import cache_folder
from .lifeline import end_with
from .ngspice_library import HOW_TO_GET, find_library
from .session import Outcome, open_session, run

_SESSION: list[Any] = []
"""The one ngspice of this worker process; filled by `start` (libngspice is one per process anyway)."""

_PROBLEM: list[str] = []
"""Why there is no session."""


def start(library: str | None, memory: int, parent: int) -> None:
    """Prepare a fresh worker.

    Args:
        library: path or name of libngspice; None to open what there is when it is first asked for.
        memory: bytes of address space that its runs may add to what the process has now.
        parent: process number of the one that this worker must not outlive.
    """
    end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _settle()
    if library is not None:
        _open(library)
    limit, most = _address_space() + memory, resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _open(library: str) -> None:
    try:
        _SESSION.append(open_session(library))
    except OSError as error:  # said by the first run, where it can reach the user
        _PROBLEM.append(f"the ngspice library {library!r} cannot be loaded ({error}).")


def _settle() -> None:
    """Live in a folder that is gone: no `.spiceinit` is read, nothing can be written, nothing is left."""
    os.environ["XDG_CACHE_HOME"] = str(cache_folder())
    folder = tempfile.mkdtemp(prefix="lapicque-")
    os.chdir(folder)
    os.rmdir(folder)
    os.environ["HOME"] = folder


@contextmanager
def somewhere() -> Iterator[None]:
    """Be in a folder that exists for a while: compilers and others ask where they are, and give up if it is nowhere."""
    try:
        os.getcwd()
    except FileNotFoundError:
        gone = os.open(".", os.O_RDONLY)
        os.chdir(os.sep)
        try:
            yield
        finally:
            os.fchdir(gone)
            os.close(gone)
    else:
        yield


def _address_space() -> int:
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 4 << 30


def session() -> Any:
    """The ngspice of this process; one that `start` did not open it in (a cluster's) opens it when first asked.

    Raises:
        NgspiceMissingError: there is none, or what was found is none.
    """
    if not _SESSION and not _PROBLEM:
        library, here, home = find_library(), os.open(".", os.O_RDONLY), os.environ.get("HOME")
        _settle()
        try:
            _open(library)
        finally:
            os.fchdir(here)
            os.close(here)
            os.environ.pop("HOME")
            os.environ.update({"HOME": home} if home is not None else {})
    if _PROBLEM:
        raise NgspiceMissingError(f"{_PROBLEM[0]} {HOW_TO_GET}")
    return _SESSION[0]


def simulate_text(text: str) -> tuple[Outcome, float]:
    """Run one netlist in this worker.

    Args:
        text: the netlist.

    Returns:
        The outcome and the seconds that all of it took in here.

    Raises:
        NgspiceMissingError: what was found as ngspice's library is none.
    """
    started = time.perf_counter()
    outcome = run(session(), text)
    return outcome, time.perf_counter() - started


def simulate_texts(texts: list[str]) -> list[tuple[Outcome, float]]:
    """Run several netlists in a row: one message there and one back."""
    return [simulate_text(text) for text in texts]


def resident_bytes() -> int:
    """Memory that this worker holds."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()
