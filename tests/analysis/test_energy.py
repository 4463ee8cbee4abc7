import numpy as np
import pytest
from oracles.published_neurons import HH_START, hodgkin_huxley
from scipy.integrate import solve_ivp

from lapicque.analysis.energy import Energy, energy, energy_per_event, static_power
from lapicque.analysis.ideal.loihi import LOIHI, SILICON, LoihiNeuron, loihi_energy, run_loihi
from lapicque.circuits import PWL, C, Circuit, CircuitError, E, Mosfet, QuantityError, R, S, SpikeProbe, Step, V
from lapicque.circuits.library import LIBRARY, build

EVEN = sorted(n for n, e in LIBRARY.items() if e.kind in ("neuron", "linear", "synapse"))


def test_half_of_what_charges_a_capacitor_is_lost(engine):
    """Horowitz and Hill, any textbook: a step V through R into C takes C V^2 and keeps C V^2 / 2."""
    account = energy(build("rc"), engine, "20m", "reference")
    # The step takes 1 us, a thousandth of the time constant: R1 loses that much less.
    assert account.delivered == pytest.approx(100e-9, rel=5e-4)
    assert account.absorbed["R1"] == pytest.approx(50e-9, rel=5e-4)
    assert account.stored["C1"] == pytest.approx(50e-9, rel=1e-5)


@pytest.mark.parametrize("name", EVEN)
def test_every_account_is_even(engine, name):
    """Sources from ngspice, laws at its voltages, stored energy from both ends: within the 0.1 % that is asked."""
    account = energy(build(name), engine, LIBRARY[name].stop)
    assert account.imbalance < 1e-3


def test_the_energy_of_gates_is_told_apart(engine):
    """Gates are volts on 1 uF: C g^2 / 2 at both ends by Hodgkin and Huxley's equations in another solver."""
    account = energy(build("hodgkin_huxley", {"current": 6.3e-6}), engine, "20m")
    gates = solve_ivp(hodgkin_huxley(6.3), (0, 20), HH_START, "LSODA", rtol=1e-10, atol=1e-12).y[1:, [0, -1]]
    held = dict(zip("mhn", 0.5e-6 * (gates[:, 1] ** 2 - gates[:, 0] ** 2), strict=True))
    assert set(account.numbers) == {f"{kind}_{g}" for kind in "BC" for g in held}
    for gate, joules in held.items():
        assert account.stored[f"C_{gate}"] == pytest.approx(joules, rel=1e-4)
        assert account.absorbed[f"B_{gate}"] == pytest.approx(-joules, rel=1e-3)
    assert account.delivered_as_numbers == pytest.approx(sum(j for j in held.values() if j > 0), rel=1e-3)
    above, below = str(account).split("pure numbers")
    assert "B_n" in below
    assert "B_Na" in above
    assert "pure numbers" not in str(energy(build("rc"), engine, "1m"))


def test_a_transistor_on_a_ramp_takes_the_integral_of_its_law(engine):
    """kp w / (2 l) times the integral of v (v - v_th)^2, where few steps follow the waveform; 2e-7 was measured."""
    circuit = Circuit("ramp").add(
        V("V1", "a", "0", PWL((0, 1), (0, 5))), Mosfet("M1", "a", "a", "0", "n", v_th=1.0, lam=0.0),
        R("R1", "a", "b", "1k"), C("C1", "b", "0", "1u"),
    )  # fmt: skip
    took = energy(circuit, engine, 1.0, "fast").absorbed["M1"]
    assert took == pytest.approx(1e-4 / 10 * (4.0**4 / 4 + 4.0**3 / 3), rel=1e-6)


def test_static_power_and_energy_per_spike(engine):
    """The axon-hillock's inverter draws all the time; its energy per spike is mostly that, as Mead's critics say."""
    silent = energy(build("axon_hillock", {"current": 0.0}), engine, "1m")
    assert static_power(build("axon_hillock"), engine, "1m") == pytest.approx(silent.power, rel=1e-6)
    firing = energy(build("axon_hillock"), engine, "1.2m")
    assert silent.spikes == 0
    assert np.isnan(silent.per_spike)
    assert silent.power < 1e-12
    assert firing.per_spike == pytest.approx(firing.delivered / firing.spikes)
    assert firing.absorbed["V_dd"] < 0 < firing.absorbed["M_n1"]


def relaxing(source, roles):
    parts = (
        V("Vin", "i", "0", source), R("R", "i", "m", "220k"), C("C", "m", "0", "47n"),
        S("S", "m", "0", "m", "0", 1.2, 0.8, "1k", "1G"), SpikeProbe("spk", "m", "0", 1, True),
    )  # fmt: skip
    return Circuit("relax", parts, roles=roles)


def test_a_voltage_input_is_no_supply(engine):
    """Without input its source is at rest: at 0 V if constant, else where it starts, here 0.5 V behind open switches.

    0.5 V charges C through R, 60 ms or 6 R C long: C V^2 / 2 is lost and as much kept.
    """
    assert static_power(relaxing(3.3, {"input": "Vin"}), engine, "60m") == 0
    quiet = static_power(relaxing(Step(0.5, 3.3, "1m"), {"input": "Vin"}), engine, "60m")
    assert quiet == pytest.approx(47e-9 * 0.25 / 60e-3, rel=5e-3)
    supplied = relaxing(3.3, {})
    assert static_power(supplied, engine, "60m") == pytest.approx(energy(supplied, engine, "60m").power, rel=1e-9)


def test_an_account_without_sources_has_an_error_too(engine):
    """A capacitor that empties into a resistor: even to the error of ngspice; one that is off by half says so."""
    emptied = energy(Circuit("d").add(C("C1", "a", "0", "1u", ic=2), R("R1", "a", "0", "1k")), engine, "2m")
    kept = sum(emptied.stored.values())
    assert emptied.imbalance == pytest.approx(abs(emptied.dissipated + kept) / abs(kept), rel=1e-6)
    assert 0 < emptied.imbalance < 1e-5
    assert Energy(1.0, 0, {"R": 1e-6}, {"C": -2e-6}).imbalance == pytest.approx(0.5)
    assert Energy(1.0, 0, {"R": 0.0}, {"C": 0.0}).imbalance == 0


def test_energy_of_one_input_spike(engine):
    """The exponential synapse's state is C_s at 1 V, which its leak turns into heat: C V^2 / 2 each."""
    found = energy_per_event(build("psp_exponential"), engine, "80m")
    assert found == pytest.approx(0.5e-12, rel=5e-3)
    with pytest.raises(CircuitError, match="no input spike"):
        energy_per_event(build("rc"), engine, "1m")


def test_a_current_that_no_law_gives(engine):
    circuit = Circuit("e").add(
        V("V1", "a", "0", Step()), R("R1", "a", "b", 1e3), C("C1", "b", "0", 1e-9), E("E1", "c", "0", "b", "0", 2.0),
        C("C2", "c", "0", 1e-9),
    )  # fmt: skip
    with pytest.raises(CircuitError, match="put a resistor between"):
        energy(circuit, engine, "10u")


def lava_step(u, v, du, dv, vth, bias, a):
    """One step as Lava's bit-accurate model of the hardware states it (lava-nc, proc/lif): shifts towards zero."""
    u = int(np.sign(u)) * ((abs(u) * (4096 - (du + 1))) >> 12) + (a << 6)
    u = u - 2**24 if u > 2**23 else u + 2**24 if u <= -(2**23) else u
    v = int(np.sign(v)) * ((abs(v) * (4096 - dv)) >> 12) + u + bias
    v = min(max(v, -(2**23) + 1), 2**23 - 1)
    return (u, 0, True) if v > vth << 6 else (u, v, False)


def test_loihi_is_exact_in_every_bit():
    rng = np.random.default_rng(5)
    for du, dv, vth, bias in ((409, 40, 100, 0), (0, 4096, 10, -7), (4095, 0, 131071, 900), (100, 100, 5000, 3)):
        inputs = rng.integers(-255, 256, 400) * (rng.random(400) < 0.3)
        run = run_loihi(LoihiNeuron(du, dv, vth, bias), inputs)
        u = v = 0
        for k, a in enumerate(inputs):
            u, v, spike = lava_step(u, v, du, dv, vth, bias, int(a))
            assert (run.u[k], run.v[k], run.spikes[k]) == (u, v, spike), k


def test_loihis_published_energy():
    run = run_loihi(LoihiNeuron(vth=10), [100] * 10)
    fired = run.spikes.sum()
    assert 0 < fired < 11
    assert loihi_energy(run, 10) == pytest.approx(10 * 23.6e-12 + fired * 81e-12 + (10 - fired) * 52e-12)
    assert all("20" in f.source and f.joules > 0 for f in (*LOIHI, *SILICON))
    with pytest.raises(QuantityError, match="whole number"):
        LoihiNeuron(du=5000)
