"""Devices that only a simulator knows: no law is known here, so that no equation can be derived through them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property, partial

import attrs
from attrs import field, frozen

from .arguments import numbers
from .element import Element, node_name, symbol_name
from .errors import CircuitError, visible
from .units import Value, parse

_WORD = re.compile(r"[a-z_][a-z0-9_]*")


def _nodes(value: Iterable[object]) -> tuple[str, ...]:
    return tuple(map(node_name, value))


def _texts(value: Iterable[object]) -> tuple[str, ...]:
    return tuple(map(str, value))


def _volts(value: Iterable[Value]) -> tuple[float, ...]:
    return tuple(parse(v, "a voltage at the start", "V") for v in value)


@frozen
class Opaque(Element):
    """A device that only ngspice knows, such as a transistor with a BSIM model: a box with pins.

    It is written, run, varied and measured like any other; what needs equations refuses and names it.

    Attributes:
        letter: of its card, such as "m".
        terminals: its nodes, in the order of the card.
        model: the name that its card and its `definitions` share; empty where it has none.
        params: of this one device by name, numbers in SI units.
        pins: names of its terminals in the same order; numbers from 1 unless given.
        definitions: the model's cards, all that ngspice must be told of it. They are checked when they are written.
        words: what its card says besides, such as "off".
        starts: voltages of its terminals at the start; none given means that they are not known.
        origin: where the model comes from, in words.
    """

    letter: str = field(converter=lambda x: str(x).lower())
    terminals: tuple[str, ...] = field(converter=_nodes)
    model: str = field(converter=visible, default="")
    params: tuple[tuple[str, float], ...] = field(converter=partial(numbers, example='{"w": "1u"}'), default=())
    pins: tuple[str, ...] = field(converter=_texts, default=())
    definitions: tuple[str, ...] = field(converter=_texts, default=(), repr=False)
    words: tuple[str, ...] = field(converter=_texts, default=())
    starts: tuple[float, ...] = field(converter=_volts, default=())
    origin: str = field(converter=visible, default="")

    KIND = "opaque device"
    TERMINALS = ()
    FORM = ("letter", "pins")

    def __attrs_post_init__(self) -> None:
        if len(self.letter) != 1 or not self.letter.isascii() or not self.letter.isalpha():
            raise CircuitError(
                f"the letter of {self.name!r} is {self.letter!r}: give the one that its card begins with."
            )
        if len(self.terminals) < 2:
            raise CircuitError(f"{self.name!r} has {len(self.terminals)} nodes: an opaque device has two or more.")
        for what, given in (("pins", self.pins), ("starts", self.starts)):
            if given and len(given) != len(self.terminals):
                raise CircuitError(f"{self.name!r} has {len(self.terminals)} nodes and {len(given)} {what}.")
        if len(set(self.pins)) < len(self.pins):
            raise CircuitError(f"two pins of {self.name!r} have one name: {', '.join(self.pins)}.")
        if odd := [k for k, _ in self.params if not _WORD.fullmatch(k)]:
            raise CircuitError(f"{odd[0]!r} is no name of a parameter of {self.name!r}: write it in small letters.")

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Its nodes, in the order of its card."""
        return self.terminals

    @property
    def pin_names(self) -> tuple[str, ...]:
        """A name for each terminal."""
        return self.pins or tuple(str(k) for k in range(1, len(self.terminals) + 1))

    @property
    def values(self) -> dict[str, float]:
        """Parameter name (`w_M1`) to value."""
        return {symbol_name(self.name, k): v for k, v in self.params}

    @property
    def described(self) -> str:
        """What it is, in a few words."""
        return ", ".join(filter(None, [self.model, self.origin])) or f"a card that begins with {self.letter.upper()}"

    def renamed(self, name: str, nodes: Mapping[str, str], sensors: Mapping[str, str]) -> Opaque:
        """Give the same device another name and other nodes."""
        return attrs.evolve(self, name=name, terminals=tuple(nodes.get(n, n) for n in self.terminals))

    def started(self, volts: Mapping[str, float]) -> Opaque:
        """The same, beginning at these voltages of nodes; as it is where one of its own is not among them."""
        known = all(n in volts for n in self.terminals)
        return attrs.evolve(self, starts=tuple(volts[n] for n in self.terminals)) if known else self


def without_equations(circuit_title: str, devices: Iterable[Opaque]) -> str:
    """Words for why a circuit has no equations: its first opaque device, and what works all the same."""
    first, *more = devices
    others = f" (and {len(more)} more)" if more else ""
    return (
        f"{circuit_title!r} has no equations: what {first.name!r}{others} does ({first.described}) only ngspice knows. "
        "simulate, netlist, sweep, energy and fi work on it, and `derive` shows the equations around it."
    )
