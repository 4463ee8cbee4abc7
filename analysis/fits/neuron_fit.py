"""Which neuron is a circuit? Candidates fitted on one set of stimuli, judged on another, and one of them proposed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from .ahead import seen_of
from .candidates import Candidate, Scene, begun_at, candidates, scene_of
from .dynamic_iv import DynamicIv, dynamic_iv
from .judging import Judged, judge
from .least import Fitted, fit
from .recording import Recording
from .stimuli import Range, noisy, range_of, total_spikes

if TYPE_CHECKING:
    from ...netlists.ngspice.engine import Engine

CLOSE = 0.02
"""A model describes a neuron where its rates are right to this part of the largest, and"""
ALIKE = 0.8
"""its coincidence factor is no less."""
SEEDS = (1, 1001)
"""Of noise to fit and noise to judge."""
AS_GOOD = 0.01
"""Two coincidence factors that differ by no more are alike."""


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
        head = f"{'model':<24}{'gamma':>7}{'spike time':>12}{'spikes':>9}{'voltage':>11}{'f-I':>9}"
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
        return ["", *(_number(n, v, sigmas.get(n), self.unit) for n, v in self.model.parameters.items())]


UNITS = {
    "c": "F", "g": "S", "e": "V", "delta_t": "V", "v_t": "V", "v_spike": "V", "v_reset": "V", "t_ref": "s", "delay": "s",
    "a": "S", "b": "A", "tau_w": "s", "jump": "V", "tau_h": "s",
}  # fmt: skip
"""Of parameters, where a current is the input."""
BY_VOLTAGE = {"c": "s", "g": "", "a": "", "b": "V"}
"""Where a voltage is."""


def unit_of(name: str, unit: str) -> str:
    """Of a parameter, for an input of a unit."""
    return BY_VOLTAGE.get(name, UNITS.get(name, unit)) if unit == "V" else UNITS.get(name, unit)


def _number(name: str, value: float, sigma: float | None, unit: str) -> str:
    of = unit_of(name, unit)
    error = "" if sigma is None else f" ± {show(float(f'{sigma:.2g}'), of)}"
    return f"  {name:<10}{show(float(f'{value:.6g}'), of)}{error}"


def _line(row: Row) -> str:
    j = row.judged
    if j is None:
        return f"{row.name:<24}{row.why}"
    time = "-" if np.isnan(j.spike_time) else show(float(f"{j.spike_time:.2g}"), "s")
    volts = "-" if np.isnan(j.voltage) else show(float(f"{j.voltage:.2g}"), "V")
    note = f"  ({row.why})" if row.why else ""
    return (
        f"{row.name:<24}{j.gamma:>7.3f}{time:>12}{100 * j.rate:>+8.1f}%{volts:>11}{100 * j.curve_error:>8.2g}%{note}"
    )


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
    to_fit = noisy(bench, found, SEEDS[0], spikes)
    unseen = noisy(bench, found, SEEDS[1], spikes)
    curve = dynamic_iv(to_fit)
    scene = scene_of(to_fit, curve)
    known = total_spikes(to_fit)
    rows: list[Row] = []
    best: dict[str, float] = {}
    for name, group in candidates(scene):
        rows.append(_tried(name, group, best, scene, to_fit, unseen, found))
        if rows[-1].fitted.model is not None:
            best = {**group[0].values(rows[-1].fitted.steps), **best} if False else best
    return _result(bench, curve, found, rows, unseen, known)
