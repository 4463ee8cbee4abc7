"""Spike times of sampled waveforms, and spike trains against each other; the detector is the circuit's own probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ..circuits.arguments import want
from ..circuits.elements import SpikeProbe
from ..circuits.sampled import crossings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def spike_times(probe: SpikeProbe, time: Array, waveform: Array) -> Array:
    """Times at which a waveform crosses the level of a spike probe.

    Args:
        probe: level and direction; what is asked of the waveform.
        time: seconds, rising, shape (points,).
        waveform: volts at those times.

    Returns:
        Crossing times by straight lines between the simulator's own points; nothing is resampled.
    """
    want(probe, SpikeProbe, "probe", "take one of the circuit's, such as circuit.of_type(SpikeProbe)[0]")
    return crossings(time, np.asarray(waveform), probe.level, probe.falling)


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
