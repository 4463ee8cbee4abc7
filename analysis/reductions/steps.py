"""A reduction step by step: symbols as far as they go, and the numbers that they come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from sympy import Expr, Float, Integer, Symbol, exp, oo

from ...circuits.closed_forms.reduced import equilibria, is_readable, own_form
from ...circuits.equations.algebra import derivative as slope_of
from ...circuits.equations.algebra import put
from ...circuits.equations.derivation import Derivation, Step
from ...circuits.equations.symbols import derivative
from ...circuits.neurons import ExponentialLeak, Leak
from ...circuits.units import show
from .flow import exponential_of

if TYPE_CHECKING:
    from .findings import Findings

DIGITS = 6


def derivation(found: Findings) -> Derivation:
    """All steps of a reduction."""
    steps = (
        *_membrane(found), *_rest(found), *_linear(found), *_scales(found), *_equilibria(found), *_flow(found),
        *_adaptation(found), *_steady(found), *_firing(found),
    )  # fmt: skip
    return Derivation(f"Reduction of {found.circuit.title}", steps)


def number(value: float) -> Expr:
    """A number with as many digits as are read."""
    return oo if np.isinf(value) else Float(float(f"{value:.{DIGITS}g}"), DIGITS)


def _told(value: float, unit: str) -> str:
    return show(float(f"{value:.{DIGITS}g}"), unit)


def _symbol(name: str) -> Symbol:
    return Symbol(name, real=True)


def _mode(found: Findings) -> dict[Symbol, Expr]:
    """The resistance of every switch between spikes."""
    switches = found.view.system.equations.switches
    return {s.resistance: s.r_on if c else s.r_off for s, c in zip(switches, found.view.closed, strict=True)}


def _said(law: str, name: str, value: float, why: str) -> Step:
    """A step that is a number."""
    return Step(law, name, None, (_symbol(name), number(value)), why)


def _membrane(found: Findings) -> Iterator[Step]:
    equations, mode = found.view.system.equations, _mode(found)
    for resistance, value in mode.items():
        yield Step("mode", resistance.name, None, (resistance, value), "between spikes")
    x = equations.symbols[found.view.membrane]
    yield Step(
        "membrane", x.name, None, (derivative(x), put(equations.rhs[found.view.membrane], mode)), "its own equation"
    )


def _rest(found: Findings) -> Iterator[Step]:
    drive = show(float(found.view.inputs[found.view.driver]), found.view.unit)
    for rest in found.rests.found:
        word = "stable" if rest.is_stable else "unstable"
        yield _said("rest", "v_rest", rest.v, f"all slopes are zero, the input at {drive}; {word}")
    if not found.rests.found:
        yield _said("rest", "v_0", found.v_rest, f"{found.rests}; what follows is linear about here")


def _linear(found: Findings) -> Iterator[Step]:
    equations, mode, view = found.view.system.equations, _mode(found), found.view
    m, j = view.membrane, view.jacobian(found.about)
    x = equations.symbols[m]
    rhs = put(equations.rhs[m], mode)
    for k, s in enumerate(equations.symbols):
        if j[m, k] == 0:
            continue
        entry = _symbol(f"J_{s.name}")
        law = slope_of(rhs, s)
        why = f"how {derivative(x).name} changes with {s.name}, at rest"
        if is_readable(law):
            yield Step("linearisation", entry.name, (entry, law), (entry, number(float(j[m, k]))), why)
        else:
            yield Step("linearisation", entry.name, None, (entry, number(float(j[m, k]))), why)
    for k, p in enumerate(found.poles, 1):
        value = number(float(p.real))
        swing = abs(float(p.imag))
        if swing > 1e-9 * abs(p):
            if p.imag > 0:
                yield _said(
                    "pole", f"s_{k}", float(p.real), f"1/s, and it swings at {_told(swing / (2 * np.pi), 'Hz')}"
                )
            continue
        tau = number(float(-1 / p.real)) if p.real < 0 else oo
        yield Step("pole", f"s_{k}", (_symbol(f"s_{k}"), value), (_symbol(f"tau_{k}"), tau), "one over minus the rate")
    yield _said("input resistance", "R_in", found.resistance, "what a small steady input moves the membrane by")
    yield _said("membrane", "C", found.flow.c, "one over what the input adds to its slope, fast states following")
    yield _said("membrane", "tau_m", found.tau, "fast states following, slow ones held")


def _scales(found: Findings) -> Iterator[Step]:
    equations, mode = found.view.system.equations, _mode(found)
    for s, symbol in zip(found.scales, equations.symbols, strict=True):
        if s.kind == "membrane":
            continue
        name = f"tau_{s.name}"
        why = {"fast": "fast beside the membrane", "slow": "slow beside the membrane", "apart": "does not act on it"}[
            s.kind
        ]
        way = "" if np.isinf(s.longest) else f", on the way to a spike {s.shortest:.3g} to {s.longest:.3g} s"
        form = own_form(equations, symbol, mode)
        after = (_symbol(name), number(s.at_rest))
        before = (_symbol(name), form.tau) if form is not None and is_readable(form.tau) else None
        yield Step("own time", s.name, before, after, why + way)


def _equilibria(found: Findings) -> Iterator[Step]:
    equations, mode = found.view.system.equations, _mode(found)
    fast = [equations.symbols[k] for k in found.indices("fast")]
    goes = equilibria(equations, fast, mode)
    for x in fast:
        zero = (Integer(0), put(equations.of(x), mode))
        if goes is not None and is_readable(goes[x]):
            yield Step("equilibrium", x.name, zero, (x, goes[x]), "fast: it is where its slope is zero")
        else:
            rest = float(found.about[equations.symbols.index(x)])
            yield Step(
                "equilibrium", x.name, zero, (_symbol(f"{x.name}_rest"), number(rest)), "found in numbers at every v"
            )
    for k in found.indices("slow"):
        x = equations.symbols[k]
        yield Step("held", x.name, None, (x, number(float(found.about[k]))), "slow: it stays where it is at rest")


def _flow(found: Findings) -> Iterator[Step]:
    equations, mode, view = found.view.system.equations, _mode(found), found.view
    x, f = equations.symbols[view.membrane], _symbol("F")
    fast = [equations.symbols[k] for k in found.indices("fast")]
    goes = equilibria(equations, fast, mode)
    closed = None if goes is None else put(put(equations.rhs[view.membrane], mode), goes)
    if closed is not None and is_readable(closed):
        yield Step("flow", x.name, None, (derivative(x), closed), "fast states put in")
    v, form = _symbol("v"), found.flow.form
    g, e, delta, v_t = map(_symbol, ("g", "e", "Delta_T", "v_t"))
    if isinstance(form, Leak):
        yield Step("flow", "F", None, (f, g * (e - v)), "C dv/dt = F + I: a line")
    if isinstance(form, ExponentialLeak):
        yield Step("flow", "F", None, (f, g * (e - v) + g * delta * exp((v - v_t) / delta)), "C dv/dt = F + I")
    if isinstance(form, (Leak, ExponentialLeak)):
        yield _said("leak", "g", form.g, "siemens")
        yield _said("leak", "e", form.e, "where the line crosses zero")
    if isinstance(form, ExponentialLeak):
        yield _said("threshold", "v_t", form.v_t, "where F is least")
    if not isinstance(form, Leak):
        least = int(np.argmin(found.flow.f))
        yield _said(
            "flow", "I_quick", -float(found.flow.f[least]), "minus the least of F: the rheobase if slow states stayed"
        )
        if found.threshold is not None:
            yield _said(
                "threshold", "v_th", found.threshold, "F is zero and rises: from here the spike comes by itself"
            )
    near = form if isinstance(form, ExponentialLeak) else exponential_of(found.flow.v, found.flow.f)
    if near is not None and not isinstance(form, Leak):
        yield _said("slope factor", "Delta_T", near.delta_t, "the exponential that F is like about its least value")
    off = float(np.abs(found.flow.gain - 1).max())
    if off > 1e-6:
        yield _said("flow", "off", off, "the input's effect on the slope changes by up to this part along the way")


def _adaptation(found: Findings) -> Iterator[Step]:
    if found.slow is None:
        return
    names = [found.scales[k].name for k in found.slow.states]
    for name, a, tau in zip(names, found.slow.a_of, found.slow.tau_of, strict=True):
        yield _said(
            "adaptation", f"a_{name}", float(a), f"what {name} draws per volt once it has followed; tau {tau:.4g} s"
        )
    yield _said("adaptation", "a", found.slow.a, "all of them as one: the sum")
    yield _said("adaptation", "tau_w", found.slow.tau, "their time constants, weighted by what they draw")


def _steady(found: Findings) -> Iterator[Step]:
    s = found.steady
    if s is None:
        return
    how = {
        "saddle-node": "the stable rest meets an unstable one and is gone",
        "Hopf": f"rest begins to swing, at {_told(s.rate, 'Hz')}",
        "spike": "rest reaches the spike",
    }[s.how]
    yield _said("rheobase", "I_rh", s.rheobase, how)
    yield _said("rheobase", "v_rh", s.at, "where the membrane is then")


def _firing(found: Findings) -> Iterator[Step]:
    model = found.model()
    at = show(found.way.drive, found.view.unit)
    yield _said("firing", "v_spike", model.v_spike, f"one interval at an input of {at}: the end of the way")
    yield _said("firing", "v_reset", model.v_reset, "where the next one begins")
    yield _said("firing", "t_ref", model.t_ref, "the time between")
    if model.adaptation is not None:
        yield _said("firing", "b", model.adaptation.b, "what a spike adds to the adaptation")
