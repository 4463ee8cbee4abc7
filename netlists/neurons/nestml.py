"""A neuron model as NESTML (Plotnikov et al. 2016, Modellierung 2016:93; version 8 and later), for NEST."""

from __future__ import annotations

from ...circuits.errors import DesignError
from ...circuits.neurons.model import NeuronModel
from ...circuits.neurons.rest import standstill
from .words import comments, law

SIZES = {
    "V": (1e3, "mV"), "A": (1e12, "pA"), "S": (1e9, "nS"), "F": (1e12, "pF"), "s": (1e3, "ms"),
    "A/V^2": (1e6, "pA"), "A/V^3": (1e3, "pA"),
}  # fmt: skip
"""How many of NEST's units one SI unit is; powers of a voltage count in millivolts there, without a unit."""


def nestml_text(model: NeuronModel, name: str = "lapicque_neuron") -> str:
    """Write a model as NESTML, with a continuous input `I_stim` in pA and no synapses.

    NEST looks for spikes at the end of each step, and an input acts two steps after a generator sent it.

    Args:
        model: the neuron.
        name: of the NESTML model, letters, digits and underscores.

    Raises:
        DesignError: its input is a voltage, or the name is none.
    """
    if model.unit != "A":
        raise DesignError("the model's input is a voltage, and NEST injects currents: write it for Brian2 or PyTorch.")
    if not (name.isascii() and name.isidentifier()):
        raise DesignError(f"{name!a} is no name of a NESTML model: take letters, digits and underscores.")

    def unit(x: float, what: str) -> str:
        size, called = SIZES[what]
        return f"({float(x * size)!r} {called})"

    flow = law(model, unit, "max(({x}) / (1 mV), 0.0)", "min({x}, {y})").replace("v", "v_m")
    v, w = standstill(model)
    slow, moves = model.adaptation, model.threshold
    state, odes, spike = [f"v_m mV = {v * 1e3!r} mV"], [], [f"v_m = {unit(model.v_reset, 'V')}"]
    going = ""
    threshold = unit(model.v_spike, "V")
    if slow is not None:
        state.append(f"w pA = {w * 1e12!r} pA")
        pull = f"{unit(slow.a, 'S')} * (v_m - {unit(model.about, 'V')})"
        odes.append(f"w' = ({pull} - w) / {unit(slow.tau, 's')}")
        spike.append(f"w += {unit(slow.b, 'A')}")
        going += "w, "
    if moves is not None:
        state.append("lift mV = 0 mV")
        odes.append(f"lift' = -lift / {unit(moves.tau, 's')}")
        spike.append(f"lift += {unit(moves.jump, 'V')}")
        threshold += " + lift"
        going += "lift, "
    odes.append(f"v_m' = ({flow}{' - w' if slow else ''} + I_stim) / {unit(model.c, 'F')}")
    return _TEXT.format(
        kind=model.kind, comments=comments(model), name=name, going=going, threshold=threshold,
        t_ref=model.t_ref * 1e3, delay=model.delay * 1e3, start=v * 1e3,
        state="\n".join(f"        {line}" for line in state), odes="\n".join(f"        {line}" for line in odes),
        spike="\n".join(f"        {line}" for line in spike),
    )  # fmt: skip


_TEXT = """# {kind} neuron in NESTML, written by lapicque.
# What the circuit shows comes {delay!r} ms after the spike: give it to synapses as their delay.
{comments}
model {name}:

    state:
{state}
        refr_t ms = 0 ms

    equations:
{odes}
        refr_t' = -1

    parameters:
        refr_T ms = {t_ref!r} ms

    input:
        I_stim pA <- continuous

    output:
        spike

    update:
        if refr_t > resolution() / 2:
            integrate_odes({going}refr_t)
        else:
            integrate_odes({going}v_m)

    onCondition(refr_t <= resolution() / 2 and v_m >= {threshold}):
        refr_t = refr_T
{spike}
        emit_spike()
"""
