"""How close each circuit is to its target: figures measured with the default values, and the margin of their limits."""

from __future__ import annotations

from .comparison import Tolerance

MARGIN = 3.0
"""A limit is the measured figure times this."""
FLOOR = 1e-8
"""Below this a figure is that of the solvers."""
MEASURED: dict[str, tuple[float, float]] = {
    # circuit: worst spike time, of the interval; worst waveform, of the swing
    "izhikevich": (5.2e-6, 1e-4),
}
UNKNOWN = (1e-4, 1e-3)
"""For circuits of which nothing was measured."""


def target_limits(name: str) -> Tolerance:
    """What a circuit promises of its distance to its target."""
    spikes, waveform = MEASURED.get(name, UNKNOWN)
    return Tolerance(MARGIN * max(spikes, FLOOR), MARGIN * max(waveform, FLOOR))
