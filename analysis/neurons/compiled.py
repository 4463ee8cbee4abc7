"""The loop that runs a neuron model, compiled; importing this loads numba, so it is done where it is used.

A step is a power series as long as it holds to rounding; an event inside is a zero of that polynomial.
"""

from __future__ import annotations

import numpy as np

from ..kept import njit
from .series import ORDER, expand, first_rise, value

FINE, ENDLESS, AWAY, STUCK = 0, 1, 2, 3
"""How a run ends: as asked, with too many spikes, beyond all numbers, after too many steps."""
FAR = 1e15
"""Times the voltage that matters: who is so far away comes to no end."""


@njit(error_model="numpy")
def run(numbers, bounds, pieces, times, inputs, start, samples, most_spikes, most_steps):  # type: ignore[no-untyped-def]
    """Run a neuron over an input with corners.

    Args:
        numbers, bounds, pieces: see `packed`.
        times, inputs: corners, times not falling.
        start: v, w, h.
        samples: times to be looked at, not falling.
        most_spikes, most_steps: an end to all.

    Returns:
        How it ended, when, spike times, and v, w, h at the samples.
    """
    spikes, count = np.empty(256), 0
    seen = np.empty((3, len(samples)))
    v, w, h = np.empty(ORDER + 1), np.empty(ORDER + 1), np.empty(ORDER + 1)
    x2, y, u = np.empty(ORDER + 1), np.empty(ORDER + 1), np.empty(ORDER + 1)
    v_spike, v_reset, t_ref, b, jump = numbers[1], numbers[2], numbers[3], numbers[6], numbers[9]
    far = FAR * numbers[13]
    state = start.copy()
    piece = np.searchsorted(bounds[1:-1], state[0], side="right")
    stop, at, steps = times[-1], 0, 0
    while at < len(samples) and samples[at] <= times[0]:
        seen[:, at] = state
        at += 1
    k, t, held, hit = 0, times[0], times[0], False
    while k < len(times) - 1:
        begin, end = times[k], times[k + 1]
        if end <= held or end <= begin:
            k += 1
            continue
        slope = (inputs[k + 1] - inputs[k]) / (end - begin)
        s = max(held - begin, 0.0)
        length = end - begin
        while s < length or hit:
            steps += 1
            if steps > most_steps:
                return STUCK, begin + s, spikes[:count], seen
            if hit or state[0] - v_spike - state[2] >= 0.0:
                hit = False
                if count >= most_spikes:
                    return ENDLESS, begin + s, spikes[:count], seen
                if count == len(spikes):
                    longer = np.empty(2 * count)
                    longer[:count] = spikes
                    spikes = longer
                t = begin + s
                spikes[count] = t
                count += 1
                state[0] = v_reset
                state[1] += b
                state[2] += jump
                piece = np.searchsorted(bounds[1:-1], v_reset, side="right")
                if t_ref > 0.0:
                    held = t + t_ref
                    at = _hold(numbers, state, t, held, stop, samples, at, seen)
                    s += t_ref
                continue
            drive = inputs[k] + slope * s
            near = _rate(numbers, pieces[piece], state[0])
            span = min(length - s, 2.0 / near)
            n, fits = expand(numbers, pieces[piece], state, drive, slope, span, v, w, h, x2, y)
            for j in range(n + 1):
                u[j] = v[j] - h[j]
            u[0] -= v_spike
            hit, fits = first_rise(u, n, fits)
            crossed = 0
            if bounds[piece + 1] < np.inf:
                for j in range(n + 1):
                    u[j] = v[j]
                u[0] -= bounds[piece + 1]
                up, until = first_rise(u, n, fits)
                if up or until < fits:
                    hit, fits, crossed = False, until, 1 if up else 0
            if bounds[piece] > -np.inf:
                for j in range(n + 1):
                    u[j] = -v[j]
                u[0] += bounds[piece]
                down, until = first_rise(u, n, fits)
                if down or until < fits:
                    hit, fits, crossed = False, until, -1 if down else 0
            now = begin + s
            while at < len(samples) and samples[at] <= min(now + fits * span, stop):
                z = min(max((samples[at] - now) / span, 0.0), fits)
                seen[0, at], seen[1, at], seen[2, at] = value(v, n, z), value(w, n, z), value(h, n, z)
                at += 1
            state[0], state[1], state[2] = value(v, n, fits), value(w, n, fits), value(h, n, fits)
            if not abs(state[0]) < far:
                return AWAY, now, spikes[:count], seen
            if crossed == 1:
                state[0] = bounds[piece + 1]
                piece += 1
            elif crossed == -1:
                state[0] = bounds[piece]
                piece -= 1
            s = length if fits == 1.0 and span == length - s else min(s + fits * span, length)
        k += 1
    while at < len(samples):
        seen[:, at] = state
        at += 1
    return FINE, stop, spikes[:count], seen


@njit(error_model="numpy")
def _rate(numbers, piece, v):  # type: ignore[no-untyped-def]
    """How quickly a neuron changes where it is, over a second: steps go no further than that allows."""
    c, a, tau_w, tau_h = numbers[0], numbers[5], numbers[7], numbers[10]
    x = v - piece[0]
    steep = abs(piece[2]) + abs((2 * piece[3] + 3 * piece[4] * x) * x)
    if piece[5] != 0.0:
        steep += piece[5] / numbers[11] * np.exp((v - numbers[12]) / numbers[11])
    return steep / c + 1.0 / tau_w + 1.0 / tau_h + np.sqrt(abs(a) / (c * tau_w)) + 1e-300


@njit(error_model="numpy")
def _hold(numbers, state, since, held, stop, samples, at, seen):  # type: ignore[no-untyped-def]
    """While v is held, w and h go on by themselves; returns the next sample."""
    a, tau_w, about, tau_h, v_reset = numbers[5], numbers[7], numbers[8], numbers[10], numbers[2]
    aim, w, h = a * (v_reset - about), state[1], state[2]
    while at < len(samples) and samples[at] <= min(held, stop):
        z = max(samples[at] - since, 0.0)
        seen[0, at], seen[1, at], seen[2, at] = v_reset, aim + (w - aim) * np.exp(-z / tau_w), h * np.exp(-z / tau_h)
        at += 1
    z = min(held, stop) - since
    state[1], state[2] = aim + (w - aim) * np.exp(-z / tau_w), h * np.exp(-z / tau_h)
    return at
