"""From the spike of any neuron to an event: a pulse of 1 V and known width, at once or after a delay."""

from __future__ import annotations

import math

from ..circuit import Circuit
from ..elements import C, R, S, V
from ..errors import QuantityError
from ..units import Value, parse, show
from .synapse_parts import positive

UP, DOWN = 0.7, 0.3
"""Levels between which a one-shot's output is decided, volts."""
R_ON, R_OFF, R_X = 1e3, 1e13, 300e3
C_D = 100e-12
PULL = 30.0
"""Pull-down resistor of the output over r_on."""


def one_shot(level: Value, width: Value, hysteresis: Value | None = None, falling: bool = False) -> Circuit:
    """A pulse at `out` whenever `in` crosses a level: a switch, a differentiator, a second switch.

    The differentiator's voltage jumps to nearly 1 V and decays; until it is down to 0.3 V the output is 1 V, and
    holds the differentiator's input up, however short the pulse at `in` is. Its area is 1 V times the width.

    Args:
        level: of the input, volts.
        width: of the pulse, seconds.
        hysteresis: half width about the level, volts; a hundredth of the level, or 1 mV, unless given.
        falling: answer to a fall of the input instead of a rise.
    """
    at, p = parse(level, "level"), positive(width=width)
    half = max(0.01 * abs(at), 1e-3) if hysteresis is None else parse(hysteresis, "hysteresis")
    top = R_X / (R_X + R_ON)
    r_d = p["width"] / C_D / math.log(top / DOWN)
    if r_d < 50 * R_ON:
        raise QuantityError(
            f"width is {show(p['width'], 's')}: a one-shot of these parts needs at least "
            f"{show(50 * R_ON * C_D * math.log(top / DOWN), 's')}."
        )
    # The pulse rises and falls with time constants of its own; its height makes up for them: 1 V times the width.
    fall = 0.01
    rise = fall / (1 + PULL)
    sees = ("0", "in", -at, half) if falling else ("in", "0", at, half)
    return Circuit("one_shot").add(
        V("V_one", "one", "0", 1.0),
        S("S_in", "one", "x", *sees, R_ON, R_OFF),
        S("S_keep", "one", "x", "out", "0", 0.5, 0.2, R_ON, R_OFF),
        R("R_x", "x", "0", R_X),
        C("C_x", "x", "0", 0.5 * C_D),
        C("C_d", "x", "d", C_D, 1.0 if falling else 0.0),
        R("R_d", "d", "0", r_d),
        V("V_top", "top", "0", 1 / (PULL / (1 + PULL) * (1 - rise + fall))),
        S("S_out", "top", "out", "d", "0", (UP + DOWN) / 2, (UP - DOWN) / 2, R_ON, R_OFF),
        R("R_out", "out", "0", PULL * R_ON),
        C("C_out", "out", "0", fall * p["width"] / (PULL * R_ON)),
    )


def following(width: Value) -> Circuit:
    """A one-shot that begins where a pulse of 1 V at `in` ends."""
    return one_shot((UP + DOWN) / 2, width, (UP - DOWN) / 2, falling=True)


def event(level: Value, width: Value, delay: Value = 0.0, hysteresis: Value | None = None) -> Circuit:
    """The event of a spike detector: ports `in` and `out`, and a delay between them.

    Args:
        level: of the spike, volts.
        width: of the event, seconds.
        delay: seconds from the spike to the event, made by an RC.
        hysteresis: half width about the level, volts.

    Raises:
        QuantityError: a delay that is negative, or shorter than the one-shot can be.
    """
    wait = parse(delay, "delay")
    if wait < 0:
        raise QuantityError(f"delay is {show(wait, 's')}: an event cannot come before its spike; 0 means at once.")
    if wait == 0:
        return one_shot(level, width, hysteresis)
    first = parse(width, "width")
    if wait < 2 * first:
        raise QuantityError(
            f"delay is {show(wait, 's')}: it must be 0, or at least two widths of an event, {show(2 * first, 's')}."
        )
    # A capacitor is charged during a first event and decays to 0.3 V; that starts the second.
    c_wait = 0.1 * first / R_ON
    decay = (wait - first) / math.log(1 / DOWN)
    charger = one_shot(level, first, hysteresis).without("C_out", "R_out")
    slow = Circuit("charger", charger.elements).add(
        C("C_wait", "out", "0", c_wait), R("R_wait", "out", "0", decay / c_wait)
    )
    made = Circuit("event").instance("wait", slow, {"in": "in", "out": "waiting"})
    return made.instance("then", following(width), {"in": "waiting", "out": "out"})
