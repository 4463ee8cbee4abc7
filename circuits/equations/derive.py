"""From the elements to x' = f(x, u) by Kirchhoff's laws, every step kept.

The way: grow the normal tree, write node voltages along it, solve the few unknowns that no tree path
determines, then read the current of every tree capacitor off the cut below it. No big matrix is ever
formed; `docs/design.md` says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from attrs import field, frozen
from sympy import Expr, Symbol

from ..checks import check, check_roles
from ..circuit import Circuit, want_circuit
from ..coupled import check_factors
from ..elements import GROUND, C, Delay, I, L, Opaque, S, V
from ..errors import EquationError, NotDerivedError, unknown
from ..opaque import without_equations
from ..stimuli import Stimulus
from ..structure import Structure, structure
from .algebra import put
from .branches import DeviceCurrents
from .dependent import Coupling, want_independent
from .derivation import Derivation, Step
from .jumps import is_linear, slope
from .states import StateRow, state_equations
from .symbols import (
    branch_current,
    derivative,
    element_voltage,
    node_voltage,
    parameter,
    parameters,
    resistance,
    source,
)
from .topology import normal_tree
from .unknowns import Pivot, open_numbers, solve_voltages, want_regular


@frozen
class State:
    """A state variable: symbol, the element that stores it, unit and value at the start."""

    symbol: Symbol
    element: str
    unit: str
    initial: float


@frozen
class Switch:
    """A switch in the equations: its resistance symbol and what controls it (of states and inputs)."""

    name: str
    resistance: Symbol
    control: Expr
    closes_above: Expr
    opens_below: Expr
    r_on: Symbol
    r_off: Symbol
    closed: bool


@frozen
class Unknown:
    """An unknown that no equation can be solved for: its value is where the residual vanishes."""

    symbol: Symbol
    residual: Expr
    where: str


@frozen(eq=False)
class Equations:
    """The equations of a circuit.

    `rhs[k]` is the derivative of `states[k]` as an expression of state symbols, input symbols (the
    independent sources), parameter symbols (element names) and, where there are switches, their
    resistances.
    """

    circuit: Circuit
    states: tuple[State, ...]
    inputs: dict[Symbol, Stimulus]
    rhs: tuple[Expr, ...]
    voltages: dict[str, Expr]
    currents: Mapping[str, Expr]
    input_slopes: dict[Symbol, Symbol]
    """Slope of an input (`dV1/dt`) to the input, where a current or a voltage follows it."""
    unknowns: tuple[Unknown, ...]
    """What only implicit equations give (a node between a resistor and a diode); in `rhs` like a state."""
    switches: tuple[Switch, ...]
    parameters: dict[Symbol, float] = field(repr=False)
    derivation: Derivation = field(repr=False)
    memo: dict[object, Any] = field(repr=False)
    """Functions compiled from these equations, shared by all circuits of the same structure."""

    def __repr__(self) -> str:
        states = ", ".join(s.symbol.name for s in self.states)
        return f"<equations of {self.circuit.title!r}: states {states or 'none'}; print .derivation to see the steps>"

    def _repr_latex_(self) -> str:
        return self.derivation._repr_latex_()

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The state symbols in order."""
        return tuple(s.symbol for s in self.states)

    @property
    def driving(self) -> tuple[Symbol, ...]:
        """What drives the equations, in order: the inputs, then those slopes of inputs that occur."""
        return (*self.inputs, *self.input_slopes)

    def of(self, name: Symbol | str) -> Expr:
        """What the equations say of a name.

        Args:
            name: a state (`v_out`, `i_L1`), another node's voltage (`v_mid`) or a branch's current (`i_R1`).

        Returns:
            The slope of a state; of anything else the expression of states and inputs that it is equal to.

        Raises:
            UnknownNameError: none of these has the name.
        """
        found = dict(zip((s.symbol.name for s in self.states), self.rhs, strict=True))
        found |= {f"v_{n}": e for n, e in self.voltages.items() if n != GROUND and f"v_{n}" not in found}
        branches = {f"i_{e}": e for e in self.currents if f"i_{e}" not in found}
        if str(name) in branches:
            return self.currents[branches[str(name)]]
        if str(name) not in found:
            raise unknown("state, node voltage or branch current", str(name), [*found, *branches])
        return found[str(name)]

    @property
    def is_linear(self) -> bool:
        """Whether the derivative is linear in states and inputs (with the switches standing still); a jump is not."""
        if "is_linear" not in self.memo:
            variables = {*self.symbols, *self.driving}
            self.memo["is_linear"] = not self.unknowns and all(is_linear(e, variables) for e in self.rhs)
        return self.memo["is_linear"]

    @property
    def slopes(self) -> tuple[Expr, ...]:
        """Derivatives of the right hand sides by the states, row by row."""
        if "slopes" not in self.memo:
            self.memo["slopes"] = tuple(slope(e, s) for e in self.rhs for s in self.symbols)
        return self.memo["slopes"]


def derive(circuit: Circuit) -> Equations:
    """Derive the differential equations of a circuit.

    Args:
        circuit: any circuit; it is checked first.

    Returns:
        States, right hand sides, node voltages and the derivation.

    Raises:
        CircuitError: the wiring is impossible.
        EquationError: the circuit is singular.
        NotDerivedError: a device of it only ngspice knows; `around` derives the rest.

    Source of the method: Chua and Lin, Computer-Aided Analysis of Electronic Circuits, 1975.
    """
    want_circuit(circuit)
    if opaque := circuit.of_type(Opaque):
        raise NotDerivedError(without_equations(circuit.title, opaque))
    if delays := circuit.of_type(Delay):
        raise EquationError(
            f"{circuit.title!r} has a delay line ({delays[0].name!r}), whose equations are of the delayed kind: run it "
            "in ngspice, or as a network in parts; only what lies between the delays can be derived."
        )
    check_roles(circuit)  # the form is kept, and knows no roles
    form = _derived(structure(circuit))
    check_factors(circuit)  # nor does it know values
    whole = circuit.expanded
    numbers = parameters(whole)
    if form.pivots or form.couplings:
        opened = open_numbers(whole)
        want_regular(form.pivots, opened)
        want_independent(form.couplings, opened)
    inputs = {source(e): e.stimulus for e in circuit.parts if isinstance(e, (V, I))}
    return Equations(
        circuit=circuit,
        states=_states(whole, form, numbers, inputs),
        inputs=inputs,
        rhs=form.rhs,
        voltages=form.voltages,
        currents=form.currents,
        input_slopes={derivative(u): u for u in inputs if derivative(u) in form.slopes},
        unknowns=form.unknowns,
        switches=form.switches,
        parameters=numbers,
        derivation=Derivation(f"Equations of {circuit.title}", form.steps),
        memo=form.memo,
    )


def _states(
    circuit: Circuit, form: _Form, numbers: dict[Symbol, float], inputs: dict[Symbol, Stimulus]
) -> tuple[State, ...]:
    """The states with their values at the start put in."""
    starts = {parameter(e, "ic"): e.ic for e in circuit.parts if isinstance(e, (C, L))}
    starts |= numbers | {u: stimulus.breakpoints()[1][0] for u, stimulus in inputs.items()}
    return tuple(State(x, e, unit, _value(initial, starts)) for x, e, unit, initial in form.states)


def _value(initial: Expr, starts: dict[Symbol, float]) -> float:
    """A value at the start; mostly it is a single symbol."""
    return float(starts[initial]) if isinstance(initial, Symbol) else float(put(initial, starts))


@frozen(eq=False)
class _Form:
    """Everything about the equations that does not depend on values; `memo` keeps what is compiled from it."""

    states: list[StateRow]
    rhs: tuple[Expr, ...]
    voltages: dict[str, Expr]
    currents: DeviceCurrents
    slopes: frozenset[Symbol]
    unknowns: tuple[Unknown, ...]
    switches: tuple[Switch, ...]
    steps: tuple[Step, ...]
    pivots: list[Pivot]
    couplings: list[Coupling]
    memo: dict[object, Any] = field(factory=dict)


@lru_cache(maxsize=128)
def _derived(bare: Structure[Circuit]) -> _Form:
    """Do the work, once for all circuits of one structure: a sweep over values derives once."""
    check(bare.circuit)
    circuit = bare.circuit.expanded
    tree = normal_tree(circuit)
    voltages = solve_voltages(circuit, tree)
    stored = [element_voltage(c.name) for c in tree.loop_capacitors]
    stored += [branch_current(e.name) for e in circuit.of_type(L)]
    _want_distinct(
        circuit,
        [*(x for x, _ in voltages.state_of.values()), *stored, *voltages.solved, *(z for z, *_ in voltages.implicit)],
    )
    states = state_equations(circuit, tree, voltages)
    switches, rules = _switches(circuit, states.voltages)
    steps = (*voltages.steps, *states.steps, *rules)
    return _Form(
        states=states.states,
        rhs=tuple(states.rhs),
        voltages=states.voltages,
        currents=DeviceCurrents(bare.circuit, states.currents),
        slopes=states.slopes,
        unknowns=tuple(Unknown(z, put(residual, states.known), where) for z, residual, where in voltages.implicit),
        switches=switches,
        steps=steps,
        pivots=voltages.pivots,
        couplings=states.couplings,
    )


def _want_distinct(circuit: Circuit, unknowns: list[Symbol]) -> None:
    """Refuse names that make one symbol of two things: a node `C1` beside a floating capacitor C1, a source `v_out`."""
    given = {source(e) for e in circuit.parts if isinstance(e, (V, I))} | parameters(circuit).keys()
    often = Counter(unknowns)
    twice = sorted(str(s) for s in unknowns if s in given or often[s] > 1)
    if twice:
        raise EquationError(
            f"{twice[0]} would stand for two things in the equations, because an element and a node (or another "
            "element) have names that lead to it: rename one of them."
        )


def _switches(circuit: Circuit, v: dict[str, Expr]) -> tuple[tuple[Switch, ...], list[Step]]:
    found, steps = [], []
    for e in circuit.of_type(S):
        v_t, v_h = parameter(e, "v_t"), parameter(e, "v_h")
        control = v[e.c_plus] - v[e.c_minus]
        r_on, r_off = parameter(e, "r_on"), parameter(e, "r_off")
        found.append(Switch(e.name, resistance(e.name), control, v_t + v_h, v_t - v_h, r_on, r_off, e.closed))
        seen = node_voltage(e.c_plus) - node_voltage(e.c_minus)
        steps.append(Step("guard", e.name, None, (seen, v_t + v_h), "it closes when this is crossed upwards"))
        steps.append(Step("mode", e.name, None, (resistance(e.name), r_on), "while it is closed"))
        steps.append(Step("guard", e.name, None, (seen, v_t - v_h), "it opens when this is crossed downwards"))
        steps.append(Step("mode", e.name, None, (resistance(e.name), r_off), "while it is open"))
    return tuple(found), steps
