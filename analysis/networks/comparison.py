"""A network in ngspice against the exact model of the same network, and where the difference comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, field, frozen

from ...circuits.arguments import parts_of, want
from ...circuits.errors import DesignError
from ...circuits.networks.cells import R_OFF
from ...circuits.showing import html
from ...circuits.units import show
from ...netlists.networks.network import NetworkRun
from .event_network import IDEAL, TIMED, NetworkSpikes, Spiking, event_network

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


NAMED = 8
"""Neurons that are named one by one."""


@frozen(eq=False)
class Agreement:
    """Two sets of spike trains, second minus first; times in seconds.

    Attributes:
        spikes: of the first.
        unlike: neurons with another number of spikes.
        errors: time differences of all neurons with the same number of spikes; none where there are no such spikes.
    """

    spikes: int
    unlike: tuple[str, ...]
    errors: Array = field(repr=False)

    @property
    def median(self) -> float:
        """Median of the absolute differences; nan where nothing could be compared, although something spiked."""
        return float(np.median(np.abs(self.errors))) if len(self.errors) else self._none

    @property
    def worst(self) -> float:
        """Largest absolute difference; nan where nothing could be compared, although something spiked."""
        return float(np.max(np.abs(self.errors))) if len(self.errors) else self._none

    @property
    def _none(self) -> float:
        return float("nan") if self.unlike else 0.0


def agreement(first: Mapping[str, Array], second: Mapping[str, Array]) -> Agreement:
    """Compare spike trains, neuron by neuron.

    Args:
        first: neuron to spike times, seconds.
        second: the same neurons.
    """
    unlike = tuple(n for n, t in first.items() if len(t) != len(second[n]))
    errors = [second[n] - t for n, t in first.items() if n not in unlike]
    return Agreement(sum(map(len, first.values())), unlike, np.concatenate([np.zeros(0), *errors]))


@frozen(eq=False)
class Cause:
    """One reason why a circuit's spikes are not those of the ideal network, with what it does to them."""

    name: str
    why: str
    change: Agreement


@frozen(eq=False, repr=False)
class NetworkComparison:
    """A network in ngspice beside the exact models.

    Attributes:
        run: what was compared.
        ideal: the network as described: Dirac spikes, no dead time.
        timed: with the leak, the length of spikes and the dead time of the circuit.
        causes: from ideal to circuit, one after the other; times of a neuron with equally many spikes everywhere add up
            to the whole.
        classes: of each output of several neurons, the one with most spikes: in the circuit and in the ideal network.
        notes: what could not be compared.
    """

    run: NetworkRun
    ideal: NetworkSpikes
    timed: NetworkSpikes
    whole: Agreement
    causes: tuple[Cause, ...]
    classes: dict[str, tuple[int, int]]
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """One sentence: ngspice beside the exact model with the leak, the spikes and the dead times of the circuit."""
        rest, neurons = self.rest, len(self.timed.spikes)
        if not rest.unlike:
            return f"All {neurons:,} neurons have as many spikes as in the exact model, {_apart(rest)}."
        others = f"; the spikes of the others are {_apart(rest)}" if len(rest.unlike) < neurons else ""
        return (
            f"{len(rest.unlike):,} of {neurons:,} neurons have another number of spikes than in the exact "
            f"model{others}."
        )

    def __str__(self) -> str:
        causes = (f"{c.name}: {_apart(c.change)}, {len(c.change.unlike)} unlike ({c.why})" for c in self.causes)
        return "\n".join([self.verdict, *causes, *self._unlike_ideal(), *self.notes])

    def _unlike_ideal(self) -> list[str]:
        """Which neurons do not spike as often as in the ideal network."""
        found = [
            f"{n} {len(self.run.spikes[n]):,} instead of {len(self.ideal.spikes[n]):,}"
            for n in self.whole.unlike[:NAMED]
        ]
        more = f", and {len(self.whole.unlike) - NAMED:,} more" if len(self.whole.unlike) > NAMED else ""
        return [f"spikes that are not as many as in the ideal network: {', '.join(found)}{more}"] if found else []

    def __repr__(self) -> str:
        return f"<comparison of a network: {self.verdict}>"

    def _repr_html_(self) -> str:
        return html(self)

    @property
    def rest(self) -> Agreement:
        """What is left when leak, spikes and dead times are accounted for: ngspice, and the edges of its switches."""
        return self.causes[-1].change


def compare_network(run: NetworkRun, outputs: Sequence[str] = (), watched: Sequence[str] = ()) -> NetworkComparison:
    """Compare a run with the exact models.

    Args:
        run: from `run_network`.
        outputs: populations whose busiest neuron is a class.
        watched: neurons whose membrane the models sample, at a thousand times.

    Raises:
        DesignError: a network that is not made of events.
        KindError: something else than a run, or than lists of names.
        UnknownNameError: no such population or neuron.
    """
    want(run, NetworkRun, "run", "make one with `run_network`")
    outputs, watched = (
        tuple(want(name, str, what, "give a list such as ['P']") for name in parts_of(names))
        for what, names in (("an output", outputs), ("a watched neuron", watched))
    )
    for name in outputs:
        run.prepared.composed.network.population(name)
    composed, stop = run.prepared.composed, run.prepared.stop
    at = np.linspace(0.0, stop, 1001)[1:]
    asked = evolve(composed, network=composed.asked)
    ideal = event_network(asked, stop, IDEAL, watched, at)
    built = event_network(composed, stop, IDEAL) if composed.scale.series else ideal
    leaking = event_network(composed, stop, Spiking(leak=True))
    long = event_network(composed, stop, Spiking(leak=True, length=True))
    timed = event_network(composed, stop, TIMED, watched, at)
    found = run.spikes
    rounding = Cause(f"parts of the {composed.scale.series} series", "every weight is that of the nearest part",
                     agreement(ideal.spikes, built.spikes))  # fmt: skip
    causes = (
        *((rounding,) if composed.scale.series else ()),
        Cause("open switches leak", f"the reset's switch, {show(R_OFF, 'Ω')}, shortens the time constants",
              agreement(built.spikes, leaking.spikes)),
        Cause("spikes have a length", "their charge arrives over a width instead of at once",
              agreement(leaking.spikes, long.spikes)),
        Cause("dead time", "a neuron is held at its reset as long as its spike lasts",
              agreement(long.spikes, timed.spikes)),
        Cause("the rest", "edges of switches, steps of ngspice, what passes between parts",
              agreement(timed.spikes, found)),
    )  # fmt: skip
    classes = {}
    for name in outputs:
        if composed.network.is_spiking(name):
            names = [f"{name}.{k}" for k in range(composed.network.population(name).size)]
            # One neuron, or silence, is no choice.
            if len(names) > 1 and any(len(found[n]) for n in names):
                classes[name] = (_busiest(found, names), _busiest(ideal.spikes, names))
    return NetworkComparison(run, ideal, timed, agreement(ideal.spikes, found), causes, classes)


def _apart(change: Agreement) -> str:
    if not len(change.errors):
        return "no neuron has as many in both, so no times are compared" if change.unlike else "none at all"
    median, worst = (show(float(f"{t:.2g}"), "s") for t in (change.median, change.worst))
    return f"{median} apart in the median and {worst} at most"


def _busiest(spikes: Mapping[str, Array], names: Sequence[str]) -> int:
    return int(np.argmax([len(spikes[n]) for n in names]))


def comparable(run: NetworkRun) -> str:
    """Why a network cannot be compared with the event-driven model; empty when it can."""
    from .event_network import refuse_analog

    try:
        refuse_analog(run.prepared.composed)
    except DesignError as error:
        return str(error)
    return ""
