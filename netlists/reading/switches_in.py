"""Voltage-controlled switches: those with hysteresis, and those that go smoothly from off to on."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ...circuits.elements import B, Element, G, S
from ...circuits.errors import CircuitError
from .models import Model
from .words import Setting, Words, exactly, model_for, nodes_of, only

LEAST_HYSTERESIS = 1e-6
"""Part of its threshold, or volts, that a switch without hysteresis is given: with none it has no equations."""


def switch(words: Words, setting: Setting) -> Iterable[Element]:
    """The element of a card of a switch.

    Raises:
        CircuitError: a value that is not known here, or no resistance.
    """
    only(words)
    exactly(words, 5, "four nodes and a model", "on", "off")
    plus, minus, c_plus, c_minus = nodes_of(words, 4)
    model = model_for(words, 4, setting, "sw")
    if "von" in model.values:
        model.only("ron", "roff", "von", "voff")
        return _between(words, model, model.value("voff", 0.0), model.value("von", 1.0), 1e6)
    model.only("vt", "vh", "ron", "roff", "level")
    v_t, v_h = model.value("vt", 0.0), model.value("vh", 0.0)
    if model.value("level", 1.0) == 2:
        return _everywhere(words, model, v_t, abs(v_h))
    if v_h < 0:
        return _between(words, model, v_t + v_h, v_t - v_h, 1e12)
    state = words.plain[5] if len(words.plain) > 5 else "off"
    hysteresis = v_h or LEAST_HYSTERESIS * max(abs(v_t), 1.0)
    r_on, r_off = _resistances(model, 1e12)
    return [S(words.name, plus, minus, c_plus, c_minus, v_t, hysteresis, r_on, r_off, state == "on")]


def _resistances(model: Model, r_off: float) -> tuple[float, float]:
    """On and off, ohms.

    Raises:
        CircuitError: one of them is none.
    """
    found = model.value("ron", 1.0), model.value("roff", r_off)
    if min(found) <= 0:
        raise CircuitError(f"the resistances of the model {model.name!r} must be greater than zero.")
    return found


def _between(words: Words, model: Model, off: float, on: float, r_off: float) -> Iterable[Element]:
    """A switch whose resistance goes from Roff to Ron between two voltages, by a cubic in its logarithm.

    ln R = Lm + Lr (3 x/2 - 2 x^3), x = (v - Vm)/Vd from -1/2 to 1/2, with Lm = ln sqrt(Ron Roff), Lr = ln(Ron/Roff),
    Vm the middle of both voltages and Vd = Von - Voff (PSpice A/D Reference Guide, voltage-controlled switch; LTspice's
    SW with a negative Vh).
    """
    if on == off:
        raise CircuitError(f"the model {model.name!r} goes on and off at one voltage: give two, or SW(VT= VH=).")
    r_on, r_off = _resistances(model, r_off)
    x = f"min(max(({_control(words)} - {(on + off) / 2!r})/{on - off!r}, -0.5), 0.5)"
    return _law(words, r_on, r_off, f"{math.log(r_on / r_off)!r}*(1.5*{x} - 2*({x})^3)")


def _everywhere(words: Words, model: Model, v_t: float, width: float) -> Iterable[Element]:
    """LTspice's switch of level 2: ln g = A atan((v - Vt)/|Vh|) + B, A = ln(Roff/Ron)/pi, B = -ln(Roff Ron)/2."""
    if not width:
        raise CircuitError(f"the model {model.name!r} of level 2 has no Vh: give the width over which it changes.")
    r_on, r_off = _resistances(model, 1e12)
    turn = f"atan(({_control(words)} - {v_t!r})/{width!r})"
    return _law(words, r_on, r_off, f"{math.log(r_on / r_off) / math.pi!r}*{turn}")


def _control(words: Words) -> str:
    c_plus, c_minus = (("0" if n == "0" else name) for n, name in zip(words.plain[2:4], "cd", strict=True))
    return f"({c_plus} - {c_minus})"


def _law(words: Words, r_on: float, r_off: float, log: str) -> Iterable[Element]:
    """A resistor whose logarithm is that of the middle resistance plus some of what is between them."""
    plus, minus, c_plus, c_minus = words.plain[:4]
    if r_on == r_off:
        return [G(words.name, plus, minus, plus, minus, 1 / r_on)]
    names = {name: n for name, n in zip("abcd", (plus, minus, c_plus, c_minus), strict=True) if n != "0"}
    across = " - ".join(name if name in names else "0" for name in "ab")
    return [B(words.name, plus, minus, f"({across})*{1 / math.sqrt(r_on * r_off)!r}*exp(-({log}))", names)]
