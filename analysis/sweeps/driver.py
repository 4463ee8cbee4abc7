"""The runs of a sweep, handed out and collected: who is busy, what hangs, what is done again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from attrs import field, frozen

from ...netlists.ngspice.errors import NgspiceMissingError
from .executors import ClusterLost, Executor
from .plan import Sweep
from .store import Store, SweepStopped
from .variants import Variants
from .worker import LEGS, Recipe, RunResult, Task

TRIES = 3
"""How often a run that fails is done before it is given up."""
BATCH = {"ngspice": 16, "model": 64}
"""Most runs that travel together, by who does them, and"""
ROUNDS = 8
"""how many batches each worker gets at least, so that none waits for another at the end."""
WATCH = 1.0
"""Seconds between two looks at what hangs."""
BREAKS = 100
"""How often runs are done again because a pool broke, in all."""
GRACE = 5.0
"""Seconds for which what should have come is waited for."""


@frozen(eq=False)
class Driver:
    """The loop: keeps every worker busy, watches for what hangs, counts tries."""

    sweep: Sweep
    executor: Executor
    store: Store | None
    done: dict[int, RunResult]
    advance: Callable[[int], None]
    tries: dict[int, int] = field(factory=dict)
    broken: list[str] = field(factory=list)
    flying: dict[Future[Any], tuple[tuple[int, ...], float]] = field(factory=dict)

    def run(self, runs: Iterable[int]) -> None:
        """Do the runs of these numbers that are not done yet; what they give comes into `done`, and on disk.

        Raises:
            SweepStopped: nothing more can be done.
            NgspiceMissingError: there is no ngspice where the runs are done.
        """
        missing = [int(k) for k in runs if k not in self.done]
        size = max(1, min(BATCH[self.sweep.leg], len(missing) // (ROUNDS * self.executor.workers)))
        waiting = [tuple(missing[k : k + size]) for k in range(0, len(missing), size)][::-1]
        while waiting or self.flying:
            while waiting and len(self.flying) < 3 * self.executor.workers:
                self._send(waiting.pop())
            finished, _ = wait(self.flying, timeout=WATCH, return_when=FIRST_COMPLETED)
            for future in finished:
                runs, _ = self.flying.pop(future)
                waiting += self._collect(future, runs)
            self._look()
            self._watch(waiting)

    def _send(self, runs: tuple[int, ...]) -> None:
        s = self.sweep
        values = tuple((k, tuple(s.design.of(k).items())) for k in runs)
        what = s.what.only(map(s.design.of, runs)) if isinstance(s.what, Variants) else s.what
        task = Task(Recipe(what, s.common), s.analysis, s.accuracy, s.figures, values)
        try:
            future = self.executor.submit(LEGS[s.leg], task, s.timeout * len(runs))
        except (OSError, RuntimeError) as error:  # the words of a client whose scheduler has gone
            self._look(error)
            raise
        self.flying[future] = (runs, time.monotonic())

    def _collect(self, future: Future[Any], runs: tuple[int, ...]) -> list[tuple[int, ...]]:
        """Keep what came; give back the runs that must be done again, one by one."""
        try:
            results: list[RunResult] = future.result()
        except NgspiceMissingError:
            raise
        except (Exception, CancelledError) as error:
            self._look(error)
            words = _words(error, self.sweep.timeout)
            if len(runs) > 1:  # which of them it was is found one by one; that is no try
                return [(k,) for k in runs]
            if isinstance(error, BrokenProcessPool) and len(self.broken) < BREAKS:  # no fault of the run
                self.broken.append(words)
                return [runs]
            results = [RunResult(k, (), f"run {k}: {words}") for k in runs]
        again = self._keep(results)
        return [(k,) for k in again]

    def _keep(self, results: list[RunResult]) -> list[int]:
        good = [r for r in results if not r.error]
        again = []
        for r in results:
            if r.error:
                self.tries[r.run] = self.tries.get(r.run, 0) + 1
                if self.tries[r.run] < TRIES:
                    again.append(r.run)
                else:
                    good.append(r)
        if good:
            self._of_one_simulator(good)
            self.done.update((r.run, r) for r in good)
            if self.store is not None:
                self.store.append(good)
            self.advance(len(good))
        return again

    def _of_one_simulator(self, results: list[RunResult]) -> None:
        """Refuse figures of two versions of ngspice side by side, as those of two versions of lapicque are.

        Raises:
            SweepStopped: names both; what was done stays.
        """
        names = {*simulators(self.done.values()), *simulators(results)}
        if len(names) > 1:
            there, here = ("/".join(simulators(part)) for part in (self.done.values(), results))
            where = f"; they are kept in {str(self.store.folder)!r}" if self.store else ""
            raise SweepStopped(
                f"{len(self.done)} of {self.sweep.design.runs} runs are done, by {there or here}{where}. Where it goes "
                f"on now there is {here}, and their results are not mixed. Go on with the first, or begin anew with "
                "another file."
            )

    def _watch(self, waiting: list[tuple[int, ...]]) -> None:
        """What does not come back, although it has its limit of time behind it, is given to somebody else."""
        now = time.monotonic()
        for future, (runs, since) in list(self.flying.items()):
            # Three batches wait behind each other at every worker.
            if now - since > 3 * self.sweep.timeout * len(runs) + GRACE and not future.done():
                future.cancel()
                del self.flying[future]
                limit = self.sweep.timeout * len(runs)
                late = [RunResult(k, (), f"run {k}: no result after {limit:g} s; it was given up") for k in runs]
                waiting += [(k,) for k in self._keep(late)]

    def _look(self, cause: BaseException | None = None) -> None:
        """Let the executor see to its workers.

        Raises:
            ClusterLost: there are none any more; says what is kept.
        """
        try:
            self.executor.look()
        except ClusterLost as error:
            where = f"{str(self.store.folder)!r}; resume with another cluster" if self.store else "memory alone"
            words = f"{error}: {len(self.done)} of {self.sweep.design.runs} runs are kept in {where}."
            raise ClusterLost(words) from cause


def simulators(results: Iterable[RunResult]) -> list[str]:
    """Which simulators some runs were done by, by name and version."""
    return sorted({r.simulator for r in results if r.simulator})


def _words(error: BaseException, timeout: float) -> str:
    if isinstance(error, TimeoutError):
        return f"no result after {timeout:g} s; its worker was stopped"
    code = getattr(error, "exitcode", None)
    if code is not None:
        return f"its worker died (exit code {code})"
    return f"{type(error).__name__}: {error}"
