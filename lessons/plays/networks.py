"""From weights to parts: the formula of `circuits.networks.wiring`, in symbols."""

from __future__ import annotations

from sympy import Symbol

from .kinds import Curve, Mark, Play, Slider
from .linear import X


def weight() -> Play:
    """The resistor that carries a weight, over the weight.

    A spike of 1 V and width w moves weight x area x r V_unit / R_leak coulombs (a test holds this against the parts
    that the library makes).
    """
    width, leak, area, volt = (Symbol(n, real=True) for n in ("width", "R_leak", "area", "V_unit"))
    w = Symbol("w", real=True)
    resistor = leak * width / (w * area * volt)
    return Play(
        "weight",
        (Slider("w", 0.05, 5.0, 1.0), Slider("width", 1e-6, 1e-3, 1e-4, "s", log=True),
         Slider("area", 1e-4, 1e-2, 1e-3, "s", log=True), Slider("R_leak", 1e5, 1e7, 1e6, "Ω", log=True),
         Slider("V_unit", 0.2, 2.0, 1.0, "V")),
        {"en": "weight", "ko": "가중치"}, "", (0.05, 5.0), {"en": "resistor", "ko": "저항"}, "Ω",
        (Curve({"en": "resistor", "ko": "저항"}, resistor.subs(w, X)),),
        (Mark({"en": "resistor", "ko": "저항"}, resistor, "Ω"),
         Mark({"en": "charge of a spike", "ko": "스파이크의 전하"}, width / resistor, "C")),
        (("x", w),), x_log=True,
    )  # fmt: skip
