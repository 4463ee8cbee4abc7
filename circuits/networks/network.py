"""A network: populations, inputs, and connections between them; an immutable value in model units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, field, frozen

from ..arguments import parts_of, want
from ..errors import CircuitError, QuantityError, unknown, with_article
from ..showing import html
from ..units import Value, parse, show
from .inputs import Input, SignalInput, SpikeInput
from .populations import Population
from .weights import from_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array


@frozen(eq=False, repr=False)
class Connection:
    """Weights from the lines of an input, or the neurons of a population, to the neurons of a population.

    Those of several connections between the same two add up.

    Attributes:
        pre: name of an input or population.
        post: name of a population.
        weights: sparse or dense, shape (post, pre).
        delay: from a spike to its effect, seconds.
    """

    pre: str
    post: str
    weights: csr_array = field(converter=from_matrix)
    delay: float = field(converter=lambda d: parse(d, "delay", "s"), default=0.0)

    def __attrs_post_init__(self) -> None:
        if not self.delay >= 0:
            raise QuantityError(
                f"the delay from {self.pre!r} to {self.post!r} is {show(self.delay, 's')}: it cannot be negative."
            )

    def __repr__(self) -> str:
        late = f", delay {show(self.delay, 's')}" if self.delay else ""
        return f"<connection {self.pre} > {self.post}: weights {self.weights.nnz:,}{late}>"

    @property
    def pre_of(self) -> NDArray[np.intp]:
        """Of each weight, in the order of the matrix, the number of the neuron or line that is heard."""
        return np.asarray(self.weights.indices, dtype=np.intp)

    @property
    def post_of(self) -> NDArray[np.intp]:
        """Of each weight, in the order of the matrix, the number of the neuron that hears."""
        return np.repeat(np.arange(len(self.weights.indptr) - 1), np.diff(self.weights.indptr))


@frozen(eq=False, repr=False)
class Network:
    """A network of spiking neurons.

    `spike_area` says what a spike means to the equations of its target: a pulse of that area (height times seconds).
    1 is the Dirac pulse of NIR's text; frameworks that step through time with height 1 for dt have an area of dt.

    Raises:
        CircuitError: two parts of one name, a loop in which nothing remembers.
        QuantityError: weights of the wrong shape.
        UnknownNameError: a connection from or to what is not there.
    """

    title: str
    populations: tuple[Population, ...] = field(converter=parts_of)
    inputs: tuple[Input, ...] = field(converter=parts_of, default=())
    connections: tuple[Connection, ...] = field(converter=parts_of, default=())
    spike_area: float = field(converter=lambda a: parse(a, "spike_area", "s"), default=1.0)

    def __attrs_post_init__(self) -> None:
        for what, kind, parts in (
            ("population", Population, self.populations), ("input", (SpikeInput, SignalInput), self.inputs),
            ("connection", Connection, self.connections),
        ):  # fmt: skip
            for part in parts:
                want(
                    part,
                    kind,
                    f"{with_article(what)} of {self.title!r}",
                    "make parts such as lif('P', 10), and Connection(...)",
                )
        if not self.populations:
            raise CircuitError(f"network {self.title!r} has no neurons: add a population.")
        if not (self.spike_area > 0 and np.isfinite(self.spike_area)):
            raise QuantityError(f"spike_area is {self.spike_area}: it must be greater than zero.")
        names = [p.name for p in (*self.inputs, *self.populations)]
        for name in names:
            if names.count(name) > 1:
                raise CircuitError(f"{name!r} appears twice in network {self.title!r}: names must be unique.")
        for c in self.connections:
            self._check_connection(c)
        _refuse_stateless_loops(self)

    def __str__(self) -> str:
        return "\n".join([self._head(), *map(repr, (*self.inputs, *self.populations, *self.connections))])

    def __repr__(self) -> str:
        return f"<{self._head()}>"

    def _repr_html_(self) -> str:
        return html(self)

    def _head(self) -> str:
        lines = f", lines {sum(p.size for p in self.inputs):,}" if self.inputs else ""
        return f"network {self.title!r}: neurons {self.size:,}{lines}, weights {self.synapses:,}"

    def _check_connection(self, c: Connection) -> None:
        post, pre = self.population(c.post), self.source(c.pre)
        if c.weights.shape != (post.size, pre.size):
            raise QuantityError(
                f"the weights from {c.pre!r} to {c.post!r} have shape {c.weights.shape}: "
                f"{(post.size, pre.size)} (post, pre) is needed."
            )

    def population(self, name: str) -> Population:
        """Find a population by its name."""
        for p in self.populations:
            if p.name == name:
                return p
        raise unknown("population", name, [p.name for p in self.populations])

    def source(self, name: str) -> Population | Input:
        """Find a population or an input by its name."""
        for p in (*self.inputs, *self.populations):
            if p.name == name:
                return p
        raise unknown("population or input", name, [p.name for p in (*self.inputs, *self.populations)])

    @property
    def size(self) -> int:
        """Number of neurons."""
        return sum(p.size for p in self.populations)

    @property
    def synapses(self) -> int:
        """Number of weights that are not zero."""
        return sum(c.weights.nnz for c in self.connections)

    def is_spiking(self, name: str) -> bool:
        """Whether what leaves a population or input are spikes."""
        found = self.source(name)
        return isinstance(found, SpikeInput) or (isinstance(found, Population) and found.spikes)

    def shortest(self) -> float:
        """The shortest time constant of all neurons, seconds; infinite where there is none."""
        return min(p.shortest for p in self.populations)


def _refuse_stateless_loops(network: Network) -> None:
    """A loop of bare thresholds without a delay has no solution, or many."""
    import networkx

    bare = {p.name for p in network.populations if not p.has_state}
    edges = [(c.pre, c.post) for c in network.connections if c.pre in bare and c.post in bare and c.delay == 0]
    for loop in networkx.simple_cycles(networkx.DiGraph(edges)):
        raise CircuitError(
            f"{' -> '.join([*loop, loop[0]])} is a loop without state: its value at one instant would depend on "
            "itself; put a neuron or a delay into it."
        )


def added(network: Network) -> Network:
    """The network in which connections between the same two, with the same delay, are one: their weights add up."""
    found: dict[tuple[str, str, float], Connection] = {}
    for c in network.connections:
        way = (c.pre, c.post, c.delay)
        found[way] = evolve(found[way], weights=found[way].weights + c.weights) if way in found else c
    same = len(found) == len(network.connections)
    return network if same else evolve(network, connections=tuple(found.values()))


def network(title: str, *parts: Population | Input | Connection, spike_area: Value = 1.0) -> Network:
    """Make a network from its parts, in any order."""
    populations = [p for p in parts if isinstance(p, Population)]
    connections = [p for p in parts if isinstance(p, Connection)]
    inputs = [p for p in parts if not isinstance(p, (Population, Connection))]
    return Network(title, populations, inputs, connections, spike_area)
