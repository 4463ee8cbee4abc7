"""The event-driven network, compiled: exact flow between events, and events in order of time, instant by instant.

What an instant is, and what happens in which order at one, says `analysis.instants`; the flow is in `compiled_flow.py`.
Importing this loads numba, so it is done where it is used.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..kept import njit
from ..lent import lent
from .cell_flow import CellFlow
from .compiled_flow import crossing, membrane

Array = NDArray[np.float64]
Queue = list[tuple[float, int, int, int]]
"""Heap of (time, kind, number, plan of the neuron)."""
Numbers = list[int]
"""Of neurons."""

INPUT, SPIKE, BEGIN, END, FREE = range(5)
"""Kinds of events: a spike on a line, a planned one of a neuron, begin and end of a group's pulses, end of a reset."""
MOST = 20_000_000
"""Most spikes of a run, 320 MB."""
TOO_MANY = -2
ROUNDS = 1000
"""Most times that thresholds are asked at one instant, beside twice the number of neurons: a chain needs its length."""


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
    """Of every neuron: where it is, and what happens to it at the instant.

    Membrane, synapse, when they were so, drive, whether it is held, number of its last plan; the jumps of its membrane
    that have arrived, whether its planned spike is due, whether it is among those that are asked next, and among those
    to which anything happened; what a membrane that was lifted must reach.
    """

    v: Array
    i: Array
    at: Array
    drive: Array
    held: NDArray[np.bool_]
    version: NDArray[np.int64]
    lift: Array
    due: NDArray[np.bool_]
    asked: NDArray[np.bool_]
    touched: NDArray[np.bool_]
    near: Array


def state(cells: CellFlow, same: float) -> State:
    """All neurons at the start; `same` as for `run_events`."""
    n = len(cells.k_m)
    i, at, drive, lift = (np.zeros(n) for _ in range(4))
    held, due, asked, touched = (np.zeros(n, np.bool_) for _ in range(4))
    way = np.where(np.isfinite(cells.v_th), cells.v_th - cells.v_reset, 0.0)  # of who never spikes there is none
    near = cells.v_th - same * way
    return State(cells.v_start.copy(), i, at, drive, held, np.zeros(n, np.int64), lift, due, asked, touched, near)


@njit()
def run_events(
    cells: CellFlow, synapses: Synapses, state: State, dead: float, input_time: Array, input_source: NDArray[np.int64],
    watched: NDArray[np.int64], sample_times: Array, stop: float, same: float,
) -> tuple[NDArray[np.int64], Array, Array, int]:  # fmt: skip
    """Run a network of cascades.

    Args:
        cells: a `CellFlow`.
        synapses: who hears whom.
        state: of all neurons; at the end afterwards.
        dead: seconds that a neuron is held after a spike begins; 0 for none.
        input_time: of input spikes, seconds.
        input_source: number of the source of each.
        watched: numbers of neurons that are sampled, and
        sample_times: when, seconds, rising.
        stop: seconds.
        same: share within which two times, or a membrane and its threshold, are the same (an argument, because what
            numba keeps of this does not change with constants of other folders).

    Returns:
        Neuron and time of each spike, samples of shape (watched, times), and the number of a neuron that spikes
        without end at the instant of the last spike; -1 if there is none, `TOO_MANY` where they are.
    """
    cells, synapses, state = lent(cells), lent(synapses), lent(state)
    queue = [(-1.0, FREE, -1, 0)]
    queue.pop()
    for k in range(len(input_time)):
        queue.append((input_time[k], INPUT, input_source[k], 0))
    heapq.heapify(queue)
    who, when = [0], [0.0]
    who.pop()
    when.pop()
    samples = np.zeros((len(watched), len(sample_times)))
    sampled = 0
    for j in range(len(cells.k_m)):
        _plan(queue, cells, state, j, 0.0, stop)
    while len(queue) and queue[0][0] <= stop:
        if len(who) > MOST:
            return np.array(who), np.array(when), samples, TOO_MANY
        t = queue[0][0]
        while sampled < len(sample_times) and sample_times[sampled] < t * (1.0 - same):
            _sample(cells, state, watched, sample_times, samples, sampled)
            sampled += 1
        endless = _instant(queue, cells, state, synapses, who, when, t, t * (1.0 + same), dead, stop)
        if endless >= 0:
            return np.array(who), np.array(when), samples, endless
    while sampled < len(sample_times) and sample_times[sampled] <= stop:
        _sample(cells, state, watched, sample_times, samples, sampled)
        sampled += 1
    return np.array(who), np.array(when), samples, -1


@njit()
def _instant(
    queue: Queue, cells: CellFlow, state: State, synapses: Synapses, who: Numbers, when: list[float], t: float,
    end: float, dead: float, stop: float,
) -> int:  # fmt: skip
    """All that happens at one instant, from t to its end; returns a neuron that spikes there without end, or -1."""
    asked, freed, touched = [0], [0], [0]
    asked.pop()
    freed.pop()
    touched.pop()
    rounds, last = 0, -1
    _arrive(queue, cells, state, synapses, asked, freed, touched, t, end)
    while len(asked):
        rounds += 1
        if rounds > ROUNDS + 2 * len(state.v):
            return last
        for j in asked:
            state.asked[j] = False
            if (state.due[j] or state.lift[j] != 0.0) and _reached(cells, state, j):
                who.append(j)
                when.append(t)
                last = j
                _spike(queue, cells, state, synapses, j, t, dead)
        asked.clear()
        _arrive(queue, cells, state, synapses, asked, freed, touched, t, end)
    for j in freed:  # what arrived at this instant still met its reset
        state.held[j] = False
    for j in touched:
        state.touched[j] = False
        _plan(queue, cells, state, j, t, stop)
    return -1


@njit()
def _arrive(
    queue: Queue, cells: CellFlow, state: State, synapses: Synapses, asked: Numbers, freed: Numbers, touched: Numbers,
    t: float, end: float,
) -> None:  # fmt: skip
    """Take all events of the instant from the queue and add up what they bring."""
    while len(queue) and queue[0][0] <= end:
        own, kind, index, stamp = heapq.heappop(queue)
        if kind == INPUT:
            _send(queue, synapses, index, own)
        elif kind == SPIKE:
            if state.version[index] == stamp:
                state.due[index] = True
                _touch(cells, state, asked, touched, index, t)
        elif kind == FREE:
            freed.append(index)
            _touch(cells, state, asked, touched, index, t)
        else:
            width = synapses.width[index]
            for s in range(synapses.first[index], synapses.first[index + 1]):
                j = synapses.target[s]
                if not (state.touched[j] and state.asked[j]):
                    _touch(cells, state, asked, touched, j, t)
                if width > 0.0:
                    state.drive[j] += synapses.jump[s] / width if kind == BEGIN else -synapses.jump[s] / width
                elif cells.into_synapse[j]:
                    state.i[j] += synapses.jump[s]
                else:
                    state.lift[j] += synapses.jump[s]
            if kind == BEGIN and width > 0.0:
                heapq.heappush(queue, (own + width, END, index, 0))


@njit()
def _touch(cells: CellFlow, state: State, asked: Numbers, touched: Numbers, j: int, t: float) -> None:
    """Carry a neuron to the instant at which something happens to it, and remember to ask it."""
    if not state.touched[j]:
        _advance(cells, state, j, t)
        state.touched[j] = True
        touched.append(j)
    if not state.asked[j]:
        state.asked[j] = True
        asked.append(j)


@njit()
def _reached(cells: CellFlow, state: State, j: int) -> bool:
    """Lift a membrane by all that has arrived, and say whether it is at its threshold; a held one is not lifted."""
    lift, due = state.lift[j], state.due[j]
    state.lift[j], state.due[j] = 0.0, False
    if state.held[j]:
        return False
    state.v[j] += lift
    if due and lift >= 0.0:
        return True
    return state.v[j] >= (state.near[j] if lift > 0.0 else cells.v_th[j])


@njit()
def _spike(queue: Queue, cells: CellFlow, state: State, synapses: Synapses, j: int, t: float, dead: float) -> None:
    """Reset a neuron, and send its spike on its ways."""
    state.v[j] = cells.v_reset[j]
    if dead > 0.0:
        state.held[j] = True
        heapq.heappush(queue, (t + dead, FREE, j, 0))
    _send(queue, synapses, j, t)


@njit()
def _send(queue: Queue, synapses: Synapses, source: int, t: float) -> None:
    for g in range(synapses.group_start[source], synapses.group_start[source + 1]):
        heapq.heappush(queue, (t + synapses.delay[g], BEGIN, g, 0))


@njit()
def _terms(cells: CellFlow, state: State, j: int) -> tuple[float, float, float, float]:
    """Rate, constant and decaying drive of a membrane, free or held, and where its synapse is going."""
    k, c = (cells.k_held[j], cells.c_held[j]) if state.held[j] else (cells.k_m[j], cells.c_m[j])
    if not cells.into_synapse[j]:
        return k, c + state.drive[j], 0.0, 0.0
    rest = (cells.c_s[j] + state.drive[j]) / cells.k_s[j]
    return k, c + cells.gain[j] * rest, cells.gain[j] * (state.i[j] - rest), rest


@njit()
def _sample(
    cells: CellFlow, state: State, watched: NDArray[np.int64], times: Array, samples: Array, index: int
) -> None:
    """Look at neurons; nothing changes in them."""
    for w in range(len(watched)):
        j = int(watched[w])
        k, c, a, _ = _terms(cells, state, j)
        samples[w, index] = membrane(state.v[j], c, a, k, cells.k_s[j], times[index] - state.at[j])


@njit()
def _advance(cells: CellFlow, state: State, j: int, t: float) -> None:
    """Carry a neuron to time t; while it is held, the same drives pull it a little off its reset."""
    s = t - state.at[j]
    if s > 0.0:
        k, c, a, rest = _terms(cells, state, j)
        state.v[j] = membrane(state.v[j], c, a, k, cells.k_s[j], s)
        if cells.into_synapse[j]:
            state.i[j] = rest + (state.i[j] - rest) * np.exp(-cells.k_s[j] * s)
    state.at[j] = t


@njit()
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
