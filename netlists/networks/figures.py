"""What the cost of a part depends on, in numbers: of all parts at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from ...circuits.elements import C, R, S, V
from .part import Part
from .part_template import rests_alone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SWITCH = 4
"""Elements that a switch is in a netlist."""


@frozen(eq=False)
class Figures:
    """Parts in numbers; every array has one entry a part.

    Attributes:
        size: elements, a switch being four.
        switches: whether it has any.
        shortest: time constant of its resistors and capacitors, seconds; infinite where there is none.
        rests: whether it comes to rest when nothing enters.
        moves: whether a source of its own changes over time.
        taps: signals that it reads, and
        others: those of them that other parts make.
        hears: sparse, shape (parts, sources): how often it reads each of the sources that hold a node.
    """

    size: Array
    switches: NDArray[np.bool_]
    shortest: Array
    rests: NDArray[np.bool_]
    moves: NDArray[np.bool_]
    taps: Array
    others: Array
    hears: Any


def figures_of(parts: Sequence[Part], sources: Sequence[V]) -> Figures:
    """Read the numbers of parts off their elements.

    Args:
        parts: of a circuit.
        sources: of the circuit that hold a node.
    """
    from scipy.sparse import csr_array

    column = {v.plus: k for k, v in enumerate(sources)}
    heard = [[column[t.plus] for t in p.taps if t.plus in column] for p in parts]
    ends = np.cumsum([0, *map(len, heard)])
    columns = np.array([k for row in heard for k in row], dtype=np.int32)
    taps = np.array([sum(1 for _ in p.taps) for p in parts], dtype=float)
    return Figures(
        np.array([sum(SWITCH if isinstance(e, S) else 1 for e in p.elements) for p in parts], dtype=float),
        np.array([any(isinstance(e, S) for e in p.elements) for p in parts], dtype=bool),
        np.array([_shortest(p) for p in parts], dtype=float),
        np.array([rests_alone(p) for p in parts], dtype=bool),
        np.array([p.moves for p in parts], dtype=bool),
        taps,
        taps - np.diff(ends),
        csr_array((np.ones(len(columns)), columns, ends), shape=(len(parts), len(sources))),
    )


def _shortest(part: Part) -> float:
    capacitors = [e for e in part.elements if isinstance(e, C)]
    resistors = [e for e in part.elements if isinstance(e, R)]
    return min((r.value * c.value for c in capacitors for r in resistors if c.plus in r.nodes), default=np.inf)
