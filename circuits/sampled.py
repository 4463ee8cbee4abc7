"""Crossings of a level in a sampled signal: the one place where a simulator's samples become spike times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def crossings(time: Array, value: Array, level: float, falling: bool) -> Array:
    """Times at which a waveform crosses a level, by straight lines between its own points."""
    sign = -1.0 if falling else 1.0
    height = sign * (value - level)
    k = np.flatnonzero((height[:-1] < 0) & (height[1:] >= 0))
    return time[k] - height[k] * (time[k + 1] - time[k]) / (height[k + 1] - height[k])
