"""A neuron model as NIR (Pedersen et al. 2024, Nat Commun 15:8122), where it is a neuron of NIR's."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...circuits.errors import DesignError
from ...circuits.networks.model_population import beyond_lif
from ...circuits.neurons.flows import Leak
from ...circuits.neurons.model import NeuronModel


def nir_of_model(model: NeuronModel) -> Any:
    """A `nir.NIRGraph` of an input, the neuron, and an output.

    NIR's numbers have no unit: v counts from rest (of one that fires by itself from its reset) in what is between
    there and the threshold, and input in what just holds v at the threshold; without a leak, in swings a second. The
    neuron's metadata say what one is.

    Raises:
        DesignError: a neuron that NIR has not; says what it has that NIR has no word for.
    """
    import nir

    if (more := beyond_lif(model)) is not None:
        raise DesignError(
            f"the model has {more}, which NIR has no word for: it would be another neuron there. "
            "Write it for Brian2, NESTML or PyTorch."
        )
    assert isinstance(model.flow, Leak)
    g, e = model.flow.g, model.flow.e
    zero = e if g and e < model.v_spike else model.v_reset
    size = model.v_spike - zero
    one, reset = np.ones(1), np.array([(model.v_reset - zero) / size])
    drive = g * size if g else model.c * size
    said = {"volts": size, "zero_volts": zero, "input": drive, "input_unit": model.unit, "by": "lapicque"}
    if g:
        node = nir.LIF(
            tau=one * model.tau, r=one, v_leak=one * (e - zero) / size, v_threshold=one, v_reset=reset, metadata=said
        )
    else:
        node = nir.IF(r=one, v_threshold=one, v_reset=reset, metadata=said)
    ends = {
        "input": nir.Input({"input": np.array([1])}),
        "neuron": node,
        "output": nir.Output({"output": np.array([1])}),
    }
    return nir.NIRGraph(ends, [("input", "neuron"), ("neuron", "output")])
