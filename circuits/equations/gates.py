"""Capacitances of gates in the equations: names until slopes are solved, and where they may vanish.

All voltages of a transistor are in them: with names the algebra of capacitor loops stays small.
"""

from __future__ import annotations

import attrs
from sympy import Expr, Symbol
from sympy import S as Singleton

from ..circuit import Circuit
from ..elements import C, E, H, OpAmp, V
from ..errors import NotDerivedError
from ..gate_charges import Meyer, MosfetMeyer
from ..graph import Groups, ends
from .algebra import put
from .dependent import Port, Settled
from .symbols import size_of
from .unknowns import Voltages


def size_or_name(element: C, across: Expr) -> Expr:
    """A capacitance; of a gate its name."""
    return _name(element) if isinstance(element, Meyer) else size_of(element, across, {})


def with_gates(settled: Settled, circuit: Circuit, v: Voltages) -> Settled:
    """What was solved with the capacitances of gates in place of their names."""
    gates = circuit.of_type(Meyer)
    if not gates:
        return settled
    nodes = {n: put(e, v.solved) for n, e in v.nodes.items()} if v.solved else v.nodes
    sizes: dict[Symbol, Expr] = {_name(c): size_of(c, Singleton.Zero, nodes) for c in gates}
    own = [Port(p.element, p.flow, put(p.level, sizes), p.size) for p in settled.own]
    flows, rates = ({x: put(e, sizes) for x, e in found.items()} for found in (settled.flows, settled.rates))
    return attrs.evolve(settled, flows=flows, rates=rates, own=own)


def want_held(circuit: Circuit) -> None:
    """Refuse a terminal that only a capacitance holds which vanishes in some region of its transistor.

    Between gate and source, or gate and bulk, there is always some; between gate and drain none in saturation.

    Raises:
        NotDerivedError: names transistor and node, and says what to add.
    """
    gates = circuit.of_type(Meyer)
    if not gates:
        return
    groups = Groups(circuit.nodes)
    for e in circuit.parts:
        if isinstance(e, (V, E, H, OpAmp, C)) and not isinstance(e, Meyer):
            groups.join(*ends(e))
    owners = {c.owner.name: c.owner for c in gates if isinstance(c.owner, MosfetMeyer)}
    for _ in owners:
        for m in owners.values():
            if groups.find(m.bulk) in (groups.find(m.source), groups.find(m.drain)):
                groups.join(m.gate, m.bulk)
    for c in gates:
        if groups.find(c.plus) != groups.find(c.minus):
            raise NotDerivedError(
                f"nothing holds node {c.minus!r} but the capacitance to the gate of {c.owner.name!r}, which vanishes "
                "in saturation: equations need one that stays; add a capacitor from there to ground (say 1f), or give "
                "the model overlaps (CGSO, CGDO), or CJ with areas."
            )


def _name(element: Meyer) -> Symbol:
    return Symbol(f"C_{element.name}", real=True)
