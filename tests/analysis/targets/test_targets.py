"""Targets: solved right (closed forms), typed right (published figures), and reached by the circuits."""

import numpy as np
import pytest

from lapicque.analysis import solve
from lapicque.analysis.targets.comparison import compare_target
from lapicque.analysis.targets.limits import target_limits
from lapicque.analysis.targets.run import run_target
from lapicque.circuits import PWL, CircuitError, EquationError, Sine
from lapicque.circuits.library import LIBRARY, build, target_of
from lapicque.circuits.library.target import Drive, Event, Kick, Quantity, Target
from lapicque.circuits.runs.run_length import run_length

TAU, DRIVE = 10.0, 1.5


def leaky(events=(), kicks=(), drives=(), equation="(E - v)/tau", **more):
    return Target(
        "a test", 1e-3, (("v", equation),), (("v", "0"),), (Quantity("tau", TAU), Quantity("E", DRIVE)),
        drives=drives, events=events, kicks=kicks, **more,
    )  # fmt: skip


def test_intervals_are_those_of_the_closed_form():
    fire = Event("v - 1", (("v", "0"),), refractory="2", held=("v",))
    spikes = run_target(leaky((fire,)), 0.2).spikes
    charge = TAU * np.log(DRIVE / (DRIVE - 1))
    exact = 1e-3 * (charge + np.arange(len(spikes)) * (charge + 2))
    assert len(spikes) == int((200 - charge) // (charge + 2)) + 1
    assert spikes == pytest.approx(exact, rel=1e-13)


def test_integration_goes_on_while_refractory_and_the_spike_waits():
    """Reset to 0 and not held: the membrane charges on, is above threshold when 12 ms are over, and fires then."""
    fire = Event("v - 1", (("v", "0"),), refractory="12")
    spikes = run_target(leaky((fire,)), 0.1).spikes * 1e3
    first = TAU * np.log(DRIVE / (DRIVE - 1))
    assert spikes == pytest.approx(first + 12 * np.arange(len(spikes)), rel=1e-13)


def test_kicks_come_at_their_times_and_in_their_order():
    kicks = (Kick((0.0, 5.0), (("v", "v + 1"),)), Kick((5.0,), (("v", "2*v"),)))
    run = run_target(leaky(kicks=kicks, equation="-v/tau"), 0.02)
    exact = 2 * (np.exp(-0.5) + 1) * np.exp(-1.5)
    assert run.values("v", np.array([0.02]))[0] == pytest.approx(exact, rel=1e-12)


def test_inputs_are_followed_round_corners_and_over_sines():
    corner = leaky(drives=(Drive("I", PWL([0, 3e-3, 3.001e-3, 9e-3], [0, 0, 1, 1]), 1.0),), equation="I")
    assert run_target(corner, 9e-3).values("v", np.array([9e-3]))[0] == pytest.approx(5.9995, rel=1e-12)
    tone = leaky(drives=(Drive("I", Sine(0, 1, 1e3), 1.0),), equation="I", level="v - 0.1")
    run = run_target(tone, 10e-3)
    # The integral is (1 - cos(2 pi t))/(2 pi): it rises through 0.1 once a period.
    exact = np.arccos(1 - 0.2 * np.pi) / (2 * np.pi) + np.arange(10)
    assert run.spikes * 1e3 == pytest.approx(exact, rel=1e-9)


def test_targets_that_make_no_sense_are_refused():
    with pytest.raises(CircuitError, match="'x'"):
        leaky(equation="x - v")
    with pytest.raises(EquationError, match="brings itself about"):
        run_target(leaky((Event("v - 1", (("v", "2"),)),)), 0.1)


@pytest.mark.parametrize("name", [n for n, e in LIBRARY.items() if e.target is not None])
def test_the_circuit_is_the_published_model(name):
    circuit = build(name)
    target = target_of(name)
    found = compare_target(target, solve(circuit, run_length(circuit, LIBRARY[name].stop)), target_limits(name))
    assert found.passed, [m for m in found.metrics if not m.passed]
    assert found.spikes is None or len(found.spikes.pairs)
