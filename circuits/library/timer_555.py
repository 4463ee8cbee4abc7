"""The 555 timer as a relaxation oscillator: a hysteresis switch discharges a capacitor between two thirds and one."""

from __future__ import annotations

from ..circuit import Circuit
from ..elements import C, I, Probe, R, S, SpikeProbe, V
from ..errors import DesignError
from ..stimuli import Stimulus
from ..units import Value, parse, show
from .entry import Entry, Prediction

R_OUT, C_OUT = 1e3, 100e-12
"""Load of the output to the supply, ohms, and what hangs on it, farads."""


def timer_555(
    r_a: Value = "47k", r_b: Value = "10k", c: Value = "100n", v_cc: Value = 5.0, r_dis: Value = 12.0,
    current: Stimulus | Value = 0.0,
) -> Circuit:  # fmt: skip
    """A 555 in its astable circuit; a current into the capacitor makes it fire faster, as it does a neuron.

    Inside the 555 two comparators at 1/3 and 2/3 of the supply set and reset a latch that drives the discharge
    transistor and the output: two switches with one control and its hysteresis. A spike is where the output falls.

    Args:
        r_a: from the supply to the discharge pin, ohms.
        r_b: from there to the capacitor, ohms.
        c: farads.
        v_cc: supply, volts.
        r_dis: the discharge transistor when it conducts, ohms.
        current: injected into the capacitor, amperes.

    Raises:
        DesignError: a discharge that does not reach a third of the supply.
    """
    supply, low, series, top = parse(v_cc, "v_cc"), parse(r_dis, "r_dis"), parse(r_b, "r_b"), parse(r_a, "r_a")
    floor = supply * low / (top + low)
    if isinstance(current, (int, float, str)):
        floor += parse(current) * (series + low)
    if floor > supply / 3:
        raise DesignError(
            f"the discharge ends at {show(float(f'{floor:.4g}'), 'V')}, above a third of the supply: the timer sticks; "
            "take a larger r_a or a smaller current."
        )
    parts = (
        V("V_cc", "vcc", "0", supply),
        R("R_A", "vcc", "dis", r_a),
        R("R_B", "dis", "cap", r_b),
        C("C1", "cap", "0", c),
        I("I1", "0", "cap", current),
        S("S_dis", "dis", "0", "cap", "0", supply / 2, supply / 6, low, 1e9),
        R("R_out", "vcc", "out", R_OUT),
        S("S_out", "out", "0", "cap", "0", supply / 2, supply / 6, R_OUT / 100, 1e9),
        C("C_out", "out", "0", C_OUT, supply),
        Probe("cap", "cap"),
        SpikeProbe("spike", "out", "0", supply / 2, falling=True),
    )
    return Circuit("timer_555", parts, roles={"input": "I1", "membrane": "cap"})


def _predictions(circuit: Circuit) -> tuple[Prediction, ...]:
    if circuit.sources["I1"]:
        return ()
    return (
        Prediction(
            "period", "interval", ("spike",), "log(2)*(R_A + 2*R_B)*C1",
            "(log(2)*r_on_S_dis + 3*R_B*r_on_S_dis/(2*R_A))/(log(2)*(R_A + 2*R_B)) + (R_A + R_B)/r_off_S_dis*3",
            "the transistor's resistance adds to R_B, lifts the floor of the discharge by V_cc r_on/R_A, and leaks "
            "when open",
            "Horowitz and Hill, The Art of Electronics: astable 555",
            (
                ("charging from V_cc/3 to 2 V_cc/3 through R_A + R_B", "t_1 = log(2)*(R_A + R_B)*C1"),
                ("discharging from 2 V_cc/3 to V_cc/3 through R_B", "t_2 = log(2)*R_B*C1"),
            ),
        ),
    )  # fmt: skip


ENTRY = Entry(
    "timer_555", timer_555, "neuron", "the 555 as a neuron: charges to 2/3, discharges to 1/3", 30e-3,
    currents=(0.0, 10e-6, 20e-6, 40e-6, 80e-6), predictions=_predictions,
)  # fmt: skip
