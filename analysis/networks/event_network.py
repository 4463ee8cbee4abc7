"""A network as an exact event-driven model: no time steps, spike times to rounding."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.errors import DesignError, QuantityError, unknown
from ...circuits.networks.compose import Composed
from ...circuits.networks.inputs import SignalInput, SpikeInput
from ...circuits.networks.network import Connection
from ...circuits.networks.populations import Population
from ...circuits.networks.wiring import arrival, siemens, spike_length
from ...circuits.stimuli import Constant
from ...circuits.units import show
from ..compiling import say_if_it_compiles
from ..instants import SAME
from .cell_flow import CellFlow, cell_flow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from .compiled_network import Synapses

    Array = NDArray[np.float64]


@frozen
class Spiking:
    """What of the circuit the model knows; nothing of it is what the network's description says.

    Attributes:
        leak: open switches leak as those of the circuit do; otherwise time constants are those of the description.
        length: spikes last as long as in the circuit; otherwise they are Dirac pulses.
        dead: a neuron is held at its reset as long as its spike lasts; otherwise it is free at once.
    """

    leak: bool = False
    length: bool = False
    dead: bool = False


IDEAL = Spiking()
TIMED = Spiking(leak=True, length=True, dead=True)
"""The neurons of the circuit with switches that are instant."""


@frozen(eq=False, repr=False)
class NetworkSpikes:
    """Spikes by neuron, in order of time, and sampled membranes.

    Attributes:
        spikes: neuron's name (`P.k`) to its spike times, seconds.
        sample_times: seconds.
        samples: neuron's name to volts at the sample times.
    """

    spikes: dict[str, Array]
    sample_times: Array
    samples: dict[str, Array]

    def __repr__(self) -> str:
        return f"<spikes of the exact model: {sum(map(len, self.spikes.values())):,} of {len(self.spikes):,} neurons>"


def event_network(
    composed: Composed,
    stop: float,
    spiking: Spiking = IDEAL,
    watched: Sequence[str] = (),
    samples: Sequence[float] | Array = (),
) -> NetworkSpikes:
    """Run a network exactly; `analysis.instants` says what happens at one instant, and when two events share one.

    Args:
        composed: the network with its scale; the equations are derived from the circuits of its neurons.
        stop: seconds.
        spiking: `IDEAL`, what the network's description says, `TIMED`, the circuit with instant switches, or between.
        watched: neurons whose membrane is sampled, such as "P.3".
        samples: times at which, seconds.

    Raises:
        DesignError: what is not made of events: analog signals that change, neurons that hear the voltage of others,
            a loop without a delay in which spikes set off each other without end; more spikes than there is room for.
    """
    from .compiled_network import TOO_MANY, run_events, state

    network = composed.network
    if not stop > 0:
        raise QuantityError(f"stop is {show(stop, 's')}: a run must end later than 0.")
    refuse_analog(composed)
    say_if_it_compiles(run_events, "networks of events")
    flow = _with_constants(composed, cell_flow(composed, spiking.leak))
    names = [f"{p.name}.{k}" for p in network.populations for k in range(p.size)]
    number = {name: k for k, name in enumerate(names)}
    times, sources = _inputs(composed)
    at = np.unique(np.asarray(samples, dtype=float))
    for w in watched:
        if w not in number:
            raise unknown("neuron", w, names)
    numbers = np.array([number[w] for w in watched], dtype=np.int64)
    dead = composed.scale.width if spiking.dead else 0.0
    who, when, values, endless = run_events(
        flow,
        _synapses(composed, flow, spiking),
        state(flow, SAME),
        dead,
        times,
        sources,
        numbers,
        at,
        float(stop),
        SAME,
    )
    if endless == TOO_MANY:
        most = names[int(np.argmax(np.bincount(who)))]
        raise DesignError(
            f"the network has made {len(who):,} spikes before {show(float(f'{when[-1]:.6g}'), 's')}, most of them "
            f"{most!r}, and no more are held: shorten the run, or drive it less (its bias, inputs and weights)."
        )
    if endless >= 0:
        raise DesignError(
            f"neuron {names[endless]!r} spikes without end at {show(float(when[-1]), 's')}: what its spike sets off "
            "comes back at once and carries it over its threshold again; give the connections of that loop a delay, "
            "or smaller weights."
        )
    order = np.argsort(who, kind="stable")
    counts = np.bincount(who, minlength=len(names)) if len(who) else np.zeros(len(names), int)
    split = np.split(when[order], np.cumsum(counts)[:-1])
    spikes = {n: t for n, t, th in zip(names, split, flow.v_th, strict=True) if np.isfinite(th)}
    return NetworkSpikes(spikes, at, dict(zip(watched, values, strict=True)))


def refuse_analog(composed: Composed) -> None:
    """Refuse what is not made of events.

    Raises:
        DesignError: analog signals that change, neurons that hear the voltage of others, neurons without a state.
    """
    network = composed.network
    for p in network.populations:
        if not p.has_state:
            raise DesignError(
                f"population {p.name!r} has no state: the event-driven model knows neurons; solve the circuit instead "
                "(`analysis.solve`)."
            )
    for c in network.connections:
        source = network.source(c.pre)
        if isinstance(source, Population) and not source.spikes:
            raise DesignError(
                f"{c.post!r} hears the voltage of {c.pre!r} ({source.kind}), which is not made of events: solve the "
                "circuit instead (`analysis.solve`)."
            )
        if not isinstance(source, (Population, SpikeInput)) and any(
            not isinstance(s, Constant) for s in source.signals
        ):
            raise DesignError(
                f"input {c.pre!r} carries signals that change, which are not events: solve the circuit instead."
            )


def _offsets(composed: Composed) -> dict[str, int]:
    """Number of the first neuron or line of every population and input: neurons first."""
    found, at = {}, 0
    for p in (*composed.network.populations, *composed.network.inputs):
        found[p.name] = at
        at += p.size
    return found


def _synapses(composed: Composed, flow: CellFlow, spiking: Spiking) -> Synapses:
    """Groups of synapses by source and delay, in compressed rows."""
    from .compiled_network import Synapses

    network, offset = composed.network, _offsets(composed)
    groups: dict[int, list[_Group]] = defaultdict(list)
    for c in network.connections:
        if network.is_spiking(c.pre):
            for source, group in _groups(composed, flow, spiking, c, offset):
                groups[source].append(group)
    total = sum(p.size for p in (*network.populations, *network.inputs))
    flat = [g for s in range(total) for g in groups.get(s, ())]
    counts = [len(groups.get(s, ())) for s in range(total)]
    return Synapses(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.array([g.delay for g in flat]),
        np.array([g.width for g in flat]),
        np.concatenate([[0], np.cumsum([len(g.target) for g in flat])]).astype(np.int64),
        np.concatenate([np.zeros(0), *(g.target for g in flat)]).astype(np.int64),
        np.concatenate([np.zeros(0), *(g.jump for g in flat)]),
    )


@frozen(eq=False)
class _Group:
    """Synapses of one source with one delay."""

    delay: float
    width: float
    target: NDArray[np.int64]
    jump: Array


def _groups(
    composed: Composed, flow: CellFlow, spiking: Spiking, c: Connection, offset: dict[str, int]
) -> Iterator[tuple[int, _Group]]:
    from scipy.sparse import csr_array

    network, scale, first, cells = composed.network, composed.scale, offset[c.post], composed.cells[c.post]
    source = network.source(c.pre)
    given = source.width if isinstance(source, SpikeInput) else None
    lag, width = arrival(network, scale, c.pre) if spiking.length else (0.0, given or 0.0)
    charges = siemens(network, scale, c, cells) * spike_length(network, scale, c.pre)
    jumps = csr_array((charges, c.weights.indices, c.weights.indptr), shape=c.weights.shape).tocsc()
    for k in np.flatnonzero(np.diff(jumps.indptr)):
        column = slice(jumps.indptr[k], jumps.indptr[k + 1])
        rows = jumps.indices[column].astype(np.int64)
        lifts = jumps.data[column] * flow.per_charge[first + rows]
        yield offset[c.pre] + int(k), _Group(c.delay + lag, width, first + rows, lifts)


def _inputs(composed: Composed) -> tuple[Array, NDArray[np.int64]]:
    offset = _offsets(composed)
    times, sources = [np.zeros(0)], [np.zeros(0, np.int64)]
    for source in composed.network.inputs:
        if isinstance(source, SpikeInput):
            for k, train in enumerate(source.trains):
                times.append(train)
                sources.append(np.full(len(train), offset[source.name] + k))
    return np.concatenate(times), np.concatenate(sources)


def _with_constants(composed: Composed, flow: CellFlow) -> CellFlow:
    """Constant inputs beside the biases; they pull while a neuron is held, too."""
    network, offset = composed.network, _offsets(composed)
    c_s, c_m, c_held = flow.c_s.copy(), flow.c_m.copy(), flow.c_held.copy()
    for c in network.connections:
        source = network.source(c.pre)
        if not isinstance(source, SignalInput):
            continue
        values = np.array([s.value for s in source.signals if isinstance(s, Constant)])
        where = slice(offset[c.post], offset[c.post] + network.population(c.post).size)
        units = composed.cells[c.post].units
        drive = (c.weights @ values) * units * flow.per_charge[where]
        into = flow.into_synapse[where]
        c_s[where] += np.where(into, drive, 0.0)
        c_m[where] += np.where(into, 0.0, drive)
        c_held[where] += np.where(into, 0.0, drive)
    return flow._replace(c_s=c_s, c_m=c_m, c_held=c_held)
