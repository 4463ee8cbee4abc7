"""Bipolar transistors by the law of Gummel and Poon."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from attrs import field, frozen

from .composite import Branch, Charge, Composite, Depletion, Parts
from .devices import want_fraction, want_graded, want_polarity
from .element import Element, node_name, si


@frozen
class Bjt(Composite):
    """Bipolar transistor, npn or pnp, by the law of Gummel and Poon as SPICE has it, at 27 degrees Celsius.

    Collector to emitter flows (i_f - i_r) / q_b, base to emitter i_f / bf and base to collector i_r / br, with
    i_f = i_s (exp(v_be / (nf U_T)) - 1) and i_r = i_s (exp(v_bc / (nr U_T)) - 1); of a pnp all voltages are turned
    round. Names are those of SPICE; what is zero is absent from the equations:

    * vaf, var: Early voltages; ikf, ikr: currents at which the gain falls (q_b is 1 without these four);
    * ise, ne and isc, nc: leakage of the junctions;
    * rb, re, rc: resistances in series;
    * cje, vje, mje and cjc, vjc, mjc, fc: capacitances of the junctions, of which 1 - xcjc is at the base's terminal;
    * tf, tr: transit times; xtf, vtf, itf: how tf rises with voltage and current;
    * ic_be, ic_ce: voltages at the start.

    Source: Gummel and Poon 1970, Bell System Technical Journal 49:827; Antognetti and Massobrio 1993, Semiconductor
    Device Modeling with SPICE, chapter 2.
    """

    collector: str = field(converter=node_name)
    base: str = field(converter=node_name)
    emitter: str = field(converter=node_name)
    polarity: str = field(converter=want_polarity("bipolar transistor", "npn", "pnp"), default="npn")
    i_s: float = field(converter=si, default=1e-16)
    bf: float = field(converter=si, default=100.0)
    nf: float = field(converter=si, default=1.0)
    br: float = field(converter=si, default=1.0)
    nr: float = field(converter=si, default=1.0)
    vaf: float = field(converter=si, default=0.0)
    var: float = field(converter=si, default=0.0)
    ikf: float = field(converter=si, default=0.0)
    ikr: float = field(converter=si, default=0.0)
    ise: float = field(converter=si, default=0.0)
    ne: float = field(converter=si, default=1.5)
    isc: float = field(converter=si, default=0.0)
    nc: float = field(converter=si, default=2.0)
    rb: float = field(converter=si, default=0.0)
    re: float = field(converter=si, default=0.0)
    rc: float = field(converter=si, default=0.0)
    cje: float = field(converter=si, default=0.0)
    vje: float = field(converter=si, default=0.75)
    mje: float = field(converter=si, default=0.33)
    cjc: float = field(converter=si, default=0.0)
    vjc: float = field(converter=si, default=0.75)
    mjc: float = field(converter=si, default=0.33)
    xcjc: float = field(converter=si, default=1.0)
    fc: float = field(converter=si, default=0.5)
    tf: float = field(converter=si, default=0.0)
    xtf: float = field(converter=si, default=0.0)
    vtf: float = field(converter=si, default=0.0)
    itf: float = field(converter=si, default=0.0)
    tr: float = field(converter=si, default=0.0)
    ic_be: float = field(converter=si, default=0.0)
    ic_ce: float = field(converter=si, default=0.0)

    KIND = "bipolar transistor"
    TERMINALS = ("collector", "emitter", "base")
    QUANTITIES = {
        "i_s": "A", "bf": "", "nf": "", "br": "", "nr": "", "vaf": "V", "var": "V", "ikf": "A", "ikr": "A", "ise": "A",
        "ne": "", "isc": "A", "nc": "", "rb": "Ω", "re": "Ω", "rc": "Ω", "cje": "F", "vje": "V", "mje": "",
        "cjc": "F", "vjc": "V", "mjc": "", "xcjc": "", "fc": "", "tf": "s", "xtf": "", "vtf": "V", "itf": "A",
        "tr": "s", "ic_be": "V", "ic_ce": "V",
    }  # fmt: skip
    POSITIVE = frozenset({"i_s", "bf", "nf", "br", "nr", "ne", "nc", "vje", "vjc"})
    SERIES = {"collector": ("rc", "c", "collector"), "base": ("rb", "b", "base"), "emitter": ("re", "e", "emitter")}
    NEEDS = {
        **{q: (q,) for q in ("vaf", "var", "ikf", "ikr", "ise", "isc", "rb", "re", "rc", "cje", "cjc", "tf", "tr")},
        "ne": ("ise",), "nc": ("isc",), "vje": ("cje",), "mje": ("cje",), "vjc": ("cjc",), "mjc": ("cjc",),
        "xcjc": ("cjc",), "fc": ("cje", "cjc"), "ic_be": ("cje", "cjc", "tf", "tr"), "ic_ce": ("cjc", "tr", "tf"),
        "xtf": ("xtf",), "vtf": ("vtf",), "itf": ("itf",),
    }  # fmt: skip
    CHARGES = ("cje", "cjc", "tf", "tr")
    STARTS = ("ic_be", "ic_ce")

    def __attrs_post_init__(self) -> None:
        Composite.__attrs_post_init__(self)
        want_graded(self, "mje", "mjc", "fc")
        want_fraction(self, "xcjc")

    def has(self, quantity: str) -> bool:
        """Whether a quantity means something; those of a transit time only with it."""
        if quantity in ("vtf", "itf", "xtf") and not (self.tf and self.xtf):
            return False
        return Composite.has(self, quantity)

    def parts(self) -> Parts:
        """Resistances, the current from collector to emitter, the two junctions, and their charges."""
        c, e, b = (self.inner(t) for t in self.TERMINALS)
        read = (b, c, e)
        found: list[Element] = [*self.resistances()]
        found += [
            Branch(f"{self.name}#ce", (c, e, *read), self, "transport"),
            Branch(f"{self.name}#be", (b, e), self, "base to emitter"),
            Branch(f"{self.name}#bc", (b, c), self, "base to collector"),
        ]
        return (*found, *self._layers(c, b, e), *self._charges(c, b, e))

    def _layers(self, c: str, b: str, e: str) -> list[Element]:
        sign = 1 if self.polarity == "npn" else -1
        places = (("cje", b, e, self.cje, self.ic_be), ("cjc", b, c, self.cjc * self.xcjc, self.ic_be - self.ic_ce),
                  ("cjx", self.base, c, self.cjc * (1 - self.xcjc), self.ic_be - self.ic_ce))  # fmt: skip
        found: list[Element] = []
        for law, p, n, value, ic in places:
            if value:
                ends = (p, n) if sign > 0 else (n, p)
                found.append(Depletion(f"{self.name}#{law}", *ends, value, sign * ic, owner=self, law=law))
        return found

    def _charges(self, c: str, b: str, e: str) -> list[Element]:
        found: list[Element] = []
        if self.tf:
            found.append(Charge(f"{self.name}#tf", (b, e, b, c, e), self, "tf"))
        if self.tr:
            found.append(Charge(f"{self.name}#tr", (b, c), self, "tr"))
        return found

    @property
    def form(self) -> tuple[object, ...]:
        """What of the values the form of the equations depends on."""
        split = (self.xcjc != 0, self.xcjc != 1) if self.cjc else ()
        return (self.polarity, *split, *(q for q in self.QUANTITIES if self.has(q)))

    def started(self, volts: Mapping[str, float]) -> Bjt:
        """The same with `ic_be` and `ic_ce` as the nodes of its junctions are."""
        c, e, b = (self.inner(t) for t in self.TERMINALS)
        be = volts[b] - volts[e] if b in volts and e in volts else self.ic_be
        bc = volts[b] - volts[c] if b in volts and c in volts else self.ic_be - self.ic_ce
        return attrs.evolve(self, ic_be=be, ic_ce=be - bc)
