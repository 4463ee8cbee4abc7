"""What the three grades of the LIF neuron share: membrane, reset rail, refractory stage, design rules."""

from __future__ import annotations

import math

from attrs import field, frozen

from ..circuit import Circuit
from ..elements import C, Element, I, R, S, V
from ..errors import DesignError, QuantityError
from ..stimuli import Sine, Stimulus, extent, stimulus
from ..units import parse, show
from .leaky_integrator import membrane


@frozen
class LifValues:
    """What an LIF neuron is built from; `breadboard` and `chip` are two sets that can be had."""

    r: float = field(converter=parse)
    c: float = field(converter=parse)
    v_th: float = field(converter=parse)
    v_reset: float = field(converter=parse)
    v_rest: float = field(converter=parse)
    t_ref: float = field(converter=parse)
    vdd: float = field(converter=parse)
    r_on: float = field(converter=parse)
    r_off: float = field(converter=parse)
    c_latch: float = field(converter=parse)
    c_ref: float = field(converter=parse)
    margin: float = field(converter=parse)
    """Opening level of the reset above the reset voltage, as a part of the swing."""
    current: Stimulus | float | str = field()

    @property
    def swing(self) -> float:
        """From reset voltage to threshold, volts."""
        return self.v_th - self.v_reset

    @property
    def v_open(self) -> float:
        """Membrane voltage at which the reset lets go, volts."""
        return self.v_reset + self.margin * self.swing

    @property
    def rail(self) -> str:
        """Node that the membrane is reset to: ground, or a source of its own."""
        return "vr" if self.v_reset else "0"

    def spec(self) -> dict[str, float]:
        """What the ideal neuron does."""
        return {"v_th": self.v_th, "v_reset": self.v_reset, "t_ref": self.t_ref}

    def supply(self) -> tuple[Element, ...]:
        """Membrane, reset rail and supply."""
        rail = (V("V_reset", "vr", "0", self.v_reset),) if self.v_reset else ()
        start = start_of(self.v_rest, self.v_th, self.v_reset)
        return (*membrane(self.r, self.c, self.v_rest, self.current, start), *rail)


def start_of(v_rest: float, v_th: float, v_reset: float) -> float:
    """Membrane of an LIF neuron at time 0: at rest; one that fires by itself starts as after a spike, volts."""
    return v_rest if v_rest < v_th else v_reset


def checked(values: LifValues) -> LifValues:
    """Refuse values with which the circuit would stick, in words that say why.

    Raises:
        DesignError: threshold not above reset, out of reach of the supply, a reset that cannot win
            against the input current, a refractory time that the parts cannot make.
        QuantityError: a refractory time below zero, a margin outside (0, 0.5).
    """
    v = values
    if v.t_ref < 0:
        raise QuantityError(f"t_ref is {show(v.t_ref, 's')}: a refractory period cannot be negative; 0 means none.")
    if not 0 < v.margin < 0.5:
        raise QuantityError(f"margin is {v.margin}: the reset must let go between v_reset and v_th; try 0.01.")
    if not v.v_reset < v.v_th:
        raise DesignError(
            f"v_th {show(v.v_th, 'V')} must be above v_reset {show(v.v_reset, 'V')}, or no spike is reset."
        )
    if v.v_th >= v.vdd:
        raise DesignError(
            f"v_th {show(v.v_th, 'V')} is out of reach of the supply of {show(v.vdd, 'V')}: raise vdd or lower v_th."
        )
    _check_reset(v)
    return values


def _check_reset(v: LifValues) -> None:
    leak = max(0.0, (v.v_rest - v.v_reset) / v.r)
    _want_reset_to_win((largest(v.current) + leak) * v.r_on, v.v_reset, v.v_open)
    if v.r_off < 10 * v.r:
        raise DesignError(
            f"r_off {show(v.r_off, 'Ω')} of the open switch leaks as much as the membrane's {show(v.r, 'Ω')}: "
            "take a switch with r_off at least ten times r."
        )


def _brief(volts: float) -> str:
    """Six digits are enough in an error."""
    return show(float(f"{volts:.6g}"), "V")


def _want_reset_to_win(lift: float, v_reset: float, v_open: float) -> None:
    """The input current through r_on must not hold the membrane near the level at which the reset lets go."""
    if lift > (v_open - v_reset) / 2:
        raise DesignError(
            f"the reset cannot win: input current times r_on holds the membrane at {_brief(v_reset + lift)}, "
            f"and the reset lets go at {_brief(v_open)}; below {_brief((v_reset + v_open) / 2)} is safe. "
            "Take a smaller r_on or current, or a larger margin."
        )


def recheck(circuit: Circuit) -> Circuit:
    """Check the reset of a neuron circuit whose elements were changed one by one; returns the circuit.

    Raises:
        DesignError: the reset cannot win, or lies above the threshold.
    """
    switches = {s.name: s for s in circuit.of_type(S)}
    reset, clear = switches.get("S_reset"), switches.get("S_clear")
    source = circuit.element("I1") if "I1" in {e.name for e in circuit.parts} else None
    if reset is None or not isinstance(source, I):
        return circuit
    v_open = -(clear.v_t + clear.v_h) if clear else reset.v_t - reset.v_h
    v_reset = next((e.stimulus.breakpoints()[1][0] for e in circuit.of_type(V) if e.plus == reset.minus), 0.0)
    _want_reset_to_win(largest(source.stimulus) * reset.r_on, v_reset, v_open)
    return circuit


def largest(current: Stimulus | float | str) -> float:
    """The largest current that a stimulus reaches, of either sign, amperes."""
    return max(map(abs, extent(stimulus(current))))


def refractory(v: LifValues, control: str, v_t: float, v_h: float) -> tuple[Element, ...]:
    """The refractory stage: a switch charges C_ref during the spike, R_ref lets it decay, a switch holds the reset.

    Args:
        v: the neuron's values.
        control: node that says "spike", and
        v_t: the middle and
        v_h: the half width of its hysteresis, volts.

    Returns:
        Nothing for t_ref = 0. R_ref is a part of the E24 series; the level at which the hold ends makes up
        for its coarseness: v_low = vdd exp(-t_ref / (R_ref C_ref)).
    """
    if v.t_ref == 0:
        return ()
    r_ref = standard_resistor(v.t_ref / v.c_ref)
    v_low = v.vdd * math.exp(-v.t_ref / (r_ref * v.c_ref))
    half = 0.1 * v_low
    discharge = v.r_on * v.c * math.log(1 / v.margin)
    if 5 * v.r_on * v.c_ref > discharge / 2:
        raise DesignError(
            f"c_ref {show(v.c_ref, 'F')} is too large to charge through r_on {show(v.r_on, 'Ω')} during the "
            f"{show(discharge, 's')} of a spike: take a smaller c_ref."
        )
    return (
        S("S_charge", "vdd", "ref", control, "0", v_t, v_h, v.r_on, v.r_off),
        C("C_ref", "ref", "0", v.c_ref),
        R("R_ref", "ref", "0", r_ref),
        S("S_hold", "mem", v.rail, "ref", "0", v_low + half, half, v.r_on, v.r_off),
    )


def standard_resistor(wish: float) -> float:
    """The resistor of the E24 series nearest to a wish, ohms."""
    import eseries

    return float(eseries.find_nearest(eseries.E24, wish))


def drive_current(circuit: Circuit) -> float:
    """Injected current of a neuron with a constant input, amperes.

    Raises:
        DesignError: the input is not constant.
    """
    source = circuit.element("I1")
    assert isinstance(source, I)
    times, values = source.stimulus.breakpoints()
    if isinstance(source.stimulus, Sine) or len(times) > 1:
        raise DesignError(
            "the injected current of this neuron changes over time; an interval formula needs a constant one."
        )
    return values[0]


BREADBOARD: dict[str, float | str] = {
    "r": "1Meg", "c": "10n", "v_th": 1.0, "v_reset": 0.0, "v_rest": 0.0, "t_ref": "2m", "vdd": 5.0, "r_on": 100,
    "r_off": "10G", "c_latch": "1n", "c_ref": "1n", "margin": 0.01, "current": "2u",
}  # fmt: skip
"""Parts from a drawer: 1M, 10n, a 100 ohm analog switch; time constant 10 ms, rheobase 1 uA."""

CHIP: dict[str, float | str] = {
    "r": "20G", "c": "500f", "v_th": 0.5, "v_reset": 0.0, "v_rest": 0.0, "t_ref": "2m", "vdd": 1.2, "r_on": "1Meg",
    "r_off": "1e15", "c_latch": "50f", "c_ref": "50f", "margin": 0.01, "current": "50p",
}  # fmt: skip
"""Silicon: 500 fF, 20 Gohm leak; time constant 10 ms, rheobase 25 pA."""

PRESETS: dict[str, dict[str, float | str]] = {"breadboard": BREADBOARD, "chip": CHIP}


def lif_values(preset: str, changes: dict[str, object]) -> LifValues:
    """Values of a preset with changes, checked.

    Raises:
        UnknownNameError: no such preset or parameter.
        DesignError: values that cannot work together.
    """
    from ..errors import unknown

    if preset not in PRESETS:
        raise unknown("preset", preset, PRESETS)
    for name in changes:
        if name not in BREADBOARD:
            raise unknown("parameter", name, BREADBOARD)
    merged: dict[str, object] = {**PRESETS[preset], **changes}
    named = {k: parse(v, k) if isinstance(v, (int, float, str)) else v for k, v in merged.items()}
    return checked(LifValues(**named))  # type: ignore[arg-type]  # numbers and one stimulus, by name
