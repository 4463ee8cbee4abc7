"""Morris-Lecar and FitzHugh-Nagumo against their published equations, solved by another solver."""

import pytest
from oracles.published_neurons import crossings
from oracles.published_neurons import morris_lecar as published

from lapicque.analysis import fi_curve, solve
from lapicque.circuits import QuantityError, UnknownNameError
from lapicque.circuits.library.fitzhugh_nagumo import fitzhugh_nagumo, nagumo
from lapicque.circuits.library.morris_lecar import morris_lecar


def test_morris_lecar_is_the_published_one():
    circuit = morris_lecar("class 2")
    found = solve(circuit, 0.5).spikes(circuit.element("spike"))
    assert found * 1e3 == pytest.approx(crossings(published, [-60, 0.015], 500, -5), abs=1e-6)


def test_class_1_starts_slowly_and_class_2_with_a_jump():
    """Rinzel and Ermentrout 1989: a saddle-node on the cycle fires as slowly as one likes, a Hopf bifurcation not."""
    one = fi_curve(lambda i: morris_lecar("class 1", i), [40e-6, 41e-6, 60e-6])
    two = fi_curve(lambda i: morris_lecar("class 2", i), [86e-6, 94e-6, 110e-6])
    assert 0 < one.model[one.model > 0].min() < 0.45 * one.model.max()
    assert two.model[0] == 0
    assert two.model[two.model > 0].min() > 0.7 * two.model.max()


def test_all_presets_fire():
    for preset in ("barnacle", "class 1", "class 2"):
        circuit = morris_lecar(preset)
        assert len(solve(circuit, 0.5).spikes(circuit.element("spike"))) >= 3, preset
    with pytest.raises(UnknownNameError):
        morris_lecar("class 3")


def test_nagumos_circuit_and_the_two_integrators_are_the_published_equations():
    def f(t, y):
        v, w = y
        return [v - v**3 / 3 - w + 0.5, 0.08 * (v + 0.7 - 0.8 * w)]

    exact = crossings(f, [-1, -0.6], 200, 0.5)
    for circuit in (nagumo(), fitzhugh_nagumo()):
        found = solve(circuit, 200e-6).spikes(circuit.element("spike"))
        assert found * 1e6 == pytest.approx(exact, abs=1e-6)


def test_values_that_mean_nothing():
    with pytest.raises(QuantityError, match="phi"):
        nagumo(phi=0)
    with pytest.raises(QuantityError, match="time"):
        fitzhugh_nagumo(time=-1)
