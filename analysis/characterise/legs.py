"""Who does the runs: the derived equations, or ngspice; both begin where they are told to."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import attrs
import numpy as np
from attrs import define, field, frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, C, Composite, L, Opaque, Probe, S
from ...circuits.equations.derive import derive
from ...circuits.numeric.numeric import Closed, NumericEquations, node_expression, numeric
from ...netlists.ngspice.pool import WorkerPool
from ...netlists.ngspice.worker import somewhere
from ...netlists.spice.analyses import Transient
from ..models.hybrid import run_hybrid
from ..models.model import Solution
from ..models.resolving import close_times
from ..models.smooth import run_smooth
from ..spikes import spike_times
from .journal import Run
from .subject import MEMBRANE, Subject

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...netlists.ngspice.engine import Engine

    Array = NDArray[np.float64]

RTOL = 1e-8
"""Tolerance of the solver: figures need no more."""
POINTS = 500
"""Least points of a run of the model, besides those that its own swings need."""
WORTH = 0.2
"""Seconds of work from which on it is shared among processes."""
PATIENCE = 600.0
"""Seconds that a part of a batch may take on the model."""


@frozen(eq=False)
class Start:
    """Where runs begin: states and switches of the equations, or voltages of all nodes for ngspice."""

    states: tuple[float, ...] = ()
    closed: Closed = ()
    volts: tuple[tuple[str, float], ...] = ()


@frozen(eq=False)
class Task:
    """A run: what, from where, for how long (seconds)."""

    circuit: Circuit
    start: Start | None
    stop: float


class Leg(Protocol):
    """Who does runs."""

    name: str

    @property
    def workers(self) -> int:
        """How many runs are done at once."""
        ...

    def run(self, subject: Subject, tasks: Sequence[Task]) -> Iterator[Run]:
        """Do runs side by side; results in order."""
        ...

    def close(self) -> None:
        """Let go of helpers."""
        ...


def system_at(circuit: Circuit, start: Start | None) -> NumericEquations:
    """The equations of a circuit, in numbers, beginning somewhere else than its elements say."""
    system = numeric(derive(circuit))
    if start is None:
        return system
    e = system.equations
    states = tuple(attrs.evolve(s, initial=x) for s, x in zip(e.states, start.states, strict=True))
    switches = tuple(attrs.evolve(s, closed=c) for s, c in zip(e.switches, start.closed, strict=True))
    return attrs.evolve(system, equations=attrs.evolve(e, states=states, switches=switches))


def solution_of(task: Task) -> Solution:
    """The solution of the equations of a run."""
    system = system_at(task.circuit, task.start)
    if system.linear:
        return Solution(system, task.stop, *run_hybrid(system, task.stop))
    pieces, transitions, kept = run_smooth(system, task.stop, RTOL)
    return Solution(system, task.stop, pieces, transitions, kept if kept > RTOL else None)


def solved(subject: Subject, task: Task) -> Run:
    """A run on the equations."""
    begun = time.process_time()
    solution = solution_of(task)
    times = [close_times(solution), solution.spans.ravel(), np.linspace(0.0, task.stop, POINTS)]
    times = np.unique(np.clip(np.concatenate(times), 0.0, task.stop))
    v = solution.values([node_expression(solution.system.equations, subject.membrane, GROUND)], times)[0]
    return Run(solution.spikes(subject.probe), times, v, time.process_time() - begun)


def solve_batch(subject: Subject, tasks: Sequence[Task]) -> list[Run]:
    """Runs in a worker process."""
    with somewhere():
        return [solved(subject, task) for task in tasks]


@define(eq=False)
class ModelLeg:
    """The circuit's own equations; batches that take long are shared among processes."""

    workers: int = 2
    name: str = "model"
    _pool: WorkerPool | None = None
    _pace: list[float] = field(factory=list)

    def run(self, subject: Subject, tasks: Sequence[Task]) -> Iterator[Run]:
        """Do runs side by side."""
        late = self._pace[-20:]
        if self.workers == 1 or len(tasks) < 2 or not late or len(tasks) * float(np.mean(late)) < WORTH:
            for task in tasks:
                run = solved(subject, task)
                self._pace.append(run.seconds)
                yield run
            return
        if multiprocessing.current_process().daemon:  # it may not start others
            yield from (solved(subject, task) for task in tasks)
            return
        if self._pool is None:
            self._pool = WorkerPool(self.workers, None)
        futures = [self._pool.submit(solve_batch, subject, [task], seconds=PATIENCE) for task in tasks]
        for future in futures:
            (run,) = self._pool.result(future)
            self._pace.append(run.seconds)
            yield run

    def close(self) -> None:
        """Stop the processes."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None


@define(eq=False)
class NgspiceLeg:
    """ngspice, in the workers of an engine that somebody else closes."""

    engine: Engine
    accuracy: str = "standard"
    name: str = "ngspice"

    @property
    def workers(self) -> int:
        """How many runs are done at once."""
        return self.engine.workers

    def run(self, subject: Subject, tasks: Sequence[Task]) -> Iterator[Run]:
        """Do runs side by side."""
        from ...netlists.spice.prepare import Job

        jobs = [Job(started(t.circuit, t.start), Transient(t.stop), self.accuracy) for t in tasks]
        for result in self.engine.run_many(jobs):
            t, probe = result["time"].values, subject.probe
            spikes = spike_times(probe, t, result[probe.name].values)
            yield Run(spikes, t, result[MEMBRANE].values, float(result.attrs["seconds_ngspice"]))

    def close(self) -> None:
        """The engine stays open."""


def started(circuit: Circuit, start: Start | None) -> Circuit:
    """A circuit whose elements begin as the voltages of their nodes say."""
    if start is None or not start.volts:
        return circuit
    volts = {GROUND: 0.0, **dict(start.volts)}
    made = []
    for e in circuit.elements:
        if isinstance(e, C) and e.plus in volts and e.minus in volts:
            e = attrs.evolve(e, ic=volts[e.plus] - volts[e.minus])
        elif isinstance(e, Composite):
            inner = {e.inner(t): volts.get(e.inner(t), volts.get(getattr(e, t), 0.0)) for t in e.TERMINALS}
            e = e.started({**volts, **inner})
        elif isinstance(e, Opaque):
            e = e.started(volts)
        made.append(e)
    return attrs.evolve(circuit, elements=tuple(made))


def watching_all(circuit: Circuit) -> tuple[Circuit, dict[str, str]]:
    """A circuit with a probe at each of its nodes, and the names of these."""
    names = {n: f"{n}#all" for n in circuit.nodes if n != GROUND}
    return circuit.add(*(Probe(p, n) for n, p in names.items())), names


def has_state_of_its_own(circuit: Circuit) -> str:
    """What of a circuit ngspice does not begin with as the voltages of nodes say: an inductor, a switch; else ""."""
    found = [*circuit.of_type(L), *circuit.of_type(S)]
    return found[0].name if found else ""
