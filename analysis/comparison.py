"""Comparing a result of ngspice with a solution of the same circuit's equations.

The solution is exact at any time, so it is asked at the simulator's own time points: nothing is
resampled. Spikes are matched one to one; a missing or extra one is an error of its own that no average
can hide. So are the edges of every signal, which are judged in time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from ..circuits.arguments import want
from ..circuits.elements import SpikeProbe
from ..circuits.errors import LapicqueError
from ..circuits.probes import signal_name
from ..circuits.runs.ties import ties
from ..circuits.serialize import to_json
from ..circuits.showing import html
from ..circuits.units import show
from .agreement.crawling import crawls
from .agreement.drift import Train, adds_up, grows
from .agreement.edges import Edges
from .agreement.reference import reference
from .agreement.waveforms import (
    FINEST,
    LOWEST,
    Place,
    WaveformComparison,
    away_from_events,
    compare_waveform,
    landing,
    relative,
    smallest_told,
)  # fmt: skip
from .limits import Tolerance, limits_of
from .models.model import Solution, signal_expressions
from .spikes import SpikeComparison, compare_spikes, spike_times

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


BIOLOGICAL = 1e-3
"""Intervals longer than this, seconds, may be judged in seconds."""
SPAN = 1e-6
"""By what part of it two runs that are compared may differ in length."""


@frozen
class Metric:
    """One figure of agreement, its limit, and whether it holds."""

    name: str
    value: float
    limit: float
    unit: str

    @property
    def passed(self) -> bool:
        """Within the limit; what is not a number is not."""
        return bool(self.value <= self.limit)

    def __str__(self) -> str:
        return f"{self.name} {self.value:.2g} {self.unit} (limit {self.limit:.2g})"


@frozen(eq=False, str=False)
class Comparison:
    """Everything that was compared, and the verdict."""

    spikes: tuple[SpikeComparison, ...]
    waveforms: tuple[WaveformComparison, ...]
    metrics: tuple[Metric, ...]
    drift: str = ""
    """Which errors add up, which switch changes at a crawl, what hangs on rounding, and what to do then; else empty."""
    limits: Tolerance = field(factory=Tolerance)
    """What counted as agreement."""

    @property
    def passed(self) -> bool:
        """Every metric within its limit; what compared nothing has not passed."""
        return bool(self.metrics) and all(m.passed for m in self.metrics)

    @property
    def verdict(self) -> str:
        """One sentence: what decided."""
        if beyond := [m for m in self.metrics if not m.passed]:
            worst = max(beyond, key=_of_limit)
            more = f", and {len(beyond) - 1} more beyond their limits" if len(beyond) > 1 else ""
            return f"They differ: {worst}{more}.{' ' * bool(self.drift)}{self.drift}"
        if not self.metrics:
            return "Nothing was compared."
        closest = max(self.metrics, key=_of_limit)
        if len(self.metrics) == 1:
            return f"They agree: {closest}."
        return f"They agree in all {len(self.metrics)} figures; closest to its limit is {closest}."

    @property
    def notes(self) -> tuple[str, ...]:
        """Which signals are judged in time at their edges, and why."""
        return tuple(_edges_note(w.signal, w.edges) for w in self.waveforms if len(w.edges.reference))

    def __str__(self) -> str:
        return "\n".join([self.verdict, f"Limits: {self.limits}.", *self.notes])

    def __repr__(self) -> str:
        return f"<comparison: {self.verdict} Limits: {self.limits}.>"

    def _repr_html_(self) -> str:
        return html(self)


def _of_limit(metric: Metric) -> float:
    """A figure as a part of its limit; what is no number, or has no right to be above zero, is beyond all others."""
    if np.isnan(metric.value):
        return float("inf")
    return metric.value / metric.limit if metric.limit else (float("inf") if metric.value else 0.0)


def _edges_note(signal: str, edges: Edges) -> str:
    count = len(edges.reference)
    many = f"{count} edges, none longer" if count > 1 else "an edge, not longer"
    return (
        f"{signal} has {many} than {show(float(f'{edges.longest:.2g}'), 's')}, a small part of the "
        f"{show(float(f'{edges.interval:.2g}'), 's')} between its events: judged there in time, elsewhere in height."
    )


def compare(solution: Solution, simulated: xarray.Dataset, tolerance: Tolerance | None = None) -> Comparison:
    """Compare a simulation with the solution of the same circuit's equations.

    Args:
        solution: from `analysis.solve`.
        simulated: from the ngspice engine, the same probes, the same time span.
        tolerance: what counts as agreement; what the accuracy of the simulation promises unless given (as in `verify`).

    Returns:
        Spikes, waveforms and a verdict per metric.

    Raises:
        LapicqueError: the two do not hold the same signals, or not over the same time.
    """
    import xarray

    want(solution, Solution, "solution", "make one with `solve(circuit, stop)`")
    want(simulated, xarray.Dataset, "simulated", "make one with `simulate(circuit, Transient(stop))`")
    circuit = solution.system.equations.circuit
    _check_signals(solution, simulated)
    promised = tolerance or limits_of(circuit, str(simulated.attrs.get("accuracy", "unknown")))
    limits = want(promised, Tolerance, "tolerance", "make one, such as Tolerance(1e-3, 1e-3)")
    times = simulated["time"].values
    spikes = tuple(
        compare_spikes(p.name, solution.spikes(p), spike_times(p, times, simulated[p.name].values), solution.stop)
        for p in circuit.of_type(SpikeProbe)
    )
    model = reference(solution, times)
    place = Place(
        away_from_events(solution, spikes, times) & ~landing(solution, limits.spikes, times),
        min((s.interval for s in spikes), default=np.inf), min(limits.waveform, LOWEST),
        {kind: told / max(limits.waveform, FINEST) for kind, told in smallest_told(simulated, circuit).items()},
    )  # fmt: skip
    detectors = {p.name for p in circuit.of_type(SpikeProbe)}
    names = [str(n) for n in simulated.data_vars if n in model.signals and n not in detectors]
    waveforms = tuple(compare_waveform(name, times, simulated[name], model, place) for name in names)
    metrics = [m for s in spikes for m in _spike_metrics(s, limits)]
    metrics += [m for w in waveforms for m in _waveform_metrics(w, limits)]
    wrong = {m.name.partition(":")[0] for m in metrics if not m.passed}
    drift = _drift([s for s in spikes if s.probe in wrong], [w for w in waveforms if w.signal in wrong], solution)
    if drift:
        drift = f"{drift}; {_finer(simulated)}."
    late = min((_late(s.interval, limits) * s.interval for s in spikes), default=np.inf)
    crawling = crawls(solution, late) if wrong else ""
    counted = any(len(s.missing) or len(s.extra) for s in spikes)
    return Comparison(
        spikes, waveforms, tuple(metrics), " ".join(filter(None, [drift, crawling, ties(circuit) * counted])), limits
    )


def _drift(spikes: list[SpikeComparison], waveforms: list[WaveformComparison], solution: Solution) -> str:
    """Which error adds up, of signals that differ."""
    trains = [Train(s.probe, s.errors, s.interval) for s in spikes]
    trains += [Train(w.signal, w.edges.late, w.edges.interval) for w in waveforms]
    said = adds_up(trains)
    if not said and waveforms:
        worst = max(waveforms, key=lambda w: relative(w.worst, w.swing))
        said = grows(worst.signal, worst.times, worst.residual, np.array([t.time for t in solution.transitions]))
    return f"The{said[3:]}" if said.startswith("the ") else said  # a signal's name stays as it is


def _finer(simulated: xarray.Dataset) -> str:
    if simulated.attrs.get("accuracy") == "reference":
        return "run ngspice for less time"
    return 'run ngspice at accuracy "reference", or for less time'


def _check_signals(solution: Solution, simulated: xarray.Dataset) -> None:
    """Refuse what would leave a signal out of the comparison without a word; `save=` may leave out waveforms."""
    circuit = solution.system.equations.circuit
    ours, theirs = set(signal_expressions(solution.system)), {str(n) for n in simulated.data_vars}
    detectors = {p.name for p in circuit.of_type(SpikeProbe)}
    chosen = simulated.attrs.get("circuit") == to_json(circuit, indent=None) and bool(ours & theirs)
    if "time" not in simulated.coords:
        raise LapicqueError("the simulation has no time axis: compare the result of a Transient.")
    times = simulated["time"].values
    if times.ndim != 1 or len(times) < 2 or not (np.diff(times) > 0).all():
        raise LapicqueError("the simulation has no two points of rising time: compare the whole result of a Transient.")
    if abs(times[-1] - solution.stop) > SPAN * solution.stop:
        raise LapicqueError(
            f"the simulation of {circuit.title!r} ends at {show(float(f'{times[-1]:.6g}'), 's')} and its solution at "
            f"{show(float(f'{solution.stop:.6g}'), 's')}: run both for the same time."
        )
    if missing := sorted(detectors - theirs if chosen else ours - theirs):
        raise LapicqueError(
            f"the simulation does not hold {', '.join(map(repr, missing))} of {circuit.title!r}: simulate the same "
            "circuit, and keep all its signals."
        )
    if unknown := sorted(theirs - ours - {signal_name(n, ()) for n in circuit.nodes if chosen}):
        raise LapicqueError(
            f"the simulation holds {', '.join(map(repr, unknown))}, which {circuit.title!r} does not have: "
            "simulate the same circuit."
        )


def _spike_metrics(s: SpikeComparison, limits: Tolerance) -> list[Metric]:
    return [
        Metric(f"{s.probe}: missing spikes", float(len(s.missing)), 0.0, "spikes"),
        Metric(f"{s.probe}: extra spikes", float(len(s.extra)), 0.0, "spikes"),
        Metric(
            f"{s.probe}: spike time error",
            s.worst / s.interval,
            _late(s.interval, limits),
            "of interval",
        ),
    ]


def _late(interval: float, limits: Tolerance) -> float:
    """How late an event may be, as a part of the interval."""
    return max(limits.spikes, limits.seconds / interval if interval > BIOLOGICAL else 0.0)


def _waveform_metrics(w: WaveformComparison, limits: Tolerance) -> list[Metric]:
    found = [Metric(f"{w.signal}: waveform error", relative(w.worst, w.swing), limits.waveform, "of swing")]
    if len(w.edges.reference):
        part = w.edges.worst / w.edges.interval
        found.append(Metric(f"{w.signal}: missing edges", float(w.edges.missing), 0.0, "edges"))
        found.append(Metric(f"{w.signal}: edge time error", part, _late(w.edges.interval, limits), "of interval"))
    return found
