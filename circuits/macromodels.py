"""Macromodels: parts of many transistors as a few elements that do what their data sheets say."""

from __future__ import annotations

import math

from .arguments import positive
from .element import Element
from .elements import B, C, E, R, V
from .errors import DesignError
from .units import Value, parse, show

STIFF = 100.0
"""How much stiffer than its input stage an op-amp's output is held within its swing."""


def op_amp(
    name: str, plus: str, minus: str, out: str, gbw: Value = "1Meg", slew: Value = "600k", gain: Value = 1e5,
    offset: Value = "1m", low: Value = "25m", high: Value = 4.975, r_out: Value = 100.0,
) -> tuple[Element, ...]:  # fmt: skip
    """An op-amp: a current that saturates, into a pole whose voltage ends before the rails, and an output resistance.

    It begins with its output at 0 V, or as near to that as it comes. The defaults are those of an MCP6004 at 5 V
    (typical values of its data sheet). `out` needs a capacitor.

    Args:
        name: of its elements.
        plus: input.
        minus: inverting input.
        out: output.
        gbw: gain-bandwidth product, hertz.
        slew: slew rate, V/s.
        gain: open-loop gain.
        offset: input offset, volts.
        low: lowest output, volts.
        high: highest output, volts.
        r_out: output resistance, ohms.

    Raises:
        DesignError: a swing that is none.
    """
    band, rate = positive(gbw, f"gbw of {name}", "1Meg"), positive(slew, f"slew of {name}", "600k")
    loop, resistance = positive(gain, f"gain of {name}", "1e5"), positive(r_out, f"r_out of {name}", "100")
    bottom, top = parse(low, "low"), parse(high, "high")
    if not bottom < top:
        raise DesignError(
            f"op-amp {name}: its lowest output {show(bottom, 'V')} must be below its highest {show(top, 'V')}."
        )
    c_pole = 1e-9
    g = 2 * math.pi * band * c_pole
    pole, inside, drive = f"{name}_pole", f"{name}_in", f"{name}_drive"
    stage = {"g": g, "v_w": rate * c_pole / g}
    return (
        V(f"V_os_{name}", inside, plus, offset),
        B(f"B_{name}", "0", pole, "g*v_w*tanh((p - m)/v_w)", {"p": inside, "m": minus}, stage),
        B(
            f"B_clamp_{name}", "0", pole, "g*(Max(0, a - v) - Max(0, v - b))", {"v": pole},
            {"g": STIFF * g, "a": bottom, "b": top},
        ),
        C(f"C_{name}", pole, "0", c_pole, min(max(0.0, bottom + 1e-3), top - 1e-3)),
        R(f"R_{name}", pole, "0", loop / g),
        E(f"E_{name}", drive, "0", pole, "0", 1.0),
        R(f"R_out_{name}", drive, out, resistance),
    )  # fmt: skip
