"""A neuron model as published equations are written, for the solver of targets: the quick run's oracle."""

from __future__ import annotations

import numpy as np

from lapicque.circuits.library.target import Drive, Event, Quantity, Target
from lapicque.circuits.neurons import ExponentialLeak, FlowTable, NeuronModel
from lapicque.circuits.stimuli import PWL


def target_of(model: NeuronModel, time: np.ndarray, current: np.ndarray, start: tuple[float, float, float]) -> Target:
    """The neuron in milliseconds, millivolts and nanoamperes."""
    p = model.parameters
    p = {**p, "about": model.about, "a": p.get("a", 0.0), "tau_w": p.get("tau_w", 1.0), "b": p.get("b", 0.0)}
    p = {**p, "jump": p.get("jump", 0.0), "tau_h": p.get("tau_h", 1.0)}
    flow = "g*(e - v)"
    if isinstance(model.flow, ExponentialLeak):
        flow += " + g*delta_t*exp(Min((v - v_t)/delta_t, 60))"
    if isinstance(model.flow, FlowTable):
        flow = _cubics(model.flow)
    scale = {"c": 1e12, "g": 1e9, "a": 1e9, "b": 1e12, "t_ref": 1e3, "tau_w": 1e3, "tau_h": 1e3}
    known = tuple(Quantity(n, x * scale.get(n, 1e3)) for n, x in p.items() if n != "delay" and not n.startswith("f"))
    quantities = tuple(Quantity("cc", q.value) if q.name == "c" else q for q in known)
    drive = Drive("i_in", PWL(time.tolist(), current.tolist()), 1e-12)
    equations = (("v", f"({flow} - w + i_in)/cc"), ("w", "(a*(v - about) - w)/tau_w"), ("h", "-h/tau_h"))
    begin = tuple((n, repr(x)) for n, x in zip("vwh", (start[0] * 1e3, start[1] * 1e12, start[2] * 1e3), strict=True))
    spike = Event("v - v_spike - h", (("v", "v_reset"), ("w", "w + b"), ("h", "h + jump")), "t_ref", ("v",))
    return Target("a neuron model", 1e-3, equations, begin, quantities, drives=(drive,), events=(spike,))


def _cubics(flow: FlowTable) -> str:
    """Each piece, in mV and pA, by comparisons."""
    text = ""
    for k in range(len(flow.v) - 1):
        a, b, c, d = (float(x) for x in flow.pieces[:, k])
        x = f"(v - ({flow.v[k] * 1e3!r}))"
        piece = f"((({a * 1e3!r})*{x} + ({b * 1e6!r}))*{x} + ({c * 1e9!r}))*{x} + ({d * 1e12!r})"
        low, high = flow.v[k] * 1e3, flow.v[k + 1] * 1e3
        text += f"{' + ' if text else ''}(v >= {low!r})*(v < {high!r})*({piece})"
    return text
