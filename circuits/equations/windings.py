"""Coupled inductors in the equations: each one's law, and the slopes of their currents from their voltages.

v = L di/dt with an inductance matrix L; its inverse is written as the adjugate over the determinant, so that two
windings give what textbooks write: di1/dt = (L2 v1 - M v2)/(L1 L2 - M^2).
"""

from __future__ import annotations

from attrs import frozen
from sympy import Add, Expr, Matrix, eye, sqrt
from sympy import S as Singleton

from ..circuit import Circuit
from ..coupled import coupled_groups, within
from ..elements import K, L
from ..graph import ends
from .derivation import Step
from .symbols import branch_current, derivative, mutual, parameter


@frozen(eq=False)
class Winding:
    """A coupled inductor: its row of the inductance matrix and of the adjugate, by inductor."""

    inductances: dict[L, Expr]
    weights: dict[L, Expr]
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
        determinant = matrix.det(method="berkowitz").expand()
        for i, e in enumerate(group):
            row = {other: matrix[i, j] for j, other in enumerate(group) if matrix[i, j] != 0}
            found[e.name] = Winding(row, _cofactors(matrix, i, group), determinant)
    return found


def _inductances(group: tuple[L, ...], couplings: tuple[K, ...]) -> Matrix:
    place = {e.name: i for i, e in enumerate(group)}
    matrix = Matrix(eye(len(group)))
    for e, i in ((e, place[e.name]) for e in group):
        matrix[i, i] = parameter(e, "value")
    for k in couplings:
        i, j = (place[n] for n in k.inductors)
        matrix[i, j] = matrix[j, i] = mutual(k)
    return matrix


def _cofactors(matrix: Matrix, i: int, group: tuple[L, ...]) -> dict[L, Expr]:
    row = {e: matrix.cofactor(i, j, method="berkowitz").expand() for j, e in enumerate(group)}
    return {e: x for e, x in row.items() if x != Singleton.Zero}


def definitions(circuit: Circuit) -> list[Step]:
    """What each mutual inductance is."""
    size = {e.name: parameter(e, "value") for e in circuit.of_type(L)}
    steps: list[Step] = []
    for k in circuit.of_type(K):
        value = parameter(k, "value") * sqrt(size[k.first] * size[k.second])
        why = f"mutual inductance of {k.first} and {k.second}"
        steps.append(Step("definition", mutual(k).name, None, (mutual(k), value), why))
    return steps
