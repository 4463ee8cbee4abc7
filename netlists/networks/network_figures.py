"""The figures of a network's parts, from its arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ...circuits.elements import GROUND, PROBES
from ...circuits.networks.compose import Composed
from ...circuits.networks.inputs import SpikeInput
from ...circuits.networks.network import Connection
from ...circuits.networks.populations import Population
from ...circuits.networks.scale import CHARGE, RESISTOR, TRANSCONDUCTANCE
from .figures import SWITCH, Figures, figures_of
from .part import build_part, held_sources, is_held_source

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Numbers = NDArray[np.intp]

PACKET = 1 + 2 * SWITCH
"""Size of a packet of charge: a capacitor and two switches."""
COLUMN = 2
"""Elements that the weights of one sign need at a neuron: a source and a mirror."""


def tapped(composed: Composed, c: Connection) -> tuple[Numbers, Numbers]:
    """The weights of a connection that pass a signal from part to part: neurons that hear, and what they hear.

    Not those of a neuron to itself, at once; a resistor does even then, since an amplifier stands before it, and that
    holds its node whoever hears it. A packet from a line that never spikes is a part of its neuron.
    """
    post, pre = c.post_of, c.pre_of
    kept = outside(composed, c, post, pre)
    return post[kept], pre[kept]


def outside(composed: Composed, c: Connection, post: Numbers | int, pre: Numbers) -> NDArray[np.bool_]:
    """Which of the weights between these neurons pass a signal from part to part."""
    if c.delay or composed.scale.weights == RESISTOR:
        return np.ones(len(pre), bool)
    source = composed.network.source(c.pre)
    if composed.scale.weights == CHARGE and isinstance(source, SpikeInput):
        return np.array([len(train) > 0 for train in source.trains])[pre]
    return np.not_equal(post, pre) if c.pre == c.post else np.ones(len(pre), bool)


def network_figures(composed: Composed) -> Figures:
    """What the cost of each neuron depends on, as `figures_of` would read it off the elements."""
    network = composed.network
    taps, others = np.zeros(network.size), np.zeros(network.size)
    for c, rows in _rows(composed):
        heard = np.diff(c.weights.indptr) - _inside(composed, c)
        taps[rows] += heard
        others[rows] += heard if isinstance(network.source(c.pre), Population) else 0
    alone = np.concatenate([_alone(composed, p) for p in network.populations])
    return Figures(
        alone["size"] + _of_weights(composed, alone["supplied"]),
        alone["switches"],
        np.concatenate([composed.cells[p.name].shortest for p in network.populations]),
        np.concatenate([composed.cells[p.name].rests for p in network.populations]),
        np.zeros(network.size, bool),
        taps,
        others,
        _hears(composed),
    )


def _rows(composed: Composed) -> Iterator[tuple[Connection, slice]]:
    """Connections, and the numbers of the neurons that they lead to."""
    ends = np.cumsum([p.size for p in composed.network.populations]).tolist()
    found = {p.name: slice(e - p.size, e) for p, e in zip(composed.network.populations, ends, strict=True)}
    return ((c, found[c.post]) for c in composed.network.connections)


_ALONE = np.dtype([("size", float), ("supplied", bool), ("switches", bool)])


def _alone(composed: Composed, p: Population) -> NDArray[np.void]:
    """Of every neuron without what it hears: its size, whether it needs the supply, whether it has switches."""
    cells, found = composed.cells[p.name], []
    _, first, which = np.unique(cells.form, return_index=True, return_inverse=True)
    for k in first.tolist():
        elements = (composed.lines[0], *composed.cell_elements(p.name, k))
        held = held_sources(elements)
        inside = [e for e in elements if not is_held_source(e, held)]
        nodes = frozenset(n for e in inside for n in e.nodes if n != GROUND and n not in held)
        part = build_part((e for e in inside if not isinstance(e, PROBES)), nodes, held, ())
        read = figures_of([part], ())
        found.append((read.size[0], composed.lines[0] in part.elements, read.switches[0]))
    return np.array(found, dtype=_ALONE)[which.ravel()]


def _inside(composed: Composed, c: Connection) -> Array:
    """How many weights of a connection each neuron has that pass no signal from part to part."""
    if not _may_be_inside(composed, c):
        return np.zeros(len(c.weights.indptr) - 1)
    post, pre = c.post_of, c.pre_of
    return np.bincount(post[~outside(composed, c, post, pre)], minlength=len(c.weights.indptr) - 1).astype(float)


def _may_be_inside(composed: Composed, c: Connection) -> bool:
    silent = composed.scale.weights == CHARGE and isinstance(composed.network.source(c.pre), SpikeInput)
    return not c.delay and (c.pre == c.post or silent)


def _of_weights(composed: Composed, supplied: NDArray[np.bool_]) -> Array:
    """Elements that every neuron has for what it hears."""
    size, weights = np.zeros(len(supplied)), composed.scale.weights
    for c, rows in _rows(composed):
        if weights == CHARGE:
            size[rows] += PACKET * np.diff(c.weights.indptr)
        if weights == TRANSCONDUCTANCE or c.pre != c.post:  # by an element of its own; what holds a silent line
            size[rows] += _inside(composed, c)
    if weights == TRANSCONDUCTANCE:
        return size
    signs = np.zeros((2, len(size)), bool)
    for c, rows in _rows(composed):
        signs[(c.weights.data > 0).astype(np.intp), c.post_of + rows.start] = True
    size += COLUMN * np.sum(signs, axis=0)
    return size + (~supplied & signs.any(axis=0) if weights == CHARGE else 0)


def _hears(composed: Composed) -> Any:
    """How often each neuron hears each source of `Composed.lines`; sparse, of shape (neurons, sources)."""
    from scipy.sparse import csr_array

    network, at, column = composed.network, 1, {}  # the supply is the first of the lines
    for source in network.inputs:
        column[source.name], at = at, at + source.size
    found = None
    for c, rows in _rows(composed):
        if c.pre not in column:
            continue
        heard = outside(composed, c, c.post_of, c.pre_of) if _may_be_inside(composed, c) else np.ones(c.weights.nnz)
        before, behind = np.zeros(rows.start, np.intp), np.full(network.size - rows.stop, c.weights.nnz)
        ends = np.concatenate([before, c.weights.indptr, behind])
        block = csr_array((heard.astype(float), c.pre_of + column[c.pre], ends), (network.size, at))
        found = block if found is None else found + block
    return csr_array((network.size, at)) if found is None else found
