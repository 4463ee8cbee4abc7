"""Semiconductor devices: diode and MOSFETs, with the laws that their equations are derived from."""

from __future__ import annotations

from attrs import field, frozen

from .element import Element, node_name, si
from .errors import QuantityError

THERMAL_VOLTAGE = 1.38064852e-23 * 300.15 / 1.6021766208e-19
"""k T / q at 27 degrees Celsius, volts; with the constants that ngspice's devices use (CODATA 2014)."""


@frozen
class Diode(Element):
    """Junction diode: i_s (exp(v / (n U_T)) - 1) flows from plus (anode) to minus, at 27 degrees Celsius."""

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    i_s: float = field(converter=si, default=1e-14)
    n: float = field(converter=si, default=1.0)

    KIND = "diode"
    QUANTITIES = {"i_s": "A", "n": ""}
    POSITIVE = frozenset({"i_s", "n"})


def _polarity(value: str) -> str:
    if value not in ("n", "p"):
        raise QuantityError(f"polarity is {value!r}: a MOSFET is 'n' or 'p'.")
    return value


@frozen
class Mosfet(Element):
    """MOSFET by the square law of Shichman and Hodges (SPICE level 1), bulk at its source, no body effect.

    With v_th as a positive number for both polarities, and all voltages of a p channel turned round, drain to
    source flows kp w / (2 l) (1 + lambda |v_ds|) (max(v_gs - v_th, 0)^2 - max(v_gd - v_th, 0)^2): the same law
    from triode to saturation, and when drain and source change places.
    """

    drain: str = field(converter=node_name)
    gate: str = field(converter=node_name)
    source: str = field(converter=node_name)
    polarity: str = field(converter=_polarity, default="n")
    w: float = field(converter=si, default=1e-6)
    l: float = field(converter=si, default=1e-6)  # noqa: E741  # the field's own letter
    v_th: float = field(converter=si, default=0.7)
    kp: float = field(converter=si, default=1e-4)
    lam: float = field(converter=si, default=0.02)

    KIND = "MOSFET"
    TERMINALS = ("drain", "source", "gate")
    FORM = ("polarity",)
    QUANTITIES = {"w": "m", "l": "m", "v_th": "V", "kp": "A/V²", "lam": "1/V"}
    POSITIVE = frozenset({"w", "l", "kp"})


@frozen
class MosfetBulk(Mosfet):
    """MOSFET of SPICE level 1 with a bulk of its own: the body effect shifts its threshold.

    The threshold is v_th + gamma (s - sqrt(phi)); s is sqrt(phi + v_sb) where the bulk is below the source, and its
    tangent, never below 0, where it is above (Vladimirescu and Liu 1980, memorandum UCB/ERL M80/7; ngspice's mos1).
    Source is whichever of drain and source has the lower voltage (of a p channel the higher). The junctions are none of
    its parts: give two `Diode`s.
    """

    bulk: str = field(converter=node_name, default="0")
    gamma: float = field(converter=si, default=0.0)
    phi: float = field(converter=si, default=0.6)

    KIND = "MOSFET with bulk"
    TERMINALS = ("drain", "source", "gate", "bulk")
    QUANTITIES = {**Mosfet.QUANTITIES, "gamma": "V^0.5", "phi": "V"}
    POSITIVE = Mosfet.POSITIVE | {"phi"}


@frozen
class MosfetEkv(Element):
    """MOSFET by the law of Enz, Krummenacher and Vittoz (1995), from weak to strong inversion, bulk at `bulk`.

    Drain to source flows i_spec (ln(1 + e^((v_p - v_s) / (2 U_T)))^2 - ln(1 + e^((v_p - v_d) / (2 U_T)))^2) with
    v_p = kappa (v_g - v_th), all against the bulk; for a p channel all voltages turned round. Far below threshold
    this is i_spec e^(v_p / U_T) (e^(-v_s / U_T) - e^(-v_d / U_T)), which current-mode circuits are designed with.
    """

    drain: str = field(converter=node_name)
    gate: str = field(converter=node_name)
    source: str = field(converter=node_name)
    bulk: str = field(converter=node_name, default="0")
    polarity: str = field(converter=_polarity, default="n")
    i_spec: float = field(converter=si, default=100e-9)
    kappa: float = field(converter=si, default=0.7)
    v_th: float = field(converter=si, default=0.5)
    u_t: float = field(converter=si, default=THERMAL_VOLTAGE)

    KIND = "MOSFET, all regions"
    TERMINALS = ("drain", "source", "gate", "bulk")
    FORM = ("polarity",)
    QUANTITIES = {"i_spec": "A", "kappa": "", "v_th": "V", "u_t": "V"}
    POSITIVE = frozenset({"i_spec", "kappa", "u_t"})
