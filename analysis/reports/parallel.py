"""The main job on many circuits, on all cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from ...circuits.circuit import Circuit
from ...circuits.units import Value
from ...netlists.ngspice.errors import NgspiceMissingError
from ...netlists.ngspice.lifeline import end_with
from ..comparison import Tolerance
from ..verification import verify
from .summary import Summary, summarise

if TYPE_CHECKING:
    from ...netlists.ngspice.engine import Engine


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
    job = partial(_one, accuracy, dict(changes or {}), tolerance, pictures, stop)
    if workers == 1 or len(circuits) == 1:
        yield from map(job, circuits)
        return
    # Forked: what is imported is there at once, and each child opens its own ngspice when it first needs it.
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, fork, end_with, (os.getpid(),)) as pool:
        yield from pool.map(job, circuits)


def _one(
    accuracy: str, changes: dict[str, Any], tolerance: Tolerance | None, pictures: bool, stop: Value | None,
    what: str | Circuit,
) -> Summary:  # fmt: skip
    with _engine() as engine:
        return summarise(verify(what, engine, accuracy, changes, tolerance, stop), pictures)


def _engine() -> AbstractContextManager[Engine | None]:
    from ...netlists.ngspice.engine import Engine

    try:
        return Engine(1)
    except NgspiceMissingError:
        return nullcontext()
