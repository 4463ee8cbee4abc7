"""The cells of a population as rows of numbers: circuits are made of them where somebody looks at one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from .cells import Cell, cell, input_units
from .populations import FIELDS, Population
from .scale import Scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

PLAIN = 1e12
"""A cell whose numbers lie between this and its inverse can be built: no part is a product of more than seven."""


@frozen(eq=False)
class Cells:
    """The cells of a population, one a neuron; neurons of equal numbers share theirs.

    Attributes:
        population: whose neurons they are.
        scale: from model units to parts.
        which: of each neuron, the number of its cell among the distinct ones.
        first: of each distinct cell, a neuron that has it.
    """

    population: Population
    scale: Scale
    which: NDArray[np.intp] = field(repr=False)
    first: NDArray[np.intp] = field(repr=False)

    def __len__(self) -> int:
        return self.population.size

    def __getitem__(self, index: int) -> Cell:
        if not -len(self) <= index < len(self):
            raise IndexError(f"population {self.population.name!r} has {len(self)} neurons, and no neuron {index}.")
        return cell(self.population, index % len(self), self.scale)

    @property
    def distinct(self) -> Sequence[Cell]:
        """Every cell that differs from all others, in the order of `first`."""
        return [self[int(k)] for k in self.first]

    def build(self) -> Sequence[Cell]:
        """Make all cells.

        Raises:
            LapicqueError: numbers of which a cell cannot be built.
        """
        return self.distinct

    @cached_property
    def units(self) -> Array:
        """Amperes into each neuron that stand for an input of 1."""
        return input_units(self.population, self.scale)

    @property
    def shortest(self) -> Array:
        """The shortest time constant within each cell, seconds; infinite where nothing leaks."""
        p = self.population
        return np.fmin(p.tau_mem, p.tau_syn) if p.has_state else np.full(p.size, self.scale.width)

    @property
    def rests(self) -> NDArray[np.bool_]:
        """Whether each cell comes to rest when nothing enters."""
        p = self.population
        return p.rest <= p.v_threshold if p.spikes or not p.has_state else np.isfinite(p.rest)

    @property
    def form(self) -> NDArray[np.intp]:
        """A number for each neuron: cells of one number have the same elements, of other values."""
        p = self.population
        there = (p.bias != 0, p.v_leak != 0, p.v_reset != 0, np.isfinite(p.tau_mem))
        return np.sum([2**k * np.asarray(flag, np.intp) for k, flag in enumerate(there)], axis=0)


def cells_of(population: Population, scale: Scale) -> Cells:
    """The cells of a population.

    Raises:
        LapicqueError: numbers of which no cell can be built; names the part.
    """
    table = np.stack([getattr(population, f) for f in FIELDS], axis=1)
    # Time constants are above zero: -1 is none.
    _, first, which = np.unique(np.where(np.isnan(table), -1.0, table), axis=0, return_index=True, return_inverse=True)
    made = Cells(population, scale, which.ravel(), first)
    if not _plain(table, scale, population.name):
        made.build()  # the part at fault says so
    return made


def _plain(table: Array, scale: Scale, name: str) -> bool:
    """Whether all numbers of some cells are of an order that every part of them can have."""
    own = np.array([scale.volt(name), scale.ohm, scale.width])
    numbers = np.abs(np.concatenate([table[np.isfinite(table) & (table != 0)], own]))
    return bool(((numbers > 1 / PLAIN) & (numbers < PLAIN)).all())
