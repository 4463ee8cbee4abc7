"""The reset that neurons share: a hysteresis switch discharges the membrane; a metered packet of charge kicks the rest.

The switch closes when the membrane reaches its peak and opens when it has fallen to v_reset. Meanwhile a second switch
fills a small capacitor up to the supply, through a resistor; the voltage across that resistor has an area that depends
on the capacitor alone, however long the discharge takes. Its twin empties the capacitor between spikes.
"""

from __future__ import annotations

import math

from attrs import frozen

from ..element import Element
from ..elements import C, G, Probe, R, S, SpikeProbe, V
from ..errors import DesignError
from ..units import show

V_DD = 1.0
"""Supply of the pulse, volts."""
DEPTH = 0.25
"""How far below v_reset the discharge aims, as a part of the fall: it lets go at v_reset itself, while still steep."""
FALL = math.log((1 + DEPTH) / DEPTH)
"""Length of the fall in time constants of the discharge."""
QUICK = 1e-5
"""Length of the fall in time constants of the membrane."""
FILLS = 15.0
"""Time constants of the packet in one fall: it is full to e^-15."""
SLOWEST = 3e-4
"""Time constant of the discharge behind a comparator, in those of the membrane."""
LATCH = 1e-2
"""Time constant of a latch, in those of the discharge."""
EMPTIES = 1e3
"""How much more slowly the packet is emptied than filled."""
METER = 10.0
"""Resistor of the packet over r_on of its switch."""


@frozen
class Reset:
    """The elements of a reset.

    `area` is the integral of v(meter, pulse) over one spike, volt seconds; `length` how long the discharge takes,
    seconds; `mean` the membrane's mean voltage meanwhile, as a part of the fall above v_reset.
    """

    elements: tuple[Element, ...]
    area: float
    length: float
    mean: float = 1 / FALL - DEPTH

    def kick(self, name: str, node: str, charge: float) -> Element:
        """A current that gives a node the same charge (coulombs, positive raises it) at every spike."""
        return G(name, "0", node, "meter", "pulse", charge / self.area)


def switch_reset(
    c: float, leak: float, v_peak: float, v_reset: float, i_peak: float, slope: float = 0.0, quick: float = QUICK
) -> Reset:
    """See that `mem` reaches v_peak, discharge it to v_reset, let go; meanwhile `pulse` is high.

    Args:
        c: farads of the membrane.
        leak: ohms of the membrane at rest; the open switch leaks a millionth of that.
        v_peak: volts at which a spike is seen.
        v_reset: volts that the membrane is reset to.
        i_peak: amperes that the membrane's own currents reach at v_peak; the reset must win against them.
        slope: volts per second of the upstroke at v_peak. The switch closes lower by what the membrane would still
            gain while it is reset, so that it is back when an instant reset would have been.
        quick: length of the reset in time constants of the membrane.

    Raises:
        DesignError: v_peak not above v_reset.
    """
    fall = v_peak - v_reset
    if not fall > 0:
        raise DesignError(f"v_peak {show(v_peak, 'V')} must be above v_reset {show(v_reset, 'V')}: nothing is reset.")
    r_on = min(quick * leak / FALL, DEPTH * fall / 8 / max(abs(i_peak), 1e-300))
    fires = v_peak - slope * FALL * r_on * c
    return _packet(c, leak, r_on, v_reset, fall, ("mem", "0", (fires + v_reset) / 2, (fires - v_reset) / 2))


def comparator_reset(c: float, leak: float, threshold: str, fall: float, v_reset: float) -> Reset:
    """The same for a threshold that moves: `mem` is compared with a node, and a latch remembers the spike.

    Args:
        c: farads of the membrane.
        leak: ohms of the membrane.
        threshold: node that the membrane is compared with.
        fall: volts from the lowest threshold to v_reset.
        v_reset: volts that the membrane is reset to.
    """
    r_on = SLOWEST * leak
    reset = _packet(c, leak, r_on, v_reset, fall, ("latch", "0", V_DD / 2, V_DD / 10))
    tau, half = r_on * c, 1e-3 * fall
    c_latch = 1e-12
    r_latch, r_off = LATCH * tau / c_latch, 1e6 * leak
    memory = (
        S("S_set", "vdd", "latch", "mem", threshold, -half, half, r_latch, r_off),
        S("S_clear", "latch", "0", "0", "mem", -v_reset - half, half, r_latch, r_off),
        C("C_latch", "latch", "0", c_latch),
        R("R_latch", "latch", "0", 1e4 * tau / c_latch),
    )
    return Reset((*memory, *reset.elements), reset.area, reset.length)


def _packet(
    c: float, leak: float, r_on: float, v_reset: float, fall: float, control: tuple[str, str, float, float]
) -> Reset:
    """A switch that discharges the membrane, and two that fill and empty the packet."""
    fill, r_off = FALL * r_on * c / FILLS, 1e6 * leak
    plus, minus, v_t, v_h = control
    r_meter = METER * r_on
    c_pulse = fill / (r_meter + r_on)
    return Reset(
        (
            V("V_reset", "vr", "0", v_reset - DEPTH * fall),
            V("V_dd", "vdd", "0", V_DD),
            S("S_reset", "mem", "vr", *control, r_on, r_off),
            S("S_fill", "vdd", "meter", *control, r_on, 1e3 * r_off),
            R("R_meter", "meter", "pulse", r_meter),
            C("C_pulse", "pulse", "0", c_pulse),
            S("S_empty", "pulse", "0", minus, plus, -v_t, v_h, EMPTIES * METER * r_on, 1e3 * r_off, closed=True),
        ),
        r_meter * c_pulse * V_DD,
        FALL * r_on * c,
    )


def spike_probes() -> tuple[Element, ...]:
    """The membrane, and spikes as upward crossings of the pulse's middle, which is when the reset begins."""
    return Probe("mem", "mem"), SpikeProbe("spike", "pulse", "0", V_DD / 2)
