"""The unijunction transistor as a neuron: a threshold that is a part of the supply, built into one device."""

from __future__ import annotations

from ..circuit import Circuit
from ..elements import C, I, Probe, R, S, SpikeProbe, V
from ..errors import DesignError
from ..roles import NEURON
from ..stimuli import Stimulus
from ..units import Value, parse, show
from .entry import Entry, Prediction

C_LOAD = 1e-9
"""What hangs on base 1, farads."""


def unijunction(
    r: Value = "100k", c: Value = "100n", v_bb: Value = 10.0, eta: Value = 0.65, v_diode: Value = 0.5,
    v_valley: Value = 1.5, r_on: Value = 20.0, r_1: Value = 47.0, i_peak: Value = "2u", i_valley: Value = "6m",
    current: Stimulus | Value = 0.0,
) -> Circuit:  # fmt: skip
    """Resistor, capacitor and a UJT such as the 2N2646, whose emitter conducts from its peak point to its valley point.

    The emitter fires at v_p = eta v_bb + v_diode and lets go at v_valley: one switch with hysteresis. A spike is where
    the pulse at base 1 rises.

    Args:
        r: from the supply to the emitter, ohms.
        c: farads.
        v_bb: supply, volts.
        eta: intrinsic stand-off ratio of the device.
        v_diode: drop of its emitter junction, volts.
        v_valley: emitter voltage at which it lets go, volts.
        r_on: the emitter when it conducts, ohms.
        r_1: load at base 1, where the pulse can be taken, ohms.
        i_peak: current that it takes to fire, amperes.
        i_valley: current above which it never lets go, amperes.
        current: injected into the capacitor, amperes.

    Raises:
        DesignError: a UJT that cannot fire (the resistor cannot supply its peak current), or never lets go.
    """
    supply, leak = parse(v_bb, "v_bb"), parse(r, "r")
    on, load = parse(r_on, "r_on"), parse(r_1, "r_1")
    peak, valley = parse(eta, "eta") * supply + parse(v_diode), parse(v_valley, "v_valley")
    if not valley < peak < supply:
        raise DesignError(
            f"the peak point {show(peak, 'V')} must lie between the valley {show(valley, 'V')} and the supply "
            f"{show(supply, 'V')}: otherwise the UJT cannot fire."
        )
    extra = parse(current) if isinstance(current, (int, float, str)) else 0.0
    at_peak, at_valley = (supply - peak) / leak + extra, (supply - valley) / leak + extra
    if at_peak < parse(i_peak):
        limit = (supply - peak) / parse(i_peak)
        raise DesignError(
            f"the UJT cannot fire: at its peak point {show(peak, 'V')} the resistor brings {show(at_peak, 'A')}, it "
            f"takes {show(parse(i_peak), 'A')}; take r below {show(float(f'{limit:.3g}'), 'Ω')}."
        )
    if at_valley > parse(i_valley):
        limit = (supply - valley) / parse(i_valley)
        raise DesignError(
            f"the UJT never lets go: at its valley {show(valley, 'V')} it carries {show(at_valley, 'A')}, more than "
            f"{show(parse(i_valley), 'A')}; take r above {show(float(f'{limit:.3g}'), 'Ω')}."
        )
    parts = (
        V("V_bb", "vbb", "0", supply),
        R("R1", "vbb", "mem", leak),
        C("C1", "mem", "0", c),
        I("I1", "0", "mem", current),
        S("S_ujt", "mem", "b1", "mem", "0", (peak + valley) / 2, (peak - valley) / 2, on, 1e9),
        R("R_load", "b1", "0", load),
        C("C_load", "b1", "0", C_LOAD),
        Probe("mem", "mem"),
        SpikeProbe("spike", "b1", "0", valley * load / (load + on) / 2),
    )
    return Circuit("unijunction", parts, roles=NEURON)


def _predictions(circuit: Circuit) -> tuple[Prediction, ...]:
    if circuit.sources["I1"]:
        return ()
    peak, valley = "(v_t_S_ujt + v_h_S_ujt)", "(v_t_S_ujt - v_h_S_ujt)"
    rise = f"R1*C1*log((V_bb - {valley})/(V_bb - {peak}))"
    low = "(r_on_S_ujt + R_load)"
    return (
        Prediction(
            "period", "interval", ("spike",), f"{rise} + {low}*C1*log({peak}/{valley})",
            f"(({low}/R1)**2*(V_bb/{valley} + log({peak}/{valley})) + R1/r_off_S_ujt*V_bb/(V_bb - {peak}))"
            f"/log((V_bb - {valley})/(V_bb - {peak}))",
            "the resistor goes on charging while the emitter discharges, which lifts the floor by V_bb r/R; the open "
            "emitter leaks",
            "Millman and Halkias, Integrated Electronics: UJT relaxation oscillator",
            (
                ("charging from the valley to the peak", f"t_1 = {rise}"),
                ("discharging through emitter and load", f"t_2 = {low}*C1*log({peak}/{valley})"),
            ),
        ),
    )  # fmt: skip


ENTRY = Entry(
    "unijunction", unijunction, "neuron", "a unijunction transistor: threshold and reset in one device", 60e-3,
    currents=(0.0, 10e-6, 20e-6, 50e-6, 100e-6), predictions=_predictions,
)  # fmt: skip
