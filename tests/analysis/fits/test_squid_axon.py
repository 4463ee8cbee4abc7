"""The squid's axon under a current whose fluctuations fire it, on which the field has judged its models."""

import attrs
import numpy as np
import pytest
from oracles.squid_axon import squid_axon

from lapicque.analysis.fits.ahead import seen_of
from lapicque.analysis.fits.candidates import candidates, scene_of
from lapicque.analysis.fits.dynamic_iv import dynamic_iv
from lapicque.analysis.fits.judging import judge
from lapicque.analysis.fits.least import fit

HIGHEST = 98.7
"""Hertz at 30 uA."""


@pytest.fixture(scope="module")
def axon():
    runs = squid_axon(1, 20, 0.6, 0.0, 3.0, 2.5e-3)
    return runs[:10], runs[10:]


def fitted(recordings, name):
    scene = scene_of(recordings, dynamic_iv(recordings))
    first = dict(candidates(scene))[name][:1]
    return fit(first, seen_of(recordings, scene.window), scene.swing, scene.interval)


def test_a_leak_with_a_second_variable_makes_the_spikes_of_an_axon(axon):
    to_fit, unseen = axon
    found = fitted(to_fit, "adaptive LIF")
    assert 5 < sum(len(r.spikes) for r in to_fit) / 6.0 < 50  # hertz
    rates = np.array([HIGHEST])
    judged = judge(found.model, unseen, np.array([30e-6]), rates, 1 / HIGHEST, 0.0)
    assert judged.window == pytest.approx(2e-3, rel=0.02)
    # Kistler, Gerstner and van Hemmen 1997 hit 90 % with a threshold that knows the last spike; we measure 0.72 +- 0.04
    assert judged.gamma > 0.6
    # its upstroke lasts: the same numbers with the spike at the threshold hit nothing
    model = attrs.evolve(found.model, delay=0.0)
    assert judge(model, unseen, np.array([30e-6]), rates, 1 / HIGHEST, 0.0).gamma < 0.8 * judged.gamma
