"""Semiconductor devices: diode and MOSFETs, with the laws that their equations are derived from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log

import attrs
from attrs import field, frozen

from .composite import Branch, Charge, Composite, Depletion, Parts
from .element import Element, node_name, si
from .errors import QuantityError
from .units import show

THERMAL_VOLTAGE = 1.38064852e-23 * 300.15 / 1.6021766208e-19
"""k T / q at 27 degrees Celsius, volts; with the constants that ngspice's devices use (CODATA 2014)."""


def want_polarity(what: str, *kinds: str) -> Callable[[str], str]:
    """A converter that refuses what is none of the kinds of a device."""

    def convert(value: str) -> str:
        if value not in kinds:
            raise QuantityError(f"polarity is {value!r}: a {what} is {' or '.join(map(repr, kinds))}.")
        return value

    return convert


def want_fraction(element: Composite, quantity: str) -> None:
    """Refuse what is no part of 1.

    Raises:
        QuantityError: below 0 or above 1.
    """
    if not 0 <= (value := getattr(element, quantity)) <= 1:
        raise QuantityError(
            f"{quantity} of {element.KIND} {element.name!r} is {show(value)}: it must be between 0 and 1."
        )


def want_graded(element: Composite, *quantities: str) -> None:
    """Refuse grading coefficients and parts of a potential at which a depletion charge is infinite.

    Raises:
        QuantityError: one of 1 or more.
    """
    for quantity in quantities:
        if (value := getattr(element, quantity)) >= 1 or value < 0:
            raise QuantityError(
                f"{quantity} of {element.KIND} {element.name!r} is {show(value)}: it must be between 0 and 1."
            )


@frozen
class Diode(Composite):
    """Junction diode: i_s (exp(v / (n U_T)) - 1) flows from plus (anode) to minus, at 27 degrees Celsius.

    What is zero is absent from the equations (names are those of SPICE):

    * rs: resistance in series, behind which the junction lies;
    * cjo, vj, m, fc: capacitance of the depletion layer, cjo (1 - v / vj)^-m, a straight line above fc vj;
    * tt: transit time, which makes a charge of the current;
    * bv, ibv: breakdown, ibv flows at -bv;
    * ic: voltage across the junction at the start.
    """

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    i_s: float = field(converter=si, default=1e-14)
    n: float = field(converter=si, default=1.0)
    rs: float = field(converter=si, default=0.0)
    cjo: float = field(converter=si, default=0.0)
    vj: float = field(converter=si, default=1.0)
    m: float = field(converter=si, default=0.5)
    fc: float = field(converter=si, default=0.5)
    tt: float = field(converter=si, default=0.0)
    bv: float = field(converter=si, default=0.0)
    ibv: float = field(converter=si, default=1e-3)
    ic: float = field(converter=si, default=0.0)

    KIND = "diode"
    QUANTITIES = {
        "i_s": "A", "n": "", "rs": "Ω", "cjo": "F", "vj": "V", "m": "", "fc": "", "tt": "s", "bv": "V", "ibv": "A",
        "ic": "V",
    }  # fmt: skip
    POSITIVE = frozenset({"i_s", "n", "vj"})
    SERIES = {"plus": ("rs", "j", "internal")}
    NEEDS = {
        "rs": ("rs",), "cjo": ("cjo",), "vj": ("cjo",), "m": ("cjo",), "fc": ("cjo",), "tt": ("tt",), "bv": ("bv",),
        "ibv": ("bv",), "ic": ("cjo", "tt"),
    }  # fmt: skip
    CHARGES = ("cjo", "tt")
    STARTS = ("ic",)

    def __attrs_post_init__(self) -> None:
        Composite.__attrs_post_init__(self)
        want_graded(self, "m", "fc")

    @property
    def is_plain(self) -> bool:
        """Whether it is Shockley's law alone."""
        return not any((self.rs, self.cjo, self.tt, self.bv))

    @property
    def in_equations(self) -> dict[str, float]:
        """Its parameters; of a breakdown the voltage at which it begins."""
        own = Composite.in_equations.__get__(self)
        if not self.bv:
            return own
        return {q: v for q, v in own.items() if q not in ("bv", "ibv")} | {"knee": self.knee}

    @property
    def knee(self) -> float:
        """The reverse voltage at which i_s (exp((v - knee) / (n U_T)) - 1) begins, so that ibv flows at bv.

        As SPICE fits it, with what flows in reverse anyhow; bv itself where ibv is less than i_s bv / U_T.
        """
        if self.ibv < self.i_s * self.bv / THERMAL_VOLTAGE:
            return self.bv
        found = self.bv - self.n * THERMAL_VOLTAGE * log(1 + self.ibv / self.i_s)
        for _ in range(25):
            inside = self.ibv / self.i_s + 1 - found / THERMAL_VOLTAGE
            found = self.bv - self.n * THERMAL_VOLTAGE * log(inside)
        return found

    def parts(self) -> Parts:
        """Resistance, junction, and its charges."""
        if self.is_plain:
            return (self,)
        ends = (self.inner("plus"), self.minus)
        found: list[Element] = [*self.resistances(), Branch(f"{self.name}#d", ends, self, "diode")]
        if self.cjo:
            found.append(Depletion(f"{self.name}#c", *ends, self.cjo, self.ic, owner=self, law="cjo"))
        if self.tt:
            found.append(Charge(f"{self.name}#t", ends, self, "tt"))
        return tuple(found)

    def started(self, volts: Mapping[str, float]) -> Diode:
        """The same with `ic` as the nodes of its junction are."""
        a, b = self.inner("plus"), self.minus
        return attrs.evolve(self, ic=volts[a] - volts[b]) if a in volts and b in volts else self


_polarity = want_polarity("MOSFET", "n", "p")


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
