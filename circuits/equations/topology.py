"""The normal tree of a circuit: voltage sources first, then capacitors; the rest are links.

A tree path from a node to its root gives the node's voltage; the branches that leave the subtree below
a tree branch give its current. So Kirchhoff's laws become walks along a tree instead of one big matrix.
Storage elements that are no states of their own are told apart here: a capacitor that closes a loop with the tree, and
an inductor that nothing but inductors and current sources connects to the rest (it is put into the tree, last).
(The normal tree of the state-variable method: Chua and Lin 1975, Computer-Aided Analysis of Electronic
Circuits.)
"""

from __future__ import annotations

from collections import deque
from functools import cached_property

from attrs import frozen

from ..circuit import Circuit
from ..elements import GROUND, B, C, Charge, E, Element, F, G, H, I, L, OpAmp, V
from ..gate_charges import plainness
from ..graph import Groups, ends


@frozen
class TreeBranch:
    """A tree branch and the node at its far end, seen from the root."""

    element: Element
    parent: str
    child: str

    @property
    def sign(self) -> int:
        """+1 when the element's plus end is the child: v(child) = v(parent) + sign * v(element)."""
        return 1 if ends(self.element)[0] == self.child else -1


@frozen
class NormalTree:
    """Roots, tree branches in walking order, links, and the storage elements that depend on others."""

    roots: tuple[str, ...]
    branches: tuple[TreeBranch, ...]
    links: tuple[Element, ...]
    loop_capacitors: tuple[C, ...]
    """Links: capacitors across which the tree fixes the voltage."""
    cut_inductors: tuple[L, ...]
    """Tree branches: inductors through which the links fix the current."""
    charges: tuple[Charge, ...]
    """Links: charges that voltages make."""
    subtree: dict[str, frozenset[str]]
    """Child node of a branch, or a root, to all nodes on its side."""

    @cached_property
    def links_at(self) -> dict[str, list[int]]:
        """Node to the places of the links that end there."""
        found: dict[str, list[int]] = {}
        for k, link in enumerate(self.links):
            for node in ends(link):
                found.setdefault(node, []).append(k)
        return found


def normal_tree(circuit: Circuit) -> NormalTree:
    """Grow the normal tree.

    Args:
        circuit: a checked circuit.

    Returns:
        The tree; the first root is ground, every other root is a node whose voltage is unknown.
    """
    groups = Groups(circuit.nodes)
    sources = [e for e in circuit.parts if isinstance(e, (V, E, H, OpAmp))]
    plain_first = sorted(circuit.of_type(C), key=plainness)
    tree: list[Element] = [e for e in (*sources, *plain_first) if groups.join(*ends(e))]
    chosen = {e.name for e in tree}
    loops = tuple(c for c in circuit.of_type(C) if c.name not in chosen)
    cuts = _cut_inductors(circuit, groups)
    tree += cuts
    chosen |= {e.name for e in cuts}
    links = tuple(e for e in circuit.parts if e.name not in chosen)
    driven = [n for n in (GROUND, *circuit.nodes) if any(n in ends(e) for e in circuit.parts)]
    roots, branches = _walk(list(dict.fromkeys(driven)), tree)
    return NormalTree(roots, branches, links, loops, cuts, circuit.of_type(Charge), _subtrees(roots, branches))


def _cut_inductors(circuit: Circuit, groups: Groups) -> tuple[L, ...]:
    """Inductors that still connect parts when everything that conducts has done so."""
    inductors = circuit.of_type(L)
    if not inductors:
        return ()
    for e in circuit.parts:
        if not isinstance(e, (L, I, F, G)) and not (isinstance(e, B) and not set(ends(e)) & {n for _, n in e.inputs}):
            groups.join(*ends(e))
    return tuple(e for e in inductors if groups.join(*ends(e)))


def _walk(nodes: list[str], tree: list[Element]) -> tuple[tuple[str, ...], tuple[TreeBranch, ...]]:
    at: dict[str, list[Element]] = {n: [] for n in nodes}
    for element in tree:
        for n in ends(element):
            at[n].append(element)
    roots, branches, seen = [], [], set()
    for root in nodes:
        if root in seen:
            continue
        roots.append(root)
        seen.add(root)
        queue = deque([root])
        while queue:
            here = queue.popleft()
            for element in at[here]:
                a, b = ends(element)
                there = b if a == here else a
                if there not in seen:
                    seen.add(there)
                    branches.append(TreeBranch(element, here, there))
                    queue.append(there)
    return tuple(roots), tuple(branches)


def _subtrees(roots: tuple[str, ...], branches: tuple[TreeBranch, ...]) -> dict[str, frozenset[str]]:
    below: dict[str, set[str]] = {n: {n} for n in (*roots, *(b.child for b in branches))}
    for branch in reversed(branches):
        below[branch.parent] |= below[branch.child]
    return {n: frozenset(s) for n, s in below.items()}
