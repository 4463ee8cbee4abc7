"""What independent sources do over time, from their cards."""

from __future__ import annotations

import math
import re

from ...circuits.errors import CircuitError
from ...circuits.stimuli import PWL, Constant, PulseTrain, Sine, Stimulus
from .numbers import number

MOST_PULSES = 1_000
"""Pulses of an endless train where no `.tran` says when it ends."""
_FUNCTION = re.compile(r"\b(pulse|sin|sine|pwl|exp|sffm|am|trnoise|trrandom)\b\s*\(?([^()]*)\)?", re.IGNORECASE)


def stimulus_of(rest: str, step: float | None, stop: float | None) -> tuple[Stimulus, float]:
    """Read what follows the nodes of a source.

    Args:
        rest: in lower case, parameters resolved.
        step: of `.tran`, seconds: what edges without a length take.
        stop: of `.tran`, seconds.

    Returns:
        The stimulus, and the amplitude of a small signal.

    Raises:
        CircuitError: what is not understood; says why.
    """
    found = _FUNCTION.search(rest)
    plain = rest[: found.start()] + " " + rest[found.end() :] if found else rest
    constant, small = _plain(plain.split())
    if not found:
        return Constant(constant or 0.0), small
    values = [_value(w) for w in found[2].replace(",", " ").split()]
    if found[1] not in _MAKERS:
        raise CircuitError(f"sources of kind {found[1].upper()} are not known here yet.")
    return _MAKERS[found[1]](values, step, stop), small


def _plain(words: list[str]) -> tuple[float | None, float]:
    """The constant value of a source and its small signal's amplitude."""
    constant, small, k = None, 0.0, 0
    while k < len(words):
        word = words[k].removesuffix("=")
        if word == "dc" and k + 1 < len(words):
            constant, k = _value(words[k + 1]), k + 2
        elif word == "ac":
            values = [v for v in map(number, words[k + 1 : k + 3]) if v is not None]
            small, k = values[0] if values else 1.0, k + 1 + len(values)
        elif number(word) is not None and constant is None:
            constant, k = _value(word), k + 1
        else:
            raise CircuitError(f"{words[k]!r} is not understood behind a source.")
    return constant, small


def _value(word: str) -> float:
    found = number(word)
    if found is None:
        raise CircuitError(f"{word!r} is no number.")
    return found


def _padded(name: str, v: list[float], count: int) -> list[float]:
    """All values of a source; those that are not given are 0."""
    if len(v) > count:
        raise CircuitError(f"{name} has {len(v)} values: those behind the first {count} are not known here.")
    return [*v, *[0.0] * (count - len(v))]


def _sine(v: list[float], step: float | None, stop: float | None) -> Stimulus:
    offset, amplitude, frequency, delay, damping, phase = _padded("SIN", v, 6)
    if delay or damping:
        raise CircuitError("a sine that is delayed or damped is not known here yet.")
    if not frequency:
        if stop is None:
            raise CircuitError("the sine has no frequency: give one.")
        frequency = 1 / stop
    return Sine(offset, amplitude, frequency, math.radians(phase))


def _pulse(v: list[float], step: float | None, stop: float | None) -> Stimulus:
    if len(v) < 2:
        raise CircuitError("PULSE needs two levels at least.")
    low, high, delay, rise, fall, width, period = _padded("PULSE", v, 7)
    if (rise == 0 or fall == 0 or width == 0) and (step is None or stop is None):
        raise CircuitError("PULSE takes times that are not given from .tran, and there is none: give all seven values.")
    rise, fall = rise or step or 0.0, fall or step or 0.0
    width, period = width or stop or 0.0, period or stop or math.inf
    count = _pulses(delay, period, stop)
    if rise == fall and period > width + 2 * rise:
        return PulseTrain(
            low, high, delay, width, period if math.isfinite(period) else 2 * (width + 2 * rise), count, rise
        )
    points = [(0.0, low)]
    for k in range(count):
        foot = delay + k * (period if count > 1 else 0.0)
        points += [(foot, low), (foot + rise, high), (foot + rise + width, high), (foot + rise + width + fall, low)]
    merged = dict(points)
    times = sorted(merged)
    return PWL(tuple(times), tuple(merged[t] for t in times))


def _pulses(delay: float, period: float, stop: float | None) -> int:
    """How many pulses of an endless train begin before the end."""
    if not math.isfinite(period):
        return 1
    return MOST_PULSES if stop is None else max(1, math.ceil((stop - delay) / period))


def _pwl(v: list[float], step: float | None, stop: float | None) -> Stimulus:
    if len(v) < 2 or len(v) % 2:
        raise CircuitError("PWL needs pairs of time and value.")
    return PWL(tuple(v[::2]), tuple(v[1::2]))


_MAKERS = {"sin": _sine, "sine": _sine, "pulse": _pulse, "pwl": _pwl}
