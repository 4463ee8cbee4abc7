"""Neuron models for people: as text and as a table of HTML."""

from __future__ import annotations

from html import escape
from typing import Any

from ..errors import visible
from ..units import show

UNITS = {
    "c": "F", "g": "S", "e": "V", "delta_t": "V", "v_t": "V", "v_spike": "V", "v_reset": "V", "t_ref": "s",
    "delay": "s", "a": "S", "b": "A", "tau_w": "s", "jump": "V", "tau_h": "s",
}  # fmt: skip
"""Of parameters; those that are not here are points of a table, amperes."""
UNITS_V = {"c": "s", "g": "", "a": "", "b": "V"}
"""Of those that are others where the input is a voltage."""


def unit_of(name: str, model: Any) -> str:
    """The unit of a parameter of a model."""
    if model.unit == "V":
        return UNITS_V.get(name, UNITS.get(name, "V"))
    return UNITS.get(name, "A")


def rows(model: Any) -> list[tuple[str, str, str]]:
    """Name, value and standard deviation of each parameter, in words."""
    sigmas = {} if model.covariance is None else model.covariance.sigmas
    return [
        (n, _show(x, unit_of(n, model)), f"± {_show(sigmas[n], unit_of(n, model))}" if n in sigmas else "")
        for n, x in model.parameters.items()
    ]


def described(model: Any) -> str:
    """A model in lines: its kind, its parameters, where it holds, how good it is, where it comes from."""
    width = max(map(len, model.parameters))
    lines = [f"{model.kind} neuron", *(f"  {n:<{width}}  {x}  {s}".rstrip() for n, x, s in rows(model))]
    return "\n".join([*lines, *_known(model)])


def table(model: Any) -> str:
    """A model as HTML; what strangers named is escaped."""
    body = "".join(f"<tr><td>{escape(n)}</td><td>{escape(x)}</td><td>{escape(s)}</td></tr>" for n, x, s in rows(model))
    known = "".join(f"<br>{escape(line)}" for line in _known(model))
    return f"<table><caption>{escape(model.kind)} neuron</caption>{body}</table>{known}"


def _known(model: Any) -> list[str]:
    lines = [f"{visible(n)}: {_show(x, unit) if unit else f'{x:.6g}'}" for n, x, unit in model.errors]
    v, o = model.validity, model.origin
    if v.inputs is not None:
        lines.insert(0, f"for inputs from {_show(v.inputs[0], model.unit)} to {_show(v.inputs[1], model.unit)}")
    if v.temperature is not None:
        lines.append(f"at {v.temperature:g} °C")
    if v.corner:
        lines.append(f"corner {visible(v.corner)}")
    if o.circuit:
        lines.append(f"{visible(o.by)} from {visible(o.circuit)}")
    return lines


def _show(value: float, unit: str) -> str:
    """Six digits are enough to look at."""
    try:
        return show(float(f"{value:.6g}"), unit)
    except ValueError:
        return f"{value:g} {unit}".rstrip()
