"""The comparisons of one case, and the verdict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import field, frozen
from fuzz import bare
from fuzz.case import Case
from fuzz.guard import VERDICTS, Leg, guarded
from fuzz.reference import Reference, Signals, bands, signals, worst
from oracles.transient import OracleError

MODEL = (1e-6, 1e-7)
MODEL_NONLINEAR = (2e-5, 2e-6)
"""What the model may be off by, as a part of a signal's swing and of the largest signal of its kind."""
ENGINE = (5e-3, 5e-4)
"""The same for ngspice beside ngspice, within"""
WINDOW, WINDOW_SWITCHED = 1e-3, 3e-3
"""a window of this part of the run."""
FINER = 100.0
"""How much more exact the oracle is asked to be before the model is said to be wrong."""
LONG = 200_000
"""Runs of more points are not tried again at `reference`."""


@frozen(eq=False)
class Judgement:
    """All legs of a case."""

    case: Case
    legs: tuple[Leg, ...] = field(converter=tuple)

    @property
    def verdict(self) -> str:
        """The worst."""
        return max((leg.verdict for leg in self.legs), key=VERDICTS.index)


def judge(case: Case, engine: Any = None) -> Judgement:
    """Compare what lapicque gives with the oracles.

    Args:
        case: any case.
        engine: an engine of ngspice; without one only the model is judged.
    """
    from lapicque.analysis import solve

    circuit, wrong = guarded("build", case.circuit)
    if wrong is not None:
        return Judgement(case, [wrong])
    truth = Reference(case)
    solution, wrong = guarded("model", lambda: solve(circuit, case.stop))
    legs = [wrong or model_leg(truth, solution)]
    if engine is not None:
        from lapicque.netlists import Transient

        simulated, wrong = guarded("engine", lambda: engine.run(circuit, Transient(case.stop)))
        legs.append(
            wrong or engine_leg(truth, simulated, lambda: engine.run(circuit, Transient(case.stop), "reference"))
        )
        if solution is not None and simulated is not None:
            compared = compare_leg(solution, simulated, case, engine)
            if legs[-1].verdict == "disagree" and compared.verdict in ("coarse", "sensitive"):  # bare ngspice is too
                legs[-1] = Leg("engine", compared.verdict, legs[-1].said)
            legs.append(compared)
        legs += still_leg(case, circuit, engine)
    return Judgement(case, legs)


def model_leg(truth: Reference, solution: Any) -> Leg:
    """The numerical model against the dense oracle, at the oracle's own instants."""
    from lapicque.analysis import result

    case = truth.case
    try:
        run = truth.run
    except OracleError as error:
        return Leg("model", "unjudged", str(error))
    times = run.times[run.smooth]
    shifts = np.array([-1e-9, 0.0, 1e-9]) * case.stop
    asked = [np.clip(times + d, 0, case.stop) for d in shifts]
    found, wrong = guarded("model", lambda: [result(solution, t) for t in asked])
    if wrong is not None:
        return wrong
    warning = found[1].attrs.get("warning", "")
    if absent := [n for n in case.signals() if _in(found[1], n) is None]:
        return Leg("model", "disagree", f"not in the result: {absent}")
    rows = {n: np.array([_in(f, n) for f in found]) for n in case.signals()}
    low, high = ({n: f(r, axis=0) for n, r in rows.items()} for f in (np.min, np.max))
    limits = MODEL_NONLINEAR if case.network.nonlinear else MODEL
    error, said = worst(case, {n: v[run.smooth] for n, v in signals(case, run).items()}, low, high, times, *limits)
    if error <= 1:
        return Leg("model", "agree")
    if case.network.nonlinear and truth.finer == 1:
        return model_leg(Reference(case, FINER), solution)
    if _sensitive(truth, error, limits):
        return Leg("model", "sensitive", said)
    return Leg("model", "warned" if warning else "disagree", said + warning)


def _in(result: Any, name: str) -> np.ndarray | None:
    """A signal of a result; a node that is called as the axis is has another name there."""
    called = next((n for n in (name, f"v({name})") if n in result.data_vars), None)
    return None if called is None else result[called].values


def _sensitive(truth: Reference, error: float, limits: tuple[float, float]) -> bool:
    """Whether nudged values change the run by as much as was found."""
    try:
        other = truth.nudged()
    except OracleError:
        return True
    case, run = truth.case, truth.run
    grid = run.times[run.smooth]
    first = {n: v[run.smooth] for n, v in signals(case, run).items()}
    second = {n: np.interp(grid, other.times, v) for n, v in signals(case, other).items()}
    return worst(case, first, second, second, grid, *limits)[0] > error / 3


def engine_leg(truth: Reference, simulated: Any, finer: Callable[[], Any]) -> Leg:
    """The engine against bare ngspice: within a band of time and size, at `reference` where it is not at `standard`."""
    case = truth.case
    if absent := [n for n in case.signals() if _in(simulated, n) is None]:
        return Leg("engine", "disagree", f"not in the result: {absent}")
    ours, times = _signals(case, simulated)
    try:
        run = bare.run(case.parts, case.stop)
        error, said = _beside(case, ours, times, run)
        if error > 1:  # a switch of bare ngspice may be late by up to a step
            run = bare.run(case.parts, case.stop, 10 * bare.STEPS)
            error, said = _beside(case, ours, times, run)
    except bare.BareError as wrong:
        return Leg("engine", "unjudged", f"bare ngspice: {wrong}")
    if error <= 1:
        return Leg("engine", "agree")
    said = said.replace("is", "is in bare ngspice").replace("should be", "in the engine")
    if _bare_is_wrong(truth, run):
        return Leg("engine", "unjudged", f"bare ngspice is not what the oracle says: {said}")
    if warning := simulated.attrs.get("warning", ""):
        return Leg("engine", "warned", f"{said}{warning}")
    better, wrong = guarded("engine", finer)
    if better is not None and _beside(case, *_signals(case, better), run)[0] <= 1:
        return Leg("engine", "coarse", said)
    return Leg("engine", "disagree", f"{said}{wrong.said if wrong else ''}")


def _signals(case: Case, result: Any) -> tuple[Signals, np.ndarray]:
    return {n: _in(result, n) for n in case.signals()}, result["time"].values


def _beside(case: Case, ours: Signals, times: np.ndarray, run: Any) -> tuple[float, str]:
    seen = times >= run.times[0]  # what is over before ngspice's first step is not in its result
    times, ours = times[seen], {n: v[seen] for n, v in ours.items()}
    window = (WINDOW_SWITCHED if case.network.switches or case.network.nonlinear else WINDOW) * case.stop
    return worst(case, ours, *bands(case, run, times, window), times, *ENGINE)


def _bare_is_wrong(truth: Reference, run: bare.BareRun) -> bool:
    """ngspice by itself may be, at switches above all: then it is no judge."""
    try:
        right = truth.run
    except OracleError:
        return False
    return _beside(truth.case, signals(truth.case, right), right.times, run)[0] > 1


def compare_leg(solution: Any, simulated: Any, case: Case, engine: Any) -> Leg:
    """Our own comparison of the model with ngspice, at `reference` where it fails at `standard`."""
    from lapicque.analysis import compare, solve
    from lapicque.netlists import Transient

    circuit, stop = case.circuit(), case.stop
    made, wrong = guarded("compare", lambda: compare(solution, simulated))
    if wrong is not None:
        return wrong
    if made.passed:
        return Leg("compare", "agree")
    said = _failing(made)
    if warning := simulated.attrs.get("warning", ""):
        return Leg("compare", "warned", f"{said} {warning}")
    if len(simulated["time"]) > LONG:  # a part of the run has to do
        stop *= LONG / len(simulated["time"]) / 4
        solution, wrong = guarded("compare", lambda: solve(circuit, stop))
        if wrong is not None:
            return wrong
    finer, wrong = guarded("compare", lambda: engine.run(circuit, Transient(stop), "reference"))
    if wrong is not None:
        return Leg("compare", "disagree", f"{said}; at reference: {wrong.said}")
    again, wrong = guarded("compare", lambda: compare(solution, finer))
    if wrong is not None:
        return wrong
    if again.passed:
        return Leg("compare", "coarse", said)
    said = f"{said}; at reference: {_failing(again)}"
    if again.drift:  # it adds up in ngspice, and is said; whether the model is right, its own leg tells
        return Leg("compare", "warned", said)
    return Leg("compare", "sensitive" if _grazes(solution, case.nudged().circuit(), stop, finer) else "disagree", said)


def _grazes(solution: Any, nudged: Any, stop: float, simulated: Any) -> bool:
    """Whether nudged values change the model by more than a comparison allows, at the times of a simulation."""
    from lapicque.analysis import compare, result, solve

    times = simulated["time"].values
    other, _ = guarded("compare", lambda: result(solve(nudged, stop), np.minimum(times, stop)))
    made, _ = guarded("compare", lambda: compare(solution, other)) if other is not None else (None, None)
    return made is not None and not made.passed


def _failing(made: Any) -> str:
    return "; ".join(f"{m.name} {m.value:.3g} of {m.limit:.3g}" for m in made.metrics if not m.passed) or "agrees"


def still_leg(case: Case, circuit: Any, engine: Any) -> list[Leg]:
    """Small signals or the operating point of a circuit without switches and laws, against a dense solution."""
    from lapicque.netlists import AC, OperatingPoint

    net, small = case.network, case.seed % 3 == 1
    if net.switches or net.nonlinear or case.seed % 3 == 2:
        return []
    driven = case.seed % len(net.sources)
    what = AC(net.sources[driven].name, 0.1 / case.stop, 1e3 / case.stop, 3) if small else OperatingPoint()
    found, wrong = guarded("still", lambda: engine.run(circuit, what))
    if wrong is not None:
        return [wrong]
    s = 2j * np.pi * found["frequency"].values if small else np.zeros(1)
    e, a, b = net.matrices
    u = b[:, driven] if small else b @ net.drive(0.0, case.stop)(np.zeros(1))[:, 0]
    try:
        x = np.array([np.linalg.solve(k * e - a, u) for k in s]).T
    except np.linalg.LinAlgError:
        return [_any_rest(what, a, u)]
    for n, (kind, name) in case.signals().items():
        right = net.current(name, np.zeros((0, len(s))), x) if kind == "current" else net.incidence(name, "0") @ x
        largest = np.abs(x[len(net.nodes) :] if kind == "current" else x[: len(net.nodes)]).max(axis=0)
        ours = np.atleast_1d(_in(found, n))
        error = np.abs(ours - right) / (1e-5 * np.abs(right) + 1e-7 * largest + 1e-12)
        if not error.max() <= 1:
            k = int(np.argmax(error))
            return [Leg("still", "disagree", f"{what}: {n!r} is {ours[k]:.7g}, should be {right[k]:.7g}")]
    return [Leg("still", "agree")]


def _any_rest(what: Any, a: np.ndarray, u: np.ndarray) -> Leg:
    """A circuit whose charge is free has an operating point where anything at all stands still, and then many."""
    scale = np.abs(a).max(axis=1)
    rest = np.linalg.lstsq(-a / scale[:, None], u / scale, rcond=1e-12)[0]
    size = np.abs(a).max(axis=1) * np.abs(rest).max()  # of what the least squares rounded
    still = np.abs(a @ rest + u) <= 1e-9 * (np.abs(a) @ np.abs(rest) + np.abs(u)) + 1e-12 * size
    return Leg("still", "agree" if still.all() else "disagree", f"{what}: there is none")
