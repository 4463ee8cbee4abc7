"""Storage elements that are no states of their own: capacitors that close loops, inductors in cutsets.

The tree fixes the voltage across a loop capacitor, the links fix the current through a cut inductor: call either its
level, and its current or voltage its flow, flow = size * d level/dt. Flows stand as unknowns in Kirchhoff's laws. A
level that depends on states and inputs alone is differentiated, which couples the slopes of the states (a mass matrix)
and brings in slopes of inputs. A level that depends on flows (a controlled source reads a current that flows through
the element itself) makes the element a state after all.

The reduction of a descriptor system by differentiating what is algebraic in it: Luenberger 1978, Automatica 14:473.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from attrs import field, frozen
from sympy import Add, Expr, Float, Integer, Matrix, Symbol, cancel, together
from sympy import S as Singleton

from ..elements import C, Charge, Depletion, L
from ..errors import EquationError, NotDerivedError
from .algebra import collected, gathered, put, solve_linear
from .symbols import derivative

WORST_COUPLING = 1e12
"""Condition number, rows and columns scaled, above which coupled slopes do not follow from each other."""


@frozen(eq=False)
class Port:
    """A dependent storage element: flow = size * (d level/dt - drift), both in terms of states, inputs and flows.

    Its size is its capacitance or inductance; that of a junction depends on its level. Of a charge the level is what it
    is, and its size 1. The drift is what the voltages of coupled inductors do to a current; others have none.
    """

    element: C | L | Charge
    flow: Symbol
    level: Expr
    size: Expr
    drift: Expr = Singleton.Zero


Charging = tuple[Expr, Expr]
"""size * dx/dt of a state, and its size."""


@frozen(eq=False)
class Known:
    """Inputs, the resistances of switches with their names, and the values of all parameters (switches open)."""

    inputs: Collection[Symbol]
    switches: Mapping[Symbol, str]
    numbers: dict[Symbol, float]


@frozen(eq=False)
class Coupling:
    """A matrix that was divided by, and whose slopes or flows it couples."""

    matrix: Matrix
    where: str


@frozen(eq=False)
class Settled:
    """Flows and slopes of the states in terms of states, inputs and slopes of inputs."""

    flows: dict[Symbol, Expr]
    rates: dict[Symbol, Expr]
    own: list[Port]
    """Dependent elements that are states after all; `own_state` gives their symbols."""
    couplings: list[Coupling] = field(repr=False)
    """What was divided by."""


def own_state(port: Port) -> Symbol:
    """`v_C1` or `i_L1`: the level of a dependent element, where it is a state."""
    return Symbol(f"{'i' if isinstance(port.element, L) else 'v'}_{port.element.name}", real=True)


def settle(ports: Sequence[Port], charging: Mapping[Symbol, Charging], known: Known) -> Settled:
    """Solve the flows of dependent storage elements and the slopes of all states.

    Args:
        ports: the dependent elements.
        charging: state to size * dx/dt, in terms of states, inputs and flows, and its size.
        known: what of the circuit is given.

    Raises:
        EquationError: an infinite current or voltage, or slopes that no equation determines.
    """
    left = {p.flow: p for p in ports}
    fixed = known.numbers.keys()
    flows: dict[Symbol, Expr] = {}
    coupled: dict[Symbol, Expr] = {}
    couplings: list[Coupling] = []
    while left and (ties := _ties(left)):
        tied = _untangled({own: _tied(own, weights, left, charging, known) for own, weights in ties})
        rates = _coupled(tied, charging, couplings, known.numbers)
        rates = {x: gathered(e, fixed) for x, e in rates.items()}
        tied = {f: put(e, {derivative(x): rate for x, rate in rates.items()}) for f, e in tied.items()}
        tied = {f: gathered(e, fixed) for f, e in tied.items()}
        flows = {f: put(e, tied) for f, e in flows.items()} | tied
        coupled = {x: put(e, tied) for x, e in coupled.items()} | rates
        charging = {x: (gathered(put(q, tied), fixed), size) for x, (q, size) in charging.items()}
        left = {f: _known(p, tied, fixed) for f, p in left.items() if f not in tied}
    _want_constant(left.values())
    solved = {f: gathered(e, fixed) for f, e in _own_flows(list(left.values()), couplings, known.numbers).items()}
    flows = {f: gathered(put(e, solved), fixed) for f, e in flows.items()} | solved
    every = {x: put(coupled.get(x, q / size), solved) for x, (q, size) in charging.items()}
    if any(p.drift != 0 for p in ports):  # determinants of coupled inductors cancel
        flows, every = ({x: collected(e, fixed) for x, e in some.items()} for some in (flows, every))
    return Settled(flows, every, list(left.values()), couplings)


def _known(port: Port, tied: Mapping[Symbol, Expr], fixed: Collection[Symbol]) -> Port:
    level, drift = (gathered(put(e, tied), fixed) for e in (port.level, port.drift))
    return Port(port.element, port.flow, level, port.size, drift)


def _want_constant(ports: Iterable[Port]) -> None:
    """Refuse junctions whose own current acts back on the voltage that holds them."""
    for port in ports:
        if isinstance(port.element, (Depletion, Charge)):
            raise NotDerivedError(
                f"the charge of {port.element.owner.name!r} acts back on its own voltage through a controlled source: "
                "the two together are not solved here; put a resistor in series with it."
            )


Weights = dict[Symbol, Expr]


def _ties(left: Mapping[Symbol, Port]) -> list[tuple[Symbol, Weights]]:
    """Sums of levels in which no flow is left, each with a flow that only it has."""
    names, rows = list(left), _sensitivities(list(left.values()))
    if not any(z for row in rows for z in row):
        return [(f, {f: Singleton.One}) for f in names]
    columns = Matrix(rows).T
    _, pivots = columns.rref(iszerofunc=_is_zero)
    free = [k for k in range(len(names)) if k not in pivots]
    basis = columns.nullspace(iszerofunc=_is_zero)
    weights = [{f: w for f, w in zip(names, map(_reduced, vector), strict=True) if w != 0} for vector in basis]
    return [(names[k], w) for k, w in zip(free, weights, strict=True)]


def _sensitivities(ports: list[Port]) -> list[list[Expr]]:
    """How each level depends on each flow."""
    flows = [p.flow for p in ports]
    rows = [[p.level.diff(f) if f in p.level.free_symbols else Singleton.Zero for f in flows] for p in ports]
    for port, row in zip(ports, rows, strict=True):
        if any(z.free_symbols & set(flows) for z in row):
            raise _implicit(port)
    return [[_reduced(z) for z in row] for row in rows]


def _reduced(z: Expr) -> Expr:
    return z if z.is_Atom else cancel(together(z))


def _is_zero(z: Expr) -> bool:
    return bool(_reduced(z) == 0)


def _implicit(port: Port) -> EquationError:
    what, where = ("voltage", "across") if isinstance(port.element, L) else ("current", "in series with")
    return EquationError(
        f"the {what} of {port.element.name!r} is only given by an implicit nonlinear equation: put a resistor {where} "
        "it."
    )


def _tied(own: Symbol, weights: Weights, left: Mapping[Symbol, Port], states: Collection[Symbol], known: Known) -> Expr:
    """One flow from a sum of levels that is known: the sum's slope, less what the other flows give it."""
    level = put(Add(*(w * left[f].level for f, w in weights.items())), dict.fromkeys(left, Singleton.Zero))
    port = left[own]
    _want_continuous(port, level, weights, known)
    varying = sorted(level.free_symbols & {*states, *known.inputs}, key=str)
    slope = Add(*(level.diff(x) * derivative(x) for x in varying))  # type: ignore[arg-type]
    others = Add(*(w * f / left[f].size for f, w in weights.items() if f != own))
    drift = Add(*(w * left[f].drift for f, w in weights.items()))
    return port.size * (slope - others - drift) / weights[own]


def _untangled(tied: dict[Symbol, Expr]) -> dict[Symbol, Expr]:
    """Flows that contain each other or themselves, as those of coupled inductors do, each without the others."""
    within = {f: e.free_symbols & tied.keys() for f, e in tied.items()}
    if not any(within.values()):
        return tied
    rows = [[Integer(f == g) - (e.diff(g) if g in within[f] else 0) for g in tied] for f, e in tied.items()]
    if any(x.free_symbols & tied.keys() for row in rows for x in row):
        raise EquationError("coupled inductors that only a nonlinear law ties: put a resistor across one of them.")
    right = [put(e, dict.fromkeys(tied, Singleton.Zero)) for e in tied.values()]
    return dict(zip(tied, map(_reduced, solve_linear(rows, right)), strict=True))


def _want_continuous(port: Port, level: Expr, weights: Weights, known: Known) -> None:
    """Refuse a level that jumps: where a switch or the slope of an input moves it at once."""
    name = port.element.name
    what, cure = ("voltage", "across") if isinstance(port.element, L) else ("current", "in series with")
    present = {s for e in (level, *weights.values()) for s in e.free_symbols}
    switched = sorted(name for s, name in known.switches.items() if s in present)
    if switched:
        raise EquationError(
            f"the {what} of {name!r} is infinite whenever {switched[0]!r} switches, because what holds it jumps then: "
            f"put a resistor {cure} {name!r}."
        )
    steep = sorted(str(u) for u in known.inputs if derivative(u) in present)
    if steep:
        raise EquationError(
            f"the {what} of {name!r} follows the second derivative of {steep[0]!r}, which is infinite at every corner "
            f"of a stimulus: put a resistor {cure} {name!r}."
        )


def _coupled(
    tied: Mapping[Symbol, Expr],
    charging: Mapping[Symbol, Charging],
    couplings: list[Coupling],
    numbers: dict[Symbol, float],
) -> dict[Symbol, Expr]:
    """Slopes of the states that the tied flows link to each other: M dx/dt = what else charges them."""
    wanted = {s for e in tied.values() for s in e.free_symbols}
    states = [x for x in charging if derivative(x) in wanted]
    if not states:
        return {}
    slopes = [derivative(x) for x in states]
    at_rest = dict.fromkeys(slopes, Singleton.Zero)
    rows, right = [], []
    for x, own in zip(states, slopes, strict=True):
        q, size = charging[x]
        full = put(q, tied)
        rows.append([(size if d == own else Singleton.Zero) - full.diff(d) for d in slopes])
        right.append(put(full, at_rest))
        if any(entry.free_symbols & set(slopes) for entry in rows[-1]):
            raise EquationError(f"the slope of {x} is only given by an implicit nonlinear equation: add a resistor.")
    _keep(Coupling(Matrix(rows), ", ".join(map(str, states))), couplings, numbers)
    return dict(zip(states, solve_linear(rows, right), strict=True))


def _own_flows(ports: list[Port], couplings: list[Coupling], numbers: dict[Symbol, float]) -> dict[Symbol, Expr]:
    """Flows of dependent elements that are states after all, from their levels."""
    if not ports:
        return {}
    flows = dict.fromkeys((p.flow for p in ports), Singleton.Zero)
    rows = _sensitivities(ports)
    _keep(Coupling(Matrix(rows), ", ".join(p.element.name for p in ports)), couplings, numbers)
    right = [own_state(p) - put(p.level, flows) for p in ports]
    return dict(zip(flows, solve_linear(rows, right), strict=True))


def _keep(coupling: Coupling, couplings: list[Coupling], numbers: dict[Symbol, float]) -> None:
    want_independent([coupling], numbers)
    couplings.append(coupling)


def want_independent(couplings: Sequence[Coupling], numbers: dict[Symbol, float]) -> None:
    """Raise where a matrix that was divided by is singular for the values that a circuit has."""
    for coupling in couplings:
        filled = coupling.matrix.xreplace({s: Float(v) for s, v in numbers.items()})
        if filled.free_symbols:  # a law's slope is in it
            continue
        m = np.array(filled.tolist(), dtype=float)
        m = m / np.maximum(np.abs(m).max(axis=1, keepdims=True), 1e-300)
        m = m / np.maximum(np.abs(m).max(axis=0, keepdims=True), 1e-300)
        if np.linalg.cond(m) > WORST_COUPLING:
            raise EquationError(
                f"the circuit is singular at {coupling.where}: for these values the feedback of a controlled source "
                "takes away what would determine it; change a gain, or add a resistor."
            )
