"""A neuron model as a PyTorch cell with a surrogate gradient, called as snnTorch's and Norse's users expect."""

from __future__ import annotations

from ...circuits.neurons.model import NeuronModel
from ...circuits.neurons.rest import standstill
from .words import comments, law


def pytorch_text(model: NeuronModel) -> str:
    """Write a model as a module with a class `Neuron`.

    `cell(input, state) -> (spike, state)`. A step is one of Runge and Kutta's of order four with the input held; the
    spike is seen at its end, up to a step late; then v is held for t_ref, rounded to steps. Backward the step function
    is the fast sigmoid of Zenke and Ganguli 2018, Neural Comput 30:1514.
    """

    def unit(x: float, what: str) -> str:
        return f"({float(x)!r})"

    flow = (
        law(model, unit, "clamp({x}, min={y})", "clamp({x}, max={y})")
        .replace("exp(", "torch.exp(")
        .replace("clamp(", "torch.clamp(")
    )
    v, w = standstill(model)
    slow, moves = model.adaptation, model.threshold
    pull = "0.0 * v" if slow is None else f"({slow.a!r} * (v - ({model.about!r})) - w) / {slow.tau!r}"
    return _TEXT.format(
        kind=model.kind, comments=comments(model), flow=flow, pull=pull, c=model.c, v_spike=model.v_spike,
        v_reset=model.v_reset, t_ref=model.t_ref, delay=model.delay, v=v, w=w, b=0.0 if slow is None else slow.b,
        jump=0.0 if moves is None else moves.jump, tau_h=float("inf") if moves is None else moves.tau,
        swing=model.v_spike - model.v_reset, unit="volts" if model.unit == "V" else "amperes",
    ).replace("inf\n", "math.inf\n")  # fmt: skip


_TEXT = '''"""{kind} neuron for PyTorch, written by lapicque.

    cell = Neuron(dt=1e-4)
    state = None
    for current in currents:  # {unit}, any shape
        spike, state = cell(current, state)

A spike is 1 at the end of the step in which it falls: up to dt late; halve dt to halve the error. What the circuit
shows comes DELAY seconds after it. The reset passes no gradient. Take float64 where spike times matter.
"""
{comments}
import math
from typing import NamedTuple

import torch

C = {c!r}
V_SPIKE = {v_spike!r}
V_RESET = {v_reset!r}
SWING = {swing!r}
T_REF = {t_ref!r}
DELAY = {delay!r}
B = {b!r}
JUMP = {jump!r}
TAU_H = {tau_h!r}


class State(NamedTuple):
    """Membrane (volts), adaptation, lift of the threshold (volts), how long v is held (seconds)."""

    v: torch.Tensor
    w: torch.Tensor
    h: torch.Tensor
    held: torch.Tensor


class Spike(torch.autograd.Function):
    """A step forward, a fast sigmoid's slope backward."""

    @staticmethod
    def forward(ctx, x, slope):
        ctx.save_for_backward(x)
        ctx.slope = slope
        return (x >= 0).to(x.dtype)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad / (1 + ctx.slope * x.abs()) ** 2, None


def flow(v):
    """What flows into the membrane of itself."""
    return {flow}


def rates(v, w, current):
    """dv/dt and dw/dt."""
    return (flow(v) - w + current) / C, {pull}


class Neuron(torch.nn.Module):
    """The neuron; dt in seconds, slope of the surrogate in swings from reset to spike."""

    def __init__(self, dt=1e-4, slope=25.0):
        super().__init__()
        self.dt, self.slope = dt, slope

    def start(self, like):
        """At rest."""
        zero = torch.zeros_like(like)
        return State(zero + {v!r}, zero + {w!r}, zero, zero)

    def forward(self, current, state=None):
        v, w, h, held = self.start(current) if state is None else state
        dt, free = self.dt, held < self.dt / 2
        v_1, w_1 = rates(v, w, current)
        v_2, w_2 = rates(v + dt / 2 * v_1 * free, w + dt / 2 * w_1, current)
        v_3, w_3 = rates(v + dt / 2 * v_2 * free, w + dt / 2 * w_2, current)
        v_4, w_4 = rates(v + dt * v_3 * free, w + dt * w_3, current)
        v = torch.where(free, v + dt / 6 * (v_1 + 2 * v_2 + 2 * v_3 + v_4), v)
        w = w + dt / 6 * (w_1 + 2 * w_2 + 2 * w_3 + w_4)
        h = h * math.exp(-dt / TAU_H)
        spike = Spike.apply((v - V_SPIKE - h) / SWING, self.slope) * free
        fired = spike.detach()
        v = torch.where(fired > 0, torch.full_like(v, V_RESET), v)
        held = torch.where(fired > 0, torch.full_like(held, T_REF), torch.clamp(held - dt, min=0.0))
        return spike, State(v, w + B * fired, h + JUMP * fired, held)
'''
