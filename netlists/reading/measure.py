"""What a netlist wants to be read off a run (`.meas`), as data: `analysis/measured` does it."""

from __future__ import annotations

from attrs import frozen

LAST = -1
"""Instead of a count: the last one."""


@frozen
class Atom:
    """A name of an expression that stands for something of the run.

    Attributes:
        name: in the expression.
        kind: "v" a voltage between two nodes, "i" the current through an element, "x" what the run goes over.
        of: the nodes, or the element.
        part: of a complex value: "m" magnitude, "p" phase, "db" decibels, "r", "i"; as a whole where empty.
    """

    name: str
    kind: str
    of: tuple[str, ...] = ()
    part: str = ""

    @property
    def signal(self) -> str:
        """What the current is called in a result."""
        return f"i({self.of[0]})"


@frozen
class Signal:
    """An expression of voltages, currents and measures that were read before.

    Attributes:
        text: as the file says it.
        law: the same in the grammar of laws.
        atoms: names in it that stand for something of the run.
        earlier: names in it of other measures.
    """

    text: str
    law: str
    atoms: tuple[Atom, ...] = ()
    earlier: tuple[str, ...] = ()


@frozen
class Crossing:
    """Where one signal crosses another.

    Attributes:
        left, right: the signals.
        edge: "rise", "fall" or "cross" for both.
        count: from 1, or `LAST`.
        after: where counting begins; None for the beginning.
    """

    left: Signal
    right: Signal
    edge: str = "cross"
    count: int = 1
    after: Signal | None = None


@frozen
class At:
    """A place that is given."""

    where: Signal


Moment = Crossing | At


@frozen
class Found:
    """A signal somewhere (FIND), or its slope there (DERIV)."""

    signal: Signal
    moment: Moment
    slope: bool = False


@frozen
class When:
    """A place (WHEN)."""

    moment: Moment


@frozen
class Between:
    """From one place to another (TRIG, TARG)."""

    first: Moment
    last: Moment


@frozen
class Over:
    """A figure of a signal over a part of the run.

    Attributes:
        figure: avg, max, min, pp, rms, integ, max_at or min_at.
        signal: of which.
        first, last: ends of the part; those of the run where None.
    """

    figure: str
    signal: Signal
    first: Moment | None = None
    last: Moment | None = None


@frozen
class Made:
    """Made of other measures (PARAM)."""

    signal: Signal


@frozen
class Measure:
    """One figure that a netlist wants.

    Attributes:
        name: as the file spells it.
        analysis: "tran", "ac" or "dc".
        what: how it is read.
        sizes: whether a complex value that is asked for as a whole means its magnitude (LTspice, PSpice); ngspice means
            its real part.
        degrees: whether phases are in degrees; in radians otherwise.
    """

    name: str
    analysis: str
    what: Found | When | Between | Over | Made
    sizes: bool = False
    degrees: bool = False

    @property
    def signals(self) -> tuple[Signal, ...]:
        """All expressions in it."""
        return tuple(_signals(self.what))


def _signals(part: object) -> list[Signal]:
    if isinstance(part, Signal):
        return [part]
    fields = getattr(part, "__attrs_attrs__", ())
    return [s for f in fields for s in _signals(getattr(part, f.name))]
