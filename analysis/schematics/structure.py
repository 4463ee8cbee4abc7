"""What hangs where: supplies, what goes from a node to ground or to a supply, which node lies below another."""

from __future__ import annotations

import re

from attrs import define, field, frozen

from ...circuits.elements import GROUND
from .part import Part

DEEPEST = 4
"""Most nodes one below the other."""


SUPPLY = re.compile(r"[adp]?v(dd|cc|ss|ee|bat|supply)[a-z0-9_]*", re.IGNORECASE)
"""Names that everybody gives supplies: such a node is one even where a single part uses it."""


@frozen
class Nested:
    """Where a node lies that is no column of its own: below (1) or above (-1) its parent, at the end of a part."""

    parent: str
    side: int
    carrier: str


@define(eq=False)
class Structure:
    """A circuit sorted: `hang[node]` goes down from a node and `stand[node]` up from it."""

    rails: dict[str, int] = field(factory=dict)
    """Supplies: 1 for those above, -1 for those below."""
    loose: list[Part] = field(factory=list)
    """Between supplies and ground."""
    hang: dict[str, list[Part]] = field(factory=dict)
    stand: dict[str, list[Part]] = field(factory=dict)
    nested: dict[str, Nested] = field(factory=dict)
    children: dict[str, list[str]] = field(factory=dict)
    """Nodes nested at a node."""
    bridges: list[Part] = field(factory=list)
    blocks: list[Part] = field(factory=list)
    nodes: tuple[str, ...] = ()

    @property
    def roots(self) -> list[str]:
        """Nodes with a column of their own."""
        return [n for n in self.nodes if n not in self.nested]

    def root_of(self, node: str) -> str:
        """The node in whose column a node lies."""
        while node in self.nested:
            node = self.nested[node].parent
        return node

    def depth(self, node: str) -> int:
        """How many nodes are above (or below) a nested one."""
        return 1 + self.depth(self.nested[node].parent) if node in self.nested else 0


def structure(parts: tuple[Part, ...], sources: dict[str, float]) -> Structure:
    """Sort the parts of a circuit.

    Args:
        parts: all of them.
        sources: constant voltage sources by name, volts.
    """
    s = Structure(rails=_rails(parts, sources))
    fixed = {GROUND, *s.rails}
    nodes = dict.fromkeys(n for p in parts for _, n in p.pins)
    s.nodes = tuple(n for n in nodes if n not in fixed)
    s.hang, s.stand = {n: [] for n in s.nodes}, {n: [] for n in s.nodes}
    between: list[Part] = []
    for p in parts:
        if p.is_block:
            s.blocks.append(p)
            continue
        a, b = p.ends
        if a in fixed and b in fixed:
            s.loose.append(p)
        elif a in fixed or b in fixed:
            far, near = (a, b) if a in fixed else (b, a)
            (s.stand if s.rails.get(far, -1) > 0 else s.hang)[near].append(p)
        else:
            between.append(p)
    _nest(s, between, alone=_is_alone(parts))
    for p in between:
        _keep(s, p)
    return s


def _is_alone(parts: tuple[Part, ...]) -> bool:
    """Whether one source drives the circuit: it is the input then, even where it is constant."""
    return sum(p.symbol in ("battery", "voltage source", "current source") for p in parts) < 2


def _rails(parts: tuple[Part, ...], sources: dict[str, float]) -> dict[str, int]:
    """Nodes that a constant source holds against ground and that several parts use: drawn as flags."""
    held = {p.pins[0][1]: p for p in parts if p.name in sources and p.symbol == "battery" and p.ends[1] == GROUND}
    held.pop(GROUND, None)
    used: dict[str, list[Part]] = {n: [] for n in held}
    for p in parts:
        for n in {at for _, at in p.pins} & held.keys():
            used[n].append(p)
    found: dict[str, int] = {}
    for n, source in held.items():
        users = [p for p in used[n] if p is not source]
        carries = any(p.is_device and n in p.ends for p in users)
        to_signals = any(p.is_block or not set(p.ends) <= {GROUND, *held} for p in users)
        if (carries or len(users) > 1 or SUPPLY.fullmatch(n)) and to_signals:
            found[n] = 1 if sources[source.name] >= 0 else -1
    return found


def _nest(s: Structure, between: list[Part], alone: bool) -> None:
    """Put nodes below or above others as long as there are some that fit, those where most parts meet first."""
    links: dict[str, list[Part]] = {n: [] for n in s.nodes}
    for p in between:
        for n in dict.fromkeys(p.ends):
            links[n].append(p)
    read = {n for p in s.blocks for _, n in p.pins}
    order = sorted(s.nodes, key=lambda n: -len(links[n]))
    changed = True
    while changed:
        changed = False
        for y in order:
            if y in s.nested or (y in read and not s.hang[y]):
                continue
            found = _place_of(s, y, links[y], alone)
            if found is not None:
                s.nested[y] = found
                s.children.setdefault(found.parent, []).append(y)
                changed = True


def _place_of(s: Structure, y: str, linked: list[Part], alone: bool) -> Nested | None:
    """Where a node can be nested, if anywhere."""
    links = [p for p in linked if not _below(s, _other(p, y), y)]
    if not links or any(p.ends[0] == p.ends[1] for p in links):
        return None
    sides = {s.nested[n].side for n in s.children.get(y, ())}
    sources = [p for p in s.hang[y] if p.symbol == "battery"]
    for side, own, opposite, end in ((1, s.hang[y], s.stand[y], 1), (-1, s.stand[y], s.hang[y], 0)):
        if opposite or -side in sides:
            continue
        carried = all(p.is_device and p.ends[end] == y for p in links)
        held = side == 1 and len(own) == len(sources) == 1 and not alone and len({_other(p, y) for p in links}) == 1
        if not carried and not held:
            continue
        for link in links:
            parent = _other(link, y)
            at = s.nested.get(parent)
            if (at is None or at.side == side) and s.depth(parent) + _height(s, y) < DEEPEST:
                return Nested(parent, side, link.name)
    return None


def _height(s: Structure, y: str) -> int:
    return 1 + max((_height(s, n) for n in s.children.get(y, ())), default=0)


def _below(s: Structure, n: str, y: str) -> bool:
    """Whether a node is nested somewhere below (or above) another."""
    while n in s.nested:
        n = s.nested[n].parent
        if n == y:
            return True
    return False


def _other(p: Part, n: str) -> str:
    a, b = p.ends
    return b if a == n else a


def _keep(s: Structure, p: Part) -> None:
    """Sort a part between two nodes: on the way to a nested node, a transistor at its own, or a bridge."""
    a, b = p.ends
    ways = [(s.nested[y], n) for y, n in ((b, a), (a, b)) if y in s.nested]
    for at, n in (*((at, n) for at, n in ways if at.parent == n), *(ways if p.is_device else ())):
        (s.hang if at.side > 0 else s.stand)[n].append(p)
        return
    if p.is_device:
        s.hang[a].append(p)
    else:
        s.bridges.append(p)
