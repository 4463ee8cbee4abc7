"""Runs that cannot go on: solutions that grow beyond all that a circuit can be, switches that change without end."""

from __future__ import annotations

from ...circuits.errors import EquationError, LapicqueError
from ...circuits.units import show

HUGE = 1e30
"""A state that is larger (volts, amperes) has run away."""
TURNS = 4
"""How often each switch and jump of a law, and one besides, may change at one moment; more has no end."""


def runs_away(state: str, time: float) -> EquationError:
    """The error that says which state grows without bound, and until when a run may last."""
    return EquationError(
        f"the solution runs away at {show(float(f'{time:.6g}'), 's')}: {state} grows without bound. Check the signs of "
        "what feeds back, limit it with a law that saturates, or end the run before."
    )


def too_many_periods(length: float, what: str, why: str) -> LapicqueError:
    """The error that says how much a run holds that must be followed, and why that is too much."""
    return LapicqueError(
        f"a run of {show(float(f'{length:.3g}'), 's')} holds {what}: {why}; shorten it, or lower the frequency."
    )
