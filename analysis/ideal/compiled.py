"""Compiled loops of the ideal LIF neuron; importing this loads numba, so it is done where it is used."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np

from ..instants import SAME
from ..kept import njit
from . import lif_formulas


@njit()
def constant_spikes(first, interval, counts):  # type: ignore[no-untyped-def]
    """Write out first + k * interval for every neuron; k is multiplied, not added up, so nothing drifts."""
    total = counts.sum()
    neuron, time = np.empty(total, np.int64), np.empty(total)
    at = 0
    for j in range(len(first)):
        for k in range(counts[j]):
            neuron[at], time[at] = j, first[j] + k * interval[j]
            at += 1
    return neuron, time


@cache
def driven_spikes() -> Callable[..., Any]:
    """The loop of `feed_forward`, compiled around the derived formulas."""
    time_to, relaxed = numba.njit(lif_formulas.time_to()), numba.njit(lif_formulas.relaxed())

    @numba.njit
    def loop(times, sources, jumps, v_inf, tau, v_th, v_reset, v_start, t_ref, stop):
        neuron, time = [0], [0.0]
        neuron.pop()
        time.pop()
        for j in range(len(v_inf)):
            v, t, target = v_start, 0.0, v_inf[j]
            k = 0
            while k <= len(times):
                arrives = k < len(times) and times[k] <= stop
                until = times[k] if arrives else stop
                due = False
                while target > v_th and t < until:
                    cross = t + time_to(tau, target, v, v_th)
                    due = arrives and abs(cross - until) <= SAME * until
                    if due or cross > until:
                        break
                    neuron.append(j)
                    time.append(cross)
                    v, t = v_reset, cross + t_ref
                if t < until:
                    v, t = relaxed(tau, target, v, until - t), until
                if not arrives:
                    break
                lift = 0.0
                while k < len(times) and times[k] <= until * (1 + SAME):
                    lift += jumps[sources[k], j]
                    k += 1
                if t > until:
                    continue
                v += lift
                near = SAME * (v_th - v_reset) if lift > 0.0 else 0.0
                if (due and lift >= 0.0) or v >= v_th - near:
                    neuron.append(j)
                    time.append(t)
                    v, t = v_reset, t + t_ref
        return np.array(neuron, dtype=np.int64), np.array(time)

    return loop
