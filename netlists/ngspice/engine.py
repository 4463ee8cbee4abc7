"""The ngspice engine: warm worker processes that can be timed out, limited, killed and replaced."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from ...circuits.arguments import parts_of, positive, want, whole
from ...circuits.circuit import Circuit
from ...circuits.elements import B, Comparator, Composite, Mosfet, MosfetEkv, Opaque, OpenCollector, S
from ...circuits.serialize import to_json
from ...circuits.units import show
from ..spice.accuracy import Accuracy, accuracy
from ..spice.analyses import ABOUT_A_POINT, Analysis, OperatingPoint, Transient
from ..spice.held_switches import closed_at, controls, held, without_probes
from ..spice.longest_step import longest_step
from ..spice.prepare import Job, prepare
from ..spice.spice import Netlist
from . import worker
from .errors import SimulationTimeout, WorkerDied
from .ngspice_library import find_library
from .pool import MEMORY, WorkerPool
from .proof import complaint, failure
from .results import dataset

if TYPE_CHECKING:
    import xarray

    from .session import Outcome

DAMPED = 8
"""Steps in which Gear's method forgets what was stepped over."""
NOT_LINEAR = (B, Comparator, OpenCollector, Composite, Mosfet, MosfetEkv, Opaque, S)
"""What responds differently about different operating points."""

BATCH = 8
"""Most runs that go to a worker in one message."""


class Engine:
    """ngspice through PySpice, always in worker processes.

    Use as a context manager. Runs share warm workers; a worker that hangs, dies or failed is replaced.

    Args:
        workers: number of processes.
        timeout: wall-clock seconds that a run may take.
        memory: bytes that ngspice may add to a worker.

    Raises:
        NgspiceMissingError: there is no ngspice; says how to get it.
        QuantityError: a number of workers, seconds or bytes that makes no sense.
    """

    def __init__(self, workers: int = 1, timeout: float = 300.0, memory: int = MEMORY) -> None:
        self._timeout = positive(timeout, "timeout", "300", unit="s")
        whole(memory, "memory", 1)
        self._pool = WorkerPool(workers, find_library(), memory)

    def __repr__(self) -> str:
        workers = self._pool.workers
        return f"<engine of ngspice: {workers} worker{'s' if workers > 1 else ''}, {self._timeout:g} s a run>"

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the workers at once."""
        self._pool.close()

    def run(
        self,
        circuit: Circuit,
        analysis: Analysis,
        accuracy: str | Accuracy = "standard",
        save: tuple[str, ...] = (),
        max_step: float | None = None,
    ) -> xarray.Dataset:
        """Simulate one circuit.

        Args:
            circuit: any circuit.
            analysis: `Transient`, `OperatingPoint`, `AC`, `NoiseSpectrum` or `DCSweep`.
            accuracy: a name or an accuracy of one's own; recorded in the result.
            save: nodes to keep instead of those of the probes; without probes all nodes are kept.
            max_step: longest time step in seconds instead of the derived one; recorded too.

        Returns:
            Signals with units, time in seconds, provenance in the attributes.

        Raises:
            SimulationError: anything but a proved success; carries what was computed so far.
        """
        return next(self.run_many([Job(circuit, analysis, accuracy, save, max_step)]))

    def run_many(self, jobs: Iterable[Job]) -> Iterator[xarray.Dataset]:
        """Simulate many circuits, on all workers, results in order.

        Args:
            jobs: the runs. Many of them go to the workers in batches, and are still judged one by one.

        Raises:
            SimulationError: at the first job that fails; results before it have been given.
            KindError: what is no job.
            LapicqueError: the engine is closed, or was made in another process.
        """
        waiting = [
            want(job, Job, "a job", "make one, such as Job(circuit, Transient('10m'))") for job in parts_of(jobs)
        ]
        size = max(1, min(BATCH, len(waiting) // (8 * self.workers)))
        batches = [waiting[k : k + size] for k in range(0, len(waiting), size)]
        for batch, texts, future, started in [self._schedule(batch) for batch in batches]:
            yield from self._collect_batch(batch, texts, future, started)

    def run_netlist(self, circuit: Circuit, text: Netlist) -> xarray.Dataset:
        """Run a netlist as it is.

        Args:
            circuit: whose it is.
            text: the netlist.

        Raises:
            SimulationError: see `run`.
        """
        job = Job(circuit, text.analysis, text.accuracy)
        future = self.submit(worker.simulate_texts, [text.text])
        ((outcome, inside),) = self._outcomes(job, text, future)
        return self._judge(job, text, outcome, inside, time.perf_counter())

    def submit(self, function: Callable[..., Any], *arguments: Any, seconds: float | None = None) -> Any:
        """Run a function in a worker, whose ngspice is warm.

        Args:
            function: importable by name; it may use the worker's session.
            *arguments: what it is called with.
            seconds: wall-clock limit; that of the engine unless given.

        Returns:
            A future of `concurrent.futures`.
        """
        return self._pool.submit(function, *arguments, seconds=seconds or self._timeout)

    def result(self, future: Any) -> Any:
        """What a future of `submit` gives, or raises; workers that were stopped are replaced meanwhile."""
        return self._pool.result(future)

    @property
    def workers(self) -> int:
        """Number of processes."""
        return self._pool.workers

    def _schedule(self, batch: list[Job]) -> tuple[list[Job], list[Netlist], Any, float]:
        texts = [prepare(job) for job in batch]
        lines = [text.text for text in texts]
        future = self._pool.submit(worker.simulate_texts, lines, seconds=self._timeout * len(batch))
        return batch, texts, future, time.perf_counter()

    def _collect_batch(
        self, batch: list[Job], texts: list[Netlist], future: Any, started: float
    ) -> Iterator[xarray.Dataset]:
        try:
            outcomes = self._outcomes(batch[0], texts[0], future)
        except Exception:
            if len(batch) == 1:
                raise
            # Which of them failed is found by running each by itself.
            for job in batch:
                yield from self._collect_batch(*self._schedule([job]))
            return
        for job, text, (outcome, inside) in zip(batch, texts, outcomes, strict=True):
            yield self._judge(job, text, outcome, inside, started)

    def _outcomes(self, job: Job, text: Netlist, future: Any) -> list[tuple[Outcome, float]]:
        """What the workers sent; for a single job the words for why they sent nothing."""
        from pebble import ProcessExpired

        try:
            return self._pool.result(future, self._patience(job))
        except FutureTimeout as error:
            what = f"no result after {show(self._timeout, 's')} (the limit), the run was stopped{_short(job)}"
            raise failure(job.circuit, text, what, "", None, None, SimulationTimeout) from error
        except ProcessExpired as error:
            what = f"the process that ran ngspice died (exit code {error.exitcode}); it was replaced, try again"
            raise failure(job.circuit, text, what, "", None, None, WorkerDied) from error
        except BrokenProcessPool as error:
            what = f"the workers died ({error})"
            raise failure(job.circuit, text, what, "", None, None, WorkerDied) from error
        except MemoryError as error:
            raise failure(job.circuit, text, "ngspice used up its memory", "", None, None) from error

    def _patience(self, job: Job) -> str:
        """What is said of a run that takes long."""
        return (
            f"ngspice is still at work on {job.circuit.title!r}; a run is stopped after {show(self._timeout, 's')}. A "
            "shorter one (--stop) is done sooner."
        )

    def _judge(self, job: Job, text: Netlist, outcome: Outcome, inside: float, started: float) -> xarray.Dataset:
        """The result of a run that is proved good, or the error."""
        vectors = outcome.vectors
        wrong = complaint(job.circuit, text, outcome)
        if wrong is not None:
            reached = float(np.real(vectors["time"][-1])) if len(vectors.get("time", ())) else None
            partial = dataset(job.circuit, text, vectors, outcome.version) if vectors else None
            raise failure(job.circuit, text, wrong, outcome.said, reached, partial)
        if text.holds_from:
            first = int(np.searchsorted(vectors["time"], text.holds_from)) + DAMPED
            vectors = {n: v[min(first, len(v) - 1) :] for n, v in vectors.items()}
        if isinstance(job.analysis, ABOUT_A_POINT) and any(isinstance(e, NOT_LINEAR) for e in job.circuit.parts):
            # What the response is taken about must be proved too.
            plain, about = without_probes(job.circuit), OperatingPoint(job.analysis.guess)
            point = self.run(plain, about, job.accuracy, save=controls(plain))
            if closed := closed_at(plain, point):
                still = self.run(held(job.circuit, closed), job.analysis, job.accuracy, job.save)
                return still.assign_attrs(circuit=to_json(job.circuit, indent=None))
        result = dataset(job.circuit, text, vectors, outcome.version)
        if isinstance(job.analysis, Transient):
            result.attrs["holds_from"] = float(result["time"][0])
        result.attrs["seconds_ngspice"] = outcome.seconds
        result.attrs["seconds_worker"] = inside
        result.attrs["seconds_total"] = time.perf_counter() - started
        return result


def _short(job: Job) -> str:
    """What makes the steps of a run that took too long as short as they are."""
    if job.max_step is not None or not isinstance(job.analysis, Transient):
        return ""
    step, why = longest_step(job.circuit, job.analysis, accuracy(job.accuracy))
    return f"; it needs {job.analysis.stop / step:.2g} steps or more, because {why}: a longer max_step takes fewer"


def simulate(
    circuit: Circuit,
    analysis: Analysis,
    accuracy: str | Accuracy = "standard",
    save: tuple[str, ...] = (),
    max_step: float | None = None,
) -> xarray.Dataset:
    """Simulate one circuit in an engine of its own; see `Engine.run`."""
    with Engine() as engine:
        return engine.run(circuit, analysis, accuracy, save, max_step)
