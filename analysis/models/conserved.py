"""What a mode keeps: sums that only inputs change, followed as polynomials and waves in time."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from ...circuits.numeric.exact import Kept
from .inputs import Drive, columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def keeping(kept: Kept, start: Array, drive: Drive, s: Array) -> Array:
    """Follow q' = n q + b u + c.

    Args:
        kept: the part of a mode that does not relax.
        start: all states at the start, shape (states,), or (states, points) where each time has its own.
        drive: inputs from there on.
        s: seconds since the start, shape (points,).

    Returns:
        q, shape (kept sums, points).
    """
    q0 = kept.w @ columns(start)
    total = np.zeros((len(q0), len(s)))
    for k, index in enumerate(drive.sine_input):
        gain = kept.b[:, index]
        if gain.any():
            turn = 1j * drive.omega[k] - drive.decay[k]
            spun = np.linalg.solve(turn * np.eye(len(q0)) - kept.n, gain.astype(complex))[:, None] * drive.amplitude[k]
            wave = np.imag(spun * np.exp(turn * s + 1j * drive.phase[k]))
            q0 = q0 - np.imag(spun * np.exp(1j * drive.phase[k]))
            total = total + wave
    power = np.eye(len(q0))
    constant, slope = kept.b @ columns(drive.value) + kept.c[:, None], kept.b @ columns(drive.slope)
    for j in range(len(q0)):
        for vector, order in ((q0, j), (constant, j + 1), (slope, j + 2)):
            total = total + (power @ vector) * (s**order / factorial(order))
        power = power @ kept.n
    return total
