"""The last full cycle of a neuron circuit: when it was decided, discharged, held and let go, and at which voltage."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from sympy import Expr, Float, Symbol

from ..circuits.circuit import Circuit
from ..circuits.closed_forms.lif_forms import IdealLif
from ..circuits.element import symbol_name
from ..circuits.elements import C, Comparator, S, SpikeProbe
from ..circuits.equations.algebra import put
from ..circuits.equations.symbols import link_current, node_voltage, parameters
from ..circuits.errors import DesignError
from ..circuits.graph import ends
from .models.hybrid import Transition
from .models.model import Solution
from .models.roots import root
from .phases import spiking_switch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@frozen(eq=False)
class Course:
    """What an interval went through: times in seconds, voltages in volts.

    Attributes:
        delay: from the crossing of a level to the action of the switch.
        discharge: while the reset pulls the membrane down.
        hold: from there to the release.
        v_release: membrane when it is let go.
        v_decide: membrane when the next spike is decided.
        v_effective: where it would have had to be at release, had nothing pulled at it afterwards.
        interval: between the two spikes.
    """

    delay: float
    discharge: float
    hold: float
    v_release: float
    v_decide: float
    v_effective: float
    interval: float


def is_smooth(circuit: Circuit) -> bool:
    """Whether a comparator decides, and no switch."""
    return circuit.plays("set") and isinstance(circuit.element(circuit.role("set")), Comparator)


def switched_course(solution: Solution) -> Course:
    """Times and levels of the last full cycle of a switched neuron, from its transitions."""
    circuit = solution.system.equations.circuit
    membrane, reset, decider = circuit.role("membrane"), circuit.role("reset"), spiking_switch(circuit)
    on_membrane = [s.name for s in circuit.of_type(S) if membrane in (s.plus, s.minus)]
    decided = [c.time for c in solution.transitions if c.switch == decider and c.closed]
    if len(decided) < 3:
        raise DesignError(f"{circuit.title!r} was decided {len(decided)} times: an interval needs three; run longer.")
    begin, end = decided[-2], decided[-1]
    inside = [c for c in solution.transitions if begin <= c.time < end]
    reset_on = _time(inside, reset, True)
    reset_off = _time(inside, reset, False)
    released = max(c.time for c in inside if c.switch in on_membrane and not c.closed)
    cleared = reset_off if decider == reset else _time(inside, circuit.role("clear"), True)
    v_release, v_decide = solution.voltage(membrane, "0", np.array([released, end]))
    delay = (reset_on - begin) + (reset_off - cleared)
    return Course(delay, cleared - reset_on, released - reset_off, v_release, v_decide, v_release, end - begin)


def _time(transitions: list[Transition], switch: str, closed: bool) -> float:
    return next(c.time for c in transitions if c.switch == switch and c.closed == closed)


def smooth_course(solution: Solution, ideal: IdealLif, spikes: Array) -> Course:
    """Times and levels of the last full cycle of a neuron in which a comparator decides, from its trajectory."""
    circuit = solution.system.equations.circuit
    begin, end = float(spikes[-2]), float(spikes[-1])
    membrane = circuit.role("membrane")
    released = _released(solution, begin, end)
    v_decide = _decision_level(solution, end)
    decided = _crossing(solution, membrane, v_decide, released, end, falling=False)
    v_release = float(solution.voltage(membrane, "0", np.array([released]))[0])
    pulled = _pull_after(solution, released, decided, ideal)
    held = released - begin
    discharge, hold = (0.0, held) if circuit.plays("refractory") else (held, 0.0)
    return Course(end - decided, discharge, hold, v_release, v_decide, v_release - pulled, end - begin)


def _released(solution: Solution, begin: float, end: float) -> float:
    """When the reset lets go of the membrane: its switch opens, or its law draws half of what it can."""
    circuit = solution.system.equations.circuit
    reset = circuit.role("reset")
    if not isinstance(circuit.element(reset), S):
        return _crossing(solution, circuit.role("refractory"), _release_level(solution), begin, end, falling=True)
    opened = [c.time for c in solution.transitions if c.switch == reset and not c.closed and begin <= c.time < end]
    if not opened:
        raise DesignError(f"switch {reset!r} does not open between two spikes: the neuron does not reset.")
    return opened[-1]


def _crossing(solution: Solution, node: str, level: float, begin: float, end: float, falling: bool) -> float:
    probe = SpikeProbe("crossing", node, "0", level, falling)
    times = solution.spikes(probe)
    inside = times[(times > begin) & (times < end)]
    if not len(inside):
        raise DesignError(f"node {node!r} does not cross {level:g} V between two spikes: the neuron does not reset.")
    return float(inside[-1])


def _release_level(solution: Solution) -> float:
    """Voltage of the refractory node at which the reset lets go: it draws half of what it can."""
    from sympy import lambdify

    circuit = solution.system.equations.circuit
    law, node = circuit.element(circuit.role("reset")), circuit.role("refractory")
    hold = Symbol("hold", real=True)
    full = circuit.values[symbol_name(circuit.role("set"), "v_high")]
    spec = dict(circuit.spec)
    volts = {n: Float(spec["v_reset"]) for n in law.nodes} | {circuit.role("membrane"): Float(spec["v_th"])}
    drawn = put(link_current(law, {**volts, node: hold}), parameters(circuit))
    current = lambdify(hold, drawn)
    level = _root(lambda v: current(v) - current(full) / 2, 0.0, full)
    if level is None:
        raise DesignError(
            f"what {law.name!r} draws does not fall to half of its most while node {node!r} falls from {full:g} V: "
            f"give {circuit.title!r} as its role `refractory` the node that lets go of the membrane."
        )
    return level


def _decision_level(solution: Solution, moment: float) -> float:
    """Membrane voltage at which the comparator decides.

    With feedback from its output that is where it has no resting point left, the fold: there its static curve v(y)
    turns round, and the derivative of its equation by y is zero on the curve. Without feedback, or with too little for
    a fold, its output would rest halfway there: its inputs meet. What else they depend on is as at the moment.
    """
    from sympy import lambdify

    equations = solution.system.equations
    circuit = equations.circuit
    decides = next(e for e in circuit.of_type(Comparator) if e.name == circuit.role("set"))
    v, y = node_voltage(circuit.role("membrane")), node_voltage(decides.out)
    high, low = (circuit.values[symbol_name(decides.name, q)] for q in ("v_high", "v_low"))
    apart = _at(solution, equations.voltages[decides.plus] - equations.voltages[decides.minus], (v, y), moment)
    spec = dict(circuit.spec)
    reach = 10 * (spec["v_th"] - spec["v_reset"])
    between = (spec["v_reset"] - reach, spec["v_th"] + reach)

    level = None
    if y in apart.free_symbols:
        rhs = _at(solution, equations.of(str(y)), (v, y), moment)
        level = _fold(lambdify((v, y), rhs), lambdify((v, y), rhs.diff(y)), between, high)
    if level is None:
        difference = lambdify((v, y), apart)
        level = _root(lambda volts: difference(volts, (high + low) / 2), *between)
    if level is None:
        raise DesignError(
            f"comparator {decides.name!r}, which decides in {circuit.title!r}, does not compare node "
            f"{circuit.role('membrane')!r}: give as role `set` the one that does, and as role `membrane` the node."
        )
    return level


def _at(solution: Solution, expression: Expr, kept: tuple[Expr, ...], moment: float) -> Expr:
    """An expression in which everything but some symbols is as at a moment."""
    others: list[Any] = [s for s in expression.free_symbols if s not in kept]
    found = solution.values(others, np.array([moment]))[:, 0].tolist() if others else []
    return put(expression, dict(zip(others, found, strict=True)))


def _fold(
    flow: Callable[[float, float], float], slope: Callable[[float, float], float], between: tuple[float, float],
    high: float,
) -> float | None:  # fmt: skip
    """Where the static curve of a comparator's output turns round, volts of the membrane; None if it does not."""

    def membrane(level: float) -> float:
        return _root(lambda v: flow(v, level), *between) or 0.0

    turn = _root(lambda level: float(slope(membrane(level), level)), 1e-9 * high, 0.5 * high)
    return None if turn is None else membrane(turn)


def _root(function: Callable[[float], float], low: float, high: float) -> float | None:
    """A root between two points; None where the function has one sign at both, or is nothing there."""
    return root(function, low, high) if np.sign(function(low)) != np.sign(function(high)) else None


def _pull_after(solution: Solution, released: float, decided: float, ideal: IdealLif) -> float:
    """What the fading reset still took from the membrane, volts at release: integral of i e^(t/tau) / C."""
    equations = solution.system.equations
    tau = ideal.value(ideal.membrane.tau)
    circuit = equations.circuit
    reset, membrane = circuit.element(circuit.role("reset")), circuit.role("membrane")
    current = link_current(reset, equations.voltages) * (1 if ends(reset)[0] == membrane else -1)
    capacitance = sum(c.value for c in circuit.of_type(C) if circuit.role("membrane") in c.nodes)
    nodes, weights = np.polynomial.legendre.leggauss(6)
    between = (solution.spans[:, 1] > released) & (solution.spans[:, 0] < decided)
    a, b = np.clip(solution.spans[between], released, decided).T[:, :, None]
    t, w = ((b + a) / 2 + (b - a) / 2 * nodes).ravel(), ((b - a) / 2 * weights).ravel()
    drawn = solution.values([current], t)[0]
    return float(np.sum(w * drawn * np.exp((t - released) / tau)) / capacitance)
