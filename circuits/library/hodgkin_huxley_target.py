"""The published equations of the Hodgkin-Huxley neurons, rates typed as the papers have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from ..errors import unknown
from ..stimuli import Pulse, stimulus
from ..units import parse
from .target import Drive, Match, Quantity, Target


@frozen
class _Paper:
    """Rates (per ms, V in mV) of the gates m, h, n: opening and closing; and the paper's parameters."""

    source: str
    rates: Mapping[str, tuple[str, str]]
    values: tuple[Quantity, ...]
    v_rest: float
    size: float
    """Amperes in the paper's unit of current."""
    unit: str
    current: float


_PAPERS = {
    "squid": _Paper(
        "Hodgkin and Huxley 1952, J Physiol 117:500, eqs. 26 and table 3, V turned to a rest of -65 mV, for 1 cm^2",
        {
            "m": ("0.1*(V + 40)/(1 - exp(-(V + 40)/10))", "4*exp(-(V + 65)/18)"),
            "h": ("0.07*exp(-(V + 65)/20)", "1/(exp(-(V + 35)/10) + 1)"),
            "n": ("0.01*(V + 55)/(1 - exp(-(V + 55)/10))", "0.125*exp(-(V + 65)/80)"),
        },
        (
            Quantity("C", 1, "uF"), Quantity("g_Na", 120, "mS"), Quantity("g_K", 36, "mS"), Quantity("g_l", 0.3, "mS"),
            Quantity("E_Na", 50, "mV"), Quantity("E_K", -77, "mV"), Quantity("E_l", -54.387, "mV"),
        ),
        -65, 1e-6, "uA", 10,
    ),
    "cortical": _Paper(
        "Brette et al. 2007, J Comput Neurosci 23:349, benchmark 3 (Traub and Miles 1991, V_T = -63 mV)",
        {
            "m": (
                "0.32*(13 - V + V_T)/(exp((13 - V + V_T)/4) - 1)", "0.28*(V - V_T - 40)/(exp((V - V_T - 40)/5) - 1)"
            ),
            "h": ("0.128*exp((17 - V + V_T)/18)", "4/(1 + exp((40 - V + V_T)/5))"),
            "n": ("0.032*(15 - V + V_T)/(exp((15 - V + V_T)/5) - 1)", "0.5*exp((10 - V + V_T)/40)"),
        },
        (
            Quantity("C", 200, "pF"), Quantity("g_Na", 20e3, "nS"), Quantity("g_K", 6e3, "nS"),
            Quantity("g_l", 10, "nS"), Quantity("E_Na", 50, "mV"), Quantity("E_K", -90, "mV"),
            Quantity("E_l", -60, "mV"), Quantity("V_T", -63, "mV"),
        ),
        -65, 1e-12, "pA", 700,
    ),
}  # fmt: skip


def hodgkin_huxley_target(given: Mapping[str, Any]) -> Target:
    """The target of `hodgkin_huxley` for arguments of its builder.

    Raises:
        UnknownNameError: another preset.
    """
    if given["preset"] not in _PAPERS:
        raise unknown("preset", given["preset"], _PAPERS)
    p = _PAPERS[given["preset"]]
    v_0 = p.v_rest if given["v_0"] is None else parse(given["v_0"]) / 1e-3
    step = Pulse(0, p.current * p.size, "5m", 1, "10u")
    opens = {g: (f"alpha_{g}", f"beta_{g}") for g in p.rates}
    steady = {g: f"({a})/({a} + {b})".replace("V ", "V_0 ") for g, (a, b) in p.rates.items()}
    return Target(
        p.source,
        time=1e-3,
        equations=(
            ("V", "(I - g_Na*m**3*h*(V - E_Na) - g_K*n**4*(V - E_K) - g_l*(V - E_l))/C"),
            *((g, f"3**((T - 6.3)/10)*({a}*(1 - {g}) - {b}*{g})") for g, (a, b) in opens.items()),
        ),
        start=(("V", "V_0"), *steady.items()),
        quantities=(*p.values, Quantity("T", parse(given["celsius"]), "degrees"), Quantity("V_0", v_0, "mV")),
        definitions=tuple(
            (name, text) for g, pair in p.rates.items() for name, text in zip(opens[g], pair, strict=True)
        ),
        drives=(Drive("I", stimulus(step if given["current"] is None else given["current"]), p.size, p.unit),),
        matches=(Match("mem", "V", 1e-3), *(Match(g, g) for g in p.rates)),
        spike="spike",
        level="V",
    )
