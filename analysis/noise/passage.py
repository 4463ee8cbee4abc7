"""When a leaky membrane with white noise first reaches its threshold: moments and density of the first-passage time.

The membrane between spikes is an Ornstein-Uhlenbeck process, dv = (x_inf - v) dt / tau + sigma sqrt(2 / tau) dW, with
sigma the standard deviation of a membrane at rest.
"""

from __future__ import annotations

from math import exp, inf, log, pi, sqrt
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from ...circuits.arguments import KindError
from ...circuits.errors import QuantityError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LARGEST = 25.0
"""Threshold above rest over sigma sqrt(2) from which an interval is longer than e^600 time constants."""


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.floating)):
        raise KindError(f"a passage is made of numbers, and {value!r} is none.")
    return float(value)


@frozen
class Passage:
    """The way of a membrane from its reset to its threshold.

    Attributes:
        tau: seconds.
        x_inf: where it tends to, volts.
        start: where it begins.
        threshold: above the start.
        sigma: standard deviation of the membrane at rest, volts.
    """

    tau: float = field(converter=_number)
    x_inf: float = field(converter=_number)
    start: float = field(converter=_number)
    threshold: float = field(converter=_number)
    sigma: float = field(converter=_number)

    def __attrs_post_init__(self) -> None:
        if not (self.tau > 0 and self.sigma > 0 and self.start < self.threshold):
            raise QuantityError(f"{self}: tau and sigma must be above 0, and the start below the threshold.")

    @property
    def without_noise(self) -> float:
        """Seconds to the threshold; infinite where it is never reached."""
        if self.x_inf <= self.threshold:
            return inf
        return self.tau * log((self.x_inf - self.start) / (self.x_inf - self.threshold))

    @property
    def by_slope(self) -> float:
        """Standard deviation of the time by the slope at the threshold, seconds; infinite where there is none.

        sigma_v(t) / |dv/dt|, with the variance that a membrane has gathered since its reset,
        sigma^2 (1 - exp(-2 t / tau)): right while noise is small against the swing.
        """
        if (time := self.without_noise) == inf:
            return inf
        gathered = self.sigma * sqrt(-np.expm1(-2 * time / self.tau))
        return gathered * self.tau / (self.x_inf - self.threshold)

    @property
    def _limits(self) -> tuple[float, float]:
        scale = self.sigma * sqrt(2)
        return (self.start - self.x_inf) / scale, (self.threshold - self.x_inf) / scale

    @property
    def mean(self) -> float:
        """Seconds, on average: tau sqrt(pi) int exp(x^2) (1 + erf x) dx (Siegert 1951, Phys Rev 81:617).

        Raises:
            QuantityError: the threshold is so far above all noise that no such time can be written as a number.
        """
        from scipy.integrate import quad
        from scipy.special import erfcx

        low, high = self._reachable()
        return self.tau * sqrt(pi) * quad(lambda x: erfcx(-x), low, high, epsrel=1e-11, epsabs=0, limit=500)[0]

    @property
    def variance(self) -> float:
        """Seconds squared: 2 pi tau^2 int exp(x^2) int^x exp(y^2) (1 + erf y)^2 dy dx.

        Source: Ricciardi and Sacerdote 1979, Biol Cybern 35:1; in the form of Brunel 2000, J Comput Neurosci 8:183.
        """
        from scipy.integrate import quad
        from scipy.special import erfcx

        low, high = self._reachable()

        def inner(x: float) -> float:
            """With y = x - u: exp(x^2 - y^2) erfcx(-y)^2, which falls off as exp(2xu - u^2)."""
            reach = 20 / -x if x < -3 else 2 * max(x, 0.0) + 8
            near = [x] if 0 < x < reach else None
            return quad(
                lambda u: exp(2 * x * u - u * u) * erfcx(u - x) ** 2,
                0,
                reach,
                points=near,
                epsrel=1e-10,
                epsabs=0,
                limit=500,
            )[0]

        return 2 * pi * self.tau**2 * quad(inner, low, high, epsrel=1e-9, epsabs=0, limit=500)[0]

    @property
    def deviation(self) -> float:
        """Standard deviation of the time, seconds."""
        return sqrt(self.variance)

    def _reachable(self) -> tuple[float, float]:
        low, high = self._limits
        if high > LARGEST:
            raise QuantityError(
                f"the threshold is {high * sqrt(2):.0f} standard deviations above where the membrane tends to: it "
                "fires less than once in e^600 time constants; give more current, or more noise."
            )
        return low, high

    def density(self, times: Array) -> Array:
        """Probability density of the time, 1/s, at evenly spaced times that begin one spacing after the reset.

        A Volterra equation of the second kind whose kernel has no singularity, solved by the trapezoidal rule.

        Source: Buonocore, Nobile and Ricciardi 1987, Adv Appl Prob 19:784.
        """
        t = np.asarray(times, dtype=float) / self.tau
        h = float(t[0])
        if len(t) > 1 and not np.allclose(np.diff(t), h, rtol=1e-6):
            raise QuantityError("the times of a density must be evenly spaced, the first one spacing after 0.")
        start, top = ((v - self.x_inf) / self.sigma for v in (self.start, self.threshold))
        direct, kernel = -2 * _kernel(t, start, top), 2 * h * _kernel(t, top, top)
        found = np.zeros(len(t))
        for k in range(len(t)):
            found[k] = direct[k] + (found[:k] @ kernel[k - 1 :: -1][:k] if k else 0.0)
        return np.maximum(found, 0.0) / self.tau


def _kernel(t: Array, start: float, top: float) -> Array:
    """Psi + k f of the source, in units of sigma and tau: nothing at no delay when it begins at the threshold."""
    left = np.exp(-t)
    spread = -np.expm1(-2 * t)
    middle = start * left
    f = np.exp(-((top - middle) ** 2) / (2 * spread)) / np.sqrt(2 * pi * spread)
    return f * (middle - (top - middle) * left**2 / spread - top / 2)
