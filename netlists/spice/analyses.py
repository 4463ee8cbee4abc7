"""What ngspice may be asked to do with a circuit."""

from __future__ import annotations

import math
from collections.abc import Mapping

from attrs import field, frozen

from ...circuits.arguments import KindError, brief, named, want, whole
from ...circuits.errors import QuantityError, unknown
from ...circuits.units import Value, parse, show


def _seconds(value: Value) -> float:
    return parse(value, "stop", "s")


def _hertz(value: Value) -> float:
    return parse(value, "a frequency", "Hz")


Guess = tuple[tuple[str, float], ...]
"""Node voltages, volts, near which an operating point is looked for."""


def _guess(value: Mapping[str, Value] | Guess) -> Guess:
    return tuple((n, parse(v, f"the guess of node {n!r}", "V")) for n, v in named(value, "guess", '{"out": 5}').items())


def _others(value: object) -> tuple[tuple[str, float, float], ...]:
    """Sources that move too: each a name, an amplitude and a phase in radians."""
    given = want(value, (tuple, list), "others", "give tuples such as ('V2', 1, 0)")
    for one in given:
        if len(want(one, (tuple, list), "one of others", "give a tuple such as ('V2', 1, 0)")) != 3:
            raise KindError(f"one of others is {brief(one)}: give a name, an amplitude and a phase, as ('V2', 1, 0).")
        _want_source(one[0])
    return tuple((n, parse(a, f"the amplitude of {n}"), parse(p, f"the phase of {n}")) for n, a, p in given)


@frozen
class Transient:
    """Run from the initial conditions at time 0 to `stop`, seconds."""

    stop: float = field(converter=_seconds)

    def __attrs_post_init__(self) -> None:
        if not self.stop > 0:
            raise QuantityError(f"stop is {show(self.stop, 's')}: a transient must end later than 0; try '10m'.")


@frozen
class OperatingPoint:
    """The steady state for the sources as they are at time 0; where there are several, that near `guess`."""

    guess: Guess = field(converter=_guess, default=())


MOST_POINTS = 1_000_000
"""Most points of AC, NoiseSpectrum and DCSweep."""
SPACINGS = {"dec": 10.0, "oct": 2.0, "lin": None}
"""How frequencies are spread, and in which factor of frequency there are so many points."""


@frozen
class AC:
    """Small-signal response to a sine at the source, from `start` to `stop` hertz.

    Attributes:
        source: that moves; the response is that to its amplitude and phase.
        start, stop: hertz.
        points: a decade ("dec"), an octave ("oct"), or in all, evenly ("lin").
        spacing: one of `SPACINGS`.
        amplitude: of the source, volts or amperes.
        phase: of the source, radians.
        others: sources that move too: name, amplitude, phase.
        guess: of the operating point.
    """

    source: str
    start: float = field(converter=_hertz)
    stop: float = field(converter=_hertz)
    points: int = 20
    spacing: str = "dec"
    amplitude: float = field(converter=parse, default=1.0)
    phase: float = field(converter=parse, default=0.0)
    others: tuple[tuple[str, float, float], ...] = field(converter=_others, default=())
    guess: Guess = field(converter=_guess, default=())

    def __attrs_post_init__(self) -> None:
        _want_source(self.source)
        _want_frequencies(self)

    @property
    def drives(self) -> dict[str, tuple[float, float]]:
        """Amplitude and phase in radians of all sources that move."""
        return {self.source: (self.amplitude, self.phase)} | {n: (a, p) for n, a, p in self.others}

    @property
    def count(self) -> int:
        """How many frequencies there are, about."""
        return _count(self)


@frozen
class NoiseSpectrum:
    """Noise of the elements at an output, about the operating point, from `start` to `stop` hertz, at 27 degrees.

    ngspice's resistors, switches and devices make noise; what is written as a B source does not.

    Attributes:
        output: a probe of a voltage, or a node.
        start, stop: hertz.
        source: to which the noise is referred; the input unless given, or else the first source.
        points, spacing: as those of `AC`.
        guess: of the operating point.
    """

    output: str
    start: float = field(converter=_hertz)
    stop: float = field(converter=_hertz)
    source: str = ""
    points: int = 20
    spacing: str = "dec"
    guess: Guess = field(converter=_guess, default=())

    def __attrs_post_init__(self) -> None:
        want(self.source, str, "source", "give the name of a source, such as 'V1'")
        if not want(self.output, str, "output", "give the name of a probe or a node, such as 'out'"):
            raise QuantityError("output is empty: give the name of a probe or a node, such as 'out'.")
        _want_frequencies(self)

    @property
    def count(self) -> int:
        """How many frequencies there are, about."""
        return _count(self)


def _count(asked: AC | NoiseSpectrum) -> int:
    factor = SPACINGS[asked.spacing]
    return asked.points if factor is None else math.ceil(asked.points * math.log(asked.stop / asked.start, factor)) + 1


def _want_frequencies(asked: AC | NoiseSpectrum) -> None:
    whole(asked.points, "points", 1, 100_000)
    if not isinstance(asked.spacing, str) or asked.spacing not in SPACINGS:
        raise unknown(f"spacing of {type(asked).__name__}", asked.spacing, SPACINGS)
    one = asked.points == 1 and isinstance(asked, AC) and 0 < asked.start == asked.stop
    if not 0 < asked.start < asked.stop and not one:
        raise QuantityError(f"{asked}: needs 0 < start < stop.")
    if asked.count > MOST_POINTS:
        raise QuantityError(f"{asked}: more than a million frequencies; take fewer points.")


@frozen
class DCSweep:
    """The operating point for a source that goes from `start` to `stop` in steps."""

    source: str
    start: float = field(converter=parse)
    stop: float = field(converter=parse)
    step: float = field(converter=parse)
    guess: Guess = field(converter=_guess, default=())

    def __attrs_post_init__(self) -> None:
        _want_source(self.source)
        if self.step == 0 or (self.stop - self.start) * self.step < 0:
            raise QuantityError(f"{self}: the step must lead from start to stop.")
        if abs((self.stop - self.start) / self.step) > MOST_POINTS:
            raise QuantityError(f"{self}: more than a million points; take a larger step.")
        if self.start + self.step == self.start or self.stop - self.step == self.stop:
            raise QuantityError(f"{self}: the step is lost in the last digit of the values; take a larger step.")


def _want_source(name: object) -> None:
    if not want(name, str, "source", "give the name of a source, such as 'V1'"):
        raise QuantityError("source is empty: give the name of a source, such as 'V1'.")


Analysis = Transient | OperatingPoint | AC | NoiseSpectrum | DCSweep
ABOUT_A_POINT = (AC, NoiseSpectrum)
"""What is linear about an operating point, which must be proved too."""
