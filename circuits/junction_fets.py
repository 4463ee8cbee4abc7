"""Junction field-effect transistors."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from attrs import field, frozen

from .composite import Branch, Composite, Depletion, Parts
from .devices import want_graded, want_polarity
from .element import Element, node_name, si


@frozen
class Jfet(Composite):
    """Junction field-effect transistor, n or p channel, as SPICE has it, at 27 degrees Celsius.

    Drain to source flows beta (1 + lam |v_ds|) (f(v_gs - vto) - f(v_gd - vto)) with f(x) = x^2 (b + (1 - b) x / (pb -
    vto)) for x above 0, and 0 below: with b = 1 the square law of Shichman and Hodges, else what Parker and Skellern
    made of it for other doping profiles. The gate has two junctions of i_s. Of a p channel all voltages are turned
    round; vto is negative for both. What is zero is absent from the equations:

    * rd, rs: resistances in series with drain and source;
    * cgs, cgd, pb, fc: capacitances of the gate's junctions (grading coefficient 1/2);
    * ic_ds, ic_gs: voltages at the start.

    Source: Shichman and Hodges 1968, IEEE J Solid-State Circuits 3:285; Parker and Skellern 1990, IEEE Trans Computer-
    Aided Design 9:551.
    """

    drain: str = field(converter=node_name)
    gate: str = field(converter=node_name)
    source: str = field(converter=node_name)
    polarity: str = field(converter=want_polarity("JFET", "n", "p"), default="n")
    vto: float = field(converter=si, default=-2.0)
    beta: float = field(converter=si, default=1e-4)
    lam: float = field(converter=si, default=0.0)
    b: float = field(converter=si, default=1.0)
    i_s: float = field(converter=si, default=1e-14)
    rd: float = field(converter=si, default=0.0)
    rs: float = field(converter=si, default=0.0)
    cgs: float = field(converter=si, default=0.0)
    cgd: float = field(converter=si, default=0.0)
    pb: float = field(converter=si, default=1.0)
    fc: float = field(converter=si, default=0.5)
    ic_ds: float = field(converter=si, default=0.0)
    ic_gs: float = field(converter=si, default=0.0)

    KIND = "JFET"
    TERMINALS = ("drain", "source", "gate")
    QUANTITIES = {
        "vto": "V", "beta": "A/V²", "lam": "1/V", "b": "", "i_s": "A", "rd": "Ω", "rs": "Ω", "cgs": "F", "cgd": "F",
        "pb": "V", "fc": "", "ic_ds": "V", "ic_gs": "V",
    }  # fmt: skip
    POSITIVE = frozenset({"beta", "i_s", "pb"})
    SERIES = {"drain": ("rd", "d", "drain"), "source": ("rs", "s", "source")}
    NEEDS = {
        "lam": ("lam",), "rd": ("rd",), "rs": ("rs",), "cgs": ("cgs",), "cgd": ("cgd",), "fc": ("cgs", "cgd"),
        "ic_ds": ("cgs", "cgd"), "ic_gs": ("cgs", "cgd"),
    }  # fmt: skip
    CHARGES = ("cgs", "cgd")
    STARTS = ("ic_ds", "ic_gs")

    def __attrs_post_init__(self) -> None:
        Composite.__attrs_post_init__(self)
        want_graded(self, "fc")

    def has(self, quantity: str) -> bool:
        """Whether a quantity means something: the potential does for other doping profiles too."""
        if quantity == "pb":
            return bool(self.cgs or self.cgd or self.b != 1)
        return Composite.has(self, quantity) if quantity != "b" else self.b != 1

    def parts(self) -> Parts:
        """Resistances, channel, junctions of the gate, and their charges."""
        d, s, g = (self.inner(t) for t in self.TERMINALS)
        found: list[Element] = [*self.resistances(), Branch(f"{self.name}#ds", (d, s, g), self, "channel")]
        sign = 1 if self.polarity == "n" else -1
        for law, end, value, ic in (("cgs", s, self.cgs, self.ic_gs), ("cgd", d, self.cgd, self.ic_gs - self.ic_ds)):
            ends = (g, end) if sign > 0 else (end, g)
            found.append(Branch(f"{self.name}#{law[1:]}", ends, self, "gate"))
            if value:
                found.append(Depletion(f"{self.name}#{law}", *ends, value, sign * ic, owner=self, law=law))
        return tuple(found)

    def started(self, volts: Mapping[str, float]) -> Jfet:
        """The same with `ic_ds` and `ic_gs` as the nodes of its junctions are."""
        d, s, g = (self.inner(t) for t in self.TERMINALS)
        gs = volts[g] - volts[s] if g in volts and s in volts else self.ic_gs
        gd = volts[g] - volts[d] if g in volts and d in volts else self.ic_gs - self.ic_ds
        return attrs.evolve(self, ic_gs=gs, ic_ds=gs - gd)
