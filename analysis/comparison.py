"""Comparing a result of ngspice with a solution of the same circuit's equations.

The solution is exact at any time, so it is asked at the simulator's own time points: nothing is
resampled. Spikes are matched one to one; a missing or extra one is an error of its own that no average
can hide. So are the edges of every signal, which are judged in time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from ..circuits.arguments import positive, want
from ..circuits.circuit import Circuit
from ..circuits.elements import Diode, R, SpikeProbe
from ..circuits.errors import LapicqueError
from ..circuits.probes import signal_name
from ..circuits.serialize import to_json
from ..circuits.units import show
from .drift import Train, adds_up, grows
from .edges import Edges, find_edges
from .model import Solution, signal_expressions
from .reference import Reference, kind_of, reference
from .sliding import slide_starts
from .solver_steps import SolverStep
from .spikes import SpikeComparison, compare_spikes, spike_times

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


BIOLOGICAL = 1e-3
"""Intervals longer than this, seconds, may be judged in seconds."""
SPAN = 1e-6
"""By what part of it two runs that are compared may differ in length."""
FINEST = 1e-5
"""Errors below what ngspice tells from nothing are no errors, down to this tolerance of a waveform."""
BLOCKED = 4.1e-3
"""Largest difference of ngspice's current of a blocking diode, as a part of i_s (at five thermal voltages)."""
LOWEST = 0.1
"""Edges as high as this part of the swing always count; lower ones where they could hide a waveform error."""


@frozen
class Tolerance:
    """What counts as agreement.

    Attributes:
        spikes: spike time error as a part of the mean interval (of the run, for one spike).
        waveform: waveform error away from spikes, as a part of the signal's swing.
        seconds: spike time error that is allowed in any case where intervals are as long as in biology.
    """

    spikes: float = 1e-3
    waveform: float = 1e-3
    seconds: float = 0.0

    def __attrs_post_init__(self) -> None:
        for what in ("spikes", "waveform"):
            positive(getattr(self, what), f"the tolerance of {what}", "1e-3", unit="")
        positive(self.seconds, "the tolerance in seconds", "1e-6", 0.0, unit="s")


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


@frozen(eq=False)
class WaveformComparison:
    """One signal, away from spikes and edges: largest error, when, and root mean square over time; and its edges."""

    signal: str
    worst: float
    at: float
    rms: float
    swing: float
    steady: float
    """Error at the last point that counts."""
    unit: str
    times: Array = field(repr=False)
    residual: Array = field(repr=False)
    edges: Edges


@frozen(eq=False, str=False)
class Comparison:
    """Everything that was compared, and the verdict."""

    spikes: tuple[SpikeComparison, ...]
    waveforms: tuple[WaveformComparison, ...]
    metrics: tuple[Metric, ...]
    drift: str = ""
    """Which errors add up from event to event, and what to do then; empty where none do."""

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
        return "\n".join([self.verdict, *self.notes])


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
        tolerance: what counts as agreement.

    Returns:
        Spikes, waveforms and a verdict per metric.

    Raises:
        LapicqueError: the two do not hold the same signals, or not over the same time.
    """
    import xarray

    want(solution, Solution, "solution", "make one with `solve(circuit, stop)`")
    want(simulated, xarray.Dataset, "simulated", "make one with `simulate(circuit, Transient(stop))`")
    limits = want(tolerance or Tolerance(), Tolerance, "tolerance", "make one, such as Tolerance(1e-3, 1e-3)")
    circuit = solution.system.equations.circuit
    _check_signals(solution, simulated)
    times = simulated["time"].values
    spikes = tuple(
        compare_spikes(p.name, solution.spikes(p), spike_times(p, times, simulated[p.name].values), solution.stop)
        for p in circuit.of_type(SpikeProbe)
    )
    model = reference(solution, times)
    place = _Place(
        _away(solution, spikes, times) & ~_landing(solution, limits, times),
        min((s.interval for s in spikes), default=np.inf), min(limits.waveform, LOWEST),
        {kind: told / max(limits.waveform, FINEST) for kind, told in _told(simulated, circuit).items()},
    )  # fmt: skip
    detectors = {p.name for p in circuit.of_type(SpikeProbe)}
    names = [str(n) for n in simulated.data_vars if n in model.signals and n not in detectors]
    waveforms = tuple(_waveform(name, times, simulated[name], model, place) for name in names)
    metrics = [m for s in spikes for m in _spike_metrics(s, limits)]
    metrics += [m for w in waveforms for m in _waveform_metrics(w, limits)]
    wrong = {m.name.partition(":")[0] for m in metrics if not m.passed}
    drift = _drift([s for s in spikes if s.probe in wrong], [w for w in waveforms if w.signal in wrong], solution)
    if drift:
        drift = f"{drift}; {_finer(simulated)}."
    return Comparison(spikes, waveforms, tuple(metrics), drift)


def _drift(spikes: list[SpikeComparison], waveforms: list[WaveformComparison], solution: Solution) -> str:
    """Which error adds up, of signals that differ."""
    trains = [Train(s.probe, s.errors, s.interval) for s in spikes]
    trains += [Train(w.signal, w.edges.late, w.edges.interval) for w in waveforms]
    said = adds_up(trains)
    if not said and waveforms:
        worst = max(waveforms, key=lambda w: _relative(w.worst, w.swing))
        said = grows(worst.signal, worst.times, worst.residual, np.array([t.time for t in solution.transitions]))
    return f"{said[:1].upper()}{said[1:]}"


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


def _told(simulated: xarray.Dataset, circuit: Circuit) -> dict[str, float]:
    """The smallest voltage and current that ngspice tells from nothing: it was asked to, and its diodes let it.

    Blocking diodes carry i_s (1 - (3 n U_T / (e v))^3) there instead of i_s (1 - e^(v / (n U_T))) (ngspice manual,
    section 7.2, reverse region); that also makes a voltage across resistors.
    """
    options = json.loads(simulated.attrs.get("options", "{}"))
    blocked = BLOCKED * max((d.i_s for d in circuit.of_type(Diode)), default=0.0)
    across = blocked * max((r.value for r in circuit.of_type(R)), default=0.0)
    return {"V": max(options.get("vntol", 0.0), across), "A": max(options.get("abstol", 0.0), blocked)}


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
    found = [Metric(f"{w.signal}: waveform error", _relative(w.worst, w.swing), limits.waveform, "of swing")]
    if len(w.edges.reference):
        part = w.edges.worst / w.edges.interval
        found.append(Metric(f"{w.signal}: missing edges", float(w.edges.missing), 0.0, "edges"))
        found.append(Metric(f"{w.signal}: edge time error", part, _late(w.edges.interval, limits), "of interval"))
    return found


@frozen(eq=False)
class _Place:
    """Where waveforms count: `away` from spikes, whose mean interval it has.

    Edges are higher than `smallest` of a swing. A swing counts as no less than `least` (volts, amperes): what ngspice
    does not tell from nothing is no error.
    """

    away: NDArray[np.bool_]
    interval: float
    smallest: float
    least: dict[str, float]


def _away(solution: Solution, spikes: tuple[SpikeComparison, ...], times: Array) -> NDArray[np.bool_]:
    """Points at which both runs are between the same two events.

    Around each spike lies the time in which one run may have fired and the other not yet, and the reset
    that follows: there a waveform error is a time error in disguise, and is judged as one.
    """
    away = np.ones(len(times), dtype=bool)
    for s in spikes:
        guard = 2 * s.worst + 1e-3 * s.interval
        for moment in (*s.pairs[:, 0], *s.missing, *s.extra):
            away &= (times < moment - guard) | (times > moment + guard)
    slack = max((2 * s.worst for s in spikes), default=0.0)
    for moment in {t.time for t in solution.transitions}:
        away[np.searchsorted(times, moment - slack) : np.searchsorted(times, moment + slack, side="right")] = False
    return away


def _landing(solution: Solution, limits: Tolerance, times: Array) -> NDArray[np.bool_]:
    """Points so near to where the model comes to slide that what ngspice does there is a time error within its limit.

    ngspice passes the surface by a part of a step, and the law is on its other side until it is led back.
    """
    moments = slide_starts([p for p in solution.pieces if isinstance(p, SolverStep)])
    near = np.zeros(len(times), dtype=bool)
    guard = limits.spikes * solution.stop / max(1, len(moments))
    for moment in moments:
        near[np.searchsorted(times, moment - guard) : np.searchsorted(times, moment + guard, side="right")] = True
    return near


def _waveform(name: str, times: Array, signal: xarray.DataArray, model: Reference, place: _Place) -> WaveformComparison:
    values = signal.values
    unit = signal.attrs.get("units", "")

    line = (model.times, model.signals[name])
    swing = max(model.swing(name, unit), place.least[kind_of(unit)])
    lowest = place.smallest * max(float(np.ptp(line[1])), place.least[kind_of(unit)])
    edges = find_edges(model.of(name), line, (times, values), model.moments, lowest, place.interval)
    away = place.away & ~edges.covers(times)
    residual = np.where(away, values - model.nearer_side(name, times, values), 0.0)
    worst = int(np.argmax(np.abs(residual)))
    weight = np.gradient(times) * away
    rms = float(np.sqrt(np.sum(weight * residual**2) / max(np.sum(weight), 1e-300)))
    counted = np.flatnonzero(away)
    last, most = (residual[counted[-1]], residual[worst]) if len(counted) else (np.nan, np.nan)
    return WaveformComparison(
        name, float(abs(most)), float(times[worst]), rms, swing, float(abs(last)),
        unit, times, residual, edges,
    )  # fmt: skip


def _relative(error: float, swing: float) -> float:
    """Error over swing; a signal that does not move is judged in its own unit."""
    return error / swing if swing > 0 else error
