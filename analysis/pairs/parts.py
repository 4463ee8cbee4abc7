"""What of an element counts in a comparison: its kind, its pins, its values, and what it does over time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

from attrs import evolve, field, frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import (
    B,
    C,
    Diode,
    E,
    Element,
    F,
    G,
    H,
    I,
    K,
    L,
    Mosfet,
    MosfetBulk,
    MosfetMeyer,
    Opaque,
    R,
    S,
    V,
    Varactor,
)
from ...circuits.laws.law import expression
from .curves import Curve, curve
from .near import TOLERANCE, near

NO_DIRECTION = (R, C, L, S, Mosfet, MosfetBulk, MosfetMeyer)
"""Their first two pins may change places: the two ends of a resistor, drain and source of a symmetric transistor."""
GAINED = (E, F, G, H)
JUNCTIONS = ("#bd", "#bs")
"""What names of the junctions of a MOSFET's bulk end with."""
DEFAULT_IS, MANY = 1e-14, range(1, 101)
"""Amperes of a junction to which no card gives any, times the M of its transistor: W=5u M=2 is no other than W=10u."""
LEVELS = (0.3, 0.7, -0.4)
"""Where laws are asked for their values, volts, all names alike; and"""
SINGLE = ((0.7, 0.3), (-0.4, 0.7), (3.1, 0.3), (-4.7, 3.1))
"""one name and all others, which tells what the law does with each."""
LAW_AT = "C("
"""How the names of those values of a capacitance begin."""
OF_CHARGE = (-2.9, -0.4, 0.0, 0.7, 3.1)
"""Where capacitances by a law are compared, volts."""


@frozen(eq=False)
class Part:
    """An element as it is compared.

    `turned` says that its ends were exchanged with its sign: a source of -1 V is one of 1 V the other way round.
    `marks` are values that tell its pins apart where a law reads them, and the law itself, whatever its names are;
    `reads` are the names that the law has for its pins behind the first two.
    """

    element: Element
    kind: str
    form: tuple[str, ...]
    pins: tuple[str, ...]
    values: Mapping[str, float]
    curve: Curve | None = None
    senses: tuple[str, ...] = ()
    """Elements that it names: the source that it senses, the inductors that it couples."""
    marks: tuple[float, ...] = ()
    reads: tuple[str, ...] = ()
    turned: bool = field(default=False)
    coupled: bool = field(default=False)
    """Whether it is an inductor that is coupled with others: its ends may not change places."""
    made_of: str = field(default="")
    """Of which parts it was put together, in words; empty for one that a circuit has."""

    @property
    def name(self) -> str:
        """Of the element."""
        return self.element.name

    @property
    def exchangeable(self) -> bool:
        """Whether its first two pins may change places."""
        return isinstance(self.element, NO_DIRECTION) and not (self.values.get("ic") or self.coupled)

    @property
    def tied(self) -> int:
        """The first of two pins that its law reads in the same way, as those of a product; 0 where there are none."""
        marks = [self.marks[k : k + len(SINGLE)] for k in range(len(LEVELS), len(self.marks), len(SINGLE))]
        alike = (all(near(x, y, TOLERANCE) for x, y in zip(a, b, strict=True)) for a, b in pairwise(marks))
        return next((k + 2 for k, same in enumerate(alike) if same), 0)

    @property
    def untied(self) -> Part:
        """The same part with those two exchanged."""
        order = list(range(len(self.pins)))
        order[self.tied], order[self.tied + 1] = order[self.tied + 1], order[self.tied]
        reads = tuple(self.reads[k - 2] for k in order[2:])
        return evolve(self, pins=tuple(self.pins[k] for k in order), reads=reads)


def parts_of(circuit: Circuit) -> tuple[Part, ...]:
    """The parts of a circuit; probes are none."""
    coupled = {n for k in circuit.of_type(K) for n in k.inductors}
    return tuple(part(e, e.name in coupled) for e in circuit.described)


def part(element: Element, coupled: bool = False) -> Part:
    """An element as it is compared; the ends of a coupled inductor stay where they are."""
    values = _values(element)
    stimulus = curve(element.stimulus) if isinstance(element, (V, I)) else None
    form = tuple(str(getattr(element, name)) for name in element.FORM if name in ("closed", "polarity"))
    if isinstance(element, Opaque):  # a model is what its cards say, whatever its name
        form = (
            element.letter,
            *element.words,
            *(c.removeprefix(f".model {element.model}") for c in element.definitions),
        )
    pins, marks, reads = element.nodes, (), ()
    if isinstance(element, B):
        reads, marks = _law_marks(element)
        pins = (*pins[:2], *(dict(element.inputs)[name] for name in reads))
    turned = False
    if stimulus is not None and stimulus.is_negative:
        stimulus, turned = -stimulus, True
    elif isinstance(element, GAINED) and values["gain"] < 0:
        values, turned = {"gain": -values["gain"]}, True
    elif isinstance(element, (C, L)) and values["ic"] < 0 and not coupled:
        values, turned = {**values, "ic": -values["ic"]}, True
    if turned:
        pins = (pins[1], pins[0], *pins[2:])
    senses = element.inductors if isinstance(element, K) else tuple(filter(None, [getattr(element, "sensor", "")]))
    return Part(element, element.KIND, form, pins, values, stimulus, senses, marks, reads, turned, coupled)


def _values(element: Element) -> dict[str, float]:
    if isinstance(element, Opaque):
        return dict(element.params)
    own = {q: getattr(element, q) for q in element.QUANTITIES}
    if isinstance(element, Diode) and element.name.endswith(JUNCTIONS):
        usual = any(near(element.i_s, k * DEFAULT_IS, TOLERANCE) for k in MANY)
        own["i_s"] = DEFAULT_IS if usual else element.i_s
    if isinstance(element, Varactor):
        own |= {f"{LAW_AT}{level:g} V)": element.at(level) for level in OF_CHARGE}
    return own


def _law_marks(element: B) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The names that a law reads, in an order that does not hang on them, and values of the law."""
    names = [name for name, _ in element.inputs]
    whole = tuple(_asked(element, dict.fromkeys(names, level)) for level in LEVELS)
    single = {
        n: tuple(_asked(element, {m: own if m == n else other for m in names}) for own, other in SINGLE) for n in names
    }
    order = sorted(names, key=lambda n: (single[n], dict(element.inputs)[n]))
    return tuple(order), (*whole, *(value for n in order for value in single[n]))


def _asked(element: B, volts: Mapping[str, float]) -> float:
    return law_value(element.law, tuple(sorted({**volts, **dict(element.params)}.items())))


@lru_cache(maxsize=4096)
def law_value(law: str, given: tuple[tuple[str, float], ...]) -> float:
    """A law at some values of its names; not a number where it has none."""
    names, function = _function(law)
    values = dict(given)
    try:
        return float(function(*(values[n] for n in names)))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):  # the logarithm of what is below 0, and the like
        return float("nan")


@lru_cache(maxsize=1024)
def _function(law: str) -> tuple[tuple[str, ...], Callable[..., Any]]:
    """The names of a law, and a function of them."""
    from sympy import lambdify

    made = expression(law)
    symbols = sorted(made.free_symbols, key=str)
    return tuple(map(str, symbols)), lambdify(symbols, made, "math", cse=True, dummify=True)
