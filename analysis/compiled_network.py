"""The event-driven network, compiled: exact flow between events, thresholds found to rounding, events in order of time.

Between two events a neuron is v' = -k_m v + c + a exp(-k_s t). Its slope has at most one zero, which has a closed form;
so the first crossing of a threshold lies in a known interval in which v is monotone, and is missed by nobody.
Importing this loads numba, so it is done where it is used.
"""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit

INPUT, SPIKE, BEGIN, END, FREE, SAMPLE = range(6)
"""Kinds of events, in the order in which those of one instant are taken: an arrival before what it may cause."""


@njit(cache=True)
def phi(k, t):  # type: ignore[no-untyped-def]
    """(1 - exp(-k t)) / k, and t where k vanishes."""
    z = k * t
    return t * (1.0 - z / 2.0) if abs(z) < 1e-9 else -np.expm1(-z) / k


@njit(cache=True)
def membrane(v, c, a, k_m, k_s, t):  # type: ignore[no-untyped-def]
    """The membrane after t seconds; equal rates of synapse and membrane are no special case."""
    decayed = np.exp(-k_m * t)
    return v * decayed + c * phi(k_m, t) + a * decayed * phi(k_s - k_m, t)


@njit(cache=True)
def turning(slope, a, k_m, k_s):  # type: ignore[no-untyped-def]
    """When the slope vanishes: slope exp(-k_m t) = a k_s exp(-k_m t) phi(k_s - k_m, t); -1 if it never does."""
    if a == 0.0 or slope == 0.0:
        return -1.0
    r, d = slope / (a * k_s), k_s - k_m
    if r < 0.0 or d * r >= 1.0:
        return -1.0
    return r if abs(d * r) < 1e-12 else -np.log1p(-d * r) / d


@njit(cache=True)
def crossing(v, c, a, k_m, k_s, level, horizon):  # type: ignore[no-untyped-def]
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


@njit(cache=True)
def run_events(  # type: ignore[no-untyped-def]
    k_s, into, k_m, gain, c_s, c_m, v_th, v_reset, v_start, begins, k_held, c_held,
    group_start, groups, delay, target_start, targets, jumps, width, dead,
    input_time, input_source, watched, sample_times, stop,
):  # fmt: skip
    """Run a network of cascades; see `event_network` for the arguments.

    Sources are the neurons, then the input lines. `groups[group_start[s]:group_start[s + 1]]` are the groups of synapses
    of source s, one a delay; a group's synapses are `targets` and `jumps`, and the length of its pulses `width`, 0 for
    a Dirac pulse.
    """
    n = len(k_m)
    v, i, at = v_start.copy(), np.zeros(n), np.zeros(n)
    drive, held, version = np.zeros(n), np.zeros(n, np.bool_), np.zeros(n, np.int64)
    queue = [(sample_times[k], SAMPLE, k, 0) for k in range(len(sample_times))]
    queue.append((-1.0, SAMPLE, -1, 0))
    for k in range(len(input_time)):
        queue.append((input_time[k], INPUT, input_source[k], 0))
    heapq.heapify(queue)
    who, when = [0], [0.0]
    who.pop()
    when.pop()
    samples = np.zeros((len(watched), len(sample_times)))
    for j in range(n):
        _plan(queue, j, 0.0, stop, v, i, drive, held, version, k_s, into, k_m, gain, c_s, c_m, v_th)
    while len(queue):
        t, kind, index, stamp = heapq.heappop(queue)
        if t > stop:
            break
        if kind == SAMPLE:
            if index >= 0:
                for w in range(len(watched)):
                    j = watched[w]
                    _advance(j, t, v, i, at, drive, held, k_s, into, k_m, gain, c_s, c_m)
                    samples[w, index] = v[j]
                    version[j] += 1
                    _plan(queue, j, t, stop, v, i, drive, held, version, k_s, into, k_m, gain, c_s, c_m, v_th)
        elif kind == SPIKE:
            if version[index] != stamp:
                continue
            _advance(index, t, v, i, at, drive, held, k_s, into, k_m, gain, c_s, c_m)
            who.append(index)
            when.append(t)
            v[index] = v_reset[index]
            version[index] += 1
            if dead > 0.0:
                held[index] = True
                heapq.heappush(queue, (t + begins[index] + dead, FREE, index, 0))
            else:
                _plan(queue, index, t, stop, v, i, drive, held, version, k_s, into, k_m, gain, c_s, c_m, v_th)
            for g in groups[group_start[index] : group_start[index + 1]]:
                begin = begins[index] if width[g] > 0.0 else 0.0
                heapq.heappush(queue, (t + begin + delay[g], BEGIN, g, 0))
        elif kind == INPUT:
            for g in groups[group_start[index] : group_start[index + 1]]:
                heapq.heappush(queue, (t + delay[g], BEGIN, g, 0))
        elif kind == FREE:
            _advance(index, t, v, i, at, drive, held, k_s, into, k_m, gain, c_s, c_m)
            held[index] = False
            v[index] = (c_held[index] + (gain[index] * i[index] if into[index] else drive[index])) / k_held[index]
            _plan(queue, index, t, stop, v, i, drive, held, version, k_s, into, k_m, gain, c_s, c_m, v_th)
        else:
            sign = 1.0 if kind == BEGIN else -1.0
            for s in range(target_start[index], target_start[index + 1]):
                j = targets[s]
                _advance(j, t, v, i, at, drive, held, k_s, into, k_m, gain, c_s, c_m)
                if width[index] > 0.0:
                    drive[j] += sign * jumps[s] / width[index]
                elif into[j]:
                    i[j] += jumps[s]
                elif not held[j]:
                    v[j] += jumps[s]
                version[j] += 1
                _plan(queue, j, t, stop, v, i, drive, held, version, k_s, into, k_m, gain, c_s, c_m, v_th)
            if kind == BEGIN and width[index] > 0.0:
                heapq.heappush(queue, (t + width[index], END, index, 0))
    return np.array(who), np.array(when), samples


@njit(cache=True)
def _terms(j, i, drive, k_s, into, gain, c_s, c_m):  # type: ignore[no-untyped-def]
    """Constant and decaying drive of a membrane, and where its synapse is going."""
    if not into[j]:
        return c_m[j] + drive[j], 0.0, 0.0
    rest = (c_s[j] + drive[j]) / k_s[j]
    return c_m[j] + gain[j] * rest, gain[j] * (i[j] - rest), rest


@njit(cache=True)
def _advance(j, t, v, i, at, drive, held, k_s, into, k_m, gain, c_s, c_m):  # type: ignore[no-untyped-def]
    """Carry a neuron to time t; while it is held at its reset only its synapse moves."""
    s = t - at[j]
    if s > 0.0:
        c, a, rest = _terms(j, i, drive, k_s, into, gain, c_s, c_m)
        if not held[j]:
            v[j] = membrane(v[j], c, a, k_m[j], k_s[j], s)
        if into[j]:
            i[j] = rest + (i[j] - rest) * np.exp(-k_s[j] * s)
    at[j] = t


@njit(cache=True)
def _plan(queue, j, t, stop, v, i, drive, held, version, k_s, into, k_m, gain, c_s, c_m, v_th):  # type: ignore[no-untyped-def]
    """Put the neuron's next spike, as things are now, into the queue."""
    if held[j] or v_th[j] == np.inf:
        return
    if v[j] >= v_th[j]:
        heapq.heappush(queue, (t, SPIKE, j, version[j]))
        return
    c, a, _ = _terms(j, i, drive, k_s, into, gain, c_s, c_m)
    wait = crossing(v[j], c, a, k_m[j], k_s[j], v_th[j], stop - t)
    if wait >= 0.0:
        heapq.heappush(queue, (t + wait, SPIKE, j, version[j]))
