"""Where a neuron stands still."""

from __future__ import annotations

from typing import Any

import numpy as np

from .flows import Leak
from .model import NeuronModel

LOOKS = 20_001
"""Voltages at which a flow is looked at for a zero."""
BELOW = 10.0
"""How far below the reset it is looked for, in swings."""


def standstill(model: NeuronModel, drive: float = 0.0) -> tuple[float, float]:
    """Voltage and adaptation current under a constant input; of a neuron that never rests those after a spike.

    Args:
        model: the neuron.
        drive: in the unit of its input.

    Returns:
        Volts and amperes. A neuron without a rest below its spike is at its reset, without adaptation.
    """
    a = 0.0 if model.adaptation is None else model.adaptation.a
    about = model.about if a else 0.0
    v = _still(model, a, about, drive)
    return (v, a * (v - about)) if v < model.v_spike else (model.v_reset, 0.0)


def _still(model: NeuronModel, a: float, about: float, drive: float) -> float:
    """The lowest voltage at which what flows into the membrane, adaptation included, comes to zero from above."""
    if isinstance(model.flow, Leak):
        g, e = model.flow.g, model.flow.e
        if g + a > 0:
            return (g * e + a * about + drive) / (g + a)
        return e if not drive and not g else np.inf
    if not a and not drive:
        rest = model.rest
        return np.inf if np.isnan(rest) else rest
    from scipy.optimize import root_scalar

    def into(v: Any) -> Any:
        return model.flow.at(v) - a * (np.asarray(v) - about) + drive

    v = np.linspace(model.v_reset - BELOW * (model.v_spike - model.v_reset), model.v_spike, LOOKS)
    f = into(v)
    down = np.flatnonzero((f[:-1] >= 0) & (f[1:] < 0))
    return float(root_scalar(into, bracket=(v[down[0]], v[down[0] + 1]), xtol=1e-15).root) if len(down) else np.inf
