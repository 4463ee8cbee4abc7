"""The reset that smooth neurons share: a hysteresis switch discharges the membrane, its twin makes a pulse."""

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
SLOWEST = 3e-4
"""Time constant of the discharge at most, in those of the membrane."""
QUICK = 0.1
"""Time constant with which the pulse falls, in those of the discharge."""
LATCH = 1e-2
"""Time constant of a latch, in those of the discharge."""
PULL_DOWN = 10.0
"""Pull-down resistor of the pulse over r_on of its switch."""


@frozen
class Reset:
    """The elements of a reset; `area` is the integral of its pulse (node `pulse`) over one spike, volt seconds."""

    elements: tuple[Element, ...]
    area: float

    def kick(self, name: str, node: str, charge: float) -> Element:
        """A current that gives a node the same charge (coulombs, positive raises it) at every spike."""
        return G(name, "0", node, "pulse", "0", charge / self.area)


def switch_reset(c: float, leak: float, v_peak: float, v_reset: float, i_peak: float) -> Reset:
    """See that `mem` reaches v_peak, discharge it to v_reset, let go; meanwhile `pulse` is high.

    Args:
        c: farads of the membrane.
        leak: ohms of the membrane at rest; the open switch leaks a millionth of that.
        v_peak: volts at which a spike is seen.
        v_reset: volts that the membrane is reset to.
        i_peak: amperes that the membrane's own currents reach at v_peak; the reset must win against them.

    Raises:
        DesignError: v_peak not above v_reset.
    """
    fall = v_peak - v_reset
    if not fall > 0:
        raise DesignError(f"v_peak {show(v_peak, 'V')} must be above v_reset {show(v_reset, 'V')}: nothing is reset.")
    return _twins(c, leak, v_reset, fall, i_peak, ("mem", "0", (v_peak + v_reset) / 2, fall / 2))


def comparator_reset(c: float, leak: float, threshold: str, fall: float, v_reset: float) -> Reset:
    """The same for a threshold that moves: `mem` is compared with a node, and a latch remembers the spike.

    Args:
        c: farads of the membrane.
        leak: ohms of the membrane.
        threshold: node that the membrane is compared with.
        fall: volts from the lowest threshold to v_reset.
        v_reset: volts that the membrane is reset to.
    """
    reset = _twins(c, leak, v_reset, fall, 0.0, ("latch", "0", V_DD / 2, V_DD / 10))
    tau, half = SLOWEST * leak * c, 1e-3 * fall
    c_latch = 1e-12
    r_latch, r_off = LATCH * tau / c_latch, 1e6 * leak
    memory = (
        S("S_set", "vdd", "latch", "mem", threshold, -half, half, r_latch, r_off),
        S("S_clear", "latch", "0", "0", "mem", -v_reset - half, half, r_latch, r_off),
        C("C_latch", "latch", "0", c_latch),
        R("R_latch", "latch", "0", 1e4 * tau / c_latch),
    )
    # The latch is charged to about 0.66 V and lets go at 0.4 V: ln(0.66 / 0.4) of its time constant later.
    return Reset((*memory, *reset.elements), reset.area * (1 + 0.5 * LATCH / FALL))


def _twins(
    c: float, leak: float, v_reset: float, fall: float, i_peak: float, control: tuple[str, str, float, float]
) -> Reset:
    """Two switches with one control: one discharges the membrane, the other makes the pulse."""
    r_on = min(SLOWEST * leak, DEPTH * fall / 8 / max(abs(i_peak), 1e-300))
    tau, r_off = r_on * c, 1e6 * leak
    pull, c_pulse = PULL_DOWN * r_on, QUICK * tau / (PULL_DOWN * r_on)
    level = V_DD * PULL_DOWN / (1 + PULL_DOWN)
    rise = QUICK * tau / (1 + PULL_DOWN)
    return Reset(
        (
            V("V_reset", "vr", "0", v_reset - DEPTH * fall),
            V("V_dd", "vdd", "0", V_DD),
            S("S_reset", "mem", "vr", *control, r_on, r_off),
            S("S_pulse", "vdd", "pulse", *control, r_on, 1e3 * r_off),
            R("R_pulse", "pulse", "0", pull),
            C("C_pulse", "pulse", "0", c_pulse),
        ),
        level * (FALL * tau - rise + QUICK * tau),
    )


def spike_probes() -> tuple[Element, ...]:
    """The membrane, and spikes as upward crossings of the pulse's middle, which is when the reset begins."""
    return Probe("mem", "mem"), SpikeProbe("spike", "pulse", "0", V_DD / 2)
