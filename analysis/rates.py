"""f-I curves: the ideal formula, the circuit's own equations, and ngspice, at the same currents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ..circuits.arguments import KindError, brief, positive, row, want
from ..circuits.circuit import Circuit, want_circuit
from ..circuits.closed_forms.derivations import is_single_neuron
from ..circuits.closed_forms.lif_forms import IdealLif, ideal_lif
from ..circuits.elements import SpikeProbe
from ..circuits.equations.derive import derive
from ..circuits.errors import QuantityError
from ..circuits.inputs import input_of, input_unit, spikes_of
from ..circuits.library import circuit_of
from ..circuits.showing import html
from ..circuits.units import Value, parse, show
from ..netlists.spice.analyses import Transient
from .firing import RTOL, told
from .firing import firing as measured
from .models.model import solve
from .plain_firing import firing_in, is_plain_run, late_spikes, want_engine
from .spikes import spike_times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..netlists.ngspice.engine import Engine

    Array = NDArray[np.float64]

INTERVALS = 4.5
"""First length of a run in ideal intervals: enough for three full ones."""
FINE = 400
"""Points of the closed form in a picture."""


@frozen(eq=False, str=False, repr=False)
class FiCurve:
    """Firing rates in hertz; zero where the neuron comes to rest, nan where its run does not tell (`notes` say why).

    Attributes:
        rheobase: amperes; None where it was not looked for.
        currents: of the circuits, shape (points,); volts where a voltage source is the input.
        unit: of the currents, "A" or "V".
        formula: the closed form at the currents; None for neurons that have none.
        ideal: fine currents and the closed form there, for pictures; None for neurons that have none.
        model: last interval of the circuit's equations, inverted; None for circuits that have none.
        simulated: the same from ngspice, None where it was not run.
        stops: length of each run of the model, seconds. ngspice sees less of one that stays silent while it creeps to
            rest: as much as tells.
        notes: what a reader must know of each rate, empty for those that are clear.
    """

    rheobase: float | None
    currents: Array
    unit: str
    formula: Array | None
    ideal: tuple[Array, Array] | None
    model: Array | None
    simulated: Array | None
    stops: Array
    notes: tuple[str, ...]

    def __str__(self) -> str:
        name = "voltage" if self.unit == "V" else "current"
        head = f"{name:>12}  {'ideal/Hz':>10}  {'model/Hz':>10}  {'ngspice/Hz':>10}"
        return "\n".join([head, *map(self._row, range(len(self.currents)))])

    def __repr__(self) -> str:
        return f"<f-I curve>\n{self}"

    def _repr_html_(self) -> str:
        return html(self)

    def _row(self, k: int) -> str:
        current = show(float(f"{self.currents[k]:.4g}"), self.unit)
        rates = (None if r is None else float(r[k]) for r in (self.formula, self.model, self.simulated))
        columns = (f"{'-' if r is None else '?' if np.isnan(r) else f'{r:.5g}':>10}" for r in rates)
        return f"{current:>12}  {'  '.join(columns)}{'  ' * bool(self.notes[k])}{self.notes[k]}"


def fi_curve(
    neuron: str | Circuit | Callable[[float], Circuit], currents: Sequence[Value] | Array,
    engine: Engine | None = None, accuracy: str = "standard", progress: Callable[[], None] = lambda: None,
    stop: Value | None = None,
) -> FiCurve:  # fmt: skip
    """Measure the f-I curve of a neuron circuit.

    Args:
        neuron: a circuit with the role `input`, the name of one of the library, or a function from a current in amperes
            to a circuit.
        currents: where to measure, amperes (volts where a voltage source is the input).
        engine: to run ngspice in; None leaves ngspice out.
        accuracy: of ngspice.
        progress: called after each current.
        stop: length of each run, seconds. Unless given a run is made longer until its last two intervals are alike or
            the circuit is at rest: up to 256 of its longest time constants, or 200 spikes.

    Returns:
        Model, ngspice, and for LIF neurons the ideal formula.

    Raises:
        DesignError: no input, or no spike probe.
    """
    from ..netlists.ngspice.engine import Engine
    from ..netlists.spice.prepare import Job

    unit = input_unit(circuit_of(neuron)) if isinstance(neuron, (str, Circuit)) else None
    points = row(currents, "currents", "np.linspace(0.9e-6, 5e-6, 8)", unit)
    end = None if stop is None else positive(stop, "stop", "'100m'", unit="s")
    if engine is not None:
        want(engine, Engine, "engine", "make one, `with Engine() as engine`; the length of a run is stop='100m'")
    builder = builder_of(neuron)
    circuits = [_firing(builder, float(i)) for i in points]
    if is_plain_run(circuits[0]):
        return _of_ngspice(circuits, points, *want_engine(circuits[0], engine, end), accuracy, progress)
    ideal = ideal_lif(derive(circuits[0])) if is_single_neuron(circuits[0]) else None
    found = []
    for circuit, current in zip(circuits, points, strict=True):
        found.append(measured(circuit, end, None if ideal is None else _some_intervals(ideal, float(current))))
        if engine is None:
            progress()
    simulated = []
    jobs = [Job(c, Transient(f.enough), accuracy) for c, f in zip(circuits, found, strict=True)] if engine else []
    for circuit, of_model, result in zip(circuits, found, engine.run_many(jobs) if engine else (), strict=False):
        probe = circuit.of_type(SpikeProbe)[0]
        spikes = spike_times(probe, result["time"].values, result[probe.name].values)
        simulated.append(told(spikes, of_model.enough, of_model.rate == 0).rate)
        progress()
    return FiCurve(
        None if ideal is None else ideal.value(ideal.rheobase), points, input_unit(circuits[0]),
        None if ideal is None else _closed_form(ideal, points), None if ideal is None else _picture(ideal, points),
        np.array([f.rate for f in found]), np.array(simulated) if engine else None,
        np.array([f.stop for f in found]), tuple(f.note for f in found),
    )  # fmt: skip


def _of_ngspice(
    circuits: Sequence[Circuit], points: Array, engine: Engine, stop: float, accuracy: str, progress: Callable[[], None]
) -> FiCurve:
    """The curve of a circuit that has no equations."""
    from ..netlists.spice.prepare import Job

    found = []
    for circuit, run in zip(
        circuits, engine.run_many([Job(c, Transient(stop), accuracy) for c in circuits]), strict=True
    ):
        found.append(firing_in(circuit, run, stop))
        progress()
    rates, notes = np.array([f.rate for f in found]), tuple(f.note for f in found)
    stops = np.full(len(points), stop)
    return FiCurve(None, points, input_unit(circuits[0]), None, None, None, rates, stops, notes)


def _some_intervals(ideal: IdealLif, current: float) -> float:
    return INTERVALS * min(ideal.interval_at(current), 10 * ideal.value(ideal.membrane.tau))


def _closed_form(ideal: IdealLif, points: Array) -> Array:
    return 1 / ideal.intervals_at(points)


def _picture(ideal: IdealLif, points: Array) -> tuple[Array, Array]:
    """The closed form at points so many that a line through them is its picture."""
    fine = np.linspace(min(points.min(), ideal.value(ideal.rheobase)), points.max(), FINE)
    return fine, _closed_form(ideal, fine)


def find_rheobase(
    neuron: str | Circuit | Callable[[float], Circuit],
    silent: Value,
    firing: Value,
    stop: Value,
    within: float = 1e-3,
    engine: Engine | None = None,
) -> float:
    """The smallest constant current that keeps a neuron firing, by bisection on its model (ngspice where it has none).

    Args:
        neuron: as for `fi_curve`.
        silent: a current at which it does not fire on.
        firing: one at which it does.
        stop: length of each run, seconds; who fires in its second half, fires on.
        within: relative width at which to stop.
        engine: of ngspice, for circuits that have no equations.

    Returns:
        Amperes (volts where a voltage source is the input), the upper end of the last bracket.

    Raises:
        QuantityError: it fires at `silent`, or does not at `firing`; says what it does at both.
    """
    builder = builder_of(neuron)
    unit = input_unit(want_circuit(builder(parse(silent, "silent"))))
    low, high = parse(silent, "silent", unit), parse(firing, "firing", unit)
    stop = positive(stop, "stop", "0.1", unit="s")
    within = positive(within, "within", "1e-3", unit="")
    if not low < high:
        raise QuantityError(f"silent is {low:g} and firing {high:g}: the search goes from a smaller to a larger one.")

    def late(circuit: Circuit) -> int:
        if not is_plain_run(circuit):
            return _late_spikes(circuit, stop)
        return late_spikes(circuit, want_engine(circuit, engine, stop)[0], stop, "standard")

    _check_bracket([_firing(builder, i) for i in (low, high)], (low, high), stop, late)
    while high - low > within * abs(high):
        middle = (low + high) / 2
        low, high = (low, middle) if late(_firing(builder, middle)) else (middle, high)
    return high


def _late_spikes(circuit: Circuit, stop: float) -> int:
    """How often it fires in the second half of a run."""
    spikes = solve(circuit, stop, RTOL).spikes(circuit.of_type(SpikeProbe)[0])
    return int((spikes > stop / 2).sum())


def _check_bracket(
    circuits: Sequence[Circuit], currents: Sequence[float], stop: float, fires: Callable[[Circuit], int]
) -> None:
    """Refuse a search between two currents of which not the smaller one is silent and the larger one fires."""
    late = [fires(c) for c in circuits]
    if late[1] and not late[0]:
        return
    did = [
        f"at {show(i, input_unit(c))} it fires {f'{n} times' if n else 'not at all'}"
        for i, c, n in zip(currents, circuits, late, strict=True)
    ]
    if all(late):
        remedy = "give a smaller silent"
    elif late[0]:
        remedy = "its firing ends between them: give two between which it begins"
    else:
        remedy = "give a larger firing, or a longer stop"
    raise QuantityError(
        f"there is no rheobase of {circuits[0].title!r} to be found between silent and firing: {did[0]} and {did[1]} "
        f"in the second half of {show(stop, 's')}; {remedy}."
    )


def builder_of(neuron: str | Circuit | Callable[[float], Circuit]) -> Callable[[float], Circuit]:
    """What makes a neuron circuit for an input current in amperes.

    Raises:
        DesignError: a circuit that does not say which source is its input.
    """
    if isinstance(neuron, (str, Circuit)):
        source = input_of(circuit_of(neuron))
        return lambda current: circuit_of(neuron, {source: current})
    if callable(neuron):
        return neuron
    raise KindError(
        f"neuron is {brief(neuron)}: give a circuit, a name, or a function of the current, lambda i: lif(current=i)."
    )


def _firing(neuron: Callable[[float], Circuit], current: float) -> Circuit:
    """The circuit for a current, with something that detects its spikes."""
    circuit = want_circuit(neuron(current))
    spikes_of(circuit)
    return circuit
