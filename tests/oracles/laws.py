"""Nonlinear laws, each typed three times: as lapicque reads it, in numpy, and as a B source of ngspice reads it.

Their inputs are called u and v, their parameters a (the size), b (the level) and c (the width).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import frozen

WIDTH = 1e-7
"""Over so many volts the numpy form of a law goes through a jump: a solver slides along what is steep."""


@frozen
class Law:
    """One law: its inputs, three spellings, and whether it jumps."""

    inputs: tuple[str, ...]
    text: str
    function: Callable[..., np.ndarray]
    spice: str
    jumps: bool = False


def _step(x: np.ndarray) -> np.ndarray:
    return np.clip(x / WIDTH + 0.5, 0.0, 1.0)


LAWS = {
    "cubic": Law(
        ("u",), "a*u*(1 - (u/b)**2)", lambda u, a, b, c: a * u * (1 - (u / b) ** 2), "{a}*{u}*(1-({u}/{b})*({u}/{b}))"
    ),
    "sigmoid": Law(
        ("u",),
        "a*(1 + tanh((u - b)/c))/2",
        lambda u, a, b, c: a * (1 + np.tanh((u - b) / c)) / 2,
        "{a}*(1+tanh(({u}-({b}))/{c}))/2",
    ),
    "product": Law(("u", "v"), "a*u*v/b", lambda u, v, a, b, c: a * u * v / b, "{a}*{u}*{v}/{b}"),
    "exponential": Law(
        ("u",),
        "a*exp(tanh((u - b)/c))",
        lambda u, a, b, c: a * np.exp(np.tanh((u - b) / c)),
        "{a}*exp(tanh(({u}-({b}))/{c}))",
    ),
    "rectified": Law(
        ("u",), "a*Max(u - b, 0)/c", lambda u, a, b, c: a * np.maximum(u - b, 0) / c, "{a}*max({u}-({b}),0)/{c}"
    ),
    "magnitude": Law(("u",), "a*Abs(u - b)/c", lambda u, a, b, c: a * np.abs(u - b) / c, "{a}*abs({u}-({b}))/{c}"),
    "window": Law(
        ("u",),
        "a*exp(-((u - b)/c)**2)",
        lambda u, a, b, c: a * np.exp(-(((u - b) / c) ** 2)),
        "{a}*exp(-(({u}-({b}))/{c})*(({u}-({b}))/{c}))",
    ),
    "jump": Law(
        ("u",), "Piecewise((a, u > b), (0, True))", lambda u, a, b, c: a * _step(u - b), "({u} > ({b})) ? {a} : 0", True
    ),
    "jump_down": Law(
        ("u",),
        "Piecewise((a, u < b), (-a/2, True))",
        lambda u, a, b, c: a * (1.5 * _step(b - u) - 0.5),
        "({u} < ({b})) ? {a} : (-({a})/2)",
        True,
    ),
    "jump_slope": Law(
        ("u", "v"),
        "Piecewise((a*v, u > b), (a*v/3, True))",
        lambda u, v, a, b, c: a * v * (1 / 3 + 2 / 3 * _step(u - b)),
        "({u} > ({b})) ? ({a}*{v}) : ({a}*{v}/3)",
        True,
    ),
    "sign": Law(("u",), "a*sign(u - b)", lambda u, a, b, c: a * (2 * _step(u - b) - 1), "{a}*sgn({u}-({b}))", True),
}
