"""How values of stimuli are read, and what is asked of them."""

from __future__ import annotations

from .errors import QuantityError
from .units import Value, parse

Breakpoints = tuple[tuple[float, ...], tuple[float, ...]]
"""Times in seconds, strictly rising from 0, and the values there; constant after the last."""


def seconds(value: Value) -> float:
    """A time."""
    return parse(value, "a time of a stimulus", "s")


def hertz(value: Value) -> float:
    """A frequency."""
    return parse(value, "the frequency of a stimulus", "Hz")


def wanted(condition: bool, stimulus: object, remedy: str) -> None:
    """Refuse a stimulus that cannot be.

    Raises:
        QuantityError: the condition does not hold; says the remedy.
    """
    if not condition:
        raise QuantityError(f"{stimulus}: {remedy}")
