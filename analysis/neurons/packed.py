"""A model of a neuron as plain arrays, for compiled loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...circuits.neurons.flows import LARGEST_POWER, ExponentialLeak, FlowTable, Leak

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...circuits.neurons.flows import Flow
    from ...circuits.neurons.model import NeuronModel

    Array = NDArray[np.float64]


class Packed(NamedTuple):
    """Numbers of a neuron.

    Attributes:
        numbers: c, v_spike, v_reset, t_ref, delay, a, b, tau_w, about, jump, tau_h, delta_t, v_t, smallest voltage that
            matters; time constants are infinite where there is no such variable.
        bounds: where the pieces of F meet, volts, minus and plus infinity at the ends.
        pieces: of each the voltage x_0 that its cubic counts from, the coefficients of (v - x_0)^0 to ^3, amperes over
            powers of volts, and the factor of exp((v - v_t)/delta_t), amperes.
    """

    numbers: Array
    bounds: Array
    pieces: Array


def packed(model: NeuronModel) -> Packed:
    """The numbers of a model, as the compiled loop wants them."""
    bounds, pieces = _pieces(model.flow)
    a, b, tau_w, about = 0.0, 0.0, np.inf, 0.0
    if (w := model.adaptation) is not None:
        a, b, tau_w, about = w.a, w.b, w.tau, model.about
    jump, tau_h = (0.0, np.inf) if model.threshold is None else (model.threshold.jump, model.threshold.tau)
    delta_t, v_t = (model.flow.delta_t, model.flow.v_t) if isinstance(model.flow, ExponentialLeak) else (1.0, 0.0)
    small = model.v_spike - model.v_reset
    if isinstance(model.flow, ExponentialLeak):
        small = min(small, delta_t)
    numbers = (
        model.c, model.v_spike, model.v_reset, model.t_ref, model.delay, a, b, tau_w, about, jump, tau_h, delta_t, v_t,
        small,
    )  # fmt: skip
    return Packed(np.array(numbers), bounds, pieces)


def _pieces(flow: Flow) -> tuple[Array, Array]:
    if isinstance(flow, Leak):
        return np.array([-np.inf, np.inf]), np.array([[flow.e, 0.0, -flow.g, 0.0, 0.0, 0.0]])
    if isinstance(flow, ExponentialLeak):
        top, factor = flow.v_t + LARGEST_POWER * flow.delta_t, flow.g * flow.delta_t
        line = [flow.e, 0.0, -flow.g, 0.0, 0.0]
        beyond = [flow.e, factor * np.exp(LARGEST_POWER), -flow.g, 0.0, 0.0, 0.0]
        return np.array([-np.inf, top, np.inf]), np.array([[*line, factor], beyond])
    return _table_pieces(flow)


def _table_pieces(flow: FlowTable) -> tuple[Array, Array]:
    knots, cubics = np.array(flow.v), flow.pieces
    inner = np.column_stack([knots[:-1], cubics[::-1].T, np.zeros(len(knots) - 1)])
    width = knots[-1] - knots[-2]
    slope = (3 * cubics[0, -1] * width + 2 * cubics[1, -1]) * width + cubics[2, -1]
    below = [knots[0], flow.f[0], cubics[2, 0], 0.0, 0.0, 0.0]
    beyond = [knots[-1], flow.f[-1], slope, 0.0, 0.0, 0.0]
    return np.array([-np.inf, *knots, np.inf]), np.vstack([below, inner, beyond])
