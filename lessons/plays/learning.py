"""The STDP window, from the traces and laws of the library's circuit."""

from __future__ import annotations

from sympy import Expr, Integer, Piecewise, Symbol

from ...circuits.closed_forms.first_order import first_order
from ...circuits.equations.derive import derive
from ...circuits.laws.law import expression
from ...circuits.library import build
from ...circuits.library.stdp import KINDS
from .forms import left_of, plain
from .kinds import Curve, Play, Slider
from .linear import X


def _trace(state: str, tau: str, after: Expr) -> Expr:
    """What is left of a trace of 1 after a time: its own derived decay, with its time constant as a symbol."""
    equations = derive(build("stdp"))
    form = first_order(equations, state, dict.fromkeys(equations.inputs, Integer(0)))
    return left_of(form, Symbol(tau, real=True), Integer(1), after)


def stdp_window() -> Play:
    """The change of a weight over the time from pre to post."""
    up, down, _ = KINDS["additive"]
    a_plus, a_minus = Symbol("A_plus", real=True), Symbol("A_minus", real=True)
    potentiation = plain(expression(up)).subs(
        {Symbol("a", real=True): a_plus, Symbol("r", real=True): _trace("v_r", "tau_plus", X)}
    )
    depression = plain(expression(down)).subs(
        {Symbol("a", real=True): a_minus, Symbol("o", real=True): _trace("v_o", "tau_minus", -X)}
    )
    return Play(
        "stdp_window",
        (Slider("A_plus", 0.0, 0.02, 0.005), Slider("A_minus", 0.0, 0.02, 0.00525),
         Slider("tau_plus", 5e-3, 60e-3, 20e-3, "s"), Slider("tau_minus", 5e-3, 60e-3, 20e-3, "s")),
        {"en": "post after pre", "ko": "pre 뒤 post까지"}, "s", (-0.1, 0.1),
        {"en": "change of weight", "ko": "가중치의 변화"}, "",
        (Curve({"en": "change", "ko": "변화"}, plain(Piecewise((depression, X < 0), (potentiation, True)))),),
    )  # fmt: skip
