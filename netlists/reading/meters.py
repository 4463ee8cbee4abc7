"""Meters in series with sources whose currents laws read: ngspice knows these currents, the equations those of V."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from ...circuits.elements import E, Element, H, Sensing, V


def metered(elements: Iterable[Element]) -> Iterator[Element]:
    """Elements in which only voltage sources are sensed: E and H that are get one of 0 V before their first node.

    >>> from ...circuits.elements import R
    >>> [e.name for e in metered((E("E1", "a", "0", "b", "0", 2), R("R1", "a", "0", 1), H("H1", "b", "0", "E1", 1)))]
    ['E1#meter', 'E1', 'R1', 'H1']
    """
    every = tuple(elements)
    sensed = {e.sensor for e in every if isinstance(e, Sensing)}
    metered = {e.name for e in every if isinstance(e, (E, H)) and e.name in sensed}
    for e in every:
        if isinstance(e, Sensing) and e.sensor in metered:
            e = evolve(e, sensor=meter(e.sensor))
        if isinstance(e, (E, H)) and e.name in metered:
            yield V(meter(e.name), e.plus, meter(e.name), 0)
            e = evolve(e, plus=meter(e.name))
        yield e


def meter(name: str) -> str:
    """What the meter of an element is called, and the node behind it."""
    return f"{name}#meter"
