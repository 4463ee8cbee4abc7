"""Noise of a circuit at a probe: derived from its equations, beside ngspice's, each contribution by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from ...circuits.arguments import named, want
from ...circuits.circuit import Circuit, want_circuit
from ...circuits.elements import C, I, Opaque, Probe, V
from ...circuits.equations.derive import derive
from ...circuits.errors import CircuitError, EquationError
from ...circuits.units import Value, parse, show
from ...netlists.spice.analyses import NoiseSpectrum
from ...netlists.spice.noise_text import input_for, output_of
from .origins import BOLTZMANN, TEMPERATURE, silent
from .small_signal import SmallSignal, small_signal
from .symbolic import NoiseFormula, noise_formula
from .variance import integrated, variances

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

    from ...netlists.ngspice.engine import Engine

    Array = NDArray[np.float64]

WIDE = 100.0
"""The spectrum goes from the slowest pole over this to the fastest times this."""
FLAT = (1.0, 1e6)
"""Hertz, of what stores nothing."""
SLOWEST, FASTEST = 1e-6, 1e15
POINTS = 10
ADDED = "noise_input"
"""The source of no current that a circuit without sources is given: ngspice refers noise to one."""


@frozen(eq=False, str=False, repr=False)
class NoiseBudget:
    """What noise there is at a probe, and whose.

    Attributes:
        circuit: whose.
        probe: or node.
        source: to which the noise is referred.
        frequencies: hertz.
        output: V/sqrt(Hz) of the equations, without what `also` named; None where there are none.
        contributions: V/sqrt(Hz) of the equations by mechanism (`R1 thermal`), with what `also` named.
        gain: from the source to the probe, its magnitude.
        variance: V^2 by mechanism over all frequencies, exact; empty where there is none.
        why_none: says why not.
        simulated: ngspice's noise analysis.
        also: elements that ngspice takes for silent and the equations do not.
        quiet: elements that conduct and of whose noise nothing is known.
        system: the state space that all is computed from.
        formula: for small linear circuits.
    """

    circuit: Circuit
    probe: str
    source: str
    frequencies: Array
    output: Array | None
    contributions: dict[str, Array]
    gain: Array | None
    variance: dict[str, float]
    why_none: str
    simulated: xarray.Dataset | None
    also: tuple[str, ...]
    quiet: tuple[str, ...]
    system: SmallSignal | None
    formula: NoiseFormula | None

    @property
    def density(self) -> Array:
        """V/sqrt(Hz) of all that is counted."""
        if self.output is None:
            assert self.simulated is not None
            return np.asarray(self.simulated["output"].values)
        return np.sqrt(sum((x**2 for x in self.contributions.values()), np.zeros(len(self.frequencies))))

    @property
    def referred(self) -> Array:
        """The same over the gain: V or A/sqrt(Hz) at the source; infinite where it does not reach the probe."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.density / self.gain if self.gain is not None else np.asarray(self._simulated["input"].values)

    @property
    def _simulated(self) -> xarray.Dataset:
        assert self.simulated is not None
        return self.simulated

    @property
    def unit(self) -> str:
        """Of the source: V or A."""
        return "V" if any(e.name == self.source for e in self.circuit.of_type(V)) else "A"

    @property
    def rms(self) -> float:
        """Volts over all frequencies, exact; not a number where there is no such figure (`why_none`)."""
        return float(np.sqrt(sum(self.variance.values()))) if self.variance or not self.why_none else float("nan")

    @property
    def agreement(self) -> float:
        """Largest difference of the equations' spectrum from ngspice's, of ngspice's; without what `also` named."""
        if self.simulated is None or self.output is None:
            return float("nan")
        theirs = self.simulated["output"].values
        if not theirs.any() and not self.output.any():
            return 0.0
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.nanmax(np.abs(self.output / theirs - 1)))

    def within(self, start: Value, stop: Value) -> dict[str, float]:
        """V^2 by mechanism between two frequencies in hertz, from the equations."""
        if self.system is None:
            raise EquationError(f"{self.circuit.title!r} has no equations: take the totals of ngspice's analysis.")
        low, high = parse(start, "start", "Hz"), parse(stop, "stop", "Hz")
        if not 0 < low < high:
            raise CircuitError(f"noise from {low:g} Hz to {high:g} Hz: give 0 < start < stop.")
        names = [o.name for o in self.system.origins]
        return dict(zip(names, map(float, integrated(self.system, low, high)), strict=True))

    @property
    def capacitance(self) -> float | None:
        """kT over the variance, farads: the capacitor that would have that noise; None where there is no variance."""
        return BOLTZMANN * TEMPERATURE / self.rms**2 if self.rms > 0 else None

    @property
    def equals_kt_over_c(self) -> str | None:
        """The capacitor at the probe of whose kT/C the variance is, to 1e-6, where it is."""
        at = set(output_of(self.circuit, self.probe)) - {"0"}
        for c in self.circuit.of_type(C):
            own = self.capacitance
            if own is not None and at <= set(c.nodes) and abs(own / c.value - 1) < 1e-6:
                return c.name
        return None

    @property
    def shares(self) -> dict[str, float]:
        """Part of the variance by mechanism, largest first; between the outermost frequencies where there is none."""
        of = self.variance
        if not of and self.system is not None and len(self.frequencies) > 1:
            of = self.within(self.frequencies[0], self.frequencies[-1])
        if self.system is None:
            of = {str(e): float(v) ** 2 for e, v in zip(*_totals(self._simulated), strict=True)}
        whole = sum(of.values())
        return {n: v / whole for n, v in sorted(of.items(), key=lambda x: -x[1])} if whole else {}

    def __str__(self) -> str:
        head = f"noise of {self.circuit.title} at {self.probe}"
        if np.isfinite(self.rms):
            return f"{head}: {show(float(f'{self.rms:.4g}'), 'V')} rms"
        return f"{head}: no variance ({self.why_none})" if self.why_none else head

    def __repr__(self) -> str:
        return f"<{self}>"


def _totals(result: xarray.Dataset) -> tuple[Any, Any]:
    return result["element"].values, result["totals"].values


def noise(
    circuit: Circuit,
    probe: str = "",
    engine: Engine | None = None,
    start: Value | None = None,
    stop: Value | None = None,
    points: int = POINTS,
    source: str = "",
    also: Collection[str] = (),
    guess: Mapping[str, Value] | None = None,
) -> NoiseBudget:
    """Noise at a probe about the operating point, derived from the equations and, with an engine, by ngspice.

    Args:
        circuit: any; of one with devices that only ngspice knows there is only ngspice's.
        probe: a probe of a voltage, or a node; the first probe unless given.
        engine: to run ngspice in; None leaves ngspice out.
        start, stop: hertz; from the poles unless given.
        points: a decade.
        source: to which the noise is referred; the input unless given, or the first source.
        also: elements that make no noise in ngspice and are counted here: `MosfetEkv`, or a `B` that is a conductance.
        guess: node voltages near the operating point, where the one that the circuit falls to is not meant.

    Raises:
        EquationError: no equations and no engine; no operating point: it oscillates.
        UnknownNameError: no such probe, source, node or element.
    """
    want_circuit(circuit)
    want(probe, str, "probe", "give the name of a probe or a node, such as 'mem'")
    want(source, str, "source", "give the name of a source, such as 'V1'")
    names = _names(also)
    volts = {n: parse(v, f"the guess of node {n!r}", "V") for n, v in named(guess or {}, "guess", '{"out": 5}').items()}
    chosen = probe or _first(circuit)
    ends = output_of(circuit, chosen)
    whole = circuit if circuit.sources else circuit.add(I(ADDED, "0", _live(ends), 0.0))
    referred = input_for(whole, NoiseSpectrum(chosen, 1.0, 2.0, source))
    system = None if circuit.of_type(Opaque) else small_signal(whole, [ends], names, volts)
    if system is None and engine is None:
        derive(circuit)  # says why there is nothing to derive
    low, high = _range(system, start, stop)
    asked = NoiseSpectrum(chosen, low, high, referred, points, guess=tuple(volts.items()))
    simulated = None
    if engine is not None:
        if system is not None and not volts:
            asked = attrs.evolve(asked, guess=_seen(whole, system))
        simulated = _run(engine, whole, asked)
    f = _frequencies(low, high, points) if simulated is None else np.asarray(simulated["frequency"].values)
    if system is None:
        return NoiseBudget(
            circuit, chosen, referred, f, None, {}, None, {}, "only ngspice knows its devices", simulated, names,
            silent(circuit, names), None, None,
        )  # fmt: skip
    return _budget(circuit, chosen, referred, f, system, simulated, names, ends)


def _budget(
    circuit: Circuit, probe: str, source: str, f: Array, system: SmallSignal, simulated: xarray.Dataset | None,
    also: tuple[str, ...], ends: tuple[str, str],
) -> NoiseBudget:  # fmt: skip
    k, response = len(system.origins), np.abs(system.response(f))
    each = response[:, :k] * np.sqrt(system.densities)
    common = [o.element not in also for o in system.origins]
    variance, why = {}, ""
    names = [o.name for o in system.origins]
    try:
        variance = dict(zip(names, map(float, variances(system)), strict=True))
    except EquationError as error:
        why = str(error)
    try:
        formula = noise_formula(circuit, *ends) if derive(circuit).is_linear and not also else None
    except EquationError:
        formula = None
    return NoiseBudget(
        circuit, probe, source, f, np.sqrt((each[:, common] ** 2).sum(axis=1)), dict(zip(names, each.T, strict=True)),
        response[:, k + system.sources.index(source)], variance, why, simulated, also, silent(circuit, also), system,
        formula,
    )  # fmt: skip


def _names(also: Collection[str]) -> tuple[str, ...]:
    if isinstance(also, str):
        also = (also,)
    also = want(also, (tuple, list, set, frozenset), "also", "give names of elements, such as ('B_Na',)")
    return tuple(want(n, str, "one of also", "give names of elements, such as ('B_Na',)") for n in also)


def _first(circuit: Circuit) -> str:
    probes = circuit.of_type(Probe)
    if not probes:
        raise CircuitError(f"{circuit.title!r} has no probe of a voltage: name a node, such as probe='mem'.")
    return probes[0].name


def _live(ends: tuple[str, str]) -> str:
    return ends[0] if ends[0] != "0" else ends[1]


def _range(system: SmallSignal | None, start: Value | None, stop: Value | None) -> tuple[float, float]:
    low, high = FLAT
    if system is not None:
        poles = np.abs(system.poles) / (2 * np.pi)
        poles = poles[(poles > SLOWEST) & (poles < FASTEST)]
        if len(poles):
            low, high = max(poles.min() / WIDE, SLOWEST), min(poles.max() * WIDE, FASTEST)
    return (
        low if start is None else parse(start, "start", "Hz"),
        high if stop is None else parse(stop, "stop", "Hz"),
    )


def _frequencies(low: float, high: float, points: int) -> Array:
    return low * 10 ** (np.arange(int(np.floor(np.log10(high / low) * points + 1e-9)) + 1) / points)


def _seen(circuit: Circuit, system: SmallSignal) -> tuple[tuple[str, float], ...]:
    """Where Newton's method of ngspice is to begin, so that both are about one point."""
    return tuple((n, v) for n, v in system.voltages.items() if n in circuit.nodes and v)


def _run(engine: Any, circuit: Circuit, asked: NoiseSpectrum) -> xarray.Dataset:
    from ...netlists.ngspice.engine import Engine

    return want(engine, Engine, "engine", "make one, `with Engine() as engine`").run(circuit, asked)


__all__ = ["NoiseBudget", "noise"]
