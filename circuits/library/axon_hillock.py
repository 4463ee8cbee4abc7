"""Mead's axon-hillock circuit at transistor level: two inverters, a feedback capacitor, a reset path."""

from __future__ import annotations

from ..circuit import Circuit
from ..elements import C, I, Mosfet, Probe, SpikeProbe, V
from ..errors import DesignError
from ..roles import NEURON
from ..stimuli import Stimulus
from ..units import Value, parse, show
from .entry import Entry, Prediction

KP_N, KP_P = 180e-6, 60e-6
"""Transconductance parameters of a 3.3 V process, A/V^2 (typical of 0.18 um, rounded)."""
V_TH = 0.7
LAMBDA = 0.05


def axon_hillock(
    c_mem: Value = "100f", c_fb: Value = "60f", v_dd: Value = 3.3, v_pw: Value = 0.76, current: Stimulus | Value = "1n"
) -> Circuit:  # fmt: skip
    """Input current charges the membrane; at the inverter's threshold the output jumps and pulls the membrane along.

    The jump v_dd c_fb / (c_mem + c_fb) is the positive feedback; the reset transistors then discharge it with the
    current that v_pw sets, until the output falls and pulls the membrane down by the same jump (Mead 1989, Analog VLSI
    and Neural Systems, chapter 12). Transistors are square-law (level 1), sizes those of a 3.3 V layout. A spike is
    where the output rises through half the supply.

    Args:
        c_mem: membrane capacitor, farads.
        c_fb: feedback capacitor, farads.
        v_dd: supply, volts.
        v_pw: gate voltage that sets the reset current and so the width of the pulse, volts.
        current: injected, amperes.

    Raises:
        DesignError: a reset current that the input current exceeds: the output would stay high for ever.
    """
    bias, supply = parse(v_pw, "v_pw"), parse(v_dd, "v_dd")
    if not supply > 2 * V_TH:
        raise DesignError(f"v_dd {show(supply, 'V')} is below two thresholds of {V_TH} V: the inverters cannot switch.")
    n = {"v_th": V_TH, "kp": KP_N, "lam": LAMBDA}
    p = {"v_th": V_TH, "kp": KP_P, "lam": LAMBDA}
    parts = (
        V("V_dd", "vdd", "0", supply),
        V("V_pw", "pw", "0", bias),
        I("I1", "0", "mem", current),
        C("C_mem", "mem", "0", c_mem),
        C("C_fb", "out", "mem", c_fb),
        Mosfet("M_p1", "x", "mem", "vdd", "p", "0.44u", "0.56u", **p),
        Mosfet("M_n1", "x", "mem", "0", "n", "0.44u", "0.56u", **n),
        C("C_x", "x", "0", "5f", supply),
        Mosfet("M_p2", "out", "x", "vdd", "p", "0.84u", "1.4u", **p),
        Mosfet("M_n2", "out", "x", "0", "n", "0.42u", "0.78u", **n),
        C("C_out", "out", "0", "10f"),
        Mosfet("M_reset", "mem", "out", "y", "n", "0.42u", "1.68u", **n),
        Mosfet("M_pw", "y", "pw", "0", "n", "0.42u", "5.6u", **n),
        C("C_y", "y", "0", "1f"),
        Probe("mem", "mem", low=-0.6),
        Probe("out", "out"),
        SpikeProbe("spike", "out", "0", supply / 2),
        SpikeProbe("end", "out", "0", supply / 2, falling=True),
    )
    made = Circuit("axon_hillock", parts, roles=NEURON)
    _want_reset_to_win(made)
    return made


SINK = "(kp_M_pw*w_M_pw/(2*l_M_pw)*Max(0, V_pw - v_th_M_pw)**2)"
"""Reset current: that of the saturated transistor M_pw."""


def _want_reset_to_win(made: Circuit) -> None:
    from .predictions import number

    sink, drive = number(SINK, made), made.sources["I1"]
    if not sink > 1.05 * drive:
        raise DesignError(
            f"the reset carries {show(float(f'{sink:.3g}'), 'A')} and the input brings {show(drive, 'A')}: the output "
            "would stay high; raise v_pw."
        )


def _predictions(circuit: Circuit) -> tuple[Prediction, ...]:
    if not circuit.sources["I1"] > 0:
        return ()
    low, high = "C_fb*V_dd/I1", f"C_fb*V_dd/({SINK} - I1)"
    argument = (
        ("the feedback capacitor lifts the membrane when the output rises", "jump = V_dd*C_fb/(C_mem + C_fb)"),
        ("the input current charges it up again by the same jump", "t_low = (C_mem + C_fb)*jump/I1"),
        ("while the output is high the reset current, less the input, takes it down", f"t_high = {high}"),
    )
    blur = "lam_M_n1*(V_dd/2 - v_th_M_n1)*(C_mem + C_fb)/C_fb"
    tail = f"lam_M_pw*V_dd + {blur}"
    return (
        Prediction(
            "pulse width", "width", ("out",), high, tail,
            "the reset current grows with its drain voltage, by lambda V_dd at most, and the first inverter decides "
            "over a range of V_dd/A, A = 1/(lambda (V_dd/2 - v_th)), which shortens the way",
            "charge balance, after Mead 1989, chapter 12", argument,
        ),
        Prediction(
            "interval", "interval", ("spike",), f"{low} + {high}",
            f"lam_M_pw*V_dd*({high})/({low} + {high}) + {blur}",
            "the same: the first for the pulse's part of the interval, the second for all of it",
            "charge balance, after Mead 1989, chapter 12", argument,
        ),
    )  # fmt: skip


ENTRY = Entry(
    "axon_hillock", axon_hillock, "neuron", "Mead's neuron in transistors: a pulse by capacitive feedback", 1.2e-3,
    currents=(0.2e-9, 0.5e-9, 1e-9, 2e-9, 4e-9), predictions=_predictions,
)  # fmt: skip
