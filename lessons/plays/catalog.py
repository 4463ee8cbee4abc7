"""All things to move, by the name that the lessons' text gives them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from ...circuits.errors import unknown
from . import learning, linear, networks, neurons
from .kinds import Play

PLAYS: dict[str, Callable[[], Play]] = {
    "accumulate": neurons.accumulate,
    "hodgkin_huxley": neurons.hodgkin_huxley,
    "divider": linear.divider,
    "step": linear.step,
    "pulse": linear.pulse,
    "low_pass": linear.low_pass,
    "lif": neurons.lif,
    "fi": neurons.fi,
    "python_error": neurons.python_error,
    "psp": linear.psp,
    "stdp_window": learning.stdp_window,
    "weight": networks.weight,
    "tolerance": neurons.tolerance,
}


@lru_cache(maxsize=64)
def play(name: str) -> Play:
    """Find something to move.

    Raises:
        UnknownNameError: there is nothing of that name.
    """
    if name not in PLAYS:
        raise unknown("thing to move", name, PLAYS)
    return PLAYS[name]()
