"""Where a circuit itself decides is the threshold that its fit must give, inside its own error."""

import numpy as np
from scipy.integrate import solve_ivp

from lapicque.analysis.characterise.bench import bench_of
from lapicque.analysis.fits.ahead import seen_of
from lapicque.analysis.fits.candidates import candidates, scene_of
from lapicque.analysis.fits.dynamic_iv import dynamic_iv
from lapicque.analysis.fits.least import fit
from lapicque.analysis.fits.stimuli import noise, recording_of


def decided(rise):
    """Where a membrane that rises so many volts per second is when the comparator's output is at half."""
    v_th, vdd, feedback, swing, tau = 1.0, 5.0, 0.1, 1e-3, 1e-4 * 10e-9 * 1e6
    begin = v_th - 10 * swing

    def slope(t, y):
        return (vdd / 2 * (1 + np.tanh((begin + rise * t - v_th + feedback * y[0]) / swing)) - y[0]) / tau

    def half(t, y):
        return y[0] - vdd / 2

    half.terminal = True
    run = solve_ivp(slope, (0, 20 * swing / rise), [0.0], "LSODA", events=half, rtol=1e-9, atol=1e-12)
    return begin + rise * run.t_events[0][0]


def test_a_comparator_decides_where_its_feedback_takes_over():
    with bench_of("lif_comparator") as bench:
        run = bench.observe([noise(1.6e-6, 0.5e-6, 2.5e-3, 0.5, 1)], 0.5)[0]
    recordings = [recording_of(run)]
    scene = scene_of(recordings, dynamic_iv(recordings))
    found = fit(
        dict(candidates(scene))["LIF, refractory"], seen_of(recordings, scene.window), scene.swing, scene.interval
    ).model
    spikes = recordings[0].spikes
    rises = (np.interp(spikes, recordings[0].time, recordings[0].current) - 1e-6) / 10e-9
    true = np.array([decided(rise) for rise in rises])
    sigma = found.covariance.sigmas["v_spike"]
    assert true.max() < 0.999  # it decides below its reference
    assert abs(found.v_spike - np.median(true)) < 2 * sigma  # 0.12 mV and 0.10 mV; its reference is 3.6 mV away
