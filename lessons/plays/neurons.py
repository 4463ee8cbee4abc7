"""Neurons: LIF curves from the derived formulas of the ideal neuron, and Hodgkin-Huxley's own equations."""

from __future__ import annotations

from sympy import Expr, Float, Piecewise, Symbol, floor

from ...circuits.equations import derive
from ...circuits.first_order import first_order
from ...circuits.library import build
from ...circuits.lif_forms import IdealLif, ideal_lif
from ..circuits import membrane
from ..python_lif import interval_of_steps
from .forms import left_of, plain, put_in
from .kinds import Curve, Mark, Ode, Play, Slider
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
    """The threshold by the course's name, reset to 0."""
    return plain(expression).subs(
        {Symbol("v_th", real=True): Symbol("u_th", real=True), Symbol("v_reset", real=True): 0}
    )


def lif() -> Play:
    """The membrane of the ideal neuron over time, spike after spike."""
    ideal = _ideal()
    interval, rheobase = _named(ideal.interval), _named(ideal.rheobase)
    current, t_ref = Symbol("I1", real=True), Symbol("t_ref", real=True)
    fires = current > rheobase
    since = X - interval * floor((X + t_ref) / interval) + t_ref
    # Time 0 begins without a refractory period: phase 0 is the end of one.
    charging = _named(ideal.membrane.solution(Float(0), Symbol("s", real=True)))  # type: ignore[arg-type]
    s = Symbol("s", real=True)
    shape = Piecewise((0, since < t_ref), (charging.subs(s, since - t_ref), True))
    silent = charging.subs(s, X)
    rate = Piecewise((_named(ideal.rate), fires), (0, True))
    return Play(
        "lif", (R1, C1, I1, U_TH, T_REF), TIME_LABEL, "s", (0.0, 60e-3), VOLTAGE, "V",
        (Curve({"en": "membrane", "ko": "막"}, Piecewise((shape, fires), (silent, True))),),
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
    names = [Symbol(n, real=True) for n in ("I1", "R1", "C1", "u_th")]
    exact = _named(ideal.interval).subs(Symbol("t_ref", real=True), 0)
    stepped = interval_of_steps(*names, X)  # type: ignore[arg-type]
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
    exact = _named(ideal.interval).subs(Symbol("t_ref", real=True), 0)
    r, c = Symbol("R1", real=True), Symbol("C1", real=True)
    names = {"R": ({r: r * (1 + X / 100)}, {"en": "R off", "ko": "R의 오차"}),
             "C": ({c: c * (1 + X / 100)}, {"en": "C off", "ko": "C의 오차"})}  # fmt: skip
    lines = tuple(Curve(label, 100 * (put_in(exact, change) / exact - 1)) for change, label in names.values())
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
    tau, w = Symbol("tau", real=True), Symbol("w", real=True)
    u_th = Symbol("u_th", real=True)

    def left(value: Expr, after: Expr) -> Expr:
        return left_of(leak, tau, value, after)

    value: Expr = Float(0)
    before, count = Float(0), Float(0)
    pieces: list[tuple[Expr, Expr]] = []
    for at in ARRIVALS:
        pieces.append((left(value, X - before), at > X))
        lifted = left(value, Float(at) - before) + w
        count = count + Piecewise((1, lifted >= u_th), (0, True))
        value, before = Piecewise((0, lifted >= u_th), (lifted, True)), Float(at)
    shape = Piecewise(*pieces, (left(value, X - before), True))
    return Play(
        "accumulate",
        (Slider("w", 0.1, 1.2, 0.45), Slider("tau", 1e-3, 60e-3, 20e-3, "s"), Slider("u_th", 0.5, 1.5, 1.0)),
        TIME_LABEL, "s", (0.0, 40e-3), {"en": "u", "ko": "u"}, "", (Curve({"en": "u", "ko": "u"}, shape),),
        (Mark({"en": "spikes of post", "ko": "post의 스파이크"}, count),),
        (("y", u_th), *(("x", Float(at)) for at in ARRIVALS)), y_range=(0.0, 1.6),
    )  # fmt: skip


def hodgkin_huxley() -> Play:
    """The squid axon's own four equations under a constant current."""
    equations = derive(build("hh"))
    numbers = {s: Float(v) for s, v in equations.parameters.items()}
    rest = {s: Float(e.breakpoints()[1][0]) for s, e in equations.inputs.items() if s.name != "I1"}
    rhs = tuple(plain(put_in(e, {**numbers, **rest})) for e in equations.rhs)
    names = tuple(s.name for s in equations.symbols)
    return Play(
        "hodgkin_huxley", (Slider("I1", 0.0, 40e-6, 10e-6, "A"),), TIME_LABEL, "s", (0.0, 60e-3), VOLTAGE, "V",
        (Curve({"en": "membrane", "ko": "막"}, Symbol("v_mem", real=True)),),
        ode=Ode(names, rhs, tuple(s.initial for s in equations.states), Symbol("v_mem", real=True), 2e-5),
        y_range=(-0.09, 0.06),
    )  # fmt: skip
