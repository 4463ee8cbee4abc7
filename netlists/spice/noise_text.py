"""The card of a noise analysis: between which nodes, and referred to which source."""

from __future__ import annotations

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, CurrentProbe, I, Probe, SpikeProbe, V
from ...circuits.errors import CircuitError, unknown
from .analyses import NoiseSpectrum
from .names import SpiceNames
from .numbers import number

NOISE_VECTORS = ("onoise_spectrum", "inoise_spectrum", "onoise_total", "inoise_total")
"""What ngspice gives of every noise analysis."""


def output_of(circuit: Circuit, output: str) -> tuple[str, str]:
    """The two nodes between which the noise is asked for.

    Args:
        circuit: whose.
        output: name of a probe of a voltage, or of a node.

    Raises:
        UnknownNameError: neither has the name.
        CircuitError: the probe is one of a current, or there is nothing between its ends.
    """
    probes = {p.name: p for p in (*circuit.of_type(Probe), *circuit.of_type(SpikeProbe))}
    if output in [p.name for p in circuit.of_type(CurrentProbe)]:
        raise CircuitError(
            f"{output!r} is a current: noise is that of a voltage; probe a node, or a resistor that the current flows "
            "through."
        )
    if output not in probes and output not in circuit.nodes:
        raise unknown("probe or node", output, [*probes, *circuit.nodes])
    ends = (probes[output].plus, probes[output].minus) if output in probes else (output, GROUND)
    if ends[0] == ends[1]:
        raise CircuitError(f"there is no voltage at {output!r}, and no noise: it is ground, or between one node.")
    return ends


def input_for(circuit: Circuit, asked: NoiseSpectrum) -> str:
    """The source to which noise is referred: the one that was named, the input, or else the first.

    Raises:
        CircuitError: there is no source.
        UnknownNameError: no source has that name.
    """
    sources = [e.name for e in circuit.parts if isinstance(e, (V, I))]
    if asked.source:
        if asked.source not in sources:
            raise unknown("source", asked.source, sources)
        return asked.source
    if (player := dict(circuit.roles).get("input", "")) in sources:
        return player
    if not sources:
        raise CircuitError(
            f"{circuit.title!r} has no source, and ngspice refers noise to one: add I('I_in', '0', 'node', 0) where a "
            "current would enter."
        )
    return sources[0]


def noise_command(circuit: Circuit, names: SpiceNames, asked: NoiseSpectrum) -> str:
    """`.noise v(out, ref) source dec 20 1 1e6 1`: with the last number contributions at every frequency are given."""
    plus, minus = (names.nodes[n] for n in output_of(circuit, asked.output))
    if plus == "0":
        plus, minus = minus, plus  # what is between them has no sign
    ends = plus if minus == "0" else f"{plus},{minus}"
    source = names.elements[input_for(circuit, asked)]
    limits = f"{asked.spacing} {asked.points} {number(asked.start)} {number(asked.stop)}"
    return f".noise v({ends}) {source} {limits} 1"
