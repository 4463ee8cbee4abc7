"""One run of a sweep inside a worker process: build, write, simulate, prove, read off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from ...circuits.arguments import want
from ...circuits.circuit import Circuit
from ...circuits.errors import LapicqueError
from ...netlists.ngspice.engine import NOT_LINEAR
from ...netlists.ngspice.errors import NgspiceMissingError
from ...netlists.ngspice.failures import keep
from ...netlists.ngspice.proof import complaint, explained
from ...netlists.ngspice.results import dataset
from ...netlists.ngspice.worker import session, simulate_text, somewhere
from ...netlists.spice.accuracy import Accuracy
from ...netlists.spice.analyses import ABOUT_A_POINT, Analysis, OperatingPoint, Transient
from ...netlists.spice.held_switches import closed_at, controls, held, without_probes
from ...netlists.spice.prepare import Job, prepare
from ..measured.runs import Task as Asked
from ..models.model import solve
from .figures import MeasureFigure, figure
from .readings import OfModel, OfNgspice
from .variants import Variants

if TYPE_CHECKING:
    from ...circuits.stimuli import Stimulus
    from ...circuits.units import Value

    Build = Callable[[Mapping[str, Value | Stimulus]], Circuit]

RTOL = 1e-8
"""Relative tolerance of a step of the model, in half the time of 1e-11. Where a neuron fires regularly an interval is
right to 1e-8 of itself, and a spike to the errors of all intervals before it, 1.2e-7 of one after 116 spikes of AdEx.
In a burst an interval is right to 1e-7; where a neuron is chaotic each multiplies the error of the last."""
_LOCK = threading.Lock()
"""One ngspice a process: threads of a cluster's worker take turns."""


@frozen
class Recipe:
    """What is built for each run: a circuit of the library by name, or a circuit, with what all runs have in common.

    Netlists that are read one by one have nothing in common. The run of a netlist is a circuit with what it measures.
    """

    what: str | Circuit | Asked | Variants
    common: tuple[tuple[str, Any], ...] = ()

    def build(self, values: Mapping[str, Value | Stimulus]) -> Circuit:
        """The circuit of one run."""
        return self.builder(values)(values)

    def builder(self, names: Collection[str]) -> Build:
        """What builds the circuits of runs that differ in values of these names."""
        from ...circuits.library import builder

        if isinstance(self.what, Variants):
            runs = self.what
            return lambda values: runs.of(values).circuit
        if isinstance(self.what, str):
            return builder(self.what, dict(self.common), names)
        circuit = self.what.circuit if isinstance(self.what, Asked) else self.what
        return lambda values: circuit.with_values({**dict(self.common), **values})

    def variant(self, values: Mapping[str, float]) -> Asked | None:
        """Of netlists: what else is of this run."""
        if isinstance(self.what, Asked):
            return self.what
        return self.what.of(values) if isinstance(self.what, Variants) else None


@frozen(eq=False)
class Task:
    """Some runs that travel together: their numbers and values."""

    recipe: Recipe
    analysis: Analysis
    accuracy: str | Accuracy
    figures: tuple[str | MeasureFigure, ...]
    runs: tuple[tuple[int, tuple[tuple[str, float], ...]], ...]


@frozen
class RunResult:
    """What one run gave: figures in the order asked, or why there are none."""

    run: int
    values: tuple[float, ...] = ()
    error: str = ""
    netlist: str = field(default="", repr=False)
    simulator: str = ""
    """Whose figures they are, such as ngspice-39; empty for the model's and for runs that no ngspice began."""


def run_task(task: Task) -> list[RunResult]:
    """Do all runs of a task; one that fails says so and the others go on.

    Raises:
        NgspiceMissingError: there is no ngspice where this runs.
    """
    build = _builder(task)
    with _LOCK:
        return [_one(task, build, run, dict(values)) for run, values in task.runs]


def ngspice_here() -> None:
    """Open ngspice in this process.

    Raises:
        NgspiceMissingError: there is none where this runs.
    """
    with _LOCK:
        session()


def solve_task(task: Task) -> list[RunResult]:
    """Do all runs of a task on the derived equations.

    Raises:
        KindError: the analysis is no transient.
    """
    transient = want(task.analysis, Transient, "analysis", "give Transient(stop)")
    build = _builder(task)
    with somewhere():
        return [_solved(task, transient.stop, build, run, dict(values)) for run, values in task.runs]


LEGS = {"ngspice": run_task, "model": solve_task}
"""Who does the runs of a sweep."""


def _builder(task: Task) -> Build:
    """What builds the circuits of a task; what its runs have in common is made once, and refused in each of them."""
    of_names = cache(task.recipe.builder)
    return lambda values: of_names(tuple(values))(values)


def _solved(task: Task, stop: float, build: Build, run: int, values: dict[str, float]) -> RunResult:
    """One run on the equations."""
    try:
        circuit = build(values)
        own = task.recipe.variant(values)
        stop = own.analysis.stop if own is not None and isinstance(own.analysis, Transient) else stop
        reading = OfModel(circuit, solve(circuit, stop, RTOL))
        return RunResult(run, tuple(figure(name)[0](circuit, reading) for name in task.figures))
    except LapicqueError as error:
        return RunResult(run, (), f"run {run}: {error}")


def _one(task: Task, build: Build, run: int, values: dict[str, float]) -> RunResult:
    text = ""
    try:
        circuit = build(values)
        own = task.recipe.variant(values)
        analysis = task.analysis if own is None else own.analysis
        jobs = [Job(circuit, analysis, task.accuracy)]
        if isinstance(analysis, ABOUT_A_POINT) and any(isinstance(e, NOT_LINEAR) for e in circuit.parts):
            plain = without_probes(circuit)  # what it is about is proved too
            jobs.insert(0, Job(plain, OperatingPoint(analysis.guess), task.accuracy, controls(plain)))
        data: Any = None
        for asked in jobs:
            still = () if data is None else closed_at(circuit, data)
            job = evolve(asked, circuit=held(asked.circuit, still))
            prepared = prepare(job)
            text = prepared.readable
            outcome, _ = simulate_text(prepared.text)
            wrong = complaint(job.circuit, prepared, outcome)
            if wrong is not None:
                said = explained(f"run {run}", wrong, outcome.said, keep(text), prepared.names)
                return RunResult(run, (), said, text, outcome.version)
            data = dataset(job.circuit, prepared, outcome.vectors, outcome.version)
        result = OfNgspice(circuit, data, own)
        figures = tuple(figure(name)[0](circuit, result) for name in task.figures)
        return RunResult(run, figures, simulator=outcome.version)
    except NgspiceMissingError:
        raise
    except LapicqueError as error:
        return RunResult(run, (), f"run {run}: {error}", text)
