"""The LIF neuron in fifteen lines, as lesson 5 shows it, and the exact error of its interval."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sympy import Expr


def lif(current: float, r: float, c: float, u_th: float, dt: float, steps: int) -> list[float]:
    """Spike times of a leaky integrate-and-fire neuron, seconds."""
    tau = r * c
    u = 0.0
    spikes = []
    for k in range(steps):
        u += dt / tau * (r * current - u)  # leak and drive
        if u >= u_th:  # threshold
            spikes.append((k + 1) * dt)
            u = 0.0  # reset
    return spikes


SOURCE = inspect.getsource(lif)


def interval_of_steps(current: Expr, r: Expr, c: Expr, u_th: Expr, dt: Expr) -> Expr:
    """Interval of the function above, in closed form: u after k steps is I R (1 - (1 - dt/tau)^k)."""
    from sympy import ceiling, log

    left = 1 - u_th / (current * r)
    return dt * ceiling(log(left) / log(1 - dt / (r * c)))
