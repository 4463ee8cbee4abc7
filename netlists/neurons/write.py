"""Neuron models written for other tools."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from ...circuits.arguments import want
from ...circuits.errors import unknown
from ...circuits.neurons.model import NeuronModel
from ..files.whole import write_file

TEXTS = ("brian2", "nestml", "pytorch", "json")
ENDINGS = {"brian2": ".py", "nestml": ".nestml", "pytorch": ".py", "json": ".json", "nir": ".nir"}
"""Of files, by what they are for."""


def model_text(model: NeuronModel, to: str) -> str:
    """A model as text.

    Args:
        model: the neuron.
        to: "brian2", "nestml", "pytorch" or "json".

    Raises:
        UnknownNameError: none of these.
        DesignError: a neuron that the tool has not.
    """
    want(model, NeuronModel, "model", "make one, such as NeuronModel(c, Leak(g, e), v_spike, v_reset)")
    if to == "brian2":
        from .brian2 import brian2_text

        return brian2_text(model)
    if to == "nestml":
        from .nestml import nestml_text

        return nestml_text(model)
    if to == "pytorch":
        from .pytorch import pytorch_text

        return pytorch_text(model)
    if to == "json":
        return model.to_json()
    raise unknown("form of a model", str(to), TEXTS)


def write_model(model: NeuronModel, to: str, file: str | Path) -> Path:
    """Write a model to a file.

    Args:
        model: the neuron.
        to: as in `model_text`, or "nir".
        file: its path.

    Raises:
        LapicqueError: it cannot be written, or not as that.
    """
    if to != "nir":
        return write_file(file, model_text(model, to), "the model")
    import nir

    from .graph import nir_of_model

    want(model, NeuronModel, "model", "make one, such as NeuronModel(c, Leak(g, e), v_spike, v_reset)")
    whole = BytesIO()
    nir.write(whole, nir_of_model(model))  # type: ignore[arg-type]
    return write_file(file, whole.getvalue(), "the model")
