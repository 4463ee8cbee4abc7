"""The differential-pair integrator: a synapse of six transistors below threshold, linear in its currents."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..circuit import Circuit
from ..devices import THERMAL_VOLTAGE
from ..elements import C, CurrentProbe, MosfetEkv, Probe, V
from ..errors import DesignError
from ..stimuli import Pulse
from ..units import Value, parse, show
from .entry import Entry, Prediction
from .synapse_parts import positive
from .synapse_targets import MILLI, PICO, milli, pico
from .target import Drive, Match, Quantity, Target

ON = ("10m", "80m", "0.1m")
"""When the input is on: from, to, and how long its edges take."""
V_DD, V_TH, KAPPA, I_SPEC = 1.8, 0.6, 0.7, 1e-6


def gate_voltage(current: float) -> float:
    """Gate over source voltage at which a saturated transistor carries a current: the EKV law turned round.

    Args:
        current: amperes.
    """
    root = math.sqrt(current / I_SPEC)
    return V_TH + 2 * THERMAL_VOLTAGE / KAPPA * math.log(math.expm1(root))


def leak_current(c: float, tau: float) -> float:
    """The current i_tau that gives a capacitor below threshold a time constant: c U_T / (kappa tau), amperes."""
    return c * THERMAL_VOLTAGE / (KAPPA * tau)


def _brief(amperes: float) -> str:
    return show(float(f"{amperes:.3g}"), "A")


def dpi_synapse(
    i_w: Value = "50p", i_thr: Value = "5p", tau: Value = "10m", c: Value = "1.35p"
) -> Circuit:  # fmt: skip
    """While `pre` is high, a current i_w is shared between a bias and the integrator; the output flows into `post`.

    With I the output current, tau dI/dt = -I + I (i_w/i_tau) / (1 + I/i_thr), tau = c U_T / (kappa i_tau); far above
    i_thr that is a linear low pass with the gain i_thr/i_tau (Bartolozzi and Indiveri 2007, Neural Comput 19:2581).

    Args:
        i_w: weight, amperes.
        i_thr: the current that stands for the bias of the pair, amperes.
        tau: seconds.
        c: integrating capacitor, farads.

    Raises:
        DesignError: a weight that does not exceed the leak (the output never rises), or currents above weak inversion.
    """
    p = positive(i_w=i_w, i_thr=i_thr, tau=tau, c=c)
    leak = leak_current(p["c"], p["tau"])
    if not p["i_w"] > leak:
        raise DesignError(
            f"i_w {show(p['i_w'], 'A')} does not exceed the leak {_brief(leak)} that tau and c ask for: the output "
            "would never rise; take a larger i_w, a longer tau or a smaller c."
        )
    steady = p["i_thr"] * (p["i_w"] / leak - 1)
    if max(steady, p["i_w"]) > I_SPEC / 100 or p["i_thr"] > p["i_w"]:
        raise DesignError(
            f"the output would reach {_brief(steady)} with i_thr {show(p['i_thr'], 'A')}: the integrator is linear "
            f"only in weak inversion, far below {show(I_SPEC, 'A')}, with i_thr below i_w."
        )
    device = {"i_spec": I_SPEC, "kappa": KAPPA, "v_th": V_TH}
    return Circuit("dpi_synapse").add(
        V("V_dd", "vdd", "0", V_DD),
        V("V_w", "w", "0", gate_voltage(p["i_w"])),
        V("V_thr", "thr", "0", V_DD - gate_voltage(p["i_thr"])),
        V("V_tau", "tau", "0", V_DD - gate_voltage(leak)),
        MosfetEkv("M_pre", "s", "pre", "t", "0", "n", **device),
        MosfetEkv("M_w", "t", "w", "0", "0", "n", **device),
        C("C_t", "t", "0", "1f"),
        C("C_tail", "s", "0", "1f", KAPPA * (V_DD - V_TH) + 12 * THERMAL_VOLTAGE),  # the pair off, as at rest
        MosfetEkv("M_thr", "vdd", "thr", "s", "0", "n", **device),
        MosfetEkv("M_in", "syn", "syn", "s", "0", "n", **device),
        MosfetEkv("M_tau", "syn", "tau", "vdd", "vdd", "p", **device),
        C("C_syn", "syn", "vdd", p["c"], -0.001),
        MosfetEkv("M_syn", "post", "syn", "vdd", "vdd", "p", **device),
    )


def dpi(i_w: Value = "50p", i_thr: Value = "5p", tau: Value = "10m", c: Value = "1.35p") -> Circuit:
    """The DPI driven for 60 ms, its output into a voltage source that measures it: rise and decay.

    Args:
        i_w: weight, amperes.
        i_thr: bias of the pair, amperes.
        tau: seconds.
        c: farads.
    """
    made = dpi_synapse(i_w, i_thr, tau, c)
    drive = V("V_pre", "pre", "0", Pulse(0, V_DD, *ON))
    probes = (Probe("syn", "syn"), CurrentProbe("i_syn", "V_post"))
    return Circuit("dpi", (drive, *made.elements, V("V_post", "post", "0", 0.5), *probes))


def _predictions(circuit: Circuit) -> tuple[Prediction, ...]:
    u_t = repr(THERMAL_VOLTAGE)

    def current(gate: str) -> str:
        return f"(i_spec_M_w*log(1 + exp(kappa_M_w*({gate} - v_th_M_w)/(2*{u_t})))**2)"

    leak, weight, bias = current("V_dd - V_tau"), current("V_w"), current("V_dd - V_thr")
    return (
        Prediction(
            "steady output", "highest", ("i_syn",), f"{bias}*({weight}/{leak} - 1)", f"4*sqrt({weight}/i_spec_M_w)",
            "currents that are not quite exponential: in weak inversion by sqrt(I / i_spec) each",
            "Bartolozzi and Indiveri 2007, Neural Comput 19:2581",
            (("the share of the pair equals the leak", "i_tau = i_w/(1 + i_syn/i_thr)"),),
        ),
    )  # fmt: skip


def _target(given: Mapping[str, Any]) -> Target:
    """The paper's nonlinear equation, in pA and ms; the weight's current is switched by the input."""
    leak = leak_current(parse(given["c"]), parse(given["tau"]))
    # At rest the output is that of transistors at the supply; in the paper's equation it would fade below that.
    rest = {"I_0": I_SPEC * math.exp(-KAPPA * V_TH / THERMAL_VOLTAGE) / PICO, "t_on": milli(ON[0], "start")}
    values = {"tau": milli(given["tau"], "tau"), "I_tau": leak / PICO, "I_gain": pico(given["i_thr"], "i_thr")}
    return Target(
        "Bartolozzi and Indiveri 2007, Neural Comput 19:2581", MILLI,
        (("I_syn", "(I_syn*I_w/I_tau/(1 + I_syn/I_gain) - I_syn)/tau"),), (("I_syn", "I_0*exp(t_on/tau)"),),
        tuple(Quantity(*v) for v in {**values, **rest}.items()),
        drives=(Drive("I_w", Pulse(0, given["i_w"], *ON), PICO, "pA"),),
        matches=(Match("i_syn", "I_syn", PICO),),
        because="the paper's transistors are exponential; in the circuit's, a current I is off by about sqrt(I/i_spec)",
    )  # fmt: skip


ENTRY = Entry(
    "dpi", dpi, "synapse", "differential-pair integrator: six transistors below threshold", 160e-3,
    predictions=_predictions, target=_target,
)  # fmt: skip
