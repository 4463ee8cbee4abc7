"""The state space of a circuit about its operating point, from every noise current to some outputs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, I
from ...circuits.equations.algebra import put
from ...circuits.equations.derive import Equations, derive
from ...circuits.equations.jumps import slope
from ...circuits.equations.symbols import node_voltage
from ...circuits.numeric.numeric import (
    Closed,
    compiled,
    input_symbol,
    node_expression,
    numeric,
    through_unknowns,
)
from .origins import Origin, constants, origins, want_known
from .rest import rest

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sympy import Expr

    Array = NDArray[np.float64]
    Complex = NDArray[np.complex128]


@frozen(eq=False)
class SmallSignal:
    """x' = A x + B u + B1 u', y = C x + D u + D1 u'; columns of u are noise currents, then the independent sources.

    Attributes:
        circuit: whose.
        origins: the noise currents.
        densities: theirs at the operating point, A^2/Hz, one-sided.
        sources: names of the independent sources.
        voltages: of the nodes at the operating point.
        closed: names of the switches that are closed there.
    """

    circuit: Circuit
    origins: tuple[Origin, ...]
    densities: Array
    sources: tuple[str, ...]
    voltages: dict[str, float]
    closed: tuple[str, ...]
    a: Array
    b: Array
    b_slope: Array
    c: Array
    d: Array
    d_slope: Array

    def response(self, frequencies: Array, output: int = 0) -> Complex:
        """From each column of u to one output, complex, shape (frequencies, columns)."""
        s = 2j * np.pi * np.asarray(frequencies, dtype=float)
        direct = self.d[output] + s[:, None] * self.d_slope[output]
        n = len(self.a)
        if not n:
            return direct.astype(complex)
        # One solution for the output serves all currents.
        rows = np.broadcast_to(self.c[output].astype(complex), (len(s), n))
        back = np.linalg.solve(s[:, None, None] * np.eye(n) - self.a.T, rows[..., None])[..., 0]
        return back @ self.b + s[:, None] * (back @ self.b_slope) + direct

    @property
    def poles(self) -> Complex:
        """1/s, slowest first."""
        rates = np.linalg.eigvals(self.a)
        return rates[np.argsort(np.abs(rates))].astype(complex)


def with_sources(circuit: Circuit, found: Sequence[Origin]) -> tuple[Circuit, tuple[str, ...]]:
    """The expanded circuit with a current source of zero for each noise current, and the names of these."""
    whole = circuit.expanded
    taken = {e.name.casefold() for e in whole.elements}
    names: list[str] = []
    for k in range(len(found)):
        name = f"noise_{k + 1}"
        while name in taken:
            name += "_"
        names.append(name)
    sources = tuple(I(name, *o.ends, 0.0) for name, o in zip(names, found, strict=True))
    return attrs.evolve(whole, elements=(*whole.described, *sources), roles=(), spec=()), tuple(names)


def small_signal(
    circuit: Circuit,
    outputs: Sequence[tuple[str, str]],
    also: Collection[str] = (),
    guess: Mapping[str, float] | None = None,
) -> SmallSignal:
    """Linearise a circuit about its operating point.

    Args:
        circuit: any that has equations.
        outputs: pairs of nodes.
        also: see `origins`.
        guess: see `rest`.

    Raises:
        EquationError: it has no equations or no operating point.
    """
    want_known(circuit)
    found = origins(circuit, also)
    made, names = with_sources(circuit, found)
    equations = derive(made)
    x, u, closed = rest(equations, guess)
    system = numeric(equations)
    r = system.resistances(closed)
    own = tuple(e for e in circuit.sources)
    order = [*names, *own]
    expressions = [*equations.rhs, *(node_expression(equations, *pair) for pair in outputs)]
    matrix = _slopes(equations, expressions, x, u, r, closed)
    n = len(x)
    columns = [n + list(equations.driving).index(input_symbol(equations, s)) for s in order]
    steep = {s: n + k for k, s in enumerate(equations.driving) if s in equations.input_slopes}
    by_slope = np.zeros((len(expressions), len(order)))
    for column, name in enumerate(order):
        for derivative, place in steep.items():
            if equations.input_slopes[derivative] == input_symbol(equations, name):
                by_slope[:, column] += matrix[:, place]
    by_input = matrix[:, columns]
    volts = _voltages(equations, x, u, r)
    return SmallSignal(
        circuit, tuple(found), _densities(equations, found, volts, r), own, volts,
        tuple(s.name for s, c in zip(equations.switches, closed, strict=True) if c),
        matrix[:n, :n], by_input[:n], by_slope[:n], matrix[n:, :n], by_input[n:], by_slope[n:],
    )  # fmt: skip


def _slopes(equations: Equations, expressions: Sequence[Expr], x: Array, u: Array, r: Array, closed: Closed) -> Array:
    """Derivatives of expressions by states and inputs, shape (expressions, states + inputs)."""
    variables = (*equations.symbols, *equations.driving)
    if equations.unknowns:

        def function(parts: Sequence[Expr]) -> Any:
            return compiled(equations, parts)

        return through_unknowns(equations, expressions, variables, function)(x, u, r)
    filled = np.zeros((len(expressions), len(variables)))
    present = [e.free_symbols for e in expressions]
    places = [(i, k) for i, free in enumerate(present) for k, v in enumerate(variables) if v in free]
    if places:
        derivatives = [slope(expressions[i], variables[k]) for i, k in places]
        filled[tuple(np.array(places).T)] = compiled(equations, derivatives)(x, u, r)
    return filled


def _voltages(equations: Equations, x: Array, u: Array, r: Array) -> dict[str, float]:
    nodes = [n for n in equations.voltages if n != GROUND]
    values = compiled(equations, [equations.voltages[n] for n in nodes])(x, u, r)
    return dict(zip(nodes, map(float, values), strict=True))


def _densities(equations: Equations, found: Sequence[Origin], volts: dict[str, float], r: Array) -> Array:
    values: dict[Any, float] = {node_voltage(n): v for n, v in volts.items()}
    values |= {s.resistance: float(x) for s, x in zip(equations.switches, r, strict=True)}
    values |= dict(equations.parameters) | constants()
    return np.array([float(put(o.density, values)) for o in found])
