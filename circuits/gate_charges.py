"""MOSFET of SPICE level 1 whose gate has the capacitances over the channel that Meyer gave it."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from attrs import field, frozen

from .composite import Branch, Composite, Depletion, Parts
from .devices import want_polarity
from .element import Element, node_name, si
from .linear import C


@frozen
class Meyer(Depletion):
    """A capacitance of a gate: how large it is depends on the voltages of all four terminals, `reads`.

    Its plus is the gate, its value that of the whole gate over the channel.
    """

    reads: tuple[str, ...] = field(kw_only=True)
    """Drain, source, gate and bulk."""

    KIND = "capacitance of a gate"


@frozen
class MosfetMeyer(Composite):
    """MOSFET of SPICE level 1 with a bulk of its own, and capacitances of the gate by Meyer's model.

    Its current is that of `MosfetBulk`, at 27 degrees Celsius. Between gate and source, drain and bulk lie
    capacitances whose sum is w l c_ox where the channel is off or even, and two thirds of it where it is saturated:
    each carries its value times the slope of its voltage. No charge belongs to them: what goes round a loop of voltages
    need not come back. c_ox is the permittivity of the oxide over its thickness (TOX). Junctions and overlaps are none
    of its parts: give two `Diode`s and three `C`s.

    Source: Meyer 1971, RCA Review 32:42; in the form of ngspice's level 1, where the saturation voltage is 25 mV or
    more.
    """

    drain: str = field(converter=node_name)
    gate: str = field(converter=node_name)
    source: str = field(converter=node_name)
    polarity: str = field(converter=want_polarity("MOSFET", "n", "p"), default="n")
    w: float = field(converter=si, default=1e-6)
    l: float = field(converter=si, default=1e-6)  # noqa: E741  # the field's own letter
    v_th: float = field(converter=si, default=0.7)
    kp: float = field(converter=si, default=1e-4)
    lam: float = field(converter=si, default=0.0)
    bulk: str = field(converter=node_name, default="0")
    gamma: float = field(converter=si, default=0.0)
    phi: float = field(converter=si, default=0.6)
    c_ox: float = field(converter=si, default=3.453e-3)
    ic_ds: float = field(converter=si, default=0.0)
    ic_gs: float = field(converter=si, default=0.0)
    ic_bs: float = field(converter=si, default=0.0)

    KIND = "MOSFET with gate capacitances"
    TERMINALS = ("drain", "source", "gate", "bulk")
    QUANTITIES = {
        "w": "m", "l": "m", "v_th": "V", "kp": "A/V²", "lam": "1/V", "gamma": "V^0.5", "phi": "V", "c_ox": "F/m²",
        "ic_ds": "V", "ic_gs": "V", "ic_bs": "V",
    }  # fmt: skip
    POSITIVE = frozenset({"w", "l", "kp", "phi"})
    NEEDS = {
        "gamma": ("gamma",), "c_ox": ("c_ox",), "phi": ("gamma", "c_ox"),
        **dict.fromkeys(("ic_ds", "ic_gs", "ic_bs"), ("c_ox",)),
    }  # fmt: skip
    CHARGES = ("c_ox",)
    STARTS = ("ic_ds", "ic_gs", "ic_bs")

    def parts(self) -> Parts:
        """The channel, and the capacitances of the gate."""
        reads = (self.drain, self.source, self.gate, self.bulk)
        found: list[Element] = [Branch(f"{self.name}#ds", reads, self, "channel")]
        places = (
            ("gs", self.source, self.ic_gs), ("gd", self.drain, self.ic_gs - self.ic_ds),
            ("gb", self.bulk, self.ic_gs - self.ic_bs),
        )  # fmt: skip
        for law, end, ic in places if self.c_ox else ():
            size = self.w * self.l * self.c_ox
            found.append(Meyer(f"{self.name}#{law}", self.gate, end, size, ic, owner=self, law=law, reads=reads))
        return tuple(found)

    def started(self, volts: Mapping[str, float]) -> MosfetMeyer:
        """The same with `ic_ds`, `ic_gs` and `ic_bs` as its nodes are."""

        def across(one: str, other: str, old: float) -> float:
            return volts[one] - volts[other] if one in volts and other in volts else old

        return attrs.evolve(
            self, ic_ds=across(self.drain, self.source, self.ic_ds), ic_gs=across(self.gate, self.source, self.ic_gs),
            ic_bs=across(self.bulk, self.source, self.ic_bs),
        )  # fmt: skip


def plainness(capacitor: C) -> int:
    """The order in which capacitors become states: constant ones, junctions, and last what may vanish."""
    return isinstance(capacitor, Depletion) + isinstance(capacitor, Meyer)
