"""The circuit against the published equations that it is meant to be: spikes, waveforms, and why they differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import SpikeProbe
from ...circuits.errors import CircuitError
from ...circuits.library.target import Suspect, Target
from ..comparison import Metric
from ..limits import Tolerance
from ..models.model import Solution, result, solve
from ..spikes import SpikeComparison, compare_spikes
from .run import TargetRun, run_target

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

AROUND_SPIKE = 1 / 50
"""How far from a spike, in intervals, its upstroke and its reset are looked for."""
LOOKS = 2001
"""Times, evenly over the run, at which waveforms are compared."""


@frozen
class Part:
    """A cause of the difference to the target and how much later it makes the last spike, seconds."""

    name: str
    because: str
    seconds: float


@frozen(eq=False)
class TargetComparison:
    """How far the circuit is from its target.

    `spikes` pairs (target, circuit); `waveforms` are worst differences away from spikes, as parts of the swing.
    """

    source: str
    spikes: SpikeComparison | None
    waveforms: tuple[tuple[str, float], ...]
    metrics: tuple[Metric, ...]
    parts: tuple[Part, ...] = ()
    because: str = ""
    run: TargetRun | None = field(default=None, repr=False)

    @property
    def passed(self) -> bool:
        """Every figure within its limit."""
        return all(m.passed for m in self.metrics)


def compare_target(
    target: Target, solution: Solution, limits: Tolerance, rebuilt: Callable[[Suspect], Circuit] | None = None
) -> TargetComparison:
    """Hold the solution of a circuit's own equations against those that were published.

    Args:
        target: the published equations.
        solution: of the circuit, from `analysis.solve`.
        limits: what the circuit promises.
        rebuilt: builds the circuit with a suspect changed; without it no causes are looked for.

    Raises:
        EquationError: the target could not be solved.
        CircuitError: the circuit has no such probe.
    """
    run = run_target(target, solution.stop)
    spikes = _spikes(run, solution)
    waveforms = tuple(_waveforms(run, solution, spikes))
    metrics = [*_spike_metrics(spikes, limits)]
    metrics += [Metric(f"{probe}: circuit to target", worst, limits.waveform, "of swing") for probe, worst in waveforms]
    found = TargetComparison(target.source, spikes, waveforms, tuple(metrics), (), target.because, run)
    if rebuilt is None or spikes is None:
        return found
    parts = tuple(_part(s, spikes, rebuilt(s), solution.stop) for s in target.suspects)
    return TargetComparison(found.source, spikes, waveforms, found.metrics, parts, found.because, run)


def _spikes(run: TargetRun, solution: Solution) -> SpikeComparison | None:
    if not run.target.spike:
        return None
    found = solution.spikes(_probe(solution, run.target.spike))
    return compare_spikes(run.target.spike, run.spikes, found, solution.stop)


def _probe(solution: Solution, name: str) -> SpikeProbe:
    for probe in solution.system.equations.circuit.of_type(SpikeProbe):
        if probe.name == name:
            return probe
    raise CircuitError(f"{solution.system.equations.circuit.title!r} has no spike probe {name!r} for its target.")


def _spike_metrics(s: SpikeComparison | None, limits: Tolerance) -> list[Metric]:
    if s is None:
        return []
    lost = float(len(s.missing) + len(s.extra))
    return [
        Metric(f"{s.probe}: circuit to target, missing or extra", lost, 0.0, "spikes"),
        Metric(f"{s.probe}: circuit to target", s.worst / s.interval, limits.spikes, "of interval"),
    ]


def _waveforms(run: TargetRun, solution: Solution, spikes: SpikeComparison | None) -> list[tuple[str, float]]:
    times = _calm(np.linspace(0.0, solution.stop, LOOKS), spikes)
    times = _between_kicks(times, run.target)
    seen = result(solution, times)
    found = []
    for match in run.target.matches:
        if match.probe not in seen.data_vars:
            raise CircuitError(f"{solution.system.equations.circuit.title!r} has no probe {match.probe!r}.")
        meant = run.values(match.variable, times) * match.size
        swing = float(np.ptp(meant)) or 1.0
        found.append((match.probe, float(np.max(np.abs(seen[match.probe].values - meant))) / swing))
    return found


def _calm(times: Array, spikes: SpikeComparison | None) -> Array:
    """Times away from spikes, where a waveform error is a time error and is judged as one."""
    if spikes is None:
        return times
    guard = AROUND_SPIKE * spikes.interval + 2 * spikes.worst
    moments = np.concatenate([spikes.pairs.ravel(), spikes.missing, spikes.extra])
    keep = np.ones(len(times), dtype=bool)
    for moment in moments:
        keep &= np.abs(times - moment) > guard
    return times[keep] if keep.any() else times[:1]


def _between_kicks(times: Array, target: Target) -> Array:
    """Times at which no kick is being made: a circuit takes a while for it."""
    arrivals = np.array([t for k in target.kicks for t in k.times]) * target.time
    keep = np.ones(len(times), dtype=bool)
    for t in arrivals:
        keep &= np.abs(times - t) > target.lasting
    return times[keep] if keep.any() else times[:1]


def _part(suspect: Suspect, spikes: SpikeComparison, circuit: Circuit, stop: float) -> Part:
    """What a cause does to the last spike, from how that changes with its size."""
    probe = next(p for p in circuit.of_type(SpikeProbe) if p.name == spikes.probe)
    other = compare_spikes(spikes.probe, spikes.pairs[:, 0], solve(circuit, stop).spikes(probe), stop)
    count = min(len(spikes.pairs), len(other.pairs))
    seconds = (spikes.errors[count - 1] - other.errors[count - 1]) / (1 - suspect.by) if count else 0.0
    return Part(suspect.name, suspect.because, float(seconds))
