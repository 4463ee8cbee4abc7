"""The Schmitt-trigger inverter with one resistor and one capacitor: the smallest relaxation oscillator."""

from __future__ import annotations

from ..circuit import Circuit
from ..elements import C, I, Probe, R, S, SpikeProbe, V
from ..errors import DesignError
from ..stimuli import Stimulus
from ..units import Value, parse, show
from .entry import Entry, Prediction


def schmitt(
    r: Value = "100k", c: Value = "10n", v_dd: Value = 4.5, v_high: Value = 2.38, v_low: Value = 1.4,
    r_out: Value = 50.0, current: Stimulus | Value = 0.0,
) -> Circuit:  # fmt: skip
    """An inverter whose input switches at v_high when rising and at v_low when falling, such as a 74HC14 at 4.5 V.

    Its output charges the capacitor through the resistor up, then down. A spike is where the output falls.

    Args:
        r: from output to input, ohms.
        c: from input to ground, farads.
        v_dd: supply, volts.
        v_high: input threshold upwards, volts.
        v_low: input threshold downwards, volts.
        r_out: of the output, ohms.
        current: injected into the capacitor, amperes.

    Raises:
        DesignError: thresholds out of order, or out of reach of the output.
    """
    supply, high, low = parse(v_dd, "v_dd"), parse(v_high, "v_high"), parse(v_low, "v_low")
    if not 0 < low < high < supply:
        raise DesignError(
            f"v_low {show(low, 'V')} and v_high {show(high, 'V')} must lie in this order between 0 and the supply "
            f"{show(supply, 'V')}: otherwise the output cannot reach them and nothing oscillates."
        )
    middle, half = (high + low) / 2, (high - low) / 2
    parts = (
        V("V_dd", "vdd", "0", supply),
        S("S_high", "vdd", "out", "0", "cap", -middle, half, r_out, 1e10, closed=True),
        S("S_low", "out", "0", "cap", "0", middle, half, r_out, 1e10),
        C("C_out", "out", "0", "10p", supply),
        R("R1", "out", "cap", r),
        C("C1", "cap", "0", c),
        I("I1", "0", "cap", current),
        Probe("cap", "cap"),
        Probe("out", "out"),
        SpikeProbe("spike", "out", "0", supply / 2, falling=True),
        SpikeProbe("end", "out", "0", supply / 2),
    )
    return Circuit("schmitt", parts, roles={"input": "I1", "membrane": "cap"})


def _predictions(circuit: Circuit) -> tuple[Prediction, ...]:
    if circuit.sources["I1"]:
        return ()
    high, low = "(v_t_S_low + v_h_S_low)", "(v_t_S_low - v_h_S_low)"
    rise, fall = f"R1*C1*log((V_dd - {low})/(V_dd - {high}))", f"R1*C1*log({high}/{low})"
    return (
        Prediction(
            "period", "interval", ("spike",), f"{rise} + {fall}", "r_on_S_low/R1 + 3*C_out/C1",
            "the output's resistance adds to R1, and its capacitance has to be charged too",
            "textbook: charging towards the supply, discharging towards ground",
            (("charging from v_low to v_high", f"t_1 = {rise}"), ("discharging from v_high to v_low", f"t_2 = {fall}")),
        ),
    )  # fmt: skip


ENTRY = Entry(
    "schmitt", schmitt, "neuron", "a Schmitt inverter, one resistor, one capacitor", 8e-3,
    currents=(0.0, 2e-6, 5e-6, 8e-6, 11e-6), predictions=_predictions,
)  # fmt: skip
