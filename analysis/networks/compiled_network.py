"""The event-driven network, compiled: exact flow between events, thresholds found to rounding, events in order of time.

Between two events a neuron is v' = -k_m v + c + a exp(-k_s t). Its slope has at most one zero, which has a closed form;
so the first crossing of a threshold lies in a known interval in which v is monotone, and is missed by nobody.
Importing this loads numba, so it is done where it is used.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..kept import njit
from .cell_flow import CellFlow

Array = NDArray[np.float64]
Queue = list[tuple[float, int, int, int]]
"""Heap of (time, kind, number, plan of the neuron)."""

INPUT, SPIKE, BEGIN, END, FREE, SAMPLE = range(6)
"""Kinds of events, in the order in which those of one instant are taken: an arrival before what it may cause."""


@njit(cache=True)
def phi(k: float, t: float) -> float:
    """(1 - exp(-k t)) / k, and t where k vanishes."""
    z = k * t
    return t * (1.0 - z / 2.0) if abs(z) < 1e-9 else -np.expm1(-z) / k


@njit(cache=True)
def membrane(v: float, c: float, a: float, k_m: float, k_s: float, t: float) -> float:
    """The membrane after t seconds; equal rates of synapse and membrane are no special case."""
    decayed = np.exp(-k_m * t)
    return v * decayed + c * phi(k_m, t) + a * decayed * phi(k_s - k_m, t)


@njit(cache=True)
def turning(slope: float, a: float, k_m: float, k_s: float) -> float:
    """When the slope vanishes: slope exp(-k_m t) = a k_s exp(-k_m t) phi(k_s - k_m, t); -1 if it never does."""
    if a == 0.0 or slope == 0.0:
        return -1.0
    r, d = slope / (a * k_s), k_s - k_m
    if r < 0.0 or d * r >= 1.0:
        return -1.0
    return r if abs(d * r) < 1e-12 else -np.log1p(-d * r) / d


@njit(cache=True)
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


class Synapses(NamedTuple):
    """Who hears whom: sources are the neurons, then the input lines.

    The groups of source s, one a delay, are `group_start[s]` to `group_start[s + 1]`. A group has a `delay`, pulses of
    a `width` (0: Dirac pulses), and the synapses `first[g]` to `first[g + 1]`: `target` and `jump` (volts) of each.
    """

    group_start: NDArray[np.int64]
    delay: Array
    width: Array
    first: NDArray[np.int64]
    target: NDArray[np.int64]
    jump: Array


class State(NamedTuple):
    """Of every neuron: membrane, synapse, when they were so, drive, whether it is held, number of its last plan."""

    v: Array
    i: Array
    at: Array
    drive: Array
    held: NDArray[np.bool_]
    version: NDArray[np.int64]


@njit(cache=True)
def run_events(
    cells: CellFlow, synapses: Synapses, dead: float, input_time: Array, input_source: NDArray[np.int64],
    watched: NDArray[np.int64], sample_times: Array, stop: float,
) -> tuple[NDArray[np.int64], Array, Array]:  # fmt: skip
    """Run a network of cascades.

    Args:
        cells: a `CellFlow`.
        synapses: who hears whom.
        dead: seconds that a neuron is held after a spike begins; 0 for none.
        input_time: of input spikes, seconds.
        input_source: number of the source of each.
        watched: numbers of neurons that are sampled, and
        sample_times: when, seconds.
        stop: seconds.

    Returns:
        Neuron and time of each spike, and samples of shape (watched, times).
    """
    n = len(cells.k_m)
    none = np.zeros(n)
    state = State(
        cells.v_start.copy(), none.copy(), none.copy(), none.copy(), np.zeros(n, np.bool_), np.zeros(n, np.int64)
    )
    queue = [(-1.0, SAMPLE, -1, 0)]
    for k in range(len(sample_times)):
        queue.append((sample_times[k], SAMPLE, k, 0))
    for k in range(len(input_time)):
        queue.append((input_time[k], INPUT, input_source[k], 0))
    heapq.heapify(queue)
    who, when = [0], [0.0]
    who.pop()
    when.pop()
    samples = np.zeros((len(watched), len(sample_times)))
    for j in range(n):
        _plan(queue, cells, state, j, 0.0, stop)
    while len(queue):
        t, kind, index, stamp = heapq.heappop(queue)
        if t > stop:
            break
        if kind == SAMPLE:
            if index >= 0:
                for w in range(len(watched)):
                    _advance(cells, state, watched[w], t)
                    samples[w, index] = state.v[watched[w]]
                    _plan(queue, cells, state, watched[w], t, stop)
        elif kind == SPIKE:
            if state.version[index] == stamp:
                _advance(cells, state, index, t)
                who.append(index)
                when.append(t)
                _spike(queue, cells, state, synapses, index, t, dead, stop)
        elif kind == INPUT:
            for g in range(synapses.group_start[index], synapses.group_start[index + 1]):
                heapq.heappush(queue, (t + synapses.delay[g], BEGIN, g, 0))
        elif kind == FREE:
            _advance(cells, state, index, t)
            state.held[index] = False
            _plan(queue, cells, state, index, t, stop)
        else:
            _deliver(queue, cells, state, synapses, index, t, kind, stop)
    return np.array(who), np.array(when), samples


@njit(cache=True)
def _spike(
    queue: Queue, cells: CellFlow, state: State, synapses: Synapses, j: int, t: float, dead: float, stop: float
) -> None:
    """Reset a neuron, and send its spike on its ways."""
    state.v[j] = cells.v_reset[j]
    state.version[j] += 1
    if dead > 0.0:
        state.held[j] = True
        heapq.heappush(queue, (t + dead, FREE, j, 0))
    else:
        _plan(queue, cells, state, j, t, stop)
    for g in range(synapses.group_start[j], synapses.group_start[j + 1]):
        heapq.heappush(queue, (t + synapses.delay[g], BEGIN, g, 0))


@njit(cache=True)
def _deliver(
    queue: Queue, cells: CellFlow, state: State, synapses: Synapses, g: int, t: float, kind: int, stop: float
) -> None:
    """Begin or end the pulses of a group of synapses; Dirac pulses lift at once."""
    width = synapses.width[g]
    for s in range(synapses.first[g], synapses.first[g + 1]):
        j = synapses.target[s]
        _advance(cells, state, j, t)
        if width > 0.0:
            state.drive[j] += synapses.jump[s] / width if kind == BEGIN else -synapses.jump[s] / width
        elif cells.into_synapse[j]:
            state.i[j] += synapses.jump[s]
        elif not state.held[j]:
            state.v[j] += synapses.jump[s]
        _plan(queue, cells, state, j, t, stop)
    if kind == BEGIN and width > 0.0:
        heapq.heappush(queue, (t + width, END, g, 0))


@njit(cache=True)
def _terms(cells: CellFlow, state: State, j: int) -> tuple[float, float, float, float]:
    """Rate, constant and decaying drive of a membrane, free or held, and where its synapse is going."""
    k, c = (cells.k_held[j], cells.c_held[j]) if state.held[j] else (cells.k_m[j], cells.c_m[j])
    if not cells.into_synapse[j]:
        return k, c + state.drive[j], 0.0, 0.0
    rest = (cells.c_s[j] + state.drive[j]) / cells.k_s[j]
    return k, c + cells.gain[j] * rest, cells.gain[j] * (state.i[j] - rest), rest


@njit(cache=True)
def _advance(cells: CellFlow, state: State, j: int, t: float) -> None:
    """Carry a neuron to time t; while it is held, the same drives pull it a little off its reset."""
    s = t - state.at[j]
    if s > 0.0:
        k, c, a, rest = _terms(cells, state, j)
        state.v[j] = membrane(state.v[j], c, a, k, cells.k_s[j], s)
        if cells.into_synapse[j]:
            state.i[j] = rest + (state.i[j] - rest) * np.exp(-cells.k_s[j] * s)
    state.at[j] = t


@njit(cache=True)
def _plan(queue: Queue, cells: CellFlow, state: State, j: int, t: float, stop: float) -> None:
    """Put the neuron's next spike, as things are now, into the queue; earlier plans are void."""
    state.version[j] += 1
    if state.held[j] or cells.v_th[j] == np.inf:
        return
    if state.v[j] >= cells.v_th[j]:
        heapq.heappush(queue, (t, SPIKE, j, state.version[j]))
        return
    k, c, a, _ = _terms(cells, state, j)
    wait = crossing(state.v[j], c, a, k, cells.k_s[j], cells.v_th[j], stop - t)
    if wait >= 0.0:
        heapq.heappush(queue, (t + wait, SPIKE, j, state.version[j]))
