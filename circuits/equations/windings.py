"""Coupled inductors in the equations: each one's law, and the slopes of their currents from their voltages.

v = L di/dt with an inductance matrix L; its inverse is written as the adjugate over the determinant, so that two
windings give what textbooks write: di1/dt = (L2 v1 - M v2)/(L1 L2 - M^2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from sympy import Add, Expr, Matrix, sqrt
from sympy.polys.matrices import DomainMatrix

from ..circuit import Circuit
from ..coupled import coupled_groups, mutual_inductance, within
from ..elements import K, L
from ..errors import NotDerivedError
from ..graph import ends
from .dependent import Port
from .derivation import Step
from .symbols import branch_current, derivative, element_voltage, mutual, parameter

MOST_CUT = 3
"""Windings of a group of which one is no state: with more, formulas swell for minutes."""


@frozen(eq=False)
class Winding:
    """A coupled inductor: its row of the inductance matrix and of the adjugate, by inductor."""

    inductances: Mapping[L, Expr]
    weights: Mapping[L, Expr]
    determinant: Expr

    def charged(self, v: dict[str, Expr]) -> Expr:
        """Determinant times the slope of its current.

        Args:
            v: voltage of each node.
        """
        return Add(*(w * across(e, v) for e, w in self.weights.items()))

    def law(self) -> Expr:
        """The voltage across it, from the slopes of all currents."""
        return Add(*(x * derivative(branch_current(e.name)) for e, x in self.inductances.items()))


def across(e: L, v: dict[str, Expr]) -> Expr:
    """Voltage of an inductor, plus above minus."""
    a, b = ends(e)
    return v[a] - v[b]


def windings(circuit: Circuit) -> dict[str, Winding]:
    """The coupled inductors of a circuit by name; a winding that is coupled with none is not there."""
    found: dict[str, Winding] = {}
    for group in coupled_groups(circuit):
        matrix = _inductances(group, within(circuit, group))
        ring = DomainMatrix.from_Matrix(matrix)
        adjugate, determinant = ring.adj_det()
        rows, below = adjugate.to_Matrix(), ring.domain.to_sympy(determinant)
        for i, e in enumerate(group):
            found[e.name] = Winding(_row(group, matrix, i), _row(group, rows, i), below)
    return found


def _row(group: tuple[L, ...], matrix: Any, i: int) -> dict[L, Expr]:
    """A row of a matrix by inductor, without its zeros."""
    return {e: matrix[i, j] for j, e in enumerate(group) if matrix[i, j] != 0}


def _inductances(group: tuple[L, ...], couplings: tuple[K, ...]) -> Any:
    place = {e.name: i for i, e in enumerate(group)}
    matrix = Matrix.diag(*(parameter(e, "value") for e in group))
    for k in couplings:
        i, j = (place[n] for n in k.inductors)
        matrix[i, j] = matrix[j, i] = mutual(k)
    return matrix


def cut_port(e: L, level: Expr, v: dict[str, Expr], winding: Winding | None) -> Port:
    """A cut inductor; where it is coupled, what the voltages of the others do to its current is its drift.

    Args:
        e: the inductor.
        level: its current, which others fix.
        v: voltage of each node.
        winding: how it is coupled.

    Raises:
        NotDerivedError: it is coupled with more than two others.
    """
    flow = element_voltage(e.name)
    if winding is None:
        return Port(e, flow, level, parameter(e, "value"))
    if len(winding.weights) > MOST_CUT:
        others = ", ".join(o.name for o in winding.weights if o != e)
        raise NotDerivedError(
            f"{e.name!r} is coupled with {others}, and its current is fixed by inductors or current sources around it: "
            f"both together are solved here for at most {MOST_CUT} windings; put a resistor across it (say 1Meg)."
        )
    drift = Add(*(w * across(o, v) for o, w in winding.weights.items() if o != e)) / winding.determinant
    return Port(e, flow, level, winding.determinant / winding.weights[e], drift)


def definitions(circuit: Circuit) -> list[Step]:
    """What each mutual inductance is."""
    size = {e.name: parameter(e, "value") for e in circuit.of_type(L)}
    steps: list[Step] = []
    for k in circuit.of_type(K):
        value = mutual_inductance(parameter(k, "value"), size[k.first], size[k.second], sqrt)
        why = f"mutual inductance of {k.first} and {k.second}"
        steps.append(Step("definition", mutual(k).name, None, (mutual(k), value), why))
    return steps
