"""Spike times of sampled waveforms; the detector is the circuit's own spike probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..circuits.elements import SpikeProbe
from ..netlists.signals import crossings

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
    return crossings(time, np.asarray(waveform), probe.level, probe.falling)
