"""Runs whose circuits are read one by one: a netlist with other values of its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ...circuits.errors import CircuitError, LapicqueError
from ...circuits.units import show
from ...netlists.spice.analyses import DCSweep, Transient
from ..measured.runs import Task, task_of
from ..measured.units import units_of
from .design import Design, grid
from .figures import MeasureFigure

if TYPE_CHECKING:
    from ...netlists.reading.deck import Deck
    from ...netlists.reading.steps import Step

MOST = 2000
"""Circuits that are read for one sweep."""


@frozen(eq=False)
class Variants:
    """Runs by the values of what is varied.

    Attributes:
        names: of what is varied.
        runs: by their values, in the order of the names.
    """

    names: tuple[str, ...]
    runs: Mapping[tuple[float, ...], Task]

    @property
    def first(self) -> Task:
        """The first run."""
        return next(iter(self.runs.values()))

    @property
    def title(self) -> str:
        """Of the circuits."""
        return self.first.circuit.title

    def of(self, values: Mapping[str, Any]) -> Task:
        """The run with these values, which are numbers."""
        return self.runs[tuple(float(values[n]) for n in self.names)]

    def only(self, runs: Iterable[Mapping[str, float]]) -> Variants:
        """Some of the runs, as they travel."""
        keys = [tuple(float(values[n]) for n in self.names) for values in runs]
        return Variants(self.names, {k: self.runs[k] for k in keys})


def variants(
    read: Callable[[Mapping[str, float]], Deck], steps: Sequence[Step], kind: str | None = None,
    stop: float | None = None, design: Design | None = None,
) -> tuple[Variants, Design]:  # fmt: skip
    """Read a file for every run.

    Args:
        read: it, with values by the keys of the steps.
        steps: what is varied.
        kind: of the analysis, see `task_of`.
        stop: end of transients, seconds; the netlist's unless given.
        design: values of all runs, by the names of the steps; every combination of theirs unless given.

    Returns:
        The runs, and their values.

    Raises:
        CircuitError: what is varied changes more than values: which elements there are, or where they are.
        LapicqueError: a netlist that cannot be read with these values.
    """
    design = design or grid({s.name: s.values for s in steps})
    if design.runs > MOST:
        raise LapicqueError(f"{design.runs:,} circuits would be read, more than {MOST:,}: take fewer values.")
    found: dict[tuple[float, ...], Task] = {}
    for k in range(design.runs):
        values = design.of(k)
        run = task_of(read({s.key: values[s.name] for s in steps}), kind, stop)
        if found:
            _want_same(next(iter(found.values())), run, values)
        found[tuple(values.values())] = run
    return Variants(design.names, found), design


def _want_same(first: Task, other: Task, values: Mapping[str, float]) -> None:
    """Refuse a run of another circuit.

    Raises:
        CircuitError: names what differs, and the values.
    """
    one, two = ({e.name: (e.KIND, e.nodes) for e in v.circuit.parts} for v in (first, other))
    if one == two:
        return
    name = next((n for n in (*one, *two) if one.get(n) != two.get(n)), "")
    at = ", ".join(f"{n} = {show(float(f'{v:.6g}'))}" for n, v in values.items())
    raise CircuitError(
        f"with {at} the circuit of {first.circuit.title!r} is another one: {name!r} is there in one of them only, or "
        "lies elsewhere. A sweep is over values."
    )


def measures_of(run: Task) -> tuple[MeasureFigure, ...]:
    """What a netlist measures of its run, as figures of a sweep."""
    units = units_of(run.measures, run.kind, _axis(run)) if run.measures else {}
    return tuple(MeasureFigure(m.name, units[m.name]) for m in run.measures)


def _axis(run: Task) -> str:
    if isinstance(run.analysis, DCSweep):
        return "V" if run.circuit.element(run.analysis.source).KIND == "voltage source" else "A"
    return "s" if isinstance(run.analysis, Transient) else "Hz"
