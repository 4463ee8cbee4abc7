"""What the differences of two parts cost, so that the cheapest explanation of two circuits is the likeliest."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ...circuits.elements import B
from .curves import alike
from .isomorphism import same_law
from .near import near
from .parts import LAW_AT, Part

ABSENT = 2.0
"""A part that only one circuit has."""
KIND = 1.8
"""A part of another kind between the same nodes; more than any part of the same kind differs by is not found so."""
LONE = 100.0
"""Two parts that never stand for each other."""
VALUE = 1.0
SLIP = 0.9
START = 0.8
OTHER_NAME = 1e-4
MOST = 1.7
"""Differences of values cost no more than this together: they are of one card."""
POWERS = (3, 6, 9, 12, 15, 18)
"""Powers of ten between prefixes."""


@frozen
class Weights:
    """What counts as equal, and what a polarity costs.

    Attributes:
        tolerance: relative, of values.
        stop: seconds; what sources do later does not count.
        turned: cost of two ends that are exchanged.
    """

    tolerance: float
    stop: float = math.inf
    turned: float = 1.0


def differing(a: Part, b: Part, weights: Weights) -> list[str]:
    """The values by which two parts of one kind differ; `stimulus`, `law` and fields of form are among them."""
    found = [q for q, v in a.values.items() if not near(v, b.values.get(q, math.nan), weights.tolerance)]
    laws = [q for q in found if q.startswith(LAW_AT)]
    found = [q for q in found if q not in laws[1:]]  # one level shows that a law is another one
    if a.curve is not None and b.curve is not None and not alike(a.curve, b.curve, weights.tolerance, weights.stop):
        found.append("stimulus")
    if a.form != b.form:
        found.append("form")
    return found


def is_slip(x: float, y: float) -> bool:
    """Whether two values differ by what lies between two prefixes, such as m and Meg."""
    if not (x and y and x * y > 0):
        return False
    power = round(abs(math.log10(x / y)))
    return power in POWERS and math.isclose(max(x / y, y / x), 10.0**power, rel_tol=1e-6)


def base_costs(a: Sequence[Part], b: Sequence[Part], weights: Weights) -> NDArray[np.float64]:
    """What parts differ by, their nodes left out; shape (parts of a, parts of b)."""
    rows = [[_cost(x, y, weights) for y in b] for x in a]
    return np.array(rows, dtype=float).reshape(len(a), len(b))


def _cost(a: Part, b: Part, weights: Weights) -> float:
    name = OTHER_NAME * (a.name.casefold() != b.name.casefold())
    if a.kind != b.kind:
        two = all(len(p.element.TERMINALS) == 2 and len(p.pins) == 2 for p in (a, b))
        return KIND + name if two else LONE
    total = sum(_one(a, b, q) for q in differing(a, b, weights))
    if isinstance(a.element, B):
        total += law_cost(a, b, weights)
    return min(total, MOST) + name


def _one(a: Part, b: Part, quantity: str) -> float:
    if quantity == "ic":
        return START
    if quantity in a.values and quantity in b.values and is_slip(a.values[quantity], b.values[quantity]):
        return SLIP
    return VALUE


def law_cost(a: Part, b: Part, weights: Weights) -> float:
    """Laws that read as many nodes in the same way differ by nothing; who reads what is a matter of their pins."""
    if len(a.marks) != len(b.marks):
        return LONE
    return 0.0 if all(near(x, y, weights.tolerance) for x, y in zip(a.marks, b.marks, strict=True)) else VALUE


def same_reading(a: Part, b: Part, nodes: Mapping[str, str], weights: Weights) -> bool:
    """Whether two laws are one, given which node is which."""
    return not isinstance(a.element, B) or same_law(a, b, nodes, weights.tolerance)
