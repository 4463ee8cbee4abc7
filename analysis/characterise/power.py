"""What it costs: power at rest, and energy of a spike over the rate; the account is ngspice's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.errors import LapicqueError
from .bench import Bench, size_of
from .figure import Figure, missing
from .firing_curve import FiringCurve, Point
from .journal import Run, key_of
from .legs import started
from .subject import turned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...circuits.circuit import Circuit
    from ...circuits.stimuli import Stimulus
    from ...netlists.ngspice.engine import Engine

    Array = NDArray[np.float64]

INTERVALS = 4.0
"""Intervals of a run of which the energy is taken."""
LEAST = 0.1
"""What the last spike of a run draws is cut off with it: half of one, of five."""
RESTS = 0.02
"""Part of a long run for which the power at rest is taken."""


@frozen(eq=False)
class Power:
    """Figures, and the energy of a spike over the rate."""

    figures: tuple[Figure, ...]
    rates: Array
    joules: Array


def power(bench: Bench, curve: FiringCurve, engine: Engine | None) -> Power:
    """Measure the power at rest, and the energy of a spike near the onset, at twice of it, and further up."""
    names, none = (("power at rest", "W"), ("energy of a spike", "J")), np.zeros(0)
    if engine is None:
        why = "it is measured in ngspice, which is not there"
        return Power(tuple(missing(n, u, why) for n, u in names), none, none)
    figures, rates, joules, unsure = [], [], [], []
    try:
        if bench.rest.start is None:
            figures.append(missing(*names[0], bench.rest.restless))
        else:
            stop = RESTS * bench.horizon
            run, key = _account(bench, bench.subject.driven(bench.subject.base_stimulus), stop, engine)
            watts = float(run.v[0]) / stop
            figures.append(Figure(names[0][0], watts, "W", 1e-3 * abs(watts), (key,)))
        for p in _chosen(curve):
            stop = bench.lead + p.latency + INTERVALS / p.rate if np.isfinite(p.latency) else INTERVALS / p.rate
            circuit = bench.subject.driven(turned_step(bench, p.current))
            run, key = _account(bench, circuit, stop, engine)
            if run.v[1]:  # power times interval: how many spikes are just inside of the run has no say
                rates.append(p.rate)
                begun = bench.lead if np.isfinite(p.latency) else 0.0
                joules.append((float(run.v[0]) / (stop - begun) / p.rate, key))
                first = p.latency * p.rate if np.isfinite(p.latency) else 1.0
                unsure.append(abs(1 - first) / INTERVALS + LEAST)
    except LapicqueError as error:
        return Power((*figures, missing(*names[len(figures)], f"the account cannot be made: {error}")), none, none)
    if not joules:
        figures.append(missing(*names[1], "it does not fire on"))
    else:
        values = [j for j, _ in joules]
        k = min(1, len(values) - 1)
        told = ", ".join(f"{size_of(j, 'J')} at {r:.3g} Hz" for j, r in zip(values, rates, strict=True))
        error = abs(values[k]) * unsure[k]
        figures.append(
            Figure(names[1][0], values[k], "J", error, [key for _, key in joules], f"delivered in all: {told}")
        )
    return Power(tuple(figures), np.array(rates), np.array([j for j, _ in joules]))


def turned_step(bench: Bench, current: float) -> Stimulus:
    """The step of a point of the f-I curve, as the source has it."""
    return turned(bench.step(current), bench.sign, bench.subject.base)


def _chosen(curve: FiringCurve) -> list[Point]:
    """Points near the onset, at about twice its input, and at ten times."""
    on = [p for p in curve.points if p.rate and p.current > 0]
    if not on:
        return []
    chosen = [min(on, key=lambda p, k=k: abs(p.current - k * on[0].current)) for k in (1.3, 2.0, 10.0)]
    return list({p.run: p for p in chosen}.values())


def _account(bench: Bench, circuit: Circuit, stop: float, engine: Engine) -> tuple[Run, str]:
    """What was delivered in a run, joules, and its spikes; out of the journal where it is known."""
    from ..energy import energy

    begun = started(circuit, bench.rest.start) if bench.rest.start is not None else circuit
    key = key_of("energy", bench.accuracy, begun.to_json(), stop)
    if key not in bench.journal:
        account = energy(begun, engine, stop, bench.accuracy)
        real = account.delivered - account.delivered_as_numbers
        bench.journal.add(key, Run(np.zeros(0), np.zeros(0), np.array([real, account.spikes])))
        bench.took(key, 0.0)
    bench.asked.add(key)
    return bench.journal.get(key), key
