"""Dividers, RC circuits and postsynaptic potentials: closed forms of derived equations."""

from __future__ import annotations

from sympy import Abs, Expr, Float, Integer, Piecewise, Symbol, exp, pi, sqrt

from ...circuits.closed_forms.first_order import first_order
from ...circuits.closed_forms.responses import AMPLITUDE, WIDTH, response
from ...circuits.closed_forms.transfer import OMEGA, transfer
from ...circuits.equations.algebra import put
from ...circuits.equations.derive import Equations, derive
from ...circuits.equations.symbols import TIME
from ...circuits.library import build
from ..circuits import divider as divider_circuit
from ..circuits import membrane
from .forms import at_rest, left_of, plain
from .kinds import Curve, Mark, Play, Slider

X = Symbol("x", real=True)
TIME_LABEL = {"en": "time", "ko": "시간"}
VOLTAGE = {"en": "voltage", "ko": "전압"}
OUTPUT = {"en": "v(out)", "ko": "v(out)"}
SPIKE_AT = 5e-3
R_SLIDER = Slider("R1", 1e3, 1e6, 1e5, "Ω", log=True)
C_SLIDER = Slider("C1", 1e-9, 1e-6, 1e-7, "F", log=True)


def divider() -> Play:
    """The voltage of a divider over its lower resistor."""
    formula = plain(derive(divider_circuit()).voltages["out"])
    r2 = Symbol("R2", real=True)
    return Play(
        "divider", (Slider("R1", 1e3, 1e5, 3e4, "Ω"), Slider("R2", 1e3, 1e5, 2e4, "Ω"),
         Slider("V1", 1, 12, 5, "V")),
        {"en": "R2", "ko": "R2"}, "Ω", (0.0, 1e5), VOLTAGE, "V", (Curve(OUTPUT, formula.subs(r2, X)),),
        (Mark(OUTPUT, formula, "V"),), (("x", r2), ("y", formula)), y_range=(0.0, 12.0),
    )  # fmt: skip


def _rc() -> Equations:
    return derive(build("rc"))


def _over_time(expression: Expr) -> Expr:
    return plain(put(expression, {TIME: X}))


def step() -> Play:
    """The RC circuit's answer to a step."""
    equations = _rc()
    tau = plain(first_order(equations, "v_out").tau)
    raw = at_rest(response(equations, "step", "V1", "out").expression).subs(AMPLITUDE, 1)
    return Play(
        "step", (R_SLIDER, C_SLIDER), TIME_LABEL, "s", (0.0, 50e-3), VOLTAGE, "V", (Curve(OUTPUT, _over_time(raw)),),
        (Mark({"en": "time constant", "ko": "시정수"}, tau, "s"),), (("x", tau), ("y", 1 - exp(-1))),
        y_range=(0.0, 1.05),
    )  # fmt: skip


def pulse() -> Play:
    """The RC circuit's answer to a pulse."""
    equations = _rc()
    raw = at_rest(response(equations, "pulse", "V1", "out").expression)
    tau = plain(first_order(equations, "v_out").tau)
    v, w = Symbol("V", real=True), Symbol("w", real=True)
    curve = _over_time(raw.subs({AMPLITUDE: v, WIDTH: w}))
    area = v * w
    return Play(
        "pulse",
        (Slider("V", 0.5, 10, 1, "V"), Slider("w", 1e-4, 20e-3, 5e-3, "s", log=True), R_SLIDER, C_SLIDER),
        TIME_LABEL, "s", (0.0, 50e-3), VOLTAGE, "V", (Curve(OUTPUT, curve),),
        (Mark({"en": "area V w", "ko": "넓이 V w"}, area, "V·s"),
         Mark({"en": "peak", "ko": "꼭대기"}, curve.subs(X, w), "V"),
         Mark({"en": "V w / tau", "ko": "V w / tau"}, area / tau, "V")),
        (("x", w),),
    )  # fmt: skip


def low_pass() -> Play:
    """The size of what an RC circuit lets through, over frequency."""
    equations = _rc()
    f = Symbol("f", positive=True)
    h = put(transfer(equations, "V1", "out").at_omega, {OMEGA: 2 * pi * f})
    size = sqrt((h * h.conjugate()).simplify())
    tau = plain(first_order(equations, "v_out").tau)
    return Play(
        "low_pass", (R_SLIDER, C_SLIDER), {"en": "frequency", "ko": "주파수"}, "Hz", (0.1, 1e5),
        {"en": "output over input", "ko": "출력 / 입력"}, "",
        (Curve({"en": "|H|", "ko": "|H|"}, plain(size.subs(f, X))),),
        (Mark({"en": "cut-off", "ko": "차단 주파수"}, 1 / (2 * pi * tau), "Hz"),),
        (("x", 1 / (2 * pi * tau)), ("y", 1 / sqrt(2))), x_log=True, y_range=(0.0, 1.05),
    )  # fmt: skip


def psp() -> Play:
    """What a spike leaves on a membrane through an exponential synapse, equal time constants included."""
    tau_m, tau_s, w = (Symbol(n, positive=True) for n in ("tau_m", "tau_s", "w"))
    decay = first_order(derive(membrane()), "v_mem")
    own = left_of(decay, tau_m, Integer(1), X)
    # The convolution of two decays is t exp(-t/tau) with one factor that tends to 1 where they are equal.
    z = X * (1 / tau_s - 1 / tau_m)
    factor = Piecewise(((1 - exp(-z)) / z, Abs(z) > 1e-5), (1 - z / 2 + z**2 / 6, True))
    start = Piecewise((0, X < 0), (w / tau_m * X * own * factor, True))
    late = start.subs(X, X - SPIKE_AT)
    return Play(
        "psp",
        (Slider("w", 1e-3, 2e-2, 5e-3, "V"), Slider("tau_m", 2e-3, 40e-3, 20e-3, "s"),
         Slider("tau_s", 1e-3, 40e-3, 5e-3, "s")),
        TIME_LABEL, "s", (0.0, 0.12), VOLTAGE, "V", (Curve({"en": "membrane", "ko": "막"}, plain(late)),),
        guides=(("x", Float(SPIKE_AT)),),
    )  # fmt: skip
