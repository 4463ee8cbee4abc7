"""A bracketed root to rounding error."""

from __future__ import annotations

from collections.abc import Callable


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """The root of a function that changes sign between two points (Brent 1973)."""
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=1e-18, rtol=1e-15))  # type: ignore[arg-type]
