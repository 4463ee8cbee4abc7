"""Inductors that are coupled by 1: an ideal transformer beside the inductance of its first winding.

One current makes the flux of all: with n the ratio of turns, sqrt(L_second / L_first), v_second = n v_first, and
i_first + n i_second flows through L_first. So the first winding becomes an inductor behind a source of 0 V that has its
name, and every other one a source of n v_first behind such a source; the currents of all are those of the sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import copysign, sqrt

from attrs import evolve, frozen

from ...circuits.elements import E, Element, F, H, K, L, V
from ...circuits.graph import Groups
from .numbers import number
from .source import Card, NetlistError
from .words import Words, exactly, number_of


@frozen
class Tight(Element):
    """A coupling by 1 or -1, as long as a netlist is read."""

    first: str
    second: str
    sign: float

    TERMINALS = ()
    KIND = "coupling by 1"

    @property
    def inductors(self) -> tuple[str, str]:
        """The two that it couples."""
        return self.first, self.second

    def renamed(self, name: str, nodes: Mapping[str, str], sensors: Mapping[str, str]) -> Element:
        """Give it another name and the inductors' new names."""
        first, second = (sensors.get(n, n) for n in self.inductors)
        return evolve(self, name=name, first=first, second=second)


def coupling(words: Words) -> K | Tight:
    """The coupling of a card.

    Raises:
        CircuitError: not the names of two inductors and a factor up to 1.
    """
    given = [words.pairs["k"]] if "k" in words.pairs else []
    exactly(words, 3 - len(given), "the names of two inductors and a factor")
    first, second, *rest = words.plain
    factor = number_of((rest or given)[0], words.name)
    return Tight(words.name, first, second, factor) if abs(factor) == 1 else K(words.name, first, second, factor)


def with_transformers(elements: Sequence[Element], cards: Mapping[str, Card]) -> tuple[Element, ...]:
    """Elements with each coupling by 1 as an ideal transformer.

    Args:
        elements: of a whole circuit, in order; couplings name inductors that are there.
        cards: of couplings, by their names.

    Raises:
        NetlistError: couplings by 1 that contradict each other or another coupling.
    """
    tight = [e for e in elements if isinstance(e, Tight)]
    if not tight:
        return tuple(elements)
    windings = {e.name: e for e in elements if isinstance(e, L)}
    groups = Groups(tuple(windings))
    for t in tight:
        groups.join(*t.inductors)
    signs = {frozenset(t.inductors): t.sign for t in tight}
    named = {n for t in tight for n in t.inductors}
    for e in elements:
        if isinstance(e, K) and named & {*e.inductors}:
            raise NetlistError(
                cards[e.name],
                f"{' and '.join(e.inductors)} are coupled by {e.value:g}, and one of them by 1 to another: that is no "
                "transformer; give factors below 1 to all of them.",
            )
    made: dict[str, list[Element]] = {}
    for first in (n for n in _held_first(elements, windings) if n in named and n not in made):
        others = [n for n in windings if n != first and groups.find(n) == groups.find(first)]
        ratios = {}
        for n in others:
            sign = signs.get(frozenset((first, n)))
            if sign is None or any(signs.get(frozenset((n, m))) != sign * copysign(1.0, r) for m, r in ratios.items()):
                card = next(cards[t.name] for t in tight if first in t.inductors)
                raise NetlistError(
                    card, f"{', '.join([first, *others])}: couple each pair of them, with signs that fit."
                )
            ratios[n] = sign * sqrt(windings[n].value / windings[first].value)
        made |= _transformer(windings[first], {windings[n].name: (windings[n], r) for n, r in ratios.items()})
    return tuple(x for e in elements if not isinstance(e, Tight) for x in made.get(e.name, [e]))


def _held_first(elements: Sequence[Element], windings: Mapping[str, L]) -> list[str]:
    """Windings whose voltage sources hold before all others: those must be inductors, not sources of their own."""
    groups = Groups(tuple(n for e in elements for n in e.nodes))
    for e in elements:
        if isinstance(e, (V, E, H)):
            groups.join(e.plus, e.minus)
    return sorted(windings, key=lambda n: groups.find(windings[n].plus) != groups.find(windings[n].minus))


def of_transformers(cards: Iterable[str]) -> Iterator[str]:
    """A line for the couplings by 1 among flat cards."""
    found = [c.split()[0] for c in cards if c[0] == "k" and abs(number(c.split()[-1].rpartition("=")[2]) or 0.0) == 1]
    if found:
        yield (
            f"coupled by 1 ({', '.join(found[:6])}): an ideal transformer beside one inductance; its windings are "
            "sources of 0 V that measure their currents."
        )


def _transformer(first: L, others: Mapping[str, tuple[L, float]]) -> dict[str, list[Element]]:
    """The elements of each winding, by its name."""
    inside = f"{first.name}#t"
    flux = first.ic + sum(r * w.ic for w, r in others.values())
    made: dict[str, list[Element]] = {
        first.name: [
            V(first.name, first.plus, inside, 0.0),
            L(f"{first.name}#m", inside, first.minus, first.value, flux),
        ]
    }
    for name, (w, ratio) in others.items():
        made[name] = [
            V(name, w.plus, f"{name}#t", 0.0), E(f"{name}#e", f"{name}#t", w.minus, inside, first.minus, ratio),
            F(f"{name}#f", inside, first.minus, name, -ratio),
        ]  # fmt: skip
    return made
