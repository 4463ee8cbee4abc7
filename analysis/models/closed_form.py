"""Closed-form waveforms of linear circuits for the stimuli that they have, from the derived responses.

A piecewise linear stimulus is a sum of ramps: its response is the sum of ramp responses, one for each
bend. This is a second way to the same waveform, beside the numerical model's matrix exponentials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sympy import Symbol, lambdify

from ...circuits.closed_forms.responses import AMPLITUDE, response
from ...circuits.closed_forms.transfer import modes
from ...circuits.elements import Probe
from ...circuits.equations.algebra import put
from ...circuits.equations.derive import Equations
from ...circuits.equations.symbols import TIME
from ...circuits.errors import EquationError
from ...circuits.stimuli import corners, is_smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def closed_form_waveform(equations: Equations, probe: Probe, times: Array) -> Array:
    """The voltage of a probe by closed-form responses.

    Args:
        equations: of a linear circuit whose sources are piecewise linear; above order two it starts at rest.
        probe: the output.
        times: seconds.

    Returns:
        Volts, shape (points,).

    Raises:
        EquationError: no closed form, and why.
    """
    total = np.zeros(len(times))
    starts = {Symbol(f"{s.symbol.name}_0", real=True): s.initial for s in equations.states}
    rest = dict.fromkeys(starts, 0.0)
    for index, (source, stimulus) in enumerate(equations.inputs.items()):
        if is_smooth(stimulus):
            raise EquationError(
                f"source {source.name!r} is smooth: ask `response(..., 'sine', ...)` for the closed form of a sine."
            )
        bends, values = map(np.array, corners(stimulus, float(times[-1])))
        slopes = np.concatenate([[0.0], np.diff(values) / np.diff(bends), [0.0]])
        natural = starts if index == 0 else rest
        total += _evaluate(equations, "step", source, probe, times, float(values[0]), natural)
        for bend, change in zip(bends, np.diff(slopes), strict=True):
            if change:
                later = np.maximum(times - bend, 0.0)
                total += _evaluate(equations, "ramp", source, probe, later, float(change), rest)
    return total


def _evaluate(
    equations: Equations,
    kind: str,
    source: Symbol,
    probe: Probe,
    times: Array,
    amplitude: float,
    starts: dict[Symbol, float],
) -> Array:
    if len(equations.states) > 2:
        return amplitude * _modal(equations, kind, source, probe, times)
    formula = response(equations, kind, source.name, probe.plus, probe.minus).expression
    filled = put(formula, {**equations.parameters, **starts, AMPLITUDE: amplitude})
    values = lambdify(TIME, filled.evalf(), "numpy")(np.asarray(times, dtype=complex))
    return np.real(np.asarray(values) * np.ones(len(times)))


def _modal(equations: Equations, kind: str, source: Symbol, probe: Probe, times: Array) -> Array:
    """Unit step or ramp response as a sum over poles: r (e^(pt) - 1)/p, or r (e^(pt) - 1 - pt)/p^2."""
    if any(s.initial for s in equations.states):
        raise EquationError(
            "above order two closed forms are written for circuits that start at rest; solved numerically."
        )
    poles, residues, direct = modes(equations, source.name, probe.plus, probe.minus)
    p = poles[:, None]
    if kind == "step":
        return np.real(residues @ (np.expm1(p * times) / p)) + direct
    return np.real(residues @ ((np.expm1(p * times) - p * times) / p**2)) + direct * times
