"""Three comparisons of one case, and the verdict."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import numpy as np
from attrs import field, frozen
from fuzz import bare
from fuzz.case import Case
from oracles import transient
from oracles.parts import Part

LEG_SECONDS = 20
"""Longest time that lapicque may take for one leg; ngspice's processes get three times as long by the clock."""
VERDICTS = ("agree", "coarse", "sensitive", "refused", "unjudged", "warned", "disagree", "exception", "hang")
"""From good to bad: a case is as bad as its worst leg. Coarse: our comparison wants the accuracy `reference`.
Sensitive: a ten-millionth of its values changes the run as much. Unjudged: the oracle has no answer."""
NUDGE = 1e-7
LONG = 20_000
"""Runs of more points are not tried again at `reference`."""


class Hang(BaseException):
    """A leg took too long."""


@frozen
class Leg:
    """What one comparison gave."""

    name: str
    verdict: str
    said: str = ""


@frozen(eq=False)
class Judgement:
    """All legs of a case."""

    case: Case
    legs: tuple[Leg, ...] = field(converter=tuple)

    @property
    def verdict(self) -> str:
        """The worst."""
        return max((leg.verdict for leg in self.legs), key=VERDICTS.index)


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise Hang

    # The process's own time, not the clock's: a busy machine makes no hang.
    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _guarded(name: str, leg: Callable[[], Any]) -> tuple[Any, Leg | None]:
    """What a leg gives, or the verdict that its end is."""
    from lapicque.circuits import LapicqueError
    from lapicque.netlists import SimulationTimeout

    try:
        with _limit(LEG_SECONDS):
            return leg(), None
    except Hang:
        return None, Leg(name, "hang", "no end")
    except SimulationTimeout as error:
        return None, Leg(name, "hang", str(error))
    except LapicqueError as error:
        return None, Leg(name, "refused", f"{type(error).__name__}: {error}")
    except Exception:
        return None, Leg(name, "exception", traceback.format_exc(limit=-6))


def judge(case: Case, engine: Any = None) -> Judgement:
    """Compare what lapicque gives with the oracles.

    Args:
        case: any case.
        engine: an engine of ngspice; without one only the model is judged.
    """
    from lapicque.analysis import solve

    circuit, wrong = _guarded("build", case.circuit)
    if wrong is not None:
        return Judgement(case, [wrong])
    solution, wrong = _guarded("model", lambda: solve(circuit, case.stop))
    legs = [wrong or model_leg(case, solution)]
    if engine is not None:
        from lapicque.netlists import Transient

        simulated, wrong = _guarded("engine", lambda: engine.run(circuit, Transient(case.stop)))
        legs.append(wrong or engine_leg(case, simulated))
        if solution is not None and simulated is not None:
            legs.append(compare_leg(solution, simulated, circuit, case.stop, engine))
        legs += still_leg(case, circuit, engine)
    return Judgement(case, legs)


def model_leg(case: Case, solution: Any) -> Leg:
    """The numerical model against the dense oracle, at the oracle's own instants."""
    from lapicque.analysis import result

    ours, wrong = _guarded("model", lambda: result(solution, np.array([0.0, case.stop])))
    if wrong is not None:
        return wrong
    try:
        reference = transient.run(case.parts, case.stop, tolerance=_oracle_tolerance(case))
    except transient.OracleError as error:
        return Leg("model", "unjudged", str(error))
    inside = reference.smooth
    times = reference.times[inside]

    def band() -> tuple[Any, Any]:
        shift = 1e-9 * case.stop
        rows = [result(solution, np.clip(times + d, 0, case.stop)) for d in (-shift, 0.0, shift)]
        low = {n: np.min([_in(r, n) for r in rows], axis=0) for n in case.signals()}
        return low, {n: np.max([_in(r, n) for r in rows], axis=0) for n in case.signals()}

    bands, wrong = _guarded("model", band)
    if wrong is not None:
        return wrong
    truth = {n: _of(reference, *what)[inside] for n, what in case.signals().items()}
    near, far = (1e-6, 1e-7) if not case.network.nonlinear else (2e-5, 2e-6)
    worst, said = _worst(case, truth, *bands, times, near, far)
    if worst <= 1:
        return Leg("model", "agree")
    if _sensitive(case, worst, near, far, reference):
        return Leg("model", "sensitive", said)
    return Leg("model", "warned" if ours.attrs.get("warning") else "disagree", said + ours.attrs.get("warning", ""))


def _oracle_tolerance(case: Case) -> float:
    return 1e-8 if case.network.nonlinear else 1e-10


def _in(result: Any, name: str) -> np.ndarray:
    """A signal of a result; a node that is called as the axis is has another name there."""
    return result[name if name in result.data_vars else f"v({name})"].values


def _of(run: Any, what: str, name: str) -> np.ndarray:
    return run.voltage(name) if what == "node" else run.current(name)


def _worst(
    case: Case, truth: dict, low: dict, high: dict, times: np.ndarray, near: float, far: float
) -> tuple[float, str]:
    """The largest error over what is allowed, and where."""
    swings = {n: float(np.ptp(truth[n])) if len(truth[n]) else 0.0 for n in truth}
    sizes = {n: float(np.abs(truth[n]).max(initial=0.0)) for n in truth}
    found, said = 0.0, ""
    for n, (what, _) in case.signals().items():
        largest = max(s for m, s in sizes.items() if case.signals()[m][0] == what)
        allowed = near * swings[n] + far * largest + 1e-15
        error = np.maximum(np.maximum(low[n] - truth[n], truth[n] - high[n]), 0.0) / allowed
        error = np.where(np.isfinite(error), error, np.inf)
        if len(error) and error.max() > found:
            k = int(np.argmax(error))
            found = float(error[k])
            said = (
                f"{n!r} at {times[k]:.9g} s is {low[n][k]:.9g}, should be {truth[n][k]:.9g} (swing {swings[n]:.4g}). "
            )
    return found, said


def _sensitive(case: Case, worst: float, near: float, far: float, reference: Any) -> bool:
    """Whether nudged values change the run by as much as was found."""
    random = np.random.default_rng(1)

    def nudged(p: Part) -> Part:
        moved = {k: v * (1 + NUDGE * random.standard_normal()) for k, v in p.values.items() if isinstance(v, float)}
        return attrs.evolve(p, values={**p.values, **moved})

    try:
        other = transient.run(tuple(map(nudged, case.parts)), case.stop, tolerance=_oracle_tolerance(case))
    except transient.OracleError:
        return True
    grid = reference.times[reference.smooth]
    first = {n: np.interp(grid, reference.times, _of(reference, *w)) for n, w in case.signals().items()}
    second = {n: np.interp(grid, other.times, _of(other, *w)) for n, w in case.signals().items()}
    return _worst(case, first, second, second, grid, near, far)[0] > worst / 3


def engine_leg(case: Case, simulated: Any) -> Leg:
    """The engine against bare ngspice: within a band of time and size."""
    absent = [n for n in case.signals() if n not in simulated.data_vars and f"v({n})" not in simulated.data_vars]
    if absent:
        return Leg("engine", "disagree", f"not in the result: {absent}")
    try:
        worst, said = _beside_bare(case, simulated, bare.STEPS)
        if worst > 1:  # a switch of bare ngspice is late by up to a step
            worst, said = _beside_bare(case, simulated, 10 * bare.STEPS)
    except bare.BareError as error:
        return Leg("engine", "unjudged", f"bare ngspice: {error}")
    if worst <= 1:
        return Leg("engine", "agree")
    warning = simulated.attrs.get("warning", "")
    return Leg("engine", "warned" if warning else "disagree", f"{said}{warning}")


def _beside_bare(case: Case, simulated: Any, steps: int) -> tuple[float, str]:
    reference = bare.run(case.parts, case.stop, steps)
    times = simulated["time"].values
    ours = {n: _in(simulated, n) for n in case.signals()}
    window = (3e-3 if case.network.switches or case.network.nonlinear else 1e-3) * case.stop
    bands = {n: _band(times, reference.times, _of(reference, *w), window) for n, w in case.signals().items()}
    low, high = ({n: b[k] for n, b in bands.items()} for k in (0, 1))
    worst, said = _worst(case, ours, low, high, times, 5e-3, 5e-4)
    return worst, said.replace("is", "is in bare ngspice").replace("should be", "in the engine")


def _band(at: np.ndarray, times: np.ndarray, values: np.ndarray, window: float) -> tuple[np.ndarray, np.ndarray]:
    """Least and largest value of a waveform within a window about each instant."""
    low, high = np.empty(len(at)), np.empty(len(at))
    edges = np.interp(np.concatenate([at - window, at, at + window]), times, values).reshape(3, -1)
    first, last = np.searchsorted(times, at - window), np.searchsorted(times, at + window, side="right")
    for k, (i, j) in enumerate(zip(first, last, strict=True)):
        inside = values[i:j]
        low[k] = min(inside.min(initial=np.inf), edges[:, k].min())
        high[k] = max(inside.max(initial=-np.inf), edges[:, k].max())
    return low, high


def compare_leg(solution: Any, simulated: Any, circuit: Any, stop: float, engine: Any) -> Leg:
    """Our own comparison of the model with ngspice, at `reference` where it fails at `standard`."""
    from lapicque.analysis import compare
    from lapicque.netlists import Transient

    made, wrong = _guarded("compare", lambda: compare(solution, simulated))
    if wrong is not None:
        return wrong
    if made.passed:
        return Leg("compare", "agree")
    said = "; ".join(f"{m.name} {m.value:.3g} of {m.limit:.3g}" for m in made.metrics if not m.passed)
    if warning := simulated.attrs.get("warning", ""):
        return Leg("compare", "warned", f"{said} {warning}")
    if len(simulated["time"]) > LONG:
        return Leg("compare", "disagree", said)
    finer, wrong = _guarded("compare", lambda: engine.run(circuit, Transient(stop), "reference"))
    if wrong is not None:
        return Leg("compare", "disagree", f"{said}; at reference: {wrong.said}")
    again, wrong = _guarded("compare", lambda: compare(solution, finer))
    if wrong is not None:
        return wrong
    worst = "; ".join(f"{m.name} {m.value:.3g} of {m.limit:.3g}" for m in again.metrics if not m.passed)
    return Leg("compare", "disagree" if worst else "coarse", f"{said}; at reference: {worst or 'agrees'}")


def still_leg(case: Case, circuit: Any, engine: Any) -> list[Leg]:
    """Small signals or the operating point of a circuit without switches and laws, against a dense solution."""
    from lapicque.netlists import AC, OperatingPoint

    net = case.network
    if net.switches or net.nonlinear or case.seed % 3 == 2:
        return []
    source = net.sources[case.seed % len(net.sources)].name
    band = 0.1 / case.stop, 1e3 / case.stop
    what = AC(source, *band, 3) if case.seed % 3 else OperatingPoint()
    found, wrong = _guarded("still", lambda: engine.run(circuit, what))
    if wrong is not None:
        return [wrong]
    s = 2j * np.pi * found["frequency"].values if case.seed % 3 else np.zeros(1)
    e, a, b = net.matrices
    u = b[:, case.seed % len(net.sources)] if case.seed % 3 else b @ net.drive(0.0, case.stop)(np.zeros(1))[:, 0]
    try:
        x = np.array([np.linalg.solve(k * e - a, u) for k in s]).T
    except np.linalg.LinAlgError:
        return [Leg("still", "disagree", f"{what}: there is none")]
    for n, (kind, name) in case.signals().items():
        truth = net.current(name, np.zeros((0, len(s))), x) if kind == "current" else net.incidence(name, "0") @ x
        rows = len(net.nodes)
        largest = np.abs(x[rows:] if kind == "current" else x[:rows]).max(axis=0)
        ours = np.atleast_1d(_in(found, n))
        error = np.abs(ours - truth) / (1e-5 * np.abs(truth) + 1e-7 * largest + 1e-12)
        if not error.max() <= 1:
            k = int(np.argmax(error))
            return [Leg("still", "disagree", f"{what}: {n!r} is {ours[k]:.7g}, should be {truth[k]:.7g}")]
    return [Leg("still", "agree")]
