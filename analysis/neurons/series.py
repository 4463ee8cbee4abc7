"""Solutions as power series, and where they rise through zero; importing this loads numba.

Source of the recursion: Jorba and Zou 2005, Experimental Mathematics 14:99. Powers of time count in units of a step
that is tried, so that no coefficient grows without bound.
"""

from __future__ import annotations

import numpy as np

from ..kept import njit

ORDER = 22
"""Highest power of a series."""
ROUNDING = 1e-17
"""A power that adds less, of the voltage that matters, adds nothing."""
QUICKEST = 1e8
"""In an upstroke so much more adds nothing: what counts there is time, and v passes quicker by as much."""
NARROW = 1e-9
"""A part of a step in which a crossing that is no clear one is looked for no closer."""


@njit(error_model="numpy")
def expand(numbers, piece, state, drive, slope, span, v, w, h, x2, y):  # type: ignore[no-untyped-def]
    """Powers of v, w and h in time over span; returns the highest, and the part of the span in which they hold."""
    c, a, tau_w, about = numbers[0], numbers[5], numbers[7], numbers[8]
    tau_h, delta, v_t, small = numbers[10], numbers[11], numbers[12], numbers[13]
    anchor, line, square, cube, factor = piece[0], piece[2], piece[3], piece[4], piece[5]
    v[0], w[0], h[0] = state[0], state[1], state[2]
    x = v[0] - anchor
    enough = ROUNDING * small
    if factor != 0.0:
        grown = np.exp((v[0] - v_t) / delta)
        y[0] = factor * grown
        enough *= min(max(grown, 1.0), QUICKEST)
    quiet = 0
    for k in range(ORDER):
        flow = line * (v[k] if k else x)
        if k == 0:
            flow += piece[1] + drive
            pull = a * (v[0] - about)
        else:
            pull = a * v[k]
        if k == 1:
            flow += slope * span
        if square != 0.0 or cube != 0.0:
            total = 0.0
            for j in range(k + 1):
                total += (v[j] if j else x) * (v[k - j] if k - j else x)
            x2[k] = total
            flow += square * total
            if cube != 0.0:
                total = 0.0
                for j in range(k + 1):
                    total += x2[j] * (v[k - j] if k - j else x)
                flow += cube * total
        if factor != 0.0:
            if k:
                total = 0.0
                for j in range(k):
                    total += y[j] * (k - j) * v[k - j]
                y[k] = total / (k * delta)
            flow += y[k]
        part = span / (k + 1)
        v[k + 1] = (flow - w[k]) / c * part
        w[k + 1] = (pull - w[k]) / tau_w * part
        h[k + 1] = -h[k] / tau_h * part
        size = max(abs(v[k + 1]), abs(h[k + 1]))
        quiet = quiet + 1 if size <= enough else 0
        if quiet >= 2 and k >= 3:
            return k + 1, 1.0
    size = max(abs(v[ORDER]), abs(h[ORDER]))
    before = max(abs(v[ORDER - 1]), abs(h[ORDER - 1]))
    fits = min((enough / max(size, 1e-300)) ** (1.0 / ORDER), (enough / max(before, 1e-300)) ** (1.0 / (ORDER - 1)))
    return ORDER, min(fits, 1.0)


@njit(error_model="numpy")
def value(c, n, t):  # type: ignore[no-untyped-def]
    """A polynomial with powers up to n."""
    found = c[n]
    for k in range(n - 1, -1, -1):
        found = found * t + c[k]
    return found


@njit(error_model="numpy")
def slope_at(c, n, t):  # type: ignore[no-untyped-def]
    """The derivative of a polynomial."""
    found = n * c[n]
    for k in range(n - 1, 0, -1):
        found = found * t + k * c[k]
    return found


@njit(error_model="numpy")
def first_rise(c, n, end):  # type: ignore[no-untyped-def]
    """Where a polynomial that is not above zero at 0 first comes to zero from below, up to an end.

    Bounds on the polynomial and its derivatives say in which shape it goes: up, down, curved one way. Where they say
    nothing, only a half is looked at, so no crossing and no pair of them is missed.

    Returns:
        Whether it does, and where; without a crossing, how far that is known.
    """
    c[0] = min(c[0], 0.0)
    narrow = NARROW * end
    while True:
        top, power = c[0], 1.0
        low1, high1 = c[1], c[1]
        low2, high2 = 0.0, 0.0
        for k in range(1, n + 1):
            if k >= 2:
                bend = k * (k - 1) * c[k] * power  # power is end^(k-2)
                low2 += bend if k == 2 else min(bend, 0.0)
                high2 += bend if k == 2 else max(bend, 0.0)
                power *= end
                rate = k * c[k] * power
                low1 += min(rate, 0.0)
                high1 += max(rate, 0.0)
            top += max(c[k] * power * end, 0.0)
        if top <= 0.0 or high1 <= 0.0:
            return False, end
        if low1 >= 0.0 or low2 >= 0.0 or end <= narrow:
            return (True, _rise(c, n, end)) if value(c, n, end) >= 0.0 else (False, end)
        if high2 <= 0.0:
            if c[1] <= 0.0:
                return False, end
            if slope_at(c, n, end) >= 0.0:
                return (True, _rise(c, n, end)) if value(c, n, end) >= 0.0 else (False, end)
            peak = _peak(c, n, end)
            return (True, _rise(c, n, peak)) if value(c, n, peak) >= 0.0 else (False, end)
        end *= 0.5


@njit(error_model="numpy")
def _rise(c, n, high):  # type: ignore[no-untyped-def]
    """The one place where a polynomial comes to zero, below before and not below at high: Newton, held by halves."""
    low, t = 0.0, high
    for _ in range(200):
        at = value(c, n, t)
        if at >= 0.0:
            high = t
        else:
            low = t
        rate = slope_at(c, n, t)
        new = t - at / rate if rate > 0.0 else low
        if not low < new < high:
            new = 0.5 * (low + high)
            if not low < new < high:
                return high
        if abs(new - t) <= 1e-16 * high:
            return new
        t = new
    return high


@njit(error_model="numpy")
def _peak(c, n, high):  # type: ignore[no-untyped-def]
    """Where the falling derivative of a polynomial is zero, by halves."""
    low = 0.0
    while True:
        t = 0.5 * (low + high)
        if not low < t < high:
            return t
        if slope_at(c, n, t) > 0.0:
            low = t
        else:
            high = t
