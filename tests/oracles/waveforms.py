"""Stimuli once more, from their words alone: corners, and values at any time."""

from __future__ import annotations

from typing import Any

import numpy as np

Stimulus = tuple[str, dict[str, Any]]


def corners(stimulus: Stimulus) -> tuple[np.ndarray, np.ndarray]:
    """Where a piecewise linear stimulus bends, and its values there; a sine bends nowhere."""
    kind, given = stimulus
    times, values = _CORNERS[kind](**given)
    keep = np.append(np.diff(times) > 0, True)  # the later of two corners at one time wins
    return np.asarray(times, float)[keep], np.asarray(values, float)[keep]


def value(stimulus: Stimulus, t: np.ndarray) -> np.ndarray:
    """Values at times, seconds."""
    if stimulus[0] == "Sine":
        offset, amplitude, omega, phase = sine(stimulus)
        return offset + amplitude * np.sin(omega * t + phase)
    return np.interp(t, *corners(stimulus))


def sine(stimulus: Stimulus) -> tuple[float, float, float, float]:
    """Offset, amplitude, angular frequency and phase of a sine."""
    s = {"offset": 0.0, "amplitude": 1.0, "frequency": 1e3, "phase": 0.0} | stimulus[1]
    return s["offset"], s["amplitude"], 2 * np.pi * s["frequency"], s["phase"]


def _constant(value: float) -> Any:
    return [0.0], [value]


def _sine(**_: float) -> Any:
    return [0.0], [0.0]


def _step(low: float = 0.0, high: float = 1.0, at: float = 0.0, rise: float = 1e-9) -> Any:
    return [0.0, at, at + rise], [low, low, high]


def _ramp(start: float = 0.0, slope: float = 1.0, at: float = 0.0, duration: float = 1.0) -> Any:
    return [0.0, at, at + duration], [start, start, start + slope * duration]


def _train(low: float, high: float, at: float, width: float, period: float, count: int, rise: float = 1e-9) -> Any:
    feet = at + period * np.arange(count)
    times = np.ravel(feet[:, None] + np.array([0, rise, rise + width, 2 * rise + width]))
    return np.append(0.0, times), np.append(low, np.tile([low, high, high, low], count))


def _pwl(times: Any, values: Any) -> Any:
    return [0.0, *times], [values[0], *values]


def _spikes(times: Any, charge: float, width: float = 1e-6, rise: float = 1e-9) -> Any:
    shape, height = np.array([0, rise, width, width + rise]), charge / width
    corners = np.unique(np.append(0.0, np.ravel(np.asarray(times)[:, None] + shape)))
    pulse = [np.interp(corners, t + shape, [0, height, height, 0], left=0, right=0) for t in times]
    return corners, np.sum(pulse, axis=0)


def _noise(sigma: float, duration: float, dt: float, mean: float = 0.0, seed: int = 0) -> Any:
    count = int(duration / dt) + 1
    return dt * np.arange(count), mean + sigma * np.random.default_rng(seed).standard_normal(count)


_CORNERS = {
    "Constant": _constant, "Sine": _sine, "Step": _step, "Ramp": _ramp, "PulseTrain": _train, "PWL": _pwl,
    "SpikeTrain": _spikes, "Noise": _noise,
}  # fmt: skip
