"""Elements with a triangle: the comparators and the ideal op-amp. Their outputs are measured against ground."""

from __future__ import annotations

from attrs import field, frozen

from .element import Element, node_name, si


@frozen
class Comparator(Element):
    """Smooth comparator with an output resistance.

    Behind r_out stands a source of v_low + (v_high - v_low) * (1 + tanh((v(plus) - v(minus)) / v_s)) / 2,
    measured against ground: v_s is the input swing over which it decides. A capacitor from `out` to ground
    gives it a delay.
    """

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    out: str = field(converter=node_name)
    v_low: float = field(converter=si, default=0.0)
    v_high: float = field(converter=si, default=5.0)
    v_s: float = field(converter=si, default=1e-3)
    r_out: float = field(converter=si, default=1e3)

    KIND = "comparator"
    TERMINALS = ("plus", "minus", "out")
    QUANTITIES = {"v_low": "V", "v_high": "V", "v_s": "V", "r_out": "Ω"}
    POSITIVE = frozenset({"v_s", "r_out"})


@frozen
class OpenCollector(Element):
    """Smooth comparator whose output only pulls down: its transistor is on while plus is below minus.

    Between `out` and ground lies the conductance (1 - tanh((v(plus) - v(minus)) / v_s)) / (2 r_on), as of an LM393
    before its transistor saturates; a resistor pulls the output up to whatever supply.
    """

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    out: str = field(converter=node_name)
    v_s: float = field(converter=si, default=1e-3)
    r_on: float = field(converter=si, default=50.0)

    KIND = "open-collector comparator"
    TERMINALS = ("plus", "minus", "out")
    QUANTITIES = {"v_s": "V", "r_on": "Ω"}
    POSITIVE = frozenset({"v_s", "r_on"})


@frozen
class OpAmp(Element):
    """Ideal op-amp: no current into its inputs, and its output does what makes them equal.

    A nullor (Carlin 1964, IEEE Trans. Circuit Theory 11:67): its gain is without limit, so it needs feedback from its
    output, and cannot tell which of its inputs is which. With a gain, a bandwidth, a slew rate and rails it is
    `lq.op_amp`.
    """

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    out: str = field(converter=node_name)

    KIND = "ideal op-amp"
    TERMINALS = ("plus", "minus", "out")
