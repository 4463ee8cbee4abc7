"""Coupled inductors: which hang together, and their inductance matrix L with v = L di/dt."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import sqrt
from typing import Any

from .description import Description
from .elements import K, L
from .errors import CircuitError, QuantityError, unknown
from .graph import Groups

MOST = 6
"""Inductors that may hang together by couplings: beyond that the inverse of their matrix is no formula to read."""


def mutual_inductance(factor: Any, first: Any, second: Any, root: Callable[[Any], Any]) -> Any:
    """k sqrt(L1 L2), of numbers or of symbols, by the square root of such."""
    return factor * root(first) * root(second)


def mutual_inductances(circuit: Description) -> dict[K, float]:
    """That of each coupling, henries."""
    couplings = circuit.of_type(K)
    if not couplings:
        return {}
    size = {e.name: e.value for e in circuit.of_type(L)}
    return {k: mutual_inductance(k.value, size[k.first], size[k.second], sqrt) for k in couplings}


def coupled_groups(circuit: Description) -> tuple[tuple[L, ...], ...]:
    """Inductors that couplings join, directly or by others, in the order of the circuit."""
    couplings = circuit.of_type(K)
    if not couplings:
        return ()
    inductors = {e.name: e for e in circuit.of_type(L)}
    groups = Groups(inductors)
    for k in couplings:
        groups.join(*k.inductors)
    found: dict[str, list[L]] = {}
    for name, e in inductors.items():
        found.setdefault(groups.find(name), []).append(e)
    return tuple(tuple(group) for group in found.values() if len(group) > 1)


def within(circuit: Description, group: tuple[L, ...]) -> tuple[K, ...]:
    """The couplings of one group."""
    names = {e.name for e in group}
    return tuple(k for k in circuit.of_type(K) if k.first in names)


def check_couplings(circuit: Description) -> None:
    """Refuse couplings of what is no inductor, two of the same pair, and groups that are too large.

    Raises:
        CircuitError: names them and says what to do.
    """
    couplings = circuit.of_type(K)
    inductors = [e.name for e in circuit.of_type(L)]
    seen: dict[frozenset[str], str] = {}
    for k in couplings:
        for name in k.inductors:
            if name not in inductors:
                raise unknown(f"inductor (coupled by {k.name!r})", name, inductors)
        pair = frozenset(k.inductors)
        if pair in seen:
            raise CircuitError(
                f"{seen[pair]!r} and {k.name!r} both couple {k.first!r} and {k.second!r}: take one of them out."
            )
        seen[pair] = k.name
    for group in coupled_groups(circuit):
        if len(group) > MOST:
            names = ", ".join(e.name for e in group)
            raise CircuitError(f"couplings join {len(group)} inductors ({names}): at most {MOST} are taken together.")


def check_factors(circuit: Description) -> None:
    """Refuse factors that three or more windings cannot have together: they would give energy without end.

    Raises:
        QuantityError: the matrix of the factors, 1 on its diagonal, is not positive definite.
    """
    for group in coupled_groups(circuit):
        if len(group) < 3:
            continue
        import numpy as np

        couplings = within(circuit, group)
        factor = {frozenset(k.inductors): k.value for k in couplings}
        matrix = np.eye(len(group))
        for (i, a), (j, b) in combinations(enumerate(group), 2):
            matrix[i, j] = matrix[j, i] = factor.get(frozenset((a.name, b.name)), 0.0)
        if np.linalg.eigvalsh(matrix)[0] <= 0:
            names, all_ = ", ".join(e.name for e in group), ", ".join(f"{k.name} = {k.value:g}" for k in couplings)
            raise QuantityError(
                f"{all_}: windings {names} cannot be coupled so, some currents in them would hold less energy than "
                "none; where two are each close to a third, they are close to each other: make the missing or the "
                "smallest factor larger, or the others smaller."
            )
