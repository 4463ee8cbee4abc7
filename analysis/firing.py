"""How fast a circuit fires, from a run that is long enough to tell; and what could not be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from ..circuits.circuit import Circuit
from ..circuits.elements import I, SpikeProbe, V
from ..circuits.equations.derive import derive
from ..circuits.runs.timescales import longest_own
from ..circuits.units import show
from .models.model import Solution, solve
from .models.resolving import close_times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RTOL = 1e-8
"""Tolerance of the solver for neurons without a closed form: a rate needs no more."""
STEADY = 1e-3
"""Two intervals that differ by no more are alike; states that move by no more of their range have settled."""
OTHERWISE = 0.1
"""First length of a run where no time constant says one, seconds."""
LONGEST = 256
"""No run is longer, in longest time constants."""
MANY = 200
"""A run with so many spikes is not made longer."""
AFTER = 2.2
"""A neuron that has come to rest is watched so many times as long as it took to its last spike."""


@frozen(eq=False)
class Firing:
    """The rate of one run.

    Attributes:
        rate: last interval inverted, hertz; 0 where the circuit has come to rest; nan where the run does not tell.
        stop: length of the run, seconds.
        note: what a reader must know of the rate; empty for one that is clear.
        enough: length of a run that shows the same, seconds: a state may creep for long after the last spike.
    """

    rate: float
    stop: float
    note: str
    enough: float


def firing(circuit: Circuit, stop: float | None, first: float | None = None) -> Firing:
    """Measure the rate of a circuit's own equations.

    Args:
        circuit: with a spike probe, the first of which counts.
        stop: length of the run, seconds; None makes it longer until its last two intervals are alike or it is at rest.
        first: where to begin with that, seconds; a time constant of the circuit unless given.
    """
    probe = circuit.of_type(SpikeProbe)[0]
    if stop is not None:
        solution = solve(circuit, stop, RTOL)
        return told(solution.spikes(probe), stop, at_rest(solution))
    length = shortest = max(first or longest_own(derive(circuit)) or OTHERWISE, _last_bend(circuit))
    longest = LONGEST * length
    while True:
        solution = solve(circuit, length, RTOL)
        spikes = solution.spikes(probe)
        found = told(spikes, length, at_rest(solution))
        if not found.note or len(spikes) >= MANY or length >= longest:
            return attrs.evolve(found, enough=_enough(spikes, shortest, length))
        length = min(length * (2 if len(spikes) else 4), longest)


def told(spikes: Array, stop: float, resting: bool) -> Firing:
    """What the spikes of a run tell.

    Args:
        spikes: their times, seconds.
        stop: length of the run.
        resting: whether what fires no more in the second half has come to rest.
    """
    within = f"in {show(float(f'{stop:.3g}'), 's')}"
    if not (spikes > stop / 2).any():
        seen = "no spike" if not len(spikes) else f"no spike after {show(float(f'{spikes[-1]:.3g}'), 's')}"
        return Firing(0.0, stop, "", stop) if resting else Firing(np.nan, stop, f"{seen} {within}", stop)
    if len(spikes) < 2:
        return Firing(np.nan, stop, f"one spike {within}", stop)
    intervals = np.diff(spikes)
    last = float(intervals[-1])
    if len(intervals) < 2:
        return Firing(1 / last, stop, f"two spikes {within}", stop)
    change = abs(last / float(intervals[-2]) - 1)
    return Firing(1 / last, stop, f"last intervals differ by {100 * change:.2g} %" if change > STEADY else "", stop)


def _enough(spikes: Array, shortest: float, stop: float) -> float:
    """Length of a run that shows the same spikes, and the silence that comes after them."""
    if (spikes > stop / 2).any():
        return stop
    return min(max(shortest, AFTER * float(spikes[-1]) if len(spikes) else 0.0), stop)


def at_rest(solution: Solution) -> bool:
    """Whether no state moves in the second half of a run, by more than a small part of its range."""
    times = np.append(close_times(solution), [0.0, solution.stop / 2, solution.stop])
    states = solution.states(times)
    whole, late = np.ptp(states, axis=1), np.ptp(states[:, times >= solution.stop / 2], axis=1)
    return bool((late <= STEADY * whole).all())


def _last_bend(circuit: Circuit) -> float:
    """Twice the time of the last bend of a stimulus: what comes after it is what the circuit does."""
    stimuli = [e.stimulus for e in circuit.parts if isinstance(e, (V, I))]
    return 2 * max((float(s.breakpoints()[0][-1]) for s in stimuli), default=0.0)
