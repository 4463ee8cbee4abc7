"""Why the circuit's interval differs from the ideal one: named causes, each from the derived equations.

The order is fixed: it follows the cycle. A spike is decided (delay), the membrane is discharged, it is
held (refractory capacitor), let go at some level (reset level), charged to the level at which the
circuit decides (threshold offset), through whatever leaks (open switch), and the simulator adds its own
error. In this order the parts telescope: each is the change of one closed form by one non-ideality, the
earlier ones kept. `docs/design.md` says why no other order is offered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ..circuits.arguments import want
from ..circuits.closed_forms.first_order import first_order
from ..circuits.closed_forms.lif_forms import IdealLif, ideal_lif
from ..circuits.elements import Comparator, S, SpikeProbe
from ..circuits.equations.algebra import put
from ..circuits.equations.symbols import link_current
from ..circuits.errors import DesignError
from .models.hybrid import Transition
from .models.model import Solution
from .models.roots import root

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@frozen
class Cause:
    """One named part of the difference, seconds."""

    name: str
    seconds: float
    why: str


@frozen
class Explanation:
    """The difference between the ideal interval and the one that was simulated, split.

    Attributes:
        ideal: interval of the ideal neuron, seconds.
        model: interval of the circuit's own equations.
        simulated: interval that ngspice gave; the model's where nothing was simulated.
        causes: parts in the stated order.
    """

    ideal: float
    model: float
    simulated: float
    causes: tuple[Cause, ...]

    @property
    def total(self) -> float:
        """Simulated minus ideal, seconds."""
        return self.simulated - self.ideal

    @property
    def unexplained(self) -> float:
        """What the causes leave over, seconds."""
        return self.total - sum(c.seconds for c in self.causes)


@frozen(eq=False)
class _Course:
    """What an interval went through: times in seconds, voltages in volts."""

    delay: float
    discharge: float
    hold: float
    v_release: float
    v_decide: float
    v_effective: float
    """Where the membrane would have had to be at release, had nothing pulled at it afterwards."""
    interval: float


def explain(solution: Solution, simulated_spikes: Array | None = None) -> Explanation:
    """Split the difference between the ideal neuron and the circuit.

    Args:
        solution: of a neuron circuit with a constant input that has fired at least three times.
        simulated_spikes: spike times that ngspice gave, to count the solver's error too.

    Returns:
        The causes for the last full interval.

    Raises:
        DesignError: not such a neuron, a changing input, or too few spikes.
    """
    equations = want(solution, Solution, "solution", "make one with `solve(circuit, stop)`").system.equations
    ideal = ideal_lif(equations)
    _want_constant(solution)
    probe = equations.circuit.of_type(SpikeProbe)[0]
    spikes = solution.spikes(probe)
    if len(spikes) < 3:
        raise DesignError(
            f"{equations.circuit.title!r} fired {len(spikes)} times in {solution.stop:g} s (rheobase "
            f"{ideal.value(ideal.rheobase):.3g} A): an interval needs three spikes; run longer or inject more."
        )
    smooth = bool(equations.circuit.of_type(Comparator))
    course = _smooth_course(solution, ideal, spikes) if smooth else _switched_course(solution)
    model = course.interval
    last = model
    if simulated_spikes is not None:
        if len(simulated_spikes) < len(spikes):
            raise DesignError(
                f"ngspice gave {len(simulated_spikes)} spikes where the equations have {len(spikes)}: find the missing "
                "ones before explaining intervals; a higher accuracy may do."
            )
        last = model + float(np.diff(simulated_spikes)[len(spikes) - 2] - np.diff(spikes)[-1])
    causes = (
        *_causes(solution, ideal, course),
        Cause("solver error", last - model, "ngspice minus the exact solution"),
    )
    return Explanation(ideal.value(ideal.interval), model, last, causes)


def _want_constant(solution: Solution) -> None:
    for symbol, stimulus in solution.system.equations.inputs.items():
        if len(stimulus.breakpoints()[0]) > 1 or type(stimulus).__name__ == "Sine":
            raise DesignError(f"source {symbol.name!r} changes over time: intervals are explained for constant inputs.")


def _causes(solution: Solution, ideal: IdealLif, c: _Course) -> tuple[Cause, ...]:
    spec = dict(solution.system.equations.circuit.spec)
    v_th, v_reset, t_ref = spec["v_th"], spec["v_reset"], spec["t_ref"]
    leaky = _leaky_charge(solution)

    def charge(start: float, level: float) -> float:
        return ideal.value(ideal.threshold_time, v_reset=start, v_th=level)

    return (
        Cause("comparator delay", c.delay, "from the crossing of a level to the action of the switch"),
        Cause("finite discharge time", c.discharge, "the reset switch is no short circuit"),
        Cause("refractory capacitor", c.hold - t_ref, "the hold as built against the refractory period asked for"),
        Cause("reset level not reached", charge(c.v_release, v_th) - charge(v_reset, v_th), "released above v_reset"),
        Cause(
            "threshold offset", charge(c.v_release, c.v_decide) - charge(c.v_release, v_th),
            "the level at which the circuit decides, hysteresis included",
        ),
        Cause(
            "leak of the open switch",
            leaky(c.v_effective, c.v_decide) - charge(c.v_release, c.v_decide), "what the open reset still draws",
        ),
    )  # fmt: skip


def _leaky_charge(solution: Solution) -> Callable[[float, float], float]:
    """Time to charge with the reset switches open as they are, from the derived membrane equation."""
    equations = solution.system.equations
    mode = {s.resistance: s.r_off for s in equations.switches}
    if equations.circuit.of_type(Comparator):
        ideal = ideal_lif(equations)
        return lambda start, level: ideal.value(ideal.threshold_time, v_reset=start, v_th=level)
    form = first_order(equations, "v_mem", mode)
    numbers = {**equations.parameters, **{s: i.breakpoints()[1][0] for s, i in equations.inputs.items()}}
    tau, v_inf = (float(put(e, numbers)) for e in (form.tau, form.x_inf))
    return lambda start, level: tau * float(np.log((v_inf - start) / (v_inf - level)))


def _switched_course(solution: Solution) -> _Course:
    """Times and levels of the last full cycle of a switched neuron, from its transitions."""
    circuit = solution.system.equations.circuit
    on_membrane = [s.name for s in circuit.of_type(S) if "mem" in (s.plus, s.minus)]
    decider = "S_set" if any(s.name == "S_set" for s in circuit.of_type(S)) else "S_reset"
    decided = [c.time for c in solution.transitions if c.switch == decider and c.closed]
    if len(decided) < 3:
        raise DesignError(f"{circuit.title!r} was decided {len(decided)} times: an interval needs three; run longer.")
    begin, end = decided[-2], decided[-1]
    inside = [c for c in solution.transitions if begin <= c.time < end]
    reset_on = _time(inside, "S_reset", True)
    reset_off = _time(inside, "S_reset", False)
    released = max(c.time for c in inside if c.switch in on_membrane and not c.closed)
    cleared = _time(inside, "S_clear", True) if decider == "S_set" else reset_off
    v_release, v_decide = solution.voltage("mem", "0", np.array([released, end]))
    delay = (reset_on - begin) + (reset_off - cleared)
    return _Course(delay, cleared - reset_on, released - reset_off, v_release, v_decide, v_release, end - begin)


def _time(transitions: list[Transition], switch: str, closed: bool) -> float:
    return next(c.time for c in transitions if c.switch == switch and c.closed == closed)


def _smooth_course(solution: Solution, ideal: IdealLif, spikes: Array) -> _Course:
    """Times and levels of the last full cycle of the smooth neuron, from its trajectory."""
    circuit = solution.system.equations.circuit
    begin, end = float(spikes[-2]), float(spikes[-1])
    low = circuit.values["v_low_B_reset"]
    released = _crossing(solution, "ref", low, begin, end, falling=True)
    v_decide = _decision_level(solution)
    decided = _crossing(solution, "mem", v_decide, released, end, falling=False)
    v_release = float(solution.voltage("mem", "0", np.array([released]))[0])
    pulled = _pull_after(solution, released, decided, ideal)
    return _Course(end - decided, 0.0, released - begin, v_release, v_decide, v_release - pulled, end - begin)


def _crossing(solution: Solution, node: str, level: float, begin: float, end: float, falling: bool) -> float:
    probe = SpikeProbe("crossing", node, "0", level, falling)
    times = solution.spikes(probe)
    inside = times[(times > begin) & (times < end)]
    if not len(inside):
        raise DesignError(f"node {node!r} does not cross {level:g} V between two spikes: the neuron does not reset.")
    return float(inside[-1])


def _decision_level(solution: Solution) -> float:
    """Membrane voltage at which the comparator with its feedback has no resting point left (the fold).

    Where its static curve v(y) turns round: the derivative of its equation by y is zero on the curve.
    """
    from sympy import lambdify

    equations = solution.system.equations
    values = {**equations.parameters, **{s: i.breakpoints()[1][0] for s, i in equations.inputs.items()}}
    rhs = put(equations.of("v_y"), values)
    v, y = (s for s in equations.symbols if s.name in ("v_mem", "v_y"))
    flow, slope = lambdify((v, y), rhs), lambdify((v, y), rhs.diff(y))
    spec = dict(equations.circuit.spec)
    high = equations.circuit.values["v_high_cmp"]
    span = spec["v_th"] - spec["v_reset"]

    def membrane(level: float) -> float:
        return root(lambda v: flow(v, level), spec["v_reset"] - 10 * span, spec["v_th"] + 10 * span)

    def turn(level: float) -> float:
        return float(slope(membrane(level), level))

    return membrane(root(turn, 1e-9 * high, 0.5 * high))


def _pull_after(solution: Solution, released: float, decided: float, ideal: IdealLif) -> float:
    """What the fading reset still took from the membrane, volts at release: integral of i e^(t/tau) / C."""
    equations = solution.system.equations
    tau = ideal.value(ideal.membrane.tau)
    law = next(e for e in equations.circuit.parts if e.name == "B_reset")
    current = link_current(law, equations.voltages)
    capacitance = equations.circuit.values["C1"]
    nodes, weights = np.polynomial.legendre.leggauss(6)
    times, factors = [], []
    for piece in solution.pieces:
        if piece.end > released and piece.start < decided:
            a, b = max(piece.start, released), min(piece.end, decided)
            times.append((b + a) / 2 + (b - a) / 2 * nodes)
            factors.append((b - a) / 2 * weights)
    t, w = np.concatenate(times), np.concatenate(factors)
    drawn = solution.values([current], t)[0]
    return float(np.sum(w * drawn * np.exp((t - released) / tau)) / capacitance)
