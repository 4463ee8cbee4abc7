"""The mismatch of a neuron: model, predicted and measured spread of its parameters, and what causes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from ...circuits.arguments import KindError, brief, want, whole
from ...circuits.circuit import Circuit
from ...circuits.errors import DesignError
from ...circuits.library import circuit_of
from ...circuits.neurons import FlowTable, NeuronModel
from ..reductions.reduction import reduce
from ..sweeps.tolerances import Matched, Spread
from ..sweeps.tolerances import mismatch as of_transistors
from .instances import Instances, instances
from .prediction import Prediction, predicted
from .sensitivities import Figures, sensitivities
from .told import moving, over_predicted, rows, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LEAST_RUNS = 3


@frozen(eq=False, repr=False)
class Mismatch:
    """How the parameters of a circuit's neuron spread, or figures that were measured of it.

    Attributes:
        circuit: with the values in the middle.
        nominal: its neuron, with the predicted covariance; None where figures were measured.
        prediction: from sensitivities.
        measured: over instances; None where none were run.
        units: of the parameters or figures by name; others are points of a table, amperes.
    """

    circuit: Circuit
    nominal: NeuronModel | None
    prediction: Prediction
    measured: Instances | None
    units: Mapping[str, str]

    @property
    def model(self) -> NeuronModel:
        """The neuron with the covariance of its parameters, measured where it was.

        Raises:
            DesignError: figures were measured, which are no neuron.
        """
        if self.nominal is None:
            raise DesignError(f"{self.circuit.title!r} has figures that spread, but no neuron was derived of it.")
        if self.measured is None:
            return self.nominal
        return attrs.evolve(self.nominal, covariance=self.measured.covariance)

    @property
    def ratios(self) -> tuple[Array, Array]:
        """Measured over predicted standard deviation of each parameter, and its statistical error; nan for none."""
        if self.measured is None:
            raise DesignError("no instances were run: give runs=200 to compare with.")
        return over_predicted(self.prediction, self.measured)

    @property
    def moving(self) -> tuple[str, ...]:
        """Parameters that spread, those of a table left out."""
        return moving(self.prediction, self.units)

    @property
    def rows(self) -> list[tuple[str, str, str, str, str]]:
        """Of each parameter that spreads: name, middle, predicted sigma, measured over predicted, causes by rank."""
        return rows(self.circuit, self.prediction, self.measured, self.units)

    def to_json(self) -> str:
        """Figures, their middle and their covariance, measured where it was, as JSON text."""
        of = self.prediction.covariance if self.measured is None else self.measured.covariance
        middle = dict(zip(self.prediction.sensitivities.figures, self.prediction.sensitivities.nominal, strict=True))
        body = {
            "kind": "spread of figures", "circuit": self.circuit.title, "names": list(of.names),
            "units": [self.units.get(n, "A") for n in of.names], "middle": [float(middle[n]) for n in of.names],
            "covariance": [list(row) for row in of.matrix],
            "instances": 0 if self.measured is None else len(self.measured.values),
        }  # fmt: skip
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)

    def __str__(self) -> str:
        kind = "measured figures" if self.nominal is None else self.nominal.kind
        return words(self.circuit, kind, self.prediction, self.measured, self.units)

    def __repr__(self) -> str:
        return f"<mismatch of {self.circuit.title!r}; print it to see what spreads, and why>"


UNITS = {
    "c": "F", "g": "S", "e": "V", "delta_t": "V", "v_t": "V", "v_spike": "V", "v_reset": "V", "t_ref": "s",
    "delay": "s", "a": "S", "b": "A", "tau_w": "s", "jump": "V", "tau_h": "s",
}  # fmt: skip
"""Of the parameters."""


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
    what: str | Circuit, spreads: Sequence[Spread] | None = None, runs: int = 0, seed: int = 0,
    matched: Sequence[Matched] = (), make: Callable[[Circuit], NeuronModel] = derived,
    progress: Callable[[], object] = lambda: None,
) -> Mismatch:  # fmt: skip
    """Find how the parameters of a neuron spread when its parts do.

    Args:
        what: a circuit, or the name of one of the library.
        spreads: of its parts, from `tolerance` or the mismatch of transistors (Pelgrom); of all its transistors
            unless given.
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
    spreads = of_transistors(circuit) if spreads is None else spreads
    _want(spreads, runs, seed, matched)
    if not callable(make):
        raise KindError(f"make is {brief(make)}: give a function from a circuit to a NeuronModel.")
    nominal = make(circuit)
    prediction, seen = _spread(circuit, spreads, parameters_beside(nominal, make), runs, seed, matched, progress)
    return Mismatch(circuit, attrs.evolve(nominal, covariance=prediction.covariance), prediction, seen, UNITS)


def mismatch_of_figures(
    circuit: Circuit, spreads: Sequence[Spread], figures: Figures, units: Mapping[str, str], runs: int = 0,
    seed: int = 0, matched: Sequence[Matched] = (), progress: Callable[[], object] = lambda: None,
) -> Mismatch:  # fmt: skip
    """The same for numbers that are read off a circuit of which no neuron is derived.

    Args:
        circuit: its values are the middle.
        spreads: of its parts.
        figures: numbers of a circuit by name.
        units: of the figures.
        runs, seed, matched, progress: as for `mismatch`.

    Raises:
        DesignError: nothing spreads.
    """
    _want(spreads, runs, seed, matched)
    prediction, seen = _spread(circuit, spreads, figures, runs, seed, matched, progress)
    return Mismatch(circuit, None, prediction, seen, units)


def _want(spreads: Sequence[Spread], runs: int, seed: int, matched: Sequence[Matched]) -> None:
    want(spreads, (list, tuple), "spreads", "make them by `tolerance` or `mismatch`")
    for s in spreads:
        want(s, Spread, "a part of spreads", "make them by `tolerance` or `mismatch`")
    if not spreads:
        raise DesignError("nothing spreads: give spreads, such as those of tolerance(circuit, {'R': '1%'}).")
    for m in want(matched, (list, tuple), "matched", "give a list such as [Matched(('R1', 'R2'), 0.9)]"):
        want(m, Matched, "a part of matched", "give a list such as [Matched(('R1', 'R2'), 0.9)]")
    whole(runs, "runs", 0)
    whole(seed, "seed", 0)
    if 0 < runs < LEAST_RUNS:
        raise DesignError(f"runs is {runs}: {LEAST_RUNS} instances at least make a spread; 0 runs none.")


def _spread(
    circuit: Circuit, spreads: Sequence[Spread], figures: Figures, runs: int, seed: int, matched: Sequence[Matched],
    progress: Callable[[], object],
) -> tuple[Prediction, Instances | None]:  # fmt: skip
    slopes = sensitivities(circuit, spreads, figures, progress)
    seen = instances(circuit, spreads, figures, runs, seed, matched, progress) if runs else None
    return predicted(slopes, spreads, matched), seen
