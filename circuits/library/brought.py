"""A circuit of the library by its name, or one that somebody brings: the same doors for both."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from ..arguments import want
from ..circuit import Circuit
from ..elements import Opaque, SpikeProbe
from ..equations.derive import derive
from ..stimuli import SpikeTrain, Stimulus
from ..units import Value
from .entry import Entry
from .registry import build, entry


def circuit_of(what: str | Circuit, changes: Mapping[str, Value | Stimulus] | None = None) -> Circuit:
    """The circuit that is meant, with changes.

    Args:
        what: the name of a circuit of the library, or a circuit.
        changes: for a name those of `build`, for a circuit those of `Circuit.with_values`.

    Raises:
        UnknownNameError: no such circuit, parameter or element.
        DesignError: values that cannot work together.
        KindError: neither a name nor a circuit.
    """
    want(what, (str, Circuit), "what should be a circuit", 'give a Circuit, or the name of one, such as "lif"')
    if isinstance(what, Circuit):
        return what.with_values(changes) if changes else what
    return build(what, changes)


def entry_of(what: str | Circuit) -> Entry:
    """What is known of a circuit: the library's entry, or what follows from the circuit itself.

    Args:
        what: the name of a circuit of the library, or a circuit.

    Returns:
        An entry; that of a circuit is named by its title, and predicts nothing.

    Raises:
        UnknownNameError: no such circuit.
    """
    if not isinstance(what, Circuit):
        return entry(what)
    return Entry(what.title, partial(circuit_of, what), _kind(what), "a circuit of your own", 0.0)


def _kind(circuit: Circuit) -> str:
    """What a circuit can be asked, as `Entry` names it."""
    equations = None if circuit.of_type(Opaque) else derive(circuit)
    if equations is not None and equations.is_linear and not equations.switches:
        driven = any(isinstance(getattr(e, "stimulus", None), SpikeTrain) for e in circuit.parts)
        return "synapse" if driven else "linear"
    fires = circuit.plays("input", "membrane") and circuit.of_type(SpikeProbe)
    return "neuron" if fires else "network"
