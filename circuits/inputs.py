"""Which source of a circuit is its input, and what says where its spikes are."""

from __future__ import annotations

from .circuit import Circuit
from .elements import I, SpikeProbe, V
from .errors import DesignError
from .roles import how_to_give


def input_of(circuit: Circuit) -> str:
    """The source that drives a circuit: who plays the role `input`, or its only current source (voltage sources beside
    one are supplies), or its only source.

    Args:
        circuit: any circuit.

    Raises:
        DesignError: no role is given, and no or several sources are there; says which, and what to give.
    """
    if circuit.plays("input"):
        return circuit.role("input")
    sources = [e.name for e in circuit.parts if isinstance(e, (V, I))]
    currents = [e.name for e in circuit.of_type(I)]
    if len(currents) == 1 or len(sources) == 1:
        return (currents or sources)[0]
    have = f"has the sources {', '.join(sources)}" if sources else "has no independent source"
    raise DesignError(f"{circuit.title!r} {have}: to say which is its input, {how_to_give('input')}.")


def input_unit(circuit: Circuit) -> str:
    """The unit of what drives a circuit: volts where that is a voltage source, else amperes."""
    try:
        return "V" if isinstance(circuit.element(input_of(circuit)), V) else "A"
    except DesignError:  # a function of the current made it, and need not say
        return "A"


def spikes_of(circuit: Circuit) -> tuple[SpikeProbe, ...]:
    """What says where a circuit's spikes are.

    Args:
        circuit: with at least one spike probe.

    Raises:
        DesignError: nobody has said what its spikes are.
    """
    if found := circuit.of_type(SpikeProbe):
        return found
    raise DesignError(
        f"{circuit.title!r} has no spike probe: add one, such as SpikeProbe('spike', 'mem', level=0.5); for a netlist "
        "give --spike mem=0.5, or write the line `* lapicque: spike mem=0.5` into it."
    )
