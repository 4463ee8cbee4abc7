"""How two sources differ, in words."""

from __future__ import annotations

from ...circuits.units import show
from .costs import is_slip
from .curves import Curve
from .near import near

SEEN = 1e-6
"""Relative difference of two figures from which on it is told."""


def told(a: Curve, b: Curve, unit: str) -> tuple[str, bool]:
    """What the second does where the first does something else.

    Args:
        a: that should be.
        b: that is.
        unit: of both.

    Returns:
        Words behind the name of the source, and whether a slip of units makes all of it.
    """
    old, new = _figures(a, unit), _figures(b, unit)
    if old.keys() != new.keys():
        return f"is {_kind(b, unit)}, not {_kind(a, unit)}", False
    other = [k for k in old if not near(old[k][0], new[k][0], SEEN)]
    words = ", ".join(f"{k} is {_si(*new[k])}, not {_si(*old[k])}" for k in other[:2])
    slip = bool(other) and all(is_slip(old[k][0], new[k][0]) for k in other)
    return f"does something else: {words or 'its points differ'}{', as a slip of units makes it' * slip}", slip


def _kind(c: Curve, unit: str) -> str:
    if not c.times:
        return "a sine"
    if len(c.values) == 1:
        return f"a constant {_si(c.values[0], unit)}"
    return f"a waveform from {_si(min(c.values), unit)} to {_si(max(c.values), unit)}"


def _figures(c: Curve, unit: str) -> dict[str, tuple[float, str]]:
    if not c.times:
        names = ("its offset", "its amplitude", "its frequency", "its phase")
        return dict(zip(names, zip(c.values, (unit, unit, "Hz", "rad"), strict=True), strict=True))
    if len(c.times) == 1:
        return {"its value": (c.values[0], unit)}
    found = {"its lowest value": (min(c.values), unit), "its highest value": (max(c.values), unit)}
    first = next((t for t, v, w in zip(c.times, c.values, c.values[1:], strict=False) if v != w), 0.0)
    found["its first edge"] = (first, "s")
    falls = [t for t, v, w in zip(c.times, c.values, c.values[1:], strict=False) if w < v]
    if falls:
        found["its first fall"] = (falls[0], "s")
    found["its last bend"] = (c.times[-1], "s")
    return found


def _si(value: float, unit: str) -> str:
    return show(float(f"{value:.6g}"), unit)
