"""Neurons: LIF curves from the derived formulas of the ideal neuron, and Hodgkin-Huxley's own equations."""

from __future__ import annotations

from sympy import Expr, Float, Integer, Piecewise, Symbol

from ...circuits.closed_forms.first_order import first_order
from ...circuits.closed_forms.lif_forms import IdealLif, ideal_lif
from ...circuits.equations.algebra import put
from ...circuits.equations.derive import derive
from ...circuits.library import build
from ..circuits import membrane
from ..python_lif import interval_of_steps
from .forms import axon, firing, ideal_form, jumps
from .kinds import Curve, Mark, Play, Slider
from .linear import TIME_LABEL, VOLTAGE, X

R1 = Slider("R1", 1e5, 1e7, 1e6, "Ω", log=True)
C1 = Slider("C1", 1e-9, 1e-7, 1e-8, "F", log=True)
I1 = Slider("I1", 1e-7, 1e-5, 2e-6, "A", log=True)
U_TH = Slider("u_th", 0.2, 3.0, 1.0, "V")
T_REF = Slider("t_ref", 0.0, 5e-3, 2e-3, "s")
RATE = {"en": "rate", "ko": "발화율"}
INTERVAL = {"en": "interval", "ko": "스파이크 간격"}
RHEOBASE = {"en": "rheobase", "ko": "기전류"}


def _ideal() -> IdealLif:
    return ideal_lif(derive(build("lif")))


def _named(expression: Expr) -> Expr:
    """In the course's names, with the refractory period as a slider."""
    return ideal_form(expression, Symbol("t_ref", real=True))


def lif() -> Play:
    """The membrane of the ideal neuron over time, spike after spike."""
    ideal = _ideal()
    rheobase = _named(ideal.rheobase)
    fires = Symbol("I1", real=True) > rheobase
    rate = Piecewise((_named(ideal.rate), fires), (0, True))
    return Play(
        "lif", (R1, C1, I1, U_TH, T_REF), TIME_LABEL, "s", (0.0, 60e-3), VOLTAGE, "V",
        (Curve({"en": "membrane", "ko": "막"}, firing(ideal, Symbol("t_ref", real=True), X)),),
        (Mark(RATE, rate, "Hz"), Mark(RHEOBASE, rheobase, "A"),
         Mark({"en": "time constant", "ko": "시정수"}, _named(ideal.membrane.tau), "s")),
        (("y", Symbol("u_th", real=True)),),
    )  # fmt: skip


def fi() -> Play:
    """The f-I curve."""
    ideal = _ideal()
    current, rheobase = Symbol("I1", real=True), _named(ideal.rheobase)
    rate = Piecewise((_named(ideal.rate), current > rheobase), (0, True))
    return Play(
        "fi", (R1, C1, U_TH, T_REF), {"en": "current", "ko": "전류"}, "A", (0.0, 5e-6), RATE, "Hz",
        (Curve({"en": "f(I)", "ko": "f(I)"}, rate.subs(current, X)),), (Mark(RHEOBASE, rheobase, "A"),),
        (("x", rheobase),),
    )  # fmt: skip


def python_error() -> Play:
    """How wrong the interval of the fifteen lines is, over the time step."""
    ideal = _ideal()
    current, r, c, u_th = (Symbol(n, real=True) for n in ("I1", "R1", "C1", "u_th"))
    exact = ideal_form(ideal.interval, Integer(0))
    stepped = interval_of_steps(current, r, c, u_th, X)
    return Play(
        "python_error", (Slider("I1", 1.1e-6, 1e-5, 2e-6, "A", log=True), R1_FIXED, C1_FIXED, U_TH_FIXED),
        {"en": "time step", "ko": "시간 단계"}, "s", (1e-6, 1e-3), {"en": "error of the interval", "ko": "간격의 오차"},
        "%", (Curve({"en": "error", "ko": "오차"}, 100 * (stepped / exact - 1)),), (Mark(INTERVAL, exact, "s"),),
        x_log=True,
    )  # fmt: skip


R1_FIXED = Slider("R1", 1e6, 4e6, 1e6, "Ω")
C1_FIXED = Slider("C1", 5e-9, 5e-8, 1e-8, "F", log=True)
U_TH_FIXED = Slider("u_th", 0.5, 1.0, 1.0, "V")


def tolerance() -> Play:
    """The interval over an error of the parts."""
    ideal = _ideal()
    exact = ideal_form(ideal.interval, Integer(0))
    r, c = Symbol("R1", real=True), Symbol("C1", real=True)
    names = {"R": ({r: r * (1 + X / 100)}, {"en": "R off", "ko": "R의 오차"}),
             "C": ({c: c * (1 + X / 100)}, {"en": "C off", "ko": "C의 오차"})}  # fmt: skip
    lines = tuple(Curve(label, 100 * (put(exact, change) / exact - 1)) for change, label in names.values())
    return Play(
        "tolerance", (Slider("I1", 1.3e-6, 1e-5, 2e-6, "A", log=True), R1_FIXED, C1_FIXED, U_TH_FIXED),
        {"en": "error of the part", "ko": "부품의 오차"}, "%", (-10.0, 10.0),
        {"en": "error of the interval", "ko": "간격의 오차"}, "%", lines, (Mark(INTERVAL, exact, "s"),),
    )  # fmt: skip


ARRIVALS = (5e-3, 12e-3, 19e-3)
"""When the three pre neurons of lesson 1 fire, seconds."""


def accumulate() -> Play:
    """Three spikes on a leaking sum with a threshold and a reset: what is left of each when the next one comes."""
    leak = first_order(derive(membrane()), "v_mem")
    tau, w, u_th = (Symbol(n, real=True) for n in ("tau", "w", "u_th"))
    shape, count = jumps(leak, tau, w, u_th, [Float(at) for at in ARRIVALS], X)
    return Play(
        "accumulate",
        (Slider("w", 0.1, 1.2, 0.45), Slider("tau", 1e-3, 60e-3, 20e-3, "s"), Slider("u_th", 0.5, 1.5, 1.0)),
        TIME_LABEL, "s", (0.0, 40e-3), {"en": "u", "ko": "u"}, "", (Curve({"en": "u", "ko": "u"}, shape),),
        (Mark({"en": "spikes of post", "ko": "post의 스파이크"}, count),),
        (("y", u_th), *(("x", Float(at)) for at in ARRIVALS)), y_range=(0.0, 1.6),
    )  # fmt: skip


def hodgkin_huxley() -> Play:
    """The squid axon's own four equations under a constant current."""
    return Play(
        "hodgkin_huxley", (Slider("I1", 0.0, 40e-6, 10e-6, "A"),), TIME_LABEL, "s", (0.0, 60e-3), VOLTAGE, "V",
        (Curve({"en": "membrane", "ko": "막"}, Symbol("v_mem", real=True)),),
        ode=axon(Integer(1)),
        y_range=(-0.09, 0.06),
    )  # fmt: skip
