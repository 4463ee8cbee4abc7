"""A neuron model as a Python file for Brian2 (Stimberg, Brette and Goodman 2019, eLife 8:e47314)."""

from __future__ import annotations

from ...circuits.neurons.model import NeuronModel
from ...circuits.neurons.rest import standstill
from .words import comments, law

UNITS = {
    "V": "volt",
    "A": "amp",
    "S": "siemens",
    "F": "farad",
    "s": "second",
    "A/V^2": "amp/volt**2",
    "A/V^3": "amp/volt**3",
}
OF_VOLTS = {"V": "volt", "A": "volt", "S": "", "F": "second", "s": "second", "A/V^2": "1/volt", "A/V^3": "1/volt**2"}
"""The same where the input is a voltage."""


def brian2_text(model: NeuronModel) -> str:
    """Write a model as a module with a function `neurons(n, current)`, which gives a `NeuronGroup`.

    Brian2 looks for spikes at the end of each step: they are late by up to one step, each, and the error shrinks with
    it. Current comes as an expression, such as "1*nA" or "drive(t)".
    """
    units = UNITS if model.unit == "A" else OF_VOLTS

    def unit(x: float, what: str) -> str:
        return f"({float(x)!r}*{units[what]})" if units[what] else f"({float(x)!r})"

    flow = law(model, unit, "clip({x}, {y}, 1e9*volt)", "clip({x}, -1e9, {y})")
    amount = units["A"]
    v, w = standstill(model)
    holds = " (unless refractory)" if model.t_ref else ""
    into = f"{flow}{' - w' if model.adaptation else ''} + i_in"
    equations = [f"dv/dt = ({into})/{unit(model.c, 'F')} : volt{holds}"]
    reset, begin, threshold = (
        [f"v = {unit(model.v_reset, 'V')}"],
        [f"    group.v = {v!r}*volt"],
        unit(model.v_spike, "V"),
    )
    if (slow := model.adaptation) is not None:
        pull = f"{unit(slow.a, 'S')}*(v - {unit(model.about, 'V')})"
        equations.append(f"dw/dt = ({pull} - w)/{unit(slow.tau, 's')} : {amount}")
        reset.append(f"w += {unit(slow.b, 'A')}")
        begin.append(f"    group.w = {w!r}*{amount}")
    if (moves := model.threshold) is not None:
        equations.append(f"dh/dt = -h/{unit(moves.tau, 's')} : volt")
        reset.append(f"h += {unit(moves.jump, 'V')}")
        threshold += " + h"
    hold = f'"{model.t_ref!r}*second + dt"' if model.t_ref else "False"  # Brian2 counts the step of the spike too
    written = "\n".join(f"    {line}" for line in equations)
    return f'''"""{model.kind} neuron for Brian2, written by lapicque.

A spike is seen in the step in which it falls, and called by that step's start; halve `defaultclock.dt` to halve the
error.
What the circuit shows comes DELAY after the spike: give it to Synapses as their delay.
"""
{comments(model)}
from brian2 import NeuronGroup, amp, farad, second, siemens, volt  # noqa: F401

EQUATIONS = """
{written}
"""
THRESHOLD = "v >= {threshold}"
RESET = "{"; ".join(reset)}"
HOLD = {hold}
DELAY = {model.delay!r}*second


def neurons(n=1, current="0*{amount}", method="rk4", namespace=None):
    """A group of n neurons; current is an expression in Brian2's words, of t and of what the namespace has."""
    drive = f"i_in = {{current}} : {amount}"
    group = NeuronGroup(
        n, EQUATIONS + drive, threshold=THRESHOLD, reset=RESET, refractory=HOLD, method=method, namespace=namespace
    )
{chr(10).join(begin)}
    return group
'''
