"""Running a sweep: batches to workers, results to disk as they come, what is lost done again."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import attrs
import numpy as np
from attrs import field, frozen

from ...circuits.arguments import KindError, brief, positive, want
from ...circuits.circuit import Circuit
from ...circuits.element import symbol_name
from ...circuits.errors import DesignError, LapicqueError, unknown
from ...circuits.serialize import to_json
from ...netlists.ngspice.errors import NgspiceMissingError
from ...netlists.spice.accuracy import Accuracy
from ...netlists.spice.accuracy import accuracy as known_accuracy
from ...netlists.spice.analyses import Analysis, Transient
from ..models.model import solve
from .design import Design
from .executors import ClusterLost, Executor
from .figures import MeasureFigure, check_figures, figure, label, named
from .store import Store, SweepStopped, store_in
from .variants import Variants
from .worker import LEGS, RTOL, Recipe, RunResult, Task

if TYPE_CHECKING:
    import xarray

TRIES = 3
"""How often a run that fails is done before it is given up."""
OUTCOME = ("failed", "missing", "error", "netlist")
"""What the result keeps of each run besides its figures."""
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


def _common(values: Mapping[str, Any] | tuple[tuple[str, Any], ...]) -> tuple[tuple[str, Any], ...]:
    """Values that all runs share, in the order of their names."""
    if not isinstance(values, (Mapping, tuple)):
        raise KindError(f"common is {brief(values)}: give a dictionary such as {{'R1': '1k'}}.")
    pairs: dict[str, Any] = dict(values)
    return tuple(sorted(pairs.items()))


@frozen(eq=False)
class Sweep:
    """What is to be done.

    Attributes:
        what: name of a library circuit, a circuit, or netlists that are read one by one.
        design: values of each run.
        analysis: of ngspice.
        figures: names of what is read off each run.
        accuracy: of ngspice.
        common: values that all runs share.
        timeout: seconds that one run may take.
        leg: who runs: "ngspice", or "model", the derived equations.
    """

    what: str | Circuit | Variants
    design: Design
    analysis: Analysis
    figures: tuple[str | MeasureFigure, ...] = field(converter=named)
    accuracy: str | Accuracy = "standard"
    common: tuple[tuple[str, Any], ...] = field(converter=_common, default=())
    timeout: float = 60.0
    leg: str = "ngspice"

    def __attrs_post_init__(self) -> None:
        want(self.what, (str, Circuit, Variants), "what", "give a circuit, or the name of one of the library")
        want(self.design, Design, "design", "make one by `grid`, `listed` or `monte_carlo`")
        want(self.analysis, get_args(Analysis), "analysis", "give one such as Transient('10m')")
        positive(self.timeout, "timeout", "60", unit="s")
        known_accuracy(self.accuracy)
        if not isinstance(self.leg, str) or self.leg not in LEGS:
            raise unknown("leg of a sweep", self.leg, LEGS)
        if self.leg == "model" and not isinstance(self.analysis, Transient):
            raise DesignError("a sweep on the model is of transients: give Transient(stop), or sweep in ngspice.")
        check_figures(self.figures, Recipe(self.what, self.common).build(self.design.of(0)))
        self._check_names()

    def _check_names(self) -> None:
        """Refuse to vary what is set, or what has the name of something else that the result keeps."""
        if twice := sorted({name for name, _ in self.common} & set(self.design.names)):
            raise DesignError(f"{twice[0]!r} varies and is common to all runs too: take it out of one of the two.")
        read = (*map(label, self.figures), *OUTCOME)
        if kept := sorted({*map(label, self.figures)} & {*OUTCOME, "label", "run"}):
            raise DesignError(f"the result keeps something else as {kept[0]!r}: call the measure something else.")
        taken = {*read, *(f"{name}_ngspice" for name in read), "label", "run"}
        for name in self.design.names:
            if name in taken:
                other = ", or do not read off that figure" if name in map(label, self.figures) else ""
                raise DesignError(
                    f"{name!r} varies, and the result keeps something else under that name: "
                    f"call the element something else, such as '{name}_1'{other}."
                )

    def describe(self) -> dict[str, object]:
        """All that the results depend on, as plain data."""
        what = _plain(self.what)
        model = {"leg": "model", "rtol": RTOL} if self.leg == "model" else {}
        return {
            "lapicque": version("lapicque"), "what": what, "names": list(self.design.names),
            "values": self.design.values.tolist(),
            "analysis": {"type": type(self.analysis).__name__, **attrs.asdict(self.analysis)},
            "figures": list(map(str, self.figures)), "accuracy": attrs.asdict(known_accuracy(self.accuracy)),
            "common": {k: repr(v) for k, v in self.common}, **model,
        }  # fmt: skip

    @property
    def fingerprint(self) -> str:
        """The same for sweeps that give the same numbers."""
        return hashlib.sha256(json.dumps(self.describe(), sort_keys=True).encode()).hexdigest()


def _plain(what: str | Circuit | Variants) -> object:
    """What is built, as plain data."""
    if isinstance(what, Variants):
        parts = [(json.loads(v.circuit.to_json()), v.analysis, v.measures, v.since) for v in what.runs.values()]
        return [[circuit, *map(repr, rest)] for circuit, *rest in parts]
    return what if isinstance(what, str) else json.loads(what.to_json())


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
    driver = _Driver(sweep, executor, store, done, advance)
    try:
        driver.run(range(sweep.design.runs) if only is None else only)
    except SweepStopped as error:
        error.partial = _labelled(sweep, done)
        raise
    return _labelled(sweep, done)


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


@frozen(eq=False)
class _Driver:
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
            self.done.update((r.run, r) for r in good)
            if self.store is not None:
                self.store.append(good)
            self.advance(len(good))
        return again

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


def _words(error: BaseException, timeout: float) -> str:
    if isinstance(error, TimeoutError):
        return f"no result after {timeout:g} s; its worker was stopped"
    code = getattr(error, "exitcode", None)
    if code is not None:
        return f"its worker died (exit code {code})"
    return f"{type(error).__name__}: {error}"


def _labelled(sweep: Sweep, done: dict[int, RunResult]) -> xarray.Dataset:
    """One labelled array a figure; runs that are not there are nan."""
    import xarray

    design = sweep.design
    table = np.full((design.runs, len(sweep.figures)), np.nan)
    failed = np.zeros(design.runs, dtype=bool)
    errors = np.full(design.runs, "", dtype=object)
    netlists = np.full(design.runs, "", dtype=object)
    missing = np.ones(design.runs, dtype=bool)
    for k, r in done.items():
        missing[k], failed[k], errors[k], netlists[k] = False, bool(r.error), r.error, r.netlist
        if not r.error:
            table[k] = r.values
    shape = tuple(len(a) for a in design.axes) or (design.runs,)
    dims = design.names if design.axes else ("run",)
    data: dict[str, Any] = {
        label(f): (dims, table[:, k].reshape(shape), {"units": figure(f)[1]}) for k, f in enumerate(sweep.figures)
    }
    outcome = (failed, missing, errors.astype(str), netlists.astype(str))
    data |= {name: (dims, values.reshape(shape)) for name, values in zip(OUTCOME, outcome, strict=True)}
    units = _units(sweep)
    columns = design.axes or design.values.T
    coords: dict[str, Any] = {} if design.axes else {"run": np.arange(design.runs)}
    for n, column in zip(design.names, columns, strict=True):
        coords[n] = ((n if design.axes else "run",), column, {"units": units.get(n, "")})
    if design.labels:
        coords["label"] = ("run", np.array(design.labels))
    what = sweep.what.first.circuit if isinstance(sweep.what, Variants) else sweep.what
    title = what if isinstance(what, str) else what.title
    about = {
        "title": f"sweep of {title}", "what": what if isinstance(what, str) else to_json(what, indent=None),
        "accuracy": known_accuracy(sweep.accuracy).name, "analysis": json.dumps(sweep.describe()["analysis"]),
        "engine": sweep.leg, "fingerprint": sweep.fingerprint, "parameters": ", ".join(design.names),
    }  # fmt: skip
    return xarray.Dataset(data, coords=coords, attrs=about)


def _units(sweep: Sweep) -> dict[str, str]:
    """Units of the values of elements; parameters of a builder do not say theirs."""
    circuit = Recipe(sweep.what, sweep.common).build(sweep.design.of(0))
    return {symbol_name(e.name, q): unit for e in circuit.described for q, unit in e.QUANTITIES.items()}


def failures(result: xarray.Dataset) -> list[str]:
    """Why runs failed, one line each; those of a sweep on the model that were done in ngspice too at the end."""
    beside = result["error_ngspice"].values.ravel() if "error_ngspice" in result else ()
    return [str(e) for e in result["error"].values.ravel() if e] + [f"in ngspice, {e}" for e in beside if e]
