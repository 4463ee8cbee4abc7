"""A run of a switched linear circuit piece by piece: what was written down, and objects where they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from attrs import field, frozen

from ...circuits.numeric.numeric import Closed
from .flow import Basis, Flow, flows_on
from .inputs import straight

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TOGETHER = 1 << 16
"""Times at which states are evaluated together."""


@frozen(eq=False)
class Piece:
    """The solution from `start` to `end` in one mode."""

    start: float
    end: float
    closed: Closed
    flow: Flow


@frozen(eq=False)
class Stretches:
    """Pieces as rows of arrays.

    Attributes:
        modes: by a number each mode: its closed switches, and its basis.
        which: number of the mode of each piece.
        spans: start and end, shape (pieces, 2), seconds.
        x, u, du: states and inputs at its start and slopes of the inputs; a row for each piece.
    """

    modes: dict[int, tuple[Closed, Basis]]
    which: Any
    spans: Array
    x: Array
    u: Array
    du: Array

    def __len__(self) -> int:
        return len(self.which)

    def pieces(self) -> Iterator[Piece]:
        """The same as objects."""
        for k, (mode, (start, end)) in enumerate(zip(self.which.tolist(), self.spans.tolist(), strict=True)):
            closed, basis = self.modes[mode]
            yield Piece(start, end, closed, Flow(basis, self.x[k], straight(self.u[k], self.du[k])))


@frozen(eq=False)
class Pieces(Sequence[Piece]):
    """All pieces of a run in order; objects are made of them when the first is asked for."""

    _parts: list[Piece | Stretches] = field(factory=list)
    _made: list[Piece] = field(factory=list)

    def append(self, part: Piece | Stretches) -> None:
        """Add one, or several."""
        self._parts.append(part)

    def __len__(self) -> int:
        return sum(1 if isinstance(p, Piece) else len(p) for p in self._parts)

    @overload
    def __getitem__(self, index: int) -> Piece: ...
    @overload
    def __getitem__(self, index: slice) -> list[Piece]: ...
    def __getitem__(self, index: int | slice) -> Piece | list[Piece]:
        return self._all[index]

    def __iter__(self) -> Iterator[Piece]:
        return iter(self._all)

    @property
    def _all(self) -> list[Piece]:
        if len(self._made) < len(self):
            self._made[:] = [p for part in self._parts for p in ([part] if isinstance(part, Piece) else part.pieces())]
        return self._made

    @property
    def modes(self) -> dict[Closed, Basis]:
        """Bases of all that it goes through."""
        found: dict[Closed, Basis] = {}
        for part in self._parts:
            found |= {part.closed: part.flow.basis} if isinstance(part, Piece) else dict(part.modes.values())
        return found

    @property
    def plain(self) -> bool:
        """Whether all modes have eigenvectors, and no input is a sine."""
        sines = any(isinstance(p, Piece) and len(p.flow.drive.sine_input) for p in self._parts)
        return not sines and all(b.vectors is not None for b in self.modes.values())

    def stretches(self) -> list[Stretches]:
        """All as arrays."""
        return [_stretch(p) if isinstance(p, Piece) else p for p in self._parts]


def _stretch(piece: Piece) -> Stretches:
    """One without sines as arrays."""
    drive, span = piece.flow.drive, np.array([[piece.start, piece.end]])
    rows = (piece.flow.start, drive.value, drive.slope)
    return Stretches({0: (piece.closed, piece.flow.basis)}, np.zeros(1, int), span, *(r[None] for r in rows))


def states_in(pieces: Sequence[Piece], which: NDArray[np.int64], times: Array) -> Array:
    """States at times, each in one of some pieces; shape (n, times). Pieces of one mode are evaluated together.

    Args:
        pieces: all of them.
        which: the piece of each time.
        times: seconds.
    """
    found = np.empty((len(pieces[0].flow.start), len(times)))
    for first in range(0, len(times), TOGETHER):
        part = slice(first, first + TOGETHER)
        used, place = np.unique(which[part], return_inverse=True)
        since = times[part] - np.array([pieces[k].start for k in used])[place]
        for members in _of_one_mode([pieces[k].flow for k in used]):
            inside = np.isin(place, members)
            flows, own = [pieces[used[k]].flow for k in members], np.searchsorted(members, place[inside])
            flow = flows_on(flows, own) if len(flows) > 1 else flows[0]
            found[:, first + np.flatnonzero(inside)] = flow.states(since[inside])
    return found


def _of_one_mode(flows: Sequence[Flow]) -> list[list[int]]:
    """Places of the flows that can be evaluated together."""
    groups: dict[int, list[int]] = {}
    for k, flow in enumerate(flows):
        groups.setdefault(id(flow.basis) if flow.sound else -1 - k, []).append(k)
    return list(groups.values())
