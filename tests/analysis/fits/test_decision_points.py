"""Where a circuit itself decides is the threshold that its fit must give, inside its own error."""

import numpy as np
from scipy.integrate import quad, solve_ivp

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


def test_an_exponential_neuron_is_reset_where_the_published_one_has_the_length_of_a_reset_to_go():
    with bench_of("exponential_if") as bench:
        run = bench.observe([noise(0.9e-9, 0.3e-9, 3e-3, 0.4, 1)], 0.4)[0]
    recordings = [recording_of(run)]
    scene = scene_of(recordings, dynamic_iv(recordings))
    c, g, e, sharp, v_t, peak, length = 600e-12, 50e-9, -65e-3, 2e-3, -55e-3, -40e-3, 1.5e-5 * 12e-3
    fires = peak - sharp * np.log1p(length / (c / g) * np.exp((peak - v_t) / sharp))  # leak and input are 1 % there
    left = quad(lambda v: c / (g * (e - v) + g * sharp * np.exp((v - v_t) / sharp) + 0.9e-9), fires, peak)[0]
    assert abs(left / length - 1) < 0.01
    sigma = dict(candidates(scene))["exponential IF"][0].known["v_spike"]
    assert sigma < 1e-7
    assert abs(scene.turn - fires) < 2 * sigma  # 1 nV and 20 nV; the published peak is 54 uV away
