"""Pairs of nodes that follow from pairs that are certain: who is the only one behind a part of one kind at both."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Mapping, Sequence

from .parts import Part

Key = tuple[Hashable, ...]
Beside = dict[str, dict[Key, list[str]]]
"""By node: the nodes behind parts, by the label of the part and both of its pins."""


def grown(
    circuits: tuple[Sequence[Part], Sequence[Part]], certain: Mapping[str, str], label: Callable[[Part], Hashable]
) -> Mapping[str, str]:
    """Go from pair to pair.

    Args:
        circuits: parts of the first and of the second.
        certain: nodes of the second to those of the first.
        label: of a part.

    Returns:
        The pairs that are certain and those that follow, nodes of the second to those of the first.
    """
    first, second = (_beside(parts, label) for parts in circuits)
    found, taken = dict(certain), set(certain.values())
    ready = deque(found)
    while ready:
        y = ready.popleft()
        x = found[y]
        for key, theirs in second[y].items():
            free = list(dict.fromkeys(n for n in theirs if n not in found))
            own = list(dict.fromkeys(n for n in first[x][key] if n not in taken))
            if len(free) == len(own) == 1:
                found[free[0]] = own[0]
                taken.add(own[0])
                ready.append(free[0])
    return found


def _beside(parts: Sequence[Part], label: Callable[[Part], Hashable]) -> Beside:
    found: Beside = defaultdict(lambda: defaultdict(list))
    for p in parts:
        what = label(p)
        ends = [0 if p.exchangeable and k < 2 else k for k in range(len(p.pins))]
        for i, here in enumerate(p.pins):
            for j, there in enumerate(p.pins):
                if there != here:
                    found[here][what, ends[i], ends[j]].append(there)
    return found
