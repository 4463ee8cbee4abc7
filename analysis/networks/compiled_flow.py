"""A membrane between two events, compiled: where it is, and when it first reaches a threshold, to rounding.

Between two events a neuron is v' = -k_m v + c + a exp(-k_s t). Its slope has at most one zero, which has a closed form;
so the first crossing of a threshold lies in a known interval in which v is monotone, and is missed by nobody.
Importing this loads numba, so it is done where it is used.
"""

from __future__ import annotations

import numpy as np

from ..kept import njit

ROUNDING = 1e-15
"""Share of a level by which a membrane's rest must be above it to be told from it."""


@njit()
def phi(k: float, t: float) -> float:
    """(1 - exp(-k t)) / k, and t where k vanishes."""
    z = k * t
    return t * (1.0 - z / 2.0) if abs(z) < 1e-9 else -np.expm1(-z) / k


@njit()
def membrane(v: float, c: float, a: float, k_m: float, k_s: float, t: float) -> float:
    """The membrane after t seconds; equal rates of synapse and membrane are no special case."""
    decayed = np.exp(-k_m * t)
    return v * decayed + c * phi(k_m, t) + a * decayed * phi(k_s - k_m, t)


@njit()
def turning(slope: float, a: float, k_m: float, k_s: float) -> float:
    """When the slope vanishes: slope exp(-k_m t) = a k_s exp(-k_m t) phi(k_s - k_m, t); -1 if it never does."""
    if a == 0.0 or slope == 0.0:
        return -1.0
    r, d = slope / (a * k_s), k_s - k_m
    if r < 0.0 or d * r >= 1.0:
        return -1.0
    return r if abs(d * r) < 1e-12 else -np.log1p(-d * r) / d


@njit()
def crossing(v: float, c: float, a: float, k_m: float, k_s: float, level: float, horizon: float) -> float:
    """Seconds until the membrane reaches a level from below; -1 if it does not within the horizon."""
    slope = -k_m * v + c + a
    turn = turning(slope, a, k_m, k_s)
    low, high = 0.0, horizon
    if turn > 0.0 and slope > 0.0:  # up, then down for good
        high = min(turn, horizon)
    elif turn > 0.0:  # down, then up
        low = turn
    elif slope < 0.0 or (slope == 0.0 and a >= 0.0):
        return -1.0
    if low >= horizon or membrane(v, c, a, k_m, k_s, high) < level:
        return -1.0
    if k_m > 0.0 and not (turn > 0.0 and slope > 0.0) and c <= k_m * level * (1.0 + ROUNDING * np.sign(level)):
        return -1.0  # it rises for ever towards a rest that is not above the level; rounding would take it there
    t = low
    for _ in range(200):
        here = membrane(v, c, a, k_m, k_s, t) - level
        if here >= 0.0:
            high = t
        else:
            low = t
        rate = -k_m * (here + level) + c + a * np.exp(-k_s * t)
        step = t - here / rate if rate > 0.0 else low
        # Newton inside the bracket, the middle otherwise.
        new = step if low < step < high else 0.5 * (low + high)
        if abs(new - t) <= 1e-16 * (1e-3 + t) or high - low <= 1e-15 * high:
            return new
        t = new
    return t
