"""How two sources differ, in words."""

from __future__ import annotations

from ...circuits.elements import I, V
from ...circuits.straight_stimuli import EndlessPulses, PulseTrain
from ...circuits.units import show
from .costs import is_slip
from .curves import Curve
from .near import near
from .parts import Part

SEEN = 1e-6
"""Relative difference of two figures from which on it is told."""


def told(a: Part, b: Part, unit: str) -> tuple[str, bool]:
    """What the second source does where the first does something else.

    Args:
        a: that should be.
        b: that is.
        unit: of both.

    Returns:
        Words behind the name of the source, and whether a slip of units makes all of it.
    """
    assert a.curve is not None
    assert b.curve is not None
    old, new = _pulses(a, unit), _pulses(b, unit)
    if not (old and old.keys() == new.keys() and a.turned == b.turned):
        old, new = _figures(a.curve, unit), _figures(b.curve, unit)
    if old.keys() != new.keys():
        return f"is {_kind(b.curve, unit)}, not {_kind(a.curve, unit)}", False
    other = [k for k in old if not near(old[k][0], new[k][0], SEEN)]
    words = ", ".join(f"{k} is {_si(*new[k])}, not {_si(*old[k])}" for k in other[:2])
    slip = bool(other) and all(is_slip(old[k][0], new[k][0]) for k in other)
    return f"does something else: {words or 'its points differ'}{', as a slip of units makes it' * slip}", slip


def _pulses(p: Part, unit: str) -> dict[str, tuple[float, str]]:
    """What is written on the card of a source of pulses; nothing for another."""
    stimulus = p.element.stimulus if isinstance(p.element, (V, I)) else None
    if not isinstance(stimulus, (EndlessPulses, PulseTrain)):
        return {}
    fall = stimulus.fall if isinstance(stimulus, EndlessPulses) else stimulus.rise
    found = {
        "its first level": (stimulus.low, unit), "its pulsed level": (stimulus.high, unit),
        "its delay": (stimulus.at, "s"), "its pulse width": (stimulus.width, "s"), "its period": (stimulus.period, "s"),
        "its rise time": (stimulus.rise, "s"), "its fall time": (fall, "s"),
    }  # fmt: skip
    if isinstance(stimulus, PulseTrain):
        found["its number of pulses"] = (stimulus.count, "")
        if stimulus.count == 1:
            del found["its period"]
    return found


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
