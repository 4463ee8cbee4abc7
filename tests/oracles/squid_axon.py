"""Recordings of the squid's axon under a fluctuating current, by exponential Euler steps of the published equations."""

import numpy as np
from oracles.exponential_neuron import ornstein_uhlenbeck

from lapicque.analysis.fits.recording import Recording

DT = 0.05
"""Milliseconds."""
KEPT = 2
"""Every so manieth step is a point."""


def squid_axon(seed, stretches, length, mean, sigma, tau):
    """Hodgkin and Huxley 1952, J Physiol 117:500, table 3, V turned to a rest of -65 mV; all stretches side by side.

    Args: seed; number of stretches; seconds; mean and standard deviation of the current, uA; its correlation time, s.
    """
    runs = [ornstein_uhlenbeck(mean, sigma, tau, tau / 4, length, [seed, k]) for k in range(stretches)]
    time = np.arange(round(length * 1e3 / DT)) * DT
    current = np.array([np.interp(time, t * 1e3, i) for t, i in runs])
    v, m, h, n = (np.full(stretches, x) for x in (-65.0, 0.0529, 0.5961, 0.3177))
    volts = np.empty_like(current)
    for k in range(len(time)):
        volts[:, k] = v
        a_m, b_m = (v + 40) / 10 / -np.expm1(-(v + 40) / 10), 4 * np.exp(-(v + 65) / 18)
        a_h, b_h = 0.07 * np.exp(-(v + 65) / 20), 1 / (np.exp(-(v + 35) / 10) + 1)
        a_n, b_n = (v + 55) / 100 / -np.expm1(-(v + 55) / 10), 0.125 * np.exp(-(v + 65) / 80)
        m, h, n = (
            a / (a + b) + (x - a / (a + b)) * np.exp(-DT * (a + b))
            for x, a, b in ((m, a_m, b_m), (h, a_h, b_h), (n, a_n, b_n))
        )
        na, ka = 120 * m**3 * h, 36 * n**4
        g = na + ka + 0.3
        aim = (50 * na - 77 * ka - 54.387 * 0.3 + current[:, k]) / g
        v = aim + (v - aim) * np.exp(-DT * g)
    return [_recording(time * 1e-3, i * 1e-6, x * 1e-3) for i, x in zip(current, volts, strict=True)]


def _recording(time, current, v):
    up = np.flatnonzero((v[:-1] < 0) & (v[1:] >= 0))
    spikes = time[up] + (time[1] - time[0]) * -v[up] / (v[up + 1] - v[up])
    spikes = spikes[spikes <= time[::KEPT][-1]]
    return Recording(time[::KEPT], current[::KEPT], v[::KEPT], spikes)
