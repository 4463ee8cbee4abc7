"""State equations: the current of each tree capacitor and the voltage of each inductor."""

from __future__ import annotations

from attrs import frozen
from sympy import Add, Expr, Symbol
from sympy import S as Singleton

from .algebra import put, solve_linear
from .checks import ends
from .circuit import Circuit
from .derivation import Step
from .elements import GROUND, C, I, L, R, S, V
from .errors import EquationError
from .symbols import branch_current, derivative, link_current, node_voltage, parameter, source
from .topology import NormalTree, TreeBranch
from .unknowns import Voltages, crossing, cut_current, kcl_steps, side_name

StateRow = tuple[Symbol, str, str, Expr]
"""Symbol, element, unit, and the value at the start in terms of `ic` parameters and of inputs at the start."""


@frozen(eq=False)
class StateEquations:
    """States with their right hand sides; node voltages and measurable currents in terms of them."""

    states: list[StateRow]
    rhs: list[Expr]
    voltages: dict[str, Expr]
    currents: dict[str, Expr]
    steps: list[Step]


def state_equations(circuit: Circuit, tree: NormalTree, v: Voltages) -> StateEquations:
    """Write x' = f(x, u) for all capacitors and inductors.

    Args:
        circuit: a checked circuit.
        tree: its normal tree.
        v: its node voltages.

    Raises:
        EquationError: inductors and current sources alone meet at a node.
    """
    branches = [b for b in tree.branches if isinstance(b.element, C)]
    symbols = {n: node_voltage(n) for n in circuit.nodes}
    states: list[StateRow] = []
    rhs: list[Expr] = []
    steps: list[Step] = []
    voltages = v.nodes
    currents = {b.element.name: _cut(tree, b, v) for b in branches}
    if tree.excess:
        voltages, solved = _coupled(circuit, tree, branches, v, currents)
        rhs_c = [solved[b.element.name] for b in branches]
    else:
        rhs_c = [-v.state_of[b.element.name][1] * currents[b.element.name] / _c(b) for b in branches]
    for branch, expr in zip(branches, rhs_c, strict=True):
        state, sigma = v.state_of[branch.element.name]
        initial = branch.sign * sigma * parameter(branch.element, "ic")
        states.append((state, branch.element.name, "V", initial))
        rhs.append(expr)
        steps += _capacitor_steps(tree, branch, v, symbols, expr)
    if tree.excess:
        states = _charge_coordinates(circuit, tree, branches, v, states, voltages)
    for e in circuit.of_type(L):
        a, b = ends(e)
        expr = (voltages[a] - voltages[b]) / parameter(e, "value")
        states.append((branch_current(e.name), e.name, "A", parameter(e, "ic")))
        rhs.append(expr)
        steps += _inductor_steps(e, symbols, expr)
    return StateEquations(states, rhs, voltages, _measurable(circuit, tree, v, voltages), steps)


def _c(branch: TreeBranch) -> Symbol:
    return parameter(branch.element, "value")


def _cut(tree: NormalTree, branch: TreeBranch, v: Voltages) -> Expr:
    side = tree.subtree[branch.child]
    total = cut_current(crossing(tree, side), side, v.nodes)
    return put(total, v.solved) if v.solved else total


def _capacitor_steps(
    tree: NormalTree, branch: TreeBranch, v: Voltages, symbols: dict[str, Expr], result: Expr
) -> list[Step]:
    element, side = branch.element, tree.subtree[branch.child]
    state, sigma = v.state_of[element.name]
    links = crossing(tree, side)
    excess = [c for c in tree.excess if (ends(c)[0] in side) != (ends(c)[1] in side)]
    steps = kcl_steps(links, [element, *excess], side, side_name(side), symbols)
    balance = steps[0].after
    d = derivative(state)
    flow = branch.sign * sigma * _c(branch) * d
    steps.append(Step("constitutive law", element.name, None, (branch_current(element.name), flow)))
    charging = sigma * _c(branch) * d
    for c in excess:
        across = derivative_of(symbols[c.plus] - symbols[c.minus])
        steps.append(Step("constitutive law", c.name, None, (branch_current(c.name), parameter(c, "value") * across)))
        charging += (1 if c.plus in side else -1) * parameter(c, "value") * across
    laws = (cut_current(links, side, symbols) + charging, Singleton.Zero)
    steps.append(Step("substitution", side_name(side), balance, laws, "the laws put into KCL"))
    known = cut_current(links, side, v.nodes)
    known = put(known, v.solved) if v.solved else known
    filled = (known + charging, Singleton.Zero)
    if filled != laws:
        steps.append(Step("substitution", side_name(side), laws, filled, "the known voltages put in"))
    steps.append(Step("solve", d.name, filled, (d, result), f"for {d.name}"))
    return steps


def derivative_of(voltage: Expr) -> Expr:
    """Time derivative of a sum of node voltages, as symbols."""
    return put(voltage, {s: derivative(s) for s in voltage.free_symbols if isinstance(s, Symbol)})


def _inductor_steps(e: L, symbols: dict[str, Expr], result: Expr) -> list[Step]:
    a, b = ends(e)
    d = derivative(branch_current(e.name))
    law = (parameter(e, "value") * d, symbols[a] - symbols[b])
    return [Step("constitutive law", e.name, None, law), Step("solve", d.name, law, (d, result), f"for {d.name}")]


def _coupled(
    circuit: Circuit, tree: NormalTree, branches: list[TreeBranch], v: Voltages, currents: dict[str, Expr]
) -> tuple[dict[str, Expr], dict[str, Expr]]:
    """Capacitor loops: solve M x' = -i, with y = x + M^-1 N u where an input's derivative would appear."""
    mass, forced = _mass(circuit, tree, branches, v)
    rates = solve_linear(mass, [-currents[b.element.name] for b in branches])
    voltages = v.nodes
    if any(forced):
        shift = solve_linear(mass, forced)
        states = [v.state_of[b.element.name][0] for b in branches]
        back = {x: x - dx for x, dx in zip(states, shift, strict=True)}
        voltages = {n: put(e, back) for n, e in voltages.items()}
        rates = [put(r, back) for r in rates]
    return voltages, {b.element.name: r for b, r in zip(branches, rates, strict=True)}


def _mass(
    circuit: Circuit, tree: NormalTree, branches: list[TreeBranch], v: Voltages
) -> tuple[list[list[Expr]], list[Expr]]:
    """Capacitance matrix M, and N u: the charge that the inputs put into it."""
    states = [v.state_of[b.element.name][0] for b in branches]
    inputs = [source(e) for e in circuit.parts if isinstance(e, (V, I))]
    mass: list[list[Expr]] = [[Singleton.Zero] * len(branches) for _ in branches]
    forced: list[Expr] = [Singleton.Zero] * len(branches)
    for k, branch in enumerate(branches):
        mass[k][k] = v.state_of[branch.element.name][1] * _c(branch)
        side = tree.subtree[branch.child]
        for c in tree.excess:
            if (c.plus in side) == (c.minus in side):
                continue
            across = v.nodes[c.plus] - v.nodes[c.minus]
            weight = (1 if c.plus in side else -1) * parameter(c, "value")
            for j, x in enumerate(states):
                mass[k][j] += weight * across.diff(x)
            forced[k] += weight * Add(*(across.diff(u) * u for u in inputs))
    return mass, forced


def _charge_coordinates(
    circuit: Circuit,
    tree: NormalTree,
    branches: list[TreeBranch],
    v: Voltages,
    states: list[StateRow],
    voltages: dict[str, Expr],
) -> list[StateRow]:
    """Initial values of y = x + M^-1 N u, which are those of x where no input drives the loop."""
    if voltages is v.nodes:
        return states
    mass, forced = _mass(circuit, tree, branches, v)
    shift = solve_linear(mass, forced)
    return [(x, e, unit, x0 + dx) for (x, e, unit, x0), dx in zip(states, shift, strict=False)]


def _measurable(circuit: Circuit, tree: NormalTree, v: Voltages, voltages: dict[str, Expr]) -> dict[str, Expr]:
    """Currents that a probe may ask for: of resistors, inductors and voltage sources."""
    found: dict[str, Expr] = {}
    for e in circuit.parts:
        if isinstance(e, (R, L, S)):
            found[e.name] = link_current(e, voltages)
    for branch in tree.branches:
        if isinstance(branch.element, V):
            side = tree.subtree[branch.child]
            through = any((c.plus in side) != (c.minus in side) for c in tree.excess)
            if not through and GROUND not in side:
                total = cut_current(crossing(tree, side), side, voltages)
                found[branch.element.name] = -branch.sign * (put(total, v.solved) if v.solved else total)
    return found


def refuse_inductor_cutsets(circuit: Circuit) -> None:
    """Raise for a node at which only inductors and current sources meet."""
    for n in circuit.nodes:
        at = [e for e in circuit.parts if n in ends(e)]
        if n != GROUND and at and all(isinstance(e, (L, I)) for e in at):
            raise EquationError(
                f"only inductors and current sources meet at node {n!r}: their currents are not independent; "
                "add a large resistor from there to ground."
            )
