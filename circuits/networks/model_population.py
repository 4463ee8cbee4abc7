"""Populations of neurons that a model describes."""

from __future__ import annotations

from ..arguments import want
from ..errors import DesignError
from ..neurons.flows import Leak
from ..neurons.model import NeuronModel
from ..neurons.rest import standstill
from ..units import show
from .populations import Population, population


def population_of_model(model: NeuronModel, name: str, size: int) -> Population:
    """Neurons that are all what a model says, in volts, and amperes (or volts) of input.

    Args:
        model: an LIF neuron without a refractory period, or one without a leak.
        name: unique in its network.
        size: number of neurons.

    Raises:
        DesignError: a neuron that no population of lapicque is; says what it has that they have not.
    """
    want(model, NeuronModel, "model", "make one, such as NeuronModel(c, Leak(g, e), v_spike, v_reset)")
    if (more := beyond_lif(model)) is not None:
        raise DesignError(
            f"population {name!r}: the model has {more}, which populations have not; "
            "make its circuit with circuit_of_model and join circuits with synapses."
        )
    assert isinstance(model.flow, Leak)
    levels = {"v_threshold": model.v_spike, "v_reset": model.v_reset, "v_start": standstill(model)[0]}
    if not model.flow.g:
        return population(name, "IF", size, r=1 / model.c, **levels)
    return population(name, "LIF", size, tau_mem=model.tau, r=1 / model.flow.g, v_leak=model.flow.e, **levels)


def beyond_lif(model: NeuronModel) -> str | None:
    """What a model has that an LIF neuron without a refractory period has not, in words; None for nothing."""
    if not isinstance(model.flow, Leak):
        return "an exponential" if hasattr(model.flow, "delta_t") else "a table for its flow"
    if model.threshold is not None:
        return f"a threshold that moves by {show(model.threshold.jump, 'V')}"
    if model.adaptation is not None:
        return f"an adaptation with a time constant of {show(model.adaptation.tau, 's')}"
    if model.t_ref:
        return f"a refractory period of {show(model.t_ref, 's')}"
    return None
