"""What independent sources do over time, from their cards."""

from __future__ import annotations

import itertools
import math
import re

from ...circuits.errors import CircuitError
from ...circuits.sizes import MOST_POINTS, within
from ...circuits.smooth_stimuli import AM, FM, Exponential, Sine
from ...circuits.stimuli import PWL, Constant, EndlessPulses, Step, Stimulus
from ...circuits.straight_stimuli import CORNERS
from .numbers import number

TOP = JUMP = 1e-6
ROUNDING = 1e-12
_FUNCTION = re.compile(r"\b(pulse|sin|sine|pwl|exp|sffm|am|trnoise|trrandom)\b\s*\(?([^()]*)\)?", re.IGNORECASE)


def stimulus_of(rest: str, step: float | None, stop: float | None, dialect: str = "ngspice") -> tuple[Stimulus, float]:
    """Read what follows the nodes of a source.

    Args:
        rest: in lower case, parameters resolved.
        step: of `.tran`, seconds: what edges without a length take.
        stop: of `.tran`, seconds.
        dialect: whose defaults are meant.

    Returns:
        The stimulus, and the amplitude of a small signal.

    Raises:
        CircuitError: what is not understood; says why.
    """
    found = _FUNCTION.search(rest)
    constant, small = _plain(beside_function(rest))
    if not found:
        return Constant(constant or 0.0), small
    if (behind := rest[found.end() :].split()) and number(behind[0]) is not None:
        raise CircuitError(
            f"{behind[0]!r} behind {found[1].upper()}(...) is one more value of it to ngspice: write it inside, or DC "
            f"{behind[0]}."
        )
    values = [_value(w) for w in found[2].replace(",", " ").split()]
    makers = _MAKERS | _OWN[dialect]
    if found[1] not in makers:
        raise CircuitError(f"sources of kind {found[1].upper()} are not known here yet.")
    return makers[found[1]](values, step, stop), small


def beside_function(rest: str) -> list[str]:
    """The words of a source that are not its function over time."""
    found = _FUNCTION.search(rest)
    return (rest[: found.start()] + " " + rest[found.end() :] if found else rest).split()


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
    return Sine(
        offset, amplitude, frequency or _once(stop, "the sine has no frequency"), math.radians(phase), delay, damping
    )


def _once(stop: float | None, what: str) -> float:
    """The frequency of which one period is as long as `.tran`.

    Raises:
        CircuitError: there is no `.tran`.
    """
    if not stop:
        raise CircuitError(f"{what}: give one.")
    return 1 / stop


def _exponential(v: list[float], step: float | None, stop: float | None) -> Stimulus:
    """ngspice's: a first delay of 0 is a step of `.tran`."""
    if not _padded("EXP", v, 6)[2] and not step:
        raise CircuitError("EXP takes a delay of 0 from .tran, and there is none: give all six times.")
    return _exponential_at_once([*v[:2], _padded("EXP", v, 6)[2] or step or 0.0, *v[3:]], step, stop)


def _exponential_at_once(v: list[float], step: float | None, stop: float | None) -> Stimulus:
    """All others': a first delay of 0 is none."""
    low, high, at, tau, back_at, back_tau = _padded("EXP", v, 6)
    if not (tau and back_at and back_tau):
        if not step:
            raise CircuitError("EXP takes times that are not given, or 0, from .tran, and there is none: give all six.")
        tau, back_at, back_tau = tau or step, back_at or at + step, back_tau or step
    return Exponential(low, high, at, tau, back_at, back_tau)


def _am(v: list[float], step: float | None, stop: float | None) -> Stimulus:
    amplitude, offset, modulation, carrier, delay = _padded("AM", v, 5)
    return AM(amplitude, offset, modulation or _once(stop, "AM has no modulating frequency"), carrier, delay)


def _fm(v: list[float], step: float | None, stop: float | None) -> Stimulus:
    offset, amplitude, carrier, index, modulation = _padded("SFFM", v, 5)
    carrier, modulation = (f or _once(stop, "SFFM has a frequency of 0") for f in (carrier, modulation))
    return FM(offset, amplitude, carrier, index, modulation)


def _pulse_values(v: list[float], step: float | None) -> list[float]:
    """All eight, with edges."""
    if len(v) < 2:
        raise CircuitError("PULSE needs two levels at least.")
    low, high, delay, rise, fall, width, period, many = _padded("PULSE", v, 8)
    if many < 0 or many % 1:
        raise CircuitError(
            f"PULSE comes {many:g} times: give a whole number of pulses, or none for pulses without end."
        )
    if (rise == 0 or (fall == 0 and width)) and not step:
        raise CircuitError("PULSE takes edges that are not given, or 0, from .tran, and there is none: give them.")
    return [low, high, delay, rise or step or 0.0, fall or step or 0.0, width, period, many]


def _pulse_of_ngspice(v: list[float], step: float | None, stop: float | None) -> Stimulus:
    """A period that ends while the pulse is high jumps back to the first level.

    Here that takes a millionth of the period, or an edge if that is shorter, and it waits as long before it rises.
    """
    low, high, delay, rise, fall, width, period, many = _pulse_values(v, step)
    jump = min(rise, fall, JUMP * period)
    if width and rise + 2 * jump < period <= rise + width:
        top = period - rise - 2 * jump
        if many:
            return _pulses(low, high, delay, (rise, top, jump), period, int(many))
        return EndlessPulses(low, high, delay, rise, jump, top, period)
    return _pulse(v, step, stop)


def _pulse_of_ltspice(v: list[float], step: float | None, stop: float | None) -> Stimulus:
    """One of no width is a triangle: its top is a millionth of an edge long here."""
    low, high, delay, rise, fall, width, period, many = _pulse_values(v, step)
    if period and not width and not many and rise + fall <= period * (1 + ROUNDING):
        top = TOP * min(rise, fall)
        return EndlessPulses(low, high, delay, rise, min(fall, period - rise - 2 * top), top, period)
    return _pulse(v, step, stop)


def _pulse(v: list[float], step: float | None, stop: float | None) -> Stimulus:
    low, high, delay, rise, fall, width, period, many = _pulse_values(v, step)
    if not width:
        if period:
            raise CircuitError("PULSE with a period and no width (0 is the length of .tran): give one.")
        return Step(low, high, delay, rise)
    if period and abs(period - rise - width - fall) <= ROUNDING * period:
        fall = period - rise - width  # 19 + 1 + 0.01 us are not quite 20.01 us in doubles
    if period and period < rise + width + fall:
        raise CircuitError(f"the period of PULSE, {period:g} s, is shorter than its edges and width: make it longer.")
    if period and not many:
        return EndlessPulses(low, high, delay, rise, fall, width, period)
    return _pulses(low, high, delay, (rise, width, fall), period, int(many) if period else 1)


def _pulses(low: float, high: float, delay: float, shape: tuple[float, ...], period: float, count: int) -> Stimulus:
    """So many pulses."""
    within(CORNERS * count, "the number of corners of PULSE", MOST_POINTS)
    points = {0.0: low}
    for k in range(count):
        foot = delay + k * period
        times = itertools.accumulate(shape, initial=foot)
        points |= dict(zip(times, (low, high, high, low), strict=True))
    return PWL(tuple(points), tuple(points.values()))


def _pwl(v: list[float], step: float | None, stop: float | None) -> Stimulus:
    if len(v) < 2 or len(v) % 2:
        raise CircuitError("PWL needs pairs of time and value.")
    return PWL(tuple(v[::2]), tuple(v[1::2]))


_MAKERS = {
    "sin": _sine, "sine": _sine, "pulse": _pulse, "pwl": _pwl, "exp": _exponential_at_once, "am": _am, "sffm": _fm,
}  # fmt: skip
_OWN = {
    "ngspice": {"exp": _exponential, "pulse": _pulse_of_ngspice}, "ltspice": {"pulse": _pulse_of_ltspice},
    "pspice": {}, "hspice": {},
}  # fmt: skip
"""What each dialect has otherwise."""
