"""A candidate's best numbers by least squares over voltages and spike times one spike ahead, and how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from ...circuits.errors import LapicqueError
from ...circuits.neurons import Covariance, NeuronModel
from .ahead import Seen, predicted
from .parameters import Candidate, reported

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

STEP = 1e-5
"""Of a parameter's scale: what slopes are taken over."""
FIRST = (0.05, 0.1)
"""Errors that the first pass expects: of a voltage over the swing, of a spike time over the middle interval."""
FLOOR = 1e-6
"""No error is expected to be smaller, in the same measures: solvers and interpolation have their own."""
PASSES = 5
SAME = 1.2
"""Errors that change by no more from one pass to the next stand."""
ROUGH, COARSE, FINE = 1e-3, 1e-6, 1e-10
"""Change of the sum of squares at which a first pass, one of a model that is off, and one of a near one end."""
CLOSE = 1e-2
"""Near is what errs by less in time, over the middle interval."""
POINTS = 4.0
"""The voltages of an interval count as so many spike times."""
AT_BOUND = 1e-5


@frozen(eq=False)
class Fitted:
    """A candidate with its best numbers.

    Attributes:
        candidate: what was fitted.
        model: with its covariance; None where the fit failed.
        why: what went wrong, or was noticed.
        voltage: error of the voltage one spike ahead, root of mean square, volts.
        timing: error of spike times one spike ahead, 1.48 times the middle absolute one, seconds.
        missed: part of the spikes that the model does not make at all.
        steps: of the fit.
    """

    candidate: Candidate
    model: NeuronModel | None
    why: str
    voltage: float
    timing: float
    missed: float
    steps: Array


@frozen(eq=False, slots=False)
class _Residuals:
    candidate: Candidate
    seen: Seen
    observed: Array
    sigma_v: float
    sigma_t: float

    @cached_property
    def scale(self) -> Array:
        """Of each voltage: one over its error, of which part is the error in time of a membrane that moves."""
        error = np.hypot(self.sigma_v, self.seen.slope * self.sigma_t)
        return np.sqrt(POINTS * self.seen.weight) / error

    def at(self, steps: Array) -> tuple[Array, NDArray[np.bool_]]:
        """All residuals in their expected errors, and which of them are of spikes that the model does not make."""
        model = self.candidate.model(steps)
        v, times = predicted(model, self.seen)
        of_v = (v - np.minimum(self.observed, model.v_spike)) * self.scale
        lost = np.isnan(times)
        late = np.where(lost, self.seen.longest, times - self.seen.spikes) / self.sigma_t
        return np.concatenate([of_v, late]), np.concatenate([np.zeros(len(v), bool), lost])

    def values(self, steps: Array) -> Array:
        return self.at(steps)[0]

    def slopes(self, steps: Array) -> Array:
        here, lost = self.at(steps)
        columns = []
        bounds = [p.bounds for p in self.candidate.parameters]
        for k in range(len(steps)):
            side = 1.0 if steps[k] + STEP < bounds[k][1] else -1.0
            moved = steps.copy()
            moved[k] += side * STEP
            there, gone = self.at(moved)
            columns.append(np.where(lost | gone, 0.0, (there - here) / (side * STEP)))
        return np.array(columns).T


def fit(starts: Sequence[Candidate], seen: Seen, swing: float, interval: float) -> Fitted:
    """Least squares from several starts, with errors that are first guessed and then measured.

    Large residuals count less (soft L1), so that a spike that the model does not make decides nothing.

    Args:
        starts: the same candidate, begun at several places.
        seen: of the neuron.
        swing: of the membrane between reset and spike, volts.
        interval: the middle one, seconds.
    """
    rough = [_begun(c, seen, FIRST[0] * swing, FIRST[1] * interval) for c in starts]
    best = min(range(len(starts)), key=lambda k: rough[k][1])
    candidate, (steps, cost, said) = starts[best], rough[best]
    if not np.isfinite(cost):
        return Fitted(candidate, None, said, np.nan, np.nan, 1.0, steps)
    low, high = np.array([p.bounds for p in candidate.parameters]).T
    sigma_v, sigma_t = FIRST[0] * swing, FIRST[1] * interval
    for _ in range(PASSES):
        voltage, timing, missed = _errors(_Residuals(candidate, seen, seen.v, sigma_v, sigma_t), steps)
        before = sigma_v, sigma_t
        sigma_v, sigma_t = max(voltage, FLOOR * swing), max(timing, FLOOR * interval)
        if max(before[0] / sigma_v, sigma_v / before[0], before[1] / sigma_t, sigma_t / before[1]) < SAME:
            break
        work = _Residuals(candidate, seen, seen.v, sigma_v, sigma_t)
        try:
            found = _solved(work, steps, FINE if timing < CLOSE * interval else COARSE)
        except (LapicqueError, ValueError, FloatingPointError) as error:
            return Fitted(candidate, None, str(error), np.nan, np.nan, 1.0, steps)
        steps = found.x
    why = _at_bounds(candidate, steps, low, high)
    if found.status == 0:
        why = f"{why}; " * bool(why) + "the fit did not come to an end"
    if missed > 0.5:
        why = f"{why}; " * bool(why) + f"the model does not make {100 * missed:.0f} % of the spikes"
    if why:
        return Fitted(candidate, None, why, voltage, timing, missed, steps)
    names, slopes = reported(candidate, steps)
    absent = _absent(candidate, steps, low)
    keep = np.array([n not in absent for n in names])
    names, slopes = tuple(n for n in names if n not in absent), slopes[keep]
    n = len(names)
    matrix = np.diag([0.0] * n + [sigma**2 for sigma in candidate.known.values()])
    matrix[:n, :n] = slopes @ _covariance(work, steps) @ slopes.T
    model = attrs.evolve(candidate.model(steps), covariance=Covariance((*names, *candidate.known), matrix, "fit"))
    return Fitted(candidate, model, _natural(candidate, steps, low), voltage, timing, missed, steps)


def _begun(candidate: Candidate, seen: Seen, sigma_v: float, sigma_t: float) -> tuple[Array, float, str]:
    """Steps after a first rough pass, the sum of squares there (infinite where it failed), and what failed."""
    work = _Residuals(candidate, seen, seen.v, sigma_v, sigma_t)
    try:
        found = _solved(work, np.zeros(len(candidate.parameters)), ROUGH)
    except (LapicqueError, ValueError, FloatingPointError) as error:
        return np.zeros(len(candidate.parameters)), np.inf, str(error)
    return found.x, float(found.cost), ""


def _solved(work: _Residuals, steps: Array, within: float) -> Any:
    from scipy.optimize import least_squares

    low, high = np.array([p.bounds for p in work.candidate.parameters]).T
    solver: Any = least_squares
    return solver(
        work.values, np.clip(steps, low + 1e-9, high - 1e-9), work.slopes, (low, high), loss="soft_l1",
        ftol=within, xtol=1e-10, gtol=1e-14, max_nfev=100, x_scale="jac",
    )  # fmt: skip


def _errors(work: _Residuals, steps: Array) -> tuple[float, float, float]:
    residuals, lost = work.at(steps)
    spikes = len(work.seen.spikes)
    of_v, late, gone = residuals[:-spikes], residuals[-spikes:], lost[-spikes:]
    voltage = work.sigma_v * float(np.sqrt(np.sum(of_v**2) / np.sum((work.scale * work.sigma_v) ** 2)))
    hit = late[~gone]
    timing = work.sigma_t * 1.48 * float(np.median(np.abs(hit))) if len(hit) else np.inf
    return voltage, timing, float(gone.mean()) if spikes else 0.0


def _at_bounds(candidate: Candidate, steps: Array, low: Array, high: Array) -> str:
    said = []
    for k, p in enumerate(candidate.parameters):
        at_low, at_high = steps[k] - low[k] < AT_BOUND, high[k] - steps[k] < AT_BOUND
        if (at_low and not p.natural) or at_high:
            name = {"q": "e", "release": "t_ref"}.get(p.name, p.name)
            said.append(f"{name} came to its {'lower' if at_low else 'upper'} bound")
    return ", ".join(said)


def _absent(candidate: Candidate, steps: Array, low: Array) -> set[str]:
    """What no error can be said of: a leak that is not there, and where it would rest."""
    found = zip(candidate.parameters, steps, low, strict=True)
    return {"g", "e"} if any(p.name == "g" and s - b < AT_BOUND for p, s, b in found) else set()


def _natural(candidate: Candidate, steps: Array, low: Array) -> str:
    words = {"g": "no leak", "release": "no hold after a spike", "delay": "no delay"}
    at = [p.name for p, s, b in zip(candidate.parameters, steps, low, strict=True) if p.natural and s - b < AT_BOUND]
    return ", ".join(words.get(n, f"{n} is zero") for n in at)


def _covariance(work: _Residuals, steps: Array) -> Array:
    """Of the steps: how residuals of intervals scatter (those within one belong together), and what they may share.

    Scatter is H^-1 (sum of g g') H^-1 n/(n - p), with H = J'WJ, g = J'Wr of an interval and W the weights of soft L1.
    Source: White 1980, Econometrica 48:817; Liang and Zeger 1986, Biometrika 73:13.
    A circuit that is not quite the model errs in the same way in every interval, which no scatter shows. So it is
    added what the parameters would do if a typical residual were common to all: a shift of every voltage, a shift
    in proportion to the voltage, a shift of every spike.
    """
    jacobian, residuals = work.slopes(steps), work.values(steps)
    w = 1 / np.sqrt(1 + residuals**2)
    cluster = np.concatenate([work.seen.cluster, work.seen.spike_cluster])
    bread = np.linalg.pinv(jacobian.T @ (w[:, None] * jacobian), hermitian=True)
    scores = np.zeros((work.seen.clusters, len(steps)))
    np.add.at(scores, cluster, jacobian * (w * residuals)[:, None])
    n = work.seen.clusters
    moved = bread @ jacobian.T @ (w[:, None] * _common(work, residuals))
    return bread @ (scores.T @ scores) @ bread * n / max(1, n - len(steps)) + moved @ moved.T


def _common(work: _Residuals, residuals: Array) -> Array:
    """Errors that all intervals may share, in the units of the residuals; shape (residuals, 3)."""
    spikes, v = len(work.seen.spikes), work.observed
    of_v, late = residuals[:-spikes], residuals[-spikes:]
    size = np.sqrt(np.sum(of_v**2) / np.sum((work.scale * work.sigma_v) ** 2)) * work.sigma_v * work.scale
    tilt = (v - np.median(v)) / np.ptp(v)
    none, zero = np.zeros(spikes), np.zeros(len(v))
    shift = np.full(spikes, 1.48 * np.median(np.abs(late)))
    return np.array(
        [np.concatenate([size, none]), np.concatenate([size * tilt, none]), np.concatenate([zero, shift])]
    ).T  # fmt: skip
