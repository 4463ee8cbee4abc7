"""The mismatch of a neuron: model, predicted and measured spread of its parameters, and what causes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from ...circuits.arguments import want, whole
from ...circuits.circuit import Circuit
from ...circuits.errors import DesignError
from ...circuits.library import circuit_of
from ...circuits.neurons import FlowTable, NeuronModel
from ...circuits.units import show
from ..reductions.reduction import reduce
from ..sweeps.tolerances import Matched, Spread
from .instances import Instances, instances
from .prediction import Prediction, predicted
from .sensitivities import Figures, sensitivities

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LEAST = 1e-7
"""A parameter that spreads by less than this part of its scale does not."""


@frozen(eq=False, repr=False)
class Mismatch:
    """How the parameters of a circuit's neuron spread.

    Attributes:
        circuit: with the values in the middle.
        nominal: its neuron, with the predicted covariance.
        prediction: from sensitivities.
        measured: over instances; None where none were run.
    """

    circuit: Circuit
    nominal: NeuronModel
    prediction: Prediction
    measured: Instances | None

    @property
    def model(self) -> NeuronModel:
        """The neuron with the covariance of its parameters, measured where it was."""
        if self.measured is None:
            return self.nominal
        return attrs.evolve(self.nominal, covariance=self.measured.covariance)

    @property
    def ratios(self) -> tuple[Array, Array]:
        """Measured over predicted standard deviation of each parameter, and its statistical error; nan for none."""
        if self.measured is None:
            raise DesignError("no instances were run: give runs=200 to compare with.")
        sigmas = np.array(list(self.prediction.covariance.sigmas.values()))
        with np.errstate(all="ignore"):
            return self.measured.sigmas / sigmas, self.measured.errors / sigmas

    def __str__(self) -> str:
        names, middle = self.prediction.sensitivities.figures, self.prediction.sensitivities.nominal
        owners = self.prediction.by_element(self.circuit)
        ratios, errors = self.ratios if self.measured is not None else (None, None)
        lines = [
            f"{self.circuit.title}: {self.nominal.kind}, {len(self.prediction.sensitivities.values)} values spread"
        ]
        sigmas = self.prediction.covariance.sigmas
        for k, name in enumerate(names):
            sigma = sigmas[name]
            if name not in UNITS or sigma <= LEAST * max(abs(middle[k]), 1e-300):
                continue
            most = sorted(owners, key=lambda o: -abs(owners[o][k]))[:3]
            causes = ", ".join(f"{o} {100 * owners[o][k]:.3g} %" for o in most if abs(owners[o][k]) > 5e-4)
            seen = "" if ratios is None or errors is None else f"  measured {ratios[k]:.3f} +- {errors[k]:.3f} of it"
            unit = UNITS[name]
            line = f"{name:>8} {show(float(f'{middle[k]:.5g}'), unit):>14} +- {show(float(f'{sigma:.3g}'), unit):<12}"
            lines.append(f"{line}{seen}  {causes}")
        if points := [sigmas[n] for n in names if n not in UNITS]:
            lines.append(
                f"the {len(points)} points of its flow spread by up to {show(float(f'{max(points):.3g}'), 'A')}"
            )
        if self.measured is not None and self.measured.failed:
            lines.append(f"{len(self.measured.failed)} instances are no such neuron: {self.measured.failed[0]}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<mismatch of {self.circuit.title!r}; print it to see what spreads, and why>"


UNITS = {
    "c": "F", "g": "S", "e": "V", "delta_t": "V", "v_t": "V", "v_spike": "V", "v_reset": "V", "t_ref": "s",
    "delay": "s", "a": "S", "b": "A", "tau_w": "s", "jump": "V", "tau_h": "s",
}  # fmt: skip
"""Of the parameters; others are points of a table, amperes."""


def derived(circuit: Circuit) -> NeuronModel:
    """The neuron that `reduce` derives."""
    return reduce(circuit).model()


def parameters_beside(nominal: NeuronModel, make: Callable[[Circuit], NeuronModel]) -> Figures:
    """Parameters of a circuit's neuron that can be held against those of another.

    Args:
        nominal: the other. Points of a table are taken at its voltages.
        make: a circuit's neuron.
    """

    def figures(circuit: Circuit) -> Mapping[str, float]:
        model = make(circuit)
        if isinstance(nominal.flow, FlowTable):
            v = nominal.flow.v
            model = attrs.evolve(model, flow=FlowTable(v, [float(f) for f in model.flow.at(v)]))
        if model.kind != nominal.kind:
            raise DesignError(
                f"{circuit.title!r} became {model.kind} instead of {nominal.kind}: the spread is too wide."
            )
        return model.parameters

    return figures


def mismatch(
    what: str | Circuit, spreads: Sequence[Spread], runs: int = 0, seed: int = 0, matched: Sequence[Matched] = (),
    make: Callable[[Circuit], NeuronModel] = derived, progress: Callable[[], None] = lambda: None,
) -> Mismatch:  # fmt: skip
    """Find how the parameters of a neuron spread when its parts do.

    Args:
        what: a circuit, or the name of one of the library.
        spreads: of its parts, from `tolerance` or the mismatch of transistors (Pelgrom).
        runs: instances to hold the prediction against; 0 runs none.
        seed: of the instances.
        matched: parts that vary together.
        make: what finds a circuit's neuron; the derived one unless given.
        progress: called after each circuit: four for each spread, one in the middle, and the instances.

    Returns:
        The neuron with its covariance, shares of every value, and what was measured.

    Raises:
        DesignError: nothing spreads, or another kind of neuron comes of it.
    """
    circuit = circuit_of(what)
    want(spreads, (list, tuple), "spreads", "make them by `tolerance` or `mismatch`")
    for s in spreads:
        want(s, Spread, "a part of spreads", "make them by `tolerance` or `mismatch`")
    if not spreads:
        raise DesignError("nothing spreads: give spreads, such as those of tolerance(circuit, {'R': '1%'}).")
    whole(runs, "runs", 0)
    nominal = make(circuit)
    figures = parameters_beside(nominal, make)
    slopes = sensitivities(circuit, spreads, figures, progress)
    prediction = predicted(slopes, spreads, matched)
    seen = instances(circuit, spreads, figures, runs, seed, matched, progress) if runs else None
    return Mismatch(circuit, attrs.evolve(nominal, covariance=prediction.covariance), prediction, seen)
