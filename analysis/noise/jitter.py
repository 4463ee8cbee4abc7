"""The times of a noisy LIF neuron: predicted from its noise, and measured with samples that ngspice can have too."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from ...circuits.arguments import positive, whole
from ...circuits.circuit import Circuit, want_circuit
from ...circuits.closed_forms.lif_forms import ideal_lif
from ...circuits.elements import I
from ...circuits.equations.derive import derive
from ...circuits.errors import DesignError, QuantityError
from ...circuits.stimuli import Noise
from ...circuits.units import Value, parse, show
from .origins import BOLTZMANN, TEMPERATURE
from .passage import Passage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FINE = 1e-3
"""Samples of noise are this part of the time constant apart, unless told."""
RESOLVED = 5
"""Points in a standard deviation that a density by the integral equation needs."""
LONGEST = 400.0
"""Mean intervals after which one that has not ended is an error."""


@frozen(eq=False, str=False, repr=False)
class Jitter:
    """Predicted intervals of an LIF neuron with thermal noise and a white noise current at its membrane.

    Attributes:
        circuit: whose.
        passage: of its membrane from reset to threshold.
        dead: refractory period, seconds.
        capacitance: of the membrane, farads.
        density: of the noise current, A/sqrt(Hz), one-sided.
        thermal: standard deviation of the membrane by the noise of its resistors alone, sqrt(kT/C), volts.
    """

    circuit: Circuit
    passage: Passage
    dead: float
    capacitance: float
    density: float
    thermal: float

    @property
    def mean(self) -> float:
        """Seconds from spike to spike."""
        return self.dead + self.passage.mean

    @property
    def deviation(self) -> float:
        """Standard deviation of the intervals, seconds, by the first passage: right for slow approaches too."""
        return self.passage.deviation

    @property
    def by_slope(self) -> float:
        """The same by the slope at the threshold; infinite below rheobase."""
        return self.passage.by_slope

    @property
    def cv(self) -> float:
        """Standard deviation over mean."""
        return self.deviation / self.mean

    @property
    def white(self) -> float:
        """One-sided density of all noise as a current at the membrane, A^2/Hz: 4 sigma^2 C / R."""
        return 4 * self.passage.sigma**2 * self.capacitance**2 / self.passage.tau

    def histogram(self, count: int = 400) -> tuple[Array, Array]:
        """Intervals, seconds, and their probability density, 1/s.

        That of the first passage; a normal one where noise is so small that `count` points do not resolve it, and the
        two differ by no more than CV.
        """
        spread, mean = min(self.deviation, 3 * self.passage.mean), self.passage.mean
        step = (mean + 8 * spread) / count
        if step > spread / RESOLVED:
            times = np.asarray(mean + np.linspace(-6, 6, count) * spread, dtype=float)
            return self.dead + times, np.exp(-(((times - mean) / spread) ** 2) / 2) / (sqrt(2 * np.pi) * spread)
        times = np.asarray(step * np.arange(1, count + 1), dtype=float)
        seen = times > mean - 6 * spread
        return self.dead + times[seen], self.passage.density(times)[seen]

    def __str__(self) -> str:
        deviation = show(float(f"{self.deviation:.4g}"), "s")
        return f"{self.circuit.title}: interval {show(float(f'{self.mean:.6g}'), 's')}, jitter {deviation} rms"

    def __repr__(self) -> str:
        return f"<{self}>"


@frozen(eq=False)
class Measured:
    """Intervals of one neuron, seconds, and what they say with their standard errors."""

    intervals: Array

    @property
    def mean(self) -> tuple[float, float]:
        """Seconds, and its standard error."""
        return float(self.intervals.mean()), float(self.intervals.std(ddof=1) / sqrt(len(self.intervals)))

    @property
    def deviation(self) -> tuple[float, float]:
        """Standard deviation, seconds, and its standard error, from the fourth moment."""
        n, apart = len(self.intervals), self.intervals - self.intervals.mean()
        square, fourth = float((apart**2).mean()), float((apart**4).mean())
        return sqrt(square * n / (n - 1)), sqrt(max(fourth - square**2, 0.0) / n) / (2 * sqrt(square))

    @property
    def cv(self) -> float:
        """Standard deviation over mean."""
        return self.deviation[0] / self.mean[0]


def jitter(circuit: Circuit, density: Value = 0.0) -> Jitter:
    """Predict the intervals of an LIF neuron.

    Args:
        circuit: with the roles and the specification of one, and a current for its input.
        density: of white noise beside the input, A/sqrt(Hz), one-sided; thermal noise is there anyhow.

    Raises:
        DesignError: it is no such neuron.
        QuantityError: a density below 0.
    """
    want_circuit(circuit)
    extra = parse(density, "density", None)
    if not 0 <= extra < inf:
        raise QuantityError(f"density is {extra:g}: give what the noise is, A/sqrt(Hz), 0 or more.")
    lif = ideal_lif(derive(circuit))
    source = circuit.element(lif.input.name)
    if not isinstance(source, I):
        raise DesignError(
            f"the input of {circuit.title!r} is no current: jitter is predicted of current-driven neurons."
        )
    tau, x_inf = lif.value(lif.membrane.tau), lif.value(lif.membrane.x_inf)
    resistance = lif.value(lif.membrane.x_inf.diff(lif.input))
    capacitance = tau / resistance
    spec = dict(circuit.spec)
    thermal = sqrt(BOLTZMANN * TEMPERATURE / capacitance)
    sigma = sqrt(thermal**2 + extra**2 * resistance / (4 * capacitance))
    way = Passage(tau, x_inf, spec["v_reset"], spec["v_th"], sigma)
    return Jitter(circuit, way, spec["t_ref"], capacitance, extra, thermal)


def samples_for(white: float, dt: float) -> float:
    """Standard deviation of samples `dt` apart that, joined by lines, have a one-sided density at low frequencies.

    Lines are triangles about the samples: 2 s^2 dt (sin(pi f dt) / (pi f dt))^4, so s^2 = density / (2 dt).
    """
    return sqrt(white / (2 * dt))


def with_noise(found: Jitter, duration: Value, dt: Value | None = None, seed: int = 0) -> Circuit:
    """The circuit with its noise as a current of samples into the membrane, the same for ngspice and the model.

    Args:
        found: of `jitter`; thermal noise and the current together are one white current.
        duration: seconds.
        dt: between samples, seconds; a thousandth of the time constant unless given.
        seed: of the samples.
    """
    step = FINE * found.passage.tau if dt is None else positive(parse(dt, "dt", "s"), "dt", "1u", unit="s")
    noise = Noise(samples_for(found.white, step), duration, step, 0.0, seed)
    name = "I_noise"
    while any(e.name.casefold() == name.casefold() for e in found.circuit.elements):
        name += "_"
    noisy = I(name, "0", found.circuit.role("membrane"), noise)
    return attrs.evolve(found.circuit, elements=(*found.circuit.elements, noisy))


def measure(found: Jitter, intervals: int = 1000, seed: int = 0, dt: Value | None = None) -> Measured:
    """Intervals of the neuron with sampled noise, each begun at the reset, solved exactly from sample to sample.

    Args:
        found: of `jitter`.
        intervals: how many.
        seed: of the samples.
        dt: between samples, seconds; a tenth of a thousandth of the time constant unless given. A membrane with noise
            of samples reaches its threshold a little later than one with white noise, as if that were higher: by 0.2,
            0.4, 0.5 times sigma sqrt(2 dt / tau) for dt of tau / 25, 100, 400 (of 100,000 intervals each).

    Raises:
        QuantityError: some did not end.
    """
    count, way = whole(intervals, "intervals", 2, 1_000_000), found.passage
    step = FINE / 10 * way.tau if dt is None else positive(parse(dt, "dt", "s"), "dt", "1u", unit="s")
    random = np.random.default_rng(whole(seed, "seed", 0))
    keep, first, second = _weights(found, step)
    size = samples_for(found.white, step)
    v = np.full(count, way.start)
    old = random.standard_normal(count)
    ended, running = np.zeros(count), np.arange(count)
    for k in range(int(LONGEST * way.mean / step) + 1):
        new = random.standard_normal(len(running))
        after = way.x_inf + (v - way.x_inf) * keep + size * (first * old + second * new)
        done = after >= way.threshold
        if done.any():
            part = (way.threshold - v[done]) / (after[done] - v[done])
            ended[running[done]] = (k + part) * step
            left = np.logical_not(done)
            running, after, new = running[left], after[left], new[left]
            if not len(running):
                return Measured(found.dead + ended)
        v, old = after, new
    raise QuantityError(
        f"{len(running)} of {count} intervals were longer than {LONGEST:g} times what is predicted: give more current."
    )


def _weights(found: Jitter, step: float) -> tuple[float, float, float]:
    """What is left of a voltage after a step, and what a current at its beginning and at its end add to it, ohms."""
    tau, resistance = found.passage.tau, found.passage.tau / found.capacitance
    fallen = -np.expm1(-step / tau)
    mean = fallen * tau / step
    return 1 - fallen, resistance * (mean - (1 - fallen)), resistance * (1 - mean)


def soft_threshold(circuit: Circuit, currents: Sequence[float], density: Value) -> tuple[Array, Array]:
    """Firing rates with noise, Hz, and jitter over interval, at input currents in amperes: the f-I curve has no corner.

    Args:
        circuit: as for `jitter`.
        currents: amperes.
        density: see `jitter`.
    """
    want_circuit(circuit)
    source = circuit.role("input")
    found: list[Any] = [jitter(circuit.with_values({source: float(i)}), density) for i in currents]
    return np.array([1 / j.mean for j in found]), np.array([j.cv for j in found])
