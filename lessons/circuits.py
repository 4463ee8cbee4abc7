"""The circuits that the lessons speak of, by name, with the length of a run that shows what they do."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from ..circuits.circuit import Circuit
from ..circuits.elements import C, F, I, Probe, R, V
from ..circuits.errors import unknown
from ..circuits.library import build
from ..circuits.library.learning_parts import lifted
from ..circuits.library.synapse_parts import WIDTH
from ..circuits.stimuli import SpikeTrain


@frozen
class Shown:
    """A circuit of the course.

    Attributes:
        make: the circuit, with changed values.
        stop: seconds that are run.
    """

    make: Callable[..., Circuit]
    stop: float


def divider(r1: float | str = "30k", r2: float | str = "20k", v: float | str = 5.0) -> Circuit:
    """Two resistors on a source."""
    return Circuit("divider").add(
        V("V1", "in", "0", v), R("R1", "in", "out", r1), R("R2", "out", "0", r2), Probe("out", "out")
    )


def membrane(r: float | str = "1Meg", c: float | str = "10n", i: float | str = "2u") -> Circuit:
    """The passive membrane: what an LIF neuron is below its threshold."""
    return Circuit("membrane").add(
        I("I1", "0", "mem", i), R("R1", "mem", "0", r), C("C1", "mem", "0", c), Probe("mem", "mem")
    )


def resting() -> Circuit:
    """A membrane with its potassium and sodium channels as they are at rest: two resistors, each with its battery."""
    return Circuit("resting").add(
        V("E_K", "e_K", "0", "-89m"), R("R_K", "mem", "e_K", "2.5Meg"), V("E_Na", "e_Na", "0", "67m"),
        R("R_Na", "mem", "e_Na", "14Meg"), C("C1", "mem", "0", "10n"), Probe("mem", "mem"),
    )  # fmt: skip


def ramp(i: float | str = "1u", c: float | str = "100n") -> Circuit:
    """A constant current into a capacitor that was empty."""
    return Circuit("ramp").add(I("I1", "0", "cap", i), C("C1", "cap", "0", c), Probe("cap", "cap"))


def trace_of_spikes() -> Circuit:
    """The trace of a synapse: each spike lifts a capacitor, a resistor lets it forget."""
    train = SpikeTrain((10e-3, 30e-3, 35e-3), WIDTH, WIDTH, WIDTH / 100)
    return Circuit("trace").add(V("V_pre", "pre", "0", train), *lifted("r", "pre", 20e-3), Probe("r", "r", unit="1"))


def weighted() -> Circuit:
    """A weight as a resistor: a spike drives a virtual ground, and a mirror hands the current to the membrane."""
    spike = SpikeTrain((2e-3, 12e-3), 100e-6, 100e-6, 1e-6)
    return Circuit("weighted").add(
        V("V_pre", "pre", "0", spike), R("R_w", "pre", "sum", "500k"), V("V_sum", "sum", "0", 0.0),
        F("F_sum", "0", "mem", "V_sum", 1.0), R("R1", "mem", "0", "1Meg"), C("C1", "mem", "0", "20n"),
        Probe("mem", "mem"),
    )  # fmt: skip


def probed(r_scope: float | str = "10Meg", c_scope: float | str = "10p") -> Circuit:
    """The membrane with an oscilloscope's probe across it."""
    return membrane().add(R("R_scope", "mem", "0", r_scope), C("C_scope", "mem", "0", c_scope))


def _from_library(name: str) -> Callable[..., Circuit]:
    return lambda **values: build(name, values)


CIRCUITS: dict[str, Shown] = {
    "divider": Shown(divider, 1e-3),
    "membrane": Shown(membrane, 50e-3),
    "resting": Shown(resting, 0.1),
    "ramp": Shown(ramp, 0.2),
    "trace": Shown(trace_of_spikes, 0.1),
    "weighted": Shown(weighted, 40e-3),
    "probed": Shown(probed, 50e-3),
    "pre_post": Shown(_from_library("pre_post"), 30e-3),
    "rc": Shown(_from_library("rc"), 8e-3),
    "hh": Shown(_from_library("hh"), 60e-3),
    "lif": Shown(_from_library("lif"), 50e-3),
    "psp_exponential": Shown(_from_library("psp_exponential"), 60e-3),
    "psp_conductance": Shown(_from_library("psp_conductance"), 80e-3),
    "stdp": Shown(_from_library("stdp"), 0.4),
    "stdp_dopamine": Shown(_from_library("stdp_dopamine"), 3.0),
    "resume": Shown(_from_library("resume"), 0.4),
    "op_amp_lif": Shown(_from_library("op_amp_lif"), 60e-3),
}  # fmt: skip


def shown(name: str) -> Shown:
    """Find a circuit of the course.

    Raises:
        UnknownNameError: there is none of that name.
    """
    if name not in CIRCUITS:
        raise unknown("circuit of the course", name, CIRCUITS)
    return CIRCUITS[name]
