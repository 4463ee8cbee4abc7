"""Numbers that a fit moves: where each starts, how far it may go, and the neuron that a row of them means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from ...circuits.neurons import Adaptation, ExponentialLeak, FlowTable, Leak, MovingThreshold, NeuronModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@frozen
class Parameter:
    """One number of a fit.

    Attributes:
        name: of `NeuronModel.parameters`; but `q` stands for e (see `model_of`) and `release` for t_ref less delay.
        start: where the fit begins.
        low: bound, inclusive.
        high: bound.
        scale: a change of this size is a large one.
        ratio: it is moved by ratios, and its scale is 1.
        natural: a model at the lower bound is a good one (no leak, no hold), not a fit that failed.
    """

    name: str
    start: float
    low: float
    high: float
    scale: float = 1.0
    ratio: bool = False
    natural: bool = False

    @property
    def bounds(self) -> tuple[float, float]:
        """In steps of the fit."""
        return self.to_step(self.low), self.to_step(self.high)

    def to_step(self, value: float) -> float:
        """A value as the fit sees it."""
        if self.ratio:
            return float(np.log(value / self.start))
        return (value - self.start) / self.scale

    def value(self, step: float) -> float:
        """What a step of the fit means."""
        return self.start * float(np.exp(step)) if self.ratio else self.start + self.scale * step

    def slope(self, step: float) -> float:
        """Of the value over the step."""
        return self.value(step) if self.ratio else self.scale


@frozen(eq=False)
class Candidate:
    """A model to be fitted.

    Attributes:
        name: for people.
        flow: "leak", "exponential" or "table".
        parameters: that are moved.
        fixed: values of those that are not.
        knots: voltages of a table.
        known: how sure some of what is fixed is.
        middle: voltage at which q is the flow of the line, volts.
    """

    name: str
    flow: str
    parameters: tuple[Parameter, ...] = field(converter=tuple)
    fixed: Mapping[str, float]
    middle: float
    knots: tuple[float, ...] = ()
    known: Mapping[str, float] = field(factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Of what is moved."""
        return tuple(p.name for p in self.parameters)

    def values(self, steps: Sequence[float] | Array) -> dict[str, float]:
        """Everything by name, at some steps of the fit."""
        moved = {p.name: p.value(float(s)) for p, s in zip(self.parameters, steps, strict=True)}
        return {**self.fixed, **moved}

    def model(self, steps: Sequence[float] | Array) -> NeuronModel:
        """The neuron at some steps of the fit."""
        return model_of(self, self.values(steps))


def model_of(candidate: Candidate, p: Mapping[str, float]) -> NeuronModel:
    """A neuron of a candidate's kind.

    A line is given by its flow q at the middle of the voltages and its slope, which the data fix apart from each other;
    e = middle + q/g, where the line alone is zero, is far away for a weak leak.
    """
    if candidate.flow == "table":
        flow: Leak | ExponentialLeak | FlowTable = FlowTable(
            candidate.knots, [p[f"f{k}"] for k in range(len(candidate.knots))]
        )
    elif candidate.flow == "exponential":
        flow = ExponentialLeak(p["g"], rest_of(candidate, p), p["delta_t"], p["v_t"])
    else:
        flow = Leak(p["g"], rest_of(candidate, p))
    about = p.get("about")
    return NeuronModel(
        p["c"], flow, p["v_spike"], min(p["v_reset"], p["v_spike"] - 1e-9 * abs(p["v_spike"]) - 1e-15),
        p["release"] + p["delay"], p["delay"],
        Adaptation(p["a"], p["b"], p["tau_w"], about) if "tau_w" in p else None,
        MovingThreshold(p["jump"], p["tau_h"]) if "tau_h" in p else None,
    )  # fmt: skip


def rest_of(candidate: Candidate, p: Mapping[str, float]) -> float:
    """e of a leak, volts."""
    return candidate.middle + p["q"] / p["g"]


def reported(candidate: Candidate, steps: Array) -> tuple[tuple[str, ...], Array]:
    """Names of the neuron's own parameters, and their slopes over the steps of the fit.

    Returns:
        Names; a matrix of shape (names, steps).
    """
    values = candidate.values(steps)
    position = {p.name: k for k, p in enumerate(candidate.parameters)}
    direct = {p.name: p.slope(float(s)) for p, s in zip(candidate.parameters, steps, strict=True)}
    names, rows = [], []
    for name in candidate.names:
        row = np.zeros(len(steps))
        row[position[name]] = direct[name]
        if name == "q":
            name = "e"
            row[position["q"]] = direct["q"] / values["g"]
            row[position["g"]] = -values["q"] / values["g"] ** 2 * direct["g"]
        if name == "release":
            name = "t_ref"
            if "delay" in position:
                row[position["delay"]] = direct["delay"]
        names.append(name)
        rows.append(row)
    return tuple(names), np.array(rows)
