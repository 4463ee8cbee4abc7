"""Errors that add up from event to event: what a simulator's accuracy leaves open in a long run, and what helps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MANY = 10
"""Fewer events have nothing to add up."""
EACH = 0.25
"""What adds up is no more than this part of its sum from one event to the next."""
NEARLY_ALL = 95
"""Per cent of all events: the first has had another time to be late in, and a stimulus may begin the count anew."""
ONE_WAY = 0.5
"""More steps go one way than the other by this part of all."""
GROWTH = 0.5
"""What grows is in the first quarter of the run no more than this part of what it is in the last."""


@frozen(eq=False)
class Train:
    """Time errors of one signal's events, in order; shape (events,), NaN where one was not found."""

    signal: str
    errors: Array
    interval: float
    """Mean time between two events, seconds."""


def adds_up(trains: Sequence[Train]) -> str:
    """The train whose time errors add up most, in a sentence; empty where none do.

    Args:
        trains: of all signals that have events.
    """
    said: list[tuple[float, str]] = []
    for train in trains:
        errors = train.errors[~np.isnan(train.errors)]
        if len(errors) < MANY or not np.any(errors):
            continue
        steps, whole = np.diff(errors), float(np.abs(errors).max())
        each, one_way = float(np.percentile(np.abs(steps), NEARLY_ALL)), float(np.abs(np.sign(steps).mean()))
        if each <= EACH * whole and one_way >= ONE_WAY:
            text = (
                f"{train.signal} drifts: nearly all of its {len(errors)} events are no more than "
                f"{each / train.interval:.1g} of an interval later or earlier than the one before, and that adds up"
            )
            said.append((whole / train.interval, text))
    return max(said, default=(0.0, ""))[1]


def grows(signal: str, times: Array, residual: Array, transitions: Array) -> str:
    """Whether a waveform's error grows from one change of a switch to the next, in a sentence; empty if not.

    Args:
        signal: its name.
        times: seconds, shape (points,).
        residual: error there, zero where it does not count.
        transitions: when switches change, seconds, in order.
    """
    if len(transitions) < MANY:
        return ""
    starts = np.minimum(np.searchsorted(times, transitions), len(times) - 1)
    each = np.maximum.reduceat(np.abs(residual), np.unique(starts))
    quarter = max(1, len(each) // 4)
    first, last = float(each[:quarter].max()), float(each[-quarter:].max())
    if first > GROWTH * last:
        return ""
    return f"the error of {signal} grows over {len(transitions)} changes of switches: it adds up"
