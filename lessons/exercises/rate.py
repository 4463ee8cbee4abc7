"""Make it fire at a rate: the learner's current is run, in ngspice where it is there, in the model otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...circuits.library import build
from ...circuits.units import show
from ..phrases import say
from .kinds import Rate, Verdict

INTERVALS = 4
"""Of the wished rate that are run."""


def check_rate(kind: Rate, target: float, current: float, language: str) -> Verdict:
    """Run the neuron with a current and compare its rate.

    Args:
        kind: the exercise.
        target: asked rate, hertz.
        current: the answer, amperes.
        language: of the words.
    """
    if not 0 < current <= kind.largest:
        return Verdict(False, say("rate_current", language, most=show(kind.largest, "A")))
    spikes, simulated = _run(kind, target, current)
    if len(spikes) < 2:
        return Verdict(False, say("rate_silent", language))
    rate = 1 / float(np.mean(np.diff(spikes)))
    words = say("rate_is" if simulated else "rate_model", language, rate=f"{rate:.4g}", target=f"{target:g}")
    right = abs(rate - target) <= kind.tolerance * target
    return Verdict(right, f"{say('right' if right else 'wrong', language)} {words}")


def _run(kind: Rate, target: float, current: float) -> tuple[np.ndarray, bool]:
    """Spike times, and whether ngspice made them."""
    from ...analysis.models.model import solve
    from ...analysis.spikes import spike_times
    from ...circuits.elements import SpikeProbe
    from ...netlists import NgspiceMissingError, Transient, simulate

    circuit = build("lif", {**kind.parameters, "current": current})
    stop, probe = (INTERVALS + 0.5) / target, circuit.of_type(SpikeProbe)[0]
    try:
        result = simulate(circuit, Transient(stop))
    except NgspiceMissingError:
        return solve(circuit, stop).spikes(probe), False
    return spike_times(probe, result["time"].values, result[probe.name].values), True


def solution_current(kind: Rate, target: float) -> float:
    """The current that the derived f-I curve asks for, amperes."""
    from scipy.optimize import brentq

    from ...circuits.closed_forms.lif_forms import ideal_lif
    from ...circuits.equations.derive import derive

    ideal = ideal_lif(derive(build("lif", dict(kind.parameters))))
    foot = ideal.value(ideal.rheobase)
    found: Any = brentq(lambda i: 1 / ideal.interval_at(i) - target, foot * (1 + 1e-9), kind.largest)
    return float(found)
