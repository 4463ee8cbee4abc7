"""Worker processes, each with a warm ngspice where it is there: timed out, killed, replaced, also when stopped."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from ...circuits.errors import LapicqueError, QuantityError
from . import worker
from .fork import worker_context

LOOK = 1.0
"""Seconds between two looks at the workers."""
PATIENCE = 3.0
"""Seconds for which a worker may be stopped (SIGSTOP) before it is ended: it takes no work, so no limit ends it."""
LONG = 30.0
"""Seconds after which who waits is told that there is still something to wait for."""
LOCK = 10.0
"""Seconds after which a pool whose lock nobody gives back counts as broken."""
MEMORY = 4 << 30
"""Bytes that ngspice may add to a worker."""

MOST = 256
"""Workers beyond which a number is a slip rather than a machine."""


class WorkerPool:
    """Worker processes of this machine.

    Args:
        workers: how many.
        library: of ngspice, as `find_library` finds it; None where the workers do without until they are asked.
        memory: bytes that each may add to what it has at first.

    Raises:
        QuantityError: no worker, or more than `MOST`.
        LapicqueError: in a process that may not start others.
    """

    def __init__(self, workers: int, library: str | None, memory: int = MEMORY) -> None:
        self.workers, self._owner, self._closed = worker_count(workers), os.getpid(), False
        if multiprocessing.current_process().daemon:
            raise LapicqueError(
                "a worker of multiprocessing.Pool may not start processes of its own, which ngspice runs in: take "
                "concurrent.futures.ProcessPoolExecutor, threads, or one Engine with several workers."
            )
        self._library, self._memory = library, memory
        # Workers are killed when the thread that forked them ends (lifeline.py): this one ends with the pool.
        self._keeper = ThreadPoolExecutor(1, "lapicque-keeper")
        self._pool = self._new()
        self._stopped: dict[int, float] = {}
        self._flying: set[Future[Any]] = set()

    def _new(self) -> Any:
        from pebble import ProcessPool
        from pebble.common.types import CONSTS

        # The lock is held for one message; a worker that was killed with it would block the others for a minute.
        CONSTS.channel_lock_timeout = LOCK

        return ProcessPool(
            max_workers=self.workers,
            initializer=worker.start,
            initargs=(self._library, self._memory, os.getpid()),
            context=worker_context(),
        )

    def submit(self, function: Callable[..., Any], *arguments: Any, seconds: float) -> Future[Any]:
        """Run a function, importable by name, in a worker; one that takes longer is killed.

        A pool that broke, because a worker died with its hand on what all share, is replaced.
        """
        try:
            future = self._schedule(function, arguments, seconds)
        except RuntimeError:  # pebble's word for a pool that does not work any more
            self._fail_flying()
            self._end()
            self._pool = self._new()
            future = self._schedule(function, arguments, seconds)
        self._flying.add(future)
        future.add_done_callback(self._flying.discard)
        return future

    def _schedule(self, function: Callable[..., Any], arguments: tuple[Any, ...], seconds: float) -> Future[Any]:
        """The first call forks the workers."""
        if self._closed:
            raise LapicqueError("this engine is closed: open another, and read all of its results inside its `with`.")
        if os.getpid() != self._owner:
            raise LapicqueError("this engine was made in another process: open one here.")
        return self._keeper.submit(self._pool.schedule, function, args=arguments, timeout=seconds).result()

    def _fail_flying(self) -> None:
        """A pool that broke does not say so to all who wait for it."""
        for future in list(self._flying):
            with contextlib.suppress(InvalidStateError):
                future.set_exception(BrokenProcessPool("the pool of workers broke; it was replaced, try again"))

    def result(self, future: Future[Any], patience: str = "") -> Any:
        """What a future gives, or raises; the workers are watched meanwhile.

        Args:
            future: of `submit`.
            patience: what is said, once, to who has waited for long.
        """
        late = time.monotonic() + LONG
        while True:
            if patience and time.monotonic() > late:
                logging.getLogger("lapicque").warning(patience)
                patience = ""
            try:
                return future.result(timeout=LOOK)
            except FutureTimeout:
                if future.done():  # the run itself took too long
                    raise
                self.look()

    def look(self) -> None:
        """Note which workers are stopped, and end those that have been for too long."""
        if not self._pool.active:
            self._fail_flying()
            return
        now = time.monotonic()
        stopped = {pid for pid in self._pids() if _is_stopped(pid)}
        self._stopped = {pid: self._stopped.get(pid, now) for pid in stopped}
        for pid, since in self._stopped.items():
            if now - since >= PATIENCE:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _pids(self) -> list[int]:
        manager = getattr(getattr(self._pool, "_pool_manager", None), "worker_manager", None)
        return list(getattr(manager, "workers", {}))

    def _end(self) -> None:
        for pid in self._pids():
            if _is_stopped(pid):  # it would not hear that it shall end
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(Exception):  # what is broken cannot end in order
            self._pool.stop()
            self._pool.join()

    def close(self) -> None:
        """Stop all workers at once."""
        self._closed = True
        if os.getpid() != self._owner:
            return
        self._end()
        self._keeper.shutdown(wait=False)


def worker_count(workers: object) -> int:
    """Check a number of workers.

    Raises:
        QuantityError: no whole number from 1 to `MOST`.
    """
    if not isinstance(workers, int) or isinstance(workers, bool) or not 1 <= workers <= MOST:
        raise QuantityError(f"workers is {workers!r}: give a whole number of processes from 1 to {MOST}.")
    return workers


def _is_stopped(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] in "tT"
    except OSError:
        return False
