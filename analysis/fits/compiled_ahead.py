"""Compiled: from each spike of a neuron on, a model starts at its reset and goes to the next, under the true input."""

from __future__ import annotations

import math

import numpy as np

from ..kept import njit

LEAK, EXPONENTIAL, TABLE = 0, 1, 2
PART = 0.15
"""Of the shortest time constant, and of what an exponential grows e-fold in: length of a step; fourth order then errs
by 1e-6 of a step."""
LARGEST_POWER = 60.0


@njit()
def flow_of(v, kind, p, knots, cubic):  # type: ignore[no-untyped-def]
    """F(v) and its slope; p is g, e, delta_t, v_t."""
    if kind == LEAK:
        return p[0] * (p[1] - v), -p[0]
    if kind == EXPONENTIAL:
        up = math.exp(min((v - p[3]) / p[2], LARGEST_POWER))
        return p[0] * (p[1] - v + p[2] * up), p[0] * (up - 1.0)
    at = min(max(v, knots[0]), knots[-1])
    k = min(max(np.searchsorted(knots, at, side="right") - 1, 0), len(knots) - 2)
    x, a, b, c, d = at - knots[k], cubic[0, k], cubic[1, k], cubic[2, k], cubic[3, k]
    slope = (3 * a * x + 2 * b) * x + c
    return ((a * x + b) * x + c) * x + d + slope * (v - at), slope


@njit()
def root_of(v0, f0, v1, f1, h, level0, level1):  # type: ignore[no-untyped-def]
    """Where the cubic through ends and slopes of a step meets a level that moves straight; part of a step."""
    low, high = 0.0, 1.0
    for _ in range(50):
        x = (low + high) / 2
        y = 1 - x
        v = y * y * (1 + 2 * x) * v0 + x * y * y * h * f0 + x * x * (3 - 2 * x) * v1 - x * x * y * h * f1
        if v >= level0 + (level1 - level0) * x:
            high = x
        else:
            low = x
    return high


@njit()
def advance(v, w, lift, i0, i1, length, level, number, p, knots, cubic, second):  # type: ignore[no-untyped-def]
    """Go along a straight piece of input until its end, or a spike.

    Args:
        level, number: of the threshold and of the flow's kind; second: a, tau_w, about, tau_h, c.

    Returns:
        v, w, lift at the end, and when a spike was (negative for none).
    """
    a, tau_w, about, tau_h, c = second
    gone = 0.0
    while gone < length:
        rate = (i1 - i0) / length
        i = i0 + rate * gone
        flow, slope = flow_of(v, number, p, knots, cubic)
        dv, dw = (flow - w + i) / c, (a * (v - about) - w) / tau_w
        h = min(length - gone, PART / (abs(slope) / c + 1.0 / tau_w))
        if number == EXPONENTIAL:
            h = min(h, max(2 * PART * p[2], p[3] - 8 * p[2] - v) / (abs(dv) + 1e-300))
        if length - gone - h < 1e-9 * length:
            h = length - gone
        v2, w2 = v + h / 2 * dv, w + h / 2 * dw
        flow, _ = flow_of(v2, number, p, knots, cubic)
        dv2, dw2 = (flow - w2 + i + rate * h / 2) / c, (a * (v2 - about) - w2) / tau_w
        v3, w3 = v + h / 2 * dv2, w + h / 2 * dw2
        flow, _ = flow_of(v3, number, p, knots, cubic)
        dv3, dw3 = (flow - w3 + i + rate * h / 2) / c, (a * (v3 - about) - w3) / tau_w
        v4, w4 = v + h * dv3, w + h * dw3
        flow, _ = flow_of(v4, number, p, knots, cubic)
        dv4, dw4 = (flow - w4 + i + rate * h) / c, (a * (v4 - about) - w4) / tau_w
        v_next = v + h / 6 * (dv + 2 * dv2 + 2 * dv3 + dv4)
        w_next = w + h / 6 * (dw + 2 * dw2 + 2 * dw3 + dw4)
        lift_next = lift * math.exp(-h / tau_h)
        if v_next >= level + lift_next:
            flow, _ = flow_of(v_next, number, p, knots, cubic)
            end = (flow - w_next + i + rate * h) / c
            part = root_of(v, dv, v_next, end, h, level + lift, level + lift_next)
            return level + lift_next, w_next, lift_next, gone + h * part
        v, w, lift = v_next, w_next, lift_next
        gone += h
    return v, w, lift, -1.0


@njit()
def ahead(time, current, start, spikes, number, p, knots, cubic, second, numbers, longest):  # type: ignore[no-untyped-def]
    """One stretch, spike by spike.

    Args:
        start: membrane at the first point; numbers: v_spike, v_reset, release after a spike is seen, delay, b, jump.
        longest: how far behind a spike a model that has not fired is followed, seconds.

    Returns:
        Voltage at every point, up to the threshold; when the model would be seen to spike, nan for never.
    """
    level, v_reset, release, delay, b, jump = numbers
    a, tau_w, about, tau_h, _ = second
    v_at, seen = np.empty(len(time)), np.full(len(spikes), np.nan)
    v, w, lift = start, a * (start - about), 0.0
    free, fired, k = time[0], False, 0
    v_at[0] = min(v, level)
    for n in range(len(time) - 1):
        now, end = time[n], time[n + 1]
        i0, rate = current[n], (current[n + 1] - current[n]) / (end - now)
        while now < end:
            stop = end
            if k < len(spikes):
                stop = min(stop, spikes[k])
            held = now < free
            if held:
                stop = min(stop, free)
            if stop > now:
                if held or fired:
                    at = v_reset if held else level + lift
                    target, fade = a * (at - about), math.exp(-(stop - now) / tau_w)
                    w = target + (w - target) * fade
                    lift *= math.exp(-(stop - now) / tau_h)
                    v = v_reset if held else level + lift
                else:
                    i, j = i0 + rate * (now - time[n]), i0 + rate * (stop - time[n])
                    v, w, lift, when = advance(v, w, lift, i, j, stop - now, level, number, p, knots, cubic, second)
                    if when >= 0:
                        fired = True
                        if k < len(spikes):
                            seen[k] = now + when + delay
                now = stop
            if k < len(spikes) and now >= spikes[k]:
                if not fired and free <= now:
                    seen[k] = delay + follow(
                        time, current, n, now, v, w, lift, level, number, p, knots, cubic, second, spikes[k] + longest
                    )
                w += b * math.exp(-delay / tau_w)
                lift += jump * math.exp(-delay / tau_h)
                v, fired, free = v_reset, False, spikes[k] + release
                k += 1
        v_at[n + 1] = v
    return v_at, seen


@njit()
def follow(time, current, n, now, v, w, lift, level, number, p, knots, cubic, second, until):  # type: ignore[no-untyped-def]
    """When a model that is late fires after all; nan for not before `until`."""
    while n < len(time) - 1 and now < until:
        rate = (current[n + 1] - current[n]) / (time[n + 1] - time[n])
        i, j = current[n] + rate * (now - time[n]), current[n + 1]
        if time[n + 1] > now:
            v, w, lift, when = advance(v, w, lift, i, j, time[n + 1] - now, level, number, p, knots, cubic, second)
            if when >= 0:
                return now + when
        now = time[n + 1]
        n += 1
    return np.nan
