"""Inputs of a stretch at times, compiled; importing this loads numba."""

from __future__ import annotations

import numpy as np

from .inner import inner
from .radau import Array
from .radau_work import Drive


@inner
def inputs_at(drive: Drive, t: float, u: Array) -> None:
    """The inputs at a time."""
    s, value, slope, index = t - drive.since, drive.value, drive.slope, drive.sine_input
    for i in range(len(value)):
        u[i] = value[i] + slope[i] * s
    if len(index):
        amplitude, omega, phase, decay = drive.amplitude, drive.omega, drive.phase, drive.decay
        for k in range(len(index)):
            u[index[k]] += amplitude[k] * np.exp(-decay[k] * s) * np.sin(omega[k] * s + phase[k])


@inner
def inputs_along(drive: Drive, start: float, length: float, places: Array, us: Array) -> None:
    """The inputs at places of a step, parts of its length; shape (inputs, places)."""
    value, slope, index, since = drive.value, drive.slope, drive.sine_input, start - drive.since
    for i in range(len(value)):
        for a in range(len(places)):
            us[i, a] = value[i] + slope[i] * (since + places[a] * length)
    if len(index):
        amplitude, omega, phase, decay = drive.amplitude, drive.omega, drive.phase, drive.decay
        for k in range(len(index)):
            for a in range(len(places)):
                s = since + places[a] * length
                us[index[k], a] += amplitude[k] * np.exp(-decay[k] * s) * np.sin(omega[k] * s + phase[k])
