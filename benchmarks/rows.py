"""A row of the table, and how a time is taken."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Row:
    """One figure with its goal."""

    what: str
    value: float
    unit: str
    goal: float | None = None


def best(action: Callable[[], object], repeat: int = 5) -> float:
    """Seconds of the fastest of several calls."""
    times = []
    for _ in range(repeat):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return min(times)
