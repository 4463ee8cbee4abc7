"""Who does the runs: processes of this machine, or a Dask cluster; both are asked in the same way."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, Protocol

from ...circuits.errors import LapicqueError
from ...netlists.ngspice.errors import NgspiceMissingError
from ...netlists.ngspice.ngspice_library import find_library
from ...netlists.ngspice.pool import WorkerPool, worker_count
from .store import SweepStopped
from .worker import ngspice_here

ANSWER = 30.0
"""Seconds that a worker of a cluster may take to say whether it has ngspice."""


class ClusterLost(SweepStopped):
    """The cluster's scheduler does not answer any more."""


class Executor(Protocol):
    """What a sweep needs of those who do its runs."""

    workers: int

    def submit(self, function: Callable[..., Any], argument: Any, seconds: float) -> Future[Any]:
        """Run a function somewhere; a future that is not done in time fails with `TimeoutError`."""
        ...

    def want_ngspice(self) -> None:
        """Make sure, before anything runs, that there is an ngspice where the runs are done.

        Raises:
            NgspiceMissingError: there is none.
        """
        ...

    def look(self) -> None:
        """Called now and then while a sweep waits.

        Raises:
            ClusterLost: there is nobody left to wait for.
        """
        ...

    def close(self) -> None:
        """Let go of all workers."""
        ...


class Processes:
    """Worker processes of this machine, with ngspice where it is there; one that dies, hangs or stops is replaced."""

    def __init__(self, workers: int = 2) -> None:
        library = None
        with contextlib.suppress(NgspiceMissingError):  # the model needs none; `want_ngspice` says it to whoever does
            library = find_library()
        self._pool = WorkerPool(workers, library)
        self.workers = workers

    def submit(self, function: Callable[..., Any], argument: Any, seconds: float) -> Future[Any]:
        """Run a function in a worker; one that takes longer is killed, and another process takes its place."""
        return self._pool.submit(function, argument, seconds=seconds)

    def want_ngspice(self) -> None:
        """Look for the library."""
        find_library()

    def look(self) -> None:
        """Replace workers that were stopped."""
        self._pool.look()

    def close(self) -> None:
        """Stop the workers at once."""
        self._pool.close()


class Cluster:
    """Workers of a Dask cluster.

    Args:
        address: of its scheduler, such as tcp://10.0.0.1:8786; "local" starts one on this machine.
        workers: how many processes a local one has.
        silence: seconds after which a local worker that says nothing counts as lost.

    Raises:
        LapicqueError: Dask is not installed.
        ClusterLost: nobody answers at the address.
    """

    def __init__(self, address: str = "local", workers: int = 2, silence: float = 30.0) -> None:
        try:
            from distributed import Client

            from . import local_cluster
        except ImportError as error:
            raise LapicqueError("Dask is not installed: pip install 'lapicque[cluster]'.") from error
        worker_count(workers)
        self._own = local_cluster.start(workers, silence) if address == "local" else None
        try:
            self.client = Client(self._own.address if self._own is not None else address, timeout=10)
        except (OSError, TimeoutError) as error:
            self.close()
            raise ClusterLost(
                f"no Dask scheduler answers at {address!r} ({error}): start one, or mend the address."
            ) from error
        try:
            self.client.wait_for_workers(workers if self._own is not None else 1, timeout=30)
        except TimeoutError as error:
            self.close()
            raise ClusterLost(f"no worker has come to the Dask scheduler at {address!r}: start some.") from error
        known = self.client.scheduler_info()["workers"]
        self.workers = sum(w["nthreads"] for w in known.values()) or workers
        self._executor = self.client.get_executor(pure=False, retries=0)

    def submit(self, function: Callable[..., Any], argument: Any, seconds: float) -> Future[Any]:
        """Run a function on the cluster; how long it may take is watched by the sweep."""
        return self._executor.submit(function, argument)

    def want_ngspice(self) -> None:
        """Ask one of the workers, on its own machine."""
        try:
            self._executor.submit(ngspice_here).result(ANSWER)
        except NgspiceMissingError:
            raise
        except (Exception, CancelledError):  # a worker that is slow or dies is the matter of the sweep
            self.look()

    def look(self) -> None:
        """Make sure that the scheduler is still there."""
        if self.client.status != "running":
            raise ClusterLost("the cluster's scheduler is gone")

    def close(self) -> None:
        """Let go of the cluster; end it if it is our own."""
        with contextlib.suppress(Exception):  # a scheduler that is gone, or never came, cannot be told goodbye
            self.client.close(timeout=2)
        if self._own is not None:
            self._own.close()
