import pytest

from lapicque.circuits import Sine
from lapicque.circuits.library import LIBRARY, build
from lapicque.circuits.runs.run_length import run_length


def test_a_run_is_as_long_as_the_circuit_is_slow():
    assert run_length(build("rc"), 1.0) == pytest.approx(1e-3 + 1e-6 + 7e-3)
    assert run_length(build("rc", {"c": "1u"}), 1.0) == pytest.approx(1e-3 + 1e-6 + 70e-3)
    assert run_length(build("rc", {"drive": Sine(frequency=10)}), 1.0) == pytest.approx(0.7 + 7e-3)
    # The slowest mode of a long ladder: 1 / (4 sin^2(pi / (4n + 2)) / RC).
    assert run_length(build("ladder", {"n": 50}), 1.0) == pytest.approx(7e-4 / (3.14159 / 101) ** 2, rel=0.01)


def test_a_neuron_runs_for_some_intervals():
    assert run_length(build("lif"), 1.0) == pytest.approx(6.5 * 8.9314718e-3)
    assert run_length(build("lif", {"current": "0.5u"}), 1.0) == pytest.approx(70e-3)


def test_what_has_no_time_scale_of_its_own_runs_as_long_as_it_is_told():
    for name in ("pre_post", "several_pre_real"):
        assert run_length(build(name), 20e-3) == 20e-3
    for name in LIBRARY:
        assert run_length(build(name), 1.0) > 0
