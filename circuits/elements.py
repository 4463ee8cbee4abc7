"""The elements of a circuit: a name, nodes and values; the symbol of an element is its name.

Every class says in class variables all that the rest of the library needs to know of its shape: which
fields are nodes (`TERMINALS`), which are values and in which unit (`QUANTITIES`), which of the values
physics wants positive (`POSITIVE`), and which other fields shape the equations (`FORM`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
from attrs import field, frozen

from .errors import CircuitError, QuantityError
from .laws import canonical, law_names
from .stimuli import Constant, Stimulus
from .units import Value, parse, show

GROUND = "0"


def _name(text: object) -> str:
    name = str(text)
    if not name.strip() or any(ord(c) < 32 for c in name):
        raise CircuitError(f"{name!r} is not a name: give at least one visible character and no control characters.")
    return name


def _number(value: Value, element: Element, attribute: attrs.Attribute[Any]) -> float:
    return parse(value, f"{attribute.name} of {element.KIND} {element.name!r}")


def _stimulus(value: Stimulus | Value) -> Stimulus:
    return Constant(value) if isinstance(value, (int, float, str)) else value


def _pairs(value: Mapping[str, str] | tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(k), _name(v)) for k, v in dict(value).items()))


def _numbers(value: Mapping[str, Value] | tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted((str(k), parse(v, str(k))) for k, v in dict(value).items()))


if TYPE_CHECKING:

    def si(value: Value) -> float:
        """Read a value; what type checkers see of the converter below."""
        ...
else:
    si = attrs.Converter(_number, takes_self=True, takes_field=True)


@frozen
class Element:
    """What every element has: its name. Not for use by itself."""

    name: str = field(converter=_name)

    KIND: ClassVar[str] = ""
    TERMINALS: ClassVar[tuple[str, ...]] = ("plus", "minus")
    QUANTITIES: ClassVar[dict[str, str]] = {}
    POSITIVE: ClassVar[frozenset[str]] = frozenset()
    FORM: ClassVar[tuple[str, ...]] = ()

    def __attrs_post_init__(self) -> None:
        for quantity in self.POSITIVE:
            value = getattr(self, quantity)
            if not value > 0:
                unit = self.QUANTITIES[quantity]
                raise QuantityError(
                    f"{quantity} of {self.KIND} {self.name!r} is {show(value, unit)}: it must be greater than zero."
                )

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """All nodes that the element touches, in the order of its terminals."""
        return tuple(getattr(self, t) for t in self.TERMINALS)

    @property
    def values(self) -> dict[str, float]:
        """Parameter name (`R1`, `r_on_S1`) to value in SI units."""
        return {symbol_name(self.name, q): getattr(self, q) for q in self.QUANTITIES}

    def renamed(self, name: str, nodes: Mapping[str, str], sensors: Mapping[str, str]) -> Element:
        """Give the same element another name and other nodes.

        Args:
            name: the new name.
            nodes: old node to new node; nodes that are absent stay.
            sensors: old to new names of the voltage sources that controlled sources sense.
        """
        changes: dict[str, Any] = {t: nodes.get(getattr(self, t), getattr(self, t)) for t in self.TERMINALS}
        return attrs.evolve(self, name=name, **changes)


def symbol_name(element: str, quantity: str) -> str:
    """Name of the symbol of a value: the element's own name for its main value.

    >>> symbol_name("R1", "value"), symbol_name("S1", "r_on")
    ('R1', 'r_on_S1')
    """
    return element if quantity in ("value", "stimulus", "gain") else f"{quantity}_{element}"


@frozen
class R(Element):
    """Resistor, ohms."""

    plus: str = field(converter=_name)
    minus: str = field(converter=_name)
    value: float = field(converter=si)

    KIND = "resistor"
    QUANTITIES = {"value": "Ω"}
    POSITIVE = frozenset({"value"})


@frozen
class C(Element):
    """Capacitor, farads, with its voltage at the start of a transient."""

    plus: str = field(converter=_name)
    minus: str = field(converter=_name)
    value: float = field(converter=si)
    ic: float = field(converter=si, default=0.0)

    KIND = "capacitor"
    QUANTITIES = {"value": "F", "ic": "V"}
    POSITIVE = frozenset({"value"})


@frozen
class L(Element):
    """Inductor, henries, with its current (plus to minus) at the start of a transient."""

    plus: str = field(converter=_name)
    minus: str = field(converter=_name)
    value: float = field(converter=si)
    ic: float = field(converter=si, default=0.0)

    KIND = "inductor"
    QUANTITIES = {"value": "H", "ic": "A"}
    POSITIVE = frozenset({"value"})


@frozen
class V(Element):
    """Independent voltage source, plus above minus by the stimulus in volts."""

    plus: str = field(converter=_name)
    minus: str = field(converter=_name)
    stimulus: Stimulus = field(converter=_stimulus)

    KIND = "voltage source"


@frozen
class I(Element):  # noqa: E742  # the field's own letter
    """Independent current source: the stimulus in amperes flows from plus through it to minus."""

    plus: str = field(converter=_name)
    minus: str = field(converter=_name)
    stimulus: Stimulus = field(converter=_stimulus)

    KIND = "current source"


@frozen
class E(Element):
    """Voltage-controlled voltage source: v(plus, minus) = gain * v(c_plus, c_minus)."""

    plus: str = field(converter=_name)
    minus: str = field(converter=_name)
    c_plus: str = field(converter=_name)
    c_minus: str = field(converter=_name)
    gain: float = field(converter=si)

    KIND = "voltage-controlled voltage source"
    TERMINALS = ("plus", "minus", "c_plus", "c_minus")
    QUANTITIES = {"gain": ""}


@frozen
class G(Element):
    """Voltage-controlled current source: gain (siemens) * v(c_plus, c_minus) flows from plus to minus."""

    plus: str = field(converter=_name)
    minus: str = field(converter=_name)
    c_plus: str = field(converter=_name)
    c_minus: str = field(converter=_name)
    gain: float = field(converter=si)

    KIND = "voltage-controlled current source"
    TERMINALS = ("plus", "minus", "c_plus", "c_minus")
    QUANTITIES = {"gain": "S"}


@frozen
class Sensing(Element):
    """What the current-controlled sources share: the voltage source whose current they sense."""

    plus: str = field(converter=_name)
    minus: str = field(converter=_name)
    sensor: str = field(converter=_name)
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

    plus: str = field(converter=_name)
    minus: str = field(converter=_name)
    c_plus: str = field(converter=_name)
    c_minus: str = field(converter=_name)
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
class Comparator(Element):
    """Smooth comparator with an output resistance.

    Behind r_out stands a source of v_low + (v_high - v_low) * (1 + tanh((v(plus) - v(minus)) / v_s)) / 2,
    measured against ground: v_s is the input swing over which it decides. A capacitor from `out` to ground
    gives it a delay.
    """

    plus: str = field(converter=_name)
    minus: str = field(converter=_name)
    out: str = field(converter=_name)
    v_low: float = field(converter=si, default=0.0)
    v_high: float = field(converter=si, default=5.0)
    v_s: float = field(converter=si, default=1e-3)
    r_out: float = field(converter=si, default=1e3)

    KIND = "comparator"
    TERMINALS = ("plus", "minus", "out")
    QUANTITIES = {"v_low": "V", "v_high": "V", "v_s": "V", "r_out": "Ω"}
    POSITIVE = frozenset({"v_s", "r_out"})


@frozen
class B(Element):
    """Nonlinear current source: the current `law` flows from plus to minus.

    The law is a sympy expression, or its text, of the names in `inputs` (name to node whose voltage it
    stands for) and in `params` (name to value).
    """

    plus: str = field(converter=_name)
    minus: str = field(converter=_name)
    law: str = field(converter=canonical)
    inputs: tuple[tuple[str, str], ...] = field(converter=_pairs)
    params: tuple[tuple[str, float], ...] = field(converter=_numbers, default=())

    KIND = "nonlinear current source"
    FORM = ("law", "inputs")

    def __attrs_post_init__(self) -> None:
        given = {k for k, _ in self.inputs} | {k for k, _ in self.params}
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


@frozen
class Probe(Element):
    """A voltage to be recorded, v(plus, minus)."""

    plus: str = field(converter=_name)
    minus: str = field(converter=_name, default=GROUND)

    KIND = "voltage probe"


@frozen
class CurrentProbe(Element):
    """The current through a voltage source, resistor or inductor, plus to minus, to be recorded."""

    sensor: str = field(converter=_name)

    KIND = "current probe"
    FORM = ("sensor",)
    TERMINALS = ()

    def renamed(self, name: str, nodes: Mapping[str, str], sensors: Mapping[str, str]) -> Element:
        """Give the probe another name and the probed element's new name."""
        return attrs.evolve(self, name=name, sensor=sensors.get(self.sensor, self.sensor))


@frozen
class SpikeProbe(Element):
    """A spike detector: spike times are where v(plus, minus) crosses the level upwards (or downwards)."""

    plus: str = field(converter=_name)
    minus: str = field(converter=_name, default=GROUND)
    level: float = field(converter=si, default=0.0)
    falling: bool = False

    KIND = "spike probe"
    QUANTITIES = {"level": "V"}


PROBES = (Probe, CurrentProbe, SpikeProbe)
TYPES: dict[str, type[Element]] = {
    cls.__name__: cls for cls in (R, C, L, V, I, E, G, F, H, S, Comparator, B, Probe, CurrentProbe, SpikeProbe)
}
