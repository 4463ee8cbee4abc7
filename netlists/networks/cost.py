"""What it costs ngspice to run the parts of a network: a model in numbers, of all parts at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ..spice.accuracy import Accuracy
from .figures import Figures
from .partition import Partition
from .signals import Pulses, Signal, of_stimulus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Parts = Sequence[int] | NDArray[np.intp]

POINT = 3.1e-6
"""Seconds that ngspice takes for a time point of the smallest circuit, and"""
ELEMENT = 4.6e-8
"""for every element in it: 4 us for a neuron, 140 us for 100 of them (ngspice 39.3)."""
CORNERS = 35
"""Time points that a pulse costs those that hear it, and"""
SPIKE = 100
"""that a spike costs the neuron that makes it, at `standard`."""
START = 1.5e-3
"""Seconds that a run costs before its first time point: its text, its way to a worker, its result."""


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
        slow: time points of each part when nothing happens to it.
    """

    figures: Figures
    stop: float
    level: Accuracy
    rate: float
    heard: Array
    pulses: Array
    spikes: Array
    slow: Array

    @property
    def step(self) -> Array:
        """Longest step of each part, roughly, seconds: from the time constants of its resistors and capacitors."""
        return _step(self.figures, self.level, self.stop)

    def points(self, parts: Parts) -> Array:
        """Time points of each of some parts that are run one by one."""
        return self.slow[parts] + CORNERS * self.pulses[parts] + SPIKE * self.spikes[parts]

    def part(self, parts: Parts) -> Array:
        """Seconds of each of some parts by itself."""
        return START + self.points(parts) * (POINT + ELEMENT * self.figures.size[parts])

    def grouped(self, groups: list[list[int]]) -> float:
        """Seconds of parts in groups that share a run; a group of one is run by itself."""
        alone = [g[0] for g in groups if len(g) == 1]
        return float(np.sum(self.part(alone))) + sum(self.matrix(g) for g in groups if len(g) > 1)

    def matrix(self, parts: Parts) -> float:
        """Seconds of parts in one matrix: the points of all, at the cost of all."""
        return START + self.matrix_points(parts) * (POINT + ELEMENT * self.matrix_size(parts))

    def matrix_points(self, parts: Parts) -> float:
        """Time points of one matrix."""
        lines = np.zeros(len(self.heard), bool)
        lines[self.figures.hears[parts].indices] = True
        # Switched nodes that drive others ask for a tighter tolerance: twice the points a spike.
        spikes = 2 * SPIKE * float(np.sum(self.spikes[parts]))
        return float(np.max(self.slow[parts])) + CORNERS * float(np.sum(self.heard[lines])) + spikes

    def matrix_size(self, parts: Parts) -> float:
        """Elements of one matrix, weights among its parts too."""
        return float(np.sum(self.figures.size[parts] + self.figures.taps[parts]))

    def memory(self, parts: Parts) -> float:
        """Bytes of one matrix's results: two signals of every part."""
        return self.matrix_points(parts) * 8 * 2 * len(parts)

    def windowed(self, parts: Parts, window: float, repeats: float) -> float:
        """Seconds of parts that are run window by window."""
        windows = float(np.ceil(self.stop / window))
        once = float(np.sum(self.part(parts) - START))
        return repeats * (once + windows * len(parts) * (START + 100 * POINT))


def cost_model(partition: Partition, stop: float, level: Accuracy, rate: float) -> CostModel:
    """The model of a partition's cost.

    Args:
        partition: its parts.
        stop: length of the run, seconds.
        level: accuracy.
        rate: expected spikes of a part, hertz.
    """
    figures, own = partition.pieces.figures, rate * stop
    heard = np.array([_pulses(of_stimulus(v.stimulus), stop) for v in partition.pieces.sources])
    pulses = figures.hears @ heard + own * figures.others
    slow = np.maximum(50.0, stop / _step(figures, level, stop))
    return CostModel(figures, stop, level, rate, heard, pulses, np.where(figures.switches, own, 0.0), slow)


def _pulses(signal: Signal, stop: float) -> float:
    return float(np.sum(signal.begin < stop)) if isinstance(signal, Pulses) else 0.0


def _step(figures: Figures, level: Accuracy, stop: float) -> Array:
    from .part_template import of_parts

    taus = np.where(np.isfinite(figures.shortest), figures.shortest, stop)
    return taus / of_parts(level, True).steps_per_slow
