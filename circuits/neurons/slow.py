"""What a neuron remembers of its spikes: an adaptation current, a threshold that moves."""

from __future__ import annotations

from functools import partial

from attrs import field, frozen
from attrs.converters import optional

from ..errors import QuantityError
from ..units import parse


@frozen
class Adaptation:
    """A second variable: tau dw/dt = a (v - about) - w, and w += b at every spike.

    Attributes:
        a: siemens.
        b: amperes.
        tau: seconds.
        about: volts; None for where the membrane rests, which is e of a leak.
    """

    a: float = field(converter=partial(parse, what="a of an adaptation"))
    b: float = field(converter=partial(parse, what="b of an adaptation"))
    tau: float = field(converter=partial(parse, what="tau of an adaptation"))
    about: float | None = field(converter=optional(partial(parse, what="about of an adaptation")), default=None)

    def __attrs_post_init__(self) -> None:
        if not self.tau > 0:
            raise QuantityError(f"tau of an adaptation is {self.tau:g} s: it must be greater than zero.")


@frozen
class MovingThreshold:
    """A threshold that every spike lifts by `jump` volts, and that falls back with `tau` seconds."""

    jump: float = field(converter=partial(parse, what="jump of a threshold"))
    tau: float = field(converter=partial(parse, what="tau of a threshold"))

    def __attrs_post_init__(self) -> None:
        if not self.tau > 0:
            raise QuantityError(f"tau of a threshold is {self.tau:g} s: it must be greater than zero.")
