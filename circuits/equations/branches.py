"""The current of every branch, worked out when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen
from sympy import Expr, Symbol

from ..circuit import Circuit
from .algebra import put
from .symbols import link_current
from .topology import NormalTree
from .unknowns import crossing, cut_current


@frozen(eq=False)
class BranchCurrents(Mapping[str, Expr]):
    """Element name to its current, first end to second, in terms of states, inputs and slopes of inputs.

    A link has its law; the current of a tree branch is what the links carry across the cut that it closes.
    """

    circuit: Circuit = field(repr=False)
    tree: NormalTree = field(repr=False)
    voltages: dict[str, Expr] = field(repr=False)
    solved: dict[Symbol, Expr] = field(repr=False)
    _made: dict[str, Expr] = field(factory=dict, init=False, repr=False)

    def __getitem__(self, name: str) -> Expr:
        if name not in self._made:
            self._made[name] = self._current(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return (e.name for e in self.circuit.parts)

    def __len__(self) -> int:
        return len(self.circuit.parts)

    def _current(self, name: str) -> Expr:
        for branch in self.tree.branches:
            if branch.element.name == name:
                side = self.tree.subtree[branch.child]
                return put(-branch.sign * cut_current(crossing(self.tree, side), side, self.voltages), self.solved)
        for element in self.tree.links:
            if element.name == name:
                return put(link_current(element, self.voltages), self.solved)
        raise KeyError(name)
