"""Closed forms of the ideal LIF neuron, from the membrane equation of a neuron circuit.

The ideal neuron is the circuit with its reset switches taken for open circuits, a reset without
duration, and the threshold, reset voltage and refractory period that the circuit was made for.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from sympy import Expr, Piecewise, Symbol, ceiling, exp, lambdify, limit, log, oo
from sympy import S as Singleton

from ..arguments import want
from ..circuit import Circuit
from ..elements import GROUND, B, Comparator, OpenCollector, S, V
from ..equations.algebra import put
from ..equations.derivation import Derivation, Step
from ..equations.derive import Equations, derive
from ..equations.symbols import node_voltage
from ..errors import DesignError
from .first_order import FirstOrder, first_order

Array = NDArray[np.float64]

V_TH = Symbol("v_th", real=True)
V_RESET = Symbol("v_reset", real=True)
T_REF = Symbol("t_ref", nonnegative=True)
NEEDED = frozenset({"v_th", "v_reset", "t_ref"})
"""What the specification of an LIF neuron says."""


@frozen(eq=False)
class IdealLif:
    """Formulas of the ideal neuron; symbols are elements, the input, v_th, v_reset and t_ref.

    Attributes:
        input: the symbol of the input: a current, or the voltage of a source behind a resistor.
        membrane: the membrane equation in its named form.
        threshold_time: from v_reset to v_th.
        interval: inter-spike interval, t_ref included.
        rate: f-I curve, 1 / interval.
        rheobase: input above which the neuron fires, amperes or volts.
        numbers: the value of every symbol, SI.
        derivation: the steps from the membrane equation to the rheobase.
    """

    input: Symbol
    membrane: FirstOrder
    threshold_time: Expr
    interval: Expr
    rate: Expr
    rheobase: Expr
    numbers: dict[Symbol, float]
    derivation: Derivation

    def value(self, expression: Expr, /, **changes: float) -> float:
        """Put the numbers in; keyword arguments change some by symbol name (v_th=0.8)."""
        numbers = {s: changes.get(s.name, v) for s, v in self.numbers.items()}
        return float(put(expression, numbers))  # type: ignore[arg-type]

    @property
    def current(self) -> float:
        """The input at the start, amperes; volts where a voltage source is it."""
        return self.numbers[self.input]

    def at(self, current: float, expression: Expr) -> float:
        """Put the numbers in, with another input current."""
        return self.value(expression, **{self.input.name: current})

    @property
    def _lifts(self) -> bool:
        """Whether more of the input lifts the membrane: a source that is joined the other way round lowers it."""
        return self.value(self.membrane.x_inf.diff(self.input)) > 0

    def interval_at(self, current: float) -> float:
        """Inter-spike interval for a constant current, seconds; infinite below the rheobase."""
        return float(self.intervals_at(np.array([current]))[0])

    def intervals_at(self, currents: Array) -> Array:
        """The same for many constant currents, which take no longer than a few, shape (currents,), seconds."""
        others = {s: v for s, v in self.numbers.items() if s != self.input}
        rheobase = self.value(self.rheobase)
        firing = (currents > rheobase) if self._lifts else (currents < rheobase)
        intervals = np.full(len(currents), np.inf)
        intervals[firing] = lambdify(self.input, put(self.interval, others), "numpy")(currents[firing])
        return intervals


def ideal_lif(equations: Equations) -> IdealLif:
    """Derive the ideal neuron of a neuron circuit.

    Args:
        equations: of a circuit with a specification and the roles `input` and `membrane`.

    Raises:
        DesignError: the circuit is no such neuron.

    The formulas that come out are those of Lapicque's model (Burkitt 2006, Biol Cybern 95:1-19, section 2);
    the tests hold them against its textbook form.
    """
    circuit = want(equations, Equations, "equations", "make them with `derive(circuit)`").circuit
    spec = dict(circuit.spec)
    if missing := NEEDED - spec.keys():
        others = ", ".join(sorted(spec.keys() - NEEDED))
        raise DesignError(
            f"{circuit.title!r} is not specified as an LIF neuron: {', '.join(sorted(missing))} missing"
            f"{f' (it has {others}, which says nothing of it)' if others else ''}; give the "
            'circuit what it is meant to be, such as spec={"v_th": 1, "v_reset": 0, "t_ref": "2m"}.'
        )
    membrane = first_order(_without_reset(equations), str(node_voltage(circuit.role("membrane"))))
    current = next(s for s in equations.inputs if s.name == circuit.role("input"))
    time = membrane.time_to(V_RESET, V_TH)
    gap = membrane.x_inf - V_TH
    rheobase = -put(gap, {current: Singleton.Zero}) / gap.diff(current)
    numbers: dict[Symbol, float] = {**equations.parameters, V_TH: spec["v_th"], V_RESET: spec["v_reset"]}
    numbers[T_REF] = spec["t_ref"]
    numbers |= {s: stimulus.breakpoints()[1][0] for s, stimulus in equations.inputs.items()}
    unit = "V" if isinstance(circuit.element(circuit.role("input")), V) else "I"
    steps = _steps(membrane, time, (unit, current), rheobase)
    title = f"Ideal LIF neuron of {circuit.title}"
    return IdealLif(
        current, membrane, time, time + T_REF, 1 / (time + T_REF), rheobase.expand(), numbers, Derivation(title, steps)
    )


def _without_reset(equations: Equations) -> Equations:
    """What the membrane does between spikes: the circuit without what resets it."""
    circuit = equations.circuit
    node = circuit.role("membrane")
    kept = [e for e in circuit.parts if node in e.nodes and not isinstance(e, (S, B, Comparator, OpenCollector))]
    rails = {n for e in kept for n in e.nodes} - {node, GROUND}
    held = [e for e in circuit.of_type(V) if rails & {e.plus, e.minus}]
    return derive(Circuit(circuit.title, (*kept, *held)))


def _steps(membrane: FirstOrder, time: Expr, source: tuple[str, Symbol], rheobase: Expr) -> tuple[Step, ...]:
    t_th, t_isi, f = Symbol("t_th", positive=True), Symbol("T", positive=True), Symbol("f", positive=True)
    crossing = (membrane.solution(V_RESET, t_th), V_TH)
    decayed = (exp(-t_th / membrane.tau), membrane.decay_to(V_RESET, V_TH))
    return (
        *membrane.derivation.steps,
        Step("threshold", "t_th", None, crossing, "the solution from v_reset has reached v_th"),
        Step("solve", "exp(-t_th/tau)", crossing, decayed, "v_inf taken over, divided by its factor"),
        Step("solve", "t_th", decayed, (t_th, time), "the logarithm of both sides, times -tau"),
        Step("interval", "T", None, (t_isi, time + T_REF), "held at v_reset for t_ref, then charged to v_th"),
        Step("f-I curve", "f", (t_isi, time + T_REF), (f, 1 / (time + T_REF)), "one spike per interval"),
        Step(
            "rheobase", source[0], (membrane.x_inf, V_TH), (source[1], rheobase), "the steady state just reaches v_th"
        ),
    )


def psp(membrane: FirstOrder, source: Symbol, charge: Symbol, width: Symbol) -> tuple[Expr, Expr]:
    """Post-synaptic potential of one rectangular current pulse of a charge.

    Args:
        membrane: the membrane equation in its named form.
        source: the input current in it.
        charge: of the pulse, coulombs.
        width: of the pulse, seconds.

    Returns:
        Peak (at the end of the pulse) above rest, and its limit for a short pulse, charge / C.
    """
    rest = put(membrane.x_inf, {source: Singleton.Zero})
    driven = put(membrane.x_inf, {source: charge / width})
    peak = (driven - rest) * (1 - exp(-width / membrane.tau))
    return peak, limit(peak, width, 0)


def spikes_to_threshold(jump: Expr, gap: Expr, tau: Expr, swing: Expr) -> Expr:
    """How many equal spikes, `gap` apart, take the membrane from rest over its threshold.

    After n spikes the peak is jump (1 - q^n) / (1 - q) with q = exp(-gap / tau): the sum of a geometric
    series; the first n that reaches the swing is asked for. Infinite when jump / (1 - q) stays below it.

    Args:
        jump: of one spike, volts.
        gap: between spikes, seconds.
        tau: membrane time constant, seconds.
        swing: rest to threshold, volts.
    """
    q, power = exp(-gap / tau), Symbol("q^n", positive=True)
    # The peaks S = jump (1 + q + ... + q^(n-1)) telescope: S - q S = jump - jump q^n, with S = swing.
    balance = swing - q * swing - (jump - jump * power)
    reached = -put(balance, {power: Singleton.Zero}) / balance.diff(power)
    return Piecewise((ceiling(log(reached) / log(q)), jump > swing * (1 - q)), (oo, True))
