"""Equations around devices that have none: each current into their pins is a named unknown, and Kirchhoff's laws stand.

A pin's current flows from its node into the device; it is an unknown function of time, and stands in the equations like
that of a source. That the currents of a device sum to zero stands beside them. Where nothing but such devices and
current sources reaches a node, its voltage is an unknown function too, and its balance of currents stands beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs
from attrs import field, frozen
from sympy import Add, Expr, Symbol
from sympy import S as Singleton

from ..checks import check
from ..circuit import Circuit
from ..elements import GROUND, PROBES, CurrentProbe, Element, F, G, I, K, Opaque, V
from ..graph import Groups, conducting
from .algebra import put
from .derivation import Derivation, Step
from .derive import derive
from .symbols import branch_current, derivative, node_voltage


@frozen(eq=False)
class Around:
    """What can be said of a circuit with opaque devices.

    Attributes:
        slopes: of each state of the rest, in terms of states, inputs, parameters and unknowns.
        currents: the unknown currents, into the pins.
        voltages: the unknown voltages, of nodes that nothing else determines.
        derivation: the steps, and what the unknowns keep to.
    """

    slopes: dict[Symbol, Expr]
    currents: tuple[Expr, ...]
    voltages: tuple[Expr, ...]
    derivation: Derivation = field(repr=False)


def around(circuit: Circuit) -> Around:
    """Derive the equations of what is around the opaque devices of a circuit.

    Args:
        circuit: any circuit.

    Raises:
        CircuitError: the wiring is impossible.
        EquationError: the rest is singular.
    """
    check(circuit)
    devices = circuit.of_type(Opaque)
    rest = [e for e in circuit.elements if not isinstance(e, (Opaque, CurrentProbe))]
    pins = {I(f"{e.name}#{pin}", n, GROUND, 0.0): pin_current(e, pin) for e in devices for pin, n in _open_pins(e)}
    held = {V(f"{n}#v", n, GROUND, 0.0): node_voltage(n) for n in _undetermined(circuit, rest)}
    stand_ins = attrs.evolve(circuit, elements=(*rest, *pins, *held), roles=())
    equations = derive(stand_ins)
    words: dict[Symbol, Expr] = {}
    for source, symbol in {**pins, **held}.items():
        words[Symbol(source.name, real=True)] = symbol
    words |= {branch_current(source.name): symbol for source, symbol in pins.items()}
    steps = [_said(step, words) for step in equations.derivation.steps]
    balances = {n.plus: put(equations.currents[n.name], words) for n in held}
    slopes = {derivative(x): put(e, words) for x, e in zip(equations.symbols, equations.rhs, strict=True)}
    told = (*(s for s in steps if s.after[0] != s.after[1]), *_beside(devices, balances))
    title = f"Equations of {circuit.title} around {', '.join(e.name for e in devices)}"
    return Around(slopes, tuple(pins.values()), tuple(held.values()), Derivation(title, told))


def pin_current(device: Opaque, pin: str) -> Symbol:
    """The current into a pin, `i_M1_d`."""
    return branch_current(f"{device.name}_{pin}")


def _open_pins(device: Opaque) -> Iterator[tuple[str, str]]:
    """Pins with their nodes, but for those at ground, whose currents no equation asks for."""
    return ((pin, n) for pin, n in zip(device.pin_names, device.terminals, strict=True) if n != GROUND)


def _undetermined(circuit: Circuit, rest: Iterable[Element]) -> list[str]:
    """A node of each part of the circuit that nothing but opaque devices and current sources reaches."""
    groups = Groups((GROUND, *circuit.nodes))
    for e in rest:
        if not isinstance(e, (I, G, F, K, *PROBES)):
            first, *others = conducting(e)
            for other in others:
                groups.join(first, other)
    found: list[str] = []
    for n in circuit.nodes:
        if groups.join(n, GROUND):
            found.append(n)
    return found


def _said(step: Step, words: dict[Symbol, Expr]) -> Step:
    """A step in the words for the unknowns."""
    before = None if step.before is None else (put(step.before[0], words), put(step.before[1], words))
    return attrs.evolve(step, before=before, after=(put(step.after[0], words), put(step.after[1], words)))


def _beside(devices: Iterable[Opaque], balances: dict[str, Expr]) -> Iterator[Step]:
    """What the unknowns keep to."""
    for node, current in balances.items():
        why = f"nothing but unknowns determines v_{node}: what leaves sums to zero"
        yield Step("KCL", f"node {node}", None, (-current, Singleton.Zero), why)
    for e in devices:
        every = Add(*(pin_current(e, pin) for pin in e.pin_names))
        why = f"its law is known to ngspice alone ({e.described}); what flows into it sums to zero"
        yield Step("opaque device", e.name, None, (every, Singleton.Zero), why)
