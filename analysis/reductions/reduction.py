"""A circuit as a neuron of a few numbers, derived from its equations."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.arguments import KindError, want
from ...circuits.circuit import Circuit
from ...circuits.equations.derivation import Derivation
from ...circuits.errors import DesignError
from ...circuits.inputs import input_unit, spikes_of
from ...circuits.library import circuit_of
from ...circuits.units import Value, parse
from .adaptation import slowness
from .cycle import approach, usual_drive
from .findings import Findings
from .flow import reduced_flow, up_to_the_leap
from .rest import at_ease, rest_at, rests
from .scales import scales
from .steps import derivation
from .view import View, view

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

AROUND = 0.1
"""How far below reset and rest the flow is taken, as a part of the way to a spike."""


@frozen(eq=False, repr=False, str=False, slots=False)
class Reduction(Findings):
    """How a circuit comes to be a neuron of a few numbers: what was found, and the steps as data."""

    def __repr__(self) -> str:
        return f"<reduction of {self.circuit.title!r} to {self.model().kind}; print it to see the steps>"

    def __str__(self) -> str:
        return str(self.derivation)

    def _repr_latex_(self) -> str:
        return self.derivation._repr_latex_()

    @cached_property
    def derivation(self) -> Derivation:
        """The steps."""
        return derivation(self)


def reduce(
    what: str | Circuit, resting: Value = 0.0, drive: Value | None = None, fast: Collection[str] = (),
    slow: Collection[str] = (),
) -> Reduction:  # fmt: skip
    """Derive the neuron that a circuit is: rest, linearisation, fast and slow states, the flow that is left.

    Args:
        what: a circuit with the roles `input` and `membrane` and a spike probe, or the name of one of the library.
        resting: its input at rest, amperes or volts.
        drive: a constant input at which it fires on; its own largest unless given.
        fast: names of states that are to follow at once, whatever their time constants.
        slow: of states that are to be slow.

    Returns:
        The steps, and by `model()` the neuron.

    Raises:
        DesignError: no input, membrane or spike probe; a circuit that does not fire on; fast states that run away.
    """
    circuit = circuit_of(what)
    spikes_of(circuit)
    unit = input_unit(circuit)
    low, high = parse(resting, "resting", unit), usual_drive(circuit) if drive is None else parse(drive, "drive", unit)
    for names, what_they_are in ((fast, "fast"), (slow, "slow")):
        if isinstance(names, str) or not isinstance(names, Collection):
            raise KindError(f"{what_they_are} is {names!r}: give names of states, ['v_m'].")
        for name in names:
            want(name, str, f"a state of {what_they_are}", "give the name of a state, such as 'v_m'")
    seen = view(circuit, low)
    seen, way = approach(seen, high)
    middle = way.states[:, way.states.shape[1] // 2]
    v = seen.of(way.states)
    span = float(np.ptp(v))
    if not span > 0:
        raise DesignError(f"the membrane of {circuit.title!r} does not move before a spike: name another node.")
    about = _rest(seen, float(v.min()) - span, float(v[-1]), middle)
    sorted_states = scales(seen, about, way.states, way.interval - way.held, fast, slow)
    quick = [k for k, s in enumerate(sorted_states) if s.kind == "fast"]
    lags = [k for k, s in enumerate(sorted_states) if s.kind == "slow"]
    bottom = min(float(v.min()), float(seen.of(about))) - AROUND * span
    flow = reduced_flow(seen, about, quick, bottom, float(v[-1]), high)
    if not lags:
        flow = up_to_the_leap(seen, about, quick, flow, float(v[0]), float(v[-1]), high)
    return Reduction(seen, about, sorted_states, way, flow, slowness(seen, about, quick, lags, flow.c))


def _rest(seen: View, low: float, high: float, otherwise: Array) -> Array:
    """Where it comes to stand still by itself, else its lowest stable rest, else some other states."""
    there, x = at_ease(seen, seen.initial)
    if x is not None and there.closed == seen.closed and rest_at(seen, x).is_stable:
        return x
    found = rests(seen, low, high)
    return found.stable[0].states if found.stable and found.view.closed == seen.closed else otherwise
