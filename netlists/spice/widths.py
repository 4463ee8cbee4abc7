"""Jumps to which a circuit is held get a width in the netlist: ngspice would cut its steps at each of them for ever.

A step of width w about a surface is (1 + tanh(guard / w)) / 2; what is held to it by rates of either sign stays within
some w of it, and with w -> 0 that is the sliding of the model (Filippov 1988, chapter 2).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sympy import Basic, Expr, Float, Rational, ceiling, false, floor, sign, tanh, true
from sympy.core.relational import Relational

from ...circuits.circuit import Circuit
from ...circuits.runs.returning import returning
from .accuracy import Accuracy

ROUNDING = 4 * np.finfo(float).eps
Width = tuple[Basic, float]
"""The part of a law that jumps, and the width, in the units of its guard."""


def widths(circuit: Circuit, accuracy: Accuracy) -> dict[str, tuple[Width, ...]]:
    """The jumps of each law that need a width: reltol of the accuracy, of the size of the guard."""
    return {
        name: tuple((r.jump.part, accuracy.reltol * r.size) for r in those)
        for name, those in returning(circuit).items()
    }


def least_current(circuit: Circuit, accuracy: Accuracy) -> float:
    """The smallest current that can be told from nothing where jumps have a width, amperes.

    Within it a law is so steep that the last digit of a voltage is much current: Newton's method finds no end below.
    """
    heights = [r.height for those in returning(circuit).values() for r in those]
    return ROUNDING * max(heights, default=0.0) / accuracy.reltol


def widened(law: Expr, jumps: Sequence[Width]) -> Expr:
    """A law with a width at some of its jumps."""
    for part, width in jumps:
        law = _widened(law, part, width)
    return law


def _widened(law: Expr, part: Basic, width: float) -> Expr:
    if isinstance(part, Relational):
        up = _step(part.lhs - part.rhs, width)  # type: ignore[operator]
        holds, fails = (law.xreplace({part: value}) for value in (true, false))
        upper, lower = (holds, fails) if part.func(1, 0) == true else (fails, holds)
        return lower + (upper - lower) * up  # type: ignore[operator]
    return law.xreplace({part: _function(part, width)})  # type: ignore[return-value]


def _function(part: Basic, width: float) -> Expr:
    inner: Expr = part.args[0]  # type: ignore[assignment]
    if isinstance(part, floor):
        return _floor(inner, width)
    if isinstance(part, ceiling):
        return -_floor(-inner, width)
    up = _step(inner, width)
    return 2 * up - 1 if isinstance(part, sign) else up


def _floor(inner: Expr, width: float) -> Expr:
    """The nearest whole number, less one below it: what is rounded changes where the step has ended."""
    nearest = floor(inner + Rational(1, 2))
    return nearest - 1 + _step(inner - nearest, width)


def _step(guard: Expr, width: float) -> Expr:
    return (1 + tanh(guard / Float(width, 17))) / 2
