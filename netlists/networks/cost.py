"""What it costs ngspice to run the parts of a network: a model in numbers, of all parts at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ..spice.accuracy import Accuracy
from .figures import Figures
from .pace import pace
from .part_template import WATCHED, of_parts
from .partition import Partition
from .signals import Pulses, Signal, of_stimulus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Parts = Sequence[int] | NDArray[np.intp]

POINT = 2.9e-6
"""On the machine of `pace`: seconds that ngspice takes for a time point of the smallest circuit,"""
ELEMENT = 5.4e-8
"""for every element in it, and"""
CORNER = 1.6e-9
"""for every corner of what drives it, which ngspice looks through at every point (version 39.3)."""
PULSE, PULSE_CLOSE = 28.0, 35.0
"""Time points that a pulse costs those that hear it; the second where switches are watched more closely."""
CORNERS = 4
"""Corners of a pulse."""
CROWDED = 3.0
"""Time points that a pulse costs less for each doubling of how many there are at once."""
SPIKE, SPIKE_BUSY, SPIKE_CLOSE = 135.0, 230.0, 800.0
"""Time points that a spike costs the neuron that makes it: one that rests without input, one that does not, and one
whose switches are watched more closely."""
ECHO = 1.45
"""Time points of a spike whose listeners are in the same matrix, over those of one that is sent out."""
START = 1.5e-3
"""Seconds that a run costs before its first time point: its text, its way to a worker, its result."""
PREPARED, TAPPED = 1.1e-3, 9e-6
"""Seconds that a run costs the main process, and for each signal that it hears."""


@frozen(eq=False)
class CostModel:
    """The cost of running parts, from their figures, what they hear and the expected rate.

    Attributes:
        figures: of all parts.
        stop: seconds.
        level: accuracy.
        rate: expected spikes of a part, hertz.
        heard: pulses of each source that parts may hear.
        pulses: that each part hears in the whole run.
        spikes: that each part makes: parts without a switch make none.
        step: longest step of each part, roughly, seconds.
        each: time points of each part that is run by itself.
        pace: seconds of this machine for one of those in the constants.
    """

    figures: Figures
    stop: float
    level: Accuracy
    rate: float
    heard: Array
    pulses: Array
    spikes: Array
    step: Array
    each: Array
    pace: float

    def points(self, parts: Parts) -> Array:
        """Time points of each of some parts that are run one by one."""
        return self.each[parts]

    def part(self, parts: Parts) -> Array:
        """Seconds of each of some parts by itself."""
        return self.pace * (START + self.each[parts] * _point(self.figures.size[parts], self.pulses[parts]))

    def main(self, parts: Parts) -> float:
        """Seconds of the main process for some parts that are run one by one."""
        return self.pace * float(np.sum(PREPARED + TAPPED * self.figures.taps[parts]))

    def grouped(self, groups: list[list[int]]) -> float:
        """Seconds of parts in groups that share a run; a group of one is run by itself."""
        alone = [g[0] for g in groups if len(g) == 1]
        return float(np.sum(self.part(alone))) + sum(self.batch(g) for g in groups if len(g) > 1)

    def batch(self, parts: Parts) -> float:
        """Seconds of parts in one matrix that do not hear each other, but parts that were run before."""
        pulse, _ = _costs_of_events(self.level, True)
        heard = float(np.sum(self.pulses[parts]))
        others = heard - float(np.sum(self.figures.hears[parts] @ self.heard))
        points = self.matrix_points(parts) + pulse * others
        return self.pace * (START + points * float(_point(self.matrix_size(parts), heard)))

    def matrix(self, parts: Parts) -> float:
        """Seconds of parts in one matrix that hear each other: the points of all, at the cost of all."""
        heard = float(np.sum(self.figures.hears[parts] @ self.heard))
        return self.pace * (START + self.matrix_points(parts) * float(_point(self.matrix_size(parts), heard)))

    def matrix_points(self, parts: Parts) -> float:
        """Time points of one matrix."""
        lines = np.zeros(len(self.heard), bool)
        lines[self.figures.hears[parts].indices] = True
        pulse, spike = _costs_of_events(self.level, True)
        spikes = ECHO * spike * float(np.sum(self.spikes[parts]))
        return (
            max(50.0, self.stop / float(np.min(self.step[parts]))) + pulse * float(np.sum(self.heard[lines])) + spikes
        )

    def matrix_size(self, parts: Parts) -> float:
        """Elements of one matrix, weights among its parts too."""
        return float(np.sum(self.figures.size[parts] + self.figures.taps[parts]))

    def memory(self, parts: Parts) -> float:
        """Bytes of one matrix's results: two signals of every part."""
        return self.matrix_points(parts) * 8 * 2 * len(parts)

    def windowed(self, parts: Parts, window: float, repeats: float) -> float:
        """Seconds of parts that are run window by window."""
        windows = float(np.ceil(self.stop / window))
        once = float(np.sum(self.part(parts))) - self.pace * len(parts) * START
        return repeats * (once + self.pace * windows * len(parts) * (START + 100 * POINT))


def cost_model(partition: Partition, stop: float, level: Accuracy, rate: float) -> CostModel:
    """The model of a partition's cost.

    Args:
        partition: its parts.
        stop: length of the run, seconds.
        level: accuracy.
        rate: expected spikes of a part, hertz.
    """
    figures, own = partition.pieces.figures, rate * stop
    signals = [of_stimulus(v.stimulus) for v in partition.pieces.sources]
    heard, lengths = np.array([_pulses(s, stop) for s in signals]).reshape(-1, 2).T
    pulses = figures.hears @ heard + own * figures.others
    crowd = figures.hears @ lengths / stop
    spikes, step = np.where(figures.switches, own, 0.0), _step(figures, level, stop)
    each, calm = np.maximum(50.0, stop / step), figures.rests
    (pulse, calm_spike), (_, busy_spike) = _costs_of_events(level, True), _costs_of_events(level, False)
    each += np.maximum(pulse - CROWDED * np.log2(1 + crowd), CORNERS) * pulses
    each += np.where(calm, calm_spike, busy_spike) * spikes
    return CostModel(figures, stop, level, rate, heard, pulses, spikes, step, each, pace())


def _point(size: Array | float, pulses: Array | float) -> Array | float:
    """Seconds of a time point of circuits of some size that hear some pulses in the whole run."""
    return POINT + ELEMENT * size + CORNER * CORNERS * pulses


def _costs_of_events(level: Accuracy, rests: bool) -> tuple[float, float]:
    """Time points of a pulse that is heard, and of a spike that is made."""
    if level.reltol_switched < WATCHED:
        return PULSE_CLOSE, SPIKE_CLOSE
    return PULSE, SPIKE if rests else SPIKE_BUSY


def _pulses(signal: Signal, stop: float) -> tuple[float, float]:
    """How many pulses a signal has before the end of a run, and how long they are together, seconds."""
    if not isinstance(signal, Pulses):
        return 0.0, 0.0
    inside = signal.begin < stop
    return float(np.sum(inside)), float(np.sum((signal.end - signal.begin)[inside]))


def _step(figures: Figures, level: Accuracy, stop: float) -> Array:
    steps = np.where(figures.rests, of_parts(level, True).steps_per_slow, of_parts(level, False).steps_per_slow)
    return np.where(np.isfinite(figures.shortest), figures.shortest, stop) / steps
