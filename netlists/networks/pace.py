"""How fast this machine is, beside the one on which the costs of ngspice's runs were measured."""

from __future__ import annotations

import timeit
from functools import cache

import numpy as np

REFERENCE = 8.7e-4
"""Seconds of the yardstick on that machine (docs/scale.md)."""
REPEATS = 9
"""Other work makes a machine slower, never faster: the best counts."""


@cache
def pace() -> float:
    """Seconds here for one second there: time of a yardstick, one thread of numbers with branches as ngspice is one."""
    knots = np.linspace(0.0, 1.0, 1000)
    places = np.random.default_rng(0).random(20_000)
    return min(timeit.repeat(lambda: np.interp(places, knots, knots), number=1, repeat=REPEATS)) / REFERENCE
