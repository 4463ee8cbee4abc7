"""The current of every branch, worked out when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from attrs import field, frozen
from sympy import Add, Expr, Symbol

from ..circuit import Circuit
from ..elements import Composite
from ..graph import ends
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


@frozen(eq=False)
class DeviceCurrents(Mapping[str, Expr]):
    """The same, and that of a device of several branches: what flows into its first terminal."""

    circuit: Circuit = field(repr=False)
    """As people see it."""
    branches: BranchCurrents = field(repr=False)

    def __getitem__(self, name: str) -> Expr:
        device = self._devices.get(name)
        if device is None:
            return self.branches[name]
        first = device.nodes[0]
        return Add(
            *(
                sign * self.branches[part.name]
                for part in device.parts()
                for node, sign in zip(ends(part), (1, -1), strict=True)
                if node == first
            )
        )

    def __iter__(self) -> Iterator[str]:
        return iter([*self.branches, *self._devices])

    def __len__(self) -> int:
        return len(self.branches) + len(self._devices)

    @cached_property
    def _devices(self) -> dict[str, Composite]:
        return {e.name: e for e in self.circuit.of_type(Composite) if not e.is_plain}
