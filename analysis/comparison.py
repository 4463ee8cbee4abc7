"""Comparing a result of ngspice with a solution of the same circuit's equations.

The solution is exact at any time, so it is asked at the simulator's own time points: nothing is
resampled. Spikes are matched one to one; a missing or extra one is an error of its own that no average
can hide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from ..circuits.elements import SpikeProbe
from ..circuits.errors import LapicqueError, QuantityError
from ..circuits.probes import signal_name
from ..circuits.serialize import to_json
from .model import Solution, result, signal_expressions
from .spikes import spike_times

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


AROUND_SPIKE = 1 / 50
"""How far from a spike, in intervals, its upstroke and its reset are looked for, and"""
STEEP = 10.0
"""how many swings an interval a signal then moves, at least."""
BIOLOGICAL = 1e-3
"""Intervals longer than this, seconds, may be judged in seconds."""
SMALLEST_SWING = 1e-6
"""Least swing of a signal, as a part of the largest state: what moves less is as good as still."""


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
        if not (self.spikes > 0 and self.waveform > 0):
            raise QuantityError(f"{self}: a tolerance must be greater than zero.")


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


@frozen(eq=False)
class SpikeComparison:
    """Spikes of one probe, reference against result, seconds.

    `pairs` holds (reference, result) times; `missing` and `extra` are what found no partner.
    """

    probe: str
    pairs: Array
    missing: Array
    extra: Array
    interval: float
    """Mean inter-spike interval of the reference; the run's length with fewer than two spikes."""
    van_rossum: float
    spike_distance: float

    @property
    def errors(self) -> Array:
        """Result minus reference, seconds."""
        return self.pairs[:, 1] - self.pairs[:, 0]

    @property
    def bias(self) -> float:
        """Mean error, seconds."""
        return float(np.mean(self.errors)) if len(self.pairs) else 0.0

    @property
    def jitter(self) -> float:
        """Standard deviation of the errors, seconds."""
        return float(np.std(self.errors)) if len(self.pairs) else 0.0

    @property
    def worst(self) -> float:
        """Largest error, seconds."""
        return float(np.max(np.abs(self.errors), initial=0.0))

    @property
    def isi_error(self) -> float:
        """Largest error of an inter-spike interval, seconds."""
        return float(np.max(np.abs(np.diff(self.errors)), initial=0.0))


@frozen(eq=False)
class WaveformComparison:
    """One signal, away from spikes: largest error, when, and root mean square over time."""

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


@frozen(eq=False)
class Comparison:
    """Everything that was compared, and the verdict."""

    spikes: tuple[SpikeComparison, ...]
    waveforms: tuple[WaveformComparison, ...]
    metrics: tuple[Metric, ...]

    @property
    def passed(self) -> bool:
        """Every metric within its limit; what compared nothing has not passed."""
        return bool(self.metrics) and all(m.passed for m in self.metrics)


def compare(solution: Solution, simulated: xarray.Dataset, tolerance: Tolerance | None = None) -> Comparison:
    """Compare a simulation with the solution of the same circuit's equations.

    Args:
        solution: from `analysis.solve`.
        simulated: from the ngspice engine, the same probes, the same time span.
        tolerance: what counts as agreement.

    Returns:
        Spikes, waveforms and a verdict per metric.

    Raises:
        LapicqueError: the two do not hold the same signals.
    """
    limits = tolerance or Tolerance()
    circuit = solution.system.equations.circuit
    _check_signals(solution, simulated)
    times = simulated["time"].values
    spikes = tuple(
        compare_spikes(p.name, solution.spikes(p), spike_times(p, times, simulated[p.name].values), solution.stop)
        for p in circuit.of_type(SpikeProbe)
    )
    ideal = result(solution, times)
    places = _places(solution, spikes, times)
    detectors = {p.name for p in circuit.of_type(SpikeProbe)}
    names = [str(n) for n in simulated.data_vars if n in ideal.data_vars and n not in detectors]
    floor = SMALLEST_SWING * float(np.max(np.abs(solution.states(times)), initial=0.0))
    waveforms = tuple(_waveform(name, times, simulated, ideal, places, floor) for name in names)
    metrics = [m for s in spikes for m in _spike_metrics(s, limits)]
    metrics += [
        Metric(f"{w.signal}: waveform error", _relative(w.worst, w.swing), limits.waveform, "of swing")
        for w in waveforms
    ]
    return Comparison(spikes, waveforms, tuple(metrics))


def _check_signals(solution: Solution, simulated: xarray.Dataset) -> None:
    """Refuse what would leave a signal out of the comparison without a word; `save=` may leave out waveforms."""
    circuit = solution.system.equations.circuit
    ours, theirs = set(signal_expressions(solution.system)), {str(n) for n in simulated.data_vars}
    detectors = {p.name for p in circuit.of_type(SpikeProbe)}
    chosen = simulated.attrs.get("circuit") == to_json(circuit, indent=None) and bool(ours & theirs)
    if "time" not in simulated.coords:
        raise LapicqueError("the simulation has no time axis: compare the result of a Transient.")
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


def compare_spikes(name: str, reference: Array, found: Array, stop: float) -> SpikeComparison:
    """Match two spike trains.

    Args:
        name: of the probe.
        reference: spike times that should be, seconds.
        found: spike times that are.
        stop: length of the run, seconds.

    Returns:
        Pairs no further apart than half an interval, in order; the rest is missing or extra. A spike
        that lies at the very end of the run, where the other train may just not have reached it, counts
        as the end does: both trains are cut at the last instant that both have seen in full.
    """
    interval = float(np.mean(np.diff(reference))) if len(reference) > 1 else stop
    pairs, missing, extra = _match(reference, found, interval / 2)
    cut = stop - 1e-3 * interval
    missing, extra = missing[missing < cut], extra[extra < cut]
    return SpikeComparison(name, pairs, missing, extra, interval, *_distances(reference, found, interval, stop))


def _match(reference: Array, found: Array, window: float) -> tuple[Array, Array, Array]:
    pairs, missing, extra, i, j = [], [], [], 0, 0
    while i < len(reference) and j < len(found):
        if abs(found[j] - reference[i]) <= window:
            pairs.append((reference[i], found[j]))
            i, j = i + 1, j + 1
        elif found[j] < reference[i]:
            extra.append(found[j])
            j += 1
        else:
            missing.append(reference[i])
            i += 1
    missing += list(reference[i:])
    extra += list(found[j:])
    return np.array(pairs).reshape(-1, 2), np.array(missing), np.array(extra)


def _distances(reference: Array, found: Array, tau: float, stop: float) -> tuple[float, float]:
    """van Rossum distance with the mean interval for its kernel, and the SPIKE distance."""
    from spikedist import spike_distance, van_rossum

    if not len(reference) and not len(found):
        return 0.0, 0.0
    a, b = reference.tolist(), found.tolist()
    return float(van_rossum(a, b, tau=tau)), float(spike_distance(a, b, interval=[0.0, stop]))


def _spike_metrics(s: SpikeComparison, limits: Tolerance) -> list[Metric]:
    return [
        Metric(f"{s.probe}: missing spikes", float(len(s.missing)), 0.0, "spikes"),
        Metric(f"{s.probe}: extra spikes", float(len(s.extra)), 0.0, "spikes"),
        Metric(
            f"{s.probe}: spike time error",
            s.worst / s.interval,
            max(limits.spikes, limits.seconds / s.interval if s.interval > BIOLOGICAL else 0.0),
            "of interval",
        ),
    ]


@frozen(eq=False)
class _Places:
    """Where waveforms count: `away` from spikes; and `around` one, unless they move as fast as a spike does."""

    away: NDArray[np.bool_]
    around: NDArray[np.bool_]
    interval: float


def _places(solution: Solution, spikes: tuple[SpikeComparison, ...], times: Array) -> _Places:
    """Points at which both runs are between the same two events.

    Around each spike lies the time in which one run may have fired and the other not yet, and the reset
    that follows: there a waveform error is a time error in disguise, and is judged as one.
    """
    away, around = np.ones(len(times), dtype=bool), np.zeros(len(times), dtype=bool)
    for s in spikes:
        guard = 2 * s.worst + 1e-3 * s.interval
        for moment in (*s.pairs[:, 0], *s.missing, *s.extra):
            away &= (times < moment - guard) | (times > moment + guard)
            around |= np.abs(times - moment) <= s.interval * AROUND_SPIKE
    slack = max((2 * s.worst for s in spikes), default=0.0)
    for moment in {t.time for t in solution.transitions}:
        away[np.searchsorted(times, moment - slack) : np.searchsorted(times, moment + slack, side="right")] = False
    return _Places(away, around, min((s.interval for s in spikes), default=0.0))


def _counted(places: _Places, times: Array, reference: Array, swing: float) -> NDArray[np.bool_]:
    """Which points of a signal count: not those of upstroke and reset, where it moves much faster than between."""
    steep = np.abs(np.diff(reference)) * places.interval > STEEP * swing * np.diff(times)
    spiking = places.around & (np.append(steep, False) | np.insert(steep, 0, False))
    return places.away & ~spiking


def _waveform(name: str, times: Array, simulated: Any, ideal: Any, places: _Places, floor: float) -> WaveformComparison:
    reference = ideal[name].values
    swing = max(float(np.ptp(reference)), floor)
    away = _counted(places, times, reference, swing)
    residual = np.where(away, simulated[name].values - reference, 0.0)
    worst = int(np.argmax(np.abs(residual)))
    weight = np.gradient(times) * away
    rms = float(np.sqrt(np.sum(weight * residual**2) / max(np.sum(weight), 1e-300)))
    counted = np.flatnonzero(away)
    last = residual[counted[-1]] if len(counted) else np.nan
    unit = simulated[name].attrs.get("units", "")
    return WaveformComparison(
        name, float(abs(residual[worst])), float(times[worst]), rms, swing, float(abs(last)), unit, times, residual
    )


def _relative(error: float, swing: float) -> float:
    """Error over swing; a signal that does not move is judged in its own unit."""
    return error / swing if swing > 0 else error
