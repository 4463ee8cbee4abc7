"""The main job on many circuits, on all cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from ...netlists.ngspice.errors import NgspiceMissingError
from ...netlists.ngspice.lifeline import end_with
from ..comparison import Tolerance
from ..verification import verify
from .summary import Summary, summarise

if TYPE_CHECKING:
    from ...netlists.ngspice.engine import Engine


def verify_many(
    names: Sequence[str],
    accuracy: str = "standard",
    changes: Mapping[str, Any] | None = None,
    tolerance: Tolerance | None = None,
    pictures: bool = False,
    workers: int = 2,
) -> Iterator[Summary]:
    """Do the main job on circuits of the library, several at a time.

    Args:
        names: of the circuits.
        accuracy: of ngspice.
        changes: builder parameters and element values, for each circuit.
        tolerance: what counts as agreement; what the accuracy promises unless given.
        pictures: draw what a report shows.
        workers: processes, each with an ngspice of its own; with 1 everything runs in this process.

    Returns:
        Summaries in the order of the names, each as soon as it and those before it are there.

    Raises:
        UnknownNameError: no such circuit, parameter or accuracy.
    """
    job = partial(_one, accuracy, dict(changes or {}), tolerance, pictures)
    if workers == 1 or len(names) == 1:
        yield from map(job, names)
        return
    # Forked: what is imported is there at once, and each child opens its own ngspice when it first needs it.
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, fork, end_with, (os.getpid(),)) as pool:
        yield from pool.map(job, names)


def _one(accuracy: str, changes: dict[str, Any], tolerance: Tolerance | None, pictures: bool, name: str) -> Summary:
    with _engine() as engine:
        return summarise(verify(name, engine, accuracy, changes, tolerance), pictures)


def _engine() -> AbstractContextManager[Engine | None]:
    from ...netlists.ngspice.engine import Engine

    try:
        return Engine(1)
    except NgspiceMissingError:
        return nullcontext()
