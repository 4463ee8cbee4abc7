"""Running a sweep: batches to workers, results to disk as they come, what is lost done again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ...circuits.errors import DesignError, LapicqueError
from ...netlists.spice.analyses import Transient
from ..models.model import solve
from .driver import Driver
from .executors import Executor
from .labelled import labelled
from .plan import Sweep
from .store import SweepStopped, store_in
from .worker import Recipe, RunResult

if TYPE_CHECKING:
    import xarray


def run_sweep(
    sweep: Sweep, executor: Executor, folder: str | Path | None = None, resume: bool = False,
    retry: bool = False, advance: Callable[[int], None] = lambda runs: None, only: Iterable[int] | None = None,
) -> xarray.Dataset:  # fmt: skip
    """Run a sweep.

    Args:
        sweep: what is to be done.
        executor: who does it (`Processes` or `Cluster`).
        folder: where results are kept as they come; None keeps them in memory alone.
        resume: go on with what the folder holds.
        retry: when resuming, do the runs again that failed.
        advance: called with the number of runs that are done.
        only: numbers of the runs that are done, the others are `missing`; all of them unless given.

    Returns:
        The figures, the values, and of each run whether it failed and why; over the axes of a grid, or over `run`. The
        same numbers whatever the executor, the number of workers and the interruptions.

    Raises:
        NgspiceMissingError: the runs are ngspice's, and there is none.
        StoreError: results cannot be written; `partial` holds what was computed.
        ClusterLost: the scheduler is gone; what was done is in the folder.
    """
    if folder is None and (resume or retry):
        raise DesignError("resume goes on with what a folder holds: name the folder.")
    store = store_in(folder, sweep.fingerprint) if folder is not None else None
    if sweep.leg == "ngspice":
        executor.want_ngspice()
    done: dict[int, RunResult] = {}
    if store is not None:
        store.open(sweep.describe(), resume)
        done, damaged = store.read()
        store.remove(damaged)
        done = {k: r for k, r in done.items() if not (retry and r.error)}
        advance(len(done))
    _warm(sweep)
    driver = Driver(sweep, executor, store, done, advance)
    try:
        driver.run(range(sweep.design.runs) if only is None else only)
    except SweepStopped as error:
        error.partial = labelled(sweep, done)
        raise
    return labelled(sweep, done)


def _warm(sweep: Sweep) -> None:
    """Derive and write the first run here: workers that are forked later know all that is kept of it."""
    from ...netlists.spice.prepare import Job, prepare

    try:
        if isinstance(sweep.analysis, Transient) and sweep.leg == "model":
            solve(Recipe(sweep.what, sweep.common).build(sweep.design.of(0)), sweep.analysis.stop)
            return
        prepare(Job(Recipe(sweep.what, sweep.common).build(sweep.design.of(0)), sweep.analysis, sweep.accuracy))
    except LapicqueError:
        return  # the run itself will say so
