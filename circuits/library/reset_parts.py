"""The reset that neurons share: a hysteresis switch discharges the membrane; a metered packet of charge kicks the rest.

The switch closes when the membrane reaches its peak and opens when it has fallen to v_reset. Meanwhile a second switch
fills a small capacitor up to the supply, through a resistor; the voltage across that resistor has an area that depends
on the capacitor alone, however long the discharge takes. Its twin empties the capacitor between spikes.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from attrs import evolve, frozen

from ..element import Element
from ..elements import C, E, G, Probe, R, S, SpikeProbe, V
from ..errors import DesignError
from ..units import Value, parse, show
from .synapse_parts import positive
from .target import Suspect

V_DD = 1.0
"""Supply of the pulse, volts."""
DEPTH = 0.25
"""How far below v_reset the discharge aims, as a part of the fall: it lets go at v_reset itself, while still steep."""
FALL = math.log((1 + DEPTH) / DEPTH)
"""Length of the fall in time constants of the discharge."""
QUICK = 1.5e-5
"""Length of the fall in time constants of the membrane."""
FILLS = 14.0
"""Time constants of the packet in one fall."""
FULL = -math.expm1(-FILLS)
"""How full it is then."""
EMPTIES = 1e2
"""How much more slowly the packet is emptied than filled."""
HELD = 0.05
"""Voltage of the refractory capacitor at which the membrane is let go, as a part of the supply."""
SHORTEST = 200
"""Refractory period at least, in lengths of the reset."""
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

    @property
    def switch(self) -> S:
        """The switch that fills the packet: it is closed during a spike."""
        return next(e for e in self.elements if isinstance(e, S) and e.name == "S_fill")


def switch_reset(
    c: float, leak: float, v_peak: float, v_reset: float, i_peak: float,
    early: Callable[[float], float] = lambda length: 0.0, quick: Value = QUICK,
) -> Reset:  # fmt: skip
    """See that `mem` reaches v_peak, discharge it to v_reset, let go; meanwhile `pulse` is high.

    Args:
        c: farads of the membrane.
        leak: ohms of the membrane at rest; the open switch leaks a millionth of that.
        v_peak: volts at which a spike is seen.
        v_reset: volts that the membrane is reset to.
        i_peak: amperes that the membrane's own currents reach at v_peak; the reset must win against them.
        early: how many volts below v_peak the switch closes, for the length of the reset in seconds: what the
            membrane would still gain meanwhile, so that it is back when an instant reset would have been.
        quick: length of the reset in time constants of the membrane.

    Raises:
        DesignError: v_peak not above v_reset.
        QuantityError: a length that is not above zero.
    """
    fall = v_peak - v_reset
    if not fall > 0:
        raise DesignError(f"v_peak {show(v_peak, 'V')} must be above v_reset {show(v_reset, 'V')}: nothing is reset.")
    r_on = min(positive(quick=quick)["quick"] * leak / FALL, fall / 2 / max(abs(i_peak), 1e-300))
    length = FALL * r_on * c
    fires = v_peak - early(length)
    control = ("mem", "0", (fires + v_reset) / 2, (fires - v_reset) / 2)
    discharge = _discharge(v_reset - DEPTH * fall, control, r_on, leak)
    return _packet(discharge, r_on, leak, length, control)


def reset_length(quick: Value) -> Suspect:
    """That a reset takes time, as a cause of what neurons of `switch_reset` do late or early."""
    because = "the reset takes time; what the equations do meanwhile is made good to first order"
    return Suspect("reset length", because, (("quick", parse(quick, "quick") / 2),))


def refractory(reset: Reset, v_reset: float, t_ref: float, supply: float = V_DD) -> tuple[Element, ...]:
    """Hold `mem` at v_reset for t_ref after a reset.

    The hold waits until the packet is being emptied, so that it does not pull against the discharge.

    Args:
        reset: of the neuron.
        v_reset: volts.
        t_ref: seconds; 0 is none.
        supply: volts of the packet.

    Raises:
        DesignError: shorter than the circuit can tell from its own reset.
    """
    if t_ref == 0:
        return ()
    r_on, r_off = reset.switch.r_on, reset.switch.r_off
    return (
        *refractory_timer(reset, t_ref, supply),
        V("V_hold", "hold", "0", v_reset),
        S("S_hold", "mem", "hold", "ref", "pulse", 1.5 * supply * HELD, supply * HELD / 2, r_on, 1e-3 * r_off),
    )


def refractory_timer(reset: Reset, t_ref: float, supply: float = V_DD) -> tuple[Element, ...]:
    """C_ref is filled with the packet and decays through R_ref to HELD of the supply within t_ref.

    Args:
        reset: of the neuron.
        t_ref: seconds, above 0.
        supply: volts of the packet.

    Raises:
        DesignError: shorter than the circuit can tell from its own reset.
    """
    shortest = SHORTEST * reset.length
    if not t_ref > shortest:
        raise DesignError(
            f"t_ref is {show(t_ref, 's')}: it is 0, or above {show(float(f'{shortest:.3g}'), 's')}, "
            f"{SHORTEST} times what the reset itself takes."
        )
    switch = reset.switch
    c_ref = reset.length / FILLS / (switch.r_on * (1 + METER))
    control = (switch.c_plus, switch.c_minus, switch.v_t, switch.v_h)
    return (
        S("S_ref", "vdd", "ref", *control, switch.r_on * (1 + METER), switch.r_off),
        C("C_ref", "ref", "0", c_ref),
        R("R_ref", "ref", "0", t_ref / c_ref / math.log(FULL / HELD)),
    )


def comparator_reset(
    c: float, leak: float, threshold: str, fall: float, v_reset: float, supply: float
) -> Reset:  # fmt: skip
    """The same for a threshold that moves: `mem` is compared with a node, and a one-shot discharges it to v_reset.

    The comparator lifts the node `mono`, whose charge `timer` follows; while they differ the membrane is tied to
    v_reset, for so many time constants that it is there.

    Args:
        c: farads of the membrane.
        leak: ohms of the membrane.
        threshold: node that the membrane is compared with.
        fall: volts from the lowest threshold to v_reset.
        v_reset: volts that the membrane is reset to.
        supply: volts of the one-shot. A supply no larger than the membrane's own swing lets ngspice watch the
            comparator more closely.
    """
    parts, length = one_shot_of(threshold, 2 * QUICK * leak * c, 1e-3 * fall, c / 100)
    control = ("mono", "timer", 0.4 * supply, 0.2 * supply)
    # Twice the time constants that it needs: how long a one-shot is high does not matter then.
    r_on = length / FILLS / 2 / c
    parts += _discharge(v_reset, control, r_on, leak)
    reset = _packet(parts, r_on, leak, length / 2, control, supply)
    return evolve(reset, length=length)


def comparator_event(threshold: str, length: float, half: float, leak: float, supply: float) -> Reset:
    """A spike without a reset: `mem` is left alone when it reaches a node; the packet is filled all the same.

    Args:
        threshold: node that the membrane is compared with.
        length: of the spike, seconds.
        half: half the hysteresis of the comparator, volts.
        leak: ohms that the open switches leak a billionth of.
        supply: volts of the one-shot.
    """
    parts, length = one_shot_of(threshold, length, half)
    packet = _packet(parts, 1e3, leak, length / 2, ("mono", "timer", 0.4 * supply, 0.2 * supply), supply)
    return evolve(packet, length=length)


def one_shot_of(
    threshold: str, length: float, half: float, c_mono: float = 1e-12
) -> tuple[tuple[Element, ...], float]:  # fmt: skip
    """A one-shot that `mem` sets off when it reaches a node: its elements, and how long mono - timer is high.

    Args:
        threshold: the node.
        length: seconds, about.
        half: half the hysteresis of the comparator, volts.
        c_mono: its capacitors, farads; ngspice's steps run dry where they are too small beside the membrane.
    """
    tau = length / math.log(3)
    parts = (
        S("S_set", "vdd", "mono", "mem", threshold, -half, half, length / FILLS / c_mono, 1e12 * length / c_mono),
        C("C_mono", "mono", "0", c_mono),
        R("R_mono", "mono", "0", EMPTIES * length / c_mono),
        E("E_mono", "copy", "0", "mono", "0", 1.0),
        R("R_timer", "copy", "timer", tau / c_mono),
        C("C_timer", "timer", "0", c_mono),
    )
    # Set at 0.6 of the supply, over at 0.2: the difference falls to a third.
    return parts, length


Control = tuple[str, str, float, float]
"""Of a switch: its two nodes, the middle and half the width of its hysteresis."""


def _discharge(rail: float, control: Control, r_on: float, leak: float) -> tuple[Element, ...]:
    """A switch that takes the membrane to a rail."""
    return (V("V_reset", "vr", "0", rail), S("S_reset", "mem", "vr", *control, r_on, 1e6 * leak))


def _packet(
    before: tuple[Element, ...], r_on: float, leak: float, length: float, control: Control, supply: float = V_DD
) -> Reset:  # fmt: skip
    """What sees the spike, and two switches that fill and empty the packet."""
    fill, r_off = length / FILLS, 1e9 * leak
    plus, minus, v_t, v_h = control
    r_meter = METER * r_on
    c_pulse = fill / (r_meter + r_on)
    return Reset(
        (
            *before,
            V("V_dd", "vdd", "0", supply),
            S("S_fill", "vdd", "meter", *control, r_on, r_off),
            R("R_meter", "meter", "pulse", r_meter),
            C("C_pulse", "pulse", "0", c_pulse),
            S("S_empty", "pulse", "0", minus, plus, -v_t, v_h, EMPTIES * METER * r_on, r_off, closed=True),
        ),
        r_meter * c_pulse * FULL * supply,
        length,
    )


def spike_probes(supply: float = V_DD) -> tuple[Element, ...]:
    """The membrane, and spikes as upward crossings of the pulse's middle, which is when the reset begins."""
    return Probe("mem", "mem"), SpikeProbe("spike", "pulse", "0", supply / 2)
