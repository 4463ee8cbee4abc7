"""The numerical model: a circuit's own equations, run without ever seeing a netlist."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from ...circuits.arguments import positive, row, want
from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, C, CurrentProbe, Probe, R, SpikeProbe
from ...circuits.equations.derive import derive
from ...circuits.errors import QuantityError, unknown
from ...circuits.numeric.numeric import NumericEquations, compiled, inputs_at, node_expression, numeric
from ...circuits.probes import signal_name
from ...circuits.runs.starts import check_starts
from ...circuits.runs.ties import ties
from ...circuits.runs.validity import left_ranges
from ...circuits.showing import html
from ...circuits.units import Value, parse, show
from .hybrid import Transition, run_hybrid
from .passing import passing_times
from .pieces import Piece, Pieces, states_in
from .several import several
from .sliding import sliding
from .smooth import RTOL, run_smooth
from .smooth_times import smooth_crossings
from .solved_steps import Steps
from .step_polynomials import SolverStep

OUTSIDE = 1e-9
"""Times may be this part of a run before or after it: they are computed."""

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray
    from sympy import Expr

    Array = NDArray[np.float64]


@frozen(eq=False)
class Solution:
    """The solution of a circuit's equations; can be asked at any time.

    Attributes:
        loosened: the relative tolerance that was kept where rounding forbids the one that was asked for; else None.
    """

    system: NumericEquations
    stop: float
    pieces: Pieces | Steps = field(repr=False)
    transitions: list[Transition] = field(repr=False)
    loosened: float | None = None

    def __repr__(self) -> str:
        circuit = self.system.equations.circuit
        trains = "".join(f", {len(self.spikes(p))} spikes of {p.name}" for p in circuit.of_type(SpikeProbe))
        return f"<solution of {circuit.title!r}: 0 to {show(self.stop, 's')}{trains}>"

    def _repr_html_(self) -> str:
        return html(self)

    def states(self, times: Array) -> Array:
        """States at any times within the run; shape (n, points).

        Raises:
            QuantityError: no list of numbers, or a time outside the run.
        """
        times = self._within(times)
        return self._states_on(self._which(times), times)

    def _states_on(self, which: NDArray[np.int64], times: Array) -> Array:
        if isinstance(self.pieces, Steps):
            return self.pieces.states(which, times)
        return states_in(self.pieces, which, times)

    def voltage(self, plus: str, minus: str, times: Array) -> Array:
        """v(plus, minus) at times within the run, volts; shape (points,).

        Raises:
            QuantityError: no list of numbers, or a time outside the run.
        """
        return self.values([node_expression(self.system.equations, plus, minus)], times)[0]

    def values(self, expressions: list[Expr], times: Array) -> Array:
        """Expressions of states and inputs at times within the run; shape (k, points).

        Raises:
            QuantityError: no list of numbers, or a time outside the run.
        """
        times = self._within(times)
        return self.values_on(expressions, self._which(times), times)

    def values_on(self, expressions: list[Expr], which: NDArray[np.int64], times: Array) -> Array:
        """Expressions of states and inputs at times, each in a piece that is given; shape (k, points)."""
        states, inputs = self._states_on(which, times), inputs_at(self.system.equations, times)
        result = np.empty((len(expressions), len(times)))
        for piece, where in self._by_state(which):
            result[:, where] = _values(
                self.system, piece, expressions, times[where], states[:, where], inputs[:, where]
            )
        return result

    def _within(self, times: Array) -> Array:
        """Times as numbers, all within the run but for rounding; none at all is no error."""
        if isinstance(times, np.ndarray) and times.shape == (0,):
            return np.zeros(0)
        given = row(times, "times", f"[0, {self.stop:g}]")
        slack = OUTSIDE * self.stop
        if given.min() < -slack or given.max() > self.stop + slack:
            raise QuantityError(
                f"times go from {show(float(given.min()), 's')} to {show(float(given.max()), 's')}: the solution holds "
                f"from 0 to {show(self.stop, 's')}; give times within it, or solve for longer."
            )
        return given

    def _by_state(self, which: NDArray[np.int64]) -> list[tuple[Piece | SolverStep, NDArray[np.bool_]]]:
        """A piece of each state that the circuit is in, and which of some times, each in a piece, belong to it."""
        first, state = self._states
        index = state[which]
        return [(first[i], index == i) for i in np.unique(index)]

    def _which(self, times: Array) -> NDArray[np.int64]:
        """The piece that each of some times is in."""
        return np.clip(np.searchsorted(self.spans[:, 0], times, side="right") - 1, 0, len(self.spans) - 1)

    @cached_property
    def spans(self) -> Array:
        """Start and end of each piece, seconds; shape (pieces, 2)."""
        if isinstance(self.pieces, Steps):
            return self.pieces.spans
        return np.array([(p.start, p.end) for p in self.pieces]).reshape(-1, 2)

    @cached_property
    def _states(self) -> tuple[Sequence[Piece | SolverStep], NDArray[np.int64]]:
        """A piece of each state that the circuit is in, and the state of each piece."""
        if isinstance(self.pieces, Steps):
            return self.pieces.alike
        keys = [p.closed for p in self.pieces]
        first = dict(zip(reversed(keys), reversed(self.pieces), strict=True))
        order = {key: i for i, key in enumerate(first)}
        return list(first.values()), np.array([order[key] for key in keys])

    def spikes(self, probe: SpikeProbe | str) -> Array:
        """Spike times of a probe (or of that which has a name), exact to rounding in linear modes, seconds.

        Raises:
            UnknownNameError: no spike probe has this name.
        """
        probe = self._probe(probe) if isinstance(probe, str) else probe
        want(probe, SpikeProbe, "probe", "give one of the circuit, or its name")
        expression = node_expression(self.system.equations, probe.plus, probe.minus)
        sign = -1.0 if probe.falling else 1.0
        if isinstance(self.pieces, Steps):
            return _unique(np.array(smooth_crossings(self.pieces, expression, sign, probe.level)))
        return _unique(np.array(passing_times(self.system, self.pieces, expression, sign, probe.level)))

    def _probe(self, name: str) -> SpikeProbe:
        known = {p.name: p for p in self.system.equations.circuit.of_type(SpikeProbe)}
        if name not in known:
            raise unknown("spike probe", name, known)
        return known[name]

    @property
    def said(self) -> str:
        """What a reader must know of the run: jumps of laws that it starts on or slid along, rounding."""
        if not isinstance(self.pieces, Steps):
            return ""
        slid, starts = self.pieces.sliding, several(self.pieces, self.system.initial)
        return " ".join(s for s in (starts, sliding(slid) if slid else "", self._rounding()) if s)

    def _rounding(self) -> str:
        if self.loosened is None:
            return ""
        return (
            f"The model was solved to {self.loosened:g} of each state: rounding in its equations, differences of much "
            "larger terms, lets no step see less."
        )


def _spread(rows: Array, points: int) -> Array:
    return np.array([np.broadcast_to(r, (points,)) for r in rows]).reshape(len(rows), points)


def _values(
    system: NumericEquations, piece: Piece | SolverStep, expressions: list[Expr], times: Array, x: Array, u: Array
) -> Array:
    """Expressions at times at which a circuit is in the state of a piece; shape (k, points)."""
    if isinstance(piece, SolverStep):
        rates = piece.drive.rates(times - piece.since)
        return piece.field.read(piece.field.held.function(expressions), x, u, rates)
    function = compiled(system.equations, expressions)
    return _spread(function(x, u, system.resistances(piece.closed)), len(times))


def _unique(times: Array) -> Array:
    """A crossing at the seam of two pieces may be seen from both."""
    if len(times) < 2:
        return times
    return times[np.concatenate([[True], np.diff(times) > 1e-12 * np.maximum(np.abs(times[1:]), 1e-30)])]


def solve(circuit: Circuit, stop: Value, rtol: Value = RTOL) -> Solution:
    """Run a circuit's equations from its initial conditions.

    Args:
        circuit: any circuit; modes that are linear run exactly, others by a stiff solver, which takes 16 steps and 0.8
            kB + 1 kB a state for each period of a sine (and up to three times of that for a moment).
        stop: seconds, or text such as "10m".
        rtol: relative tolerance of a step, where modes are not linear.

    Returns:
        The solution, to be asked at any time.

    Raises:
        QuantityError: stop is not later than 0.
        EquationError: the solver gave up.
        LapicqueError: a sine has more periods within the run than fit into 1 GB.
    """
    end = positive(stop, "stop", "'10m'", unit="s")
    relative = parse(rtol, "rtol")
    if not 0 < relative < 1:
        raise QuantityError(f"rtol is {rtol}: a relative tolerance lies between 0 and 1, such as {RTOL:g}.")
    system = numeric(derive(circuit))
    check_starts(system.equations)
    if not system.equations.states:
        system = numeric(derive(_with_memory(circuit, end)))
    if system.linear:
        return Solution(system, end, *run_hybrid(system, end))
    pieces, transitions, kept = run_smooth(system, end, relative)
    return Solution(system, end, pieces, transitions, kept if kept > relative else None)


def _with_memory(circuit: Circuit, stop: float) -> Circuit:
    """A circuit that only follows its sources, and an island beside it that rests: what runs needs a state."""
    memory = f"{circuit.title}#memory"
    return circuit.add(C(memory, memory, GROUND, stop), R(f"{memory} leaks", memory, GROUND, 1.0))


def signal_expressions(system: NumericEquations) -> dict[str, tuple[Expr, str]]:
    """What a result holds: probe name, or node name without probes, to expression and unit."""
    equations, circuit = system.equations, system.equations.circuit
    found: dict[str, tuple[Expr, str]] = {}
    for probe in (*circuit.of_type(Probe), *circuit.of_type(SpikeProbe)):
        found[probe.name] = (node_expression(equations, probe.plus, probe.minus), getattr(probe, "unit", "V"))
    for probe in circuit.of_type(CurrentProbe):
        if probe.sensor not in equations.currents:
            raise unknown("measurable current", probe.sensor, equations.currents)
        found[probe.name] = (equations.currents[probe.sensor], "A")
    for n in () if found else circuit.outer_nodes:
        if n != GROUND:
            found[signal_name(n, found)] = (equations.voltages[n], "V")
    return found


def result(solution: Solution, times: Array) -> xarray.Dataset:
    """A solution at given times, laid out like the results of ngspice.

    Args:
        solution: what `solve` gave.
        times: seconds, within the run.

    Returns:
        Signals over `time` with units.

    Raises:
        QuantityError: times that are no list of numbers within the run.
    """
    import xarray

    want(solution, Solution, "solution", "make one with `solve(circuit, stop)`")
    times = row(times, "times", "np.linspace(0, 1e-3, 100)")
    signals = signal_expressions(solution.system)
    values = solution.values([e for e, _ in signals.values()], times)
    data = {n: (("time",), row, {"units": u}) for (n, (_, u)), row in zip(signals.items(), values, strict=True)}
    circuit = solution.system.equations.circuit
    attrs = {"title": circuit.title, "simulator": "lapicque numerical model", "circuit": circuit.to_json()}
    said = [solution.said, ties(circuit), left_ranges(circuit, {name: row for name, (_, row, _) in data.items()})]
    if any(said):
        attrs["warning"] = " ".join(s for s in said if s)
    return xarray.Dataset(data, coords={"time": (("time",), np.asarray(times), {"units": "s"})}, attrs=attrs)
