"""The symbols of a circuit, one place for how they are named."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr, Symbol

from ..circuit import Circuit
from ..coupled import mutual_inductances
from ..devices import THERMAL_VOLTAGE
from ..element import symbol_name
from ..elements import (
    GROUND,
    B,
    Branch,
    C,
    Charge,
    Comparator,
    Composite,
    Depletion,
    Diode,
    Element,
    F,
    G,
    I,
    K,
    L,
    Mosfet,
    MosfetBulk,
    MosfetEkv,
    OpenCollector,
    R,
    S,
    V,
)
from ..errors import EquationError
from ..gate_charges import Meyer
from ..graph import ends
from ..laws.law import expression
from .algebra import put
from .device_laws import branch_law, capacitance
from .gate_laws import gate_capacitance, square_law, with_body

TIME = Symbol("t", nonnegative=True)


def node_voltage(node: str) -> Expr:
    """`v_out` for node out; zero for ground."""
    from sympy import S as Singleton

    return Singleton.Zero if node == GROUND else Symbol(f"v_{node}", real=True)


def branch_current(element: str) -> Symbol:
    """`i_R1`, the current from plus through R1 to minus."""
    return Symbol(f"i_{element}", real=True)


def element_voltage(element: str) -> Symbol:
    """`v_C1`, the voltage across C1, plus above minus."""
    return Symbol(f"v_{element}", real=True)


def derivative(state: Symbol) -> Symbol:
    """`dv_out/dt` as one symbol, so that equations stay algebraic while they are sorted."""
    return Symbol(f"d{state.name}/dt", real=True)


def resistance(switch: str) -> Symbol:
    """`R_S1`, the resistance of a switch, whichever state it is in."""
    return Symbol(f"R_{switch}", positive=True)


def parameter(element: Element, quantity: str) -> Symbol:
    """The symbol of a value of an element, positive where physics says so."""
    return _parameter(symbol_name(element.name, quantity), quantity in element.POSITIVE)


@lru_cache(maxsize=4096)
def _parameter(name: str, positive: bool) -> Symbol:
    """Kept: every run of a sweep asks for the same ones."""
    return Symbol(name, positive=True) if positive else Symbol(name, real=True)


def mutual(coupling: K) -> Symbol:
    """`M_K1`, the mutual inductance of two inductors."""
    return Symbol(f"M_{coupling.name}", real=True)


def source(element: V | I) -> Symbol:
    """The symbol of an independent source: its name."""
    return Symbol(element.name, real=True)


def parameters(circuit: Circuit) -> dict[Symbol, float]:
    """All parameter symbols of a circuit with their values in SI units."""
    found: dict[Symbol, float] = {}
    for element in circuit.parts:
        if isinstance(element, (Branch, Depletion)):
            found |= {parameter(element.owner, q): x for q, x in element.owner.in_equations.items()}
            continue
        if isinstance(element, Composite):
            found |= {parameter(element, q): x for q, x in element.in_equations.items()}
            continue
        found |= {parameter(element, q): getattr(element, q) for q in element.QUANTITIES if q != "ic"}
        if isinstance(element, B):
            found |= {parameter(element, k): v for k, v in element.params}
    return found | {mutual(k): m for k, m in mutual_inductances(circuit).items()}


def link_current(element: Element, v: dict[str, Expr]) -> Expr:
    """Constitutive law of a link: its current from its first end to its second.

    Args:
        element: anything but a voltage source.
        v: voltage of each node, as symbol or as expression.
    """
    a, b = ends(element)
    match element:
        case R():
            return (v[a] - v[b]) / parameter(element, "value")
        case S():
            return (v[a] - v[b]) / resistance(element.name)
        case L() | C() | Charge():
            return branch_current(element.name)
        case Branch():
            return device_branch(element, v)
        case I():
            return source(element)
        case G():
            return parameter(element, "gain") * (v[element.c_plus] - v[element.c_minus])
        case F():
            return parameter(element, "gain") * branch_current(element.sensor)
        case B():
            names = {Symbol(k, real=True): v[n] for k, n in element.inputs}
            names |= {Symbol(k, real=True): parameter(element, k) for k, _ in element.params}
            return put(expression(element.law), names)
        case Comparator():
            return (v[element.out] - comparator_target(element, v)) / parameter(element, "r_out")
        case OpenCollector():
            return v[element.out] * (1 - _decision(element, v)) / (2 * parameter(element, "r_on"))
        case Diode() | Mosfet() | MosfetEkv():
            return device_current(element, v)
    raise EquationError(f"{element.KIND} {element.name!r} has no law as a link; use it as a tree branch.")


def device_branch(element: Branch, v: dict[str, Expr]) -> Expr:
    """The current of a branch of a device, or the charge that one stores, in the device's parameters."""
    return branch_law(element, [v[n] for n in element.terminals], lambda q: parameter(element.owner, q))


def size_of(element: C | L | Charge, across: Expr, v: dict[str, Expr]) -> Expr:
    """What the slope of a voltage (a current) is multiplied by: capacitance or inductance; of a charge its slope is it.

    Args:
        element: that stores.
        across: voltage of a capacitor, plus above minus.
        v: voltage of each node.
    """
    from sympy import S as Singleton

    if isinstance(element, Charge):
        return Singleton.One
    if isinstance(element, Meyer):
        return gate_capacitance(element, [v[n] for n in element.reads], lambda q: parameter(element.owner, q))
    if isinstance(element, Depletion):
        return capacitance(element, across, lambda q: parameter(element.owner, q))
    return parameter(element, "value")


def comparator_target(element: Comparator, v: dict[str, Expr]) -> Expr:
    """The voltage behind the output resistance of a comparator."""
    low, high = parameter(element, "v_low"), parameter(element, "v_high")
    return low + (high - low) * (1 + _decision(element, v)) / 2


def _decision(element: Comparator | OpenCollector, v: dict[str, Expr]) -> Expr:
    """-1 while plus is below minus, 1 while it is above."""
    from sympy import tanh

    return tanh((v[element.plus] - v[element.minus]) / parameter(element, "v_s"))


def device_current(element: Diode | Mosfet | MosfetEkv, v: dict[str, Expr]) -> Expr:
    """The law of a semiconductor device: current from anode to cathode, or from drain to source."""
    from sympy import exp

    if isinstance(element, Diode):
        scale = parameter(element, "n") * THERMAL_VOLTAGE
        return parameter(element, "i_s") * (exp((v[element.plus] - v[element.minus]) / scale) - 1)
    return _square_law(element, v) if isinstance(element, Mosfet) else _ekv(element, v)


def _square_law(element: Mosfet, v: dict[str, Expr]) -> Expr:
    def own(quantity: str) -> Symbol:
        return parameter(element, quantity)

    sign = 1 if element.polarity == "n" else -1
    drain, source, gate = (sign * v[n] for n in (element.drain, element.source, element.gate))
    bulk = sign * v[element.bulk] if isinstance(element, MosfetBulk) else None
    threshold = own("v_th") if bulk is None else with_body((drain, source, bulk), own)
    return sign * square_law((drain, source, gate), threshold, own)


def _ekv(element: MosfetEkv, v: dict[str, Expr]) -> Expr:
    from sympy import exp, log

    sign = 1 if element.polarity == "n" else -1
    gate, drain, source = (sign * (v[n] - v[element.bulk]) for n in (element.gate, element.drain, element.source))
    pinch = parameter(element, "kappa") * (gate - parameter(element, "v_th"))
    width = 2 * parameter(element, "u_t")
    forward = log(1 + exp((pinch - source) / width)) ** 2
    backward = log(1 + exp((pinch - drain) / width)) ** 2
    return sign * parameter(element, "i_spec") * (forward - backward)
