"""What a source does over time, in a form that can be compared: straight lines between points, or a sine."""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen

from ...circuits.stimuli import Sine, Stimulus
from .near import near


@frozen
class Curve:
    """Points of a broken line, or offset, amplitude, hertz and phase of a sine (then `times` is empty)."""

    times: tuple[float, ...]
    values: tuple[float, ...]

    def __neg__(self) -> Curve:
        if self.times:
            return Curve(self.times, tuple(-v for v in self.values))
        offset, amplitude, hertz, phase = self.values
        return _sine(-offset, amplitude, hertz, phase + math.pi)

    @property
    def is_negative(self) -> bool:
        """Whether its first value that is not 0 is below 0: such a source is told with its ends exchanged."""
        if self.times:
            return next((v for v in self.values if v), 0.0) < 0
        offset, _, _, phase = self.values
        return offset < 0 if offset else phase >= math.pi

    @property
    def is_nothing(self) -> bool:
        """Whether it is 0 at all times."""
        return not any(self.values[:2] if not self.times else self.values)

    def __add__(self, other: Curve) -> Curve | None:
        """The sum of two broken lines; None where one is a sine."""
        if not (self.times and other.times):
            return None
        times = sorted({*self.times, *other.times})
        total = np.interp(times, self.times, self.values) + np.interp(times, other.times, other.values)
        return Curve(tuple(times), tuple(total.tolist()))


def curve(stimulus: Stimulus) -> Curve:
    """The curve of a stimulus; points that lie on the line between their neighbours' equal values are left out."""
    if isinstance(stimulus, Sine):
        return _sine(stimulus.offset, stimulus.amplitude, stimulus.frequency, stimulus.phase)
    times, values = stimulus.breakpoints()
    keep = [k for k, v in enumerate(values) if k == 0 or not v == values[k - 1] == values[min(k + 1, len(values) - 1)]]
    return Curve(tuple(times[k] for k in keep), tuple(values[k] for k in keep))


def _sine(offset: float, amplitude: float, hertz: float, phase: float) -> Curve:
    if amplitude < 0:
        amplitude, phase = -amplitude, phase + math.pi
    turned = phase % (2 * math.pi)
    return Curve((), (offset, amplitude, hertz, 0.0 if math.isclose(turned, 2 * math.pi, rel_tol=1e-12) else turned))


def alike(a: Curve, b: Curve, tolerance: float, stop: float = math.inf) -> bool:
    """Whether two curves are one up to a time.

    Args:
        a: one.
        b: the other.
        tolerance: relative, of times and of the largest value.
        stop: seconds; what comes later does not count.
    """
    if bool(a.times) != bool(b.times):
        return False
    if not a.times or len(a.times) == len(b.times):
        points = zip((*a.times, *a.values), (*b.times, *b.values), strict=True)
        if all(near(x, y, tolerance) for x, y in points):
            return True
    if not a.times:
        return False
    times = np.array(
        sorted({t for t in (*a.times, *b.times) if t <= stop} | ({stop} if math.isfinite(stop) else set()))
    )
    first, second = np.interp(times, a.times, a.values), np.interp(times, b.times, b.values)
    return bool(np.max(np.abs(first - second)) <= tolerance * np.max(np.abs([first, second])))
