"""The laws of what devices consist of: branches, charges, and capacitances of junctions, in the device's parameters.

Sources: Shockley 1949, Bell System Technical Journal 28:435 (junction); Vladimirescu 1994, The SPICE Book, chapter 3
(capacitances and charges).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..composite import Branch, Depletion
from ..errors import EquationError
from ..laws.law import expression
from ..varactors import OWN, Varactor
from .algebra import put
from .gate_laws import channel

if TYPE_CHECKING:
    from sympy import Expr, Symbol

    Parameter = Callable[[str], Symbol]
    """A quantity of a device to its symbol."""
    Law = Callable[[Branch, Sequence[Expr], Parameter], Expr]


VTF = 1.44
"""The voltage vtf is that at which a rise of the transit time has halved: SPICE takes exp(v / (1.44 vtf))."""


def branch_law(part: Branch, v: Sequence[Expr], p: Parameter) -> Expr:
    """Current of a branch from its first end to its second, or the charge of a `Charge`.

    Args:
        part: the branch.
        v: voltages of its terminals.
        p: its device's parameters.
    """
    if part.law in {quantity for quantity, _, _ in part.owner.SERIES.values()}:
        return (v[0] - v[1]) / p(part.law)
    law = _laws().get((type(part.owner).__name__, part.law))
    if law is None:
        raise EquationError(f"{part.law!r} of {part.owner.KIND} {part.owner.name!r} has no law.")
    return law(part, v, p)


def capacitance(part: Depletion, v: Expr, p: Parameter) -> Expr:
    """Capacitance of a depletion layer: c (1 - v / vj)^-m, above fc vj the straight line that touches it.

    Of a `Varactor` its own law.
    """
    from sympy import Max, Min, Symbol

    if isinstance(part.owner, Varactor):
        own = {Symbol(q, real=True): p(q) for q in part.owner.in_equations}
        return put(expression(part.owner.law), {**own, Symbol(OWN, real=True): v})
    c, vj, m, fc = (p(x) if isinstance(x, str) else x for x in _layer(part, p))
    edge = fc * vj
    below = (1 - Min(v, edge, evaluate=False) / vj) ** -m
    above = m / vj * (1 - fc) ** (-1 - m) * Max(0, v - edge, evaluate=False)
    return c * (below + above)


def _layer(part: Depletion, p: Parameter) -> tuple[Expr | str, Expr | str, Expr | str, Expr | str]:
    """Capacitance at 0 V, potential, grading coefficient, and the part of the potential at which the line begins."""
    from sympy import Rational

    if part.law == "cjo":
        return ("cjo", "vj", "m", "fc")
    if part.law in ("cgs", "cgd"):
        return (part.law, "pb", Rational(1, 2), "fc")
    if part.law == "cje":
        return ("cje", "vje", "mje", "fc")
    whole = part.owner.in_equations["xcjc"] == 1
    share = 1 if whole else p("xcjc") if part.law == "cjc" else 1 - p("xcjc")
    return (p("cjc") * share, "vjc", "mjc", "fc")


def shockley(i_s: Expr, v: Expr, n: Expr | int = 1) -> Expr:
    """i_s (exp(v / (n U_T)) - 1)."""
    from sympy import exp

    from ..devices import THERMAL_VOLTAGE

    return i_s * (exp(v / (n * THERMAL_VOLTAGE)) - 1)


def _diode(part: Branch, v: Sequence[Expr], p: Parameter) -> Expr:
    """Forward and blocking by Shockley's law; below the knee an exponential of the same steepness the other way."""
    from sympy import Max

    across = v[0] - v[1]
    current = shockley(p("i_s"), across, p("n"))
    if part.owner.has("bv"):
        current -= shockley(p("i_s"), Max(0, -across - p("knee"), evaluate=False), p("n"))
    return current


def _stored_by_diode(part: Branch, v: Sequence[Expr], p: Parameter) -> Expr:
    return p("tt") * _diode(part, v, p)


def _sign(part: Branch) -> int:
    return -1 if getattr(part.owner, "polarity", "") in ("pnp", "p") else 1


def _forward_reverse(part: Branch, v: Sequence[Expr], p: Parameter) -> tuple[Expr, Expr, Expr]:
    """i_f, i_r and q_b (the charge of the base over that at rest) for voltages of base, collector and emitter."""
    from sympy import S, sqrt

    base, collector, emitter = v
    be, bc = _sign(part) * (base - emitter), _sign(part) * (base - collector)
    forward, reverse = shockley(p("i_s"), be, p("nf")), shockley(p("i_s"), bc, p("nr"))
    has = part.owner.has
    early = (bc / p("vaf") if has("vaf") else S.Zero) + (be / p("var") if has("var") else S.Zero)
    high = (forward / p("ikf") if has("ikf") else S.Zero) + (reverse / p("ikr") if has("ikr") else S.Zero)
    charge = 1 / (1 - early)
    return forward, reverse, charge * (1 + sqrt(1 + 4 * high)) / 2 if high != 0 else charge


def _transport(part: Branch, v: Sequence[Expr], p: Parameter) -> Expr:
    forward, reverse, charge = _forward_reverse(part, v[2:], p)
    return _sign(part) * (forward - reverse) / charge


def _of_base(n: str, gain: str, leak: str, n_leak: str) -> Law:
    """The law of one of the base's junctions, by the names of its parameters."""

    def law(part: Branch, v: Sequence[Expr], p: Parameter) -> Expr:
        across = _sign(part) * (v[0] - v[1])
        current = shockley(p("i_s"), across, p(n)) / p(gain)
        if part.owner.has(leak):
            current += shockley(p(leak), across, p(n_leak))
        return _sign(part) * current

    return law


def _stored_forward(part: Branch, v: Sequence[Expr], p: Parameter) -> Expr:
    """tf i_f / q_b; with xtf the transit time rises with the current and falls with the voltage at the collector."""
    from sympy import exp

    forward, _, charge = _forward_reverse(part, v[2:], p)
    has, rise = part.owner.has, 1
    if has("xtf"):
        bc = _sign(part) * (v[2] - v[3])
        rise += (
            p("xtf")
            * (exp(bc / (VTF * p("vtf"))) if has("vtf") else 1)
            * ((forward / (forward + p("itf"))) ** 2 if has("itf") else 1)
        )
    return _sign(part) * p("tf") * forward * rise / charge


def _stored_reverse(part: Branch, v: Sequence[Expr], p: Parameter) -> Expr:
    return _sign(part) * p("tr") * shockley(p("i_s"), _sign(part) * (v[0] - v[1]), p("nr"))


def _channel(part: Branch, v: Sequence[Expr], p: Parameter) -> Expr:
    """What the gate opens at the source's end less what it opens at the drain's."""
    from sympy import Abs, Max

    drain, source, gate = (_sign(part) * x for x in v)

    def opened(end: Expr) -> Expr:
        above = Max(0, gate - end - p("vto"), evaluate=False)
        return above**2 * (p("b") + (1 - p("b")) * above / (p("pb") - p("vto"))) if part.owner.has("b") else above**2

    slope = 1 + p("lam") * Abs(drain - source) if part.owner.has("lam") else 1
    return _sign(part) * p("beta") * slope * (opened(source) - opened(drain))


def _gate(part: Branch, v: Sequence[Expr], p: Parameter) -> Expr:
    return shockley(p("i_s"), v[0] - v[1])


def _laws() -> dict[tuple[str, str], Law]:
    return {
        ("Diode", "diode"): _diode, ("Diode", "tt"): _stored_by_diode,
        ("Bjt", "transport"): _transport, ("Bjt", "base to emitter"): _of_base("nf", "bf", "ise", "ne"),
        ("Bjt", "base to collector"): _of_base("nr", "br", "isc", "nc"),
        ("Bjt", "tf"): _stored_forward, ("Bjt", "tr"): _stored_reverse,
        ("MosfetMeyer", "channel"): channel,
        ("Jfet", "channel"): _channel, ("Jfet", "gate"): _gate,
    }  # fmt: skip
