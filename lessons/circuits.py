"""The circuits that the lessons speak of, by name, with the length of a run that shows what they do."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from ..circuits.circuit import Circuit
from ..circuits.elements import C, I, Probe, R, V
from ..circuits.errors import unknown
from ..circuits.library import build


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


def _from_library(name: str) -> Callable[..., Circuit]:
    return lambda **values: build(name, values)


CIRCUITS: dict[str, Shown] = {
    "divider": Shown(divider, 1e-3),
    "membrane": Shown(membrane, 50e-3),
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
