"""The last full cycle of a neuron circuit: when it was decided, discharged, held and let go, and at which voltage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from sympy import Float, Symbol

from ..circuits.circuit import Circuit
from ..circuits.closed_forms.lif_forms import IdealLif
from ..circuits.element import symbol_name
from ..circuits.elements import C, Comparator, S, SpikeProbe
from ..circuits.equations.algebra import put
from ..circuits.equations.symbols import link_current, node_voltage, parameters
from ..circuits.errors import DesignError
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
    """Times and levels of the last full cycle of the smooth neuron, from its trajectory."""
    circuit = solution.system.equations.circuit
    begin, end = float(spikes[-2]), float(spikes[-1])
    membrane, hold = circuit.role("membrane"), circuit.role("refractory")
    released = _crossing(solution, hold, _release_level(solution), begin, end, falling=True)
    v_decide = _decision_level(solution)
    decided = _crossing(solution, membrane, v_decide, released, end, falling=False)
    v_release = float(solution.voltage(membrane, "0", np.array([released]))[0])
    pulled = _pull_after(solution, released, decided, ideal)
    return Course(end - decided, 0.0, released - begin, v_release, v_decide, v_release - pulled, end - begin)


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
    law = circuit.element(circuit.role("reset"))
    hold = Symbol("hold", real=True)
    full = circuit.values[symbol_name(circuit.role("set"), "v_high")]
    spec = dict(circuit.spec)
    volts = {n: Float(spec["v_reset"]) for n in law.nodes} | {circuit.role("membrane"): Float(spec["v_th"])}
    drawn = put(link_current(law, {**volts, circuit.role("refractory"): hold}), parameters(circuit))
    current = lambdify(hold, drawn)
    return root(lambda v: current(v) - current(full) / 2, 0.0, full)


def _decision_level(solution: Solution) -> float:
    """Membrane voltage at which the comparator with its feedback has no resting point left (the fold).

    Where its static curve v(y) turns round: the derivative of its equation by y is zero on the curve.
    """
    from sympy import lambdify

    equations = solution.system.equations
    values = {**equations.parameters, **{s: i.breakpoints()[1][0] for s, i in equations.inputs.items()}}
    circuit = equations.circuit
    decides = next(e for e in circuit.of_type(Comparator) if e.name == circuit.role("set"))
    v, y = node_voltage(circuit.role("membrane")), node_voltage(decides.out)
    rhs = put(equations.of(str(y)), values)
    flow, slope = lambdify((v, y), rhs), lambdify((v, y), rhs.diff(y))
    spec = dict(equations.circuit.spec)
    high = circuit.values[symbol_name(decides.name, "v_high")]
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
    circuit = equations.circuit
    current = link_current(circuit.element(circuit.role("reset")), equations.voltages)
    capacitance = sum(c.value for c in circuit.of_type(C) if circuit.role("membrane") in c.nodes)
    nodes, weights = np.polynomial.legendre.leggauss(6)
    between = (solution.spans[:, 1] > released) & (solution.spans[:, 0] < decided)
    a, b = np.clip(solution.spans[between], released, decided).T[:, :, None]
    t, w = ((b + a) / 2 + (b - a) / 2 * nodes).ravel(), ((b - a) / 2 * weights).ravel()
    drawn = solution.values([current], t)[0]
    return float(np.sum(w * drawn * np.exp((t - released) / tau)) / capacitance)
