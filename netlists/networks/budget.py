"""What a run may cost: one that takes many times what was expected of it is stopped, and says what it saw."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from ...circuits.units import show

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIMES = 5.0
"""How many times its estimate a run may take."""
LEAST = 10.0
"""Seconds that every run may take besides: of short runs no estimate is good."""


@attrs.define
class Budget:
    """Seconds of one core that a run may take, and has taken.

    Attributes:
        expected: the estimate, seconds; infinite where there is none.
        rate: spikes of a neuron, hertz, that the estimate is for.
        spent: so far.
    """

    expected: float = math.inf
    rate: float = math.nan
    spent: float = 0.0

    @property
    def limit(self) -> float:
        """Seconds after which the run is stopped."""
        return TIMES * self.expected + LEAST

    @property
    def left(self) -> float | None:
        """Seconds that are left; None where there is no limit."""
        return max(self.limit - self.spent, 0.0) if math.isfinite(self.expected) else None

    def words(self, spikes: Mapping[str, NDArray], until: Mapping[str, float], stop: float) -> str:
        """Why a run was stopped, and what it saw.

        Args:
            spikes: times of each neuron (`P.k.spike`), seconds.
            until: how far each of them was run, seconds.
            stop: how far it should have been run.
        """
        rates = seen_rates(spikes, until)
        reached = min(until.values(), default=0.0)
        seen = ", ".join(f"{name} {rate:,.3g} Hz" for name, rate in sorted(rates.items(), key=lambda r: -r[1])[:8])
        most = max(rates.values(), default=0.0)
        advice = (
            f"If that is right, give --rate {float(f'{most:.2g}'):g}; otherwise look at the weights, at what a spike "
            "means (--spikes) and at the unit of time (--time-unit)."
            if most > self.rate
            else "Take a shorter run, a lower accuracy, or another way to run it (--feedback, --batch)."
        )
        spent, expected, seen_until = (show(_brief(v), "s") for v in (self.spent, self.expected, reached))
        return (
            f"the run was stopped after {spent} of one core: about {expected} were expected, for {self.rate:g} Hz. "
            f"Until {seen_until} of {show(stop, 's')} the rates were {seen or 'none was seen'}. {advice}"
        )


def seen_rates(spikes: Mapping[str, NDArray], until: Mapping[str, float]) -> dict[str, float]:
    """Mean rate of the neurons of each population over the time for which they were run, hertz."""
    counts: dict[str, int] = {}
    times: dict[str, float] = {}
    for name, length in until.items():
        population = name.rsplit(".", 2)[0]
        counts[population] = counts.get(population, 0) + len(spikes.get(name, ()))
        times[population] = times.get(population, 0.0) + length
    return {p: counts[p] / times[p] for p in counts if times[p] > 0}


def _brief(value: float) -> float:
    return float(f"{value:.2g}")
