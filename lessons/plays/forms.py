"""Small helpers for derived formulas, with the types that sympy's own stubs lack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve
from sympy import Expr, Integer, Piecewise, Symbol, floor

from ...circuits.closed_forms.first_order import FirstOrder
from ...circuits.closed_forms.lif_forms import T_REF, V_RESET, V_TH, IdealLif
from ...circuits.equations.algebra import put
from ...circuits.equations.derive import derive
from ...circuits.library import build
from .kinds import Ode, free


def plain(expression: Any) -> Expr:
    """The same with symbols that carry only their names, so that values find them."""
    return put(expression, {s: Symbol(s.name, real=True) for s in free(expression)})


def at_rest(expression: Any) -> Any:
    """A response without what was there at the start."""
    return put(expression, {s: Integer(0) for s in free(expression) if s.name.endswith("_0")})


def left_of(leak: FirstOrder, tau: Expr, value: Expr, after: Expr) -> Expr:
    """What a circuit of first order keeps of a value after a time, left alone: its derived decay."""
    return evolve(leak, tau=tau, x_inf=Integer(0)).solution(value, after)


def jumps(leak: FirstOrder, tau: Expr, jump: Expr, u_th: Expr, times: Sequence[Expr], x: Symbol) -> tuple[Expr, Expr]:
    """A leaking sum that spikes lift, and that is reset where it reaches its threshold: over x, and how often.

    Args:
        leak: the derived decay, with
        tau: its time constant.
        jump: by which each spike lifts it.
        u_th: threshold; the reset is to 0.
        times: of the spikes.
        x: time.
    """
    value, before, count = Integer(0), Integer(0), Integer(0)
    pieces: list[tuple[Expr, Any]] = []
    for at in times:
        pieces.append((left_of(leak, tau, value, x - before), at > x))
        lifted = left_of(leak, tau, value, at - before) + jump
        count = count + Piecewise((1, lifted >= u_th), (0, True))
        value, before = Piecewise((0, lifted >= u_th), (lifted, True)), at
    return Piecewise(*pieces, (left_of(leak, tau, value, x - before), True)), count


def firing(ideal: IdealLif, t_ref: Expr, x: Symbol) -> Expr:
    """The membrane of the ideal neuron over x, reset to 0; time 0 is the end of a refractory period."""
    interval, s = ideal_form(ideal.interval, t_ref), Symbol("s", real=True)
    charging = ideal_form(ideal.membrane.solution(V_RESET, s), t_ref)
    since = x - interval * floor((x + t_ref) / interval) + t_ref
    shape = Piecewise((0, since < t_ref), (put(charging, {s: since - t_ref}), True))
    fires = Symbol("I1", real=True) > ideal_form(ideal.rheobase, t_ref)
    return Piecewise((shape, fires), (put(charging, {s: x}), True))


def ideal_form(expression: Expr, t_ref: Expr) -> Expr:
    """A formula of the ideal neuron in the course's names: the threshold is `u_th`, the reset is to 0."""
    names = {V_TH: Symbol("u_th", real=True), V_RESET: Integer(0), T_REF: t_ref}
    return plain(put(expression, names))


def axon(shape: Expr) -> Ode:
    """Hodgkin and Huxley's derived equations under the current I1 times a shape of x."""
    equations = derive(build("hh"))
    source = next(s for s in equations.inputs if s.name == "I1")
    inputs: dict[Any, Any] = {s: e.breakpoints()[1][0] for s, e in equations.inputs.items()}
    inputs[source] = Symbol("I1", real=True) * shape
    rhs = tuple(plain(put(e, {**equations.parameters, **inputs})) for e in equations.rhs)
    names, start = tuple(s.name for s in equations.symbols), tuple(s.initial for s in equations.states)
    return Ode(names, rhs, start, Symbol("v_mem", real=True), 1e-5)
