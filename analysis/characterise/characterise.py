"""The whole of it: every experiment on one bench, in the order in which each says where the next must look."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...circuits.circuit import Circuit
from ...circuits.library import circuit_of
from ...circuits.units import Value
from ...netlists.ngspice.errors import NgspiceMissingError
from ..plain_firing import is_plain_run
from .bench import Bench, bench_of
from .characteristics import Characteristics, Curve
from .firing_curve import FiringCurve, firing_curve, latency
from .journal import Journal
from .passive import passive
from .power import Power, power
from .rebound import rebound
from .refractory import Refractory, refractory
from .shape import Shape, shape
from .strength_duration import StrengthDuration, strength_duration
from .threshold import brief_threshold, rheobase

if TYPE_CHECKING:
    from ...netlists.ngspice.engine import Engine


def characterise(
    circuit: str | Circuit,
    engine: Engine | None = None,
    accuracy: str = "standard",
    journal: str | Path | Journal | None = None,
    stop: Value | None = None,
    upto: Value | None = None,
    base: Value | None = None,
    by: str | None = None,
    progress: Callable[[], object] = lambda: None,
    workers: int = 2,
) -> Characteristics:
    """Measure what neuron a circuit is: rest, threshold, reset, f-I and strength-duration curve, refractory periods.

    Every experiment chooses its own stimuli. Currents and voltages are turned so that more input excites and spikes
    rise. A circuit that has equations is run by them, others by ngspice.

    Args:
        circuit: with an input and a spike probe, or the name of one of the library.
        engine: of ngspice; one of its own where it is needed, unless given.
        accuracy: of ngspice.
        journal: the name of a file that keeps every run: what was cut off goes on from there.
        stop: length of a long run, seconds: what has not fired by then does not; from the equations unless given.
        upto: the largest input that is applied, in its unit.
        base: the input at which it rests; 0 unless given.
        by: "model" or "ngspice"; the model where there are equations, unless given.
        progress: called after each run.
        workers: processes.

    Returns:
        Figures with their errors and the runs behind them; words for what the circuit does not have.

    Raises:
        DesignError: no input, no spike probe, several of them, or no length of run where none follows.
    """
    from ...netlists.ngspice.engine import Engine

    made = circuit_of(circuit)
    own: Engine | None = None
    if engine is None:
        try:
            own = Engine(workers)
        except NgspiceMissingError:
            if is_plain_run(made) or by == "ngspice":
                raise
    with own if own is not None else nullcontext():
        opened = engine or own
        with bench_of(made, opened, accuracy, journal, stop, upto, base, by, progress, workers) as bench:
            return _all(bench, made, opened)


def _all(bench: Bench, circuit: Circuit, engine: Engine | None) -> Characteristics:
    least = rheobase(bench)
    below = passive(bench, least.first.low if least.first is not None else None)
    threshold = brief_threshold(bench, below)
    curve = firing_curve(bench, least)
    brief = threshold.amplitude.middle * threshold.width if threshold.amplitude is not None else None
    strength = strength_duration(bench, below, least, brief)
    after = refractory(bench, below, threshold)
    looks = shape(bench, curve, threshold)
    costs = power(bench, curve, engine)
    figures = (
        *below.figures, *threshold.figures, *least.figures, *strength.figures, *curve.figures, latency(bench, curve),
        *looks.figures, *after.figures, rebound(bench, below, least), *costs.figures,
    )  # fmt: skip
    s = bench.subject
    return Characteristics(
        circuit, s.source, s.unit, s.membrane, s.probe.name, bench.leg.name, bench.accuracy, bench.sign, bench.turn,
        figures, _curves(bench, curve, strength, after, looks, costs), tuple(bench.said),
        (len(bench.asked), bench.made), bench.seconds, bench.journal,
    )  # fmt: skip


def _curves(
    bench: Bench, curve: FiringCurve, strength: StrengthDuration, after: Refractory, looks: Shape, costs: Power
) -> dict[str, Curve]:
    unit, found = bench.unit, {}
    input_ = "input"
    if curve.points:
        at, none = curve.currents, np.zeros(len(curve.points))
        found["firing"] = Curve(input_, unit, "rate", "Hz", at, curve.rates, [p.error for p in curve.points])
        found["latency"] = Curve(input_, unit, "latency", "s", at, [p.latency for p in curve.points], none)
        ratios = [p.late / p.first if p.rate else np.nan for p in curve.points]
        found["adaptation"] = Curve(input_, unit, "late interval over the first", "1", at, ratios, none)
    if len(strength.durations):
        rows = strength.durations, strength.strengths, strength.errors
        found["strength-duration"] = Curve("duration", "s", "least pulse", unit, *rows)
    if len(after.gaps):
        none = np.zeros(len(after.gaps))
        found["paired pulses"] = Curve(
            "delay of the second pulse", "s", "its threshold over the first's", "1", after.gaps, after.ratios, none
        )
    if looks.seen is not None and len(looks.seen.spikes) > 1:
        o = looks.seen
        begin, end = o.spikes[-2:]
        inside = (o.time > begin - 0.3 * (end - begin)) & (o.time < begin + 1.2 * (end - begin))
        time, v = o.time[inside] - begin, o.v[inside]
        found["spike"] = Curve("time", "s", "membrane", "V", time, v, np.zeros(len(v)))
    if len(costs.rates):
        found["energy"] = Curve("rate", "Hz", "energy of a spike", "J", costs.rates, costs.joules, 0 * costs.joules)
    return found
