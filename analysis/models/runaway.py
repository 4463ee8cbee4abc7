"""Runs that cannot go on: solutions that grow beyond all that a circuit can be, switches that change without end."""

from __future__ import annotations

from ...circuits.errors import DesignError, EquationError, LapicqueError
from ...circuits.numeric.held import HeldEquations
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


def contradiction(held: HeldEquations, t: float) -> DesignError:
    """Switches or jumps that change at one moment without end."""
    names = ", ".join([*(repr(s.name) for s in held.system.equations.switches)])
    jumping = ", ".join(f"{s.argument}" for s in held.sides)
    who = " and ".join(
        [f"switches {names} open and close"] * bool(names) + [f"laws that jump at {jumping} change"] * bool(jumping)
    )
    return DesignError(
        f"{who} without end at {show(t, 's')}: their levels contradict each other; give switches hysteresis, "
        "let a reset reach its level, and put a capacitor where a law jumps."
    )
