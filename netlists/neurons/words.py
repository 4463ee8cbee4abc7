"""What the writers share: numbers, comments that hold what strangers named, the law of the membrane."""

from __future__ import annotations

from collections.abc import Callable

from ...circuits.neurons.flows import LARGEST_POWER, ExponentialLeak, FlowTable, Leak
from ...circuits.neurons.model import NeuronModel

Unit = Callable[[float, str], str]
"""A number of SI units as text, with what it is: V, A, S, F, s, A/V^2 or A/V^3."""


def comments(model: NeuronModel) -> str:
    """Where a model comes from, a line of comment each; no character of a stranger's ends a line."""
    o = model.origin
    said = [("circuit", o.circuit), ("input", o.input), ("membrane", o.membrane), ("made", o.by)]
    return "".join(f"# {what}: {ascii(text)[1:-1]}\n" for what, text in said if text)


def law(model: NeuronModel, unit: Unit, largest: str, smallest: str) -> str:
    """F(v) as an expression of v.

    Args:
        model: the neuron.
        unit: how a number is written.
        largest: a template of max({x}, {y}).
        smallest: a template of min({x}, {y}).
    """
    f = model.flow
    if isinstance(f, Leak):
        return f"{unit(f.g, 'S')}*({unit(f.e, 'V')} - v)"
    if isinstance(f, ExponentialLeak):
        power = smallest.format(x=f"(v - {unit(f.v_t, 'V')})/{unit(f.delta_t, 'V')}", y=repr(top(model)))
        line = f"{unit(f.g, 'S')}*({unit(f.e, 'V')} - v)"
        return f"{line} + {unit(f.g * f.delta_t, 'A')}*exp({power})"
    at, start, slope = f.line
    text = f"{unit(start, 'A')} + {unit(slope, 'S')}*(v - {unit(at, 'V')})"
    for low, square, cube in f.bends:
        above = largest.format(x=f"v - {unit(low, 'V')}", y=unit(0.0, "V"))
        text += f" + {above}**2*({unit(square, 'A/V^2')} + {unit(cube, 'A/V^3')}*{above})"
    return text


def top(model: NeuronModel) -> float:
    """The exponent at which a neuron spikes: beyond it nothing need grow."""
    f = model.flow
    assert isinstance(f, ExponentialLeak)
    return min((model.v_spike - f.v_t) / f.delta_t, LARGEST_POWER)


def is_table(model: NeuronModel) -> bool:
    """Whether F is a table."""
    return isinstance(model.flow, FlowTable)
