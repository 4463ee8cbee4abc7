"""Switches at an operating point: ngspice 39 takes every switch for an open one in AC and noise analyses.

Its SWload asks, when it prepares small signals, for the state of the time step before, and there is none. So what is
closed at the operating point is written as the resistor that it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, R, S


def without_probes(circuit: Circuit) -> Circuit:
    """The circuit alone: results of its nodes have the nodes' own names."""
    return attrs.evolve(circuit, elements=circuit.described)


def controls(circuit: Circuit) -> tuple[str, ...]:
    """Nodes that switches look at."""
    nodes = dict.fromkeys(n for e in circuit.of_type(S) for n in (e.c_plus, e.c_minus))
    return tuple(n for n in nodes if n != GROUND)


def closed_at(circuit: Circuit, point: Mapping[Any, Any]) -> tuple[str, ...]:
    """Names of the switches that are closed.

    Args:
        circuit: whose.
        point: voltages of the nodes of `controls` at an operating point; that is proved with the same rule.
    """
    volts = {n: float(point[n]) for n in controls(circuit)} | {GROUND: 0.0}
    found = []
    for e in circuit.of_type(S):
        control = volts[e.c_plus] - volts[e.c_minus]
        if control > e.v_t + e.v_h or (e.closed and control >= e.v_t - e.v_h):
            found.append(e.name)
    return tuple(found)


def held(circuit: Circuit, closed: tuple[str, ...]) -> Circuit:
    """The circuit with resistors in the places of these switches."""
    kept = (
        R(e.name, e.plus, e.minus, e.r_on) if isinstance(e, S) and e.name in closed else e for e in circuit.elements
    )
    roles = tuple((r, n) for r, n in circuit.roles if n not in closed)
    return attrs.evolve(circuit, elements=tuple(kept), roles=roles)
