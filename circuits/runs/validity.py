"""Whether a run stayed where its circuit's model means something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..circuit import Circuit
from ..elements import Probe
from ..units import show

if TYPE_CHECKING:
    from numpy.typing import NDArray

OUTSIDE = "there the model does not hold"
SLACK = 1e-6
"""What a simulator's own error may leave a range by, as a part of it."""


def left_ranges(circuit: Circuit, signals: Mapping[str, NDArray[np.float64]]) -> str:
    """Say which probes left their range, how far, and where it ends.

    Args:
        circuit: whose probes have ranges (`low`, `high`).
        signals: waveform by probe name.

    Returns:
        One sentence a probe, empty when all stayed within.
    """
    said = []
    for p in circuit.of_type(Probe):
        if p.name not in signals or (p.low is None and p.high is None):
            continue
        values = np.real(signals[p.name])
        least, most = float(np.min(values)), float(np.max(values))
        span = (p.high if p.high is not None else most) - (p.low if p.low is not None else least)
        unit = "" if p.unit == "1" else p.unit
        if p.low is not None and least < p.low - SLACK * span:
            said.append(f"{p.name} falls to {_brief(least, unit)}, below {_brief(p.low, unit)}: {p.why or OUTSIDE}.")
        if p.high is not None and most > p.high + SLACK * span:
            said.append(f"{p.name} rises to {_brief(most, unit)}, above {_brief(p.high, unit)}: {p.why or OUTSIDE}.")
    return " ".join(said)


def _brief(value: float, unit: str) -> str:
    return show(float(f"{value:.4g}"), unit)
