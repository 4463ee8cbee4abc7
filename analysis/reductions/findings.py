"""What is found on the way from a circuit to a neuron, and the neuron."""

from __future__ import annotations

import itertools
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from ...circuits.circuit import Circuit
from ...circuits.inputs import spikes_of
from ...circuits.neurons import Adaptation, Leak, NeuronModel, Origin, Validity
from .adaptation import Slowness, input_resistance
from .cycle import Approach
from .flow import ReducedFlow
from .rest import Rest, Rests, rest_at
from .rest import rests as all_rests
from .scales import Scale
from .steady import Steady
from .steady import steady as under_every_input
from .view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

AROUND = 0.2
"""How far below where the flow is taken one looks for rests, as a part of the way to a spike."""


@frozen(eq=False, repr=False)
class Findings:
    """What is found on the way from a circuit to a neuron of a few numbers.

    Attributes:
        view: the circuit between spikes.
        about: the state about which it is linearised: a stable rest, or the middle of the way to a spike.
        scales: of every state.
        way: one firing, from which spike, reset and hold are read off.
        flow: of the membrane, fast states at their equilibrium, slow ones as they are at rest.
        slow: slow states as one adaptation; None where there are none.
    """

    view: View = field(repr=False)
    about: Array
    scales: tuple[Scale, ...]
    way: Approach
    flow: ReducedFlow
    slow: Slowness | None

    @cached_property
    def rests(self) -> Rests:
        """Where it stands still, its input at rest."""
        v, span = self.flow.v, float(np.ptp(self.view.of(self.way.states)))
        return all_rests(self.view, float(v[0]) - AROUND * span, float(v[-1]))

    @cached_property
    def steady(self) -> Steady | None:
        """The circuit at rest under every input; None where it has no rest."""
        return None if self.rest is None else under_every_input(self.view, self.about, float(self.flow.v[-1]))

    @property
    def circuit(self) -> Circuit:
        """What was reduced."""
        return self.view.circuit

    def indices(self, kind: str) -> list[int]:
        """Which states are "fast", "slow" or "apart"."""
        return [k for k, s in enumerate(self.scales) if s.kind == kind]

    @property
    def rest(self) -> Rest | None:
        """The stable rest about which it is linearised; None where it has none."""
        if not self.rests.stable:
            return None
        return min(self.rests.stable, key=lambda r: float(np.abs(r.states - self.about).sum()))

    @property
    def v_rest(self) -> float:
        """The membrane about which it is linearised, volts."""
        return float(self.view.of(self.about))

    @property
    def poles(self) -> NDArray[np.complex128]:
        """Rates of the linearisation, 1/s, slowest first."""
        return rest_at(self.view, self.about).poles

    @property
    def resonance(self) -> float | None:
        """Hertz at which the slowest swing about rest goes; None where nothing swings."""
        swings = [abs(p.imag) / (2 * np.pi) for p in self.poles if abs(p.imag) > 1e-9 * abs(p)]
        return float(swings[0]) if swings else None

    @property
    def resistance(self) -> float:
        """Input resistance at rest, ohms (a pure number where the input is a voltage); infinite without a leak."""
        return np.inf if self.rests.drifts else input_resistance(self.view, self.about)

    @property
    def tau(self) -> float:
        """Time constant of the membrane with fast states following and slow ones held, seconds."""
        fast, m = self.indices("fast"), self.view.membrane
        j = self.view.jacobian(self.about)
        slope = j[m, m]
        if fast:
            slope = slope - j[m, fast] @ np.linalg.lstsq(j[np.ix_(fast, fast)], j[fast, m], rcond=None)[0]
        return float(-1.0 / slope) if slope < 0 else np.inf

    @property
    def threshold(self) -> float | None:
        """Where the flow turns from back to rest to on to the spike, input at rest, volts; None where it does not."""
        if isinstance(self.flow.form, Leak):
            return None
        v, f = self.flow.v, self.flow.f + float(self.view.inputs[self.view.driver])
        up = np.flatnonzero((f[:-1] < 0) & (f[1:] >= 0))
        if not len(up):
            return None
        k = up[-1]
        return float(v[k] - f[k] * (v[k + 1] - v[k]) / (f[k + 1] - f[k]))

    def model(self) -> NeuronModel:
        """The neuron: flow, spike, reset, hold and adaptation, in the unit of the circuit's input.

        Raises:
            DesignError: a reset that is not below the spike.
        """
        form, about = self.flow.form, self.v_rest
        begun, end = self.way.states[:, 0], float(self.flow.v[-1])
        v_reset = float(self.view.of(begun))
        adaptation, held = None, self._held
        if self.slow is not None:
            b = self.slow.step(self.way.left, begun, v_reset, held, about)
            adaptation = Adaptation(self.slow.a, b, self.slow.tau, about)
        size = abs(self.way.drive)
        return NeuronModel(
            self.flow.c, form, end, v_reset, held, min(self.way.seen, held), adaptation, unit=self.view.unit,
            validity=Validity((min(0.0, self.way.drive), max(0.0, self.way.drive)) if size else None),
            origin=Origin(
                self.circuit.title, str(self.view.input), self.membrane,
                spikes_of(self.circuit)[0].name, "derived",
            ),
        )  # fmt: skip

    @property
    def membrane(self) -> str:
        """What is watched, with a minus where spikes fall."""
        return f"{'-' * (self.view.sign < 0)}v({self.circuit.role('membrane')})"

    @property
    def _held(self) -> float:
        """How long a spike holds the membrane, seconds.

        Where switches do, from switch to switch; where nothing slow is left, what the flow does not need of the
        interval; else up to the lowest voltage after the spike.
        """
        if self.way.switched or self.slow is not None:
            return max(self.way.held, 0.0)
        needed = time_between(self.flow, float(self.view.of(self.way.states[:, 0])), self.way.drive)
        held = self.way.interval - needed
        return float(held) if held > 0 else max(self.way.held, 0.0)


def time_between(flow: ReducedFlow, v_reset: float, drive: float) -> float:
    """Seconds from a voltage to the spike under a constant input; infinite where the flow does not get there."""
    from scipy.integrate import quad

    form = flow.form
    inside = flow.v[(flow.v > v_reset) & (flow.v < flow.v[-1])]
    points = np.concatenate([[v_reset], inside, [flow.v[-1]]])
    if (form.at(points[:-1]) + drive <= 0).any():
        return np.inf
    pieces = [quad(lambda v: flow.c / float(form.at(v) + drive), a, b)[0] for a, b in itertools.pairwise(points)]
    return float(sum(pieces))
