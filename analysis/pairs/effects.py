"""What the differences of two circuits do: to waveforms, time constants and how often nodes rise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ...circuits.element import GROUND
from ...circuits.errors import LapicqueError
from ...circuits.units import show
from .runs import Run, time_constants

Array = NDArray[np.float64]

SAME = {"equations": 1e-6, "ngspice": 1e-3}
"""Part of its swing by which a waveform of two runs of one circuit may differ, by who ran them."""
EDGES = 1e-3
"""Part of a run in which two waveforms may differ all the same: around edges that are a little apart."""


@frozen
class Difference:
    """How far one node of two circuits is apart.

    Attributes:
        node: of the first circuit.
        worst: largest difference, volts.
        at: when, seconds.
        first: of the first circuit there, volts.
        second: of the second circuit there, volts.
        swing: of the first circuit, volts.
        apart: part of the run in which they differ by more than two runs of one circuit do.
        rises: how often each rises through the middle of the first one's swing.
        begin: when each does so first, seconds; not a number where it does not.
    """

    node: str
    worst: float
    at: float
    first: float
    second: float
    swing: float
    apart: float
    rises: tuple[int, int]
    begin: tuple[float, float]

    @property
    def part(self) -> float:
        """Largest difference over the swing; infinite where the first circuit rests and the second does not."""
        return self.worst / self.swing if self.swing else (np.inf if self.worst else 0.0)

    @property
    def same(self) -> bool:
        """Whether they do the same."""
        return self.apart <= EDGES and self.rises[0] == self.rises[1]


def differences(a: Run, b: Run, nodes: Mapping[str, str]) -> tuple[Difference, ...]:
    """Lay two runs over each other, the worst node first.

    Args:
        a: run of the first circuit.
        b: run of the second, as long.
        nodes: of the second circuit to those of the first.
    """
    times = np.unique(np.concatenate([a.times, b.times]))
    times = times[(times >= max(a.times[0], b.times[0])) & (times <= min(a.stop, b.stop))]
    limit = max(SAME[a.by], SAME[b.by])
    kept = [(x, y) for y, x in nodes.items() if x != GROUND and x in a.circuit.nodes and y in b.circuit.nodes]
    found = [_one(a, b, x, y, times, limit) for x, y in kept]
    return tuple(sorted(found, key=lambda d: -d.part))


def _one(a: Run, b: Run, node: str, other: str, times: Array, limit: float) -> Difference:
    first, second = a.voltage(node, GROUND, times), b.voltage(other, GROUND, times)
    away = np.abs(second - first)
    k = int(np.argmax(away))
    swing = float(first.max() - first.min()) or float(np.abs(first).max())
    middle = float(first.max() + first.min()) / 2
    rises = [r.rises(n, middle) for r, n in ((a, node), (b, other))]
    lengths = np.gradient(times) if len(times) > 1 else np.ones(1)
    apart = float(lengths[away > limit * max(swing, 1e-6)].sum() / lengths.sum())
    begin = tuple(float(r[0]) if len(r) else np.nan for r in rises)
    return Difference(
        node, float(away[k]), float(times[k]), float(first[k]), float(second[k]), swing, apart,
        (len(rises[0]), len(rises[1])), (begin[0], begin[1]),
    )  # fmt: skip


def told(a: Run, b: Run, found: tuple[Difference, ...]) -> Iterator[str]:
    """The effects in sentences.

    Args:
        a: run of the first circuit.
        b: run of the second.
        found: what `differences` gave.
    """
    other = [d for d in found if not d.same]
    if not other:
        yield f"the waveforms of {len(found)} nodes show nothing of it in {_si(a.stop, 's')}"
    else:
        d = other[0]
        yield (
            f"v({d.node}) differs most, by {_si(d.worst, 'V')} at {_si(d.at, 's')}: {_si(d.second, 'V')}, "
            f"not {_si(d.first, 'V')}"
        )
    for d in other:
        if max(d.rises) > 1 and d.rises[0] != d.rises[1]:
            yield f"{d.node} rises {_times(d.rises[1])} through its middle, not {_times(d.rises[0])}{_first(d)}"
            break
    yield from _constants(a, b)


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def _first(d: Difference) -> str:
    if np.isnan(d.begin).any():
        return ""
    return f"; first at {_si(d.begin[1], 's')}, not {_si(d.begin[0], 's')}"


def _constants(a: Run, b: Run) -> Iterator[str]:
    """The longest time constant that differs."""
    try:
        first, second = (time_constants(r.circuit) for r in (a, b))
    except LapicqueError:  # without equations there are none, and the waveforms were told
        return
    if len(first) != len(second):
        yield f"it has {len(second)} time constants, not {len(first)}"
        return
    for x, y in zip(first, second, strict=True):
        if abs(x - y) > 1e-6 * max(x, y):
            yield f"a time constant is {_si(y, 's')}, not {_si(x, 's')}"
            return


def _si(value: float, unit: str) -> str:
    return show(float(f"{value:.3g}"), unit)
