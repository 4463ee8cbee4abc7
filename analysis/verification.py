"""The main job on one circuit: derive, write the netlist, run it, solve the model, compare, explain.

Nothing that was computed is lost because a later thing failed: a `Verification` holds what there is,
and the error that stopped the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, field, frozen

from ..circuits.arguments import want
from ..circuits.circuit import Circuit
from ..circuits.closed_forms.derivations import derivations, is_single_neuron
from ..circuits.closed_forms.lif_forms import ideal_lif
from ..circuits.elements import Opaque, Probe, SpikeProbe
from ..circuits.equations.derivation import Derivation
from ..circuits.equations.derive import derive
from ..circuits.errors import LapicqueError, NotDerivedError
from ..circuits.library import Entry, build, circuit_of, entry_of, target_of
from ..circuits.library.predictions import prediction_derivations
from ..circuits.library.target import Suspect
from ..circuits.opaque import without_equations
from ..circuits.runs.run_length import end_of
from ..circuits.showing import html
from ..circuits.units import Value
from ..netlists.spice.analyses import Transient
from .comparison import Comparison, Metric, compare
from .explanation import Explanation, explain
from .limits import Tolerance, is_plain, limits_of
from .measures import prediction_metrics
from .models.closed_form import closed_form_waveform
from .models.frequency import Bode, bode
from .models.model import Solution, solve
from .rates import FiCurve, fi_curve
from .spikes import spike_times
from .targets.comparison import TargetComparison, compare_target
from .targets.limits import target_limits

if TYPE_CHECKING:
    import xarray

    from ..netlists.ngspice.engine import Engine

    Extra = Callable[["Verification", Engine | None, Tolerance], "Verification"]

UNEXPLAINED = 0.01
"""Largest part of the ideal-to-circuit difference that may stay unexplained."""
FI_RATIOS = (0.8, 1.05, 1.25, 1.6, 2.0, 3.0, 4.0)
"""Currents of the f-I curve over the rheobase."""


@frozen(eq=False, str=False, repr=False)
class Verification:
    """What was found out about one circuit; fields that a failure prevented are None."""

    name: str
    entry: Entry
    circuit: Circuit
    accuracy: str
    stop: float
    derivations: tuple[Derivation, ...]
    netlist: str | None = None
    solution: Solution | None = field(default=None, repr=False)
    simulated: xarray.Dataset | None = field(default=None, repr=False)
    comparison: Comparison | None = None
    target: TargetComparison | None = None
    closed_form: tuple[Metric, ...] = ()
    explanation: Explanation | None = None
    bode: Bode | None = field(default=None, repr=False)
    fi: FiCurve | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()

    def __repr__(self) -> str:
        verdict = self.comparison.verdict if self.comparison else "nothing was compared"
        trouble = "".join(f"; {words}" for words in self.failures)
        return f"<verification of {self.name!r}: {'passed' if self.passed else 'FAILED'}. {verdict}{trouble}>"

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """All figures with their limits."""
        own = self.comparison.metrics if self.comparison else ()
        meant = self.target.metrics if self.target else ()
        return (*own, *meant, *self.closed_form, *_explained(self.explanation))

    def __str__(self) -> str:
        return "\n".join([repr(self), *self.notes])

    def _repr_html_(self) -> str:
        return html(self)

    @property
    def passed(self) -> bool:
        """Nothing failed, ngspice ran, and every figure is within its limit."""
        return not self.failures and self.comparison is not None and all(m.passed for m in self.metrics)


def _explained(explanation: Explanation | None) -> tuple[Metric, ...]:
    if explanation is None:
        return ()
    part = abs(explanation.unexplained) / max(abs(explanation.total), 1e-15)
    return (Metric("difference to the ideal neuron: unexplained", part, UNEXPLAINED, "of the difference"),)


def verify(
    what: str | Circuit, engine: Engine | None, accuracy: str = "standard", changes: Mapping[str, Any] | None = None,
    tolerance: Tolerance | None = None, stop: Value | None = None, curves: bool = True,
) -> Verification:  # fmt: skip
    """Do the main job on one circuit.

    Args:
        what: the name of a circuit of the library, or a circuit.
        engine: to run ngspice in; None leaves out what needs it and says so.
        accuracy: of ngspice.
        changes: builder parameters and element values.
        tolerance: what counts as agreement; what the accuracy promises unless given.
        stop: end of the run; long enough to show what the circuit does unless given.
        curves: measure the frequency response or the f-I curve too, which pictures show and no verdict asks for.

    Returns:
        Everything that could be found out.

    Raises:
        UnknownNameError: no such circuit, parameter or accuracy.
        DesignError: no `stop`, and none follows from the circuit.
        LapicqueError: the circuit itself is impossible.
        NotDerivedError: a device of it only ngspice knows.
    """
    from ..netlists.ngspice.engine import Engine

    circuit = circuit_of(what, changes)
    want(engine, (Engine, type(None)), "engine", "make one, `with Engine() as engine`")
    want(tolerance, (Tolerance, type(None)), "tolerance", "make one, such as Tolerance(1e-3, 1e-3)")
    if opaque := circuit.of_type(Opaque):
        raise NotDerivedError(without_equations(circuit.title, opaque))
    found = entry_of(what if isinstance(what, str) else circuit)
    made = (*derivations(circuit), *prediction_derivations(found.predictions(circuit)))
    state = Verification(found.name, found, circuit, accuracy, end_of(circuit, found.stop, stop), made)
    limits = tolerance or limits_of(circuit, accuracy)
    for step in (_write, _solve, _run):
        try:
            state = step(state, engine)
        except LapicqueError as error:
            state = evolve(state, failures=(*state.failures, str(error)))
    if state.solution is not None and state.simulated is not None:
        state = evolve(state, comparison=compare(state.solution, state.simulated, limits))
    if isinstance(what, str):
        state = _meant(state, changes or {})
    for extra in (_closed_form, _predict, _explain, *([_curves] if curves else [])):
        state = _noted(extra, state, engine, limits)
    return state


def _noted(extra: Extra, state: Verification, engine: Engine | None, limits: Tolerance) -> Verification:
    """What an extra adds, or a note of why it adds nothing.

    A fault of ours, of whatever kind, is a failure and so the verdict, but the comparison that was made is not lost.
    """
    try:
        return extra(state, engine, limits)
    except LapicqueError as error:
        return evolve(state, notes=(*state.notes, str(error)))
    except Exception as error:
        first = (str(error).splitlines() or [""])[0][:300]
        step = getattr(extra, "__name__", "a step").strip("_")
        said = f"{step!r} stopped by a fault of lapicque: {type(error).__name__}: {first}; please report it."
        return evolve(state, failures=(*state.failures, said))


def _write(state: Verification, engine: Engine | None) -> Verification:
    from ..netlists.spice.text import netlist_text

    return evolve(state, netlist=netlist_text(state.circuit, Transient(state.stop), state.accuracy))


def _solve(state: Verification, engine: Engine | None) -> Verification:
    return evolve(state, solution=solve(state.circuit, state.stop))


def _run(state: Verification, engine: Engine | None) -> Verification:
    from ..netlists.ngspice.ngspice_library import find_library

    if engine is None:
        find_library()  # says how to get it where there is none
        raise LapicqueError("ngspice was not run, since no engine was given: make one, `with Engine() as engine`.")
    run = engine.run(state.circuit, Transient(state.stop), state.accuracy)
    said = (run.attrs["warning"],) if "warning" in run.attrs else ()
    return evolve(state, simulated=run, notes=(*state.notes, *said))


def _meant(state: Verification, changes: Mapping[str, Any]) -> Verification:
    """Hold the circuit against the published equations that it is meant to be."""
    if state.solution is None:
        return state
    name = state.name
    try:
        wanted = target_of(name, changes)
        if wanted is None:
            return state

        def rebuilt(suspect: Suspect) -> Circuit:
            return build(name, {**changes, **dict(suspect.changes)})

        return evolve(state, target=compare_target(wanted, state.solution, target_limits(name), rebuilt))
    except LapicqueError as error:
        return evolve(state, notes=(*state.notes, str(error)))


def _closed_form(state: Verification, engine: Engine | None, limits: Tolerance) -> Verification:
    equations = derive(state.circuit)
    if state.simulated is None or not is_plain(equations):
        return state
    times = state.simulated["time"].values
    metrics = []
    swings = {w.signal: w.swing for w in state.comparison.waveforms} if state.comparison else {}
    for probe in state.circuit.of_type(Probe):
        exact = closed_form_waveform(equations, probe, times)
        error = float(np.max(np.abs(exact - state.simulated[probe.name].values))) / swings[probe.name]
        metrics.append(Metric(f"{probe.name}: ngspice against closed form", error, limits.waveform, "of swing"))
    return evolve(state, closed_form=tuple(metrics))


def _explain(state: Verification, engine: Engine | None, limits: Tolerance) -> Verification:
    if not is_single_neuron(state.circuit) or state.solution is None:
        return state
    probe = state.circuit.of_type(SpikeProbe)[0]
    spikes = None
    if state.simulated is not None:
        spikes = spike_times(probe, state.simulated["time"].values, state.simulated[probe.name].values)
    return evolve(state, explanation=explain(state.solution, spikes))


def _curves(state: Verification, engine: Engine | None, limits: Tolerance) -> Verification:
    if state.entry.kind == "linear":  # a netlist has no probe: which of its nodes is the output nobody has said
        return evolve(state, bode=bode(state.circuit, engine)) if state.circuit.of_type(Probe) else state
    if state.entry.kind != "neuron":
        return state

    if not is_single_neuron(state.circuit):
        if not state.entry.currents:
            return state
        return evolve(state, fi=fi_curve(state.circuit, state.entry.currents, engine, "fast", stop=state.stop))
    ideal = ideal_lif(derive(state.circuit))
    currents = np.array(FI_RATIOS) * ideal.value(ideal.rheobase)
    return evolve(state, fi=fi_curve(state.circuit, currents, engine, "fast"))


def _predict(state: Verification, engine: Engine | None, limits: Tolerance) -> Verification:
    if state.simulated is None:
        return state
    predictions = state.entry.predictions(state.circuit)
    found = prediction_metrics(predictions, state.circuit, state.simulated, limits)
    return evolve(state, closed_form=(*state.closed_form, *found))
