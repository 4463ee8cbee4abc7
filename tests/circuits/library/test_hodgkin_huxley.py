import pytest
from oracles.published_neurons import HH_START, crossings
from oracles.published_neurons import hodgkin_huxley as published

from lapicque.analysis import compare, find_rheobase, solve
from lapicque.circuits import Pulse, UnknownNameError
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.library import build
from lapicque.circuits.library.hodgkin_huxley import hodgkin_huxley
from lapicque.netlists import Transient


def test_the_circuit_solves_the_published_equations():
    circuit = hodgkin_huxley(current=10e-6)
    found = solve(circuit, 0.08).spikes(circuit.element("spike"))
    assert found * 1e3 == pytest.approx(crossings(published(10.0), HH_START, 80.0, 0), abs=1e-6)


def test_neuroml_reference_within_its_stated_precision(engine):
    """NeuroML2, LEMS example 1: published spike times, which its own engines meet within 0.31 % to 0.69 %."""
    published = [52.24, 68.50, 84.56, 100.67]
    cell = {"C1": 10e-12, "g_B_Na": 1.2e-6, "g_B_K": 0.36e-6, "R_L": 1 / 3e-9, "E_L": -54.3e-3}
    pulse = Pulse(0, 0.08e-9, 50e-3, 50e-3, 1e-6)
    circuit = build("hh", {**cell, "current": pulse})
    for run in (solve(circuit, 0.15).spikes(circuit.element("spike")), ngspice_spikes(engine, circuit, 0.15)):
        assert run * 1e3 == pytest.approx(published, rel=0.0031)


def ngspice_spikes(engine, circuit, stop):
    from lapicque.analysis import spike_times

    run = engine.run(circuit, Transient(stop), "reference")
    return spike_times(circuit.element("spike"), run["time"].values, run["spike"].values)


@pytest.mark.parametrize("v_0", ["-40m", "-55m", "-24m"])
def test_starts_on_a_singular_rate(engine, v_0):
    """At -40 and -55 mV a rate is 0/0; both runs start there and agree."""
    circuit = hodgkin_huxley(v_0=v_0, current=0.0)
    found = compare(solve(circuit, 0.02), engine.run(circuit, Transient(0.02), "reference"))
    assert max(w.worst / w.swing for w in found.waveforms) < 6e-5  # measured 1.5e-5


def test_gates_stay_between_0_and_1_and_the_result_would_say_otherwise(engine):
    circuit = hodgkin_huxley()
    assert "warning" not in engine.run(circuit, Transient(0.02)).attrs
    forced = circuit.with_values({"C_m.ic": 1.4})
    assert "m rises to" in engine.run(forced, Transient(0.001)).attrs["warning"]


def test_rheobase_of_the_squid_axon():
    """Repetitive firing of the squid axon sets in between 6.2 and 6.3 uA/cm^2, as textbooks have it."""
    found = find_rheobase(lambda i: hodgkin_huxley(current=i), 5e-6, 8e-6, 0.3, 0.01)
    assert 6.1e-6 < found < 6.4e-6


def test_both_presets_fire_and_others_are_unknown():
    circuit = hodgkin_huxley("cortical")
    assert len(solve(circuit, 0.05).spikes(circuit.element("spike"))) == 5
    with pytest.raises(UnknownNameError, match="Did you mean 'squid'"):
        hodgkin_huxley("squids")


def test_its_derivation_is_four_equations_of_first_order():
    equations = derive(hodgkin_huxley())
    assert [s.symbol.name for s in equations.states] == ["v_mem", "v_m", "v_h", "v_n"]
    assert {s.name for s in equations.of("v_m").free_symbols} >= {"v_mem", "v_m", "r_a_B_m", "r_b_B_m"}
