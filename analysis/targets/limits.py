"""How close each circuit is to its target: figures measured with the default values, and the margin of their limits."""

from __future__ import annotations

from ..limits import Tolerance

MARGIN = 3.0
"""A limit is the measured figure times this."""
FLOOR = 1e-8
"""Below this a figure is that of the solvers."""
MEASURED: dict[str, tuple[float, float]] = {
    # circuit: worst spike time, of the interval; worst waveform, of the swing
    "hodgkin_huxley": (8.2e-10, 1.6e-8),
    "morris_lecar": (2.9e-10, 2.3e-9),
    "nagumo": (1.2e-10, 1.9e-9),
    "fitzhugh_nagumo": (1.7e-10, 2.6e-9),
    "izhikevich": (8.2e-6, 2.8e-5),
    "izhikevich_2007": (2.5e-5, 4.9e-4),
    "exponential_if": (1e-5, 6.1e-5),
    "adex": (4.9e-6, 3.2e-5),
    "adaptive_threshold": (6.4e-5, 2.6e-4),
    "mat2": (1.41e-5, 1.92e-5),
    "resonate_and_fire": (7.7e-8, 5e-5),
    # Without spikes of their own: the second figure only.
    "psp_charge": (0.0, 1.7e-7),
    "psp_exponential": (0.0, 2.0e-6),
    "psp_alpha": (0.0, 3.6e-6),
    "psp_double_exponential": (0.0, 9.1e-6),
    "psp_delayed": (0.0, 2.5e-5),
    "psp_conductance": (0.0, 1.0e-6),
    "psp_double_conductance": (0.0, 4.7e-6),
    "psp_nmda": (0.0, 3.2e-6),
    "psp_graded": (0.0, 1.5e-9),
    "resistor_summing": (0.0, 1.1e-12),
    "gap_pair": (0.0, 3.9e-11),
    "short_term": (0.0, 4.7e-6),
    "dpi": (0.0, 8.3e-3),
    "tsodyks": (0.0, 3.3e-6),
    "stdp": (0.0, 6.4e-8),
    "stdp_triplet": (0.0, 2.2e-7),
    "stdp_dopamine": (0.0, 8.2e-8),
    "resume": (0.0, 3.1e-7),
}
UNKNOWN = (1e-4, 1e-3)
"""For circuits of which nothing was measured."""


def target_limits(name: str) -> Tolerance:
    """What a circuit promises of its distance to its target."""
    spikes, waveform = MEASURED.get(name, UNKNOWN)
    return Tolerance(MARGIN * max(spikes, FLOOR), MARGIN * max(waveform, FLOOR))
