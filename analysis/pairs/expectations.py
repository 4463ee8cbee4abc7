"""Figures of a circuit that must hold: names of a fixed grammar, each with what was found and a verdict.

tau, tau2, ...                   time constants at the start, longest first
fc, f0                           1/(2 pi tau) of a circuit with one time constant; |pole|/(2 pi) of one that rings
v(out)@5m, v(a,b)@5m, v(out)     a voltage at a time, at the end of the run
min(out), max(out)               the lowest and the highest value of a node
spikes(mem), first(mem)          how often, and when first, a node rises through its middle; spikes(mem>0.5): a level
rate(mem), f(mem), interval(mem) mean rate and interval of these
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.element import GROUND
from ...circuits.elements import SpikeProbe
from ...circuits.equations.derive import derive
from ...circuits.errors import LapicqueError, QuantityError, unknown
from ...circuits.units import parse, show
from .runs import Run, time_constants

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TAU = re.compile(r"tau([1-9][0-9]?)?")
_VOLTAGE = re.compile(r"v\(\s*([^(),@]+?)\s*(?:,\s*([^(),@]+?)\s*)?\)(?:@(.+))?")
_OF_NODE = re.compile(r"([a-z]+)(?:\(\s*([^()>,@]+?)\s*(?:>\s*([^()>,@]+?)\s*)?\))?")
_UNITS = {"spikes": "", "first": "s", "interval": "s", "rate": "Hz", "f": "Hz", "min": "V", "max": "V"}
NAMES = ("tau", "fc", "f0", "v(node)@time", *(f"{n}(node)" for n in _UNITS))
"""What may be expected."""


@frozen
class Expectation:
    """A figure that must hold.

    Attributes:
        text: as written, without the value.
        figure: "tau", "fc", "f0", "v", "spikes", "first", "interval", "rate", "min", "max".
        wanted: SI value.
        unit: of it.
        nodes: that it is about.
        at: seconds, or number of the time constant; None where there is none.
        level: volts; None for the middle.
    """

    text: str
    figure: str
    wanted: float
    unit: str
    nodes: tuple[str, ...] = ()
    at: float | None = None
    level: float | None = None


@frozen
class Held:
    """A figure that must hold, with what was found.

    Attributes:
        expectation: what must hold.
        found: SI value; None where it could not be found.
        passed: within the limit.
        why: what could not be found.
    """

    expectation: Expectation
    found: float | None
    passed: bool
    why: str = ""

    def __str__(self) -> str:
        e = self.expectation
        wanted = _si(e.wanted, e.unit)
        if self.found is None:
            return f"{e.text} is not there, wanted {wanted}: {self.why}"
        off = f", off by {100 * abs(self.found / e.wanted - 1):.3g} %" if e.wanted and not self.passed else ""
        return f"{e.text} = {_si(self.found, e.unit)}, {'as wanted' if self.passed else f'wanted {wanted}{off}'}"


def read_expectation(text: str) -> Expectation:
    """Read NAME=VALUE.

    Args:
        text: such as "tau=1m", "v(out)@5m=0.993", "spikes(mem)=5".

    Raises:
        QuantityError: no such figure, no value, or a value that is none.

    >>> read_expectation("v(out)@5m=0.993").at
    0.005
    """
    name, equals, value = text.rpartition("=")
    name = name.strip()
    if not equals or not name or not value.strip():
        raise QuantityError(f"{text!r} is not NAME=VALUE: write for example tau=1m or v(out)@5m=0.993.")
    if found := _TAU.fullmatch(name):
        return Expectation(name, "tau", parse(value.strip(), name, "s"), "s", at=float(found[1] or 1))
    if name in ("fc", "f0"):
        return Expectation(name, name, parse(value.strip(), name, "Hz"), "Hz")
    if found := _VOLTAGE.fullmatch(name):
        at = parse(found[3].strip(), f"the time of {name}", "s") if found[3] else None
        if at is not None and at < 0:
            raise QuantityError(f"the time of {name} is {found[3]}: a run begins at 0.")
        return Expectation(name, "v", parse(value.strip(), name, "V"), "V", (found[1], found[2] or GROUND), at)
    found = _OF_NODE.fullmatch(name)
    if not found or found[1] not in _UNITS or (found[3] and found[1] in ("min", "max")):
        known = unknown("figure", name[:80], NAMES)
        raise QuantityError(f"{known} One writes for example tau=1m, v(out)@5m=0.993 or spikes(mem)=5.")
    wanted, unit = parse(value.strip(), name, _UNITS[found[1]]), _UNITS[found[1]]
    if found[1] == "spikes" and (wanted < 0 or wanted != int(wanted)):
        raise QuantityError(f"{text!r}: a number of spikes is a whole number.")
    level = parse(found[3], f"the level of {name}", "V") if found[3] else None
    figure = "rate" if found[1] == "f" else found[1]
    return Expectation(name, figure, wanted, unit, (found[2],) if found[2] else (), None, level)


def latest(expectations: Iterable[Expectation]) -> float:
    """The latest time that expectations speak of, seconds."""
    return max((e.at for e in expectations if e.figure == "v" and e.at is not None), default=0.0)


def held(expectations: Iterable[Expectation], run: Run, circuit: Circuit, within: float) -> tuple[Held, ...]:
    """Hold a circuit against what is expected of it.

    Args:
        expectations: as read.
        run: of the circuit.
        circuit: with its probes.
        within: relative difference that is allowed; of a wanted 0 that part of the node's largest value. Numbers of
            spikes are exact.
    """
    return tuple(_held(e, run, circuit, within) for e in expectations)


def _held(e: Expectation, run: Run, circuit: Circuit, within: float) -> Held:
    try:
        found = _FIGURES[e.figure](e, run, circuit)
    except LapicqueError as error:
        return Held(e, None, False, " ".join(str(error).split()))
    if not np.isfinite(found):
        return Held(e, None, False, f"the run of {show(float(f'{run.stop:.3g}'), 's')} does not show it")
    size = abs(e.wanted)
    if e.figure == "spikes":
        return Held(e, found, found == e.wanted)
    if not size and e.figure in ("v", "min", "max"):
        size = max(map(abs, run.extremes(*e.nodes[:2])))
    return Held(e, found, bool(abs(found - e.wanted) <= within * size))


def _tau(e: Expectation, run: Run, circuit: Circuit) -> float:
    every, number = time_constants(circuit), int(e.at or 1)
    if number > len(every):
        raise QuantityError(f"{circuit.title!r} has {len(every)} time constants.")
    return every[number - 1]


def _cutoff(e: Expectation, run: Run, circuit: Circuit) -> float:
    every = time_constants(circuit)
    if len(every) != 1:
        raise QuantityError(f"fc is that of one time constant, and {circuit.title!r} has {len(every)}.")
    return 1 / (2 * np.pi * every[0])


def _natural(e: Expectation, run: Run, circuit: Circuit) -> float:
    from ...circuits.closed_forms.transfer import numeric_poles

    poles = numeric_poles(derive(circuit))
    ringing = poles[np.abs(poles.imag) > 1e-9 * np.abs(poles)]
    if not len(ringing):
        raise QuantityError(f"{circuit.title!r} does not ring: it has no complex poles.")
    return float(np.abs(ringing[0]) / (2 * np.pi))


def _voltage(e: Expectation, run: Run, circuit: Circuit) -> float:
    at = run.stop if e.at is None else e.at
    return float(run.voltage(e.nodes[0], e.nodes[1], np.array([at]))[0])


def _lowest(e: Expectation, run: Run, circuit: Circuit) -> float:
    return run.extremes(_node(e, circuit))[0]


def _highest(e: Expectation, run: Run, circuit: Circuit) -> float:
    return run.extremes(_node(e, circuit))[1]


def _node(e: Expectation, circuit: Circuit) -> str:
    if e.nodes:
        return e.nodes[0]
    raise QuantityError(f"it needs a node, such as {e.text}({next(n for n in circuit.nodes if n != GROUND)}).")


def _train(e: Expectation, run: Run, circuit: Circuit) -> NDArray[np.float64]:
    """Spike times: of a node, or of the circuit's own spike probe."""
    probes = circuit.of_type(SpikeProbe)
    if (e.nodes and e.nodes[0] not in {p.name for p in probes}) or not probes:
        return run.rises(_node(e, circuit), e.level)
    probe = next((p for p in probes if e.nodes and p.name == e.nodes[0]), probes[-1])
    if run.solution is not None:
        return run.solution.spikes(probe)
    from ..spikes import spike_times

    return spike_times(probe, run.times, run.voltage(probe.plus, probe.minus, run.times))


def _spikes(e: Expectation, run: Run, circuit: Circuit) -> float:
    return float(len(_train(e, run, circuit)))


def _first(e: Expectation, run: Run, circuit: Circuit) -> float:
    train = _train(e, run, circuit)
    return float(train[0]) if len(train) else np.nan


def _interval(e: Expectation, run: Run, circuit: Circuit) -> float:
    train = _train(e, run, circuit)
    return float((train[-1] - train[0]) / (len(train) - 1)) if len(train) > 1 else np.nan


def _rate(e: Expectation, run: Run, circuit: Circuit) -> float:
    interval = _interval(e, run, circuit)
    return 1 / interval if interval > 0 else 0.0


_FIGURES: Mapping[str, Callable[[Expectation, Run, Circuit], float]] = {
    "tau": _tau, "fc": _cutoff, "f0": _natural, "v": _voltage, "min": _lowest, "max": _highest, "spikes": _spikes,
    "first": _first, "interval": _interval, "rate": _rate,
}  # fmt: skip


def _si(value: float, unit: str) -> str:
    return show(float(f"{value:.5g}"), unit)
