"""Who reads whom among the parts of a circuit, and in which order they can be run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Numbers = NDArray[np.intp]


@frozen(eq=False)
class Links:
    """Signals that pass from part to part; every array has one entry a signal that a part reads of a part.

    Attributes:
        reader: number of the part that reads.
        source: number of the part that is read.
        delay: seconds.
    """

    reader: Numbers
    source: Numbers
    delay: Array


@frozen(eq=False)
class Order:
    """The parts in the order in which they can be run.

    Attributes:
        stages: strongly connected sets of parts, those that are read before those that read them.
        generations: indices of the stages that do not depend on each other.
        feeds_back: of each stage, whether a part in it reads a part in it.
        stage_of: of each part, its stage.
    """

    stages: tuple[tuple[int, ...], ...]
    generations: tuple[tuple[int, ...], ...]
    feeds_back: tuple[bool, ...]
    stage_of: Numbers


def order_of(count: int, links: Links) -> Order:
    """Strongly connected sets in topological order, the generations of that order, and who feeds back."""
    from scipy.sparse.csgraph import connected_components

    if not count:
        return Order((), (), (), np.zeros(0, np.intp))
    number, label = connected_components(_graph(count, links.source, links.reader), connection="strong")
    first = np.full(number, count)
    np.minimum.at(first, label, np.arange(count))
    between = _graph(number, label[links.source], label[links.reader]).tocoo()
    heard, hears = between.coords
    level = _levels(number, heard[heard != hears], hears[heard != hears])
    place = np.empty(number, np.intp)
    place[np.lexsort((first, level))] = np.arange(number)
    stage_of = place[label]
    by_stage = np.argsort(stage_of, kind="stable")
    sizes = np.bincount(stage_of, minlength=number)
    stages = tuple(tuple(s.tolist()) for s in np.split(by_stage, np.cumsum(sizes)[:-1]))
    ends = np.cumsum(np.bincount(level)).tolist()
    generations = tuple(tuple(range(a, b)) for a, b in zip([0, *ends], ends, strict=False))
    back = sizes > 1
    back[stage_of[links.reader[links.reader == links.source]]] = True
    return Order(stages, generations, tuple(back.tolist()), stage_of)


def _graph(count: int, source: Numbers, reader: Numbers) -> Any:
    """Who reads whom, each pair once."""
    from scipy.sparse import coo_array

    return coo_array((np.ones(len(source), bool), (source, reader)), shape=(count, count)).tocsr()


def _levels(count: int, before: Numbers, after: Numbers) -> Numbers:
    """Of each node of a graph without loops, the length of the longest way to it."""
    order = np.argsort(before, kind="stable")
    after, first = after[order], np.searchsorted(before[order], np.arange(count + 1))
    waits, level = np.bincount(after, minlength=count), np.zeros(count, np.intp)
    here = np.flatnonzero(waits == 0)
    for depth in range(count):
        level[here] = depth
        reached = np.concatenate([np.zeros(0, np.intp), *(after[first[k] : first[k + 1]] for k in here.tolist())])
        following, times = np.unique(reached, return_counts=True)
        waits[following] -= times
        here = following[waits[following] == 0]
        if not len(here):
            break
    return level
