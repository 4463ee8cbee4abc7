"""What is written beside a symbol: the element's name, its value, and what controls it."""

from __future__ import annotations

from textwrap import wrap

from ...circuits.elements import (
    GROUND,
    B,
    Bjt,
    C,
    Delay,
    E,
    Element,
    G,
    I,
    Jfet,
    L,
    Mosfet,
    MosfetEkv,
    MosfetMeyer,
    OpenCollector,
    R,
    S,
    Sensing,
    V,
    Varactor,
)
from ...circuits.stimuli import Constant
from ...circuits.units import show
from .geometry import short

LONGEST = 14
"""Letters of a line that could be two."""
MOST = 5
"""Lines of nodes that a law reads."""


def label(element: Element) -> str:
    """Words of an element, at most six lines."""
    return "\n".join(map(short, _label(element).split("\n")))


def _label(element: Element) -> str:
    name = element.name
    match element:
        case R() | C() | L():
            return f"{name}\n{brief(element.value, element.QUANTITIES['value'])}"
        case V() | I():
            unit = "V" if isinstance(element, V) else "A"
            fields = element.stimulus
            return f"{name}\n{brief(fields.value, unit) if isinstance(fields, Constant) else type(fields).__name__}"
        case S():
            return f"{name}\n{_watched(element)}"
        case E() | G():
            return f"{name}\n{_times(element)}"
        case Delay():
            return f"{name}\n{seen(element.c_plus, element.c_minus)}\n{brief(element.delay, 's')} ago"
        case Sensing():
            return f"{name}\n{brief(element.gain, element.QUANTITIES['gain'])} i({element.sensor})"
        case Varactor():
            return f"{name}\nC(v)"
        case B():
            return f"{name}\n{_read(element)}"
        case OpenCollector():
            return f"{name}\nopen collector"
        case Bjt() | Jfet() | Mosfet() | MosfetEkv() | MosfetMeyer():
            return name
    return name


def _read(element: B) -> str:
    """Which nodes a law reads besides its own ends."""
    read = dict.fromkeys(n for _, n in element.inputs if n not in (GROUND, element.plus, element.minus))
    lines = wrap(f"reads {', '.join(read)}", LONGEST)
    if len(lines) > MOST:
        return f"reads {len(read)} nodes"
    return "\n".join(lines) if read else "f(v)"


def _watched(element: S) -> str:
    """What closes a switch, and what opens it."""
    plus, minus = element.c_plus, element.c_minus
    off, on = element.v_t - element.v_h, element.v_t + element.v_h
    if plus == GROUND and minus != GROUND:
        return f"{seen(minus, plus)}\non < {brief(-on, 'V')}\noff > {brief(-off, 'V')}"
    return f"{seen(plus, minus)}\non > {brief(on, 'V')}\noff < {brief(off, 'V')}"


def _times(element: E | G) -> str:
    """A gain times what is read."""
    plus, minus, gain = element.c_plus, element.c_minus, element.gain
    if plus == GROUND and minus != GROUND:
        plus, minus, gain = minus, plus, -gain
    if isinstance(element, E) and gain in (1, -1):
        return f"{'-' if gain < 0 else ''}{seen(plus, minus)}"
    factor, read = brief(gain, element.QUANTITIES["gain"]), seen(plus, minus)
    return f"{factor}{' ' if len(factor) + len(read) < LONGEST else chr(10)}{read}"


def seen(plus: str, minus: str) -> str:
    """The voltage between two nodes in words.

    >>> seen("mem", "0"), seen("0", "mem"), seen("a", "b")
    ('v(mem)', '-v(mem)', 'v(a, b)')
    """
    if plus == GROUND and minus != GROUND:
        return f"-v({minus})"
    return f"v({plus})" if minus == GROUND else f"v({plus}, {minus})"


def brief(value: float, unit: str) -> str:
    """Four digits are enough on a drawing."""
    return show(float(f"{value:.4g}"), unit)
