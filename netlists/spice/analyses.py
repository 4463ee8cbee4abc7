"""What ngspice may be asked to do with a circuit."""

from __future__ import annotations

from attrs import field, frozen

from ...circuits.arguments import want, whole
from ...circuits.errors import QuantityError
from ...circuits.units import Value, parse, show


def _seconds(value: Value) -> float:
    return parse(value, "stop", "s")


def _hertz(value: Value) -> float:
    return parse(value, "a frequency of AC", "Hz")


@frozen
class Transient:
    """Run from the initial conditions at time 0 to `stop`, seconds."""

    stop: float = field(converter=_seconds)

    def __attrs_post_init__(self) -> None:
        if not self.stop > 0:
            raise QuantityError(f"stop is {show(self.stop, 's')}: a transient must end later than 0; try '10m'.")


@frozen
class OperatingPoint:
    """The steady state for the sources as they are at time 0."""


@frozen
class AC:
    """Small-signal response to a unit input at the source, from `start` to `stop` hertz."""

    source: str
    start: float = field(converter=_hertz)
    stop: float = field(converter=_hertz)
    points_per_decade: int = 20

    def __attrs_post_init__(self) -> None:
        _want_source(self.source)
        whole(self.points_per_decade, "points_per_decade", 1, 100_000)
        if not 0 < self.start < self.stop:
            raise QuantityError(f"{self}: needs 0 < start < stop.")


@frozen
class DCSweep:
    """The operating point for a source that goes from `start` to `stop` in steps."""

    source: str
    start: float = field(converter=parse)
    stop: float = field(converter=parse)
    step: float = field(converter=parse)

    def __attrs_post_init__(self) -> None:
        _want_source(self.source)
        if self.step == 0 or (self.stop - self.start) * self.step < 0:
            raise QuantityError(f"{self}: the step must lead from start to stop.")
        if abs((self.stop - self.start) / self.step) > 1e6:
            raise QuantityError(f"{self}: more than a million points; take a larger step.")
        if self.start + self.step == self.start or self.stop - self.step == self.stop:
            raise QuantityError(f"{self}: the step is lost in the last digit of the values; take a larger step.")


def _want_source(name: object) -> None:
    if not want(name, str, "source", "give the name of a source, such as 'V1'"):
        raise QuantityError("source is empty: give the name of a source, such as 'V1'.")


Analysis = Transient | OperatingPoint | AC | DCSweep
