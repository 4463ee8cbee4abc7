"""State equations: the current of each tree capacitor and the voltage of each inductor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from sympy import Add, Expr, Symbol
from sympy import S as Singleton

from ..circuit import Circuit
from ..elements import C, Charge, Depletion, I, L, S, V
from ..errors import NotDerivedError
from ..gate_charges import Meyer
from .algebra import put
from .branches import BranchCurrents
from .dependent import Charging, Coupling, Known, Port, Settled, own_state, settle
from .derivation import Step
from .gates import size_or_name, want_held, with_gates
from .symbols import (
    branch_current,
    derivative,
    device_branch,
    element_voltage,
    node_voltage,
    parameter,
    resistance,
    size_of,
    source,
)
from .topology import NormalTree, TreeBranch
from .unknowns import Voltages, crossing, cut_current, kcl_steps, open_numbers, side_name
from .windings import Winding, across, cut_port, definitions, windings

StateRow = tuple[Symbol, str, str, Expr]
"""Symbol, element, unit, and the value at the start in terms of `ic` parameters and of inputs at the start."""
COUPLED = "its own inductance, and the mutual ones"


@frozen(eq=False)
class StateEquations:
    """States with their right hand sides; node voltages and branch currents in terms of them."""

    states: list[StateRow]
    rhs: list[Expr]
    voltages: dict[str, Expr]
    currents: BranchCurrents
    slopes: frozenset[Symbol]
    """Slopes of inputs that occur."""
    known: dict[Symbol, Expr]
    """Flows of dependent storage elements, and what takes the place of shifted states."""
    steps: list[Step]
    couplings: list[Coupling]


def state_equations(circuit: Circuit, tree: NormalTree, v: Voltages) -> StateEquations:
    """Write x' = f(x, u) for all capacitors and inductors.

    Args:
        circuit: a checked circuit.
        tree: its normal tree.
        v: its node voltages, in terms of states, inputs, and flows of dependent storage elements.

    Raises:
        EquationError: dependent storage elements whose flow is infinite or not determined.
    """
    coupled = windings(circuit)
    rows, charging = _independent(tree, v, coupled)
    want_held(circuit)
    settled = with_gates(_settled(circuit, tree, v, charging, coupled), circuit, v)
    rows += [_own_row(p) for p in settled.own]
    rates = [*settled.rates.values(), *(_own_rate(p, settled) for p in settled.own)]
    rows, rates, back, shifted = _without_slopes(circuit, rows, rates)
    every = {f: put(e, back) for f, e in settled.flows.items()} | back
    steps = shifted + _steps(circuit, tree, v, settled, [row[0] for row in rows], rates, coupled)
    voltages = {n: put(e, every) for n, e in v.nodes.items()} if every else v.nodes
    solved = {s: put(e, every) for s, e in v.solved.items()} | every
    currents = BranchCurrents(circuit, tree, voltages, solved)
    used = {s for e in (*rates, *every.values()) for s in e.free_symbols}
    slopes = frozenset(s for s in _slopes(circuit) if s in used)
    return StateEquations(rows, rates, voltages, currents, slopes, every, steps, settled.couplings)


def _independent(
    tree: NormalTree, v: Voltages, coupled: Mapping[str, Winding]
) -> tuple[list[StateRow], dict[Symbol, Charging]]:
    """The states that tree capacitors and link inductors hold, and what charges them."""
    rows: list[StateRow] = []
    charging: dict[Symbol, Charging] = {}
    for branch in tree.branches:
        if isinstance(branch.element, C):
            state, sigma = v.state_of[branch.element.name]
            initial = branch.sign * sigma * parameter(branch.element, "ic")
            rows.append((state, branch.element.name, "V", initial))
            size = size_or_name(branch.element, branch.sign * sigma * state)
            charging[state] = (-sigma * _cut(tree, branch, v), size)
    for e in tree.links:
        if isinstance(e, L):
            rows.append((branch_current(e.name), e.name, "A", parameter(e, "ic")))
            winding = coupled.get(e.name)
            alone = across(e, v.nodes), parameter(e, "value")
            charged = (winding.charged(v.nodes), winding.determinant) if winding else alone
            charging[branch_current(e.name)] = charged
    return rows, charging


def _cut(tree: NormalTree, branch: TreeBranch, v: Voltages) -> Expr:
    side = tree.subtree[branch.child]
    total = cut_current(crossing(tree, side), side, v.nodes)
    return put(total, v.solved) if v.solved else total


def _settled(
    circuit: Circuit,
    tree: NormalTree,
    v: Voltages,
    charging: dict[Symbol, Charging],
    coupled: Mapping[str, Winding],
) -> Settled:
    if not tree.loop_capacitors and not tree.cut_inductors and not tree.charges:
        return Settled({}, {x: q / size for x, (q, size) in charging.items()}, [], [])
    levels = [(c, v.nodes[c.plus] - v.nodes[c.minus]) for c in tree.loop_capacitors]
    ports = [Port(c, branch_current(c.name), level, size_or_name(c, level)) for c, level in levels]
    ports += [Port(c, branch_current(c.name), device_branch(c, v.nodes), Singleton.One) for c in tree.charges]
    for branch in tree.branches:
        if isinstance(e := branch.element, L):
            level = -branch.sign * _cut(tree, branch, v)
            ports.append(cut_port(e, level, v.nodes, coupled.get(e.name)))
    _want_known(ports, v)
    inputs = [source(e) for e in circuit.parts if isinstance(e, (V, I))]
    switches = {resistance(e.name): e.name for e in circuit.of_type(S)}
    return settle(ports, charging, Known(inputs, switches, open_numbers(circuit)))


def _own_rate(port: Port, settled: Settled) -> Expr:
    return settled.flows[port.flow] / port.size + put(port.drift, settled.flows)


def _want_known(ports: list[Port], v: Voltages) -> None:
    """Refuse what is held by an unknown of an implicit equation: its slope would be needed."""
    unknowns = {z: where for z, _, where in v.implicit}
    for port in ports:
        for z in sorted((s for s in unknowns if s in port.level.free_symbols), key=str):
            owner = getattr(port.element, "owner", port.element).name
            what = (
                "is charged by it" if isinstance(port.element, (C, Charge)) else "is in a cutset of inductors with it"
            )
            raise NotDerivedError(
                f"{z} at {unknowns[z]} is only given by an implicit nonlinear equation, and {owner!r} {what}: the two "
                "together are not solved here; add a capacitor from there to ground (say 1p), or give a device there "
                "a capacitance of its junction (CJO, CJE, CJC)."
            )


def _own_row(port: Port) -> StateRow:
    unit = "V" if isinstance(port.element, C) else "A"
    return own_state(port), port.element.name, unit, parameter(port.element, "ic")


def _slopes(circuit: Circuit) -> dict[Symbol, Symbol]:
    """Slope symbol of every independent source to its own."""
    return {derivative(u): u for u in (source(e) for e in circuit.parts if isinstance(e, (V, I)))}


def _without_slopes(
    circuit: Circuit, rows: list[StateRow], rates: list[Expr]
) -> tuple[list[StateRow], list[Expr], dict[Symbol, Expr], list[Step]]:
    """Where slopes of inputs move states, x' = ... + K u': take y = x - K u as states, which need no slope.

    A K that is not constant (a switch is in it, or a nonlinear law) leaves the slope where it is: y would jump with K.
    """
    slope_of = _slopes(circuit)
    gains = [{u: rate.diff(d) for d, u in slope_of.items() if d in rate.free_symbols} for rate in rates]
    varying = {x for x, *_ in rows} | set(slope_of) | set(slope_of.values())
    varying |= {resistance(e.name) for e in circuit.of_type(S)}
    if not any(gains) or any(k.free_symbols & varying for row in gains for k in row.values()):
        return rows, rates, {}, []
    back: dict[Symbol, Expr] = {}
    moved: list[StateRow] = []
    steps: list[Step] = []
    for (x, element, unit, start), gain in zip(rows, gains, strict=True):
        shift = Add(*(k * u for u, k in gain.items()))
        y = Symbol(f"y_{x.name.partition('_')[2]}", real=True) if gain else x
        moved.append((y, element, unit, start - shift))
        if gain:
            back[x] = y + shift
            why = "a state whose slope needs no slope of an input"
            steps.append(Step("substitution", y.name, None, (y, x - shift), why))
    at_rest = dict.fromkeys(slope_of, Singleton.Zero)
    return moved, [put(put(rate, at_rest), back) for rate in rates], back, steps


def _steps(
    circuit: Circuit,
    tree: NormalTree,
    v: Voltages,
    settled: Settled,
    states: list[Symbol],
    rates: list[Expr],
    coupled: Mapping[str, Winding],
) -> list[Step]:
    """How every slope and every flow that is asked for came about."""
    symbols = {n: node_voltage(n) for n in circuit.nodes}
    result = dict(zip((*settled.rates, *(own_state(p) for p in settled.own)), rates, strict=True))
    renamed = dict(zip(result, states, strict=True))
    steps = definitions(circuit)
    for branch in tree.branches:
        if isinstance(branch.element, C):
            state, _ = v.state_of[branch.element.name]
            steps += _capacitor_steps(tree, branch, v, symbols, (derivative(renamed[state]), result[state]))
        elif isinstance(branch.element, L):
            steps += _cut_steps(tree, branch, symbols, settled, coupled.get(branch.element.name))
    for e in tree.links:
        if isinstance(e, L):
            i = branch_current(e.name)
            steps += _inductor_steps(e, symbols, (derivative(renamed[i]), result[i]), coupled.get(e.name))
    for c in tree.charges:
        charge, flow = Symbol(f"q_{c.name}", real=True), branch_current(c.name)
        stored = (charge, device_branch(c, symbols))
        steps.append(Step("constitutive law", c.name, None, stored, "a charge that voltages make"))
        steps.append(Step("solve", flow.name, (flow, derivative(charge)), (flow, settled.flows[flow]), "its slope"))
    for port in settled.own:
        d = derivative(own_state(port))
        law = (port.flow, port.size * (d - port.drift))
        steps.append(Step("constitutive law", port.element.name, None, law, "a state of its own"))
        steps.append(Step("solve", d.name, law, (d, result[own_state(port)]), f"for {d.name}"))
    return steps


def _capacitor_steps(
    tree: NormalTree, branch: TreeBranch, v: Voltages, symbols: dict[str, Expr], result: tuple[Symbol, Expr]
) -> list[Step]:
    element: Any = branch.element
    side = tree.subtree[branch.child]
    state, sigma = v.state_of[element.name]
    links = crossing(tree, side)
    loops = [c for c in links if isinstance(c, C)]
    others = [e for e in links if not isinstance(e, C)]
    steps = kcl_steps(links, [element], side, side_name(side), symbols)
    balance = steps[0].after
    d, size = derivative(state), size_of(element, branch.sign * sigma * state, symbols)
    if isinstance(element, Meyer):
        why = "its capacitance, which the voltages of all four terminals make"
        steps.append(Step("constitutive law", element.name, None, (Symbol(f"C_{element.name}"), size), why))
    elif isinstance(element, Depletion):
        why = "its capacitance, which depends on its voltage"
        steps.append(Step("constitutive law", element.name, None, (Symbol(f"C_{element.name}"), size), why))
    flow = branch.sign * sigma * size * d
    steps.append(Step("constitutive law", element.name, None, (branch_current(element.name), flow)))
    charging = sigma * size * d
    for c in loops:
        across = derivative_of(symbols[c.plus] - symbols[c.minus])
        size_c = size_of(c, symbols[c.plus] - symbols[c.minus], symbols)
        steps.append(Step("constitutive law", c.name, None, (branch_current(c.name), size_c * across)))
        charging += (1 if c.plus in side else -1) * size_c * across
    laws = (cut_current(others, side, symbols) + charging, Singleton.Zero)
    steps.append(Step("substitution", side_name(side), balance, laws, "the laws put into KCL"))
    known = cut_current(others, side, v.nodes)
    known = put(known, v.solved) if v.solved else known
    filled = (known + charging, Singleton.Zero)
    if filled != laws:
        steps.append(Step("substitution", side_name(side), laws, filled, "the known voltages put in"))
    steps.append(Step("solve", result[0].name, filled, result, f"for {result[0].name}"))
    return steps


def derivative_of(voltage: Expr) -> Expr:
    """Time derivative of a sum of node voltages, as symbols."""
    return put(voltage, {s: derivative(s) for s in voltage.free_symbols if isinstance(s, Symbol)})


def _cut_steps(
    tree: NormalTree, branch: TreeBranch, symbols: dict[str, Expr], settled: Settled, winding: Winding | None
) -> list[Step]:
    element, side = branch.element, tree.subtree[branch.child]
    flow = element_voltage(element.name)
    steps = kcl_steps(crossing(tree, side), [element], side, side_name(side), symbols)
    alone = parameter(element, "value") * derivative(branch_current(element.name))
    law = (flow, winding.law() if winding else alone)
    steps.append(Step("constitutive law", element.name, None, law, COUPLED if winding else ""))
    steps.append(Step("solve", flow.name, law, (flow, settled.flows[flow]), f"for {flow.name}"))
    return steps


def _inductor_steps(e: L, symbols: dict[str, Expr], result: tuple[Symbol, Expr], winding: Winding | None) -> list[Step]:
    d = result[0].name
    if winding is None:
        law = (parameter(e, "value") * derivative(branch_current(e.name)), across(e, symbols))
        return [Step("constitutive law", e.name, None, law), Step("solve", d, law, result, f"for {d}")]
    law = (winding.law(), across(e, symbols))
    others = [o.name for o in winding.weights if o != e]
    why = f"for {d}, with the law{'s' if len(others) > 1 else ''} of {', '.join(others)} too"
    return [Step("constitutive law", e.name, None, law, COUPLED), Step("solve", d, law, result, why)]
