"""Parts in series and in parallel as one, and sources of 0 V as wires: what a circuit is from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import attrs
from attrs import frozen

from ...circuits.element import GROUND
from ...circuits.elements import C, I, L, R, V
from .parts import Part

STORES = (R, C, L)
"""Kinds that are put together."""


@frozen
class Reduced:
    """Parts, and in words what was put together."""

    parts: tuple[Part, ...]
    merged: tuple[str, ...]


def reduced(parts: Sequence[Part]) -> Reduced:
    """Put together what is in series or in parallel, and take sources of 0 V whose current nobody reads for wires.

    A node that something else touches or reads stays, and so does every voltage that two circuits could share.
    """
    now, said = _without_wires(list(parts))
    while True:
        found = _parallel(now) or _series(now)
        if found is None:
            return Reduced(tuple(now), tuple(said))
        together, made, how = found
        said.append(f"{together[0].name} and {together[1].name} in {how}")
        made = attrs.evolve(made, made_of=" and ".join(p.made_of or p.name for p in together) + f" in {how}")
        place = now.index(together[0])
        now = [made if k == place else p for k, p in enumerate(now) if p is not together[1]]


def _without_wires(parts: list[Part]) -> tuple[list[Part], list[str]]:
    said: list[str] = []
    sensed = {n for p in parts for n in p.senses}
    wires = [p for p in parts if isinstance(p.element, V) and p.curve and p.curve.is_nothing and p.name not in sensed]
    for wire in wires:
        here = next(p for p in parts if p.name == wire.name)
        keep, gone = sorted(here.pins, key=lambda n: n != GROUND)
        parts = [
            attrs.evolve(p, pins=tuple(keep if n == gone else n for n in p.pins)) for p in parts if p.name != wire.name
        ]
        said.append(f"{wire.name}, of 0 V, as a wire")
    shorted = [p for p in parts if isinstance(p.element, (*STORES, I)) and not p.coupled and p.pins[0] == p.pins[1]]
    said += [f"{p.name}, with both ends on {p.pins[0]!r}, left out" for p in shorted]
    return [p for p in parts if p not in shorted], said


def _pairs(parts: Iterable[Part]) -> Iterable[tuple[Part, Part]]:
    """Parts of one kind between the same two nodes."""
    seen: dict[tuple[str, frozenset[str]], Part] = {}
    for p in parts:
        if isinstance(p.element, (*STORES, I)) and not p.coupled:
            key = p.kind, frozenset(p.pins)
            if key in seen:
                yield seen[key], p
            seen.setdefault(key, p)


def _parallel(parts: list[Part]) -> tuple[tuple[Part, Part], Part, str] | None:
    for a, b in _pairs(parts):
        if isinstance(a.element, I):
            same = a.pins == b.pins
            total = a.curve + (b.curve if same else -b.curve) if a.curve and b.curve else None
            if total is not None:
                turned = total.is_negative
                pins = a.pins[::-1] if turned else a.pins
                return (a, b), attrs.evolve(a, pins=pins, curve=-total if turned else total), "parallel"
            continue
        x, y, start = a.values["value"], b.values["value"], _start(b, a.pins)
        if isinstance(a.element, R):
            return (a, b), _stored(a, x * y / (x + y), 0.0), "parallel"
        if isinstance(a.element, C) and a.values["ic"] == start:
            return (a, b), _stored(a, x + y, start), "parallel"
        if isinstance(a.element, L):
            return (a, b), _stored(a, x * y / (x + y), a.values["ic"] + start), "parallel"
    return None


def _series(parts: list[Part]) -> tuple[tuple[Part, Part], Part, str] | None:
    uses = Counter(n for p in parts for n in p.pins)
    at: dict[str, list[Part]] = {}
    for p in parts:
        if isinstance(p.element, STORES) and not p.coupled:
            for n in set(p.pins):
                at.setdefault(n, []).append(p)
    for node, some in at.items():
        if node == GROUND or uses[node] != 2 or len(some) != 2 or some[0].kind != some[1].kind:
            continue
        a, b = some
        far, other = (next(n for n in p.pins if n != node) for p in (a, b))
        x, y = a.values["value"], b.values["value"]
        first, second = _start(a, (far, node)), _start(b, (node, other))
        along = attrs.evolve(a, pins=(far, other), turned=False)
        if isinstance(a.element, R):
            return (a, b), _stored(along, x + y, 0.0), "series"
        if isinstance(a.element, C):
            return (a, b), _stored(along, x * y / (x + y), first + second), "series"
        if first == second:
            return (a, b), _stored(along, x + y, first), "series"
    return None


def _start(p: Part, pins: tuple[str, ...]) -> float:
    """What is stored in it at the start, counted from the first of two nodes to the second."""
    return p.values.get("ic", 0.0) * (1 if p.pins == pins else -1)


def _stored(p: Part, value: float, start: float) -> Part:
    values = {**p.values, "value": value}
    if "ic" in values:
        values["ic"] = abs(start)
    return attrs.evolve(p, values=values, pins=p.pins[::-1] if start < 0 else p.pins)
