"""Spikes and events: none where the neuron did not fire, one of unit area for each that it did."""

import numpy as np
import pytest

from lapicque.analysis import solve
from lapicque.analysis.spikes import spike_times
from lapicque.circuits import (
    C,
    Circuit,
    Constant,
    G,
    Probe,
    Pulse,
    PulseTrain,
    QuantityError,
    R,
    Sine,
    SpikeProbe,
    SpikeTrain,
    V,
)
from lapicque.circuits.library import LIBRARY, build
from lapicque.circuits.library.events import UP, event, following, one_shot
from lapicque.circuits.library.joining import join
from lapicque.circuits.library.synapse_current import charge_synapse
from lapicque.netlists import Job, Transient

TWO_SPIKES = {
    "lif_switch": 17e-3, "lif_latch": 17e-3, "lif_comparator": 17e-3, "hodgkin_huxley": 13e-3, "morris_lecar": 80e-3,
    "nagumo": 50e-6, "fitzhugh_nagumo": 50e-6, "izhikevich": 8e-3, "exponential_if": 15e-3, "adex": 11e-3,
    "izhikevich_2007": 60e-3, "mat2": 10e-3,
    "adaptive_threshold": 5e-3, "resonate_and_fire": 80e-3, "timer_555": 6e-3, "unijunction": 9e-3, "schmitt": 3e-3,
    "op_amp_lif": 7.5e-3, "lu_i": 0.13, "axon_hillock": 130e-6, "dpi_neuron": 20e-3,
}  # fmt: skip
"""How long it takes the strongest current of each neuron's curve to make it fire twice (once: `resonate_and_fire`)."""

# Current before, pulse, its beginning and length, and how long to look: what just does not make the neuron fire.
QUIET = {
    "lif_switch": ("0", "0.7u", 10e-3, 30e-3, 80e-3), "lif_latch": ("0", "0.7u", 10e-3, 30e-3, 80e-3),
    "lif_comparator": ("0", "0.7u", 10e-3, 30e-3, 80e-3), "hodgkin_huxley": ("0", "1.5u", 10e-3, 20e-3, 60e-3),
    "morris_lecar": ("0", "30u", 50e-3, 100e-3, 300e-3), "nagumo": ("0", "100u", 20e-6, 50e-6, 200e-6),
    "fitzhugh_nagumo": ("0", "100u", 20e-6, 50e-6, 200e-6), "izhikevich": ("0", "1n", 10e-3, 20e-3, 100e-3),
    "izhikevich_2007": ("0", "10p", 10e-3, 30e-3, 200e-3), "mat2": ("0", "0.3n", 10e-3, 20e-3, 80e-3),
    "exponential_if": ("0", "0.2n", 10e-3, 30e-3, 100e-3), "adex": ("0", "0.3n", 10e-3, 30e-3, 100e-3),
    "adaptive_threshold": ("0", "0.15n", 10e-3, 30e-3, 100e-3),
    "resonate_and_fire": ("0", "0.1n", 10e-3, 10e-3, 100e-3),
    "timer_555": ("-50u", "-32u", 20e-3, 20e-3, 60e-3), "unijunction": ("-80u", "-40u", 20e-3, 40e-3, 100e-3),
    "schmitt": ("-40u", "-25u", 2e-3, 3e-3, 8e-3), "op_amp_lif": ("0", "7u", 10e-3, 30e-3, 80e-3),
    "lu_i": ("0", "100u", 0.1, 0.5, 1.2), "axon_hillock": ("0", "0.2n", 0.1e-3, 0.1e-3, 1e-3),
    "dpi_neuron": ("0", "3p", 10e-3, 30e-3, 120e-3),
}  # fmt: skip
OF_ITS_OWN = {"lu_i": {"pulses": Constant(0.3)}}
"""Inputs besides the current."""


def quiet(name):
    low, high, at, width, _ = QUIET[name]
    return build(name, {"I1": Pulse(low, high, at, width, width / 100), **OF_ITS_OWN.get(name, {})})


def detector(circuit):
    return circuit.of_type(SpikeProbe)[0]


def test_every_neuron_is_asked():
    assert set(QUIET) == {name for name, entry in LIBRARY.items() if entry.kind == "neuron"}


@pytest.mark.parametrize("name", QUIET)
def test_what_does_not_fire_has_no_spike(name):
    circuit = quiet(name)
    assert len(solve(circuit, QUIET[name][-1], 1e-8).spikes(detector(circuit))) == 0


def test_ngspice_sees_no_spike_either(engine):
    names = list(QUIET)
    runs = engine.run_many([Job(quiet(n), Transient(QUIET[n][-1]), "fast") for n in names])
    for name, run in zip(names, runs, strict=True):
        probe = detector(quiet(name))
        assert len(spike_times(probe, run["time"].values, run[probe.name].values)) == 0, name


CATCH = Circuit("catch").add(C("C1", "mem", "0", "1n"), R("R1", "mem", "0", 1e18), Probe("mem", "mem"))
"""A membrane that forgets nothing: 1 V an event."""
EVENT = 2e-9


@pytest.mark.parametrize("name", QUIET)
def test_every_spike_is_one_event_of_unit_area_where_it_is(name):
    """Counted on a capacitor that keeps all charge; a thousandth of an event comes later than its spike."""
    entry = LIBRARY[name]
    pre = build(name, {"I1": entry.currents[-1]} if entry.currents else {})
    stop = TWO_SPIKES[name]
    width = 1e-3 * stop
    made = join(pre, charge_synapse("1n", width), CATCH, width=width)
    solution = solve(made, stop, 1e-8)
    spikes = solution.spikes(made.element(f"pre.{detector(pre).name}"))
    begun = solution.spikes(SpikeProbe("event", "event", level=0.5))
    assert len(spikes) == (1 if name == "resonate_and_fire" else 2)
    assert begun == pytest.approx(spikes, abs=3e-3 * width)
    caught = solution.voltage("post.mem", "0", spikes + 1.4 * width)
    assert caught == pytest.approx(np.arange(1, len(spikes) + 1), rel=1e-6)


WIDTHS = (1e-6, 6e-6, 20e-6, 100e-6, 1e-3)
INPUTS = {
    "shorter than the event": lambda w: SpikeTrain((1e-3, 4e-3, 7e-3), 0.1 * w, 0.1 * w, w / 1000),
    "longer": lambda w: SpikeTrain((1e-3, 4e-3, 7e-3), 1.2e-3, 1.2e-3, 1e-7),
    "slow": lambda w: Sine(0.5, 0.6, 330.0, 3.0),
    "chattering": lambda w: SpikeTrain((1e-3, 1e-3 + 0.6 * w, 1e-3 + 0.97 * w, 4e-3, 7e-3), 0.1 * w, 0.1 * w, w / 1000),
}  # fmt: skip


def counter(width, stimulus, seen=None):
    """The charge of all events so far, 1 V each, beside a membrane of 10 ms."""
    shot = one_shot(0.5, width) if seen is None else seen
    made = Circuit("count", (V("V_in", "in", "0", stimulus),)).instance("e", shot, {"in": "in", "out": "out"})
    parts = (G("G_s", "0", "s", "out", "0", 1e-9 / width), C("C_s", "s", "0", "1n"), Probe("s", "s"))
    return made.add(*parts, R("R_m", "m", "0", "1Meg"), C("C_m", "m", "0", "10n"))


@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize("width", WIDTHS)
def test_an_event_has_unit_area(width, kind):
    """Whatever its width and whatever the input does meanwhile: 1e-6, measured 6e-9."""
    solution = solve(counter(width, INPUTS[kind](width)), 9.9e-3)
    count = solution.voltage("s", "0", np.array([9.9e-3]))[0]
    assert round(count) == 3
    assert count / 3 == pytest.approx(1, abs=1e-7)


def test_an_event_has_unit_area_in_ngspice(engine):
    jobs = [Job(counter(w, INPUTS["longer"](w)), Transient(9.9e-3), "reference") for w in WIDTHS]
    found = [float(run["s"][-1]) / 3 for run in engine.run_many(jobs)]
    assert found == pytest.approx(np.ones(len(WIDTHS)), abs=1e-6)  # measured 3e-7


@pytest.mark.parametrize("delay", [6e-6, 50e-6, 1e-3, 7e-3])
def test_a_delay_keeps_time_and_area(delay):
    """Of every one of four spikes 2.2 ms apart, also where the delay is longer than that."""
    width, times = 20e-6, 1e-3 + 2.2e-3 * np.arange(4)
    see = SpikeProbe("s", "in", level=0.5)
    made = counter(width, SpikeTrain(times, 5e-6, 5e-6, 1e-9), event(see, width, delay))
    solution = solve(made, 16e-3)
    begun = solution.spikes(SpikeProbe("e", "out", level=0.5))
    assert begun == pytest.approx(times + delay, abs=2e-7)
    assert solution.voltage("s", "0", np.array([16e-3]))[0] == pytest.approx(4, rel=1e-6)


def test_spikes_closer_than_apart_become_one_event():
    see = SpikeProbe("s", "in", level=0.5)
    made = counter(20e-6, SpikeTrain((1e-3, 2e-3, 8e-3), 5e-6, 5e-6, 1e-9), event(see, 20e-6, 3e-3, apart=3e-3))
    assert solve(made, 16e-3).spikes(SpikeProbe("e", "out", level=0.5)) == pytest.approx([4e-3, 11e-3], abs=2e-7)


def test_probes_that_fall_and_probes_between_nodes():
    """The event begins where the probe says; what is beyond its level at the start is no spike."""
    for see, wanted in (
        (SpikeProbe("s", "a", level=0.4, falling=True), [2.8e-3]),
        (SpikeProbe("s", "a", "b", level=0.4), [1.4e-3]),
        (SpikeProbe("s", "b", "a", level=0.6, falling=True), [1.4e-3]),
        (SpikeProbe("s", "b", "a", level=0.6), [2.8e-3]),
    ):
        ramp = PulseTrain(0, 1, 1e-3, 0.2e-3, 1, 1, 1e-3)
        pre = Circuit(
            "pre", (V("V_a", "a", "0", ramp), V("V_b", "b", "0", 1.0 if see.minus != "0" and see.plus == "b" else 0.0))
        )
        pre = pre.add(R("R_a", "a", "b", "1Meg"), see)
        made = join(pre, charge_synapse("1n"), CATCH)
        solution = solve(made, 5e-3)
        assert solution.spikes(SpikeProbe("e", "event", level=0.5)) == pytest.approx(wanted, abs=5e-8)
        assert solution.spikes(made.element("pre.s")) == pytest.approx(wanted, abs=1e-9)


def test_a_jump_over_a_level_is_a_crossing():
    """A node that is no state jumps when a switch changes; the model saw nothing there."""
    made = counter(20e-6, INPUTS["longer"](20e-6))
    up = solve(made, 9e-3).spikes(SpikeProbe("e", "out", level=UP))
    down = solve(made, 9e-3).spikes(SpikeProbe("e", "out", level=UP, falling=True))
    assert len(up) == len(down) == 3
    assert down - up == pytest.approx([20e-6] * 3, rel=1e-4)


def test_events_that_cannot_be():
    see = SpikeProbe("s", "in", level=0.5)
    with pytest.raises(QuantityError, match="cannot come before"):
        event(see, "20u", -1e-3)
    with pytest.raises(QuantityError, match="at least 4 us, a fifth of the event"):
        event(see, "20u", "1u")
    with pytest.raises(QuantityError, match="one-shots"):
        event(see, "20u", 1.0)
    with pytest.raises(QuantityError, match="greater than zero"):
        one_shot(0.5, 0)
    with pytest.raises(QuantityError, match="greater than zero"):
        following(-1e-6)
