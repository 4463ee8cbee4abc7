"""Laws of a level 1 MOSFET: its channel, and Meyer's capacitances of its gate.

Sources: Vladimirescu and Liu 1980, memorandum UCB/ERL M80/7; Meyer 1971, RCA Review 32:42; ngspice's mos1 and qmeyer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..composite import Branch
from ..gate_charges import Meyer

if TYPE_CHECKING:
    from sympy import Expr, Symbol

    Parameter = Callable[[str], Symbol]

LEAST = 0.025
"""Volts below which ngspice lets no saturation voltage fall."""


def channel(part: Branch, v: Sequence[Expr], p: Parameter) -> Expr:
    """From drain to source.

    Args:
        part: of the device.
        v: voltages of drain, source, gate and bulk.
        p: the device's parameters.
    """
    sign = _sign(part)
    drain, source, gate, _ = (sign * x for x in v)
    return sign * square_law((drain, source, gate), _threshold(part, v, p), p)


def square_law(v: Sequence[Expr], threshold: Expr, p: Parameter) -> Expr:
    """From drain to source of an n channel: what the gate opens at the source's end less what at the drain's.

    Args:
        v: voltages of drain, source and gate.
        threshold: of the gate, volts.
        p: the device's parameters.
    """
    from sympy import Abs, Max

    drain, source, gate = v
    forward, backward = (Max(0, gate - end - threshold, evaluate=False) ** 2 for end in (source, drain))
    slope = 1 + p("lam") * Abs(drain - source)
    return p("kp") * p("w") / (2 * p("l")) * slope * (forward - backward)


def with_body(v: Sequence[Expr], p: Parameter) -> Expr:
    """The threshold of an n channel as the bulk moves it: below the source by the root, above it by its tangent.

    Args:
        v: voltages of drain, source and bulk.
        p: the device's parameters.
    """
    from sympy import Max, Min, sqrt

    drain, source, bulk = v
    above, root = Min(source, drain, evaluate=False) - bulk, sqrt(p("phi"))
    bent = sqrt(p("phi") + Max(0, above, evaluate=False)) + Min(0, above, evaluate=False) / (2 * root)
    return p("v_th") + p("gamma") * (Max(0, bent, evaluate=False) - root)


def gate_capacitance(part: Meyer, v: Sequence[Expr], p: Parameter) -> Expr:
    """Meyer's capacitance between the gate and one of the others; arguments as for `channel`."""
    from sympy import Max, Min, Rational

    drain, source, gate, _ = (_sign(part) * x for x in v)
    low = Min(source, drain, evaluate=False)
    above = gate - low - _threshold(part, v, p)
    whole = p("c_ox") * p("w") * p("l")
    if part.law == "gb":
        return whole * Min(1, Max(0, -above / p("phi"), evaluate=False), evaluate=False)
    saturation = Max(LEAST, above, evaluate=False)
    ends = {"gs": source, "gd": drain}
    own = Max(0, saturation - (ends[part.law] - low), evaluate=False)
    other = Max(0, saturation - (ends["gd" if part.law == "gs" else "gs"] - low), evaluate=False)
    share = Min(1, Max(0, 1 + 2 * above / p("phi"), evaluate=False), evaluate=False)
    return whole * Rational(2, 3) * share * (1 - (other / (own + other)) ** 2)


def _sign(part: Branch | Meyer) -> int:
    return -1 if getattr(part.owner, "polarity", "") == "p" else 1


def _threshold(part: Branch | Meyer, v: Sequence[Expr], p: Parameter) -> Expr:
    drain, source, _, bulk = (_sign(part) * x for x in v)
    return with_body((drain, source, bulk), p) if part.owner.has("gamma") else p("v_th")
