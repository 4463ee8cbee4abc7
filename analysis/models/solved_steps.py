"""Solver steps in order, kept as arrays; each is made an object when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, overload

import numpy as np
from attrs import frozen

from .field import Field
from .inputs import Drive, InputPlan
from .step_polynomials import Polynomials, SolverStep, polynomials

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TOGETHER = 4096
"""Most times at which steps are asked at once."""


@frozen(eq=False, slots=False)
class Stretch:
    """What some steps in a row share: the state of switches and jumps, and inputs without a bend since a time."""

    field: Field
    plan: InputPlan
    since: float

    @cached_property
    def drive(self) -> Drive:
        """The inputs."""
        return self.plan.drive(self.since)


@frozen(eq=False, slots=False)
class Steps(Sequence[SolverStep]):
    """Steps in order.

    Attributes:
        stretches: in order.
        which: the stretch of each step, shape (steps,).
        spans: start and end of each, shape (steps, 2).
        polynomials: one each.
        within: start, end and time of the polynomial of each, seconds since its stretch began, shape (steps, 3).
    """

    stretches: tuple[Stretch, ...]
    which: NDArray[np.int64]
    spans: Array
    polynomials: Polynomials
    within: Array

    def __len__(self) -> int:
        return len(self.which)

    @overload
    def __getitem__(self, index: int) -> SolverStep: ...

    @overload
    def __getitem__(self, index: slice | NDArray[np.int64]) -> Steps: ...

    def __getitem__(self, index: int | slice | NDArray[np.int64]) -> SolverStep | Steps:
        if isinstance(index, (slice, np.ndarray)):
            which = np.arange(len(self))[index]
            every = self.polynomials.of(which)
            return Steps(self.stretches, self.which[which], self.spans[which], every, self.within[which])
        stretch, (start, end) = self.stretches[self.which[index]], self.spans[index].tolist()
        coefficients, time, scale = (a[index] for a in self.polynomials)
        return SolverStep(
            start, end, stretch.field, stretch.drive, stretch.since, coefficients, float(time), float(scale)
        )

    def __iter__(self) -> Iterator[SolverStep]:
        return (self[k] for k in range(len(self)))

    def states(self, which: NDArray[np.int64], times: Array) -> Array:
        """States at times, each on one of the steps; shape (n, times).

        Args:
            which: the step of each time.
            times: seconds.
        """
        found = np.empty((self.polynomials.coefficients.shape[1], len(times)))
        for first in range(0, len(times), TOGETHER):
            part = slice(first, first + TOGETHER)
            used, place = np.unique(which[part], return_inverse=True)
            found[:, part] = self.polynomials.of(used).of(place).values(times[part, None])[..., 0]
        return found

    @property
    def alike(self) -> tuple[list[SolverStep], NDArray[np.int64]]:
        """A step of each state that a circuit is in, and the state of each step; of slides each is its own."""
        keys = [s.field if s.field.state.slides else s.field.state for s in self.stretches]
        order = {key: k for k, key in enumerate(dict.fromkeys(keys))}
        state = np.array([order[key] for key in keys])[self.which]
        found, first = np.unique(state, return_index=True)
        return [self[int(k)] for k in first], np.searchsorted(found, state)

    @property
    def sliding(self) -> Steps:
        """Those along a jump of a law."""
        slides = np.array([bool(s.field.state.slides) for s in self.stretches])
        return self[np.flatnonzero(slides[self.which])]


def listed(steps: Sequence[SolverStep], stretch: Stretch) -> Steps:
    """Steps of one stretch, as arrays."""
    spans = np.array([(s.start, s.end) for s in steps])
    every = polynomials(steps)
    within = np.column_stack([spans, every.times]) - stretch.since
    return Steps((stretch,), np.zeros(len(steps), dtype=np.int64), spans, every, within)


def joined(parts: Sequence[Steps]) -> Steps:
    """Steps of some runs, one after the other; shorter polynomials are filled up with zeros."""
    if len(parts) == 1:
        return parts[0]
    order = max(p.polynomials.coefficients.shape[2] for p in parts)
    filled = [
        np.pad(p.polynomials.coefficients, ((0, 0), (0, 0), (0, order - p.polynomials.coefficients.shape[2])))
        for p in parts
    ]
    first = np.cumsum([0, *(len(p.stretches) for p in parts)])
    every = Polynomials(np.concatenate(filled), *(np.concatenate([p.polynomials[k] for p in parts]) for k in (1, 2)))
    which = np.concatenate([p.which + k for p, k in zip(parts, first, strict=False)])
    stretches = tuple(s for p in parts for s in p.stretches)
    spans, within = (np.concatenate([getattr(p, a) for p in parts]) for a in ("spans", "within"))
    return Steps(stretches, which, spans, every, within)
