"""Recordings of an exponential neuron that a plain Runge-Kutta run makes, knowing nothing of lapicque's solvers."""

import numpy as np

from lapicque.analysis.fits.recording import Recording

C, G, E_L, DELTA, V_T, V_PEAK, V_R, HOLD = 200e-12, 10e-9, -65e-3, 2e-3, -50e-3, -30e-3, -60e-3, 4e-3


def ornstein_uhlenbeck(mean, sigma, tau, dt, length, seed):
    rng, x = np.random.default_rng(seed), [0.0]
    for z in rng.standard_normal(int(length / dt)):
        x.append(x[-1] * np.exp(-dt / tau) + z * np.sqrt(1 - np.exp(-2 * dt / tau)))
    return np.arange(len(x)) * dt, mean + sigma * np.array(x)


def exponential_neuron(seed=1, length=3.0):
    """A plain Runge-Kutta run of an exponential neuron with a refractory period."""
    corners, values = ornstein_uhlenbeck(200e-12, 100e-12, 3e-3, 1e-3, length, seed)
    dt = 2.5e-5
    time = np.arange(round(length / dt)) * dt
    current = np.interp(time, corners, values)
    v, spikes, free = np.empty(len(time)), [], 0.0

    def slope(x, i):
        return (G * (E_L - x) + G * DELTA * np.exp(min((x - V_T) / DELTA, 30.0)) + i) / C

    x = E_L
    for k, t in enumerate(time):
        v[k] = x
        if k + 1 == len(time):
            break
        if t < free - dt / 2:
            x = V_R
            continue
        i, j = current[k], current[k + 1]
        a = slope(x, i)
        b = slope(x + dt / 2 * a, (i + j) / 2)
        c = slope(x + dt / 2 * b, (i + j) / 2)
        d = slope(x + dt * c, j)
        x = min(x + dt / 6 * (a + 2 * b + 2 * c + d), V_PEAK)
        if x >= V_PEAK:
            spikes.append(time[k + 1])
            free = time[k + 1] + HOLD
    return Recording(time, current, v, np.array(spikes))
