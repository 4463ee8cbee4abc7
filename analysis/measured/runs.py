"""Running what a netlist asks for, and reading off what it measures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import CurrentProbe
from ...circuits.runs.run_length import end_of
from ...netlists.reading.asks import KINDS, at_rest
from ...netlists.reading.chosen import analysis_of
from ...netlists.reading.deck import Deck
from ...netlists.reading.measure import Measure
from ...netlists.spice.accuracy import Accuracy
from ...netlists.spice.analyses import Analysis, Transient
from .reading import Figure, measured

if TYPE_CHECKING:
    import xarray

    from ...netlists.ngspice.engine import Engine


@frozen(eq=False)
class Task:
    """One run that a netlist asks for.

    Attributes:
        circuit: as the analysis sees it, with a probe for each current that is measured.
        analysis: what is done with it.
        measures: of this analysis.
        since: from when on measures count, seconds.
    """

    circuit: Circuit
    analysis: Analysis
    measures: tuple[Measure, ...] = ()
    since: float = 0.0

    @property
    def kind(self) -> str:
        """Of the analysis: "tran", "ac", "dc" or "op"."""
        return KINDS[type(self.analysis)]

    def figures(self, run: xarray.Dataset) -> list[Figure]:
        """What is measured, read off a run."""
        return measured(self.measures, run, self.kind, self.since) if self.measures else []


def task_of(deck: Deck, kind: str | None = None, stop: float | None = None) -> Task:
    """What a netlist asks for, as a run.

    Args:
        deck: what it says.
        kind: of the analysis: "tran", "ac", "dc" or "op"; its transient, or its first, unless given.
        stop: end of a transient, seconds; the netlist's, or long enough to show what the circuit does, unless given.

    Raises:
        LapicqueError: it asks for no such analysis.
    """
    analysis = analysis_of(deck, kind, stop, 1.0)
    over_time = isinstance(analysis, Transient)
    if over_time and not (stop or deck.stop):
        analysis = Transient(end_of(deck.circuit, 0.0, None))
    circuit = deck.circuit if over_time else at_rest(deck.circuit, deck.small)
    measures = tuple(m for m in deck.asks.measures if m.analysis == KINDS[type(analysis)])
    return Task(probed(circuit, measures), analysis, measures, deck.since if over_time else 0.0)


def run_as_asked(
    deck: Deck, engine: Engine, kind: str | None = None, accuracy: str | Accuracy = "standard"
) -> tuple[xarray.Dataset, list[Figure]]:
    """Run what a netlist asks for in ngspice.

    Args:
        deck: what it says.
        engine: that runs it.
        kind: of the analysis, see `task_of`.
        accuracy: of the run.

    Returns:
        The result, and what the netlist measures of it.

    Raises:
        SimulationError: anything but a proved success.
        LapicqueError: it asks for no such analysis.
    """
    task = task_of(deck, kind)
    result = engine.run(task.circuit, task.analysis, accuracy)
    return result, task.figures(result)


def probed(circuit: Circuit, measures: Iterable[Measure]) -> Circuit:
    """A circuit with a probe for each current that measures need.

    Args:
        circuit: any.
        measures: of one analysis of a netlist.
    """
    atoms = [a for m in measures for s in m.signals for a in s.atoms if a.kind == "i"]
    wanted = {a.signal: CurrentProbe(a.signal, a.of[0]) for a in atoms}
    taken = {e.name for e in circuit.elements}
    return circuit.add(*(p for name, p in wanted.items() if name not in taken))
