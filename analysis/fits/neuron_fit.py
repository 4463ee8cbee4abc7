"""Which neuron is a circuit? Candidates fitted on one set of stimuli, judged on another, and one of them proposed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from ...circuits.arguments import KindError, brief, positive, want
from ...circuits.circuit import Circuit
from ...circuits.errors import DesignError, LapicqueError
from ...circuits.neurons import NeuronModel, Origin, Validity
from ...circuits.showing import html
from ...circuits.units import Value, show
from ..characterise.bench import Bench, bench_of
from .ahead import Seen, seen_of
from .candidates import Scene, begun_at, candidates, scene_of, table_at
from .dynamic_iv import DynamicIv, dynamic_iv
from .judging import Judged, judge
from .least import Fitted, fit
from .parameters import Candidate
from .recording import Recording
from .stimuli import Range, levels_of, noisy, range_of, total_spikes

if TYPE_CHECKING:
    from ...netlists.ngspice.engine import Engine

CLOSE = 0.02
"""A model describes a neuron where its rates are right to this part of the largest, and"""
ALIKE = 0.8
"""its coincidence factor is no less."""
SEEDS = (1, 1001)
"""Of noise to fit and noise to judge."""
HIGHEST = 30.0
"""No table begins with more, in the current that lifts the membrane from reset to spike in an interval."""
EXACT = 1e-3
FEWEST = 7
"""Spikes for the simplest model, which has five parameters."""
PARENTS = {
    "LIF, refractory, late": ("LIF, refractory",), "adaptive LIF": ("LIF, refractory, late",),
    "adaptive threshold": ("LIF, refractory, late",), "adaptive LIF, moving threshold": ("adaptive LIF",),
    "AdEx": ("exponential IF",), "table": ("exponential IF",), "table, adaptive": ("AdEx", "table"),
}  # fmt: skip
"""Fits that also begin where simpler ones ended."""
AS_GOOD = 0.005
"""Two coincidence factors, or errors of the f-I curve, that differ by no more are alike."""


@frozen(eq=False)
class Row:
    """One candidate.

    Attributes:
        name: for people.
        fitted: its numbers.
        judged: its errors; None where it has no numbers, or cannot be run.
        why: what went wrong, or is to be known.
    """

    name: str
    fitted: Fitted
    judged: Judged | None
    why: str

    @property
    def exact(self) -> bool:
        """Its rates are right to a tenth of a per cent, and nearly every spike is."""
        return self.judged is not None and self.judged.curve_error <= EXACT and self.judged.gamma >= 1 - EXACT

    @property
    def describes(self) -> bool:
        """Its rates are right to 2 % of the largest, and its spikes are where they belong."""
        return self.judged is not None and self.judged.curve_error <= CLOSE and self.judged.gamma >= ALIKE


@frozen(eq=False, str=False, repr=False)
class NeuronFit:
    """All candidates, and what is proposed.

    Attributes:
        title: of the circuit.
        unit: of the input.
        curve: the dynamic I-V curve.
        range: where the neuron fires.
        rows: every candidate, the simplest first.
        model: the simplest that is as good as the best; None where none describes the neuron.
        best: name of the best of all, whether it describes the neuron or not; empty where none could be fitted.
        verdict: in words.
        unseen: recordings that judged.
        fitted_spikes: in the recordings that were fitted.
    """

    title: str
    unit: str
    curve: DynamicIv
    range: Range
    rows: tuple[Row, ...]
    model: NeuronModel | None
    best: str
    verdict: str
    unseen: tuple[Recording, ...]
    fitted_spikes: int

    def __str__(self) -> str:
        head = f"{'model':<32}{'gamma':>7}{'by noise':>10}{'spike time':>12}{'spikes':>9}{'voltage':>11}{'f-I':>9}"
        return "\n".join([head, *map(_line, self.rows), "", self.verdict, *self._numbers()])

    def __repr__(self) -> str:
        return f"<fit of {self.title!r}>\n{self}"

    def _repr_html_(self) -> str:
        return html(self)

    def row(self, name: str) -> Row:
        """The candidate of a name."""
        return next(r for r in self.rows if r.name == name)

    def _numbers(self) -> list[str]:
        if self.model is None:
            return []
        sigmas = self.model.covariance.sigmas if self.model.covariance else {}
        known = self.model.parameters.items()
        return ["", *(f"  {n:<10}{number_of(n, v, sigmas.get(n), self.unit)}" for n, v in known)]


UNITS = {
    "c": "F", "g": "S", "e": "V", "delta_t": "V", "v_t": "V", "v_spike": "V", "v_reset": "V", "t_ref": "s",
    "delay": "s", "a": "S", "b": "A", "tau_w": "s", "jump": "V", "tau_h": "s",
}  # fmt: skip
"""Of parameters, where a current is the input."""
BY_VOLTAGE = {"c": "s", "g": "", "a": "", "b": "V"}
"""Where a voltage is."""


def unit_of(name: str, unit: str) -> str:
    """Of a parameter, for an input of a unit."""
    return BY_VOLTAGE.get(name, UNITS.get(name, unit)) if unit == "V" else UNITS.get(name, unit)


def number_of(name: str, value: float, sigma: float | None, unit: str) -> str:
    """A parameter with its standard error, for people."""
    of = unit_of(name, unit)
    error = "" if sigma is None else f" ± {show(float(f'{sigma:.2g}'), of)}"
    return f"{show(float(f'{value:.6g}'), of)}{error}"


def _line(row: Row) -> str:
    j = row.judged
    if j is None:
        return f"{row.name:<32}{row.why}"
    time = "-" if np.isnan(j.spike_time) else show(float(f"{j.spike_time:.2g}"), "s")
    volts = "-" if np.isnan(j.voltage) else show(float(f"{j.voltage:.2g}"), "V")
    note, curve = f"  ({row.why})" if row.why else "", 100 * j.curve_error
    spikes = f"{j.gamma:>7.3f}{j.fluctuating:>10.3f}{time:>12}{100 * j.rate:>+8.1f}%"
    return f"{row.name:<32}{spikes}{volts:>11}{curve:>8.2g}%{note}"


def fit_neuron(
    what: str | Circuit | Bench, engine: Engine | None = None, accuracy: str = "standard",
    journal: str | Path | None = None, stop: Value | None = None, upto: Value | None = None, spikes: int = 60,
    progress: Callable[[], object] = lambda: None,
) -> NeuronFit:  # fmt: skip
    """Find the neuron model that a circuit is.

    Args:
        what: a circuit with an input and a spike probe, the name of one of the library, or a bench with one on it.
        engine: of ngspice, for circuits that have no equations.
        accuracy: of ngspice.
        journal: file that keeps runs, so that none is made twice.
        stop: length of a long run, seconds; from the circuit's time constants unless given.
        upto: the largest input that is applied.
        spikes: in each of the three noisy runs that are fitted, and of the three that judge.
        progress: called after each run.

    Raises:
        DesignError: no input, no spike, or fewer spikes than parameters.
    """
    if isinstance(spikes, bool) or not isinstance(spikes, int) or spikes < 1:
        raise KindError(f"spikes is {brief(spikes)}: give a whole number above 0, such as 60.")
    if isinstance(what, Bench):
        return fit_on_bench(what, spikes)
    want(what, (str, Circuit), "what", "give a circuit, or the name of one such as 'lif_switch'")
    end = None if stop is None else positive(stop, "stop", "'100m'", unit="s")
    with bench_of(what, engine, accuracy, journal, end, upto, progress=progress) as bench:
        return fit_on_bench(bench, spikes)


def fit_on_bench(bench: Bench, spikes: int) -> NeuronFit:
    """The same for a circuit that is on a bench."""
    found = range_of(bench)
    levels = levels_of(bench, found)
    to_fit, unseen = (noisy(bench, found, levels, seed, spikes) for seed in SEEDS)
    known = total_spikes(to_fit)
    if known < FEWEST:
        raise DesignError(
            f"fewer spikes than parameters: {known} in the runs to be fitted, {FEWEST} are needed for the simplest "
            "model; give spikes=60 or more, or a larger input."
        )
    curve = dynamic_iv(to_fit)
    scene = scene_of(to_fit, curve)
    seen = seen_of(to_fit, scene.window)
    rows: dict[str, Row] = {}
    for name, group in candidates(scene):
        exact = next((r for r in rows.values() if r.exact), None)
        if exact is not None:
            rows[name] = _left_out(name, group[0], f"not tried: {exact.name!r} leaves nothing to explain")
            continue
        ended = [rows[parent].fitted for parent in PARENTS.get(name, ())]
        more = [_after(group[0], f, f.model, scene) for f in ended if f.model is not None]
        rows[name] = _tried(name, (*more, *group), scene, seen, unseen, found, bench)
    return _result(bench, curve, found, tuple(rows.values()), tuple(unseen), known)


def _after(candidate: Candidate, parent: Fitted, model: NeuronModel, scene: Scene) -> Candidate:
    """A candidate that begins where a simpler one ended."""
    values = parent.candidate.values(parent.steps)
    if candidate.flow == "table":
        return table_at(candidate, model.flow, values, HIGHEST * scene.drive)
    return begun_at(candidate, values)


def _left_out(name: str, candidate: Candidate, why: str) -> Row:
    return Row(name, Fitted(candidate, None, why, np.nan, np.nan, 1.0, np.zeros(0)), None, why)


def _tried(
    name: str, starts: Sequence[Candidate], scene: Scene, seen: Seen, unseen: Sequence[Recording], found: Range,
    bench: Bench,
) -> Row:  # fmt: skip
    """Fit a candidate from its starts, and judge the best of them."""
    if len(seen.spikes) <= len(starts[0].parameters):
        why = f"fewer spikes ({len(seen.spikes)}) than parameters ({len(starts[0].parameters)})"
        return _left_out(name, starts[0], why)
    best = fit(starts, seen, scene.swing, scene.interval)
    if best.model is None:
        return Row(name, best, None, best.why)
    model = attrs.evolve(best.model, unit=bench.unit)
    try:
        judged = judge(model, unseen, found.currents, found.rates, found.time, scene.window)
    except LapicqueError as error:
        return Row(name, best, None, f"cannot be run: {error}")
    best = attrs.evolve(best, model=attrs.evolve(
        model, origin=_origin(bench), validity=_validity(found), errors=_errors(judged),
    ))  # fmt: skip
    return Row(name, best, judged, best.why)


def _origin(bench: Bench) -> Origin:
    subject = bench.subject
    source, membrane = "-" * (bench.sign < 0) + subject.source, "-" * (bench.turn < 0) + f"v({subject.membrane})"
    by = f"fitted, {bench.leg.name}"
    return Origin(subject.circuit.title, source, membrane, subject.probe.name, by, metadata.version("lapicque"))


def _validity(found: Range) -> Validity:
    return Validity((float(min(found.currents[0], found.least)), float(found.currents[-1])), 27.0)


def _errors(j: Judged) -> tuple[tuple[str, float, str], ...]:
    return (
        ("gamma", j.gamma, ""), ("gamma_by_noise", j.fluctuating, ""), ("spike_time", j.spike_time, "s"),
        ("spikes", j.rate, ""), ("voltage", j.voltage, "V"), ("fi", j.curve_error, ""),
    )  # fmt: skip


def _result(
    bench: Bench, curve: DynamicIv, found: Range, rows: tuple[Row, ...], unseen: tuple[Recording, ...], known: int
) -> NeuronFit:
    judged = [r for r in rows if r.judged is not None]
    best = max(judged, key=_merit, default=None)
    chosen = _simplest(judged)
    verdict = _verdict(bench.subject.circuit.title, best, chosen)
    return NeuronFit(
        bench.subject.circuit.title, bench.unit, curve, found, rows, chosen.fitted.model if chosen else None,
        best.name if best else "", verdict, unseen, known,
    )  # fmt: skip


def _merit(row: Row) -> float:
    assert row.judged is not None
    curve = row.judged.curve_error
    return row.judged.gamma - (curve if np.isfinite(curve) else 1.0)


def _simplest(judged: Sequence[Row]) -> Row | None:
    """The first (they stand in the order of their parameters) that is as good as the best within its error."""
    able = [r for r in judged if r.describes and r.judged is not None]
    if not able:
        return None
    top = max(able, key=_merit)
    assert top.judged is not None
    least = top.judged.gamma - max(AS_GOOD, top.judged.spread)
    most = top.judged.curve_error + AS_GOOD
    return next(r for r in able if r.judged is not None and r.judged.gamma >= least and r.judged.curve_error <= most)


def _verdict(title: str, best: Row | None, chosen: Row | None) -> str:
    if best is None or best.judged is None:
        return f"None of these models describes {title!r}: no fit came to an end inside its bounds."
    j = best.judged
    said = (
        f"coincidence factor {j.gamma:.3f} on stimuli that it never saw, rates right to {100 * j.curve_error:.2g} % of "
        "the largest"
    )
    if chosen is None:
        return f"None of these models describes {title!r}. The nearest is {best.name!r}: {said}; {_lacks(j)}."
    assert chosen.judged is not None
    j = chosen.judged
    return (
        f"{title!r} is a neuron of the kind {chosen.name!r}: coincidence factor {j.gamma:.3f} on stimuli that it never "
        f"saw, rates right to {100 * j.curve_error:.2g} % of the largest."
    )


def _lacks(j: Judged) -> str:
    words = []
    if not j.curve_error <= CLOSE:
        words.append(f"its f-I curve is off by more than {100 * CLOSE:g} %")
    if not j.gamma >= ALIKE:
        words.append(f"its spikes are elsewhere (below {ALIKE:g})")
    return " and ".join(words)
