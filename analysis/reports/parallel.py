"""The main job on many circuits, on all cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import cache, partial
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any

from ...circuits.circuit import Circuit
from ...circuits.errors import LapicqueError
from ...circuits.library import circuit_of
from ...circuits.units import Value
from ...netlists.ngspice.errors import NgspiceMissingError
from ...netlists.ngspice.lifeline import end_with
from ..limits import Tolerance
from ..verification import verify
from .summary import Summary, Unread, summarise

if TYPE_CHECKING:
    from ...netlists.ngspice.engine import Engine

LARGE = 100
"""Elements from which on a circuit takes long."""


def verify_many(
    circuits: Sequence[str | Circuit],
    accuracy: str = "standard",
    changes: Mapping[str, Any] | None = None,
    tolerance: Tolerance | None = None,
    pictures: bool = False,
    workers: int = 2,
    stop: Value | None = None,
) -> Iterator[Summary]:
    """Do the main job on circuits, several at a time.

    Args:
        circuits: names of the library's, or circuits.
        accuracy: of ngspice.
        changes: builder parameters and element values, for each circuit.
        tolerance: what counts as agreement; what the accuracy promises unless given.
        pictures: draw what a report shows.
        workers: processes, each with an ngspice of its own; with 1 everything runs in this process.
        stop: end of each run; long enough to show what the circuit does unless given.

    Returns:
        Summaries in the order of the circuits, each as soon as it and those before it are there.

    Raises:
        UnknownNameError: no such circuit, parameter or accuracy.
    """
    for found in verify_each(circuits, accuracy, changes, tolerance, pictures, workers, stop):
        if isinstance(found, Unread):
            raise found.error
        yield found


def verify_each(
    circuits: Sequence[str | Circuit],
    accuracy: str = "standard",
    changes: Mapping[str, Any] | None = None,
    tolerance: Tolerance | None = None,
    pictures: bool = False,
    workers: int = 2,
    stop: Value | None = None,
) -> Iterator[Summary | Unread]:
    """Do the main job on circuits as `verify_many` does; one that is impossible does not stop the others."""
    job = partial(_one, accuracy, dict(changes or {}), tolerance, pictures, stop)
    if workers == 1 or len(circuits) == 1:
        with _engine() as engine:
            yield from (job(engine, what) for what in circuits)
        return
    # Forked: what is imported is there at once, and each child opens its own ngspice when it first needs it.
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, fork, end_with, (os.getpid(),)) as pool:
        futures = {k: pool.submit(_in_child, job, circuits[k]) for k in _order(circuits, changes)}
        try:
            yield from (futures[k].result() for k in range(len(circuits)))
        finally:
            for future in futures.values():
                future.cancel()


def _order(circuits: Sequence[str | Circuit], changes: Mapping[str, Any] | None) -> list[int]:
    """Which circuit is begun when: what takes long first, so that no process is left alone with it at the end.

    The second is a short one all the same: its model is of the other kind, and where nothing was compiled yet, each of
    two processes compiles what both will need.
    """
    large = [_is_large(what, changes) for what in circuits]
    long, short = ([k for k, is_long in enumerate(large) if is_long == kind] for kind in (True, False))
    return [*long[:1], *short[:1], *long[1:], *short[1:]]


def _is_large(what: str | Circuit, changes: Mapping[str, Any] | None) -> bool:
    """Whether a circuit takes long; not where it cannot be built, which is said in its turn."""
    try:
        return len(circuit_of(what, changes).elements) > LARGE
    except LapicqueError:
        return False


def _in_child(job: Callable[[Engine | None, str | Circuit], Summary | Unread], what: str | Circuit) -> Summary | Unread:
    return job(_own_engine(os.getpid()), what)


@cache
def _own_engine(process: int) -> Engine | None:
    """The engine of a process, closed when that ends: to start and to end one takes longer than many a circuit."""
    engine = _engine().__enter__()
    if engine is not None:  # a child of multiprocessing waits for its own children, and knows no `atexit`
        Finalize(engine, engine.close, exitpriority=1)
    return engine


def _one(
    accuracy: str, changes: dict[str, Any], tolerance: Tolerance | None, pictures: bool, stop: Value | None,
    engine: Engine | None, what: str | Circuit,
) -> Summary | Unread:  # fmt: skip
    try:
        return summarise(verify(what, engine, accuracy, changes, tolerance, stop, curves=pictures), pictures)
    except LapicqueError as error:
        return Unread(what if isinstance(what, str) else what.title, error)


def _engine() -> AbstractContextManager[Engine | None]:
    from ...netlists.ngspice.engine import Engine

    try:
        return Engine(1)
    except NgspiceMissingError:
        return nullcontext()
