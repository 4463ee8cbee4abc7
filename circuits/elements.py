"""Sources, the switch, the delay line and the free nonlinear law; every other element is found here too."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial

import attrs
from attrs import field, frozen

from .amplifiers import Comparator, OpAmp, OpenCollector
from .arguments import named, numbers
from .bipolar import Bjt
from .composite import Branch, Charge, Composite, Depletion
from .devices import Diode, Mosfet, MosfetBulk, MosfetEkv
from .element import GROUND, Element, node_name, si, symbol_name
from .errors import CircuitError, QuantityError
from .gate_charges import MosfetMeyer
from .junction_fets import Jfet
from .laws.grammar import CONSTANTS
from .laws.law import canonical, law_names
from .linear import C, K, L, R
from .opaque import Opaque
from .probes import PROBES, CurrentProbe, Probe, SpikeProbe
from .stimuli import Stimulus
from .stimuli import stimulus as stimulus_of
from .units import Value, show
from .varactors import Varactor

__all__ = [
    "GROUND", "LAWS", "Law", "PROBES", "TYPES", "B", "Bjt", "Branch", "C", "Charge", "Comparator", "Composite",
    "CurrentProbe", "Delay", "Depletion", "Diode", "E", "Element", "F", "G", "H", "I", "Jfet", "K", "L", "Mosfet",
    "MosfetBulk", "MosfetEkv", "MosfetMeyer", "OpAmp", "Opaque", "OpenCollector", "Probe", "R", "S", "Sensing",
    "SpikeProbe", "V", "Varactor", "symbol_name",
]  # fmt: skip


def _volts(value: Stimulus | Value) -> Stimulus:
    return stimulus_of(value, "V")


def _amperes(value: Stimulus | Value) -> Stimulus:
    return stimulus_of(value, "A")


def _pairs(value: Mapping[str, str] | tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(k), node_name(v)) for k, v in named(value, "inputs", '{"v": "mem"}').items()))


@frozen
class V(Element):
    """Independent voltage source, plus above minus by the stimulus in volts."""

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    stimulus: Stimulus = field(converter=_volts)

    KIND = "voltage source"


@frozen
class I(Element):  # noqa: E742  # the field's own letter
    """Independent current source: the stimulus in amperes flows from plus through it to minus."""

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    stimulus: Stimulus = field(converter=_amperes)

    KIND = "current source"


@frozen
class E(Element):
    """Voltage-controlled voltage source: v(plus, minus) = gain * v(c_plus, c_minus)."""

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    c_plus: str = field(converter=node_name)
    c_minus: str = field(converter=node_name)
    gain: float = field(converter=si)

    KIND = "voltage-controlled voltage source"
    TERMINALS = ("plus", "minus", "c_plus", "c_minus")
    QUANTITIES = {"gain": ""}


@frozen
class G(Element):
    """Voltage-controlled current source: gain (siemens) * v(c_plus, c_minus) flows from plus to minus."""

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    c_plus: str = field(converter=node_name)
    c_minus: str = field(converter=node_name)
    gain: float = field(converter=si)

    KIND = "voltage-controlled current source"
    TERMINALS = ("plus", "minus", "c_plus", "c_minus")
    QUANTITIES = {"gain": "S"}


@frozen
class Delay(Element):
    """Delay line: v(plus, minus) at t is v(c_plus, c_minus) at t - delay; it loads nothing, and nothing loads it.

    An ideal transmission line, matched and buffered at both ends. Its equations are of the delayed kind: it takes part
    in netlists, partitioned runs and event-driven models, not in derivations.
    """

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    c_plus: str = field(converter=node_name)
    c_minus: str = field(converter=node_name)
    delay: float = field(converter=si)

    KIND = "delay line"
    TERMINALS = ("plus", "minus", "c_plus", "c_minus")
    QUANTITIES = {"delay": "s"}
    POSITIVE = frozenset({"delay"})


@frozen
class Sensing(Element):
    """What the current-controlled sources share: the voltage source whose current they sense."""

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    sensor: str = field(converter=node_name)
    gain: float = field(converter=si)

    FORM = ("sensor",)

    def renamed(self, name: str, nodes: Mapping[str, str], sensors: Mapping[str, str]) -> Element:
        """Give the same element another name, other nodes and the sensor's new name."""
        moved = Element.renamed(self, name, nodes, sensors)
        return attrs.evolve(moved, sensor=sensors.get(self.sensor, self.sensor))  # type: ignore[call-arg]


@frozen
class F(Sensing):
    """Current-controlled current source: gain * i(sensor) flows from plus to minus."""

    KIND = "current-controlled current source"
    QUANTITIES = {"gain": ""}


@frozen
class H(Sensing):
    """Current-controlled voltage source: v(plus, minus) = gain (ohms) * i(sensor)."""

    KIND = "current-controlled voltage source"
    QUANTITIES = {"gain": "Ω"}


@frozen
class S(Element):
    """Voltage-controlled switch with hysteresis.

    It closes (r_on) when v(c_plus, c_minus) rises above v_t + v_h, opens (r_off) when it falls below
    v_t - v_h, and keeps its state between the two. `closed` is its state at the start.
    """

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    c_plus: str = field(converter=node_name)
    c_minus: str = field(converter=node_name)
    v_t: float = field(converter=si)
    v_h: float = field(converter=si)
    r_on: float = field(converter=si, default=10.0)
    r_off: float = field(converter=si, default=1e12)
    closed: bool = False

    KIND = "switch"
    FORM = ("closed",)
    TERMINALS = ("plus", "minus", "c_plus", "c_minus")
    QUANTITIES = {"v_t": "V", "v_h": "V", "r_on": "Ω", "r_off": "Ω"}
    POSITIVE = frozenset({"r_on", "r_off"})

    def __attrs_post_init__(self) -> None:
        Element.__attrs_post_init__(self)
        if not self.v_h > 0:
            raise QuantityError(
                f"v_h of switch {self.name!r} is {show(self.v_h, 'V')}: a switch needs hysteresis greater than zero "
                "(without it ngspice stops at the first crossing with 'Timestep too small'); try a thousandth of v_t."
            )
        if not self.r_on < self.r_off:
            raise QuantityError(
                f"switch {self.name!r} has r_on {show(self.r_on, 'Ω')} and r_off {show(self.r_off, 'Ω')}: "
                "closed must conduct better than open."
            )


@frozen
class B(Element):
    """Nonlinear current source: the current `law` flows from plus to minus.

    The law is a sympy expression, or its text, of the names in `inputs` (name to node whose voltage it
    stands for) and in `params` (name to value).
    """

    plus: str = field(converter=node_name)
    minus: str = field(converter=node_name)
    law: str = field(converter=canonical)
    inputs: tuple[tuple[str, str], ...] = field(converter=_pairs)
    params: tuple[tuple[str, float], ...] = field(converter=partial(numbers, example='{"g": "1m"}'), default=())

    KIND = "nonlinear current source"
    FORM = ("law", "inputs")

    def __attrs_post_init__(self) -> None:
        given = {k for k, _ in self.inputs} | {k for k, _ in self.params}
        if fixed := sorted(given & CONSTANTS):
            raise CircuitError(
                f"{fixed[0]!r} is a constant in the law of {self.name!r}: give that name another spelling."
            )
        if both := sorted({k for k, _ in self.inputs} & {k for k, _ in self.params}):
            raise CircuitError(f"{both[0]!r} is an input and a parameter of {self.name!r}: give one another name.")
        missing = sorted(law_names(self.law) - given)
        if missing:
            raise CircuitError(
                f"the law of {self.name!r} uses {', '.join(missing)}: name the node in inputs or the value in params."
            )

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Both ends, then the nodes that the law reads."""
        return (self.plus, self.minus, *(n for _, n in self.inputs))

    @property
    def values(self) -> dict[str, float]:
        """Parameter name (`g_B1`) to value."""
        return {symbol_name(self.name, k): v for k, v in self.params}

    def renamed(self, name: str, nodes: Mapping[str, str], sensors: Mapping[str, str]) -> Element:
        """Give the same element another name and other nodes; the law stays as it is."""
        moved = Element.renamed(self, name, nodes, sensors)
        return attrs.evolve(moved, inputs={k: nodes.get(n, n) for k, n in self.inputs})  # type: ignore[call-arg]


LAWS = (B, Comparator, OpenCollector, MosfetEkv)
"""What SPICE knows as a law of a current only."""
Law = B | Comparator | OpenCollector | MosfetEkv
TYPES: dict[str, type[Element]] = {
    cls.__name__: cls
    for cls in (
        R, C, L, K, V, I, E, G, F, H, S, Delay, Comparator, OpenCollector, OpAmp, B, Varactor, Diode, Bjt, Jfet, Mosfet,
        MosfetBulk, MosfetMeyer, MosfetEkv, Opaque, Probe, CurrentProbe, SpikeProbe,
    )
}  # fmt: skip
