"""From the spike of any neuron to an event: a pulse of 1 V and known area, at once or after a delay.

The timer of an event integrates the event itself: it begins where the last one left it and ends it at a level, so that
the area is the ratio of a capacitor and a transconductance, whatever the edges and the input look like.
"""

from __future__ import annotations

import math

from ..circuit import Circuit
from ..element import GROUND
from ..elements import C, G, R, S, SpikeProbe, V
from ..errors import QuantityError
from ..units import Value, parse, show
from .synapse_parts import positive

UP, DOWN = 0.7, 0.3
"""Levels at which an event counts as begun and as ended, volts."""
SET, UNSET = 0.6, 0.2
"""Levels of the differentiated input at which an event is started, and the start is over, volts."""
HOLD, END = 0.75, 0.5
"""Output less timer, volts: above HOLD the output holds itself, below END the event is over."""
EMPTY, FULL = 1e-3, 0.4
"""Timer less output, volts: above FULL the timer is emptied, down to EMPTY, where the next event begins."""
EDGE = 1e-3
"""Time constant with which the input is taken over, in widths."""
R_IN, R_ON, R_OFF = 1e3, 1.0, 1e15
R_OUT = 1e3
C_Q = 1e-9
CLEAR = 0.01
"""Time constant with which the timer is emptied, in widths."""
SHORTEST = 0.2
"""Shortest delay, in widths."""
MOST_STAGES = 64
"""One-shots in one delay."""


def one_shot(
    level: Value, width: Value, hysteresis: Value | None = None, falling: bool = False, ref: str = GROUND,
    edge: Value | None = None,
) -> Circuit:  # fmt: skip
    """A pulse of 1 V at `out` whenever v(in, ref) crosses a level; its area is 1 V times the width.

    What crosses the level while an event lasts, and a twentieth of a width after it, makes no event of its own; what
    is beyond the level at time 0 neither.

    Args:
        level: of the input, volts.
        width: of the pulse, seconds.
        hysteresis: how far beyond the level, on its other side, the input must come back before it counts again,
            volts; a fiftieth of the level, or 2 mV, unless given.
        falling: answer to a fall of the input instead of a rise.
        ref: node that the input is measured against.
        edge: time constant with which the input is taken over, seconds; a thousandth of the width unless given.

    Raises:
        QuantityError: a width that is not greater than zero.
    """
    at, w = parse(level, "level"), positive(width=width)["width"]
    back = max(0.02 * abs(at), 2e-3) if hysteresis is None else positive(hysteresis=hysteresis)["hysteresis"]
    sees = (ref, "in", -at - back / 2, back / 2) if falling else ("in", ref, at - back / 2, back / 2)
    quick = EDGE * w if edge is None else positive(edge=edge)["edge"]
    c_d = quick / R_IN
    return Circuit("one_shot").add(
        V("V_one", "one", "0", 1.0),
        # At the start the input counts as beyond its level: a wrong guess leads to a fall of x, which starts nothing.
        S("S_in", "one", "x", *sees, R_IN, R_OFF, closed=True),
        S("S_keep", "one", "x", "out", "0", (UP + DOWN) / 2, (UP - DOWN) / 2, R_IN, R_OFF),
        R("R_x", "x", "0", 20 * R_IN),
        C("C_x", "x", "0", 0.1 * c_d, 20 / 21),
        C("C_d", "x", "d", 0.9 * c_d, 20 / 21),
        R("R_d", "d", "0", 50 * R_IN),
        V("V_top", "top", "0", 1 + R_ON / R_OUT),
        S("S_set", "top", "out", "d", "0", (SET + UNSET) / 2, (SET - UNSET) / 2, R_ON, R_OFF),
        S("S_hold", "top", "out", "out", "q", (HOLD + END) / 2, (HOLD - END) / 2, R_ON, R_OFF),
        R("R_out", "out", "0", R_OUT),
        G("G_q", "0", "q", "out", "0", C_Q * (1 - END - EMPTY) / w),
        C("C_q", "q", "0", C_Q, EMPTY),
        S("S_clear", "q", "0", "q", "out", (FULL + EMPTY) / 2, (FULL - EMPTY) / 2, CLEAR * w / C_Q, R_OFF),
    )


def following(width: Value, edge: Value | None = None) -> Circuit:
    """A one-shot that begins where a pulse of 1 V at `in` ends."""
    return one_shot(DOWN, width, UP - DOWN, falling=True, edge=edge)


def event(see: SpikeProbe, width: Value, delay: Value = 0.0, apart: Value | None = None) -> Circuit:
    """The event of a neuron's spikes: ports `in` and, for a probe between two nodes, `ref`; `out`.

    A delay is a chain of one-shots, each of which starts the next where it ends.

    Args:
        see: the neuron's spike detector.
        width: of the event, seconds.
        delay: from the spike to the event, seconds.
        apart: spikes that follow each other sooner while they are delayed become one event, seconds; a hundred
            widths unless given.

    Raises:
        QuantityError: a delay that is negative, or shorter than a one-shot can be.
    """
    w, wait = positive(width=width)["width"], parse(delay, "delay")
    if wait < 0:
        raise QuantityError(f"delay is {show(wait, 's')}: an event cannot come before its spike; 0 means at once.")
    ref = GROUND if see.minus == GROUND else "ref"
    if wait == 0:
        return one_shot(see.level, w, falling=see.falling, ref=ref)
    if wait < SHORTEST * w:
        raise QuantityError(
            f"delay is {show(wait, 's')}: it must be 0, or at least {show(float(f'{SHORTEST * w:.6g}'), 's')}, "
            "a fifth of the event."
        )
    stage = max(100 * w if apart is None else positive(apart=apart)["apart"], SHORTEST * w)
    number = math.ceil(wait / stage * (1 - 1e-9))
    if number > MOST_STAGES:
        raise QuantityError(
            f"delay is {show(wait, 's')}: with spikes {show(stage, 's')} apart it takes {number} one-shots; take a "
            f"larger apart, at least {show(wait / MOST_STAGES, 's')}."
        )
    quick = EDGE * w
    ports = {"in": "in", "out": "wait1"} | ({"ref": "ref"} if ref != GROUND else {})
    made = Circuit("event").instance("stage1", one_shot(see.level, wait / number, None, see.falling, ref, quick), ports)
    for k in range(2, number + 1):
        made = made.instance(f"stage{k}", following(wait / number, quick), {"in": f"wait{k - 1}", "out": f"wait{k}"})
    return made.instance("last", following(w), {"in": f"wait{number}", "out": "out"})


def ports_of(see: SpikeProbe, prefix: str, out: str) -> dict[str, str]:
    """How the ports of `event` are connected to a neuron whose nodes begin with `prefix`."""
    ports = {"in": prefix + see.plus, "out": out}
    return ports if see.minus == GROUND else ports | {"ref": prefix + see.minus}
