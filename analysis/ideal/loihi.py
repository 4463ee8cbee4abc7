"""The digital neuron of Loihi, exact in its integers, and what it spends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.errors import QuantityError

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNITY = 1 << 12
"""Decays are twelve-bit fractions."""
LIMIT = 1 << 23
"""Current and voltage are signed 24-bit integers."""
ALIGN = 6
"""Weights and thresholds are shifted left by six bits."""


@frozen
class LoihiNeuron:
    """A current-based (CUBA) LIF neuron of Loihi: integer registers.

    Attributes:
        du: decay of the current, 0 to 4095; one is added to it, as the hardware does by default.
        dv: decay of the voltage, 0 to 4096.
        vth: threshold, 0 to 131071, in units of 64.
        bias: added to the voltage at every step.
    """

    du: int = 409
    dv: int = 40
    vth: int = 100
    bias: int = 0

    def __attrs_post_init__(self) -> None:
        for name, value, most in (("du", self.du, 4095), ("dv", self.dv, 4096), ("vth", self.vth, 131071)):
            if not 0 <= value <= most or value != int(value):
                raise QuantityError(f"{name} is {value}: it is a whole number from 0 to {most}.")


@frozen(eq=False)
class LoihiRun:
    """Current, voltage and spikes after every step, shape (steps,)."""

    u: NDArray[np.int64]
    v: NDArray[np.int64]
    spikes: NDArray[np.bool_]


def run_loihi(neuron: LoihiNeuron, activation: Sequence[int]) -> LoihiRun:
    """Run the neuron step by step.

    Args:
        neuron: its registers.
        activation: sum of the weights of the spikes that arrive at each step.

    Returns:
        u and v after each step (v is 0 after a spike). u = sign(u) (|u| (4096 - du - 1) >> 12) + 64 activation, v
        likewise with dv, plus u and bias; a spike where v > 64 vth (as in Lava's bit-accurate model of the hardware;
        Davies et al. 2018, IEEE Micro 38(1):82).
    """
    u = v = 0
    rows = []
    for a in activation:
        u = _wrapped(_decayed(u, UNITY - neuron.du - 1) + (int(a) << ALIGN))
        v = min(max(_decayed(v, UNITY - neuron.dv) + u + neuron.bias, -LIMIT + 1), LIMIT - 1)
        spike = v > neuron.vth << ALIGN
        v = 0 if spike else v
        rows.append((u, v, spike))
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return LoihiRun(table[:, 0], table[:, 1], table[:, 2].astype(bool))


def _decayed(x: int, factor: int) -> int:
    """A fraction of 4096 of a register, rounded towards zero."""
    size = (abs(x) * factor) >> 12
    return size if x >= 0 else -size


def _wrapped(u: int) -> int:
    if u > LIMIT:
        return u - 2 * LIMIT
    return u + 2 * LIMIT if u <= -LIMIT else u


@frozen
class Figure:
    """A published figure: joules for one operation, of what, and where it was said. None is a measurement of ours."""

    what: str
    joules: float
    source: str


LOIHI = (
    Figure("Loihi: synaptic operation", 23.6e-12, "Davies et al. 2018, IEEE Micro 38(1):82, table 2"),
    Figure("Loihi: neuron update, active", 81e-12, "Davies et al. 2018, IEEE Micro 38(1):82, table 2"),
    Figure("Loihi: neuron update, inactive", 52e-12, "Davies et al. 2018, IEEE Micro 38(1):82, table 2"),
)
SILICON = (
    Figure("Sourikopoulos: 65 nm Morris-Lecar, a spike", 4e-15, "Sourikopoulos et al. 2017, Front Neurosci 11:123"),
    Figure("Besrour: 28 nm LIF, a spike", 1.61e-15, "Besrour et al. 2024, arXiv 2408.07734"),
    Figure("DYNAP-SE: 180 nm, a spike at 1.8 V", 883e-12, "Moradi et al. 2018, IEEE Trans Biomed Circuits Syst 12:106"),
    Figure("Wijekoon and Dudek: 0.35 um Izhikevich, a spike", 9e-12, "Wijekoon and Dudek 2008, Neural Netw 21:524"),
)


def loihi_energy(run: LoihiRun, synaptic_events: int) -> float:
    """What the published figures of Loihi add up to for one neuron and a run.

    Args:
        run: of the neuron.
        synaptic_events: spikes that arrived.

    Returns:
        Joules: every step an update (active where the neuron spiked), every event a synaptic operation.
    """
    synapse, active, idle = (f.joules for f in LOIHI)
    fired = int(run.spikes.sum())
    return synaptic_events * synapse + fired * active + (len(run.spikes) - fired) * idle
