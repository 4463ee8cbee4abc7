"""Whether two linear circuits have the same transfer functions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...circuits.circuit import Circuit
from ...circuits.closed_forms.transfer import frequency_response, numeric_poles
from ...circuits.element import GROUND
from ...circuits.equations.derive import Equations, derive
from ...circuits.errors import EquationError
from .curves import alike
from .parts import Part, parts_of

EQUAL = 1e-8
"""Part of the largest response by which two may differ; rounding makes 1e-12 of it."""
POINTS = 61
"""Frequencies at which they are asked."""


def same_transfer(a: Circuit, b: Circuit, nodes: Mapping[str, str], stop: float) -> bool:
    """Whether all sources act on all nodes in the same way.

    Args:
        a: the first circuit.
        b: the second.
        nodes: of the second to those of the first, which are compared.
        stop: seconds; what sources do later does not count.

    Returns:
        False too where one of them is not linear, or has no equations.
    """
    try:
        first, second = derive(a), derive(b)
    except EquationError:
        return False
    sources = _sources(a, b, stop)
    if sources is None or not all(e.is_linear and not e.switches for e in (first, second)):
        return False
    hertz = _frequencies(first, second)
    return all(
        _close(_response(first, x, hertz, n), sign * _response(second, y, hertz, m))
        for x, y, sign in sources
        for m, n in nodes.items()
        if n != GROUND
    )


def _sources(a: Circuit, b: Circuit, stop: float) -> list[tuple[str, str, int]] | None:
    """Sources that do something, paired by what and by name, and their signs; None where one has no partner."""
    ours, theirs = ([p for p in parts_of(c) if p.curve is not None and not p.curve.is_nothing] for c in (a, b))
    found = []
    for x in ours:
        fits = [y for y in theirs if y.kind == x.kind and x.curve and y.curve and alike(x.curve, y.curve, 1e-9, stop)]
        named = [y for y in fits if y.name.casefold() == x.name.casefold()] or fits
        if len(named) != 1:
            return None
        theirs.remove(named[0])
        found.append((x.name, named[0].name, _sign(x) * _sign(named[0])))
    return None if theirs else found


def _sign(p: Part) -> int:
    return -1 if p.turned else 1


def _response(equations: Equations, source: str, hertz: np.ndarray, node: str) -> np.ndarray:
    return frequency_response(equations, source, hertz, node)


def _close(x: np.ndarray, y: np.ndarray) -> bool:
    return bool(np.max(np.abs(x - y)) <= EQUAL * max(np.max(np.abs(x)), np.max(np.abs(y))))


def _frequencies(*each: Equations) -> np.ndarray:
    """From far below the slowest pole to far above the fastest, hertz."""
    rates = np.concatenate([np.abs(numeric_poles(e)) for e in each if e.states] or [np.ones(1)])
    rates = rates[rates > 0]
    low, high = (rates.min(), rates.max()) if len(rates) else (1.0, 1.0)
    return np.geomspace(1e-2 * low, 1e2 * high, POINTS) / (2 * np.pi)
