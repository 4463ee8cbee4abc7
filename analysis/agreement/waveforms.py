"""One waveform of a simulation against that of the model: away from events in height, on its edges in time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, Diode, R
from ..models.model import Solution
from ..models.sliding import slide_starts
from ..models.solved_steps import Steps
from ..spikes import SpikeComparison
from .edges import Edges, find_edges
from .reference import Reference, kind_of

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FINEST = 1e-5
"""Errors below what ngspice tells from nothing are no errors, down to this tolerance of a waveform."""
BLOCKED = 4.1e-3
"""Largest difference of ngspice's current of a blocking diode, as a part of i_s (at five thermal voltages)."""
LOWEST = 0.1
"""Edges as high as this part of the swing always count; lower ones where they could hide a waveform error."""


@frozen(eq=False)
class WaveformComparison:
    """One signal, away from spikes and edges: largest error, when, and root mean square over time; and its edges."""

    signal: str
    worst: float
    at: float
    rms: float
    swing: float
    steady: float
    """Error at the last point that counts."""
    unit: str
    times: Array = field(repr=False)
    residual: Array = field(repr=False)
    edges: Edges


def smallest_told(simulated: xarray.Dataset, circuit: Circuit) -> dict[str, float]:
    """The smallest voltage and current that ngspice tells from nothing: it was asked to, and its diodes let it.

    Blocking diodes carry i_s (1 - (3 n U_T / (e v))^3) there instead of i_s (1 - e^(v / (n U_T))) (ngspice manual,
    section 7.2, reverse region); that also makes a voltage across the resistors at their ends.
    """
    options = json.loads(simulated.attrs.get("options", "{}"))
    told = {"V": options.get("vntol", 0.0), "A": options.get("abstol", 0.0)}
    for d in circuit.of_type(Diode):
        at_its_ends = [r.value for r in circuit.of_type(R) if {*d.nodes} & {*r.nodes} - {GROUND}]
        told["A"] = max(told["A"], BLOCKED * d.i_s)
        told["V"] = max(told["V"], BLOCKED * d.i_s * max(at_its_ends, default=0.0))
    return told


@frozen(eq=False)
class Place:
    """Where waveforms count: `away` from spikes, whose mean interval it has.

    Edges are higher than `smallest` of a swing. A swing counts as no less than `least` (volts, amperes): what ngspice
    does not tell from nothing is no error.
    """

    away: NDArray[np.bool_]
    interval: float
    smallest: float
    least: dict[str, float]


def away_from_events(solution: Solution, spikes: tuple[SpikeComparison, ...], times: Array) -> NDArray[np.bool_]:
    """Points at which both runs are between the same two events.

    Around each spike lies the time in which one run may have fired and the other not yet, and the reset
    that follows: there a waveform error is a time error in disguise, and is judged as one.
    """
    away = np.ones(len(times), dtype=bool)
    for s in spikes:
        guard = 2 * s.worst + 1e-3 * s.interval
        for moment in (*s.pairs[:, 0], *s.missing, *s.extra):
            away[np.searchsorted(times, moment - guard) : np.searchsorted(times, moment + guard, side="right")] = False
    slack = max((2 * s.worst for s in spikes), default=0.0)
    for moment in {t.time for t in solution.transitions}:
        away[np.searchsorted(times, moment - slack) : np.searchsorted(times, moment + slack, side="right")] = False
    return away


def landing(solution: Solution, late: float, times: Array) -> NDArray[np.bool_]:
    """Points so near to where the model comes to slide that what ngspice does there is a time error within its limit.

    ngspice passes the surface by a part of a step, and the law is on its other side until it is led back.
    """
    moments = slide_starts(solution.pieces) if isinstance(solution.pieces, Steps) else []
    near = np.zeros(len(times), dtype=bool)
    guard = late * solution.stop / max(1, len(moments))
    for moment in moments:
        near[np.searchsorted(times, moment - guard) : np.searchsorted(times, moment + guard, side="right")] = True
    return near


def compare_waveform(
    name: str, times: Array, signal: xarray.DataArray, model: Reference, place: Place
) -> WaveformComparison:
    """Hold a signal against the model's.

    Args:
        name: of the signal.
        times: of the simulator's own points, seconds.
        signal: at those times.
        model: what it is held against.
        place: where it counts.
    """
    values = signal.values
    unit = signal.attrs.get("units", "")

    line = (model.times, model.signals[name])
    swing = max(model.swing(name, unit), place.least[kind_of(unit)])
    lowest = place.smallest * max(float(np.ptp(line[1])), place.least[kind_of(unit)])
    edges = find_edges(model.of(name), line, (times, values), model.moments, lowest, place.interval)
    away = place.away & ~edges.covers(times)
    residual = np.where(away, values - model.nearer_side(name, times, values), 0.0)
    worst = int(np.argmax(np.abs(residual)))
    weight = np.gradient(times) * away
    rms = float(np.sqrt(np.sum(weight * residual**2) / max(np.sum(weight), 1e-300)))
    counted = np.flatnonzero(away)
    last, most = (residual[counted[-1]], residual[worst]) if len(counted) else (np.nan, np.nan)
    return WaveformComparison(
        name, float(abs(most)), float(times[worst]), rms, swing, float(abs(last)),
        unit, times, residual, edges,
    )  # fmt: skip


def relative(error: float, swing: float) -> float:
    """Error over swing; a signal that does not move is judged in its own unit."""
    return error / swing if swing > 0 else error
