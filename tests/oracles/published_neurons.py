"""Neurons as published, in mV, ms, uA, mS, uF of a square centimetre, and a solver that is not ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

Field = Callable[[float, Sequence[float]], list[float]]
HH_START = (-65, 0.05293248525724958, 0.5961207535084603, 0.3176769140606974)


def hodgkin_huxley(current: float) -> Field:
    """Hodgkin and Huxley 1952, shifted to -65 mV."""

    def field(t: float, y: Sequence[float]) -> list[float]:
        v, m, h, n = y
        am, bm = 0.1 * (v + 40) / (1 - np.exp(-(v + 40) / 10)), 4 * np.exp(-(v + 65) / 18)
        ah, bh = 0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10))
        an, bn = 0.01 * (v + 55) / (1 - np.exp(-(v + 55) / 10)), 0.125 * np.exp(-(v + 65) / 80)
        ionic = 120 * m**3 * h * (v - 50) + 36 * n**4 * (v + 77) + 0.3 * (v + 54.387)
        return [current - ionic, am * (1 - m) - bm * m, ah * (1 - h) - bh * h, an * (1 - n) - bn * n]

    return field


def morris_lecar(t: float, y: Sequence[float]) -> list[float]:
    """The class 2 set of Rinzel and Ermentrout 1989, at 110 uA."""
    v, n = y
    m_inf, n_inf = (1 + np.tanh((v + 1.2) / 18)) / 2, (1 + np.tanh((v - 2) / 30)) / 2
    ionic = 2 * (v + 60) + 4.4 * m_inf * (v - 120) + 8 * n * (v + 84)
    return [(110 - ionic) / 20, 0.04 * np.cosh((v - 2) / 60) * (n_inf - n)]


def crossings(
    field: Field, start: Sequence[float], stop: float, level: float, rtol: float = 1e-11
) -> NDArray[np.float64]:
    """When the first unknown rises through a level, by DOP853."""

    def event(t: float, y: Sequence[float]) -> float:
        return y[0] - level

    event.direction = 1
    return solve_ivp(field, (0, stop), start, "DOP853", rtol=rtol, atol=rtol, events=event).t_events[0]
