"""How strongly neurons are driven, in thresholds: a drive that is absurd has a cause, and no circuit follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from attrs import frozen

from ..errors import DesignError
from ..stimuli import extent
from ..units import show
from .cells import QUICK
from .inputs import SignalInput, SpikeInput
from .network import Connection, Network
from .populations import Population

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LIMIT = QUICK / 2
"""Most thresholds that one spike, or the bias in the time of a spike, may be worth.

While a drive of n thresholds lasts, the reset of a cell holds its membrane n / QUICK of the way up to the threshold,
which no equation of the network says: from half-way the next spike follows within a twentieth of the last one's length.
From 15 thresholds on the cell's timer is not yet empty by then, and the spike comes up to 0.016 of its length late.
"""
INHIBITION = 10.0
"""Times `LIMIT` that an inhibitory spike may be worth: no circuit saturates, and trained networks have them strong
(19.4 thresholds in the recurrent Braille reader of the NIR paper, whose strongest excitatory spike is worth 1.5)."""


@frozen
class Drive:
    """A spike, or the bias, that moves a membrane by so many times the way from reset to threshold."""

    pre: str
    post: str
    thresholds: float

    @property
    def excess(self) -> float:
        """By how much excitation is stronger than inhibition may be, at the same figure."""
        return self.thresholds if self.thresholds > 0 else -self.thresholds / INHIBITION


def response(p: Population, area: float) -> Array:
    """Largest change of the membrane after a spike of weight 1, in model units, with its sign; shape (size,).

    Args:
        p: neurons with a membrane.
        area: of the spike, seconds.

    Returns:
        Without a synapse the jump area r / tau; behind one the peak of the difference of two exponentials,
        i r (tau_mem / tau_syn) ** (-tau_mem / (tau_mem - tau_syn)) with i = w_in area / tau_syn.
    """
    leaks = np.isfinite(p.tau_mem)
    if not p.has_synapse:
        return area * p.r / np.where(leaks, p.tau_mem, 1.0)
    ratio = np.where(leaks, p.tau_mem, p.tau_syn) / p.tau_syn
    near = np.abs(ratio - 1) < 1e-6
    safe = np.where(near, 2.0, ratio)
    peak = np.where(near, np.exp(-1.0), safe ** (-safe / (safe - 1)))
    current = p.w_in * area / p.tau_syn
    return current * p.r * np.where(leaks, peak, p.tau_syn)


def strongest(network: Network) -> Drive | None:
    """The spike that drives hardest; None where no spiking neuron hears spikes. Silent lines of inputs do not count."""
    found: list[Drive] = []
    for c in network.connections:
        post = network.population(c.post)
        if post.spikes and network.is_spiking(c.pre):
            found += _strongest(c, post, network)
    return max(found, key=lambda d: d.excess, default=None)


def _strongest(c: Connection, post: Population, network: Network) -> list[Drive]:
    weights, pre = c.weights.tocoo(), network.source(c.pre)
    worth = weights.data * (response(post, network.spike_area) / (post.v_threshold - post.v_reset))[weights.row]
    if isinstance(pre, SpikeInput):
        worth = worth * np.array([len(t) > 0 for t in pre.trains])[weights.col]
    ends = {int(np.argmax(worth)), int(np.argmin(worth))} if len(worth) else set()
    return [Drive(f"{c.pre}.{weights.col[k]}", f"{c.post}.{weights.row[k]}", float(worth[k])) for k in ends]


def check_drive(network: Network, width: float, limit: float = LIMIT) -> None:
    """Refuse a network whose neurons are driven so hard that their circuits cannot follow, or that cannot be meant.

    Args:
        network: with its inputs.
        width: how long a spike lasts, seconds.
        limit: most thresholds that a spike may be worth, or the bias in the time of a spike.

    Raises:
        DesignError: names the neurons, and the likely cause: what a spike means, or the unit of time.
    """
    drive = strongest(network)
    if drive is not None and drive.excess > limit:
        most = f"{limit:g}" if drive.thresholds > 0 else f"{INHIBITION * limit:g} that inhibition may have"
        raise DesignError(
            f"a spike of {drive.pre!r} would move {drive.post!r} by {drive.thresholds:.3g} times the way from its "
            f"reset to its threshold, more than the {most}: {_cause(network)} {_go_on(drive)}"
        )
    for p in network.populations:
        if p.spikes:
            _check_bias(p, _signals(network, p), width, limit)


def _signals(network: Network, p: Population) -> Array:
    """The most that analog inputs lift each neuron by, as a bias does, in model units."""
    into = [c for c in network.connections if c.post == p.name and isinstance(network.source(c.pre), SignalInput)]
    lift = np.zeros(p.size)
    for c in into:
        ends = np.array([extent(s) for s in cast(SignalInput, network.source(c.pre)).signals])
        positive, negative = c.weights.maximum(0), c.weights.minimum(0)
        lift += positive @ ends.max(axis=1) + negative @ ends.min(axis=1)
    return lift * p.r * (p.w_in if p.has_synapse else 1.0)


def _check_bias(p: Population, signals: Array, width: float, limit: float) -> None:
    leaks = np.isfinite(p.tau_mem)
    towards = p.v_leak * leaks + p.lift + signals
    worth = towards * width / np.where(leaks, p.tau_mem, 1.0) / (p.v_threshold - p.v_reset)
    k = int(np.argmax(worth))
    if worth[k] > limit:
        drive = Drive("bias", f"{p.name}.{k}", float(worth[k]))
        raise DesignError(
            f"the bias of {drive.post!r}, with its analog inputs, would move it in the {show(width, 's')} of a spike "
            f"by {worth[k]:.3g} times the way from its reset to its threshold, more than the {limit:g} that its reset "
            "can hold: look at its bias, inputs, r and tau, and of a file at its unit of time (--time-unit). "
            f"{_go_on(drive)}"
        )


def _go_on(drive: Drive) -> str:
    limit = float(f"{drive.excess * 1.05:.2g}")
    return (
        f"To go on all the same, raise the limit (drive_limit={limit:g}, on the command line --drive-limit {limit:g})."
    )


def _cause(network: Network) -> str:
    area = network.spike_area
    if area == 1.0:
        return (
            "a spike is a pulse of unit area here, so a weight w moves a membrane without a synapse by w r / tau. Take "
            "smaller weights; or, where they were trained with spikes of height 1 for a time step, as in most "
            "frameworks, give that step: network(..., spike_area='100u'), on the command line "
            "--spikes height --dt 100u. If times in a file are counted in steps, give --time-unit too."
        )
    return (
        f"spikes have height 1 for {show(area, 's')} here: if that is not the time step of the training, mend "
        "spike_area (--dt), otherwise take smaller weights; if times in a file are counted in steps, give --time-unit."
    )
