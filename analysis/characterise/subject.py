"""What is on the bench: a circuit, its input, its membrane, and what says that there is a spike."""

from __future__ import annotations

import attrs
from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import PROBES, I, Probe, SpikeProbe, V
from ...circuits.errors import DesignError
from ...circuits.inputs import input_of, input_unit, spikes_of
from ...circuits.smooth_stimuli import SMOOTH
from ...circuits.stimuli import Constant, Stimulus
from ...circuits.straight_stimuli import PWL, EndlessPulses
from ...circuits.units import show

MEMBRANE = "membrane#v"
"""Name of the probe that watches the membrane."""


@frozen(eq=False)
class Subject:
    """A circuit to be measured.

    Attributes:
        circuit: with no probes but those that are watched.
        source: name of the source that is its input.
        unit: of the input, "A" or "V".
        probe: what a spike is.
        membrane: the node that integrates; the one that the spike probe watches where nobody says.
        base: the input at which it rests, in the unit of the input.
        held: what else moved, and is held at what it begins with, in words.
    """

    circuit: Circuit
    source: str
    unit: str
    probe: SpikeProbe
    membrane: str
    base: float
    held: str = ""

    @property
    def base_stimulus(self) -> Stimulus:
        """The input at which it rests."""
        return Constant(self.base)

    def driven(self, stimulus: Stimulus) -> Circuit:
        """The circuit with a stimulus as its input."""
        return self.circuit.with_values({self.source: stimulus})


def subject_of(circuit: Circuit, base: float | None = None) -> Subject:
    """Find out what of a circuit is what, from its roles and probes.

    Args:
        circuit: any circuit.
        base: the input at which it rests; 0 unless given, or what a stimulus that moves begins with.

    Raises:
        DesignError: no input, no spike probe, or several of them that do not say which is the neuron's.
    """
    source, probes = input_of(circuit), spikes_of(circuit)
    if len(probes) > 1 and "spike" not in {p.name for p in probes}:
        names = ", ".join(p.name for p in probes)
        raise DesignError(
            f"{circuit.title!r} has several spike probes ({names}): what is a spike of the neuron? Call that one "
            "'spike', or take the others out; for a file give --spike NODE=LEVEL once."
        )
    named = [p for p in probes if p.name == "spike"]
    probe = [*named, *probes][0]
    membrane = circuit.role("membrane") if circuit.plays("membrane") else probe.plus
    element = circuit.element(source)
    assert isinstance(element, (V, I))
    moving = [e for e in circuit.parts if isinstance(e, (V, I)) and _moves(e.stimulus) and e.name != source]
    stands = {e.name: _base(e.stimulus) for e in moving}
    held = ", ".join(f"{e.name!r} at {show(stands[e.name], 'V' if isinstance(e, V) else 'A')}" for e in moving)
    kept = tuple(e for e in circuit.with_values(stands).elements if not isinstance(e, PROBES))
    watched = attrs.evolve(circuit, elements=(*kept, Probe(MEMBRANE, membrane), probe))
    rests = _base(element.stimulus) if base is None else base
    words = f"besides its input {held} moved, and is held at what it begins with." if held else ""
    return Subject(watched, source, input_unit(circuit), probe, membrane, rests, words)


def other_level(circuit: Circuit, subject: Subject) -> str:
    """Words on spike probes that see the same node rise, or fall, through another level; "" where there are none."""
    mine = subject.probe
    others = [
        p
        for p in spikes_of(circuit)
        if p.nodes == mine.nodes and p.falling == mine.falling and p.level != mine.level and p.name != mine.name
    ]
    if not others:
        return ""
    told = ", ".join(f"{p.name!r} at {show(p.level, 'V')}" for p in others)
    return (
        f"two thresholds: {mine.plus!r} has the level of {mine.name!r}, {show(mine.level, 'V')}, and besides {told}; "
        f"every figure is that of {mine.name!r}. For the other take this probe out."
    )


def _moves(stimulus: Stimulus) -> bool:
    return not isinstance(stimulus, Constant)


def _base(stimulus: Stimulus) -> float:
    """What an input is before anything happens: nothing, or what one that moves begins with."""
    if isinstance(stimulus, Constant):
        return 0.0
    if isinstance(stimulus, SMOOTH):
        return float(stimulus.offsets[-1][1])
    (first, *_) = stimulus.breakpoints()[1]
    return float(first)


def own_input(circuit: Circuit, source: str) -> float:
    """The value that a circuit brings for its input, in the unit of that; 0 where it moves."""
    stimulus = circuit.element(source).stimulus  # type: ignore[attr-defined]
    return stimulus.value if isinstance(stimulus, Constant) else 0.0


def turned(stimulus: Stimulus, sign: float, base: float) -> Stimulus:
    """A stimulus as the source has it: base + sign * stimulus.

    Raises:
        DesignError: one that is no straight lines, where it would have to be turned.
    """
    if sign == 1 and base == 0:
        return stimulus
    if isinstance(stimulus, (*SMOOTH, EndlessPulses)):
        raise DesignError(f"{type(stimulus).__name__} cannot be turned for an input at {base:g}: give a PWL instead.")
    times, values = stimulus.breakpoints()
    moved = [base + sign * v for v in values]
    return Constant(moved[0]) if len(times) == 1 else PWL(tuple(times), tuple(moved))
