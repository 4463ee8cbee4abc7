"""Predictions one spike ahead: a model that starts at each spike of a neuron, and what it then says of the next.

Each spike is predicted from the one before, so an error does not add up over a train, and every prediction is a smooth
function of the model's parameters: what least squares needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.neurons import ExponentialLeak, FlowTable, Leak, NeuronModel
from ..compiling import say_if_it_compiles
from .recording import Recording, thinned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NEVER = 1e30
"""Time constant of what a model does not have, seconds."""
SPACING = 0.03
"""Of a middle interval: points that are compared are so far apart."""
FOLLOWED = 1.0
"""A late model is followed for so many middle intervals."""


@frozen(eq=False)
class Seen:
    """What is compared of a neuron's recordings: points between spikes, and spikes.

    Attributes:
        recordings: the stretches.
        used: points of each stretch that are compared: the window after a spike and what is behind a turn are left out.
        slope: observed there, volts per second.
        weight: of each point in its interval; those of an interval sum up to one.
        cluster: number of the interval of each used point, over all stretches.
        spike_cluster: number of the interval that each spike ends.
        longest: how far a late model is followed, seconds.
    """

    recordings: tuple[Recording, ...]
    used: tuple[NDArray[np.bool_], ...]
    slope: Array
    weight: Array
    cluster: NDArray[np.int64]
    spike_cluster: NDArray[np.int64]
    longest: float

    @property
    def v(self) -> Array:
        """Observed voltage of all used points, volts."""
        return np.concatenate([r.v[u] for r, u in zip(self.recordings, self.used, strict=True)])

    @property
    def spikes(self) -> Array:
        """All observed spikes, each from its stretch's own zero, seconds."""
        return np.concatenate([r.spikes for r in self.recordings])

    @property
    def clusters(self) -> int:
        """Number of intervals, open ones too."""
        return int(max(self.cluster.max(initial=-1), self.spike_cluster.max(initial=-1))) + 1


def seen_of(recordings: Sequence[Recording], window: float) -> Seen:
    """Points and spikes to be compared.

    Args:
        recordings: the stretches.
        window: after a spike, left out, seconds.
    """
    used, slopes, weights, clusters, ends, first = [], [], [], [], [], 0
    intervals = np.concatenate([r.intervals for r in recordings])
    longest = FOLLOWED * float(np.median(intervals)) if len(intervals) else recordings[0].length
    steep = [np.gradient(r.v, r.time) for r in recordings]
    thin = [thinned(r, SPACING * longest) for r in recordings]
    for r, whole, dv in zip(thin, recordings, steep, strict=True):
        number = np.searchsorted(r.spikes, r.time, side="left")
        since = r.time - np.concatenate([[-np.inf], r.spikes])[number]
        until = np.concatenate([r.turns, [np.inf]])[number] - r.time
        keep = (since > window) & (until >= 0) & _apart(r.time, SPACING * longest)
        step = np.gradient(r.time)
        total = np.bincount(number[keep], step[keep], len(r.spikes) + 1)
        used.append(keep)
        weights.append(step[keep] / total[number[keep]])
        slopes.append(dv[np.searchsorted(whole.time, r.time[keep])])
        clusters.append(first + number[keep])
        ends.append(first + np.arange(len(r.spikes)))
        first += len(r.spikes) + 1
    return Seen(
        tuple(thin), tuple(used), np.concatenate(slopes), np.concatenate(weights), np.concatenate(clusters),
        np.concatenate(ends), longest,
    )  # fmt: skip


def _apart(time: Array, spacing: float) -> NDArray[np.bool_]:
    """The first point in each stretch of a length."""
    return np.diff(np.floor(time / spacing), prepend=-1.0) > 0


def predicted(model: NeuronModel, seen: Seen) -> tuple[Array, Array]:
    """What a model says one spike ahead.

    Args:
        model: the neuron.
        seen: what is compared.

    Returns:
        Voltage at the used points, volts; when each spike would be seen, nan for a model that does not fire, seconds.
    """
    from .compiled_ahead import ahead

    say_if_it_compiles(ahead, "neuron models one spike ahead")
    packed = _packed(model)
    found = [
        ahead(r.time, r.current, float(r.v[0]), r.spikes, *packed, seen.longest) for r in seen.recordings
    ]  # fmt: skip
    v = [v[used] for (v, _), used in zip(found, seen.used, strict=True)]
    return np.concatenate(v), np.concatenate([s for _, s in found])


def _packed(model: NeuronModel) -> tuple[int, Array, Array, Array, tuple[float, ...], tuple[float, ...]]:
    from .compiled_ahead import EXPONENTIAL, LEAK, TABLE

    flow, one = model.flow, np.zeros(1)
    match flow:
        case Leak():
            kind, p, knots, cubic = LEAK, np.array([flow.g, flow.e, 1.0, 0.0]), one, np.zeros((4, 1))
        case ExponentialLeak():
            kind, p = EXPONENTIAL, np.array([flow.g, flow.e, flow.delta_t, flow.v_t])
            knots, cubic = one, np.zeros((4, 1))
        case FlowTable():
            kind, p, knots, cubic = TABLE, np.zeros(4), np.array(flow.v), np.ascontiguousarray(flow.pieces)
    w, h = model.adaptation, model.threshold
    second = (
        0.0 if w is None else w.a, NEVER if w is None else w.tau, 0.0 if w is None else model.about,
        NEVER if h is None else h.tau, model.c,
    )  # fmt: skip
    numbers = (
        model.v_spike, model.v_reset, model.t_ref - model.delay, model.delay, 0.0 if w is None else w.b,
        0.0 if h is None else h.jump,
    )  # fmt: skip
    return kind, p, knots, cubic, second, numbers
