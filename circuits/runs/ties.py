"""Levels that a control may reach exactly: there a switch's state hangs on rounding, and ngspice goes either way.

The rule of the model: a switch changes when its control goes beyond its level; reaching it, or resting on it, changes
nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from ..circuit import Circuit
from ..elements import GROUND, L, R, S, SpikeProbe, V
from ..stimuli import Stimulus, extent, is_smooth
from ..units import show

SAME = 1e-12
"""Voltages that differ by less than this part are the same."""


def ties(circuit: Circuit) -> str:
    """Name the levels of switches that equal a voltage at which their control can rest.

    Args:
        circuit: any circuit.

    Returns:
        One sentence a switch or spike probe: its level is exactly a value of the source that holds its control
        (directly or through resistors), that level of another switch with the same control at which that one
        changes the other way, or that at which a switch turns round what the probe watches. Empty where there is none.
    """
    said = [*_with_sources(circuit), *_with_others(circuit), *_of_probes(circuit), *_at_switches(circuit)]
    return " ".join(said)


def _with_sources(circuit: Circuit) -> Iterator[str]:
    held = _held(circuit)
    for s in circuit.of_type(S):
        if s.c_minus != "0":
            continue
        # What a control rests at once a switch has closed is that switch's own doing, unless a source holds it.
        for what, level, sources in (
            ("closes above", s.v_t + s.v_h, _rails(circuit, s.c_plus, held)),
            ("opens below", s.v_t - s.v_h, held.get(s.c_plus, [])),
        ):
            for v in sources:
                if any(_same(level, value) for value in _rests(v.stimulus)):
                    yield (
                        f"{s.name} {what} {show(level, 'V')}, exactly a value of {v.name}: reaching a level changes no "
                        "switch here, in ngspice rounding decides; move the level or the source."
                    )
                    break


def _with_others(circuit: Circuit) -> Iterator[str]:
    for a, b in itertools.permutations(circuit.of_type(S), 2):
        if (a.c_plus, a.c_minus) == (b.c_plus, b.c_minus) and _same(a.v_t + a.v_h, b.v_t - b.v_h):
            yield (
                f"{a.name} closes above {show(a.v_t + a.v_h, 'V')}, where {b.name} opens below: "
                "which of them changes first is left to rounding; give them different levels."
            )


def _of_probes(circuit: Circuit) -> Iterator[str]:
    held = _held(circuit)
    for p in circuit.of_type(SpikeProbe):
        for v in held.get(p.plus, []) if p.minus == "0" else ():
            if any(_same(p.level, value) for value in _rests(v.stimulus)):
                yield (
                    f"{p.name} counts crossings of {show(p.level, 'V')}, exactly a value of {v.name}: whether what "
                    "only reaches a level is counted is left to rounding; move the level or the source."
                )
                break


def _at_switches(circuit: Circuit) -> Iterator[str]:
    """Probes at the very level at which a switch that pulls at their voltage changes: it turns round there."""
    for p in circuit.of_type(SpikeProbe):
        for s in circuit.of_type(S):
            sign = {(p.plus, p.minus): 1, (p.minus, p.plus): -1}.get((s.c_plus, s.c_minus), 0)
            if not sign or not {s.plus, s.minus} & {p.plus, p.minus} - {GROUND}:
                continue
            closes, opens = sign * (s.v_t + s.v_h), sign * (s.v_t - s.v_h)
            up, down = (closes, opens) if sign > 0 else (opens, closes)
            if _same(p.level, down if p.falling else up):
                what = "closes above" if p.level == closes else "opens below"
                inside = show(float(f"{(up + down) / 2:.3g}"), "V")
                yield (
                    f"{p.name} counts crossings of {show(p.level, 'V')}, where {s.name} {what} and turns the voltage "
                    f"round: whether what only reaches a level is counted is left to rounding; give the probe a level "
                    f"between those of {s.name}, such as {inside}."
                )


def _held(circuit: Circuit) -> dict[str, list[V]]:
    """Node to the voltage sources, from ground, that hold it."""
    held: dict[str, list[V]] = {}
    for v in circuit.of_type(V):
        if v.minus == "0":
            held.setdefault(v.plus, []).append(v)
    return held


def _rails(circuit: Circuit, node: str, held: dict[str, list[V]]) -> list[V]:
    """The sources that a node is held by, or comes to rest at through resistors and inductors."""
    seen, queue, found = {node}, [node], []
    while queue:
        here = queue.pop()
        found += held.get(here, [])
        if here in held or here == "0":
            continue  # what lies behind a rail does not move it
        for e in (*circuit.of_type(R), *circuit.of_type(L)):
            if here in e.nodes:
                there = e.minus if e.plus == here else e.plus
                if there not in seen:
                    seen.add(there)
                    queue.append(there)
    return found


def _rests(stimulus: Stimulus) -> tuple[float, ...]:
    """Where a stimulus stands still or turns round."""
    if is_smooth(stimulus):
        return extent(stimulus)
    return tuple(dict.fromkeys(stimulus.breakpoints()[1]))


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= SAME * max(abs(a), abs(b))
