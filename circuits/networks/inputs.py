"""What enters a network: spike trains and analog signals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, get_args

import attrs
import numpy as np
from attrs import field, frozen

from ..arguments import KindError, brief, positive, row, want, whole
from ..element import node_name
from ..errors import QuantityError
from ..stimuli import Constant, Stimulus
from ..units import Value, parse, show

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

MOST = 100_000_000
"""Most lines, and most spikes, of an input that is made here."""


def _trains(trains: Any, made: Any) -> tuple[Array, ...]:
    if isinstance(trains, (str, bytes)) or not isinstance(trains, Iterable):
        raise QuantityError(
            f"the spike trains of input {made.name!r} are {brief(trains)}: give a list of times for every line, such "
            "as [[0.001, 0.004]]."
        )
    return tuple(_train(t, line, made.name) for line, t in enumerate(trains))


def _train(times: Any, line: int, name: str) -> Array:
    try:
        found = np.asarray(times)
        if found.dtype.kind in "biufO":
            return found.astype(float)
    except (TypeError, ValueError):
        pass
    raise QuantityError(
        f"line {line} of input {name!r} holds {brief(times)}: a spike train is a list of times in seconds, such as "
        "[0.001, 0.004]."
    )


def _width(width: Value | None, made: Any) -> float | None:
    what = f"the width of the spikes of input {made.name!r}"
    return None if width is None else positive(width, what, "100u, or none for that of the network", unit="s")


def _signals(signals: Any, made: SignalInput) -> tuple[Stimulus, ...]:
    advice = "give a list of stimuli, one a line, such as (Constant(0.5), Step(0, 1, '10m'))"
    if isinstance(signals, (str, bytes)) or not isinstance(signals, Iterable):
        raise KindError(f"the signals of input {made.name!r} are {brief(signals)}: {advice}.")
    return tuple(want(s, get_args(Stimulus), f"line {k} of input {made.name!r}", advice) for k, s in enumerate(signals))


if TYPE_CHECKING:  # what type checkers see of the converters below

    def as_trains(trains: Iterable[ArrayLike]) -> tuple[Array, ...]:
        """Read spike trains."""
        ...

    def as_width(width: Value | None) -> float | None:
        """Read a width."""
        ...

    def as_signals(signals: Iterable[Stimulus]) -> tuple[Stimulus, ...]:
        """Read signals."""
        ...
else:
    as_trains, as_width, as_signals = (attrs.Converter(f, takes_self=True) for f in (_trains, _width, _signals))


@frozen(eq=False, repr=False)
class SpikeInput:
    """Lines that carry given spikes.

    Attributes:
        name: unique in its network.
        trains: spike times of each line, seconds, strictly rising.
        width: how long each spike lasts; None means as long as the events of the network. Recorded data whose spikes
            have height 1 for a time step have that step here.
    """

    name: str = field(converter=node_name)
    trains: tuple[Array, ...] = field(converter=as_trains)
    width: float | None = field(converter=as_width, default=None)

    def __attrs_post_init__(self) -> None:
        if not self.trains:
            raise QuantityError(f"input {self.name!r} has no lines: give at least one spike train.")
        for line, times in enumerate(self.trains):
            _check_train(times, line, self.name)

    def __repr__(self) -> str:
        return f"<input {self.name!r}: lines {self.size:,}, spikes {sum(map(len, self.trains)):,}>"

    @property
    def size(self) -> int:
        """Number of lines."""
        return len(self.trains)


def _check_train(times: Array, line: int, name: str) -> None:
    who = f"line {line} of input {name!r}"
    if times.ndim != 1:
        raise QuantityError(f"{who} has shape {times.shape}: a spike train is a list of times.")
    if not np.isfinite(times).all():
        k = int(np.argmax(~np.isfinite(times)))
        raise QuantityError(f"spike {k} on {who} is at {times[k]}: give finite times in seconds.")
    if (times < 0).any():
        k = int(np.argmax(times < 0))
        raise QuantityError(f"spike {k} on {who} is at {show(float(times[k]), 's')}: times begin at 0.")
    if (gap := np.diff(times)).size and gap.min() <= 0:
        k = int(np.argmax(gap <= 0))
        a, b = (show(float(t), "s") for t in times[k : k + 2])
        what = "are at the same time" if gap[k] == 0 else "are out of order"
        raise QuantityError(
            f"spikes {k} and {k + 1} on {who} ({a}, {b}) {what}: sort the times, and give a spike that counts twice a "
            "line of its own."
        )


@frozen(eq=False, repr=False)
class SignalInput:
    """Lines that carry analog signals, in model units: one stimulus a line."""

    name: str = field(converter=node_name)
    signals: tuple[Stimulus, ...] = field(converter=as_signals)

    def __attrs_post_init__(self) -> None:
        if not self.signals:
            raise QuantityError(f"input {self.name!r} has no lines: give at least one stimulus.")

    def __repr__(self) -> str:
        return f"<input {self.name!r}: signals {self.size:,}>"

    @property
    def size(self) -> int:
        """Number of lines."""
        return len(self.signals)


Input = SpikeInput | SignalInput


def constant_input(name: str, values: Sequence[float]) -> SignalInput:
    """Lines that stand still."""
    return SignalInput(name, tuple(Constant(float(v)) for v in row(values, "values", "[0.5, 1.0]")))


def poisson(name: str, lines: int, rate: Value, stop: Value, seed: int = 0, dead: Value = 0.0) -> SpikeInput:
    """Independent Poisson spike trains.

    Args:
        name: of the input.
        lines: how many trains.
        rate: of each, hertz.
        stop: end, seconds.
        seed: the same seed gives the same trains.
        dead: least time between two spikes of a train, seconds; the rate is kept.

    Raises:
        QuantityError: a rate that is negative, or higher than the dead time allows.
    """
    whole(lines, "lines", 1, MOST)
    whole(seed, "seed", 0)
    mean, end, gap = parse(rate, "rate"), parse(stop, "stop"), parse(dead, "dead")
    if not (mean >= 0 and end > 0 and 0 <= gap * mean < 1):
        raise QuantityError(f"rate {rate}, stop {stop}, dead {dead}: needs rate >= 0, stop > 0 and dead < 1 / rate.")
    if mean * end * lines > MOST:
        raise QuantityError(
            f"{mean * end * lines:.3g} spikes are more than {MOST:,}: take fewer lines or a shorter run."
        )
    draw = np.random.default_rng(seed)
    return SpikeInput(name, tuple(_poisson_train(draw, mean, end, gap) for _ in range(lines)))


def _poisson_train(draw: np.random.Generator, rate: float, stop: float, dead: float) -> Array:
    if rate == 0:
        return np.zeros(0)
    count = int(rate * stop + 10 * np.sqrt(rate * stop) + 10)
    times = np.cumsum(dead + draw.exponential(1 / rate - dead, count))
    return times[times < stop]


def from_raster(name: str, raster: Array, dt: Value, height_for_dt: bool) -> SpikeInput:
    """Recorded data: a table of 0 and 1, a row each time step.

    Args:
        name: of the input.
        raster: shape (steps, lines).
        dt: time step, seconds; row k is the time from k dt to (k + 1) dt.
        height_for_dt: a 1 lasts its whole time step; otherwise it is as short as the events of the network.

    Raises:
        QuantityError: a value other than 0 and 1, or a table of the wrong shape.
    """
    try:
        table, step = np.asarray(raster, dtype=float), parse(dt, "dt")
    except (TypeError, ValueError) as error:
        if isinstance(error, QuantityError):
            raise
        raise QuantityError(f"the raster is {brief(raster)}: give a table of 0 and 1.") from error
    if table.ndim != 2:
        raise QuantityError(f"a raster has shape (steps, lines); this one has shape {table.shape}.")
    if not step > 0:
        raise QuantityError(f"dt is {show(step, 's')}: it must be greater than zero.")
    if (odd := np.argwhere((table != 0) & (table != 1))).size:
        row, line = odd[0]
        raise QuantityError(
            f"row {row}, line {line} of the raster is {table[row, line]:g}: spikes are 0 or 1; give several spikes in "
            "one step several lines, and analog values as signals."
        )
    trains = [(np.flatnonzero(table[:, k]) * step).astype(np.float64) for k in range(table.shape[1])]
    return SpikeInput(name, tuple(trains), step if height_for_dt else None)
