"""Node voltages along the tree, and the few unknowns that the tree leaves open."""

from __future__ import annotations

from attrs import field, frozen
from sympy import Add, Expr, Symbol
from sympy import S as Singleton

from ..circuit import Circuit
from ..elements import GROUND, C, E, Element, H, L, OpAmp, S, Sensing, V
from ..errors import EquationError
from ..graph import ends
from .algebra import SWOLLEN, put, solve_together
from .derivation import Step
from .jumps import jumps
from .symbols import branch_current, link_current, node_voltage, parameter, parameters, resistance, source
from .topology import NormalTree, TreeBranch

OF_OP_AMP = "the inputs of "
"""How the equation of an ideal op-amp is called."""
FEW = 6
"""So many unknowns are solved for together where elimination swells: sums of products of more are longer still."""


@frozen(eq=False)
class Voltages:
    """Voltage of every node as an expression of states and inputs, and how it was found."""

    nodes: dict[str, Expr]
    solved: dict[Symbol, Expr]
    steps: list[Step]
    pivots: list[Pivot]
    implicit: list[Implicit]
    """Unknowns that no equation can be solved for, each with the residual that must vanish, and where."""
    state_of: dict[str, tuple[Symbol, int]] = field(repr=False)
    """Tree capacitor to its state symbol and sigma: v(child) - v(parent) = sigma * state."""


def solve_voltages(circuit: Circuit, tree: NormalTree) -> Voltages:
    """Write every node voltage in terms of states and inputs.

    Args:
        circuit: a checked circuit.
        tree: its normal tree.

    Raises:
        EquationError: a node voltage that no equation determines.
    """
    state_of = {b.element.name: _state(b) for b in tree.branches if isinstance(b.element, C)}
    nodes, steps = _along_tree(tree, state_of)
    open_equations = _open_equations(circuit, tree, nodes)
    numbers = open_numbers(circuit)
    pivots: list[Pivot] = []
    solved, implicit = _eliminate(open_equations, steps, numbers, pivots)
    if solved:
        nodes = {n: put(e, solved) if e.free_symbols & solved.keys() else e for n, e in nodes.items()}
    return Voltages(nodes, solved, steps, pivots, implicit, state_of)


def open_numbers(circuit: Circuit) -> dict[Symbol, float]:
    """Values of all parameters, and of the switches' resistances while they are open."""
    return parameters(circuit) | {resistance(s.name): s.r_off for s in circuit.of_type(S)}


def _state(branch: TreeBranch) -> tuple[Symbol, int]:
    if branch.parent == GROUND:
        return Symbol(f"v_{branch.child}", real=True), 1
    return Symbol(f"v_{branch.element.name}", real=True), branch.sign


def _along_tree(tree: NormalTree, state_of: dict[str, tuple[Symbol, int]]) -> tuple[dict[str, Expr], list[Step]]:
    nodes: dict[str, Expr] = {root: node_voltage(root) for root in tree.roots}
    steps: list[Step] = []
    for branch in tree.branches:
        element, symbol = branch.element, node_voltage(branch.child)
        if isinstance(element, C):
            state, sigma = state_of[element.name]
            nodes[branch.child] = nodes[branch.parent] + sigma * state
            if symbol != state:
                path = node_voltage(branch.parent) + sigma * state
                steps.append(Step("KVL", f"node {branch.child}", None, (symbol, path), f"along {element.name}"))
            continue
        drop = source(element) if isinstance(element, V) else Symbol(f"v_{element.name}", real=True)
        nodes[branch.child] = nodes[branch.parent] + branch.sign * drop
        path = node_voltage(branch.parent) + branch.sign * drop
        law, why = (
            ("KVL", f"along {element.name}")
            if isinstance(element, L)
            else ("constitutive law", f"it fixes node {branch.child}")
        )
        steps.append(Step(law, element.name, None, (symbol, path), why))
    return nodes, steps


def cut_current(links: list[Element], side: frozenset[str], v: dict[str, Expr]) -> Expr:
    """Sum of link currents that leave a set of nodes."""
    return Add(*(_leaving(e, side) * link_current(e, v) for e in links))


def _leaving(element: Element, side: frozenset[str]) -> int:
    return 1 if ends(element)[0] in side else -1


def crossing(tree: NormalTree, side: frozenset[str]) -> list[Element]:
    """Links with exactly one end in a set of nodes."""
    found = sorted({k for node in side for k in tree.links_at.get(node, ())})
    return [e for e in (tree.links[k] for k in found) if (ends(e)[0] in side) != (ends(e)[1] in side)]


def kcl_steps(
    links: list[Element], extra: list[Element], side: frozenset[str], subject: str, v: dict[str, Expr]
) -> list[Step]:
    """KCL for a set of nodes, the law of each branch in it, and the laws put in."""
    names = [*links, *extra]
    balance = Add(*(_leaving(e, side) * branch_current(e.name) for e in names))
    steps = [Step("KCL", subject, None, (balance, Singleton.Zero), "what leaves sums to zero")]
    for e in links:
        law = link_current(e, v)
        if law != branch_current(e.name):
            steps.append(Step("constitutive law", e.name, None, (branch_current(e.name), law)))
    return steps


def side_name(side: frozenset[str]) -> str:
    """How a set of nodes is called in a derivation."""
    return f"node {next(iter(side))}" if len(side) == 1 else "nodes " + ", ".join(sorted(side))


Implicit = tuple[Symbol, Expr, str]
"""Unknown, residual, and where."""
Pivot = tuple[Expr, Symbol, str]
"""Coefficient that was divided by, the unknown, and where."""
OpenEquation = tuple[Symbol, Expr, str, list[Step]]
"""Unknown, expression that must be zero, what to call it, and the steps that led to it."""


def _open_equations(circuit: Circuit, tree: NormalTree, nodes: dict[str, Expr]) -> list[OpenEquation]:
    found: list[OpenEquation] = []
    symbols = {n: node_voltage(n) for n in circuit.nodes}
    for branch in tree.branches:
        e = branch.element
        if isinstance(e, OpAmp):
            step = Step("ideal op-amp", e.name, None, (symbols[e.plus], symbols[e.minus]), "what its output makes true")
            unknown = Symbol(f"v_{e.name}", real=True)
            found.append((unknown, nodes[e.plus] - nodes[e.minus], f"{OF_OP_AMP}{e.name}", [step]))
        if isinstance(e, (E, H)):
            unknown = Symbol(f"v_{e.name}", real=True)
            made = _controlled(e, nodes)
            step = Step("constitutive law", e.name, None, (unknown, _controlled(e, symbols)))
            found.append((unknown, unknown - made, e.name, [step]))
    sensed = {e.sensor for e in circuit.of_type(Sensing)}
    for branch in tree.branches:
        if branch.element.name in sensed:
            found.append(_sensor(tree, branch, nodes, symbols))
    for root in tree.roots[1:]:
        side = tree.subtree[root]
        links = crossing(tree, side)
        steps = kcl_steps(links, [], side, side_name(side), symbols)
        found.append((node_voltage(root), cut_current(links, side, nodes), side_name(side), steps))  # type: ignore[arg-type]
    return found


def _controlled(e: E | H, v: dict[str, Expr]) -> Expr:
    if isinstance(e, E):
        return parameter(e, "gain") * (v[e.c_plus] - v[e.c_minus])
    return parameter(e, "gain") * branch_current(e.sensor)


def _sensor(tree: NormalTree, branch: TreeBranch, nodes: dict[str, Expr], symbols: dict[str, Expr]) -> OpenEquation:
    side = tree.subtree[branch.child]
    links = crossing(tree, side)
    unknown = branch_current(branch.element.name)
    # What leaves the far side through the links came in through the sensor, plus to minus counted positive.
    balance = unknown + branch.sign * cut_current(links, side, nodes)
    return unknown, balance, side_name(side), kcl_steps(links, [branch.element], side, side_name(side), symbols)


def _eliminate(
    equations: list[OpenEquation], steps: list[Step], numbers: dict[Symbol, float], pivots: list[Pivot]
) -> tuple[dict[Symbol, Expr], list[Implicit]]:
    """Solve the open equations one after the other, then put later results into earlier ones.

    An equation that is linear in none of its unknowns stays as it is: its unknown is left to numbers. Where the results
    swell, those that are linear are solved together.
    """
    left = {u for u, *_ in equations}
    amplifiers = {u: name.removeprefix(OF_OP_AMP) for u, _, name, _ in equations if name.startswith(OF_OP_AMP)}
    done: list[Step] = []
    divided: list[Pivot] = []
    solved: dict[Symbol, Expr] = {}
    implicit: list[Implicit] = []
    for own, balance, subject, before in equations:
        reduced = put(balance, solved) if solved else balance
        if (
            len(equations) <= FEW
            and reduced.count_ops() > SWOLLEN
            and (together := _together(equations, steps, pivots)) is not None
        ):
            return together
        pivot = _pivot(own, reduced, left, numbers)
        if pivot is None:
            kept = _left_to_numbers(own, reduced, left, subject, [amplifiers[u] for u in left & amplifiers.keys()])
            left.remove(kept)
            implicit.append((kept, reduced, subject))
            said = f"linear in no unknown: {kept.name} is left to numbers"
            done += [*before, Step("implicit equation", kept.name, None, (reduced, Singleton.Zero), said)]
            continue
        left.remove(pivot)
        slope = reduced.diff(pivot)
        divided.append((slope, own, subject))
        value = _tidy(-put(reduced, {pivot: Singleton.Zero}), slope)
        done += [*before, _elimination(pivot, reduced, value)]
        solved = {s: put(e, {pivot: value}) for s, e in solved.items()}
        solved[pivot] = value
    steps += done
    pivots += divided
    return solved, [(z, put(residual, solved), subject) for z, residual, subject in implicit]


def _elimination(unknown: Symbol, balance: Expr, value: Expr) -> Step:
    why = f"solved for {unknown.name}"
    return Step("elimination", unknown.name, (balance, Singleton.Zero), (unknown, value), why)


def _together(
    equations: list[OpenEquation], steps: list[Step], pivots: list[Pivot]
) -> tuple[dict[Symbol, Expr], list[Implicit]] | None:
    """All open equations at once; nothing where one is not linear, or they are singular."""
    unknowns = [own for own, *_ in equations]
    found = solve_together([balance for _, balance, *_ in equations], unknowns)
    if found is None:
        return None
    values, determinant = found
    solved = dict(zip(unknowns, values, strict=True))
    for own, balance, _, before in equations:
        steps += [*before, _elimination(own, balance, solved[own])]
    own, _, subject, _ = equations[-1]
    pivots.append((determinant, own, subject))
    return solved, []


def _tidy(numerator: Expr, slope: Expr) -> Expr:
    """Divide; multiplied out where the divisor is one term, because that is what a person would write."""
    if slope.is_Add or numerator.count_ops() > SWOLLEN:
        return numerator / slope
    return (numerator / slope).expand()


def _pivot(own: Symbol, balance: Expr, left: set[Symbol], numbers: dict[Symbol, float]) -> Symbol | None:
    """The unknown to solve an equation for: one that it is linear in."""
    guarded = {s for j in jumps(balance) for s in j.guard.free_symbols}
    for candidate in (own, *sorted(left - {own}, key=lambda s: s.name)):
        if candidate not in left or candidate in guarded:
            continue
        slope = balance.diff(candidate)
        if slope != 0 and not slope.free_symbols & left and not _vanishes(slope, numbers):
            return candidate
    return None


def _left_to_numbers(own: Symbol, balance: Expr, left: set[Symbol], subject: str, amplifiers: list[str]) -> Symbol:
    inside = sorted(left & balance.free_symbols, key=lambda s: (s != own, s.name))
    nonlinear = [s for s in inside if any(d.free_symbols & left for d in [balance.diff(s)]) or jumps(balance)]
    if not nonlinear:
        raise _without_feedback(min(amplifiers)) if amplifiers else _singular(own, subject)
    return nonlinear[0]  # type: ignore[return-value]


def _singular(own: Symbol, subject: str) -> EquationError:
    return EquationError(
        f"the circuit is singular at {subject}: no equation determines {own.name}. "
        "Add a resistor or a capacitor from there to ground."
    )


def _without_feedback(amplifier: str) -> EquationError:
    return EquationError(
        f"no output of the ideal op-amp {amplifier!r} makes its inputs equal at every moment: it has no feedback, or "
        "one that a capacitor or a source fixes. Connect its output to an input by a resistor or a capacitor, or take "
        "one with a gain and a bandwidth, lq.op_amp."
    )


def want_regular(pivots: list[Pivot], numbers: dict[Symbol, float]) -> None:
    """Raise where a coefficient that was divided by is zero for the values that a circuit has."""
    for slope, own, subject in pivots:
        if slope.is_Add and _vanishes(slope, numbers):
            raise _singular(own, subject)


def _vanishes(slope: Expr, numbers: dict[Symbol, float]) -> bool:
    """Whether the terms of a coefficient cancel, as symbols or for the values that the circuit has."""
    terms = [put(t, numbers) for t in Add.make_args(slope)]
    if not all(t.is_number for t in terms):
        return False
    values = [float(t) for t in terms]
    return abs(sum(values)) <= 1e-12 * sum(map(abs, values))
